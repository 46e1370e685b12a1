//===- ElementsTest.cpp - MLIR constants as reference tensors and back --------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Evaluation/Elements.h"

#include "mlir/AsmParser/AsmParser.h"
#include "mlir/IR/AsmState.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/MLIRContext.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace weft::evaluation;
using weft::reference::ElementType;
using weft::reference::Shape;
using weft::reference::Tensor;

namespace {
class ElementsTest : public ::testing::Test {
protected:
  Tensor decode(llvm::StringRef text) {
    auto tensor = elementsToTensor(cast<ElementsAttr>(parseAttribute(text, &context)));
    EXPECT_TRUE(tensor) << (tensor ? "" : tensor.message());
    return tensor ? *tensor : Tensor();
  }
  std::vector<int64_t> integers(llvm::StringRef text) { return decode(text).integers(); }
  ElementsAttr resource(RankedTensorType type, std::vector<uint8_t> bytes) {
    llvm::ArrayRef<char> data(reinterpret_cast<const char *>(bytes.data()), bytes.size());
    return DenseResourceElementsAttr::get(type, "r", HeapAsmResourceBlob::allocateAndCopyWithAlign(data, 64));
  }
  MLIRContext context;
};

TEST_F(ElementsTest, signs) {
  EXPECT_EQ(integers("dense<[-8, 7]> : tensor<2xi4>"), (std::vector<int64_t>{-8, 7}));
  EXPECT_EQ(integers("dense<[8, 15]> : tensor<2xui4>"), (std::vector<int64_t>{8, 15}));
  EXPECT_EQ(integers("dense<[true, false, true]> : tensor<3xi1>"), (std::vector<int64_t>{1, 0, 1}));
  EXPECT_EQ(integers("dense<[200, 1]> : tensor<2xui8>"), (std::vector<int64_t>{200, 1}));
  EXPECT_EQ(integers("dense<[-300, 5]> : tensor<2xi24>"), (std::vector<int64_t>{-300, 5}));
  EXPECT_EQ(integers("dense<-1> : tensor<2x2xi64>"), (std::vector<int64_t>{-1, -1, -1, -1}));
  EXPECT_EQ(integers("dense<> : tensor<0xi64>"), std::vector<int64_t>());
}

TEST_F(ElementsTest, floats) {
  EXPECT_EQ(decode("dense<[1.5, -2.0]> : tensor<2xf32>").floats(), (std::vector<float>{1.5f, -2.0f}));
  EXPECT_EQ(decode("dense<0.5> : tensor<2xf16>").floats(), (std::vector<float>{0.5f, 0.5f}));
  EXPECT_EQ(decode("dense<[0.5, 3.0]> : tensor<2xbf16>").floats(), (std::vector<float>{0.5f, 3.0f}));
  EXPECT_EQ(decode("dense<[0.1, 3.0]> : tensor<2xf64>").doubles(), (std::vector<double>{0.1, 3.0}));
}

TEST_F(ElementsTest, resourcesOfWholeBytesAndPacked) {
  auto ui4 = RankedTensorType::get({3}, IntegerType::get(&context, 4, IntegerType::Unsigned));
  EXPECT_EQ(elementsToTensor(resource(ui4, {1, 15, 2}))->integers(), (std::vector<int64_t>{1, 15, 2}));
  EXPECT_EQ(elementsToTensor(resource(ui4, {0xf1, 0x02}))->integers(), (std::vector<int64_t>{1, 15, 2}));
  auto i3 = RankedTensorType::get({4}, IntegerType::get(&context, 3));
  // 3-bit codes 1, -1, 2, -4 from the low bits: 001 111 010 100 → 0xb9, 0x08
  EXPECT_EQ(elementsToTensor(resource(i3, {0xb9, 0x08}))->integers(), (std::vector<int64_t>{1, -1, 2, -4}));
  auto wrong = elementsToTensor(resource(ui4, {1, 2, 3, 4}));
  ASSERT_FALSE(wrong);
  EXPECT_NE(wrong.message().find("has 4 bytes, expected 3 for 3 elements of ui4"), std::string::npos) << wrong.message();
}

TEST_F(ElementsTest, roundTripsEveryType) {
  std::vector<ElementType> types = {ElementType::f16(), ElementType::bf16(), ElementType::f32(), ElementType::f64(),
                                    ElementType::boolean()};
  for (unsigned bits : {2, 3, 4, 7, 8, 9, 16, 24, 31, 32, 48, 64})
    for (bool isSigned : {false, true})
      types.push_back(ElementType::integer(bits, isSigned));
  for (ElementType type : types)
    for (int64_t n : {0, 1, 3, 64, 100}) {
      Tensor tensor(type, {n});
      tensor.visit([&](auto &values) {
        for (int64_t i = 0; i < n; ++i)
          if (type.isInteger())
            values[i] = type.bits >= 63 ? i - 50 * type.isSigned : type.least() + i % (type.greatest() - type.least() + 1);
          else
            values[i] = i * 0.25 - 3;
      });
      ElementsAttr elements = tensorToElements(tensor, &context);
      EXPECT_EQ(isa<DenseResourceElementsAttr>(elements), n > 64);
      auto back = elementsToTensor(elements);
      ASSERT_TRUE(back) << back.message();
      EXPECT_EQ(back->type(), type) << type.name();
      for (int64_t i = 0; i < n; ++i)
        EXPECT_EQ(back->asDouble(i), tensor.asDouble(i)) << type.name() << " " << i;
    }
}
} // namespace
