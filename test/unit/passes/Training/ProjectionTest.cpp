//===- ProjectionTest.cpp - the nearest weight that a code can store --------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "passes/Training/Algorithms/Projection.h"
#include <cmath>
#include <gtest/gtest.h>

using namespace weft::training;

namespace {

Sink into(std::vector<int64_t> &to) {
  return [&to](const std::vector<int64_t> &values) { to = values; };
}

TEST(Projection, RoundsAndScalesByRows) {
  std::vector<int64_t> codes;
  ProjectionPtr p = scaled({0.5f, 2.0f}, roundToIntegers(-7, 7, into(codes)));
  std::vector<float> w{0.6f, -9.0f, 3.1f, 30.0f};
  p->store(w);
  EXPECT_EQ(codes, (std::vector<int64_t>{1, -7, 2, 7}));
  EXPECT_EQ(w, (std::vector<float>{0.5f, -3.5f, 4.0f, 14.0f}));
}

TEST(Projection, BinaryWeightsAreSignsAndSettleWithinThem) {
  std::vector<int64_t> codes;
  ProjectionPtr p = scaled({0.5f}, binary(into(codes)));
  std::vector<float> w{0.6f, -9.0f, 0.0f, -0.1f};
  EXPECT_TRUE(p->settles());
  p->settle(w);
  EXPECT_EQ(w, (std::vector<float>{0.5f, -0.5f, 0.0f, -0.1f}));
  p->store(w);
  EXPECT_EQ(codes, (std::vector<int64_t>{1, -1, 1, -1}));
  EXPECT_EQ(w, (std::vector<float>{0.5f, -0.5f, 0.5f, -0.5f}));
}

double lost(ProjectionPtr &p, std::vector<float> w) {
  std::vector<float> before = w;
  p->project(w);
  double sum = 0;
  for (size_t i = 0; i < w.size(); ++i)
    sum += (w[i] - before[i]) * (w[i] - before[i]);
  return sum;
}

TEST(Projection, LearnedScalesLoseLess) {
  std::vector<int64_t> codes;
  std::vector<float> scales;
  auto toScales = [&](const std::vector<float> &v) { scales = v; };
  ProjectionPtr p = scaled({1, 1, 0.5f}, roundToIntegers(-7, 7, into(codes)), toScales);
  // The first fits at 2, the second as it is, the third has only zeros.
  std::vector<float> w{14, 2, -4, 3, 1, -7, 0, 0, 0};
  p->adapt(w);
  EXPECT_EQ(lost(p, w), 0);
  std::vector<float> copy = w;
  p->store(copy);
  EXPECT_EQ(scales, (std::vector<float>{2, 1, 0.5f}));
  EXPECT_EQ(codes, (std::vector<int64_t>{7, 1, -2, 3, 1, -7, 0, 0, 0}));
  std::vector<float> state;
  p->save(state);
  ProjectionPtr other = scaled({9, 9, 9}, roundToIntegers(-7, 7, into(codes)), toScales);
  size_t at = 0;
  other->restore(state, at);
  EXPECT_EQ(at, 3u);
  EXPECT_EQ(lost(other, w), 0);
  // No step loses more than the one before.
  w = {0.9f, 11, -3.3f, 17, 0.2f, -1, 5, 4.6f, -0.4f};
  double before = lost(p, w);
  for (int i = 0; i < 5; ++i) {
    p->adapt(w);
    EXPECT_LE(lost(p, w), before);
    before = lost(p, w);
  }
}

TEST(Projection, ScalesStayWithoutSinkOrWhereValuesAreKept) {
  std::vector<int64_t> codes;
  std::vector<float> w{14, 2, -4}, scales;
  ProjectionPtr fixed = scaled({1}, roundToIntegers(-7, 7, into(codes)));
  fixed->adapt(w);
  EXPECT_EQ(lost(fixed, w), 49);
  auto entries = clustered({{1, 0, 0}, {0, 7}, 1}, roundToIntegers(-7, 7, into(codes)), into(codes));
  ProjectionPtr codebook = scaled({1}, std::move(entries), [&](const std::vector<float> &v) { scales = v; });
  codebook->adapt(w);
  codebook->store(w);
  EXPECT_TRUE(scales.empty());
  ProjectionPtr circulant = scaled({1}, shared({0, 0, 1}, 2, roundToIntegers(-7, 7, into(codes))), [&](const std::vector<float> &v) { scales = v; });
  circulant->adapt(w);
  circulant->store(w);
  EXPECT_TRUE(scales.empty());
}

TEST(Projection, ExponentialsArePositive) {
  ProjectionPtr p = exponential(0.5f);
  std::vector<float> x{0, 1, -2};
  p->project(x);
  EXPECT_FLOAT_EQ(x[0], 0.5f);
  EXPECT_FLOAT_EQ(x[1], 0.5f * std::exp(1.0f));
  EXPECT_FLOAT_EQ(x[2], 0.5f * std::exp(-2.0f));
}

TEST(Projection, KeepsWhatTheMaskKeeps) {
  std::vector<float> values;
  ProjectionPtr p = scattered({1, 3}, 5, keepReal([&](const std::vector<float> &v) { values = v; }));
  std::vector<float> w{1, 2, 3, 4, 5};
  p->store(w);
  EXPECT_EQ(w, (std::vector<float>{0, 2, 0, 4, 0}));
  EXPECT_EQ(values, (std::vector<float>{2, 4}));
}

TEST(Projection, ClusterEntriesMoveWithTheirMembersAndAdaptReassigns) {
  std::vector<int64_t> codes;
  std::vector<float> entries;
  ProjectionPtr p = clustered({{0, 0, 1, 1}, {0, 10}, 1}, keepReal([&](const std::vector<float> &v) { entries = v; }), into(codes));
  std::vector<float> w{1, 4, 11, 13};
  p->project(w);
  EXPECT_EQ(w, (std::vector<float>{0, 0, 10, 10}));
  w = {2, 7, 10, 13}; // by 2 and by −0.5 in the mean
  p->project(w);
  EXPECT_EQ(w, (std::vector<float>{2, 2, 9.5f, 9.5f}));
  w = {2, 7, 10, 13};
  p->adapt(w); // 7 is nearer to 9.5 than to 2, and 9.5 stays
  p->store(w);
  EXPECT_EQ(codes, (std::vector<int64_t>{0, 1, 1, 1}));
  EXPECT_EQ(entries, (std::vector<float>{2, 9.5f}));
}

TEST(Projection, ClustersBoundNumbersAndAreRestored) {
  std::vector<int64_t> codes;
  auto make = [&](Codebooks books) { return clustered(std::move(books), keepReal([](const std::vector<float> &) {}), into(codes)); };
  ProjectionPtr p = make({{0, 1, 2}, {0, 4, 10}, 1});
  EXPECT_TRUE(p->settles());
  std::vector<float> w{-5, 4, 17};
  p->settle(w);
  EXPECT_EQ(w, (std::vector<float>{-2, 4, 13}));
  p->project(w); // what was cut off moves no entry
  EXPECT_EQ(w, (std::vector<float>{0, 4, 10}));
  std::vector<float> state;
  p->save(state);
  ProjectionPtr other = make({{0, 0, 0}, {1, 2, 3}, 1});
  size_t at = 0;
  other->restore(state, at);
  EXPECT_EQ(at, state.size());
  w = {7, 7, 7};
  other->project(w);
  EXPECT_EQ(w, (std::vector<float>{0, 4, 10}));
}

TEST(Projection, ManyEntriesAreAssignedAsFewAre) {
  std::vector<float> entries;
  for (int k = 0; k < 20; ++k)
    entries.push_back(static_cast<float>(k));
  std::vector<float> w{-3, 0.4f, 6.6f, 18.5f, 30};
  for (size_t count : {5u, 20u}) {
    std::vector<int64_t> codes, expected;
    ProjectionPtr p = clustered({std::vector<uint8_t>(w.size(), 0), {entries.begin(), entries.begin() + count}, 1}, keepReal([](const std::vector<float> &) {}), into(codes));
    p->adapt(w);
    std::vector<float> copy = w;
    p->store(copy);
    for (float x : w) {
      size_t best = 0;
      for (size_t k = 1; k < count; ++k)
        if (std::abs(x - entries[k]) < std::abs(x - entries[best]))
          best = k;
      expected.push_back(best);
    }
    EXPECT_EQ(codes, expected);
  }
}

TEST(Projection, FixedDifferencesStayInTheirWidthAndType) {
  std::vector<int64_t> references, deltas;
  DeltaCode code;
  code.references = {100, -3}, code.width = 4, code.shift = 1;
  ProjectionPtr p = differences(code, into(references), into(deltas));
  std::vector<float> w{90, 99.2f, 140, -3, -50, 4.9f};
  p->store(w);
  EXPECT_EQ(w, (std::vector<float>{90, 100, 114, -3, -19, 5}));
  EXPECT_EQ(references, (std::vector<int64_t>{100, -3}));
  EXPECT_EQ(deltas, (std::vector<int64_t>{-5, 0, 7, 0, -8, 4}));
  code.references = {125}, code.shift = 0;
  p = differences(code, into(references), into(deltas));
  w = {140};
  p->store(w); // 125 + 7 is no i8
  EXPECT_EQ(w[0], 127);
}

TEST(Projection, ConsecutiveDifferencesFollowTheDecoder) {
  std::vector<int64_t> references, deltas;
  DeltaCode code;
  code.references = {0}, code.width = 2, code.consecutive = true, code.positions = {0, 2, 1};
  ProjectionPtr p = differences(code, into(references), into(deltas));
  std::vector<float> w{-5, 0.2f, 3};
  p->store(w); // in the order 0, 2, 1: −2, −1, 0
  EXPECT_EQ(w, (std::vector<float>{-2, 0, -1}));
  EXPECT_EQ(deltas, (std::vector<int64_t>{-2, 1, 1}));
}

TEST(Projection, NearestLevelAndSharedElements) {
  std::vector<int64_t> values;
  ProjectionPtr p = shared({0, 1, 0, 1}, 2, nearestLevel({-4, -1, 0, 1, 4}, into(values)));
  std::vector<float> w{3, -0.2f, 4, -1.4f};
  p->store(w);
  EXPECT_EQ(w, (std::vector<float>{4, -1, 4, -1}));
  EXPECT_EQ(values, (std::vector<int64_t>{4, -1}));
}

TEST(Projection, PrunedMasksGetSparserToTheirPattern) {
  std::vector<float> w{1, -4, 3, 2, -8, 5, 6, -7};
  auto kept = [&](PruningPattern p, double remaining) {
    std::vector<bool> mask = prunedMask(p, w, remaining);
    return std::vector<int64_t>(mask.begin(), mask.end());
  };
  PruningPattern single{1, 8, 1, 8, 2, {}}, ofFour{2, 4, 1, 4, 1, {}}, columns{2, 4, 2, 2, 1, {}};
  EXPECT_EQ(kept(single, 1), (std::vector<int64_t>{1, 1, 1, 1, 1, 1, 1, 1}));
  EXPECT_EQ(kept(single, 0.5), (std::vector<int64_t>{0, 1, 0, 0, 1, 1, 1, 1}));
  EXPECT_EQ(kept(single, 0), (std::vector<int64_t>{0, 0, 0, 0, 1, 0, 0, 1}));
  EXPECT_EQ(kept(ofFour, 0), (std::vector<int64_t>{0, 1, 0, 0, 1, 0, 0, 0}));
  // Columns of 2 x 2 blocks: 1, -8 against -4, 5 and 3, 6 against 2, -7.
  EXPECT_EQ(kept(columns, 0), (std::vector<int64_t>{1, 0, 0, 1, 1, 0, 0, 1}));
  // Positions in another order: those of each row are 0, 2, 1, 3, so that groups of two are 1, 3 | -4, 2 and -8, 6 | 5, -7.
  EXPECT_EQ(kept({2, 4, 1, 2, 1, {0, 2, 1, 3, 4, 6, 5, 7}}, 0), (std::vector<int64_t>{0, 1, 1, 0, 1, 0, 0, 1}));
}

TEST(Projection, PrunedWeightsMayComeBackAndAreStoredWithTheirMask) {
  std::vector<int64_t> codes;
  std::vector<bool> stored;
  auto make = [&] {
    // Rows with different scales: magnitudes count, not codes.
    return scaled({1.0f, 0.25f}, pruned({1, 4, 1, 4, 2, {}}, {true, true, false, false}, roundToIntegers(-127, 127, into(codes)),
                                        [&](const std::vector<bool> &mask) { stored = mask; }));
  };
  ProjectionPtr p = make();
  EXPECT_TRUE(p->prunes());
  std::vector<float> w{3, 1, 2.25f, 0.5f}, read = w;
  p->project(read);
  EXPECT_EQ(read, (std::vector<float>{3, 1, 0, 0}));
  p->prune(w, 0.5);
  read = w;
  p->project(read);
  EXPECT_EQ(read, (std::vector<float>{3, 1, 2.25f, 0}));
  std::vector<float> state;
  p->save(state);
  p->prune(w, 0);
  w = {0, 1, 2, 0.5f}; // the first has shrunk, and is kept until masks are chosen anew
  read = w;
  p->project(read);
  EXPECT_EQ(read, (std::vector<float>{0, 0, 2, 0}));
  p->prune(w, 0);
  read = w;
  p->store(read);
  EXPECT_EQ(read, (std::vector<float>{0, 1, 2, 0}));
  EXPECT_EQ(stored, (std::vector<bool>{false, true, true, false}));
  EXPECT_EQ(codes, (std::vector<int64_t>{1, 8}));
  ProjectionPtr other = make();
  size_t at = 0;
  other->restore(state, at);
  EXPECT_EQ(at, state.size());
  read = {3, 1, 2.25f, 0.5f};
  other->project(read);
  EXPECT_EQ(read, (std::vector<float>{3, 1, 2.25f, 0}));
}

TEST(Projection, NormScalesStayPositive) {
  ProjectionPtr p = atLeast(0.5f);
  std::vector<float> w{-1, 0.25f, 2};
  p->project(w);
  EXPECT_EQ(w, (std::vector<float>{0.5f, 0.5f, 2}));
}

} // namespace
