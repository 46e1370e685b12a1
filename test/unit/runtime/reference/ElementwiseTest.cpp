//===- ElementwiseTest.cpp - unary, clip, binary, select, cast -----------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "runtime/reference/Elementwise.h"
#include "Golden.h"

#include <limits>

using namespace weft::reference;
using namespace weft::reference::test;

namespace {
TEST(UnaryTest, everyKindAsNumpy) {
  for (int k = 0; k <= static_cast<int>(UnaryKind::mish); ++k) {
    const UnaryKind kind = static_cast<UnaryKind>(k);
    if (kind == UnaryKind::logical_not)
      continue;
    const bool positive = kind == UnaryKind::log || kind == UnaryKind::sqrt || kind == UnaryKind::reciprocal;
    const std::string name = positive ? "unary_positive" : "unary";
    const double alpha = kind == UnaryKind::gelu ? 0 : 0.3;
    const Tensor &expected = golden(name + "." + std::string(nameOf(kind)));
    SCOPED_TRACE(nameOf(kind));
    expectTensor(unary(kind, golden(name + ".x"), alpha, 0.7), expected, 1e-12);
    expectTensor(unary(kind, golden(name + ".x", ElementType::f32()), alpha, 0.7), golden(name + "." + std::string(nameOf(kind)), ElementType::f32()), 2e-6);
    EXPECT_EQ(unaryKindOf(nameOf(kind)), kind);
  }
  expectTensor(unary(UnaryKind::gelu, golden("unary.x"), 1, 0), golden("unary.gelu_tanh"), 1e-12);
}

TEST(UnaryTest, anglesAsNumpy) {
  for (auto [name, kinds] : {std::pair<std::string, std::vector<UnaryKind>>{"unary_inner", {UnaryKind::acos, UnaryKind::asin, UnaryKind::atanh}},
                             {"unary_any", {UnaryKind::asinh, UnaryKind::atan, UnaryKind::cosh, UnaryKind::sinh, UnaryKind::tan}},
                             {"unary_outer", {UnaryKind::acosh}}})
    for (UnaryKind kind : kinds) {
      SCOPED_TRACE(nameOf(kind));
      expectTensor(unary(kind, golden(name + ".x"), 0, 0), golden(name + "." + std::string(nameOf(kind))), 1e-12);
      EXPECT_TRUE(std::isnan(unaryOne(kind, std::nanf(""), 0.f, 0.f)));
      EXPECT_EQ(unaryKindOf(nameOf(kind)), kind);
    }
}

TEST(UnaryTest, testsOfFloats) {
  const float infinity = std::numeric_limits<float>::infinity();
  Tensor x = Tensor::ofFloats({4}, {-infinity, infinity, std::nanf(""), 1});
  auto flags = [&](UnaryKind kind, double alpha, double beta) {
    auto y = unary(kind, x, alpha, beta);
    EXPECT_EQ(y->type(), ElementType::boolean());
    return y->integers();
  };
  EXPECT_EQ(flags(UnaryKind::is_nan, 0, 0), (std::vector<int64_t>{0, 0, 1, 0}));
  EXPECT_EQ(flags(UnaryKind::is_inf, 1, 1), (std::vector<int64_t>{1, 1, 0, 0}));
  EXPECT_EQ(flags(UnaryKind::is_inf, 1, 0), (std::vector<int64_t>{1, 0, 0, 0}));
  EXPECT_EQ(flags(UnaryKind::is_inf, 0, 1), (std::vector<int64_t>{0, 1, 0, 0}));
}

TEST(BitwiseTest, asNumpy) {
  const ElementType byte = integer(8, false);
  Tensor a = golden("bitwise.a", byte), b = golden("bitwise.b", byte), n = golden("bitwise.n", byte);
  for (BinaryKind kind : {BinaryKind::bitwise_and, BinaryKind::bitwise_or, BinaryKind::bitwise_xor, BinaryKind::shift_left, BinaryKind::shift_right}) {
    const bool shifts = kind >= BinaryKind::shift_left;
    expectTensor(binary(kind, a, shifts ? n : b, byte), golden("bitwise." + std::string(nameOf(kind))));
    EXPECT_EQ(binaryKindOf(nameOf(kind)), kind);
  }
  expectTensor(unary(UnaryKind::bitwise_not, a, 0, 0), golden("bitwise.bitwise_not"));
  expectTensor(binary(BinaryKind::floor_mod, golden("floor_mod.a"), golden("floor_mod.b"), ElementType::i64()), golden("floor_mod.y"));
  Tensor ends = Tensor::ofIntegers(integer(8), {2}, {-128, 127}), two = Tensor::ofIntegers(integer(8), {1}, {2}), nine = Tensor::ofIntegers(integer(8), {1}, {9});
  EXPECT_EQ(binary(BinaryKind::shift_right, ends, two, integer(8))->integers(), (std::vector<int64_t>{-32, 31}));
  EXPECT_EQ(binary(BinaryKind::shift_right, ends, nine, integer(8))->integers(), (std::vector<int64_t>{-1, 0}));
  EXPECT_EQ(binary(BinaryKind::shift_left, ends, two, integer(8))->integers(), (std::vector<int64_t>{0, -4}));
  EXPECT_EQ(unary(UnaryKind::bitwise_not, ends, 0, 0)->integers(), (std::vector<int64_t>{127, -128}));
  Tensor wide = Tensor::ofIntegers(integer(64, false), {1}, {-1}), four = Tensor::ofIntegers(integer(64, false), {1}, {4});
  EXPECT_EQ(binary(BinaryKind::shift_right, wide, four, integer(64, false))->integers()[0], (int64_t(1) << 60) - 1);
  expectFailure(binary(BinaryKind::bitwise_or, Tensor(ElementType::f32(), {1}), Tensor(ElementType::f32(), {1}), ElementType::f32()), "is not defined");
  expectFailure(unary(UnaryKind::bitwise_not, Tensor(ElementType::f32(), {1}), 0, 0), "bitwise_not is not defined on f32");
}

TEST(UnaryTest, nanStaysNan) {
  for (int k = 0; k <= static_cast<int>(UnaryKind::mish); ++k)
    if (static_cast<UnaryKind>(k) != UnaryKind::logical_not) {
      EXPECT_TRUE(std::isnan(unaryOne(static_cast<UnaryKind>(k), std::nanf(""), 0.3f, 0.7f))) << nameOf(static_cast<UnaryKind>(k));
    }
}

TEST(UnaryTest, integers) {
  Tensor x = Tensor::ofIntegers(integer(8), {3}, {-128, -1, 5});
  EXPECT_EQ(unary(UnaryKind::relu, x, 0, 0)->integers(), (std::vector<int64_t>{0, 0, 5}));
  EXPECT_EQ(unary(UnaryKind::sign, x, 0, 0)->integers(), (std::vector<int64_t>{-1, -1, 1}));
  expectFailure(unary(UnaryKind::neg, x, 0, 0), "element 0 is 128, outside of i8's");
  expectFailure(unary(UnaryKind::exp, x, 0, 0), "exp is not defined on i8");
  Tensor flags = Tensor::ofIntegers(ElementType::boolean(), {2}, {0, 1});
  EXPECT_EQ(unary(UnaryKind::logical_not, flags, 0, 0)->integers(), (std::vector<int64_t>{1, 0}));
}

TEST(ClipTest, floatsAndIntegers) {
  const double infinity = std::numeric_limits<double>::infinity();
  auto y = clip(Tensor::ofFloats({3}, {-5, std::nanf(""), 9}), 0, 6);
  EXPECT_EQ(y->floats()[0], 0.0f);
  EXPECT_TRUE(std::isnan(y->floats()[1]));
  EXPECT_EQ(y->floats()[2], 6.0f);
  EXPECT_EQ(clip(Tensor::ofIntegers(integer(8), {3}, {-128, 0, 100}), -infinity, 2.5)->integers(), (std::vector<int64_t>{-128, 0, 2}));
}

TEST(BinaryTest, floatsBroadcastAsNumpy) {
  const Tensor &a = golden("binary.a"), &b = golden("binary.b");
  for (BinaryKind kind : {BinaryKind::add, BinaryKind::sub, BinaryKind::mul, BinaryKind::div, BinaryKind::max, BinaryKind::min,
                          BinaryKind::prelu, BinaryKind::mod})
    expectTensor(binary(kind, a, b, a.type()), golden("binary." + std::string(nameOf(kind))));
  expectTensor(binary(BinaryKind::pow, *unary(UnaryKind::abs, a, 0, 0), b, a.type()), golden("binary.pow"), 1e-12);
  for (BinaryKind kind : {BinaryKind::less, BinaryKind::greater_equal})
    expectTensor(binary(kind, a, b, ElementType::boolean()), golden("binary." + std::string(nameOf(kind))));
}

TEST(BinaryTest, integersAreExact) {
  Tensor a = golden("binary_int.a", integer(8)), b = golden("binary_int.b", integer(4));
  for (BinaryKind kind : {BinaryKind::mod, BinaryKind::div, BinaryKind::mul})
    expectTensor(binary(kind, a, b, integer(16)), golden("binary_int." + std::string(nameOf(kind))));
  Tensor big = Tensor::ofIntegers(ElementType::i64(), {1}, {INT64_MAX}), one = Tensor::ofIntegers(ElementType::i64(), {1}, {1});
  expectFailure(binary(BinaryKind::add, big, one, ElementType::i64()), "outside of i64's");
  expectFailure(binary(BinaryKind::div, one, Tensor(ElementType::i64(), {1}), ElementType::i64()), "integer div by zero");
  Tensor two = Tensor::ofIntegers(ElementType::i64(), {1}, {2}), e = Tensor::ofIntegers(ElementType::i64(), {1}, {62});
  EXPECT_EQ(binary(BinaryKind::pow, two, e, ElementType::i64())->integers()[0], int64_t(1) << 62);
  expectFailure(binary(BinaryKind::pow, two, big, ElementType::i64()), "outside of i64's");
  expectFailure(binary(BinaryKind::add, one, Tensor(ElementType::f32(), {1}), ElementType::f32()), "add of i64 and f32 to f32 is not defined");
  expectFailure(binary(BinaryKind::add, Tensor(ElementType::f32(), {2}), Tensor(ElementType::f32(), {3}), ElementType::f32()), "cannot broadcast shapes [2] and [3]");
}

TEST(SelectTest, broadcastsAllThree) {
  Tensor c = Tensor::ofIntegers(ElementType::boolean(), {2, 1}, {1, 0}), a = Tensor::ofFloats({2}, {1, 2}), b = Tensor::ofFloats({1}, {9});
  auto y = select(c, a, b);
  ASSERT_TRUE(y) << y.message();
  EXPECT_EQ(y->floats(), (std::vector<float>{1, 2, 9, 9}));
}

TEST(CastTest, betweenAllFamilies) {
  Tensor x = Tensor::ofFloats({6}, {-1.9f, 1.9f, 300, -300, std::nanf(""), 0});
  EXPECT_EQ(cast(x, integer(8))->integers(), (std::vector<int64_t>{-1, 1, 127, -128, 0, 0}));
  EXPECT_EQ(cast(x, ElementType::boolean())->integers(), (std::vector<int64_t>{1, 1, 1, 1, 1, 0}));
  Tensor i = Tensor::ofIntegers(integer(16), {3}, {200, -1, 256});
  EXPECT_EQ(cast(i, integer(8))->integers(), (std::vector<int64_t>{-56, -1, 0}));
  EXPECT_EQ(cast(i, integer(8, false))->integers(), (std::vector<int64_t>{200, 255, 0}));
  EXPECT_EQ(cast(i, ElementType::boolean())->integers(), (std::vector<int64_t>{1, 1, 1}));
  EXPECT_EQ(cast(Tensor::ofFloats({1}, {2049}), ElementType::f16())->floats()[0], 2048.0f);
}
} // namespace
