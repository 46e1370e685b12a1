//===- ParseOptionsTest.cpp - the small languages of flags -------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Pipeline/ParseOptions.h"

#include <gtest/gtest.h>

using namespace weft::pipeline;

namespace {

bool fails(llvm::Error error) {
  bool failed = static_cast<bool>(error);
  llvm::consumeError(std::move(error));
  return failed;
}

TEST(ParseQuantize, KnowsIntsPairsAndNone) {
  QuantizeOptions options;
  EXPECT_FALSE(fails(parseQuantize("int4", options)));
  EXPECT_EQ(options.weightBits, 4u);
  EXPECT_EQ(options.activationBits, 4u);
  EXPECT_FALSE(fails(parseQuantize("w4a8", options)));
  EXPECT_EQ(options.weightBits, 4u);
  EXPECT_EQ(options.activationBits, 8u);
  EXPECT_FALSE(fails(parseQuantize("none", options)));
  EXPECT_FALSE(options.enabled());
}

TEST(ParseQuantize, RefusesWhatIsNoWidth) {
  QuantizeOptions options;
  for (const char *text : {"", "int", "int1", "int17", "int8x", "uint8", "w4", "w4a", "w4a99", "float"})
    EXPECT_TRUE(fails(parseQuantize(text, options))) << text;
}

TEST(ParseParallelism, KnowsCyclesAndLayers) {
  auto options = parseParallelism("cycles=1000, fc1=4:16,a=b=2:3");
  ASSERT_TRUE(static_cast<bool>(options));
  EXPECT_EQ(options->cycles, 1000);
  ASSERT_EQ(options->layers.size(), 2u);
  EXPECT_EQ(options->layers[0].layer, "fc1");
  EXPECT_EQ(options->layers[0].pe, 4);
  EXPECT_EQ(options->layers[0].simd, 16);
  EXPECT_EQ(options->layers[1].layer, "a=b");
}

TEST(ParseParallelism, RefusesHalfAFolding) {
  for (const char *text : {"cycles=0", "cycles=x", "fc1", "fc1=4", "fc1=4:", "=4:4", "fc1=0:4", "fc1=-1:4"})
    EXPECT_TRUE(fails(parseParallelism(text).takeError())) << text;
}

TEST(ParseTargets, DropsRepetitionAndRefusesUnknown) {
  auto targets = parseTargets("cpu,hls,cpu");
  ASSERT_TRUE(static_cast<bool>(targets));
  EXPECT_EQ(*targets, (std::vector<std::string>{"cpu", "hls"}));
  EXPECT_TRUE(fails(parseTargets("gpu").takeError()));
  EXPECT_TRUE(fails(parseTargets("").takeError()));
}

TEST(CheckDevice, KnowsFamiliesAndParts) {
  for (const char *device : {"xc7", "xc7a35t", "ice40", "ice40-up5k"})
    EXPECT_FALSE(fails(checkDevice(device))) << device;
  for (const char *device : {"", "xc", "ice40-up9k", "xc7 ; rm"})
    EXPECT_TRUE(fails(checkDevice(device))) << device;
}

TEST(Closest, NamesANearWordOnly) {
  EXPECT_EQ(closest("verilg", {"verilog", "hls"}), "verilog");
  EXPECT_EQ(closest("quux", {"verilog", "hls"}), "");
}

} // namespace
