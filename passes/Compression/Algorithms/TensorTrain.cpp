//===- TensorTrain.cpp - TT-SVD of a matrix ----------------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/Algorithms/TensorTrain.h"
#include "passes/Compression/Algorithms/TruncatedSvd.h"

#include <cmath>

namespace weft::compression {

/// The matrix with its indices interleaved: (i_1, j_1, i_2, j_2, …), row-major.
static std::vector<double> interleaved(const std::vector<float> &weight, const TrainShapes &shapes) {
  int64_t columns = productOf(shapes.columns);
  std::vector<double> result(weight.size());
  for (size_t at = 0; at < result.size(); ++at) {
    int64_t rest = static_cast<int64_t>(at), row = 0, column = 0, rowStep = 1, columnStep = 1;
    for (size_t k = shapes.rows.size(); k-- > 0;) {
      column += rest % shapes.columns[k] * columnStep;
      rest /= shapes.columns[k], columnStep *= shapes.columns[k];
      row += rest % shapes.rows[k] * rowStep;
      rest /= shapes.rows[k], rowStep *= shapes.rows[k];
    }
    result[at] = weight[static_cast<size_t>(row * columns + column)];
  }
  return result;
}

static double norm(const std::vector<double> &values) {
  double energy = 0;
  for (double v : values)
    energy += v * v;
  return std::sqrt(energy);
}

TensorTrain decomposeTrain(const std::vector<float> &weight, const TrainShapes &shapes, const TrainLimits &limits) {
  size_t count = shapes.rows.size();
  std::vector<double> rest = interleaved(weight, shapes);
  double drop = limits.error * norm(rest) / std::sqrt(std::max<double>(1, static_cast<double>(count) - 1));
  TensorTrain train;
  int64_t bond = 1;
  // √s of the bond before: it goes from the rest into the core on its left.
  std::vector<double> shared{1.0};
  for (size_t k = 0; k < count; ++k) {
    TrainCore core{bond, shapes.rows[k], shapes.columns[k], 1, {}};
    int64_t left = bond * core.rows * core.columns, block = core.rows * core.columns;
    std::vector<double> values = rest;
    std::vector<double> roots{1.0};
    if (k + 1 < count) {
      TruncatedSvd svd = truncatedSvd(rest, left, drop, limits.rank);
      core.right = bond = svd.rank;
      values = std::move(svd.left), rest = std::move(svd.right);
      roots.assign(static_cast<size_t>(bond), 1.0);
      for (size_t r = 0; r < roots.size(); ++r)
        roots[r] = svd.values[r] > 0 ? std::sqrt(svd.values[r]) : 1.0;
    }
    core.values.resize(values.size());
    for (size_t i = 0; i < values.size(); ++i) {
      size_t before = i / static_cast<size_t>(block * core.right), after = i % static_cast<size_t>(core.right);
      core.values[i] = static_cast<float>(values[i] * roots[after] / shared[before]);
    }
    shared = roots;
    train.push_back(std::move(core));
  }
  return train;
}

std::vector<double> composeTrain(const TensorTrain &train) {
  std::vector<double> w{1.0};
  int64_t rows = 1, columns = 1;
  for (const TrainCore &core : train) {
    std::vector<double> wider(static_cast<size_t>(rows * core.rows * columns * core.columns * core.right));
    for (int64_t i = 0; i < rows; ++i)
      for (int64_t m = 0; m < core.rows; ++m)
        for (int64_t j = 0; j < columns; ++j)
          for (int64_t r = 0; r < core.left; ++r) {
            double scale = w[static_cast<size_t>((i * columns + j) * core.left + r)];
            const float *in = core.values.data() + (r * core.rows + m) * core.columns * core.right;
            double *out = wider.data() + ((i * core.rows + m) * columns + j) * core.columns * core.right;
            for (int64_t x = 0; x < core.columns * core.right; ++x)
              out[x] += scale * in[x];
          }
    w = std::move(wider);
    rows *= core.rows, columns *= core.columns;
  }
  return w;
}

int64_t parameterCount(const TensorTrain &train) {
  int64_t count = 0;
  for (const TrainCore &core : train)
    count += static_cast<int64_t>(core.values.size());
  return count;
}

double relativeDistance(const std::vector<float> &a, const std::vector<double> &b) {
  double distance = 0, energy = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    distance += (a[i] - b[i]) * (a[i] - b[i]);
    energy += static_cast<double>(a[i]) * a[i];
  }
  return energy > 0 ? std::sqrt(distance / energy) : distance > 0 ? INFINITY : 0;
}

static int64_t fullRank(const TensorTrain &exact) {
  int64_t rank = 1;
  for (const TrainCore &core : exact)
    rank = std::max(rank, core.right);
  return rank;
}

TensorTrain largestTrain(const std::vector<float> &weight, const TrainShapes &shapes, const std::function<bool(const TensorTrain &)> &acceptable) {
  TensorTrain best = decomposeTrain(weight, shapes, {0, 1});
  int64_t low = 1, high = fullRank(decomposeTrain(weight, shapes, {}));
  while (low < high) {
    int64_t middle = low + (high - low + 1) / 2;
    TensorTrain train = decomposeTrain(weight, shapes, {0, middle});
    if (!acceptable(train)) {
      high = middle - 1;
      continue;
    }
    best = std::move(train);
    low = middle;
  }
  return best;
}

TensorTrain smallestTrain(const std::vector<float> &weight, const TrainShapes &shapes, const std::function<bool(const TensorTrain &)> &acceptable) {
  TensorTrain best = decomposeTrain(weight, shapes, {});
  int64_t low = 1, high = fullRank(best);
  while (low < high) {
    int64_t middle = low + (high - low) / 2;
    TensorTrain train = decomposeTrain(weight, shapes, {0, middle});
    if (!acceptable(train)) {
      low = middle + 1;
      continue;
    }
    best = std::move(train);
    high = middle;
  }
  return best;
}

} // namespace weft::compression
