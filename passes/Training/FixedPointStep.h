//===- FixedPointStep.h - what a training step does in fixed point -------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef PASSES_TRAINING_FIXEDPOINTSTEP_H
#define PASSES_TRAINING_FIXEDPOINTSTEP_H

#include "passes/Training/TrainingStep.h"
#include "passes/Training/Update.h"

namespace weft::training {

/// Rounds a step and a forward pass that are being written to the formats of a program.
class FixedPointStep {
public:
  using Value = mlir::Value;
  using Values = llvm::SmallVector<Value>;
  FixedPointStep(const StepOptions &options, TrainingProgram &program) : options(options), program(program) {}

  /// Bits of a layer's weight. Failure with a diagnostic where it is not integers with one scale.
  static mlir::FailureOr<unsigned> codeBits(mlir::Operation *layer);

  /// Finds every format, from the step's function of static shapes.
  mlir::LogicalResult findFormats(mlir::func::FuncOp function);
  /// Rounds activations, and of `read` the numbers of parameters. Adds the last arguments.
  void roundForward(mlir::func::FuncOp function, bool isStep, std::vector<Value> &read);
  /// Gradients by `read`; those of activations are rounded where they enter a product.
  mlir::FailureOr<Values> differentiate(GradientBuilder &t, mlir::func::FuncOp function, Value output, Value target, llvm::ArrayRef<Value> read);
  void roundGradients(GradientBuilder &t, Values &gradients);
  /// The new numbers of a parameter and its slots.
  Values update(GradientBuilder &t, Update &update, size_t parameter, Value numbers, Value gradient, llvm::ArrayRef<Value> slots);
  Value magnitudes(GradientBuilder &t) { return rounder->magnitudes(t); }

private:
  void addFormats(const Parameter &p);
  /// The format of a parameter; that of its gradient and those of its slots follow.
  size_t formatOf(size_t parameter) const { return firstParameter + parameter * (2 + program.slots); }

  const StepOptions &options;
  TrainingProgram &program;
  std::optional<FixedPointRounder> rounder;
  size_t firstParameter = 0, firstError = 0;
};

} // namespace weft::training

#endif // PASSES_TRAINING_FIXEDPOINTSTEP_H
