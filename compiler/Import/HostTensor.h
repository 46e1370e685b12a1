//===- HostTensor.h - constants while a model is imported --------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef COMPILER_IMPORT_HOSTTENSOR_H
#define COMPILER_IMPORT_HOSTTENSOR_H

#include "mlir/IR/BuiltinAttributeInterfaces.h"
#include "mlir/IR/BuiltinTypes.h"
#include "runtime/reference/Tensor.h"
#include <memory>
#include <string>

namespace weft::import {

/// Bytes that outlive who made them: a moved protobuf string, a mapped file.
struct Bytes {
  const char *data = nullptr;
  size_t size = 0;
  std::shared_ptr<void> owner;

  static Bytes take(std::string &&text);
};

/// A constant tensor: row-major, little-endian, elements of fewer than 8 bits (i1, i4, ui4) one per byte. Cheap to
/// copy, and to give another shape: the bytes are shared.
class HostTensor {
public:
  HostTensor() = default;
  HostTensor(mlir::RankedTensorType type, Bytes bytes) : tensorType(type), bytes(std::move(bytes)) {}

  static HostTensor ofIntegers(mlir::RankedTensorType type, llvm::ArrayRef<int64_t> values);
  static HostTensor ofDoubles(mlir::RankedTensorType type, llvm::ArrayRef<double> values);
  /// The same elements; `type` is the tensor's.
  static HostTensor of(const reference::Tensor &tensor, mlir::RankedTensorType type);
  /// Every element the same; allocates the tensor in full.
  static HostTensor splat(mlir::RankedTensorType type, double value);

  explicit operator bool() const { return static_cast<bool>(tensorType); }
  mlir::RankedTensorType type() const { return tensorType; }
  mlir::Type elementType() const { return tensorType.getElementType(); }
  llvm::ArrayRef<int64_t> shape() const { return tensorType.getShape(); }
  int64_t rank() const { return tensorType.getRank(); }
  int64_t size() const { return tensorType.getNumElements(); }
  bool isInteger() const { return mlir::isa<mlir::IntegerType>(elementType()); }
  llvm::StringRef raw() const { return {bytes.data, bytes.size}; }

  /// Element i of the row-major order.
  int64_t integer(int64_t i) const;
  double real(int64_t i) const;

  /// The same bytes under another shape of as many elements.
  HostTensor reshaped(llvm::ArrayRef<int64_t> shape) const;
  /// A list without its first element.
  HostTensor withoutFirst() const;
  /// Result dimension i is dimension perm[i].
  HostTensor transposed(llvm::ArrayRef<int64_t> perm) const;
  /// `sizes` elements along each dimension, from `starts`, `steps` apart: all inside.
  HostTensor sliced(llvm::ArrayRef<int64_t> starts, llvm::ArrayRef<int64_t> sizes, llvm::ArrayRef<int64_t> steps) const;

  /// Every element as a float of another type, rounded once.
  HostTensor converted(mlir::Type floatType) const;

  /// Index of the first NaN or infinity, or −1.
  int64_t firstNonFinite() const;

  /// `dense_resource` over the shared bytes, or plain `dense` where it is small.
  mlir::ElementsAttr attribute(llvm::StringRef name) const;

private:
  /// Elements apart along each dimension.
  llvm::SmallVector<int64_t> strides() const;
  /// A tensor of `dims`, whose elements are from `from` on and `step` apart along each dimension.
  HostTensor gathered(llvm::ArrayRef<int64_t> dims, int64_t from, llvm::ArrayRef<int64_t> step) const;

  mlir::RankedTensorType tensorType;
  Bytes bytes;
};

/// Bytes one element takes in a HostTensor.
unsigned storageBytes(mlir::Type elementType);

} // namespace weft::import

#endif // COMPILER_IMPORT_HOSTTENSOR_H
