//===- Tensor.h - a value of the reference interpreter ----------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef RUNTIME_REFERENCE_TENSOR_H
#define RUNTIME_REFERENCE_TENSOR_H

#include <cassert>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace weft::reference {

/// What one element is. Integers have 1 to 64 bits; `isSigned` says two's complement.
struct ElementType {
  enum class Kind : uint8_t { Float, Integer };
  Kind kind = Kind::Float;
  unsigned bits = 32;
  bool isSigned = true;
  /// bfloat16 is Float with 16 bits and this set.
  bool isBrain = false;

  static ElementType f32() { return {Kind::Float, 32, true, false}; }
  static ElementType f64() { return {Kind::Float, 64, true, false}; }
  static ElementType f16() { return {Kind::Float, 16, true, false}; }
  static ElementType bf16() { return {Kind::Float, 16, true, true}; }
  static ElementType integer(unsigned bits, bool isSigned) {
    return {Kind::Integer, bits, isSigned, false};
  }
  static ElementType boolean() { return integer(1, false); }
  static ElementType i64() { return integer(64, true); }

  bool isFloat() const { return kind == Kind::Float; }
  bool isInteger() const { return kind == Kind::Integer; }
  /// Least and greatest value of an integer type (ui64's greatest is clipped to int64's).
  int64_t least() const;
  int64_t greatest() const;
  /// "f32", "i8", "ui4", …
  std::string name() const;
  bool operator==(const ElementType &o) const {
    return kind == o.kind && bits == o.bits && isSigned == o.isSigned && isBrain == o.isBrain;
  }
  bool operator!=(const ElementType &o) const { return !(*this == o); }
};

using Shape = std::vector<int64_t>;

/// Product of the dimensions; 1 for a scalar.
int64_t elementCount(const Shape &shape);

/// A dense row-major tensor. Written for reading, not for speed: every integer is held in an int64_t, every
/// f16, bf16 and f32 in a float (rounded to its type), every f64 in a double.
class Tensor {
public:
  Tensor() : Tensor(ElementType::f32(), {0}) {}
  Tensor(ElementType type, Shape shape);

  static Tensor ofFloats(Shape shape, std::vector<float> values);
  static Tensor ofIntegers(ElementType type, Shape shape, std::vector<int64_t> values);

  const ElementType &type() const { return elementType; }
  const Shape &shape() const { return dims; }
  int64_t dim(int axis) const { return dims[axis < 0 ? axis + dims.size() : axis]; }
  int rank() const { return static_cast<int>(dims.size()); }
  int64_t size() const { return elementCount(dims); }

  std::vector<float> &floats() { return std::get<std::vector<float>>(data); }
  const std::vector<float> &floats() const { return std::get<std::vector<float>>(data); }
  std::vector<double> &doubles() { return std::get<std::vector<double>>(data); }
  const std::vector<double> &doubles() const { return std::get<std::vector<double>>(data); }
  std::vector<int64_t> &integers() { return std::get<std::vector<int64_t>>(data); }
  const std::vector<int64_t> &integers() const { return std::get<std::vector<int64_t>>(data); }

  /// The vector that holds the elements, by its element: float, double or int64_t.
  template <typename T>
  std::vector<T> &values() {
    return std::get<std::vector<T>>(data);
  }
  template <typename T>
  const std::vector<T> &values() const {
    return std::get<std::vector<T>>(data);
  }
  /// Calls `f` with the vector that holds the elements.
  template <typename F>
  auto visit(F &&f) const {
    return std::visit(std::forward<F>(f), data);
  }
  template <typename F>
  auto visit(F &&f) {
    return std::visit(std::forward<F>(f), data);
  }

  /// Element i in row-major order as a double or an int64_t, whatever its type.
  double asDouble(int64_t i) const;
  int64_t asInteger(int64_t i) const;

  /// The same values under another shape of equal element count.
  Tensor reshaped(Shape shape) const;

private:
  ElementType elementType;
  Shape dims;
  std::variant<std::vector<float>, std::vector<double>, std::vector<int64_t>> data;
};

/// "[1, 3, 28, 28]".
std::string toString(const Shape &shape);

/// Row-major strides, in elements.
std::vector<int64_t> rowMajorStrides(const Shape &shape);

} // namespace weft::reference

#endif // RUNTIME_REFERENCE_TENSOR_H
