// Choosing PE and SIMD: the cheapest within the target, or who is in the way.
#include "passes/Dataflow/Folding.h"
#include "gtest/gtest.h"

using namespace weft::dataflow;

namespace {

/// A matrix-vector unit whose cost is its multipliers.
FoldItem unit(std::string name, int64_t outputs, int64_t inputs) {
  FoldItem item{std::move(name), {}};
  for (int64_t pe : commonDivisors({outputs}))
    for (int64_t simd : commonDivisors({inputs}))
      item.candidates.push_back({pe, simd, outputs / pe * (inputs / simd), static_cast<double>(pe * simd)});
  return item;
}

TEST(Folding, Divisors) {
  EXPECT_EQ(commonDivisors({12}), (std::vector<int64_t>{1, 2, 3, 4, 6, 12}));
  EXPECT_EQ(commonDivisors({12, 8}), (std::vector<int64_t>{1, 2, 4}));
}

TEST(Folding, EveryProcessIsBalancedToTheTarget) {
  std::vector<FoldItem> items = {unit("a", 32, 64), unit("b", 10, 32)};
  FoldResult result = chooseFolding(items, 64);
  ASSERT_TRUE(result.met);
  EXPECT_EQ(items[0].candidates[result.choice[0]].cost, 32);
  EXPECT_EQ(items[1].candidates[result.choice[1]].cost, 5);
  EXPECT_EQ(result.cycles, 64);
}

TEST(Folding, UnreachableTargetNamesTheBottleneckAndTheNearest) {
  FoldItem slow{"slow", {{1, 1, 500, 1.0}, {2, 1, 250, 2.0}}};
  FoldResult result = chooseFolding({unit("a", 4, 4), slow}, 100);
  EXPECT_FALSE(result.met);
  EXPECT_EQ(result.bottleneck, 1);
  EXPECT_EQ(result.nearest, 250);
}

std::pair<int64_t, int64_t> path(int64_t from, int64_t to, int64_t least) {
  LanePath path = lanePath(from, to, least);
  return {path.cut, path.joined};
}

TEST(Folding, LanesMeetAtADivisorOrInTheSmallestGearbox) {
  using Path = std::pair<int64_t, int64_t>;
  EXPECT_EQ(path(4, 4, 1), Path(4, 4));
  EXPECT_EQ(path(2, 8, 8), Path(2, 2)); // slower than asked for, but no slower than before
  EXPECT_EQ(path(8, 2, 1), Path(2, 2));
  EXPECT_EQ(path(12, 18, 1), Path(6, 6));
  EXPECT_EQ(path(8, 5, 1), Path(1, 1));
  EXPECT_EQ(path(8, 5, 2), Path(2, 5));
  EXPECT_EQ(path(8, 5, 8), Path(8, 5));
  EXPECT_EQ(path(12, 18, 7), Path(12, 18)); // 2 to 3 groups of 6
}

} // namespace
