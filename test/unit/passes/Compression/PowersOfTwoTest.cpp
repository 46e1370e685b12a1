//===- PowersOfTwoTest.cpp - powers, planes and bases against naive versions ------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/Algorithms/PowersOfTwo.h"
#include "passes/Compression/Algorithms/BasisPowers.h"
#include "passes/Compression/Algorithms/BitPlanes.h"

#include <cmath>
#include <gtest/gtest.h>
#include <map>
#include <random>

using namespace weft::compression;

TEST(PowersOfTwo, CodesAreThoseOfTheRule) {
  const int64_t three[] = {0, 1, 2, 4, 0, -1, -2, -4}, two[] = {0, 1, 0, -1};
  for (unsigned code = 0; code < 8; ++code)
    EXPECT_EQ(powerOfCode(code, 3), three[code]);
  for (unsigned code = 0; code < 4; ++code)
    EXPECT_EQ(powerOfCode(code, 2), two[code]);
  EXPECT_EQ(powerOfCode(31, 5), -(1 << 14));
}

TEST(PowersOfTwo, SumsAreAllSumsWithTheFewestTerms) {
  for (unsigned bits = 2; bits <= 5; ++bits)
    for (unsigned terms = 1; terms <= (bits == 5 ? 2u : 3u); ++terms) {
      PowerSums sums(bits, terms);
      std::map<int64_t, unsigned> fewest; // by trying all tuples of codes
      unsigned codes = 1u << bits, tuples = 1;
      for (unsigned t = 0; t < terms; ++t)
        tuples *= codes;
      for (unsigned tuple = 0; tuple < tuples; ++tuple) {
        int64_t sum = 0;
        unsigned needed = 0;
        for (unsigned t = 0, rest = tuple; t < terms; ++t, rest /= codes) {
          sum += powerOfCode(rest % codes, bits);
          needed += powerOfCode(rest % codes, bits) != 0;
        }
        auto [at, isNew] = fewest.try_emplace(sum, needed);
        at->second = std::min(at->second, needed);
      }
      Levels levels = sums.levels();
      EXPECT_EQ(levels.positive, levels.negative);
      EXPECT_EQ(2 * levels.positive.size() + 1, fewest.size());
      EXPECT_EQ(levels.positive.back(), sums.greatest());
      for (auto [sum, needed] : fewest) {
        std::vector<uint8_t> found = sums.codes(sum);
        ASSERT_EQ(found.size(), terms);
        int64_t total = 0;
        unsigned used = 0;
        for (uint8_t code : found) {
          total += powerOfCode(code, bits);
          used += code != 0;
        }
        EXPECT_EQ(total, sum);
        EXPECT_EQ(used, needed) << sum;
      }
    }
}

TEST(PowersOfTwo, WhatIsNoSumHasNoCodes) {
  PowerSums sums(4, 2);
  EXPECT_TRUE(sums.codes(11).empty());
  EXPECT_TRUE(sums.codes(129).empty());
  EXPECT_EQ(sums.levels(-8, 7).positive, (std::vector<int64_t>{1, 2, 3, 4, 5, 6, 7}));
  EXPECT_EQ(sums.levels(-8, 7).negative.back(), 8);
}

TEST(BitPlanes, EveryNumberTakesTheNearestThatIsLeft) {
  for (unsigned bits : {1u, 4u, 8u})
    for (unsigned planes = 1; planes <= bits; ++planes) {
      std::vector<int64_t> values;
      for (int64_t v = -(int64_t(1) << (bits - 1)); v < int64_t(1) << (bits - 1); ++v)
        values.push_back(v);
      KeptPlanes kept = keepPlanes(values.data(), values.size(), bits, planes);
      EXPECT_EQ(kept.shift, bits - planes);
      double total = 0, cut = 0;
      for (size_t i = 0; i < values.size(); ++i) {
        double nearest = INFINITY;
        for (int64_t code = -(int64_t(1) << (planes - 1)); code < int64_t(1) << (planes - 1); ++code)
          nearest = std::min(nearest, std::fabs(values[i] - std::ldexp(code, kept.shift)));
        EXPECT_EQ(std::fabs(values[i] - std::ldexp(kept.codes[i], kept.shift)), nearest);
        total += nearest * nearest;
        cut += std::pow(values[i] - std::ldexp(values[i] >> kept.shift, kept.shift), 2);
      }
      EXPECT_EQ(kept.squaredError, total);
      EXPECT_LE(total, cut);
    }
}

TEST(BitPlanes, PlanesAreBits) {
  EXPECT_EQ(splitPlanes({-4, 3, -1}, 3), (std::vector<int64_t>{0, 1, 1, 0, 1, 1, 1, 0, 1}));
}

TEST(BitPlanes, CodesJoinAgain) {
  EXPECT_EQ(joinPlanes(splitPlanes({-4, 3, -1, 0}, 3), 3), (std::vector<int64_t>{-4, 3, -1, 0}));
}

TEST(BitPlanes, ACutIsTheMiddleOfWhatItCouldBe) {
  for (unsigned planes : {2u, 5u, 8u})
    for (unsigned kept = 1; kept <= planes; ++kept)
      for (int64_t code = -(int64_t(1) << (planes - 1)); code < int64_t(1) << (planes - 1); ++code) {
        const int64_t span = int64_t(1) << (planes - kept), first = static_cast<int64_t>(std::floor(std::ldexp(code, int(kept) - int(planes)))) * span;
        EXPECT_EQ(cutCode(code, planes, kept), span == 1 ? code : first + span / 2);
      }
}

namespace {
std::vector<float> normal(unsigned seed, size_t count) {
  std::mt19937 random(seed);
  std::normal_distribution<float> draw;
  std::vector<float> values(count);
  for (float &v : values)
    v = draw(random);
  return values;
}

/// The error of the parts, multiplied out.
double errorOf(const BasisPowers &d, const std::vector<float> &w, size_t rows, size_t columns, size_t size) {
  double error = 0;
  for (size_t r = 0; r < rows; ++r)
    for (size_t k = 0; k < columns; ++k) {
      double sum = 0;
      for (size_t b = 0; b < size; ++b)
        sum += static_cast<double>(d.coefficients[r * columns + k / size * size + b]) * d.basis[b * size + k % size];
      error += std::pow(w[r * columns + k] - d.scales[r] * sum, 2);
    }
  return error;
}
} // namespace

TEST(BasisPowers, NeverWorseThanPowersAloneAndErrorIsWhatItSays) {
  Levels levels = PowerSums(4, 1).levels();
  for (unsigned seed = 0; seed < 6; ++seed)
    for (size_t size : {1, 2, 3, 4, 6}) {
      size_t rows = 10, columns = 24;
      std::vector<float> w = normal(seed, rows * columns);
      BasisOptions none{size, 0}, some{size, 30};
      BasisPowers start = decomposeByBasis(levels, w.data(), rows, columns, none), end = decomposeByBasis(levels, w.data(), rows, columns, some);
      EXPECT_NEAR(end.squaredError, errorOf(end, w, rows, columns, size), 1e-6);
      EXPECT_LE(end.squaredError, start.squaredError);
      for (int64_t q : end.coefficients)
        EXPECT_EQ(nearestLevel(levels, static_cast<double>(q)), q);
      BasisPowers again = decomposeByBasis(levels, w.data(), rows, columns, some);
      EXPECT_EQ(again.coefficients, end.coefficients);
      EXPECT_EQ(again.basis, end.basis);
    }
}

TEST(BasisPowers, ADiagonalBasisThatIsThereIsFound) {
  // Columns of two scales, 1 and 3: rows of powers times diag(1, 3).
  Levels levels = PowerSums(3, 1).levels();
  std::mt19937 random(1);
  std::vector<float> w;
  for (size_t i = 0; i < 400; ++i)
    w.push_back(static_cast<float>(powerOfCode(random() % 8, 3)) * (i % 2 ? 3.0f : 1.0f));
  BasisPowers d = decomposeByBasis(levels, w.data(), 4, 100, {2, 30});
  double energy = 0;
  for (float v : w)
    energy += static_cast<double>(v) * v;
  EXPECT_LT(d.squaredError, 0.02 * energy);
}

TEST(BasisPowers, ZerosStayZeros) {
  std::vector<float> w(12, 0.0f);
  BasisPowers d = decomposeByBasis(PowerSums(4, 1).levels(), w.data(), 3, 4, {2, 30});
  EXPECT_EQ(d.squaredError, 0);
  EXPECT_EQ(d.coefficients, std::vector<int64_t>(12, 0));
}
