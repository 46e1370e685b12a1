//===- Tucker.cpp - Tucker-2 of a convolution kernel ---------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/Algorithms/Tucker.h"
#include "passes/Compression/Algorithms/TruncatedSvd.h"

#include <Eigen/Core>
#include <cmath>

namespace weft::compression {

namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// Orthogonal iteration converges fast: it begins near the best factors.
constexpr int kIterations = 8;

/// [a, b, t] as [b, a, t], that is, with the first two axes exchanged.
Matrix exchanged(const Matrix &x, int64_t b, int64_t t) {
  int64_t a = x.rows();
  Matrix y(b, a * t);
  for (int64_t i = 0; i < a; ++i)
    for (int64_t j = 0; j < b; ++j)
      y.block(j, i * t, 1, t) = x.block(i, j * t, 1, t);
  return y;
}

Matrix leftFactor(const Matrix &unfolded, double drop, int64_t limit) {
  std::vector<double> a(unfolded.data(), unfolded.data() + unfolded.size());
  TruncatedSvd svd = truncatedSvd(a, unfolded.rows(), drop, limit);
  return Eigen::Map<Matrix>(svd.left.data(), unfolded.rows(), svd.rank);
}

std::vector<float> toFloats(const Matrix &m) { return std::vector<float>(m.data(), m.data() + m.size()); }

} // namespace

Tucker decomposeTucker(const std::vector<float> &kernel, const KernelShape &shape, const TuckerLimits &limits) {
  int64_t taps = shape.taps;
  Matrix byOutput(shape.outputs, shape.channels * taps);
  for (Eigen::Index i = 0; i < byOutput.size(); ++i)
    byOutput.data()[i] = kernel[static_cast<size_t>(i)];
  Matrix byInput = exchanged(byOutput, shape.channels, taps);
  double drop = limits.error * byOutput.norm() / std::sqrt(2.0);
  Matrix output = leftFactor(byOutput, drop, limits.rank), input = leftFactor(byInput, drop, limits.rank);
  int64_t r1 = output.cols(), r2 = input.cols();
  for (int i = 0; i < kIterations; ++i) {
    // The best factor of one side for the projection on the other's.
    Matrix projected = exchanged(Matrix(input.transpose() * byInput), shape.outputs, taps);
    output = leftFactor(projected, 0, r1);
    input = leftFactor(exchanged(Matrix(output.transpose() * byOutput), shape.channels, taps), 0, r2);
    r1 = output.cols(), r2 = input.cols();
  }
  Matrix half = exchanged(Matrix(output.transpose() * byOutput), shape.channels, taps);
  Matrix core = exchanged(Matrix(input.transpose() * half), r1, taps);
  return {r1, r2, toFloats(output), toFloats(core), toFloats(Matrix(input.transpose()))};
}

std::vector<double> composeTucker(const Tucker &tucker, const KernelShape &shape) {
  std::vector<double> w(static_cast<size_t>(shape.outputs * shape.channels * shape.taps));
  for (int64_t o = 0; o < shape.outputs; ++o)
    for (int64_t c = 0; c < shape.channels; ++c)
      for (int64_t a = 0; a < tucker.outputRank; ++a)
        for (int64_t b = 0; b < tucker.inputRank; ++b) {
          double scale = static_cast<double>(tucker.output[static_cast<size_t>(o * tucker.outputRank + a)]) *
                         tucker.input[static_cast<size_t>(b * shape.channels + c)];
          for (int64_t t = 0; t < shape.taps; ++t)
            w[static_cast<size_t>((o * shape.channels + c) * shape.taps + t)] +=
                scale * tucker.core[static_cast<size_t>((a * tucker.inputRank + b) * shape.taps + t)];
        }
  return w;
}

} // namespace weft::compression
