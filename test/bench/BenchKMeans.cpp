//===- BenchKMeans.cpp - times the optimal clustering of many weights ------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
// bench-kmeans [values, millions] [K]: processor seconds of one clustering of Gaussian weights, and of std::sort of the same numbers,
// which is what any exact method begins with.
#include "passes/Compression/Algorithms/KMeans1D.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <random>

int main(int argc, char **argv) {
  size_t count = static_cast<size_t>((argc > 1 ? std::atof(argv[1]) : 25) * 1e6);
  unsigned k = argc > 2 ? static_cast<unsigned>(std::atoi(argv[2])) : 16;
  if (count < 1 || k < 1 || k > 256)
    return std::fprintf(stderr, "bench-kmeans [millions of values] [K, 1 to 256]\n"), 4;
  std::mt19937 random(1);
  std::normal_distribution<float> normal(0, 0.05f);
  std::vector<float> values(count);
  for (float &v : values)
    v = normal(random);
  auto seconds = [] { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; };
  weft::compression::KMeansOptions options;
  options.k = k;
  double start = seconds();
  weft::compression::Clustering c = weft::compression::clusterOptimally(values.data(), values.size(), options);
  double clustering = seconds() - start;
  start = seconds();
  std::sort(values.begin(), values.end());
  double sorting = seconds() - start;
  std::printf("{\"values\": %zu, \"k\": %u, \"squared_error\": %.9g, \"seconds\": %.3f, \"sort_seconds\": %.3f, \"ratio\": %.3f}\n", count, k,
              c.squaredError, clustering, sorting, clustering / sorting);
}
