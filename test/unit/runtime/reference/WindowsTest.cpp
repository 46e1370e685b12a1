//===- WindowsTest.cpp - conv and pool (A3, A6) --------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "Golden.h"
#include "runtime/reference/Conv.h"
#include "runtime/reference/Linear.h"
#include "runtime/reference/Pool.h"

#include <random>

using namespace weft::reference;
using namespace weft::reference::test;

namespace {
Shape list(const std::string &name) { return golden(name).integers(); }
ConvAttributes convAttributes(const std::string &name, int64_t groups, int64_t pad) {
  return {list(name + ".strides"), list(name + ".begin"), list(name + ".end"), list(name + ".dilations"), groups, pad};
}

TEST(ConvTest, integersAsNumpy) {
  auto y = conv(golden("conv_int.x", integer(8, false)), golden("conv_int.w", integer(8)), golden("conv_int.b", integer(32)),
                convAttributes("conv_int", 2, 3));
  expectTensor(y, golden("conv_int.y"));
  EXPECT_EQ(y->type(), integer(32));
}

TEST(ConvTest, floatsAsNumpy) {
  expectTensor(conv(golden("conv_float.x"), golden("conv_float.w"), golden("conv_float.b"), convAttributes("conv_float", 2, 0)),
               golden("conv_float.y"), 1e-6);
  for (std::string name : {"conv_1d", "conv_3d"})
    expectTensor(conv(golden(name + ".x"), golden(name + ".w"), golden(name + ".b"), convAttributes(name, 1, 0)),
                 golden(name + ".y"), 1e-12);
}

TEST(ConvTest, halfRoundsOnce) {
  auto x = Tensor(ElementType::f16(), {1, 1, 1}), w = x, b = Tensor(ElementType::f16(), {1});
  x.floats()[0] = w.floats()[0] = 1.0009765625f; // 1 + 2^-10; its square is not an f16
  EXPECT_EQ(conv(x, w, b, {{1}, {0}, {0}, {1}})->floats()[0], 1.001953125f);
}

TEST(ConvTest, overflowIsAnErrorNeverAWrap) {
  Tensor x = Tensor::ofIntegers(integer(8, false), {1, 1, 2}, {255, 255}), w = Tensor::ofIntegers(integer(8), {1, 1, 2}, {127, 127});
  Tensor b = Tensor::ofIntegers(integer(16), {1}, {0});
  expectFailure(conv(x, w, b, {{1}, {0}, {0}, {1}}), "element 0 is 64770, outside of i16's [-32768, 32767] (A3)");
}

TEST(ConvTest, refusesWhatDoesNotFit) {
  Tensor x(ElementType::f32(), {1, 3, 4}), w(ElementType::f32(), {2, 3, 5}), b(ElementType::f32(), {2});
  expectFailure(conv(x, w, b, {{1}, {0}, {0}, {1}}), "window of 5 does not fit into spatial dimension 0 of 4");
  expectFailure(conv(x, w, b, {{1}, {0}, {0}, {1}, 2}), "expected input [N, C, spatial...]");
  expectFailure(conv(x, w, Tensor(ElementType::f64(), {2}), {{1}, {1}, {1}, {1}}), "do not go together");
}

/// Every element by the sum that A3 writes.
Tensor naiveConv(const Tensor &x, const Tensor &w, const Tensor &b, const ConvAttributes &at, const Shape &shape) {
  Tensor y(b.type(), shape);
  const int64_t perGroup = w.dim(0) / at.groups;
  int64_t i = 0;
  for (int64_t n = 0; n < shape[0]; ++n)
    for (int64_t o = 0; o < shape[1]; ++o)
      for (int64_t h = 0; h < shape[2]; ++h)
        for (int64_t v = 0; v < shape[3]; ++v, ++i) {
          int64_t sum = b.integers()[o];
          for (int64_t c = 0; c < w.dim(1); ++c)
            for (int64_t kh = 0; kh < w.dim(2); ++kh)
              for (int64_t kw = 0; kw < w.dim(3); ++kw) {
                int64_t row = h * at.strides[0] + kh * at.dilations[0] - at.padsBegin[0];
                int64_t col = v * at.strides[1] + kw * at.dilations[1] - at.padsBegin[1];
                bool inside = row >= 0 && row < x.dim(2) && col >= 0 && col < x.dim(3);
                int64_t channel = o / perGroup * w.dim(1) + c;
                int64_t value = inside ? x.integers()[((n * x.dim(1) + channel) * x.dim(2) + row) * x.dim(3) + col] : at.padValue;
                sum += w.integers()[((o * w.dim(1) + c) * w.dim(2) + kh) * w.dim(3) + kw] * value;
              }
          y.integers()[i] = sum;
        }
  return y;
}

TEST(ConvTest, randomShapesEqualTheNaiveSum) {
  std::mt19937_64 random(7);
  auto upTo = [&](int64_t low, int64_t high) { return low + static_cast<int64_t>(random() % (high - low + 1)); };
  for (int trial = 0; trial < 300; ++trial) {
    const int64_t groups = upTo(1, 3), c = upTo(1, 3), o = upTo(1, 3) * groups;
    Tensor w = randomTensor(integer(4), {o, c, upTo(1, 4), upTo(1, 4)}, random);
    ConvAttributes at = {{upTo(1, 3), upTo(1, 3)}, {upTo(0, 3), upTo(0, 3)}, {upTo(0, 3), upTo(0, 3)}, {upTo(1, 2), upTo(1, 2)}, groups, upTo(0, 15)};
    Tensor x = randomTensor(integer(4, false), {upTo(1, 2), c * groups, upTo(7, 12), upTo(7, 12)}, random);
    Tensor b = randomTensor(integer(24), {o}, random);
    auto y = conv(x, w, b, at);
    ASSERT_TRUE(y) << y.message();
    expectTensor(y, naiveConv(x, w, b, at, y->shape()));
  }
}

TEST(ConvTest, oneByOneIsLinear) {
  std::mt19937_64 random(8);
  Tensor x = randomTensor(ElementType::f32(), {3, 20, 1, 1}, random), w = randomTensor(ElementType::f32(), {5, 20, 1, 1}, random);
  Tensor b = randomTensor(ElementType::f32(), {5}, random);
  auto y = linear(x.reshaped({3, 20}), w.reshaped({5, 20}), b);
  expectTensor(conv(x, w, b, {{1, 1}, {0, 0}, {0, 0}, {1, 1}})->reshaped({3, 5}), *y, 1e-6);
}

PoolAttributes poolAttributes(PoolKind kind) {
  return {kind, {list("pool.kernel"), list("pool.strides"), list("pool.begin"), list("pool.end"), list("pool.dilations")}, false, 5};
}

TEST(PoolTest, asNumpy) {
  Tensor x = golden("pool.x", integer(8));
  expectTensor(pool(x, poolAttributes(PoolKind::max), integer(8)), golden("pool.max"));
  expectTensor(pool(x, poolAttributes(PoolKind::sum), integer(16)), golden("pool.sum"));
  Tensor f = golden("pool.x", ElementType::f32());
  expectTensor(pool(f, poolAttributes(PoolKind::max), f.type()), golden("pool.max"));
  PoolAttributes average = poolAttributes(PoolKind::average);
  expectTensor(pool(f, average, f.type()), golden("pool.average"), 1e-6);
  average.countIncludePad = true;
  expectTensor(pool(f, average, f.type()), golden("pool.average_padded"), 1e-6);
}

TEST(PoolTest, paddingNeverWinsAMaximum) {
  Tensor x = Tensor::ofIntegers(integer(8), {1, 1, 2}, {-128, -127});
  Window window = {{3}, {1}, {1}, {1}, {1}};
  EXPECT_EQ(pool(x, {PoolKind::max, window}, integer(8))->integers(), (std::vector<int64_t>{-127, -127}));
}

TEST(PoolTest, refusesIntegerAverageAndOverflow) {
  Tensor x = Tensor::ofIntegers(integer(8), {1, 1, 2}, {127, 127});
  expectFailure(pool(x, {PoolKind::average, Window::of({2})}, integer(8)), "(A6)");
  expectFailure(pool(x, {PoolKind::sum, Window::of({2})}, integer(8)), "element 0 is 254, outside of i8's [-128, 127] (A6)");
}
} // namespace
