//===- RankPriorTest.cpp - ranks of tensor trains that shrink ---------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "passes/Training/Algorithms/RankPrior.h"
#include <gtest/gtest.h>

using namespace weft::training;

namespace {

/// A bond of two indices between the columns of a 2 × 4 weight (stride 2) and the rows of a 2 × 3 one.
Bond bond() { return {"fc", 0, 2, {{0, 2, 4, false, 2}, {1, 2, 3, true, 1}}}; }

TEST(RankPrior, EstimatesAreMeansOfSquaresOfBothSlices) {
  RankPrior prior({bond()}, {0.5, 0.5, 0.001});
  std::vector<float> left{1, 2, 0, 0, 3, 4, 0, 0}, right{5, 6, 7, 0, 0, 1};
  prior.begin({&left, &right});
  // Index 0: the left columns 0 and 1 and the right row 0: 30 + 110 over 7 elements and 1.
  std::vector<float> state, precision(8);
  prior.save(state);
  EXPECT_EQ(state, (std::vector<float>{140.0f / 8, 1.0f / 8}));
  prior.precisions(0, precision);
  EXPECT_EQ(precision, (std::vector<float>{8.0f / 140, 8.0f / 140, 8, 8, 8.0f / 140, 8.0f / 140, 8, 8}));
  RankPrior bounded({bond()}, {0.5, 0.5, 0.1});
  bounded.begin({&left, &right});
  bounded.precisions(1, precision);
  EXPECT_FLOAT_EQ(precision[0], 8.0f / 140);
  EXPECT_FLOAT_EQ(precision[3], 80.0f / 140); // as if it were a tenth of the greatest
  right[5] = 3;
  prior.update({&left, &right});
  state.clear();
  prior.save(state);
  EXPECT_EQ(state, (std::vector<float>{140.0f / 8, 0.5f / 8 + 0.5f * 9 / 8}));
}

TEST(RankPrior, GivesUpWhatIsFaintAndKeepsTheRest) {
  RankPrior prior({bond()}, {0.5, 0.1, 0.01});
  std::vector<float> left{1, 2, 0.1f, 0, 3, 4, 0, 0}, right{5, 6, 7, 0, 0, 0.1f};
  prior.begin({&left, &right});
  EXPECT_EQ(prior.kept()[0].size(), 2u);
  prior.prune();
  EXPECT_EQ(prior.kept()[0], (std::vector<int64_t>{0}));
  std::vector<std::pair<size_t, int64_t>> zeros;
  prior.forGivenUp([&](const BondSide &side, int64_t i) { zeros.push_back({side.parameter, i}); });
  EXPECT_EQ(zeros, (std::vector<std::pair<size_t, int64_t>>{{0, 2}, {0, 3}, {0, 6}, {0, 7}, {1, 3}, {1, 4}, {1, 5}}));
  std::vector<float> state;
  prior.save(state);
  RankPrior other({bond()}, {0.5, 0.1, 0.01});
  other.begin({&left, &right});
  other.restore(state);
  EXPECT_EQ(other.kept()[0], (std::vector<int64_t>{0}));
  prior.prune(); // the last one stays
  EXPECT_EQ(prior.kept()[0], (std::vector<int64_t>{0}));
}

} // namespace
