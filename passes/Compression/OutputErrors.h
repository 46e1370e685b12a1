//===- OutputErrors.h - what other weights do to a layer's results ------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_COMPRESSION_OUTPUTERRORS_H
#define PASSES_COMPRESSION_OUTPUTERRORS_H

#include "dialects/Nn/IR/NnOps.h"
#include "runtime/reference/Tensor.h"
#include "llvm/ADT/DenseMap.h"

namespace weft::compression {

/// What layers read and return on samples, so that a scheme may choose by the error of results instead of the error of weights. At most 64
/// samples, fewer where the layers' values would fill more than 1 GiB.
class OutputErrors {
public:
  /// Runs @main of `module` on `samples` (a tensor per input, samples along dimension 0) and keeps the values of `layers`. Failure with a
  /// diagnostic where that cannot be evaluated.
  static mlir::FailureOr<OutputErrors> observe(mlir::ModuleOp module, llvm::ArrayRef<nn::WeightedOp> layers,
                                               llvm::ArrayRef<reference::Tensor> samples);

  /// ‖ŷ − y‖ / ‖y‖ of a layer's results with `weight` in the place of its own, on the inputs that the network gave it; infinite for a weight that
  /// does not fit the layer.
  double of(nn::WeightedOp layer, const reference::Tensor &weight) const;

private:
  /// A call of the network.
  struct Batch {
    reference::Tensor input, output;
  };
  llvm::DenseMap<mlir::Operation *, std::vector<Batch>> batches;
};

} // namespace weft::compression

#endif // PASSES_COMPRESSION_OUTPUTERRORS_H
