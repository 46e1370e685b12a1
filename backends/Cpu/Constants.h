//===- Constants.h - reading constants of nn modules ------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef BACKENDS_CPU_CONSTANTS_H
#define BACKENDS_CPU_CONSTANTS_H

#include "backends/Cpu/ConstantPool.h"
#include "runtime/reference/Tensor.h"
#include "mlir/IR/BuiltinAttributes.h"

namespace weft::cpu {

/// The elements of a constant operand; asserts that it is one.
bool isConstant(mlir::Value v);
reference::Tensor constantTensor(mlir::Value v);
/// The elements of a constant of f32: where they lie, or else a copy.
class ConstantFloats {
public:
  explicit ConstantFloats(mlir::Value v);
  const float *data() const { return elements; }

private:
  reference::Tensor copy;
  const float *elements;
};
/// Names a constant for ConstantPool keys: equal constants have equal keys.
std::string constantKey(mlir::Value v);
/// The constant's elements in their storage type, row-major.
ConstantPool::Bytes storageImage(mlir::Value v);
/// Appends `value` to `bytes` in the storage type of the nn element type.
void appendElement(ConstantPool::Bytes &bytes, mlir::Type element, double number, int64_t integer);

} // namespace weft::cpu

#endif // BACKENDS_CPU_CONSTANTS_H
