//===- TruncatedSvd.cpp - singular value decompositions that are cut ----------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/Algorithms/TruncatedSvd.h"

#include <Eigen/SVD>
#include <cmath>

namespace weft::compression {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

static int64_t keptRank(const Eigen::VectorXd &values, double drop, int64_t limit) {
  int64_t rank = values.size();
  double dropped = 0;
  while (rank > 1) {
    double energy = values[rank - 1] * values[rank - 1];
    bool noise = values[rank - 1] <= 1e-12 * values[0];
    if (!noise && !(dropped + energy <= drop * drop))
      break;
    dropped += energy;
    --rank;
  }
  return limit > 0 ? std::min(rank, limit) : rank;
}

TruncatedSvd truncatedSvd(const std::vector<double> &a, int64_t rows, double drop, int64_t limit) {
  int64_t columns = static_cast<int64_t>(a.size()) / rows;
  Eigen::Map<const Matrix> matrix(a.data(), rows, columns);
  Eigen::BDCSVD<Eigen::MatrixXd> svd(matrix, Eigen::ComputeThinU | Eigen::ComputeThinV);
  TruncatedSvd result;
  result.rank = keptRank(svd.singularValues(), drop, limit);
  result.left.resize(static_cast<size_t>(rows * result.rank));
  result.right.resize(static_cast<size_t>(result.rank * columns));
  Eigen::Map<Matrix> left(result.left.data(), rows, result.rank), right(result.right.data(), result.rank, columns);
  for (int64_t r = 0; r < result.rank; ++r) {
    Eigen::Index greatest;
    svd.matrixU().col(r).cwiseAbs().maxCoeff(&greatest);
    double sign = svd.matrixU()(greatest, r) < 0 ? -1 : 1, value = svd.singularValues()[r];
    left.col(r) = sign * svd.matrixU().col(r);
    right.row(r) = sign * value * svd.matrixV().col(r).transpose();
    result.values.push_back(value);
  }
  return result;
}

} // namespace weft::compression
