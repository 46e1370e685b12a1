//===- HostTensor.cpp - constants while a model is imported --------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Import/HostTensor.h"
#include "mlir/IR/AsmState.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "llvm/ADT/APSInt.h"
#include <cmath>
#include <cstring>

using namespace mlir;
using namespace weft;
using namespace weft::import;

/// Constants up to this many bytes are written inline, so that small modules read well.
static constexpr size_t kInlineBytes = 64;

Bytes Bytes::take(std::string &&text) {
  auto owner = std::make_shared<std::string>(std::move(text));
  return {owner->data(), owner->size(), owner};
}

unsigned weft::import::storageBytes(Type elementType) { return (elementType.getIntOrFloatBitWidth() + 7) / 8; }

/// The element at an address, as its bit pattern.
static uint64_t load(const char *at, unsigned bytes) {
  uint64_t bits = 0;
  std::memcpy(&bits, at, bytes);
  return bits;
}

static APFloat loadFloat(FloatType type, uint64_t bits) {
  return APFloat(type.getFloatSemantics(), APInt(type.getWidth(), bits));
}

int64_t HostTensor::integer(int64_t i) const {
  unsigned width = storageBytes(elementType());
  uint64_t bits = load(bytes.data + i * width, width);
  if (auto type = dyn_cast<FloatType>(elementType())) {
    APSInt result(64, /*isUnsigned=*/false);
    bool exact;
    loadFloat(type, bits).convertToInteger(result, APFloat::rmTowardZero, &exact);
    return result.getExtValue();
  }
  auto type = cast<IntegerType>(elementType());
  APInt value(type.getWidth(), bits, /*isSigned=*/false, /*implicitTrunc=*/true);
  return type.isUnsigned() || type.getWidth() == 1 ? static_cast<int64_t>(value.getZExtValue()) : value.getSExtValue();
}

double HostTensor::real(int64_t i) const {
  auto type = dyn_cast<FloatType>(elementType());
  if (!type)
    return static_cast<double>(integer(i));
  unsigned width = storageBytes(type);
  APFloat value = loadFloat(type, load(bytes.data + i * width, width));
  bool lossy;
  value.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven, &lossy);
  return value.convertToDouble();
}

HostTensor HostTensor::ofIntegers(RankedTensorType type, ArrayRef<int64_t> values) {
  unsigned width = storageBytes(type.getElementType());
  std::string text(values.size() * width, '\0');
  for (auto [i, value] : llvm::enumerate(values))
    std::memcpy(text.data() + i * width, &value, width);
  return HostTensor(type, Bytes::take(std::move(text)));
}

HostTensor HostTensor::ofDoubles(RankedTensorType type, ArrayRef<double> values) {
  auto floatType = cast<FloatType>(type.getElementType());
  unsigned width = storageBytes(floatType);
  std::string text(values.size() * width, '\0');
  for (auto [i, value] : llvm::enumerate(values)) {
    APFloat converted(value);
    bool lossy;
    converted.convert(floatType.getFloatSemantics(), APFloat::rmNearestTiesToEven, &lossy);
    uint64_t bits = converted.bitcastToAPInt().getZExtValue();
    std::memcpy(text.data() + i * width, &bits, width);
  }
  return HostTensor(type, Bytes::take(std::move(text)));
}

HostTensor HostTensor::of(const reference::Tensor &tensor, RankedTensorType type) {
  if (tensor.type().isInteger())
    return ofIntegers(type, tensor.integers());
  SmallVector<double> values;
  for (int64_t i = 0, n = tensor.size(); i < n; ++i)
    values.push_back(tensor.asDouble(i));
  return ofDoubles(type, values);
}

HostTensor HostTensor::splat(RankedTensorType type, double value) {
  if (isa<FloatType>(type.getElementType()))
    return ofDoubles(type, SmallVector<double>(type.getNumElements(), value));
  return ofIntegers(type, SmallVector<int64_t>(type.getNumElements(), static_cast<int64_t>(value)));
}

HostTensor HostTensor::reshaped(ArrayRef<int64_t> shape) const {
  return HostTensor(RankedTensorType::get(shape, elementType()), bytes);
}

HostTensor HostTensor::withoutFirst() const {
  unsigned width = storageBytes(elementType());
  // A copy: those who read in place want the element type's alignment.
  return HostTensor(RankedTensorType::get({size() - 1}, elementType()),
                    Bytes::take(std::string(bytes.data + width, bytes.size - width)));
}

HostTensor HostTensor::converted(Type floatType) const {
  SmallVector<double> values;
  for (int64_t i = 0, n = size(); i < n; ++i)
    values.push_back(real(i));
  return ofDoubles(RankedTensorType::get(shape(), floatType), values);
}

SmallVector<int64_t> HostTensor::strides() const {
  SmallVector<int64_t> strides(rank(), 1);
  for (int64_t i = rank() - 2; i >= 0; --i)
    strides[i] = strides[i + 1] * shape()[i + 1];
  return strides;
}

HostTensor HostTensor::gathered(ArrayRef<int64_t> dims, int64_t from, ArrayRef<int64_t> step) const {
  unsigned width = storageBytes(elementType());
  auto type = RankedTensorType::get(dims, elementType());
  std::string text(type.getNumElements() * width, '\0');
  SmallVector<int64_t> index(dims.size(), 0);
  for (int64_t to = 0, n = type.getNumElements(); to < n; ++to) {
    std::memcpy(text.data() + to * width, bytes.data + from * width, width);
    for (int64_t axis = static_cast<int64_t>(dims.size()) - 1; axis >= 0; --axis) {
      from += step[axis];
      if (++index[axis] < dims[axis])
        break;
      from -= step[axis] * dims[axis];
      index[axis] = 0;
    }
  }
  return HostTensor(type, Bytes::take(std::move(text)));
}

HostTensor HostTensor::transposed(ArrayRef<int64_t> perm) const {
  SmallVector<int64_t> dims, step, all = strides();
  for (int64_t p : perm) {
    dims.push_back(shape()[p]);
    step.push_back(all[p]);
  }
  return gathered(dims, 0, step);
}

HostTensor HostTensor::sliced(ArrayRef<int64_t> starts, ArrayRef<int64_t> sizes, ArrayRef<int64_t> steps) const {
  SmallVector<int64_t> step = strides();
  int64_t from = 0;
  for (auto [i, stride] : llvm::enumerate(step)) {
    from += starts[i] * stride;
    stride *= steps[i];
  }
  return gathered(sizes, from, step);
}

int64_t HostTensor::firstNonFinite() const {
  auto type = dyn_cast<FloatType>(elementType());
  if (!type)
    return -1;
  unsigned width = storageBytes(type);
  // All exponent bits set: in f16, bf16, f32 and f64 these are the infinities and NaNs.
  uint64_t mask = APFloat::getInf(type.getFloatSemantics()).bitcastToAPInt().getZExtValue();
  for (int64_t i = 0, n = size(); i < n; ++i)
    if ((load(bytes.data + i * width, width) & mask) == mask)
      return i;
  return -1;
}

ElementsAttr HostTensor::attribute(StringRef name) const {
  if (bytes.size <= kInlineBytes) {
    SmallVector<APInt> integers;
    SmallVector<APFloat> floats;
    unsigned width = storageBytes(elementType());
    for (int64_t i = 0, n = size(); i < n; ++i) {
      uint64_t bits = load(bytes.data + i * width, width);
      if (auto type = dyn_cast<FloatType>(elementType()))
        floats.push_back(loadFloat(type, bits));
      else
        integers.push_back(APInt(elementType().getIntOrFloatBitWidth(), bits, false, /*implicitTrunc=*/true));
    }
    return isInteger() ? DenseElementsAttr::get(tensorType, integers) : DenseElementsAttr::get(tensorType, floats);
  }
  // The blob holds a reference to the bytes: nothing is copied.
  auto release = [owner = bytes.owner](void *, size_t, size_t) mutable { owner.reset(); };
  size_t alignment = std::max<size_t>(storageBytes(elementType()), 1);
  AsmResourceBlob blob(ArrayRef<char>(bytes.data, bytes.size), alignment, std::move(release),
                       /*dataIsMutable=*/false);
  return DenseResourceElementsAttr::get(tensorType, name.empty() ? "constant" : name, std::move(blob));
}
