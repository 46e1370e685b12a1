//===- Steps.h - gradients of activations of few values -------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef PASSES_TRAINING_STEPS_H
#define PASSES_TRAINING_STEPS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace weft::training {

/// Steps as the importer writes them (BipolarQuant, MultiThreshold), clip(sign(x) + 1, 0, 1), get a gradient: they become ⌊z⌋ of a z that has the slope ½ for |x| < 1,
/// is from 1 on where x ≥ 0 and below 1 elsewhere. So the slope of the sign 2·step − 1 is that of clip(x, −1, 1). Source: Hubara et al., NIPS 2016.
void giveStepsSlopes(mlir::func::FuncOp function);

} // namespace weft::training

#endif // PASSES_TRAINING_STEPS_H
