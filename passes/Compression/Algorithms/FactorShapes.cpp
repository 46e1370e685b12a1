//===- FactorShapes.cpp - extents as products --------------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/Algorithms/FactorShapes.h"

#include <algorithm>

namespace weft::compression {

namespace {
/// Extends `chosen` by factors of `rest` that are not less than the last one.
void search(int64_t rest, size_t count, Factors &chosen, int64_t sum, Factors &best, int64_t &bestSum) {
  int64_t least = chosen.empty() ? 1 : chosen.back();
  if (count == 1) {
    if (rest >= least && (best.empty() || sum + rest < bestSum)) {
      best = chosen;
      best.push_back(rest);
      bestSum = sum + rest;
    }
    return;
  }
  for (int64_t f = least; f <= rest / f || f == 1; ++f) {
    if (rest % f != 0)
      continue;
    chosen.push_back(f);
    search(rest / f, count - 1, chosen, sum + f, best, bestSum);
    chosen.pop_back();
  }
}
} // namespace

Factors balancedFactors(int64_t extent, size_t count) {
  Factors chosen, best;
  int64_t bestSum = 0;
  search(extent, count, chosen, 0, best, bestSum);
  return best;
}

int64_t productOf(const Factors &factors) {
  int64_t product = 1;
  for (int64_t f : factors) {
    if (f > (int64_t(1) << 40) / std::max<int64_t>(product, 1))
      return -1;
    product *= f;
  }
  return product;
}

std::string factorsText(const Factors &factors) {
  std::string text;
  for (int64_t f : factors)
    text += (text.empty() ? "" : "x") + std::to_string(f);
  return text;
}

static std::optional<Factors> parseFactors(const std::string &text) {
  Factors factors;
  int64_t value = -1;
  for (char c : text + "x") {
    if (c >= '0' && c <= '9' && value < (int64_t(1) << 40)) {
      value = std::max<int64_t>(value, 0) * 10 + (c - '0');
    } else if (c == 'x' && value >= 1) {
      factors.push_back(value);
      value = -1;
    } else {
      return std::nullopt;
    }
  }
  return factors;
}

std::optional<TrainShapes> parseTrainShapes(const std::string &text) {
  size_t colon = text.find(':');
  if (colon == std::string::npos)
    return std::nullopt;
  std::optional<Factors> rows = parseFactors(text.substr(0, colon)), columns = parseFactors(text.substr(colon + 1));
  if (!rows || !columns || rows->size() != columns->size() || rows->size() < 2 || rows->size() > 8)
    return std::nullopt;
  return TrainShapes{*rows, *columns};
}

} // namespace weft::compression
