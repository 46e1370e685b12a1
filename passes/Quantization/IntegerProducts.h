//===- IntegerProducts.h - products of codes of quantized models -------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef PASSES_QUANTIZATION_INTEGERPRODUCTS_H
#define PASSES_QUANTIZATION_INTEGERPRODUCTS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace weft::quantization {

/// Makes conv and linear over dequantized codes of at most 8 bits, with biases in units of their products, exact sums of integers that
/// one factor per channel turns into real numbers; of a result that is quantized, into multiples of its step. Real arithmetic
/// says the same; rounding differs from float sums, and is that of onnxruntime's integer kernels. Native code and the reference
/// interpreter both run quantized models in this form, and so return the same bits.
void makeIntegerProducts(mlir::func::FuncOp func);

} // namespace weft::quantization

#endif // PASSES_QUANTIZATION_INTEGERPRODUCTS_H
