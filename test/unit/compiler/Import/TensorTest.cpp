//===- TensorTest.cpp - how tensors are stored in ONNX files ---------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "Models.h"
#include "compiler/Import/TensorReader.h"

using namespace mlir;
using namespace weft::import;
using namespace weft::import::testing;

static std::string bytesOf(std::vector<float> values) {
  return std::string(reinterpret_cast<const char *>(values.data()), values.size() * sizeof(float));
}

static std::string errorOf(onnx::TensorProto tensor, StringRef folder = "") {
  MLIRContext context;
  auto result = readTensor(&context, tensor, folder);
  return result ? "" : llvm::toString(result.takeError());
}

static onnx::TensorProto tensorOf(int type, std::vector<int64_t> dims) {
  onnx::TensorProto tensor;
  tensor.set_data_type(type);
  for (int64_t d : dims)
    tensor.add_dims(d);
  return tensor;
}

TEST(Tensor, FourBitElementsAreTwoToAByte) {
  MLIRContext context;
  onnx::TensorProto tensor = tensorOf(22 /*INT4*/, {3});
  tensor.set_raw_data(std::string("\xF1\x08", 2)); // 1, -1, -8
  auto result = readTensor(&context, tensor, "");
  ASSERT_TRUE(static_cast<bool>(result));
  EXPECT_TRUE(result->elementType().isSignlessInteger(4));
  EXPECT_EQ(result->integer(0), 1);
  EXPECT_EQ(result->integer(1), -1);
  EXPECT_EQ(result->integer(2), -8);
  tensor = tensorOf(21 /*UINT4*/, {2});
  tensor.add_int32_data(0x2F);
  auto fromField = readTensor(&context, tensor, "");
  ASSERT_TRUE(static_cast<bool>(fromField));
  EXPECT_TRUE(fromField->elementType().isUnsignedInteger(4));
  EXPECT_EQ(fromField->integer(0), 15);
  EXPECT_EQ(fromField->integer(1), 2);
}

TEST(Tensor, PartsAndTransposes) {
  MLIRContext context;
  SmallVector<int64_t> values;
  for (int64_t i = 0; i < 24; ++i)
    values.push_back(i);
  auto tensor = HostTensor::ofIntegers(RankedTensorType::get({2, 3, 4}, IntegerType::get(&context, 16)), values);
  auto elements = [](const HostTensor &t) {
    SmallVector<int64_t> all;
    for (int64_t i = 0; i < t.size(); ++i)
      all.push_back(t.integer(i));
    return all;
  };
  HostTensor part = tensor.sliced({1, 2, 0}, {1, 2, 2}, {1, -2, 3});
  EXPECT_EQ(part.shape(), ArrayRef<int64_t>({1, 2, 2}));
  EXPECT_EQ(elements(part), (SmallVector<int64_t>{20, 23, 12, 15}));
  EXPECT_EQ(tensor.sliced({0, 0, 0}, {2, 0, 4}, {1, 1, 1}).size(), 0);
  EXPECT_EQ(elements(part.transposed({2, 0, 1})), (SmallVector<int64_t>{20, 12, 23, 15}));
}

TEST(Tensor, BoolsAreOnesAndZeros) {
  MLIRContext context;
  onnx::TensorProto tensor = tensorOf(onnx::TensorProto::BOOL, {3});
  tensor.set_raw_data(std::string("\0\1\7", 3));
  auto result = readTensor(&context, tensor, "");
  ASSERT_TRUE(static_cast<bool>(result));
  EXPECT_EQ(result->integer(0), 0);
  EXPECT_EQ(result->integer(2), 1);
}

TEST(Tensor, HalvesInIntegersAreBitPatterns) {
  MLIRContext context;
  onnx::TensorProto tensor = tensorOf(onnx::TensorProto::FLOAT16, {1});
  tensor.add_int32_data(0xC000);
  auto result = readTensor(&context, tensor, "");
  ASSERT_TRUE(static_cast<bool>(result));
  EXPECT_EQ(result->real(0), -2.0);
}

TEST(Tensor, DimensionsAndDataMustAgree) {
  onnx::TensorProto tensor = tensorOf(onnx::TensorProto::FLOAT, {2, 2});
  tensor.set_raw_data(bytesOf({1, 2, 3}));
  EXPECT_EQ(errorOf(tensor), "it holds 12 bytes of data, but its dimensions need 16");
  // 2^40 and more would allocate before the data is looked at.
  EXPECT_EQ(errorOf(tensorOf(onnx::TensorProto::FLOAT, {int64_t(1) << 62, 8})),
            "its dimensions [4611686018427387904, 8] are negative or too large");
  EXPECT_EQ(errorOf(tensorOf(onnx::TensorProto::FLOAT, {-1})), "its dimensions [-1] are negative or too large");
  EXPECT_EQ(errorOf(tensorOf(onnx::TensorProto::FLOAT, {int64_t(1) << 39})),
            "it holds 0 values, but its dimensions need 549755813888");
  EXPECT_EQ(errorOf(tensorOf(onnx::TensorProto::STRING, {1})),
            "its element type is string, expected a float, integer or bool");
  EXPECT_EQ(errorOf(tensorOf(1000, {1})), "its element type is number 1000, expected a float, integer or bool");
}

/// A tensor of four floats in a file, with the given entries.
static onnx::TensorProto external(std::vector<std::pair<std::string, std::string>> entries) {
  onnx::TensorProto tensor = tensorOf(onnx::TensorProto::FLOAT, {2, 2});
  tensor.set_data_location(onnx::TensorProto::EXTERNAL);
  for (auto &[key, value] : entries) {
    auto *entry = tensor.add_external_data();
    entry->set_key(key);
    entry->set_value(value);
  }
  return tensor;
}

TEST(Tensor, ExternalDataStaysInTheModelsFolder) {
  TempFolder folder;
  folder.write("w.bin", "xxxx" + bytesOf({1, 2, 3, 4}));
  std::string root(llvm::sys::path::parent_path(folder.path("w.bin")));
  MLIRContext context;
  onnx::TensorProto good = external({{"location", "w.bin"}, {"offset", "4"}, {"length", "16"}});
  auto result = readTensor(&context, good, root);
  ASSERT_TRUE(static_cast<bool>(result));
  EXPECT_EQ(result->real(3), 4.0);
  auto fails = [&](std::vector<std::pair<std::string, std::string>> entries, StringRef expected) {
    std::string error = errorOf(external(std::move(entries)), root);
    EXPECT_NE(error.find(expected), std::string::npos) << error;
  };
  fails({}, "names no file");
  fails({{"location", "/etc/passwd"}}, "has an absolute path");
  fails({{"location", "../w.bin"}}, "is outside of the model's folder");
  fails({{"location", "none.bin"}}, "does not exist in the model's folder");
  fails({{"location", "w.bin"}, {"offset", "x"}}, "has offset 'x', expected a number");
  fails({{"location", "w.bin"}, {"length", "-4"}}, "has length '-4', expected a number");
  fails({{"location", "w.bin"}, {"length", "8"}}, "has length 8, but its dimensions need 16 bytes");
  fails({{"location", "w.bin"}, {"offset", "8"}}, "ends at byte 20, but bytes 8 to 24 are asked for");
  fails({{"location", "w.bin"}, {"offset", "18446744073709551615"}}, "ends at byte 20");
  llvm::sys::fs::create_link("/etc/hostname", folder.path("link.bin"));
  fails({{"location", "link.bin"}}, "is outside of the model's folder (through a link)");
}

TEST(Tensor, WeightsMustBeFinite) {
  TempFolder folder;
  MLIRContext context;
  onnx::ModelProto model = matmulModel();
  model.mutable_graph()->mutable_initializer(0)->set_raw_data(bytesOf({1, 2, NAN, 4}));
  Imported result = importFile(context, folder.write("m.onnx", model.SerializeAsString()));
  EXPECT_EQ(result.report.status, ImportStatus::Invalid);
  EXPECT_EQ(result.messages,
            "node 'y' (MatMul) has a weight that is not finite: tensor 'w' holds NaN at [1, 0]\n");
}

TEST(Tensor, LargeInitializersAreResources) {
  TempFolder folder;
  MLIRContext context;
  onnx::ModelProto model = matmulModel();
  auto *w = model.mutable_graph()->mutable_initializer(0);
  w->set_dims(1, 100);
  w->set_raw_data(bytesOf(std::vector<float>(200, 0.5f)));
  Imported result = importFile(context, folder.write("m.onnx", model.SerializeAsString()));
  ASSERT_TRUE(result.module);
  std::string text;
  llvm::raw_string_ostream(text) << *result.module;
  EXPECT_NE(text.find("dense_resource<w>"), std::string::npos) << text;
}

TEST(Tensor, NodesMayStandInAnyOrder) {
  TempFolder folder;
  MLIRContext context;
  onnx::ModelProto model = matmulModel();
  model.mutable_graph()->mutable_initializer(0)->set_raw_data(bytesOf({1, 2, 3, 4}));
  model.mutable_graph()->mutable_node(0)->set_input(0, "r");
  auto *relu = model.mutable_graph()->add_node();
  relu->set_op_type("Relu");
  relu->add_input("x");
  relu->add_output("r");
  EXPECT_TRUE(importFile(context, folder.write("m.onnx", model.SerializeAsString())).module);
}
