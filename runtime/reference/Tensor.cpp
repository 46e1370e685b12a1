//===- Tensor.cpp - a value of the reference interpreter ------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "runtime/reference/Tensor.h"

#include <limits>

namespace weft::reference {

int64_t ElementType::least() const {
  if (!isSigned)
    return 0;
  return bits >= 64 ? std::numeric_limits<int64_t>::min() : -(int64_t(1) << (bits - 1));
}

int64_t ElementType::greatest() const {
  unsigned magnitude = isSigned ? bits - 1 : bits;
  return magnitude >= 63 ? std::numeric_limits<int64_t>::max() : (int64_t(1) << magnitude) - 1;
}

std::string ElementType::name() const {
  if (isFloat())
    return (isBrain ? "bf" : "f") + std::to_string(bits);
  return (isSigned ? "i" : "ui") + std::to_string(bits);
}

int64_t elementCount(const Shape &shape) {
  int64_t n = 1;
  for (int64_t d : shape)
    if (d == 0) // before a product of the others overflows
      return 0;
  for (int64_t d : shape)
    n *= d;
  return n;
}

Tensor::Tensor(ElementType type, Shape shape) : elementType(type), dims(std::move(shape)) {
  size_t n = static_cast<size_t>(elementCount(dims));
  if (type.isInteger())
    data = std::vector<int64_t>(n);
  else if (type.bits == 64)
    data = std::vector<double>(n);
  else
    data = std::vector<float>(n);
}

Tensor Tensor::ofFloats(Shape shape, std::vector<float> values) {
  assert(elementCount(shape) == static_cast<int64_t>(values.size()));
  Tensor t;
  t.elementType = ElementType::f32();
  t.dims = std::move(shape);
  t.data = std::move(values);
  return t;
}

Tensor Tensor::ofIntegers(ElementType type, Shape shape, std::vector<int64_t> values) {
  assert(elementCount(shape) == static_cast<int64_t>(values.size()));
  Tensor t;
  t.elementType = type;
  t.dims = std::move(shape);
  t.data = std::move(values);
  return t;
}

double Tensor::asDouble(int64_t i) const {
  if (elementType.isInteger())
    return static_cast<double>(integers()[i]);
  return elementType.bits == 64 ? doubles()[i] : floats()[i];
}

int64_t Tensor::asInteger(int64_t i) const {
  return elementType.isInteger() ? integers()[i] : static_cast<int64_t>(asDouble(i));
}

Tensor Tensor::reshaped(Shape shape) const {
  assert(elementCount(shape) == size());
  Tensor t = *this;
  t.dims = std::move(shape);
  return t;
}

std::string toString(const Shape &shape) {
  std::string text = "[";
  for (size_t i = 0; i < shape.size(); ++i)
    text += (i ? ", " : "") + std::to_string(shape[i]);
  return text + "]";
}

std::vector<int64_t> rowMajorStrides(const Shape &shape) {
  std::vector<int64_t> strides(shape.size(), 1);
  for (int i = static_cast<int>(shape.size()) - 2; i >= 0; --i)
    strides[i] = strides[i + 1] * shape[i + 1];
  return strides;
}

} // namespace weft::reference
