//===- ClusterActivations.h - activations of few values --------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_QUANTIZATION_CLUSTERACTIVATIONS_H
#define PASSES_QUANTIZATION_CLUSTERACTIVATIONS_H

#include "mlir/IR/BuiltinOps.h"
#include "runtime/reference/Tensor.h"

namespace weft::quantization {

/// In a module with quantize-dequantize pairs: the code that follows a layer marked with `codec.activation_entries` = k goes through two
/// tables (A7), one to ⌈log2 k⌉ bits and one back to k codes of the old type. These k are the optimal one-dimensional k-means of the codes that
/// the samples give; the zero point stays one of them. Streams, queues and buffers between the tables hold the narrow codes.
/// Failure with a diagnostic: a marked layer and no samples. A layer whose result is not quantized is left, with a remark.
/// Source: Samragh et al., EncoDeep / CodeX, TECS 2020 (encoded activations).
mlir::LogicalResult clusterActivations(mlir::ModuleOp module, llvm::ArrayRef<reference::Tensor> samples);

} // namespace weft::quantization

#endif // PASSES_QUANTIZATION_CLUSTERACTIVATIONS_H
