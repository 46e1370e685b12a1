//===- FactorsTest.cpp - A12, A12c and A14 against their formulas -----------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "runtime/reference/Factors.h"
#include "Golden.h"

#include <random>

using namespace weft::reference;
using namespace weft::reference::test;

namespace {
Tensor randomFloats(Shape shape, std::mt19937_64 &random) {
  Tensor t(ElementType::f32(), std::move(shape));
  std::normal_distribution<float> normal;
  for (float &v : t.floats())
    v = normal(random);
  return t;
}

TEST(TensorTrainTest, a12ThreeCoresAgainstTheFormula) {
  std::mt19937_64 random(1);
  Tensor a = randomFloats({1, 2, 3, 4}, random), b = randomFloats({4, 3, 2, 5}, random), c = randomFloats({5, 2, 2, 1}, random);
  auto w = tensorTrain({&a, &b, &c});
  ASSERT_TRUE(w) << w.message();
  ASSERT_EQ(w->shape(), (Shape{12, 12}));
  for (int64_t i = 0; i < 12; ++i)
    for (int64_t j = 0; j < 12; ++j) {
      int64_t i1 = i / 6, i2 = i / 2 % 3, i3 = i % 2, j1 = j / 4, j2 = j / 2 % 2, j3 = j % 2;
      double sum = 0;
      for (int64_t r = 0; r < 4; ++r)
        for (int64_t s = 0; s < 5; ++s)
          sum += double(a.floats()[(i1 * 3 + j1) * 4 + r]) * b.floats()[((r * 3 + i2) * 2 + j2) * 5 + s] *
                 c.floats()[(s * 2 + i3) * 2 + j3];
      EXPECT_NEAR(w->floats()[i * 12 + j], sum, 1e-5);
    }
  expectFailure(tensorTrain({&b}), "begin with the bond 1");
  expectFailure(tensorTrain({&a}), "last bond is 1, found 4");
}

TEST(TuckerTest, a12cAgainstTheFormula) {
  std::mt19937_64 random(2);
  Tensor output = randomFloats({4, 2}, random), core = randomFloats({2, 3, 3}, random), input = randomFloats({3, 5}, random);
  auto w = tucker(output, core, input);
  ASSERT_TRUE(w) << w.message();
  ASSERT_EQ(w->shape(), (Shape{4, 5, 3}));
  for (int64_t o = 0; o < 4; ++o)
    for (int64_t c = 0; c < 5; ++c)
      for (int64_t t = 0; t < 3; ++t) {
        double sum = 0;
        for (int64_t a = 0; a < 2; ++a)
          for (int64_t b = 0; b < 3; ++b)
            sum += double(output.floats()[o * 2 + a]) * core.floats()[(a * 3 + b) * 3 + t] * input.floats()[b * 5 + c];
        EXPECT_NEAR(w->floats()[(o * 5 + c) * 3 + t], sum, 1e-5);
      }
  expectFailure(tucker(input, core, input), "[O, r1]");
}

TEST(BasisProductTest, a14GroupsAndStreamOrder) {
  // Two channels of two taps: position p = s·2 + c is column c·2 + s.
  Tensor coefficients = Tensor::ofIntegers(integer(4), {2, 2, 2}, {1, 0, 1, 2, 3, 1, 0, 1});
  Tensor basis = Tensor::ofIntegers(integer(4), {2, 2, 2}, {1, 3, 2, 7, 1, 0, 0, 1});
  // Row 0: taps (1, 1) and (0, 2) times [[1, 3], [2, 7]]; row 1: its own basis, the identity.
  EXPECT_EQ(basisProduct(coefficients, basis, 2, integer(8))->integers(), (std::vector<int64_t>{3, 4, 10, 14, 3, 1, 0, 1}));
  EXPECT_EQ(basisProduct(coefficients, basis, 0, integer(8))->integers(), (std::vector<int64_t>{1, 3, 5, 17, 3, 1, 0, 1}));
  expectFailure(basisProduct(coefficients, basis, 2, integer(4)), "does not fit i4");
  Tensor real = Tensor::ofFloats({1, 2, 2}, {0.5f, 0, 0, 0.25f});
  EXPECT_EQ(basisProduct(coefficients, real, 0, ElementType::f32())->floats(), (std::vector<float>{0.5f, 0, 0.5f, 0.5f, 1.5f, 0.25f, 0, 0.25f}));
  expectFailure(basisProduct(coefficients, Tensor(ElementType::f32(), {1, 3, 3}), 0, ElementType::f32()), "s dividing K");
}
} // namespace
