//===- Differentiable.td - gradients as an operation interface ----------*- tablegen -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===----------------------------------------------------------------------------===//
#ifndef PASSES_TRAINING_DIFFERENTIABLE
#define PASSES_TRAINING_DIFFERENTIABLE

include "mlir/IR/OpBase.td"

def Differentiable : OpInterface<"Differentiable"> {
  let cppNamespace = "::weft::training";
  let description = [{
    An operation with one result that knows its vector-Jacobian product: from the gradient of a loss with respect to its result,
    the gradients with respect to its operands, as nn operations. Exact where the operation is differentiable, straight-through
    where it rounds. Attached from outside (`registerDifferentiableOps`), so that the nn dialect knows nothing of training.
  }];
  let methods = [
    InterfaceMethod<[{Writes operations that compute the gradients, of the operands' shapes. `gradients` has an entry per operand; entries that are
      left empty are zero. `needed[i]` is false where nobody asks for the gradient of operand i. All shapes are static. Failure with a
      diagnostic where this form of the operation has no gradient.}],
      "::llvm::LogicalResult", "differentiate",
      (ins "::weft::training::GradientBuilder &":$builder, "::mlir::Value":$gradient, "::llvm::ArrayRef<bool>":$needed,
           "::llvm::MutableArrayRef<::mlir::Value>":$gradients)>
  ];
}

#endif // PASSES_TRAINING_DIFFERENTIABLE
