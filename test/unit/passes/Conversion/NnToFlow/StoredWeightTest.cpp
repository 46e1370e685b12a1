// What is stored of a weight once its columns are in the order of a stream (D3, A10, A13).
#include "passes/Conversion/NnToFlow/StoredWeight.h"
#include "runtime/reference/Codec.h"
#include "gtest/gtest.h"

#include <numeric>

using namespace weft;
using namespace weft::conversion;
using reference::Tensor;

static Tensor counted(Shape shape) {
  Tensor t(reference::ElementType::integer(32, true), shape);
  std::iota(t.integers().begin(), t.integers().end(), 100);
  return t;
}

/// The weight that gathered vectors make is that of the vectors, its columns picked.
static void expectSameWeight(const Tensor &vectors, int64_t channels, const Order &columns) {
  Tensor weight = *reference::circulant(vectors, channels);
  std::optional<Gather> gather = gatherVectors(vectors.shape(), channels, columns);
  ASSERT_TRUE(gather.has_value());
  EXPECT_EQ(reference::circulant(gather->of(vectors), 0)->integers(), gatherColumns(weight.dim(0), columns).of(weight).integers());
}

TEST(StoredWeight, VectorsOfAConvolution) {
  // Columns of a window are taps, then channels: column t·4 + c is c·3 + t.
  Order columns;
  for (int64_t t = 0; t < 3; ++t)
    for (int64_t c = 0; c < 4; ++c)
      columns.push_back(c * 3 + t);
  expectSameWeight(counted({3, 2, 2, 3}), 0, columns);
}

TEST(StoredWeight, VectorsBehindAFlatten) {
  Order columns = columnOrder(channelsLast({4, 1, 3}), 12).value();
  expectSameWeight(counted({2, 3, 4}), 4, columns);
  // Blocks of neighbouring elements are not together on the stream.
  EXPECT_FALSE(gatherVectors({2, 3, 4}, 0, columns).has_value());
}

TEST(StoredWeight, RunsOfReferences) {
  EXPECT_EQ(runsOf({5, 5, 5, 5}, 2, 1), (std::vector<int64_t>{5}));
  EXPECT_EQ(runsOf({5, 5, 6, 6}, 2, 1), (std::vector<int64_t>{5, 6}));
  EXPECT_EQ(runsOf({5, 5, 5, 5, 6, 6}, 3, 1), (std::vector<int64_t>{5, 5, 6}));
  EXPECT_EQ(runsOf({5, 5, 6, 6, 7, 7, 7, 7}, 2, 1), (std::vector<int64_t>{5, 6, 7, 7}));
  EXPECT_EQ(runsOf({5, 5, 6, 6, 7, 7, 7, 7}, 2, 2), (std::vector<int64_t>{5, 6, 7, 7}));
  EXPECT_FALSE(runsOf({5, 5, 6, 6, 7, 7, 7, 7}, 2, 4).has_value());
  EXPECT_FALSE(runsOf({5, 6, 5, 6, 5, 6, 5, 6}, 2, 2).has_value());
}
