//===- Differentiable.cpp - gradients as an operation interface ---------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "passes/Training/Differentiable.h"

#include "passes/Training/Differentiable.cpp.inc"

namespace weft::training {

void registerDifferentiableOps(mlir::MLIRContext &context) {
  attachElementwise(context);
  attachLinear(context);
  attachQuantization(context);
  attachReductions(context);
  attachShapes(context);
}

} // namespace weft::training
