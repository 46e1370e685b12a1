//===- MapNetworkTest.cpp - layers to netlists against their arithmetic --------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Lut/Algorithms/MapNetwork.h"
#include "Random.h"
#include "passes/Lut/Algorithms/Abc.h"

using namespace weft::lut;
using namespace weft::lut::test;

namespace {
TEST(MapNetworkTest, twoSparseLayers) {
  std::mt19937_64 random(31);
  std::vector<Layer> layers{randomLayer(random, 20, 2, 12, 4, 7, 2), randomLayer(random, 12, 2, 5, 5, 3, 3)};
  for (bool withAbc : {false, true}) {
    MapOptions options;
    options.abc = withAbc ? findAbc() : std::nullopt;
    auto mapped = mapNetwork(layers, options);
    ASSERT_TRUE(mapped) << mapped.message();
    EXPECT_EQ(mapped->layers[0].enumerated, 12);
    EXPECT_EQ(mapped->layers[0].combinations, 12u * 256);
    EXPECT_TRUE(mapped->abcFailure.empty()) << mapped->abcFailure;
    for (int trial = 0; trial < 300; ++trial) {
      std::vector<int64_t> x(20);
      for (int64_t &v : x)
        v = random() % 4;
      ASSERT_EQ(mapped->network.evaluate(bitsOf(x, 2)), bitsOf(evaluateNaively(layers[1], evaluateNaively(layers[0], x)), 3));
    }
  }
}

TEST(MapNetworkTest, denseBinaryLayersAreSummed) {
  std::mt19937_64 random(37);
  std::vector<Layer> layers{randomLayer(random, 48, 1, 32, 48, 1, 1), randomLayer(random, 32, 1, 3, 32, 1, 2)};
  auto mapped = mapNetwork(layers, {});
  ASSERT_TRUE(mapped) << mapped.message();
  EXPECT_EQ(mapped->layers[0].summed, 32);
  for (int trial = 0; trial < 300; ++trial) {
    std::vector<int64_t> x(48);
    for (int64_t &v : x)
      v = random() & 1;
    ASSERT_EQ(mapped->network.evaluate(bitsOf(x, 1)), bitsOf(evaluateNaively(layers[1], evaluateNaively(layers[0], x)), 2));
  }
}

TEST(MapNetworkTest, sameInputSameOutput) {
  std::mt19937_64 random(41);
  std::vector<Layer> layers{randomLayer(random, 20, 2, 8, 5, 7, 2)};
  MapOptions options;
  options.abc = findAbc();
  auto first = mapNetwork(layers, options), second = mapNetwork(layers, options);
  EXPECT_EQ(toBlif(first->network), toBlif(second->network));
}

TEST(MapNetworkTest, tooLargeIsRefusedWithWhatWouldDo) {
  std::mt19937_64 random(43);
  std::vector<Layer> layers{randomLayer(random, 20, 2, 1, 7, 7, 2)};
  MapOptions options;
  options.productBits = 4;
  auto mapped = mapNetwork(layers, options);
  ASSERT_FALSE(mapped);
  EXPECT_NE(mapped.message().find("neuron 0 of layer 'random' has 14 input bits and "), std::string::npos) << mapped.message();
  EXPECT_NE(mapped.message().find("or set bits=14"), std::string::npos) << mapped.message();
  options.tableBits = 14;
  auto wider = mapNetwork(layers, options);
  EXPECT_TRUE(wider) << wider.message();
}
} // namespace
