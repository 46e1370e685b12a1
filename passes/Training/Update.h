//===- Update.h - what an optimizer does with gradients ------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef PASSES_TRAINING_UPDATE_H
#define PASSES_TRAINING_UPDATE_H

#include "passes/Training/GradientBuilder.h"
#include "passes/Training/TrainingStep.h"

namespace weft::training {

/// Writes the update of parameters. SGD: v' = μ·v + g, p' = p − rate·v'. Adam: m' = β1·m + (1 − β1)·g, v' = β2·v + (1 − β2)·g²,
/// p' = p − rate·m' / (√v'·correction + ε). As PyTorch has them (SGD without dampening). Sources: Sutskever et al., ICML 2013; Kingma, Ba,
/// ICLR 2015; Loshchilov, Hutter, ICLR 2019.
class Update {
public:
  Update(GradientBuilder &t, const StepOptions &options, mlir::Value rate, mlir::Value correction)
      : t(t), options(options), rate(rate), correction(correction) {}

  /// Scales all gradients so that their norm is at most `clipNorm`.
  void clip(llvm::SmallVectorImpl<mlir::Value> &gradients);

  /// The new parameter, then its new slots. `epsilon` instead of that of the options.
  llvm::SmallVector<mlir::Value> apply(mlir::Value parameter, mlir::Value gradient, llvm::ArrayRef<mlir::Value> slots, bool isDecayed,
                                       mlir::Value epsilon = {});

private:
  GradientBuilder &t;
  const StepOptions &options;
  mlir::Value rate, correction;
};

} // namespace weft::training

#endif // PASSES_TRAINING_UPDATE_H
