//===- RankPrior.h - ranks of tensor trains that shrink -------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef PASSES_TRAINING_ALGORITHMS_RANKPRIOR_H
#define PASSES_TRAINING_ALGORITHMS_RANKPRIOR_H

#include <cstdint>
#include <string>
#include <vector>

namespace weft::training {

/// Where the indices of a bond are in the weight `[rows, columns]` of a core: index of row (or column) i is (i / stride) mod extent.
struct BondSide {
  size_t parameter = 0;
  int64_t rows = 0, columns = 0;
  bool alongRows = false;
  int64_t stride = 1;
};

/// A bond between two cores of a tensor train.
struct Bond {
  /// Layer and number.
  std::string train;
  int64_t number = 0, extent = 0;
  std::vector<BondSide> sides;
};

struct RankPriorOptions {
  /// Factor of Σ ‖slice‖² / λ in the loss; 0: no prior.
  double strength = 0;
  /// Share of the estimate in λ at each step.
  double rate = 0.1;
  /// An index whose λ is less than this share of its bond's greatest is given up.
  double threshold = 0.01;
};

/// Automatic relevance determination: the slices of both cores at index r of a bond are Gaussian with variance λ[r], which has a log-uniform prior. The
/// estimate of λ[r] is Σ w² / (D + 1) over the D elements of the slices, and the gradient of the loss 2·strength·w·Σ 1/λ over the bonds of an element,
/// where λ is at least the threshold.
/// Sources: Hawkins, Zhang, arXiv 1905.10478; Zhang et al., arXiv 2104.03420.
class RankPrior {
public:
  using Numbers = std::vector<float>;
  RankPrior() = default;
  RankPrior(std::vector<Bond> bonds, const RankPriorOptions &options) : bonds(std::move(bonds)), options(options) {}

  bool isEmpty() const { return bonds.empty() || options.strength <= 0; }
  /// Sets every λ to its estimate.
  void begin(const std::vector<const Numbers *> &parameters);
  /// Moves λ towards the estimates.
  void update(const std::vector<const Numbers *> &parameters);
  /// What an element of a parameter is multiplied with to be its share of the gradient: 0 for parameters that are no cores.
  void precisions(size_t parameter, Numbers &out) const;
  /// Gives up indices of little relevance; at least one stays.
  void prune();
  /// Calls zero(side, element) for each element of the slices that were given up.
  template <typename Zero>
  void forGivenUp(Zero &&zero) const;
  /// The indices that are left, of each bond, ascending.
  std::vector<std::vector<int64_t>> kept() const;
  const std::vector<Bond> &all() const { return bonds; }

  void save(Numbers &state) const;
  void restore(const Numbers &state);

private:
  std::vector<double> estimate(const Bond &bond, const std::vector<const Numbers *> &parameters) const;
  bool isFaint(size_t bond, int64_t index) const;

  std::vector<Bond> bonds;
  RankPriorOptions options;
  /// 0: the index is given up.
  std::vector<std::vector<float>> variances;
};

/// Index of a bond for element i of a weight.
inline int64_t bondIndex(const BondSide &side, int64_t extent, int64_t i) {
  return ((side.alongRows ? i / side.columns : i % side.columns) / side.stride) % extent;
}

template <typename Zero>
void RankPrior::forGivenUp(Zero &&zero) const {
  for (size_t b = 0; b < bonds.size(); ++b)
    for (const BondSide &side : bonds[b].sides)
      for (int64_t i = 0; i < side.rows * side.columns; ++i)
        if (variances[b][bondIndex(side, bonds[b].extent, i)] == 0)
          zero(side, i);
}

} // namespace weft::training

#endif // PASSES_TRAINING_ALGORITHMS_RANKPRIOR_H
