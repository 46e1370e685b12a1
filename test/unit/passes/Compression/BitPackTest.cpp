//===- BitPackTest.cpp - codes of few bits in bytes ---------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/Algorithms/BitPack.h"

#include <gtest/gtest.h>
#include <random>

using namespace weft::compression;

TEST(BitPack, LeastSignificantFirst) {
  EXPECT_EQ(packBits({1, 2, 3}, 4), (std::vector<uint8_t>{0x21, 0x03}));
  EXPECT_EQ(packBits({5, 6, 7}, 3), (std::vector<uint8_t>{0xF5, 0x01})); // 7·64 + 6·8 + 5 = 0x1F5
}

TEST(BitPack, RoundTrip) {
  std::mt19937 random(1);
  for (unsigned bits = 1; bits <= 8; ++bits)
    for (size_t count : {0u, 1u, 7u, 8u, 9u, 1000u}) {
      std::vector<uint8_t> codes(count);
      for (uint8_t &c : codes)
        c = static_cast<uint8_t>(random() & ((1u << bits) - 1));
      std::vector<uint8_t> packed = packBits(codes, bits);
      EXPECT_EQ(packed.size(), (count * bits + 7) / 8);
      EXPECT_EQ(unpackBits(packed, bits, count), codes);
    }
}

TEST(BitPack, CodeBits) {
  EXPECT_EQ(codeBits(1), 1u);
  EXPECT_EQ(codeBits(2), 1u);
  EXPECT_EQ(codeBits(3), 2u);
  EXPECT_EQ(codeBits(16), 4u);
  EXPECT_EQ(codeBits(17), 5u);
  EXPECT_EQ(codeBits(256), 8u);
}
