//===- Npy.cpp - numpy's array files ---------------------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "runtime/data/Npy.h"

#include "runtime/data/NpyHeader.h"
#include "runtime/reference/Half.h"
#include "runtime/reference/Shape.h"

#include <algorithm>
#include <cstring>

namespace weft::data {

using reference::ElementType;
using reference::Shape;
using reference::toString;

static uint64_t rawElement(const uint8_t *data, int64_t bytes, bool bigEndian) {
  uint64_t raw = 0;
  for (int64_t i = 0; i < bytes; ++i)
    raw |= uint64_t(data[bigEndian ? bytes - 1 - i : i]) << (8 * i);
  return raw;
}

static float floatOf(uint32_t raw) {
  float value;
  std::memcpy(&value, &raw, sizeof value);
  return value;
}
static double doubleOf(uint64_t raw) {
  double value;
  std::memcpy(&value, &raw, sizeof value);
  return value;
}

/// The elements in the order of the file.
static Result<Tensor> decode(const NpyHeader &header, const uint8_t *data, Shape shape) {
  Tensor tensor(header.type, std::move(shape));
  const ElementType type = header.type;
  const int64_t n = tensor.size(), bytes = header.itemBytes;
  auto raw = [&](int64_t i) { return rawElement(data + i * bytes, bytes, header.bigEndian); };
  for (int64_t i = 0; i < n; ++i) {
    if (type.isFloat() && bytes == 8)
      tensor.doubles()[i] = doubleOf(raw(i));
    else if (type.isFloat())
      tensor.floats()[i] = bytes == 4 ? floatOf(static_cast<uint32_t>(raw(i))) : reference::halfToFloat(static_cast<uint16_t>(raw(i)));
    else if (type == ElementType::boolean())
      tensor.integers()[i] = raw(i) != 0;
    else if (!type.isSigned && bytes == 8 && raw(i) > uint64_t(INT64_MAX))
      return error("element ", i, " is ", raw(i), ", above the greatest value that is supported, ", INT64_MAX);
    else // shift up and down again: sign or zero extension
      tensor.integers()[i] = type.isSigned ? static_cast<int64_t>(raw(i) << (64 - 8 * bytes)) >> (64 - 8 * bytes)
                                           : static_cast<int64_t>(raw(i));
  }
  return tensor;
}

/// The number of elements, or an error if it is absurd; no product overflows on the way.
static Result<int64_t> countElements(const Shape &shape) {
  if (std::find(shape.begin(), shape.end(), 0) != shape.end())
    return int64_t(0);
  int64_t count = 1;
  for (int64_t d : shape) {
    if (d > kGreatestCount / count)
      return error("has shape ", toString(shape), ", which is more than ", kGreatestCount, " elements");
    count *= d;
  }
  return count;
}

Result<Tensor> parseNpy(const uint8_t *data, size_t size, const std::string &source) {
  Result<NpyHeader> header = parseNpyHeader(data, size);
  if (!header)
    return at(source, header.failure());
  Result<int64_t> count = countElements(header->shape);
  if (!count)
    return at(source, count.failure());
  const uint64_t expected = uint64_t(*count) * header->itemBytes, found = size - header->dataOffset;
  if (found != expected)
    return error(source, ": has ", found, " bytes of data, expected ", expected, " for shape ", toString(header->shape),
                 " of ", header->type.name());
  Shape shape = header->shape;
  if (header->fortranOrder) // the transposed array in C order
    std::reverse(shape.begin(), shape.end());
  Result<Tensor> tensor = decode(*header, data + header->dataOffset, shape);
  if (!tensor)
    return at(source, tensor.failure());
  if (!header->fortranOrder)
    return tensor;
  Shape reversed(shape.size());
  for (size_t i = 0; i < reversed.size(); ++i)
    reversed[i] = static_cast<int64_t>(reversed.size() - 1 - i);
  return reference::transpose(*tensor, reversed);
}

Result<Tensor> readNpy(const std::string &path) {
  Result<Bytes> bytes = readFile(path);
  if (!bytes)
    return bytes.failure();
  return parseNpy(bytes->data(), bytes->size(), path);
}

/// The dtype a tensor is written as, and its size.
static std::string descrOf(ElementType type, int64_t &bytes) {
  if (type == ElementType::boolean()) {
    bytes = 1;
    return "|b1";
  }
  bytes = type.isBrain ? 4 : type.bits <= 8 ? 1 : type.bits <= 16 ? 2 : type.bits <= 32 ? 4 : 8;
  return (bytes == 1 ? "|" : "<") + std::string(type.isFloat() ? "f" : type.isSigned ? "i" : "u") + std::to_string(bytes);
}

std::string formatNpy(const Tensor &tensor) {
  int64_t bytes;
  std::string dictionary = "{'descr': '" + descrOf(tensor.type(), bytes) + "', 'fortran_order': False, 'shape': (";
  for (int64_t d : tensor.shape())
    dictionary += std::to_string(d) + (tensor.rank() == 1 ? "," : ", ");
  if (tensor.rank() > 1)
    dictionary.resize(dictionary.size() - 2);
  dictionary += "), }";
  dictionary.append(63 - (10 + dictionary.size()) % 64, ' '); // numpy aligns the data to 64 bytes
  dictionary += '\n';
  std::string out("\x93NUMPY\x01\0", 8);
  out += static_cast<char>(dictionary.size() & 255);
  out += static_cast<char>(dictionary.size() >> 8);
  out += dictionary;
  for (int64_t i = 0; i < tensor.size(); ++i) {
    uint64_t raw = 0;
    if (tensor.type().isInteger())
      raw = static_cast<uint64_t>(tensor.integers()[i]);
    else if (bytes == 8)
      std::memcpy(&raw, &tensor.doubles()[i], 8);
    else if (bytes == 4)
      std::memcpy(&raw, &tensor.floats()[i], 4);
    else
      raw = reference::floatToHalf(tensor.floats()[i]);
    for (int64_t b = 0; b < bytes; ++b)
      out += static_cast<char>(raw >> (8 * b));
  }
  return out;
}

Status writeNpy(const std::string &path, const Tensor &tensor) { return writeFile(path, formatNpy(tensor)); }

} // namespace weft::data
