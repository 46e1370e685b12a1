//===- ConvTranspose.h - transposed convolution ------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef COMPILER_IMPORT_OPS_CONVTRANSPOSE_H
#define COMPILER_IMPORT_OPS_CONVTRANSPOSE_H

#include "compiler/Import/Node.h"

namespace weft::import {

/// What a transposed convolution does along its spatial dimensions: element i of the input adds tap k to place
/// i·stride + k·dilation − begin of an output of `size` elements.
struct TransposedWindows {
  llvm::SmallVector<int64_t> kernel, strides, dilations, begin, size;

  /// Extent of a window in dimension i.
  int64_t extent(size_t i) const { return dilations[i] * (kernel[i] - 1) + 1; }
};

/// Transposed convolution of `x` [N, C, spatial…] with a weight [C, O/groups, kernel…] and a bias [O], or null for none, as one
/// convolution: its output channels are the phases of the strides, which are interleaved afterwards. So nothing is
/// multiplied with the zeros between inputs. Spatial dimensions of `x` are static where a stride is not 1.
mlir::Value transposedConvolution(Node &node, mlir::Value x, mlir::Value weight, mlir::Value bias,
                                  const TransposedWindows &windows, int64_t groups);

} // namespace weft::import

#endif // COMPILER_IMPORT_OPS_CONVTRANSPOSE_H
