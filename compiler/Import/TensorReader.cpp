//===- TensorReader.cpp - ONNX tensors to constants ----------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Import/TensorReader.h"
#include "mlir/IR/Builders.h"
#include "onnx/onnx_pb.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include <cstring>

using namespace mlir;
using namespace weft::import;
using llvm::Error;
using llvm::Expected;

namespace {
/// Data types newer than the protobuf schema this is built with.
enum NewDataType { kUint4 = 21, kInt4 = 22, kUint2 = 25, kInt2 = 26 };
} // namespace

template <typename... Args> static Error invalid(const char *format, Args &&...args) {
  return llvm::createStringError(llvm::formatv(false, format, std::forward<Args>(args)...).str());
}

Type weft::import::elementTypeOf(MLIRContext *context, int32_t dataType) {
  Builder b(context);
  auto ui = [&](unsigned bits) { return b.getIntegerType(bits, /*isSigned=*/false); };
  switch (dataType) {
  case onnx::TensorProto::FLOAT: return b.getF32Type();
  case onnx::TensorProto::FLOAT16: return b.getF16Type();
  case onnx::TensorProto::BFLOAT16: return b.getBF16Type();
  case onnx::TensorProto::DOUBLE: return b.getF64Type();
  case onnx::TensorProto::INT8: return b.getI8Type();
  case onnx::TensorProto::INT16: return b.getI16Type();
  case onnx::TensorProto::INT32: return b.getI32Type();
  case onnx::TensorProto::INT64: return b.getI64Type();
  case onnx::TensorProto::UINT8: return ui(8);
  case onnx::TensorProto::UINT16: return ui(16);
  case onnx::TensorProto::UINT32: return ui(32);
  case onnx::TensorProto::UINT64: return ui(64);
  case onnx::TensorProto::BOOL: return b.getI1Type();
  case kUint4: return ui(4);
  case kInt4: return b.getIntegerType(4);
  case kUint2: return ui(2);
  case kInt2: return b.getIntegerType(2);
  default: return {};
  }
}

int32_t weft::import::dataTypeOf(Type elementType) {
  for (int32_t dataType = 1; dataType <= kInt2; ++dataType)
    if (elementTypeOf(elementType.getContext(), dataType) == elementType)
      return dataType;
  return 0;
}

std::string weft::import::dataTypeName(int32_t dataType) {
  static const char *names[] = {"undefined", "float",     "uint8",      "int8",     "uint16", "int16",   "int32",
                                "int64",     "string",    "bool",       "float16",  "double", "uint32",  "uint64",
                                "complex64", "complex128", "bfloat16",  "float8e4m3fn", "float8e4m3fnuz", "float8e5m2",
                                "float8e5m2fnuz", "uint4", "int4",      "float4e2m1", "float8e8m0", "uint2", "int2"};
  if (dataType >= 0 && static_cast<size_t>(dataType) < std::size(names))
    return names[dataType];
  return "number " + std::to_string(dataType);
}

int64_t weft::import::safeElementCount(ArrayRef<int64_t> shape) {
  constexpr int64_t limit = int64_t(1) << 40;
  int64_t count = 1;
  bool empty = false;
  for (int64_t d : shape) {
    if (d < 0)
      return -1;
    empty |= d == 0;
    int64_t factor = std::max<int64_t>(d, 1);
    if (factor > limit / count)
      return -1;
    count *= factor;
  }
  return empty ? 0 : count;
}

/// Bytes of packed elements: two 4-bit (four 2-bit) elements to a byte, the first in the low bits.
static int64_t packedBytes(Type type, int64_t count) {
  unsigned bits = type.getIntOrFloatBitWidth();
  return bits == 1 ? count : llvm::divideCeil(count * bits, 8);
}

/// Raw bytes as ONNX stores them to HostTensor's form: unpacks what is narrower than a byte, checks bools.
static Bytes unpack(Type type, int64_t count, Bytes packed) {
  unsigned bits = type.getIntOrFloatBitWidth();
  if (bits >= 8)
    return packed;
  std::string text(count, '\0');
  for (int64_t i = 0; i < count; ++i) {
    if (bits == 1)
      text[i] = packed.data[i] != 0;
    else
      text[i] = static_cast<char>((static_cast<unsigned char>(packed.data[i * bits / 8]) >> (i * bits % 8)) &
                                  ((1 << bits) - 1));
  }
  return Bytes::take(std::move(text));
}

static Expected<Bytes> checkedRaw(Type type, int64_t count, Bytes raw) {
  if (static_cast<int64_t>(raw.size) != packedBytes(type, count))
    return invalid("it holds {0} bytes of data, but its dimensions need {1}", raw.size, packedBytes(type, count));
  // The element type's alignment, for those who read in place.
  if (reinterpret_cast<uintptr_t>(raw.data) % storageBytes(type) != 0)
    raw = Bytes::take(std::string(raw.data, raw.size));
  return unpack(type, count, std::move(raw));
}

/// The path of external data, which must stay in the model's folder.
static Expected<std::string> externalPath(StringRef location, StringRef folder) {
  if (location.empty())
    return invalid("its external data names no file");
  if (llvm::sys::path::is_absolute(location))
    return invalid("its external data '{0}' has an absolute path; expected a file in the model's folder", location);
  for (auto part = llvm::sys::path::begin(location), end = llvm::sys::path::end(location); part != end; ++part)
    if (*part == "..")
      return invalid("its external data '{0}' is outside of the model's folder", location);
  SmallString<256> path(folder), real, realFolder;
  llvm::sys::path::append(path, location);
  if (llvm::sys::fs::real_path(path, real))
    return invalid("its external data '{0}' does not exist in the model's folder", location);
  if (llvm::sys::fs::real_path(folder.empty() ? "." : folder, realFolder))
    return invalid("the model's folder is not readable");
  if (!real.str().starts_with(realFolder) ||
      (real.size() > realFolder.size() && realFolder != "/" && real[realFolder.size()] != '/'))
    return invalid("its external data '{0}' is outside of the model's folder (through a link)", location);
  return std::string(real);
}

static Expected<Bytes> readExternal(const onnx::TensorProto &tensor, int64_t bytes, StringRef folder) {
  StringRef location;
  uint64_t offset = 0, length = bytes;
  for (const auto &entry : tensor.external_data()) {
    StringRef value(entry.value());
    if (entry.key() == "location")
      location = value;
    else if (entry.key() == "offset" && value.getAsInteger(10, offset))
      return invalid("its external data has offset '{0}', expected a number", value);
    else if (entry.key() == "length" && value.getAsInteger(10, length))
      return invalid("its external data has length '{0}', expected a number", value);
  }
  auto path = externalPath(location, folder);
  if (!path)
    return path.takeError();
  if (static_cast<int64_t>(length) != bytes)
    return invalid("its external data has length {0}, but its dimensions need {1} bytes", length, bytes);
  uint64_t fileSize = 0;
  if (llvm::sys::fs::is_directory(*path) || llvm::sys::fs::file_size(*path, fileSize))
    return invalid("its external data '{0}' is not readable", location);
  if (offset > fileSize || length > fileSize - offset)
    return invalid("its external data '{0}' ends at byte {1}, but bytes {2} to {3} are asked for", location, fileSize,
                   offset, llvm::SaturatingAdd(offset, length));
  auto slice = llvm::MemoryBuffer::getFileSlice(*path, length, offset);
  if (!slice)
    return invalid("its external data '{0}' is not readable: {1}", location, slice.getError().message());
  std::shared_ptr<llvm::MemoryBuffer> owner(std::move(*slice));
  return Bytes{owner->getBufferStart(), owner->getBufferSize(), owner};
}

/// Values in one of the typed fields, each of `stored` (how the field holds it) to bytes of the element type.
template <typename Field> static Expected<Bytes> fromField(const Field &field, Type type, int64_t count) {
  unsigned width = storageBytes(type), bits = type.getIntOrFloatBitWidth();
  // Elements of 2 and 4 bits come packed, a byte per entry.
  int64_t expected = bits < 8 && bits > 1 ? packedBytes(type, count) : count;
  if (field.size() != expected)
    return invalid("it holds {0} values, but its dimensions need {1}", field.size(), expected);
  std::string text(static_cast<size_t>(expected) * width, '\0');
  for (int64_t i = 0; i < expected; ++i) {
    auto value = field.Get(static_cast<int>(i));
    std::memcpy(text.data() + i * width, &value, width); // little-endian: the low bytes
  }
  return unpack(type, count, Bytes::take(std::move(text)));
}

static Expected<Bytes> readFields(const onnx::TensorProto &tensor, Type type, int64_t count) {
  switch (tensor.data_type()) {
  case onnx::TensorProto::FLOAT: return fromField(tensor.float_data(), type, count);
  case onnx::TensorProto::DOUBLE: return fromField(tensor.double_data(), type, count);
  case onnx::TensorProto::INT64: return fromField(tensor.int64_data(), type, count);
  case onnx::TensorProto::UINT32:
  case onnx::TensorProto::UINT64: return fromField(tensor.uint64_data(), type, count);
  default: return fromField(tensor.int32_data(), type, count);
  }
}

Expected<HostTensor> weft::import::readTensor(MLIRContext *context, onnx::TensorProto &tensor, StringRef folder) {
  Type type = elementTypeOf(context, tensor.data_type());
  if (!type)
    return invalid("its element type is {0}, expected a float, integer or bool", dataTypeName(tensor.data_type()));
  SmallVector<int64_t> shape(tensor.dims().begin(), tensor.dims().end());
  int64_t count = safeElementCount(shape);
  if (count < 0)
    return invalid("its dimensions [{0}] are negative or too large", llvm::join(llvm::map_range(shape, [](int64_t d) {
                     return std::to_string(d);
                   }), ", "));
  if (tensor.has_segment())
    return invalid("it is stored in segments, which is not supported");
  auto tensorType = RankedTensorType::get(shape, type);
  Expected<Bytes> bytes = [&]() -> Expected<Bytes> {
    if (tensor.data_location() == onnx::TensorProto::EXTERNAL) {
      auto raw = readExternal(tensor, packedBytes(type, count), folder);
      return raw ? checkedRaw(type, count, std::move(*raw)) : std::move(raw);
    }
    if (tensor.has_raw_data())
      return checkedRaw(type, count, Bytes::take(std::move(*tensor.mutable_raw_data())));
    return readFields(tensor, type, count);
  }();
  if (!bytes)
    return bytes.takeError();
  return HostTensor(tensorType, std::move(*bytes));
}
