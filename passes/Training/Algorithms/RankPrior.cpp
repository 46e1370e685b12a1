//===- RankPrior.cpp - ranks of tensor trains that shrink ---------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "passes/Training/Algorithms/RankPrior.h"

#include <algorithm>

namespace weft::training {

/// Variances stay numbers that can be divided by.
constexpr float kLeastVariance = 1e-12f;

std::vector<double> RankPrior::estimate(const Bond &bond, const std::vector<const Numbers *> &parameters) const {
  std::vector<double> squares(bond.extent, 0.0), counts(bond.extent, 0.0);
  for (const BondSide &side : bond.sides)
    for (int64_t i = 0; i < side.rows * side.columns; ++i) {
      double w = (*parameters[side.parameter])[i];
      int64_t r = bondIndex(side, bond.extent, i);
      squares[r] += w * w, counts[r] += 1;
    }
  for (int64_t r = 0; r < bond.extent; ++r)
    squares[r] /= counts[r] + 1;
  return squares;
}

void RankPrior::begin(const std::vector<const Numbers *> &parameters) {
  variances.clear();
  for (const Bond &bond : bonds) {
    variances.emplace_back();
    for (double v : estimate(bond, parameters))
      variances.back().push_back(std::max(static_cast<float>(v), kLeastVariance));
  }
}

void RankPrior::update(const std::vector<const Numbers *> &parameters) {
  for (size_t b = 0; b < bonds.size(); ++b) {
    std::vector<double> found = estimate(bonds[b], parameters);
    for (int64_t r = 0; r < bonds[b].extent; ++r)
      if (float &v = variances[b][r]; v > 0)
        v = std::max(static_cast<float>((1 - options.rate) * v + options.rate * found[r]), kLeastVariance);
  }
}

void RankPrior::precisions(size_t parameter, Numbers &out) const {
  std::fill(out.begin(), out.end(), 0.0f);
  for (size_t b = 0; b < bonds.size(); ++b) {
    auto least = static_cast<float>(options.threshold) * *std::max_element(variances[b].begin(), variances[b].end());
    for (const BondSide &side : bonds[b].sides)
      for (int64_t i = 0; side.parameter == parameter && i < side.rows * side.columns; ++i)
        if (float v = variances[b][bondIndex(side, bonds[b].extent, i)]; v > 0)
          out[i] += static_cast<float>(2 * options.strength) / std::max(v, least);
  }
}

bool RankPrior::isFaint(size_t bond, int64_t index) const {
  const std::vector<float> &v = variances[bond];
  return v[index] > 0 && v[index] < options.threshold * *std::max_element(v.begin(), v.end());
}

void RankPrior::prune() {
  for (size_t b = 0; b < bonds.size(); ++b)
    for (int64_t r = 0; r < bonds[b].extent; ++r)
      if (isFaint(b, r))
        variances[b][r] = 0;
}

std::vector<std::vector<int64_t>> RankPrior::kept() const {
  std::vector<std::vector<int64_t>> all;
  for (const std::vector<float> &v : variances) {
    all.emplace_back();
    for (size_t r = 0; r < v.size(); ++r)
      if (v[r] > 0)
        all.back().push_back(static_cast<int64_t>(r));
  }
  return all;
}

void RankPrior::save(Numbers &state) const {
  for (const std::vector<float> &v : variances)
    state.insert(state.end(), v.begin(), v.end());
}

void RankPrior::restore(const Numbers &state) {
  size_t at = 0;
  for (std::vector<float> &v : variances)
    for (float &one : v)
      one = state[at++];
}

} // namespace weft::training
