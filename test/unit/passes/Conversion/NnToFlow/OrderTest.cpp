// Which tensor element is where on a stream (D1, D3).
#include "passes/Conversion/NnToFlow/Order.h"
#include "gtest/gtest.h"

using namespace weft::conversion;

TEST(Order, ChannelsLast) {
  EXPECT_EQ(channelsLast({2, 1, 3}), (Order{0, 3, 1, 4, 2, 5}));
  EXPECT_EQ(channelsLast({4}), (Order{0, 1, 2, 3}));
}

TEST(Order, TransposeToChannelsLastIsTheIdentity) {
  Order order = transposed(channelsLast({2, 2, 3}), {2, 2, 3}, {1, 2, 0});
  for (size_t i = 0; i < order.size(); ++i)
    EXPECT_EQ(order[i], static_cast<int64_t>(i));
}

TEST(Order, ConcatOfChannelsIsChannelsLastAgain) {
  Order joined = concatenated({channelsLast({2, 1, 2}), channelsLast({3, 1, 2})}, {{2, 1, 2}, {3, 1, 2}}, 0, 2);
  EXPECT_EQ(joined, channelsLast({5, 1, 2}));
}

TEST(Order, ColumnsOfAWeightBehindAFlatten) {
  EXPECT_EQ(columnOrder(channelsLast({2, 1, 2}), 4), (Order{0, 2, 1, 3}));
  // Over the last dimension of a channels-first value nothing fits.
  EXPECT_FALSE(columnOrder(channelsLast({2, 2}), 2).has_value());
}

TEST(Order, ChannelOfLane) {
  EXPECT_EQ(channelOfLane(channelsLast({3, 2, 2}), {3, 2, 2}, 3), (std::vector<int64_t>{0, 1, 2}));
  EXPECT_FALSE(channelOfLane(channelsLast({12}), {12}, 3).has_value());
}

TEST(Order, TransposesAreNests) {
  // [2, 3, 4] on the stream as it lies, wanted as (4, 2, 3): element (c, a, b) is at a·12 + b·4 + c.
  Order from, to = transposed(channelsLast({24}), {2, 3, 4}, {2, 0, 1});
  for (int64_t i = 0; i < 24; ++i)
    from.push_back(i);
  Order wanted(24);
  for (int64_t i = 0; i < 24; ++i)
    wanted[static_cast<size_t>(to[static_cast<size_t>(i)])] = i;
  auto nest = nestBetween(from, wanted);
  ASSERT_TRUE(nest);
  EXPECT_EQ(nest->counts, (Order{4, 6})); // a and b go on together
  EXPECT_EQ(nest->strides, (Order{1, 4}));
  EXPECT_EQ(nestBetween(from, from)->counts, (Order{24}));
  EXPECT_EQ(nestBetween({0}, {0})->counts, (Order{1}));
  EXPECT_FALSE(nestBetween({0, 1, 2, 3}, {1, 0, 2, 3}));
  EXPECT_EQ(nestBetween({0, 1, 2, 3}, {3, 2, 1, 0})->strides, (Order{-1}));
  EXPECT_EQ(nestBetween({0, 1, 2, 3, 4, 5}, {4, 5, 2, 3, 0, 1})->strides, (Order{-2, 1}));
  EXPECT_FALSE(nestBetween({0, 1, 2, 3}, {2, 3, 1, 0}));
}
