//===- CirculantTest.cpp - projections against the rule ---------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/Algorithms/Circulant.h"
#include "runtime/reference/Codec.h"
#include "gtest/gtest.h"

#include <cmath>
#include <random>

using namespace weft;
using namespace weft::compression;
using reference::Tensor;

namespace {

std::vector<float> uniform(size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> distribution(-1, 1);
  std::vector<float> values(count);
  for (float &v : values)
    v = distribution(random);
  return values;
}

/// A13 of vectors [rows/b][columns/b][b][taps].
std::vector<float> expanded(const std::vector<float> &vectors, int64_t rows, int64_t columns, int64_t taps, int64_t b) {
  return reference::circulant(Tensor::ofFloats({rows / b, columns / b, b, taps}, vectors), 0)->floats();
}

TEST(Circulant, NothingIsNearer) {
  const int64_t rows = 6, columns = 9, taps = 2, b = 3;
  std::vector<float> weight = uniform(rows * columns * taps, 1);
  std::vector<float> vectors = projectCirculant(weight.data(), rows, columns, taps, b);
  auto distance = [&](const std::vector<float> &v) {
    std::vector<float> w = expanded(v, rows, columns, taps, b);
    double sum = 0;
    for (size_t i = 0; i < w.size(); ++i)
      sum += std::pow(static_cast<double>(w[i]) - weight[i], 2);
    return sum;
  };
  double least = distance(vectors);
  for (size_t i = 0; i < vectors.size(); ++i)
    for (float change : {-0.01f, 0.01f}) {
      std::vector<float> other = vectors;
      other[i] += change;
      EXPECT_GT(distance(other), least);
    }
}

TEST(Circulant, KeepsWhatIsCirculantAndFindsIt) {
  const int64_t rows = 8, columns = 12, taps = 3;
  for (int64_t b : {2, 4}) {
    std::vector<float> vectors = uniform(rows * columns * taps / b, 2);
    vectors[0] = -0.0f;
    std::vector<float> weight = expanded(vectors, rows, columns, taps, b), again = projectCirculant(weight.data(), rows, columns, taps, b);
    EXPECT_EQ(again, vectors);
    EXPECT_TRUE(std::signbit(again[0]));
    std::vector<double> wide(weight.begin(), weight.end());
    EXPECT_EQ(circulantBlock(wide.data(), rows, columns, taps, 1024), static_cast<size_t>(b));
    wide[5] += 1;
    EXPECT_EQ(circulantBlock(wide.data(), rows, columns, taps, 1024), 1u);
  }
}

} // namespace
