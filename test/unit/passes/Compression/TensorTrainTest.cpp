//===- TensorTrainTest.cpp - TT-SVD against numpy and its own bound ------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/Algorithms/Contraction.h"
#include "passes/Compression/Algorithms/Factorize.h"
#include "gtest/gtest.h"

#include <algorithm>
#include <cmath>
#include <random>

using namespace weft::compression;

namespace {

/// The matrix of Inputs/tensor_train.py.
std::vector<float> knownMatrix() {
  std::vector<float> w;
  for (int i = 0; i < 12; ++i)
    for (int j = 0; j < 20; ++j)
      w.push_back(static_cast<float>(std::sin(0.7 * i + 0.3 * j) + std::cos(0.13 * i * j)));
  return w;
}

std::vector<float> randomWeights(size_t count, std::mt19937_64 &random) {
  std::normal_distribution<float> normal;
  std::vector<float> w(count);
  for (float &v : w)
    v = normal(random);
  return w;
}

double trainError(const std::vector<float> &w, const TensorTrain &train) { return relativeDistance(w, composeTrain(train)); }

TEST(TensorTrainTest, errorsOfTruncatedTrainsAreNumpys) {
  struct Golden {
    int64_t rank;
    double two, three;
  };
  const Golden goldens[] = {
#include "Inputs/tensor_train.inc"
  };
  std::vector<float> w = knownMatrix();
  for (const Golden &golden : goldens) {
    EXPECT_NEAR(trainError(w, decomposeTrain(w, {{3, 4}, {4, 5}}, {0, golden.rank})), golden.two, 2e-7) << golden.rank;
    EXPECT_NEAR(trainError(w, decomposeTrain(w, {{2, 2, 3}, {2, 2, 5}}, {0, golden.rank})), golden.three, 2e-7) << golden.rank;
  }
}

TEST(TensorTrainTest, errorIsAtMostTheBound) {
  std::mt19937_64 random(3);
  const TrainShapes shapes[] = {{{4, 6}, {5, 4}}, {{2, 3, 4}, {5, 2, 2}}, {{2, 2, 2, 3}, {2, 1, 5, 2}}, {{1, 24}, {4, 5}}};
  for (const TrainShapes &s : shapes)
    for (double bound : {0.0, 0.01, 0.1, 0.3, 0.7, 1.0}) {
      std::vector<float> w = randomWeights(24 * 20, random);
      TensorTrain train = decomposeTrain(w, s, {bound, 0});
      EXPECT_LE(trainError(w, train), bound + 1e-6) << factorsText(s.rows) << " " << bound;
      EXPECT_EQ(train.front().left, 1);
      EXPECT_EQ(train.back().right, 1);
      for (size_t k = 0; k + 1 < train.size(); ++k)
        EXPECT_EQ(train[k].right, train[k + 1].left);
    }
}

TEST(TensorTrainTest, zerosAndExactRanks) {
  TensorTrain zero = decomposeTrain(std::vector<float>(24, 0.0f), {{2, 3}, {2, 2}}, {});
  EXPECT_EQ(parameterCount(zero), 4 + 6);
  EXPECT_EQ(trainError(std::vector<float>(24, 0.0f), zero), 0);
  // A train of rank 2 is found again.
  std::mt19937_64 random(4);
  TensorTrain two = {{1, 4, 5, 2, randomWeights(40, random)}, {2, 3, 4, 1, randomWeights(24, random)}};
  std::vector<double> exact = composeTrain(two);
  std::vector<float> w(exact.begin(), exact.end());
  EXPECT_EQ(decomposeTrain(w, {{4, 3}, {5, 4}}, {1e-5, 0}).front().right, 2);
}

TEST(TensorTrainTest, budgetsAndErrorsOnDataChooseTheRank) {
  std::mt19937_64 random(5);
  std::vector<float> w = randomWeights(36 * 36, random);
  TrainShapes shapes{{6, 6}, {6, 6}};
  FactorLimit params;
  params.parameters = 500; // 72 a rank
  EXPECT_EQ(fitTrain(w, shapes, params).front().right, 6);
  FactorLimit data;
  data.outputError = [&](const std::vector<double> &weight) { return relativeDistance(w, weight); };
  data.greatestOutputError = 0.5;
  TensorTrain train = fitTrain(w, shapes, data);
  int64_t rank = train.front().right;
  EXPECT_LE(trainError(w, train), 0.5);
  EXPECT_GT(trainError(w, decomposeTrain(w, shapes, {0, rank - 1})), 0.5);
}

TEST(TuckerTest, errorsOnDataChooseTheRank) {
  std::mt19937_64 random(8);
  KernelShape shape{8, 6, 9};
  std::vector<float> w = randomWeights(8 * 6 * 9, random);
  FactorLimit data;
  data.outputError = [&](const std::vector<double> &kernel) { return relativeDistance(w, kernel); };
  data.greatestOutputError = 0.6;
  Tucker tucker = fitTucker(w, shape, {}, data);
  EXPECT_LE(relativeDistance(w, composeTucker(tucker, shape)), 0.6);
  EXPECT_GT(relativeDistance(w, composeTucker(decomposeTucker(w, shape, {0, tucker.outputRank - 1}), shape)), 0.6);
}

/// All orders, one after the other.
int64_t cheapestByTrying(const std::vector<CoreShape> &cores) {
  std::vector<int64_t> order(cores.size());
  for (size_t i = 0; i < order.size(); ++i)
    order[i] = static_cast<int64_t>(i);
  int64_t best = INT64_MAX;
  do {
    std::vector<bool> applied(cores.size());
    int64_t total = 0;
    for (int64_t k : order) {
      // Size of the value, then what core k contracts and produces.
      int64_t macs = 1;
      for (size_t i = 0; i < cores.size(); ++i) {
        macs *= applied[i] ? cores[i].rows : cores[i].columns;
        if (i + 1 < cores.size()) {
          bool open = applied[i] != applied[i + 1];
          bool touched = static_cast<int64_t>(i) == k || static_cast<int64_t>(i) + 1 == k;
          macs *= open || touched ? cores[i].right : 1;
        }
      }
      total += macs * cores[static_cast<size_t>(k)].rows;
      applied[static_cast<size_t>(k)] = true;
    }
    best = std::min(best, total);
  } while (std::next_permutation(order.begin(), order.end()));
  return best;
}

TEST(ContractionTest, cheapestOfAllOrders) {
  std::mt19937_64 random(6);
  for (int round = 0; round < 60; ++round) {
    size_t count = 2 + random() % 4;
    std::vector<CoreShape> cores;
    int64_t bond = 1;
    for (size_t k = 0; k < count; ++k) {
      int64_t next = k + 1 < count ? 1 + static_cast<int64_t>(random() % 9) : 1;
      cores.push_back({bond, 1 + static_cast<int64_t>(random() % 7), 1 + static_cast<int64_t>(random() % 7), next});
      bond = next;
    }
    EXPECT_EQ(contractionMacs(cheapestContraction(cores)), cheapestByTrying(cores));
  }
}

TEST(ContractionTest, bondOfTheNextStepIsInnermost) {
  std::vector<ContractionStep> steps = cheapestContraction({{1, 20, 28, 8}, {8, 15, 28, 1}});
  ASSERT_EQ(steps.size(), 2u);
  EXPECT_EQ(steps[0].core, 1);
  EXPECT_EQ(steps[0].produced.back().kind, TrainAxis::Kind::bond);
  EXPECT_EQ(contractionMacs(steps), 28 * 28 * 120 + 15 * (28 * 8) * 20);
}

TEST(FactorShapesTest, balancedAndParsed) {
  EXPECT_EQ(balancedFactors(784, 2), (Factors{28, 28}));
  EXPECT_EQ(balancedFactors(300, 2), (Factors{15, 20}));
  EXPECT_EQ(balancedFactors(300, 3), (Factors{5, 6, 10}));
  EXPECT_EQ(balancedFactors(7, 2), (Factors{1, 7}));
  EXPECT_EQ(balancedFactors(1, 3), (Factors{1, 1, 1}));
  auto shapes = parseTrainShapes("4x7x28:10x5x6");
  ASSERT_TRUE(shapes);
  EXPECT_EQ(shapes->rows, (Factors{4, 7, 28}));
  for (const char *bad : {"", "4x7", "4x7:2", "0x7:2x2", "4x:2x2", "a:b", "4:4", "99999999999999999999x1:1x1"})
    EXPECT_FALSE(parseTrainShapes(bad)) << bad;
}

TEST(TuckerTest, errorIsAtMostTheBoundAndIterationHelps) {
  std::mt19937_64 random(7);
  KernelShape shape{8, 6, 9};
  std::vector<float> w = randomWeights(8 * 6 * 9, random);
  for (double bound : {0.0, 0.1, 0.4, 0.8})
    EXPECT_LE(relativeDistance(w, composeTucker(decomposeTucker(w, shape, {bound, 0}), shape)), bound + 1e-6);
  double last = 1;
  for (int64_t rank = 1; rank <= 8; ++rank) {
    Tucker tucker = decomposeTucker(w, shape, {0, rank});
    EXPECT_LE(tucker.inputRank, 6);
    double error = relativeDistance(w, composeTucker(tucker, shape));
    EXPECT_LT(error, last);
    last = error;
  }
  EXPECT_LT(last, 1e-6);
}

TEST(TuckerTest, budgets) {
  std::mt19937_64 random(8);
  KernelShape shape{8, 8, 9};
  FactorLimit limit;
  limit.macs = 3000;
  Tucker tucker = fitTucker(randomWeights(8 * 8 * 9, random), shape, {16, 16}, limit);
  EXPECT_LE(costOf(tucker, shape, {16, 16}).macs, 3000);
  EXPECT_EQ(tucker.outputRank, 3); // 16 · (24 + 81 + 24) = 2064; rank 4 has 3328
}

} // namespace
