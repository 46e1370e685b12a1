// Depths of queues where branches join: enough never to block, and not more than needed.
#include "Networks.h"
#include "passes/Dataflow/Lag.h"
#include "gtest/gtest.h"

using namespace weft;
using namespace weft::dataflow;
using namespace weft::dataflow::test;

namespace {

TEST(Lag, NeedOfAMatrixVectorUnit) {
  EXPECT_EQ(needsOf(mvu(4, 3, 2, 2), 1)[0], (Need{3, 3, 6, 6}));
}

TEST(Lag, NeedOfBanksIsAWholeVector) {
  EXPECT_EQ(needsOf(banks(4, 3, 2, 2, 2), 1)[0], (Need{3, 3, 6, 6}));
}

TEST(Lag, NeedOfAWindowIsThatOfItsLatestTap) {
  Need need = needsOf(window(3, 3, 2), 1)[0];
  ASSERT_EQ(need.size(), 16u);
  EXPECT_EQ(need[0], 1);
  EXPECT_EQ(need[3], 5);
  EXPECT_EQ(need[15], 9);
}

TEST(Lag, ResidualDepthIsEnoughAndTight) {
  int64_t least = queueDepths(residual(2))[2].least;
  // A 3 x 3 window with a border of one waits for one row and two pixels.
  EXPECT_EQ(least, 8 + 2);
  EXPECT_FALSE(simulate(residual(least)).deadlock);
}

TEST(Lag, BranchesThatNeverJoinNeedNothing) {
  Network net;
  int in = net.addChannel("in", 2, 8), a = net.addChannel("a", 2, 8), b = net.addChannel("b", 2, 8);
  net.addNode("fork", fork(8), {in}, {a, b});
  for (const Depth &depth : queueDepths(net))
    EXPECT_EQ(depth.least, 2);
}

TEST(Lag, TheShortBranchHoldsAFrameBesideAReorder) {
  Network net;
  int in = net.addChannel("in", 2, 8), a = net.addChannel("a", 2, 8), b = net.addChannel("b", 2, 8);
  int c = net.addChannel("c", 2, 8), out = net.addChannel("out", 2, 8);
  net.addNode("fork", fork(8), {in}, {a, b});
  net.addNode("reorder", reorder(8, 8), {a}, {c});
  net.addNode("add", pointwise(4, 8, 0b11), {c, b}, {out});
  std::vector<Depth> depths = queueDepths(net);
  EXPECT_EQ(depths[b].least, 8);
  net.channels[b].depth = depths[b].least;
  EXPECT_FALSE(simulate(net).deadlock);
  net.channels[b].depth = 5; // too short, even with the beats in the queues around
  EXPECT_TRUE(simulate(net).deadlock);
}

TEST(Lag, TheQueueBehindAReorderThatRepeatsNeedsNoDepth) {
  Network net;
  int in = net.addChannel("in", 2, 8), a = net.addChannel("a", 2, 8), b = net.addChannel("b", 2, 8);
  int sum = net.addChannel("sum", 2, 1), c = net.addChannel("c", 2, 8), out = net.addChannel("out", 2, 8);
  net.addNode("fork", fork(8), {in}, {a, b});
  net.addNode("squeeze", steps(1, {{7, 1, false}, {1, 1, true}}, 1), {a}, {sum});
  net.addNode("reorder", reorder(1, 8), {sum}, {c});
  net.addNode("excite", pointwise(3, 8, 0b11), {b, c}, {out});
  std::vector<Depth> depths = queueDepths(net);
  EXPECT_EQ(depths[b].least, 8);
  EXPECT_EQ(depths[c].least, 2);
  net.channels[b].depth = depths[b].least;
  EXPECT_FALSE(simulate(net).deadlock);
}

TEST(Lag, ConcatHoldsTheInputThatWaits) {
  Network net;
  int in = net.addChannel("in", 2, 8), a = net.addChannel("a", 2, 8), b = net.addChannel("b", 2, 8);
  int out = net.addChannel("out", 2, 16);
  net.addNode("fork", fork(8), {in}, {a, b});
  // Pixels of four beats: all of the first input's before any of the second's.
  net.addNode("concat", steps(1, {{4, 1, true}, {4, 2, true}}, 2), {a, b}, {out});
  std::vector<Depth> depths = queueDepths(net);
  EXPECT_EQ(depths[b].least, 4);
  net.channels[b].depth = depths[b].least;
  EXPECT_FALSE(simulate(net).deadlock);
}

} // namespace
