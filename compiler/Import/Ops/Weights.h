//===- Weights.h - weights of linear operators -------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef COMPILER_IMPORT_OPS_WEIGHTS_H
#define COMPILER_IMPORT_OPS_WEIGHTS_H

#include "compiler/Import/Node.h"

namespace weft::import {

/// The transpose of a matrix that is a weight: goes through dequantize and codec.lookup down to the constant, so
/// that the weight stays what it is.
mlir::Value transposedWeight(Node &node, mlir::Value weight);

/// Whether Gather(codebook, codes), or GatherElements with a codebook [G, K], is a clustered weight: at most 256 numbers (a group),
/// floats or narrow integers, more codes than numbers.
bool isClustered(const HostTensor &codebook, const HostTensor &codes);

/// codec.lookup of such a pair, with the codes in the narrowest type; reports a code outside of the codebook.
mlir::Value lookup(Node &node, const HostTensor &codebook, const HostTensor &codes);

/// Gather(values behind a zero, places), where places are 0 or count up from 1: a sparse weight, as codec.scatter. Null if it is none.
mlir::Value scattered(Node &node, const HostTensor &places);

/// The product of operands `values` and `mask`, constants of one shape, where the mask holds zeros and ones, both: codec.scatter of
/// the values that are kept. Also for Where(mask, values, 0). Null if it is none.
mlir::Value masked(Node &node, unsigned values, unsigned mask);

/// Reports the first NaN or infinity of a constant weight, with the tensor's name and the index.
mlir::LogicalResult checkWeight(Node &node, mlir::Value weight);
mlir::LogicalResult checkWeight(Node &node, const HostTensor &weight, llvm::StringRef name);

/// Operand i, a matrix, checked and transposed if `transpose` is set. A constant becomes one constant only.
mlir::Value weightMatrix(Node &node, unsigned i, bool transpose);

/// nn.linear with a weight [N, K] and a bias [N]; a null bias is zero.
mlir::Value linear(Node &node, mlir::Value x, mlir::Value weight, mlir::Value bias);

} // namespace weft::import

#endif // COMPILER_IMPORT_OPS_WEIGHTS_H
