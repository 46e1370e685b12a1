//===- Elements.cpp - MLIR constants as reference tensors and back --------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Evaluation/Elements.h"

#include "dialects/Nn/IR/Integers.h"
#include "mlir/IR/AsmState.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "runtime/reference/Half.h"

#include <cstring>

using namespace mlir;
using namespace weft::reference;

namespace weft::evaluation {

std::optional<ElementType> elementTypeOf(Type type) {
  if (type.isF32())
    return ElementType::f32();
  if (type.isF64())
    return ElementType::f64();
  if (type.isF16())
    return ElementType::f16();
  if (type.isBF16())
    return ElementType::bf16();
  auto integer = dyn_cast<IntegerType>(type);
  if (!integer || integer.getWidth() < 1 || integer.getWidth() > 64)
    return std::nullopt;
  return ElementType::integer(integer.getWidth(), !nn::isUnsignedInteger(integer));
}

Type typeOf(ElementType type, MLIRContext *context) {
  if (type.isInteger()) {
    const bool signless = type.isSigned || type == ElementType::boolean();
    return IntegerType::get(context, type.bits, signless ? IntegerType::Signless : IntegerType::Unsigned);
  }
  if (type.bits == 64)
    return Float64Type::get(context);
  if (type.bits == 32)
    return Float32Type::get(context);
  return type.isBrain ? Type(BFloat16Type::get(context)) : Type(Float16Type::get(context));
}

RankedTensorType typeOf(const Tensor &tensor, MLIRContext *context) {
  return RankedTensorType::get(tensor.shape(), typeOf(tensor.type(), context));
}

/// Bytes of one element where each has its own.
static int64_t elementBytes(ElementType type) {
  if (type.isFloat())
    return type.bits / 8;
  return type.bits <= 8 ? 1 : llvm::PowerOf2Ceil(llvm::divideCeil(type.bits, 8));
}

/// The low `bits` of `raw` as an element.
static int64_t integerOf(uint64_t raw, ElementType type) {
  if (type.bits >= 64)
    return static_cast<int64_t>(raw);
  raw &= (uint64_t(1) << type.bits) - 1;
  return type.isSigned ? llvm::SignExtend64(raw, type.bits) : static_cast<int64_t>(raw);
}

/// Decodes elements of whole bytes. `data` has the right size.
static Tensor fromBytes(ArrayRef<char> data, ElementType type, Shape shape) {
  Tensor tensor(type, std::move(shape));
  const int64_t bytes = elementBytes(type), n = tensor.size();
  auto raw = [&](int64_t i) {
    uint64_t bits = 0;
    std::memcpy(&bits, data.data() + i * bytes, bytes); // little endian host
    return bits;
  };
  if (type == ElementType::f32() && n)
    std::memcpy(tensor.floats().data(), data.data(), n * sizeof(float));
  else if (type == ElementType::f64() && n)
    std::memcpy(tensor.doubles().data(), data.data(), n * sizeof(double));
  else if (type.isFloat())
    for (int64_t i = 0; i < n; ++i)
      tensor.floats()[i] = type.isBrain ? brainToFloat(raw(i)) : halfToFloat(raw(i));
  else
    for (int64_t i = 0; i < n; ++i)
      tensor.integers()[i] = integerOf(raw(i), type);
  return tensor;
}

/// Decodes bit-packed integers of less than 8 bits, the first in the low bits of the first byte.
static Tensor fromBits(ArrayRef<char> data, ElementType type, Shape shape) {
  Tensor tensor(type, std::move(shape));
  for (int64_t i = 0, n = tensor.size(); i < n; ++i) {
    const int64_t bit = i * type.bits;
    uint64_t raw = static_cast<uint8_t>(data[bit / 8]);
    if (bit % 8 + type.bits > 8)
      raw |= uint64_t(static_cast<uint8_t>(data[bit / 8 + 1])) << 8;
    tensor.integers()[i] = integerOf(raw >> (bit % 8), type);
  }
  return tensor;
}

static Result<Tensor> fromResource(DenseResourceElementsAttr elements, ElementType type, Shape shape) {
  AsmResourceBlob *blob = elements.getRawHandle().getBlob();
  if (!blob)
    return error("dense_resource '", elements.getRawHandle().getKey().str(), "' has no data");
  const int64_t n = elementCount(shape), size = blob->getData().size(), whole = n * elementBytes(type);
  if (size == whole)
    return fromBytes(blob->getData(), type, std::move(shape));
  const int64_t packed = llvm::divideCeil(n * type.bits, 8);
  if (type.isInteger() && type.bits < 8 && size == packed)
    return fromBits(blob->getData(), type, std::move(shape));
  return error("dense_resource '", elements.getRawHandle().getKey().str(), "' has ", size, " bytes, expected ", whole,
               " for ", n, " elements of ", type.name());
}

static Tensor fromDense(DenseElementsAttr elements, ElementType type, Shape shape) {
  if (!elements.isSplat() && type.bits != 1 && type.bits >= 8 && llvm::isPowerOf2_32(type.bits))
    return fromBytes(elements.getRawData(), type, std::move(shape));
  Tensor tensor(type, std::move(shape)); // splats, and widths whose storage is MLIR's own affair
  int64_t i = 0;
  if (type.isInteger()) {
    for (const APInt &v : elements.getValues<APInt>())
      tensor.integers()[i++] = integerOf(v.getZExtValue(), type);
    return tensor;
  }
  tensor.visit([&](auto &out) {
    for (const APFloat &v : elements.getValues<APFloat>()) {
      APFloat wide = v;
      bool inexact;
      wide.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven, &inexact); // f64 holds all four exactly
      out[i++] = static_cast<typename std::decay_t<decltype(out)>::value_type>(wide.convertToDouble());
    }
  });
  return tensor;
}

Result<Tensor> elementsToTensor(ElementsAttr elements) {
  auto shaped = dyn_cast<ShapedType>(elements.getType());
  std::optional<ElementType> type = elementTypeOf(elements.getElementType());
  if (!type || !shaped || !shaped.hasStaticShape())
    return error("a constant of this element type is not supported: expected f16, bf16, f32, f64 or integers of at most 64 bits");
  Shape shape(shaped.getShape().begin(), shaped.getShape().end());
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(elements))
    return fromResource(resource, *type, std::move(shape));
  if (auto dense = dyn_cast<DenseElementsAttr>(elements))
    return fromDense(dense, *type, std::move(shape));
  return error("a constant must be dense or dense_resource");
}

/// The elements in whole bytes each.
static std::vector<char> toBytes(const Tensor &tensor) {
  const ElementType type = tensor.type();
  const int64_t bytes = elementBytes(type), n = tensor.size();
  std::vector<char> data(n * bytes);
  if (type == ElementType::f32() && n)
    std::memcpy(data.data(), tensor.floats().data(), data.size());
  else if (type == ElementType::f64() && n)
    std::memcpy(data.data(), tensor.doubles().data(), data.size());
  else
    for (int64_t i = 0; i < n; ++i) {
      uint64_t raw = type.isInteger() ? static_cast<uint64_t>(tensor.integers()[i])
                     : type.isBrain   ? floatToBrain(tensor.floats()[i])
                                      : floatToHalf(tensor.floats()[i]);
      if (type.isInteger() && type.bits < 64)
        raw &= (uint64_t(1) << type.bits) - 1;
      std::memcpy(data.data() + i * bytes, &raw, bytes);
    }
  return data;
}

static DenseElementsAttr toDense(const Tensor &tensor, RankedTensorType type) {
  if (tensor.type().isInteger()) {
    std::vector<APInt> values;
    for (int64_t v : tensor.integers())
      values.emplace_back(tensor.type().bits, static_cast<uint64_t>(v), /*isSigned=*/false, /*implicitTrunc=*/true);
    return DenseElementsAttr::get(type, values);
  }
  const llvm::fltSemantics &semantics = cast<FloatType>(type.getElementType()).getFloatSemantics();
  std::vector<APFloat> values;
  for (int64_t i = 0; i < tensor.size(); ++i) {
    APFloat v(tensor.asDouble(i));
    bool inexact;
    v.convert(semantics, APFloat::rmNearestTiesToEven, &inexact);
    values.push_back(v);
  }
  return DenseElementsAttr::get(type, values);
}

ElementsAttr tensorToElements(const Tensor &tensor, MLIRContext *context, StringRef name) {
  RankedTensorType type = typeOf(tensor, context);
  if (tensor.size() <= 64)
    return toDense(tensor, type);
  std::vector<char> data = toBytes(tensor);
  return DenseResourceElementsAttr::get(type, name, HeapAsmResourceBlob::allocateAndCopyWithAlign(data, 64));
}

} // namespace weft::evaluation
