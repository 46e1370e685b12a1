//===- InterleaverTest.cpp - clash-free masks against naive versions -------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/Algorithms/Interleaver.h"

#include "runtime/reference/Masks.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <numeric>
#include <random>
#include <set>

using namespace weft;
using namespace weft::compression;

namespace {

std::vector<float> randomWeights(int64_t n, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  std::vector<float> w(n);
  for (float &v : w)
    v = normal(random);
  return w;
}

/// The left neuron of every edge, by the reference.
std::vector<int64_t> edgesOf(const InterleaverTables &t, const Junction &j) {
  reference::Tensor starts = reference::Tensor::ofIntegers(reference::ElementType::i64(), t.startShape, t.starts), dither;
  if (!t.dither.empty())
    dither = reference::Tensor::ofIntegers(reference::ElementType::i64(), {j.fanOut, j.z}, t.dither);
  auto edges = reference::interleaverEdges({t.type, j.fanOut, &starts, t.dither.empty() ? nullptr : &dither}, j.right, j.left);
  EXPECT_TRUE(edges.ok()) << (edges.ok() ? "" : edges.message());
  return edges.ok() ? *edges : std::vector<int64_t>();
}

double energyOf(const std::vector<int64_t> &left, const std::vector<float> &w, const Junction &j) {
  double kept = 0, all = 0;
  for (float v : w)
    all += double(v) * v;
  for (size_t e = 0; e < left.size(); ++e) {
    double v = w[int64_t(e) / j.fanIn() * j.left + left[e]];
    kept += v * v;
  }
  return kept / all;
}

void expectClashFree(const std::vector<int64_t> &left, const Junction &j) {
  ASSERT_EQ(int64_t(left.size()), j.edges());
  for (int64_t c = 0; c < j.edges() / j.z; ++c) {
    std::set<int64_t> memories;
    for (int64_t i = 0; i < j.z; ++i)
      memories.insert(left[c * j.z + i] % j.z);
    EXPECT_EQ(int64_t(memories.size()), j.z) << "cycle " << c;
  }
  std::vector<int64_t> degree(j.left);
  for (int64_t n = 0; n < j.right; ++n) {
    std::set<int64_t> inputs(left.begin() + n * j.fanIn(), left.begin() + (n + 1) * j.fanIn());
    EXPECT_EQ(int64_t(inputs.size()), j.fanIn()) << "an edge twice at output " << n;
    for (int64_t i : inputs)
      ++degree[i];
  }
  for (int64_t d : degree)
    EXPECT_EQ(d, j.fanOut);
}

const std::vector<Junction> kJunctions = {{24, 12, 3, 3}, {24, 12, 6, 4}, {24, 12, 1, 8}, {16, 16, 2, 8}, {40, 10, 5, 40}, {12, 4, 4, 6}};

TEST(Interleaver, FittedMasksAreClashFreeAndSayWhatTheyKeep) {
  for (const Junction &j : kJunctions)
    for (int type : {1, 2, 3})
      for (bool dither : {false, true}) {
        std::vector<float> w = randomWeights(j.left * j.right, unsigned(j.left + type));
        InterleaverTables t = fitInterleaver(w.data(), j, type, dither);
        std::vector<int64_t> left = edgesOf(t, j);
        expectClashFree(left, j);
        EXPECT_NEAR(t.keptEnergy, energyOf(left, w, j), 1e-9);
        InterleaverTables random = randomInterleaver(j, type, dither, 7);
        std::vector<int64_t> unfitted = edgesOf(random, j);
        expectClashFree(unfitted, j);
        if (!dither || type != 3) { // type 3 with a dither is no global optimum
          EXPECT_GE(t.keptEnergy, energyOf(unfitted, w, j) - 1e-12);
        }
      }
}

/// All choices of a small junction, one after the other.
double bestByTrying(const std::vector<float> &w, const Junction &j, int type) {
  InterleaverTables t;
  t.type = type;
  t.startShape = type == 2 ? std::vector<int64_t>{j.fanOut, j.z} : std::vector<int64_t>{1, j.z};
  t.starts.assign(t.startShape[0] * j.z, 0);
  double best = 0;
  for (;;) {
    best = std::max(best, energyOf(edgesOf(t, j), w, j));
    size_t i = 0;
    while (i < t.starts.size() && ++t.starts[i] == j.rows())
      t.starts[i++] = 0;
    if (i == t.starts.size())
      return best;
  }
}

TEST(Interleaver, StartRowsAreTheBestThereAre) {
  for (unsigned seed = 0; seed < 4; ++seed) {
    Junction j{9, 9, 3, 3};
    std::vector<float> w = randomWeights(81, seed);
    EXPECT_NEAR(fitInterleaver(w.data(), j, 3, false).keptEnergy, bestByTrying(w, j, 3), 1e-12);
    Junction two{8, 8, 2, 4};
    w = randomWeights(64, seed);
    EXPECT_NEAR(fitInterleaver(w.data(), two, 2, false).keptEnergy, bestByTrying(w, two, 2), 1e-12);
  }
}

TEST(Interleaver, RichTypesKeepMore) {
  std::vector<float> w = randomWeights(48 * 24, 3);
  Junction j{48, 24, 6, 4};
  double one = fitInterleaver(w.data(), j, 1, false).keptEnergy, two = fitInterleaver(w.data(), j, 2, false).keptEnergy,
         three = fitInterleaver(w.data(), j, 3, false).keptEnergy;
  EXPECT_GT(one, two);
  EXPECT_GT(two, three);
  EXPECT_GT(three, 0.25);
  Junction wide{48, 24, 2, 16};
  EXPECT_GE(fitInterleaver(w.data(), wide, 2, true).keptEnergy, fitInterleaver(w.data(), wide, 2, false).keptEnergy);
}

TEST(Interleaver, AMaskThatIsThereIsFound) {
  Junction j{24, 12, 3, 3};
  for (int type : {2, 3}) {
    std::vector<float> w(24 * 12, 0.0f);
    std::vector<int64_t> left = edgesOf(randomInterleaver(j, type, false, 5), j);
    for (size_t e = 0; e < left.size(); ++e)
      w[int64_t(e) / j.fanIn() * j.left + left[e]] = 1.0f;
    EXPECT_EQ(fitInterleaver(w.data(), j, type, false).keptEnergy, 1.0);
  }
}

TEST(Interleaver, Legality) {
  EXPECT_EQ(legalFanOuts(784, 300), (std::vector<int64_t>{75, 150, 300}));
  EXPECT_EQ(legalFanOuts(100, 10), (std::vector<int64_t>{1, 2, 5, 10}));
  EXPECT_EQ(legalFanOuts(25, 6), (std::vector<int64_t>{6}));
  EXPECT_EQ(legalMemories(24, 6), (std::vector<int64_t>{1, 2, 3, 6, 12, 24}));
  EXPECT_EQ(legalMemories(24, 8), (std::vector<int64_t>{1, 2, 4, 8, 24}));
  EXPECT_EQ(chooseMemories(784, 196, 16), 14);
  EXPECT_EQ(nearestOf({1, 2, 4, 8}, 6), 4);
  EXPECT_EQ(unbalanced({16, 16, 1, 16}, {16, 4, 2, 16}), "");
  EXPECT_EQ(unbalanced({16, 16, 1, 16}, {16, 4, 2, 2}),
            "takes z = 2 inputs a cycle, fewer than the 16 outputs that the layer before it may finish in one; the nearest legal z is 16");
}

TEST(Interleaver, AssignmentAgreesWithPermutations) {
  std::mt19937 random(9);
  for (int trial = 0; trial < 60; ++trial) {
    int64_t bins = 1 + trial % 4, items = bins * (1 + trial % 2);
    std::vector<double> benefit(items * bins);
    for (double &b : benefit)
      b = double(random() % 100);
    std::vector<int64_t> bin = assignToBins(benefit, items, bins), seat(items), count(bins);
    double got = 0, best = 0;
    for (int64_t i = 0; i < items; ++i) {
      got += benefit[i * bins + bin[i]];
      ++count[bin[i]];
    }
    for (int64_t c : count)
      EXPECT_EQ(c, items / bins);
    std::iota(seat.begin(), seat.end(), 0);
    do {
      double sum = 0;
      for (int64_t i = 0; i < items; ++i)
        sum += benefit[i * bins + seat[i] % bins];
      best = std::max(best, sum);
    } while (std::next_permutation(seat.begin(), seat.end()));
    EXPECT_DOUBLE_EQ(got, best);
  }
}

} // namespace
