//===- Tucker.h - Tucker-2 of a convolution kernel -----------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_COMPRESSION_ALGORITHMS_TUCKER_H
#define PASSES_COMPRESSION_ALGORITHMS_TUCKER_H

#include <cstdint>
#include <vector>

namespace weft::compression {

/// W[o, c, t] ≈ Σ output[o, a] · core[a, b, t] · input[b, c], row-major.
struct Tucker {
  int64_t outputRank = 1, inputRank = 1;
  std::vector<float> output, core, input;
};

/// The extents of a kernel: outputs, channels, taps.
struct KernelShape {
  int64_t outputs, channels, taps;
};

/// When ranks are cut: what satisfies all. `rank` is for both; 0: none.
struct TuckerLimits {
  double error = 0;
  int64_t rank = 0;
};

/// Tucker-2 by higher-order singular value decomposition, improved by orthogonal iteration. Each of the two ranks drops at most norm error·‖W‖/√2, so
/// without a limit of the ranks the relative error is at most `error`. Source: De Lathauwer et al., SIAM J. Matrix Anal. Appl. 21 (2000); Kim et al.,
/// ICLR 2016.
Tucker decomposeTucker(const std::vector<float> &kernel, const KernelShape &shape, const TuckerLimits &limits);

/// The kernel, with sums in f64.
std::vector<double> composeTucker(const Tucker &tucker, const KernelShape &shape);

} // namespace weft::compression

#endif // PASSES_COMPRESSION_ALGORITHMS_TUCKER_H
