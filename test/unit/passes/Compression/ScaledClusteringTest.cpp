//===- ScaledClusteringTest.cpp - one codebook for values of different scales ------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/Algorithms/KMeans1D.h"
#include "passes/Compression/Algorithms/ScaledClustering.h"

#include <cmath>
#include <gtest/gtest.h>
#include <random>

using namespace weft::compression;

namespace {

using Groups = std::vector<std::vector<float>>;

Groups gaussians(const std::vector<float> &sigmas, size_t each) {
  std::mt19937 random(3);
  Groups groups;
  for (float sigma : sigmas) {
    std::normal_distribution<float> normal(0, sigma);
    groups.emplace_back();
    for (size_t i = 0; i < each; ++i)
      groups.back().push_back(normal(random));
  }
  return groups;
}

double errorOf(const ScaledClustering &c, const Groups &groups) {
  double error = 0;
  for (size_t g = 0; g < groups.size(); ++g)
    for (size_t i = 0; i < groups[g].size(); ++i)
      error += std::pow(c.scales[g] * static_cast<double>(c.codebook[c.codes[g][i]]) - groups[g][i], 2);
  return error;
}

TEST(ScaledClustering, ErrorIsWhatItSays) {
  Groups groups = gaussians({1, 0.1f, 5}, 200);
  ScaledClustering c = clusterScaled(groups, 8, 8, false);
  EXPECT_LE(c.codebook.size(), 8u);
  EXPECT_NEAR(c.squaredError, errorOf(c, groups), 1e-6 * c.squaredError);
  for (int64_t entry : c.codebook)
    EXPECT_LE(std::abs(entry), 127);
}

TEST(ScaledClustering, ScalesOfTheirOwnBeatOneCodebookForAll) {
  Groups groups = gaussians({1, 0.05f, 8}, 300);
  std::vector<float> all;
  for (const auto &group : groups)
    all.insert(all.end(), group.begin(), group.end());
  Clustering plain = clusterOptimally(all.data(), all.size(), {8, false});
  // Relative to each group's own energy the small groups gain: with one float codebook for all they are near zero.
  ScaledClustering scaled = clusterScaled(groups, 8, 8, false);
  double small = 0, energy = 0, plainSmall = 0;
  for (size_t i = 0; i < groups[1].size(); ++i) {
    small += std::pow(scaled.scales[1] * static_cast<double>(scaled.codebook[scaled.codes[1][i]]) - groups[1][i], 2);
    plainSmall += std::pow(static_cast<double>(plain.codebook[plain.codes[groups[0].size() + i]]) - groups[1][i], 2);
    energy += groups[1][i] * groups[1][i];
  }
  EXPECT_LT(small / energy, 0.05);
  EXPECT_LT(small, plainSmall);
}

TEST(ScaledClustering, NearTheOptimumWithOneGroup) {
  Groups groups = gaussians({1}, 500);
  ScaledClustering c = clusterScaled(groups, 8, 12, false);
  Clustering best = clusterOptimally(groups[0].data(), groups[0].size(), {8, false});
  EXPECT_GE(c.squaredError, best.squaredError * (1 - 1e-6));
  EXPECT_LE(c.squaredError, best.squaredError * 1.01);
}

TEST(ScaledClustering, ZerosAndConstants) {
  ScaledClustering zeros = clusterScaled({{0, 0}, {0, 0}}, 4, 8, true);
  EXPECT_EQ(zeros.squaredError, 0);
  ScaledClustering same = clusterScaled({{0.5f, 0.5f}, {-2, -2}}, 2, 8, false);
  EXPECT_LT(same.squaredError, 1e-10);
  ScaledClustering kept = clusterScaled({{1, 2, 3, 4}}, 3, 4, true);
  EXPECT_NE(std::find(kept.codebook.begin(), kept.codebook.end(), 0), kept.codebook.end());
}

} // namespace
