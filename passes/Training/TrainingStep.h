//===- TrainingStep.h - forward, loss, backward and update in one function -*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef PASSES_TRAINING_TRAININGSTEP_H
#define PASSES_TRAINING_TRAININGSTEP_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "passes/Training/FixedPoint.h"
#include "runtime/reference/Tensor.h"
#include <string>
#include <vector>

namespace weft::training {

enum class Loss {
  /// −Σ target · log softmax(logits), mean over samples. Targets are distributions: one-hot rows, or a teacher's.
  crossEntropy,
  /// Mean of (output − target)² over all elements.
  meanSquare,
};

enum class Optimizer { sgd, adam, adamw };

struct StepOptions {
  Loss loss = Loss::crossEntropy;
  Optimizer optimizer = Optimizer::adam;
  /// Of SGD.
  double momentum = 0.9;
  /// Of Adam and AdamW.
  double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;
  /// Of weights, not of biases: added to the gradient; of AdamW taken off the weight.
  double weightDecay = 0;
  /// Greatest norm of all gradients together; 0: they are not clipped.
  double clipNorm = 0;
  /// Scales of activations are parameters, too (LearnedScales.h).
  bool learnScales = false;
  int64_t batch = 128;
  /// Numbers in fixed point instead of f32.
  std::optional<FixedPointOptions> fixedPoint;
  /// Batch norms will fold into weights that are codes: their scales stay positive, so that codes need not change.
  bool hasFoldingNorms = false;
  /// Cores of tensor trains have a prior, whose precisions are arguments.
  bool hasRankPrior = false;
};

/// What a step changes: the weight or the bias of a layer, or the scale or shift of a batch norm.
struct Parameter {
  /// "fc1.weight".
  std::string name;
  std::vector<int64_t> shape;
  bool isWeight = false;
  /// The forward pass reads an argument of its own, what the stored weights can represent, and not the numbers that are trained.
  bool isProjected = false;
  /// In fixed point: how many upper bits of the trained number the forward pass reads; 0: all.
  unsigned readBits = 0;
  /// A core of a tensor train with a prior.
  bool hasPrior = false;
  /// Of a learned scale of activations, which is `scale`·e^x of the number x that is trained: always positive, and a step changes it by the same share
  /// at every size. Else 0.
  float scale = 0;
  /// The forward pass reads the trained numbers, but nothing below this; 0: as they are.
  float least = 0;
  /// What the model has now.
  reference::Tensor initial;
};

/// A model as two functions of static shapes. With P parameters of S slots each (`slots`):
///  - `@step` of `step`: inputs, targets, learning rate, correction; then of each parameter the trained numbers, the representable ones if
///    it is projected, S slots, and if it has a prior the factors that make its own gradient of it. Results: loss, logits; for every parameter the new numbers and S new slots; then batch statistics.
///  - `@forward` of `forward`: inputs; of each parameter what the forward pass reads; then the statistics of batch norms. Results: logits.
/// In fixed point there are F formats, and no parameter is projected: the forward pass reads the upper bits of the trained numbers. The last arguments are then
/// their units `[F]` and, of the step, a seed of i32; its last result is the greatest magnitude of each format, and its loss is 0, which nothing needs.
/// Scalars are `tensor<f32>`. The correction is 1/√(1 − β2ᵗ) for Adam and AdamW, whose learning rate is divided by 1 − β1ᵗ.
struct TrainingProgram {
  mlir::OwningOpRef<mlir::ModuleOp> step, forward;
  std::vector<Parameter> parameters;
  /// Running means and variances, two per batch norm.
  std::vector<Parameter> statistics;
  int slots = 0;
  /// Of fixed point: activations in their order, then of each parameter it, its gradient and its slots, then errors.
  std::vector<FixedPointFormat> formats;
  std::vector<int64_t> inputShape, targetShape, logitsShape;
};

/// Builds both functions from @main of a module in phase nn, compress or quantize, which stays as it is. Every weight and bias of a linear or
/// conv is a parameter; those whose weight is an expression, or a dequantize, are projected. A last softmax is part of the cross entropy.
/// Batch norms that were not folded normalize by their batch (BatchNorm.h). Failure with a diagnostic.
mlir::FailureOr<TrainingProgram> buildTrainingProgram(mlir::ModuleOp module, const StepOptions &options);

/// Where the parameters of linear operators are, in the order of the program's (its first ones): the operand of the layer that reads them first.
std::vector<mlir::OpOperand *> parameterOperands(mlir::ModuleOp module);

/// Writes trained parameters into the module they were built from: `values` in the order of the program's parameters, then
/// the statistics. Projected weights are left to their projections; of learned scales the values are the scales.
void storeParameters(mlir::ModuleOp module, const TrainingProgram &program, llvm::ArrayRef<std::vector<float>> values);

/// The same of a program in fixed point: codes and scales of weights, biases, and the scales of activations, from the exponents of the formats.
void storeFixedPoint(mlir::ModuleOp module, const TrainingProgram &program, llvm::ArrayRef<std::vector<float>> values, llvm::ArrayRef<int> exponents);

/// Slots an optimizer keeps per number.
int slotsOf(Optimizer optimizer);

} // namespace weft::training

#endif // PASSES_TRAINING_TRAININGSTEP_H
