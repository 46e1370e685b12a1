//===- Recurrent.h - recurrent layers over integers ---------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_QUANTIZATION_RECURRENT_H
#define PASSES_QUANTIZATION_RECURRENT_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "passes/Quantization/Calibrate.h"
#include "passes/Quantization/IntegerSums.h"

namespace weft::quantization {

/// Why a layer has no integer form (A19); nothing where it has one. `whyNoIntegerCell` does not look at what makes its input.
std::optional<std::string> whyNoInteger(nn::RecurrentOp op);
std::optional<std::string> whyNoIntegerCell(nn::RecurrentOp op);

/// What gates are in: 12 bits, ±8 in units of 2^−8. Sigmoid and tanh of it are within 2^−11 and 2^−9 of those of the real number,
/// plus 2^−16 and 2^−15 of the tables, and saturate outside (tanh 8 = 1 − 2^−22, sigmoid 8 = 1 − 2^−12).
Parameters gateParameters();

/// A range of h that also holds what the layer begins with.
Range withInitialState(nn::RecurrentOp op, Range range);

/// What the state's codes are in: the least power of two that holds the range, which is within ±1.
Parameters stateParameters(Range range, unsigned bits);

/// nn.qrecurrent of a layer whose input is quantized, with codes in units of `p`.
OrReason<mlir::Value> makeRecurrent(mlir::OpBuilder &b, nn::RecurrentOp op, const Parameters &p, llvm::StringRef name);

/// Copies of lstms that give their cell state out, so that calibration sees it; `take` leaves the greatest magnitude on each layer and
/// removes the copies, as does the destructor.
class CellProbes {
public:
  explicit CellProbes(mlir::func::FuncOp function);
  ~CellProbes();
  void take(CalibrationResult &ranges);

private:
  llvm::SmallVector<std::pair<nn::RecurrentOp, nn::RecurrentOp>> probes; // layer, copy
};

} // namespace weft::quantization

#endif // PASSES_QUANTIZATION_RECURRENT_H
