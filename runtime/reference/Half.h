//===- Half.h - 16-bit floating point formats -------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef RUNTIME_REFERENCE_HALF_H
#define RUNTIME_REFERENCE_HALF_H

#include "runtime/reference/Tensor.h"

namespace weft::reference {

/// IEEE 754 binary16 and bfloat16 to and from binary32. Narrowing rounds half to even; NaN stays a (quiet) NaN.
float halfToFloat(uint16_t bits);
uint16_t floatToHalf(float value);
float brainToFloat(uint16_t bits);
uint16_t floatToBrain(float value);

/// Rounds the elements of an f16 or bf16 tensor, which are held in floats, to their type. Others stay.
///
/// f16 and bf16 operators compute in f32 and round their result once, as onnxruntime's CPU provider does.
void roundToType(Tensor &tensor);

} // namespace weft::reference

#endif // RUNTIME_REFERENCE_HALF_H
