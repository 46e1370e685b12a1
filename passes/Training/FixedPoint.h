//===- FixedPoint.h - a training step in fixed point ----------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef PASSES_TRAINING_FIXEDPOINT_H
#define PASSES_TRAINING_FIXEDPOINT_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "passes/Training/GradientBuilder.h"
#include "llvm/ADT/DenseMap.h"
#include <string>
#include <vector>

namespace weft::training {

/// Bits of what is trained in fixed point. Those of activations and of the weights that the forward pass reads are the quantized model's.
struct FixedPointOptions {
  /// Numbers that the optimizer changes, of which the forward pass reads the upper bits.
  unsigned weightBits = 16, biasBits = 8;
  /// Gradients of activations where they enter a product, and of parameters.
  unsigned errorBits = 8, gradientBits = 16;
  /// What the optimizer remembers.
  unsigned momentBits = 16;
};

/// A tensor whose elements are whole multiples of one power of two.
struct FixedPointFormat {
  enum class Kind { activation, weight, bias, error, gradient, moment };
  std::string name;
  Kind kind = Kind::activation;
  unsigned bits = 8;
  bool isUnsigned = false;
  /// The unit is 2^exponent, to begin with.
  int exponent = 0;
  /// Of a batch, or of a parameter.
  int64_t elements = 0;
  /// Code of the greatest number; the least is its opposite, or 0.
  double greatest() const;
};

/// Rounds values of a function to formats, whose units are elements of one argument. A20 where it is stochastic; else ⌊x + ½⌋, as integer cores round.
class FixedPointRounder {
public:
  using Value = mlir::Value;
  /// `seed` is needed by stochastic rounding alone.
  FixedPointRounder(llvm::ArrayRef<FixedPointFormat> formats, Value units, Value seed)
      : formats(formats), units(units), seed(seed), greatest(formats.size()) {}

  /// The unit of a format, times 2^shift, as a scalar.
  Value unit(GradientBuilder &t, size_t format, int shift = 0);
  Value nearest(GradientBuilder &t, Value x, size_t format);
  Value stochastic(GradientBuilder &t, Value x, size_t format);
  /// The upper `bits` of a number in a wider format.
  Value upperBits(GradientBuilder &t, Value x, size_t format, unsigned bits);
  /// The greatest magnitude that each format was given, `[formats]`.
  Value magnitudes(GradientBuilder &t);

private:
  Value finish(GradientBuilder &t, Value codes, Value unit, double least, double most);
  void note(GradientBuilder &t, Value rounded, size_t format);

  llvm::ArrayRef<FixedPointFormat> formats;
  Value units, seed;
  std::vector<Value> greatest;
};

/// A quantize and its dequantize of an activation, and the format they have. Pairs behind operations that only move values have that of what is moved.
struct QuantizePair {
  mlir::Operation *quantize, *dequantize;
  size_t format;
  /// Behind a move: its values are in the format already.
  bool isRepeated;
};

/// The pairs of a quantized function in order; the formats, numbered from 0, are added to `formats`. Failure with a diagnostic where a scale is no constant
/// scalar power of two, or a zero point not 0.
llvm::FailureOr<std::vector<QuantizePair>> findPairs(mlir::func::FuncOp function, std::vector<FixedPointFormat> &formats);

/// Values in the formats in the place of quantized ones.
void roundPairs(llvm::ArrayRef<QuantizePair> pairs, FixedPointRounder &rounder);

/// Rewrites products and sums so that every order of additions has the same result: what is multiplied has been rounded, and is added in f32 where 24 bits hold
/// every sum, else in f64. Failure with a diagnostic on an operation whose result would depend on who computes it.
mlir::LogicalResult makeExact(mlir::func::FuncOp function);

/// The gradient of a loss with respect to the logits, times the batch, from operations that round once: softmax(x) − target, where eˣ is
/// ((1 + x/256 + (x/256)²/2)^256 in units of 2^−16, for x − max(x) clipped at −16.
mlir::Value exactCrossEntropyGradient(GradientBuilder &t, mlir::Value logits, mlir::Value target);

} // namespace weft::training

#endif // PASSES_TRAINING_FIXEDPOINT_H
