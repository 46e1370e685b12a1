//===- HostileTest.cpp - files that are cut, flipped, or mean harm ------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "Models.h"
#include <random>

using namespace mlir;
using namespace weft::import;
using namespace weft::import::testing;

namespace {

/// Models of the repository, and every `model.onnx` below WEFT_MODEL_ZOO if that is set.
std::vector<std::string> models() {
  std::vector<std::string> paths;
  std::vector<std::string> roots{WEFT_SOURCE_DIR "/examples", WEFT_SOURCE_DIR "/test/unit/compiler/Import/Inputs"};
  if (const char *zoo = std::getenv("WEFT_MODEL_ZOO"))
    roots.push_back(zoo);
  for (const std::string &root : roots) {
    std::error_code error;
    for (llvm::sys::fs::directory_iterator it(root, error), end; it != end && !error; it.increment(error))
      if (llvm::sys::fs::exists(it->path() + "/model.onnx"))
        paths.push_back(it->path() + "/model.onnx");
  }
  llvm::sort(paths);
  return paths;
}

std::string contentOf(const std::string &path) {
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  return buffer ? (*buffer)->getBuffer().str() : "";
}

} // namespace

TEST(Hostile, TruncatedFilesFail) {
  TempFolder folder;
  ASSERT_FALSE(models().empty());
  for (const std::string &path : models()) {
    std::string content = contentOf(path);
    for (size_t cut = 0; cut < 24; ++cut) {
      // The first bytes one by one, then all over the file, then the last bytes.
      size_t length = cut < 8 ? cut : cut < 16 ? content.size() * (cut - 7) / 9 : content.size() - (cut - 15);
      MLIRContext context(MLIRContext::Threading::DISABLED);
      Imported result = importFile(context, folder.write("cut.onnx", StringRef(content).take_front(length)));
      // A cut between two fields leaves a good file: what is missing may not matter.
      if (length < content.size() / 2)
        EXPECT_EQ(result.report.status, ImportStatus::Invalid) << path << " cut to " << length;
    }
  }
}

TEST(Hostile, FlippedBitsGiveAModuleOrAnError) {
  TempFolder folder;
  std::mt19937 random(20);
  bool nightly = std::getenv("WEFT_NIGHTLY") != nullptr;
  for (const std::string &path : models()) {
    std::string content = contentOf(path);
    for (int round = 0; round < (nightly ? 400 : 40); ++round) {
      std::string flipped = content;
      // Structure is at the end of the file as often as at its begin; weights are most of it.
      size_t window = round % 3 == 0 ? flipped.size() : std::min<size_t>(flipped.size(), 4096);
      size_t base = round % 3 == 2 ? flipped.size() - window : 0;
      for (int flips = 1 + round % 8; flips > 0; --flips)
        flipped[base + random() % window] ^= static_cast<char>(1 << random() % 8);
      MLIRContext context(MLIRContext::Threading::DISABLED);
      importFile(context, folder.write("flip.onnx", flipped));
    }
  }
}

/// Changes numbers and names inside a well-formed model: gets further than flipped bits do.
TEST(Hostile, RandomAttributesGiveAModuleOrAnError) {
  TempFolder folder;
  std::mt19937_64 random(21);
  const int64_t interesting[] = {0, -1, 1, 2, 3, 7, -2, 1 << 30, INT64_MAX, INT64_MIN, INT32_MAX, int64_t(1) << 40};
  auto number = [&] { return interesting[random() % std::size(interesting)]; };
  for (const std::string &path : models()) {
    onnx::ModelProto original;
    ASSERT_TRUE(original.ParseFromString(contentOf(path)));
    for (int round = 0; round < 60; ++round) {
      onnx::ModelProto model = original;
      auto *graph = model.mutable_graph();
      auto *node = graph->mutable_node(static_cast<int>(random() % graph->node_size()));
      for (auto &attribute : *node->mutable_attribute()) {
        if (attribute.has_i())
          attribute.set_i(number());
        for (int i = 0; i < attribute.ints_size(); ++i)
          if (random() % 2)
            attribute.set_ints(i, number());
      }
      auto *tensor = graph->initializer_size()
                         ? graph->mutable_initializer(static_cast<int>(random() % graph->initializer_size()))
                         : nullptr;
      if (tensor && tensor->dims_size() && round % 3 == 0)
        tensor->set_dims(static_cast<int>(random() % tensor->dims_size()), number());
      if (tensor && round % 3 == 1)
        tensor->set_data_type(static_cast<int>(random() % 30));
      if (node->input_size() && round % 5 == 0)
        node->set_input(static_cast<int>(random() % node->input_size()), graph->node(0).output(0));
      if (round % 7 == 0)
        model.mutable_opset_import(0)->set_version(1 + random() % 25);
      MLIRContext context(MLIRContext::Threading::DISABLED);
      importFile(context, folder.write("odd.onnx", model.SerializeAsString()));
    }
  }
}

TEST(Hostile, SmallFilesDoNotAskForLargeMemory) {
  TempFolder folder;
  MLIRContext context;
  onnx::ModelProto model = matmulModel();
  // ConstantOfShape([2^30, 2^30, 2^30]), whose product passes 64 bits.
  auto *shape = model.mutable_graph()->mutable_initializer(0);
  shape->set_data_type(onnx::TensorProto::INT64);
  shape->clear_dims();
  shape->add_dims(3);
  for (int i = 0; i < 3; ++i)
    shape->add_int64_data(int64_t(1) << 30);
  auto *node = model.mutable_graph()->mutable_node(0);
  node->set_op_type("ConstantOfShape");
  node->clear_input();
  node->add_input("w");
  Imported result = importFile(context, folder.write("m.onnx", model.SerializeAsString()));
  EXPECT_EQ(result.report.status, ImportStatus::Invalid);
  EXPECT_NE(result.messages.find("the result is negative or too large"), std::string::npos) << result.messages;
}

/// f0 calls f1 twice, f1 calls f2 twice, …: 2^40 nodes in a file of a few kilobytes.
TEST(Hostile, FunctionsThatMultiplyEnd) {
  TempFolder folder;
  MLIRContext context;
  onnx::ModelProto model = matmulModel();
  model.mutable_graph()->clear_initializer();
  auto *call = model.mutable_graph()->mutable_node(0);
  call->set_op_type("f0");
  call->set_domain("local");
  call->mutable_input()->RemoveLast();
  for (int i = 0; i < 40; ++i) {
    auto *function = model.add_functions();
    function->set_name("f" + std::to_string(i));
    function->set_domain("local");
    function->add_input("a");
    function->add_output("c");
    for (auto [from, to] : {std::pair("a", "b"), std::pair("b", "c")}) {
      auto *node = function->add_node();
      node->set_op_type(i == 39 ? "Relu" : "f" + std::to_string(i + 1));
      node->set_domain(i == 39 ? "" : "local");
      node->add_input(from);
      node->add_output(to);
    }
  }
  Imported result = importFile(context, folder.write("m.onnx", model.SerializeAsString()));
  EXPECT_EQ(result.report.status, ImportStatus::Invalid);
  EXPECT_NE(result.messages.find("more than 131072 nodes"), std::string::npos) << result.messages;
}
