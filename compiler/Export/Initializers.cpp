//===- Initializers.cpp - constants as ONNX tensors -------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Export/GraphExporter.h"
#include "runtime/reference/Half.h"
#include "llvm/Support/MathExtras.h"

#include <cstring>

using namespace mlir;
using namespace weft;
using namespace weft::exporter;
using reference::Tensor;

static std::optional<DataType> integerType(IntegerType type, bool packed) {
  if (type.isSignlessInteger(1) || (type.isUnsigned() && type.getWidth() == 1 && !packed))
    return DataType::Bool;
  bool isUnsigned = type.isUnsigned();
  if (type.getWidth() <= 4 && packed)
    return isUnsigned ? DataType::Uint4 : DataType::Int4;
  if (type.getWidth() <= 8)
    return isUnsigned ? DataType::Uint8 : DataType::Int8;
  if (type.getWidth() <= 16)
    return isUnsigned ? DataType::Uint16 : DataType::Int16;
  if (type.getWidth() <= 32)
    return isUnsigned ? DataType::Uint32 : DataType::Int32;
  return type.getWidth() > 64 ? std::nullopt : std::optional<DataType>(isUnsigned ? DataType::Uint64 : DataType::Int64);
}

std::optional<DataType> weft::exporter::dataTypeOf(Type element, bool packed) {
  if (auto integer = dyn_cast<IntegerType>(element))
    return integerType(integer, packed);
  if (element.isF32())
    return DataType::Float;
  if (element.isF64())
    return DataType::Double;
  if (element.isF16())
    return DataType::Float16;
  return element.isBF16() ? std::optional<DataType>(DataType::Bfloat16) : std::nullopt;
}

unsigned weft::exporter::bitsOf(DataType type) {
  switch (type) {
  case DataType::Uint4: case DataType::Int4: return 4;
  case DataType::Uint8: case DataType::Int8: case DataType::Bool: return 8;
  case DataType::Uint16: case DataType::Int16: case DataType::Float16: case DataType::Bfloat16: return 16;
  case DataType::Float: case DataType::Int32: case DataType::Uint32: return 32;
  case DataType::Double: case DataType::Int64: case DataType::Uint64: return 64;
  }
  return 0;
}

/// Element i as the low bits of an integer.
static uint64_t bitPattern(const Tensor &tensor, DataType type, int64_t i) {
  auto as = [](auto value) {
    uint64_t bits = 0;
    std::memcpy(&bits, &value, sizeof(value));
    return bits;
  };
  switch (type) {
  case DataType::Float: return as(static_cast<float>(tensor.asDouble(i)));
  case DataType::Double: return as(tensor.asDouble(i));
  case DataType::Float16: return reference::floatToHalf(static_cast<float>(tensor.asDouble(i)));
  case DataType::Bfloat16: return reference::floatToBrain(static_cast<float>(tensor.asDouble(i)));
  default: return static_cast<uint64_t>(tensor.asInteger(i));
  }
}

/// Little-endian, row-major; 4-bit elements two to a byte.
static std::string rawData(const Tensor &tensor, DataType type) {
  unsigned bits = bitsOf(type);
  auto count = static_cast<size_t>(tensor.size());
  std::string raw(llvm::divideCeil(count * bits, 8), '\0');
  for (size_t i = 0; i < count; ++i) {
    uint64_t value = bitPattern(tensor, type, static_cast<int64_t>(i));
    if (bits == 4)
      raw[i / 2] = static_cast<char>(raw[i / 2] | ((value & 15) << (i % 2 * 4)));
    else
      std::memcpy(raw.data() + i * bits / 8, &value, bits / 8);
  }
  return raw;
}

std::string GraphExporter::initializer(const Tensor &tensor, DataType type, StringRef hint) {
  std::string written = unique(hint, valueNames);
  writer.addInitializer(written, type, tensor.shape(), rawData(tensor, type));
  return written;
}

/// A name for equal constants to share: what they are for and what they hold.
template <typename T> static std::string sharedKey(StringRef hint, DataType type, ArrayRef<T> values) {
  return hint.str() + "\n" + std::to_string(static_cast<int>(type)) + "\n" +
         std::string(reinterpret_cast<const char *>(values.data()), values.size() * sizeof(T));
}

std::string GraphExporter::integers(ArrayRef<int64_t> values, StringRef hint) {
  std::string &known = shared[sharedKey(hint, DataType::Int64, values)];
  if (known.empty())
    known = initializer(Tensor::ofIntegers(reference::ElementType::i64(), {static_cast<int64_t>(values.size())}, values.vec()),
                        DataType::Int64, hint);
  return known;
}

std::string GraphExporter::scalar(Type element, double value, StringRef hint) {
  std::optional<DataType> type = dataTypeOf(element);
  assert(type && "the operands had a type that ONNX has");
  std::string &known = shared[sharedKey<double>(hint, *type, value)];
  if (!known.empty())
    return known;
  bool isFloat = isa<FloatType>(element);
  Tensor tensor(isFloat ? reference::ElementType::f64() : reference::ElementType::i64(), {});
  if (isFloat)
    tensor.doubles()[0] = value;
  else
    tensor.integers()[0] = static_cast<int64_t>(value);
  return known = initializer(tensor, *type, hint);
}

std::string GraphExporter::unpackedBits(Operation *op, const Tensor &tensor, unsigned bits, StringRef hint) {
  assert((bits == 1 || bits == 2) && "wider codes have types of their own");
  int64_t each = 8 / bits, count = tensor.size(), bytes = static_cast<int64_t>(llvm::divideCeil(count, each));
  Tensor packed(reference::ElementType::integer(8, false), {bytes, 1});
  for (int64_t i = 0; i < count; ++i)
    packed.integers()[i / each] |= tensor.integers()[i] << (i % each * bits);
  Tensor shifts(reference::ElementType::integer(8, false), {each});
  for (int64_t i = 0; i < each; ++i)
    shifts.integers()[i] = i * bits;
  std::string &amounts = shared["shifts " + std::to_string(bits)];
  if (amounts.empty())
    amounts = initializer(shifts, DataType::Uint8, "shifts_" + std::to_string(bits));
  auto ui8 = IntegerType::get(op->getContext(), 8, IntegerType::Unsigned);
  std::string name = hint.str(), shifted = step(op, "BitShift", {initializer(packed, DataType::Uint8, name), amounts},
                                                {{"direction", std::string("RIGHT")}}, name + "/shift");
  std::string digits = step(op, "BitwiseAnd", {shifted, scalar(ui8, (1 << bits) - 1, "low_bits_" + std::to_string(bits))}, {}, name + "/and");
  if (bytes * each != count) {
    std::string flat = step(op, "Reshape", {digits, integers({-1}, "flat")}, {}, name + "/flat");
    digits = step(op, "Slice", {flat, integers({0}, "first"), integers({count}, "count")}, {}, name + "/slice");
  }
  return step(op, "Reshape", {digits, integers(tensor.shape(), "shape")}, {}, name + "/reshape");
}
