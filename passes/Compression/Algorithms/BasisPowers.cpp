//===- BasisPowers.cpp - a matrix as powers of two times a small basis --------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/Algorithms/BasisPowers.h"

#include <cassert>
#include <cmath>

namespace weft::compression {

namespace {

/// Solves the symmetric positive definite `a` · x = b for `columns` right sides (Cholesky). False where `a` is singular.
bool solve(std::vector<double> a, std::vector<double> &b, size_t n, size_t columns) {
  double trace = 0;
  for (size_t i = 0; i < n; ++i)
    trace += a[i * n + i];
  for (size_t i = 0; i < n; ++i)
    for (size_t j = 0; j <= i; ++j) {
      double sum = a[i * n + j];
      for (size_t k = 0; k < j; ++k)
        sum -= a[i * n + k] * a[j * n + k];
      if (i == j && sum <= 1e-12 * trace)
        return false;
      a[i * n + j] = i == j ? std::sqrt(sum) : sum / a[j * n + j];
    }
  for (size_t c = 0; c < columns; ++c) {
    for (size_t i = 0; i < n; ++i) {
      for (size_t k = 0; k < i; ++k)
        b[i * columns + c] -= a[i * n + k] * b[k * columns + c];
      b[i * columns + c] /= a[i * n + i];
    }
    for (size_t i = n; i-- > 0;) {
      for (size_t k = i + 1; k < n; ++k)
        b[i * columns + c] -= a[k * n + i] * b[k * columns + c];
      b[i * columns + c] /= a[i * n + i];
    }
  }
  return true;
}

class Alternation {
public:
  Alternation(const Levels &levels, const float *matrix, size_t rows, size_t columns, size_t size)
      : levels(levels), matrix(matrix), rows(rows), columns(columns), size(size) {
    assert(size >= 1 && columns % size == 0);
    state.basis.assign(size * size, 0);
    for (size_t i = 0; i < size; ++i)
      state.basis[i * size + i] = 1;
    for (size_t r = 0; r < rows; ++r) {
      double scale = fitScale(levels, matrix + r * columns, columns);
      state.scales.push_back(scale > 0 ? scale : 1);
      for (size_t k = 0; k < columns; ++k)
        state.coefficients.push_back(nearestLevel(levels, matrix[r * columns + k] / state.scales[r]));
    }
    state.squaredError = error();
  }

  BasisPowers run(const BasisOptions &options) {
    while (state.rounds < options.rounds && state.squaredError > 0) {
      BasisPowers before = state;
      ++state.rounds;
      if (!refitBasis())
        break;
      refitCoefficients();
      refitScales();
      state.squaredError = error();
      if (state.squaredError >= before.squaredError) // it has converged, and rounding is all that moves
        return before;
      if (before.squaredError - state.squaredError <= options.tolerance * before.squaredError)
        break;
    }
    return state;
  }

private:
  /// Row `b` of the basis.
  const double *direction(size_t b) const { return &state.basis[b * size]; }

  /// Element c of the product of the coefficients from `q` on with the basis.
  double product(const int64_t *q, size_t c) const {
    double sum = 0;
    for (size_t b = 0; b < size; ++b)
      sum += static_cast<double>(q[b]) * state.basis[b * size + c];
    return sum;
  }

  double error() const {
    double total = 0;
    for (size_t at = 0; at < rows * columns; ++at) {
      double e = matrix[at] - state.scales[at / columns] * product(&state.coefficients[at - at % columns % size], at % columns % size);
      total += e * e;
    }
    return total;
  }

  bool refitBasis() {
    std::vector<double> gram(size * size, 0.0), right(size * size, 0.0);
    for (size_t at = 0; at < rows * columns; at += size) {
      double scale = state.scales[at / columns];
      for (size_t b = 0; b < size; ++b) {
        double q = scale * static_cast<double>(state.coefficients[at + b]);
        if (q == 0)
          continue;
        for (size_t c = 0; c < size; ++c) {
          gram[b * size + c] += q * scale * static_cast<double>(state.coefficients[at + c]);
          right[b * size + c] += q * matrix[at + c];
        }
      }
    }
    if (!solve(gram, right, size, size))
      return false; // a direction that nothing uses: the basis stays
    state.basis = right;
    return true;
  }

  void refitCoefficients() {
    std::vector<double> norm(size, 0.0), rest(size);
    for (size_t b = 0; b < size; ++b)
      for (size_t c = 0; c < size; ++c)
        norm[b] += direction(b)[c] * direction(b)[c];
    for (size_t at = 0; at < rows * columns; at += size) {
      double scale = state.scales[at / columns];
      int64_t *q = &state.coefficients[at];
      for (size_t c = 0; c < size; ++c)
        rest[c] = matrix[at + c] / scale - product(q, c);
      for (size_t b = 0; b < size; ++b) {
        double dot = 0;
        for (size_t c = 0; c < size; ++c)
          dot += rest[c] * direction(b)[c];
        int64_t best = norm[b] > 0 ? nearestLevel(levels, static_cast<double>(q[b]) + dot / norm[b]) : q[b];
        for (size_t c = 0; c < size; ++c)
          rest[c] -= static_cast<double>(best - q[b]) * direction(b)[c];
        q[b] = best;
      }
    }
  }

  void refitScales() {
    for (size_t r = 0; r < rows; ++r) {
      double dot = 0, energy = 0;
      for (size_t k = 0; k < columns; ++k) {
        double p = product(&state.coefficients[r * columns + k - k % size], k % size);
        dot += p * matrix[r * columns + k];
        energy += p * p;
      }
      if (dot > 0)
        state.scales[r] = dot / energy;
    }
  }

  const Levels &levels;
  const float *matrix;
  size_t rows, columns, size;
  BasisPowers state;
};

} // namespace

BasisPowers decomposeByBasis(const Levels &levels, const float *matrix, size_t rows, size_t columns, const BasisOptions &options) {
  return Alternation(levels, matrix, rows, columns, options.size).run(options);
}

} // namespace weft::compression
