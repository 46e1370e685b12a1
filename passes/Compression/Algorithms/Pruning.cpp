//===- Pruning.cpp - which weights to keep, where no hardware fixes it -------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/Algorithms/Pruning.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace weft::compression {

/// Indices 0 … size − 1, the greatest magnitudes first.
static std::vector<int64_t> byMagnitude(const float *weight, int64_t size, int64_t count) {
  std::vector<int64_t> order(static_cast<size_t>(size));
  std::iota(order.begin(), order.end(), 0);
  auto greater = [&](int64_t a, int64_t b) {
    float x = std::fabs(weight[a]), y = std::fabs(weight[b]);
    return x != y ? x > y : a < b;
  };
  std::nth_element(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(std::min(count, size - 1)), order.end(), greater);
  order.resize(static_cast<size_t>(count));
  return order;
}

std::vector<bool> keepGreatest(const float *weight, int64_t size, int64_t count) {
  std::vector<bool> kept(static_cast<size_t>(size), false);
  if (size > 0)
    for (int64_t i : byMagnitude(weight, size, count))
      kept[static_cast<size_t>(i)] = true;
  return kept;
}

std::vector<bool> keepAbove(const float *weight, int64_t size, double threshold) {
  std::vector<bool> kept(static_cast<size_t>(size));
  for (int64_t i = 0; i < size; ++i)
    kept[static_cast<size_t>(i)] = weight[i] != 0 && std::fabs(static_cast<double>(weight[i])) >= threshold;
  return kept;
}

std::vector<int64_t> keepPerGroup(const float *weight, int64_t size, int64_t n, int64_t m) {
  std::vector<int64_t> indices;
  for (int64_t first = 0; first < size; first += m) {
    std::vector<int64_t> group = byMagnitude(weight + first, m, n);
    std::sort(group.begin(), group.end());
    indices.insert(indices.end(), group.begin(), group.end());
  }
  return indices;
}

namespace {

/// One block on its way to its density.
class Block {
public:
  Block(const float *weight, int64_t stride, int64_t h, int64_t w)
      : rows(static_cast<size_t>(h), true), columns(static_cast<size_t>(w), true), weight(weight), stride(stride), h(h), w(w), rowsLeft(h), columnsLeft(w) {}

  void prune(double density, bool withRows) {
    double target = density * static_cast<double>(h * w) + 1e-9;
    while (static_cast<double>(rowsLeft * columnsLeft) > target) {
      auto [row, rowEnergy] = withRows && rowsLeft > 1 ? least(h, rows, true) : std::pair<int64_t, double>{-1, 0};
      auto [column, columnEnergy] = columnsLeft > 1 ? least(w, columns, false) : std::pair<int64_t, double>{-1, 0};
      if (row < 0 && column < 0)
        return;
      if (column < 0 || (row >= 0 && rowEnergy / static_cast<double>(columnsLeft) < columnEnergy / static_cast<double>(rowsLeft))) {
        rows[static_cast<size_t>(row)] = false;
        --rowsLeft;
      } else {
        columns[static_cast<size_t>(column)] = false;
        --columnsLeft;
      }
    }
  }

  std::vector<bool> rows, columns;

private:
  double energy(int64_t r, int64_t c) const {
    return rows[static_cast<size_t>(r)] && columns[static_cast<size_t>(c)] ? static_cast<double>(weight[r * stride + c]) * weight[r * stride + c] : 0;
  }

  /// The row or column that is left with the least energy.
  std::pair<int64_t, double> least(int64_t count, const std::vector<bool> &kept, bool isRow) const {
    std::pair<int64_t, double> best{-1, 0};
    for (int64_t i = 0; i < count; ++i) {
      if (!kept[static_cast<size_t>(i)])
        continue;
      double sum = 0;
      for (int64_t k = 0; k < (isRow ? w : h); ++k)
        sum += isRow ? energy(i, k) : energy(k, i);
      if (best.first < 0 || sum < best.second)
        best = {i, sum};
    }
    return best;
  }

  const float *weight;
  int64_t stride, h, w, rowsLeft, columnsLeft;
};

} // namespace

BlockChoice pruneBlocks(const float *weight, int64_t rows, int64_t columns, int64_t h, int64_t w, double density, bool withRows) {
  BlockChoice choice;
  for (int64_t i = 0; i < rows; i += h)
    for (int64_t k = 0; k < columns; k += w) {
      Block block(weight + i * columns + k, columns, h, w);
      block.prune(density, withRows);
      choice.rows.insert(choice.rows.end(), block.rows.begin(), block.rows.end());
      choice.columns.insert(choice.columns.end(), block.columns.begin(), block.columns.end());
    }
  return choice;
}

} // namespace weft::compression
