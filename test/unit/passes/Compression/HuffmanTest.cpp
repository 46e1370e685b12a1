//===- HuffmanTest.cpp - code lengths against bounds and brute force, round trips ------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/Algorithms/Huffman.h"
#include "runtime/reference/Codec.h"
#include "gtest/gtest.h"

#include <cmath>
#include <queue>
#include <random>

using namespace weft;
using namespace weft::compression;
using reference::ElementType;
using reference::Tensor;

namespace {

using Frequencies = std::vector<uint64_t>;

uint64_t cost(const Frequencies &f, const std::vector<uint8_t> &lengths) {
  uint64_t bits = 0;
  for (size_t s = 0; s < f.size(); ++s)
    bits += f[s] * lengths[s];
  return bits;
}

/// Σ 2^−length, times 2^limit.
uint64_t kraft(const std::vector<uint8_t> &lengths, unsigned limit) {
  uint64_t sum = 0;
  for (uint8_t l : lengths)
    sum += l ? uint64_t(1) << (limit - l) : 0;
  return sum;
}

/// The least cost of all prefix codes, by trying every vector of lengths.
uint64_t bruteForce(const Frequencies &f, unsigned limit, std::vector<uint8_t> &lengths, size_t at = 0) {
  if (at == f.size())
    return kraft(lengths, limit) <= (uint64_t(1) << limit) ? cost(f, lengths) : UINT64_MAX;
  uint64_t best = UINT64_MAX;
  for (uint8_t l = 1; l <= limit; ++l) {
    lengths[at] = l;
    best = std::min(best, bruteForce(f, limit, lengths, at + 1));
  }
  return best;
}

/// The cost of Huffman's code without a limit: the sum of all inner nodes.
uint64_t unlimited(const Frequencies &f) {
  std::priority_queue<uint64_t, std::vector<uint64_t>, std::greater<>> heap;
  for (uint64_t w : f)
    if (w)
      heap.push(w);
  uint64_t bits = 0;
  while (heap.size() > 1) {
    uint64_t a = heap.top();
    heap.pop();
    a += heap.top();
    heap.pop();
    heap.push(a);
    bits += a;
  }
  return bits;
}

double entropy(const Frequencies &f) {
  double n = 0, bits = 0;
  for (uint64_t w : f)
    n += static_cast<double>(w);
  for (uint64_t w : f)
    bits -= w ? static_cast<double>(w) * std::log2(static_cast<double>(w) / n) : 0;
  return bits;
}

/// Decodes with the rule's definition and compares.
void expectRoundTrip(const std::vector<int64_t> &values, ElementType type) {
  auto code = huffmanEncode(values, type.bits);
  ASSERT_TRUE(code.has_value());
  std::vector<int64_t> bytes(code->bytes.begin(), code->bytes.end()), lengths(code->lengths.begin(), code->lengths.end());
  auto count = static_cast<int64_t>(values.size());
  auto decoded = reference::huffman(
      Tensor::ofIntegers(ElementType::integer(8, false), {static_cast<int64_t>(bytes.size())}, bytes),
      Tensor::ofIntegers(ElementType::integer(4, false), {static_cast<int64_t>(lengths.size())}, lengths),
      {code->bits, code->first, code->group}, type, {count});
  ASSERT_TRUE(decoded.ok()) << decoded.message();
  EXPECT_EQ(decoded->integers(), values);
}

TEST(Huffman, LengthsAreBestOfAll) {
  std::mt19937 random(1);
  for (int trial = 0; trial < 200; ++trial) {
    Frequencies f(2 + random() % 5);
    for (uint64_t &w : f)
      w = 1 + random() % (trial % 2 ? 1000 : 8);
    for (unsigned limit = 3; limit <= 5; ++limit) {
      std::vector<uint8_t> lengths = limitedCodeLengths(f, limit), tried(f.size());
      EXPECT_EQ(cost(f, lengths), bruteForce(f, limit, tried));
      EXPECT_LE(kraft(lengths, limit), uint64_t(1) << limit);
    }
  }
}

TEST(Huffman, LengthsAreHuffmansWhereTheLimitDoesNotBind) {
  std::mt19937 random(2);
  for (int trial = 0; trial < 50; ++trial) {
    Frequencies f(2 + random() % 255);
    for (uint64_t &w : f)
      w = random() % 100;
    f[0] = 1;
    EXPECT_EQ(cost(f, limitedCodeLengths(f, 32)), unlimited(f));
  }
}

TEST(Huffman, CostIsWithinABitOfTheEntropy) {
  std::mt19937 random(3);
  std::normal_distribution<double> normal(128, 20);
  Frequencies f(256);
  uint64_t n = 100000;
  for (uint64_t i = 0; i < n; ++i)
    ++f[static_cast<size_t>(std::clamp(normal(random), 0.0, 255.0))];
  double bits = static_cast<double>(cost(f, limitedCodeLengths(f)));
  EXPECT_GE(bits, entropy(f));
  EXPECT_LT(bits, entropy(f) + 0.1 * static_cast<double>(n)); // close, for a distribution as smooth as this
}

TEST(Huffman, LengthsKeepTheLimit) {
  Frequencies fibonacci{1, 1};
  while (fibonacci.size() < 40)
    fibonacci.push_back(fibonacci[fibonacci.size() - 1] + fibonacci[fibonacci.size() - 2]);
  std::vector<uint8_t> lengths = limitedCodeLengths(fibonacci);
  EXPECT_EQ(*std::max_element(lengths.begin(), lengths.end()), 15);
  EXPECT_EQ(kraft(lengths, 15), uint64_t(1) << 15);
  EXPECT_TRUE(limitedCodeLengths(Frequencies(9, 1), 3).empty()); // nine words of three bits
}

TEST(Huffman, AbsentAndLoneSymbols) {
  EXPECT_EQ(limitedCodeLengths({0, 7, 0}), (std::vector<uint8_t>{0, 1, 0}));
  EXPECT_EQ(limitedCodeLengths({0, 0}), (std::vector<uint8_t>{0, 0}));
  EXPECT_EQ(limitedCodeLengths({}), std::vector<uint8_t>());
}

TEST(Huffman, CanonicalCodesAsInRfc1951) { // its example: A to H of lengths 3, 3, 3, 3, 3, 2, 4, 4
  EXPECT_EQ(canonicalCodes({3, 3, 3, 3, 3, 2, 4, 4}), (std::vector<uint32_t>{2, 3, 4, 5, 6, 0, 14, 15}));
}

TEST(Huffman, RoundTrips) {
  std::mt19937 random(4);
  std::geometric_distribution<int> geometric(0.3);
  std::vector<int64_t> codes, weights, mask, constant(9, 5);
  for (int i = 0; i < 1001; ++i) {
    codes.push_back(std::min(geometric(random), 15));
    weights.push_back(std::min(geometric(random), 100) * (random() % 2 ? 1 : -1));
    mask.push_back(random() % 10 == 0);
  }
  expectRoundTrip(codes, ElementType::integer(4, false));
  expectRoundTrip(weights, ElementType::integer(8, true));
  expectRoundTrip(weights, ElementType::integer(16, true));
  expectRoundTrip(mask, ElementType::boolean());
  expectRoundTrip(constant, ElementType::integer(8, true));
  expectRoundTrip({-1, 0, -1, -1, 1, -2}, ElementType::integer(2, true));
  expectRoundTrip({3}, ElementType::integer(3, false));
}

TEST(Huffman, GroupsOfBitsGoBelowABitAnElement) {
  std::mt19937 random(5);
  std::vector<int64_t> mask;
  for (int i = 0; i < 80000; ++i)
    mask.push_back(random() % 20 == 0);
  auto code = huffmanEncode(mask, 1);
  ASSERT_TRUE(code.has_value());
  EXPECT_EQ(code->group, 8);
  EXPECT_LT(static_cast<double>(code->storageBits()) / 80000, 0.33); // the entropy is 0.286
}

TEST(Huffman, ListsThatAreNotCoded) {
  EXPECT_FALSE(huffmanEncode({}, 8).has_value());
  EXPECT_FALSE(huffmanEncode({0, 1 << 16}, 32).has_value()); // a table of so many lengths costs more than it saves
}

Tensor bytes(std::vector<int64_t> values) {
  auto n = static_cast<int64_t>(values.size());
  return Tensor::ofIntegers(ElementType::integer(8, false), {n}, std::move(values));
}
Tensor table(std::vector<int64_t> values) {
  auto n = static_cast<int64_t>(values.size());
  return Tensor::ofIntegers(ElementType::integer(4, false), {n}, std::move(values));
}

TEST(Huffman, DecoderSaysWhatIsWrong) {
  ElementType ui4 = ElementType::integer(4, false);
  auto message = [](const reference::Result<Tensor> &r) { return r.ok() ? std::string("no error") : r.message(); };
  EXPECT_EQ(message(reference::huffman(bytes({0}), table({1, 1, 1}), {8, 0, 1}, ui4, {8})),
            "the code words up to length 1 are 3, expected at most 2 (A17)");
  EXPECT_EQ(message(reference::huffman(bytes({0}), table({1, 1}), {3, 0, 1}, ui4, {8})),
            "the codes end, or are no word, at bit 3: after 3 of 8 elements (A17)");
  EXPECT_EQ(message(reference::huffman(bytes({0}), table({1, 1}), {8, 0, 1}, ui4, {5})),
            "the codes of 5 elements end at bit 5, expected 8 (A17)");
  EXPECT_EQ(message(reference::huffman(bytes({0}), table({1, 1}), {8, 16, 1}, ui4, {8})),
            "symbol 0 stands for 16, which is no ui4 (A17)");
  EXPECT_EQ(message(reference::huffman(bytes({255}), table({1}), {8, 0, 1}, ui4, {8})),
            "the codes end, or are no word, at bit 8: after 0 of 8 elements (A17)");
  EXPECT_EQ(message(reference::huffman(bytes({0}), table({1, 1}), {8, 0, 4}, ui4, {8})),
            "expected bytes and lengths as lists, and groups of 1 or of up to 8 bits, found [1], [2] and 4 (A17)");
}

} // namespace
