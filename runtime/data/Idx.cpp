//===- Idx.cpp - the MNIST family's files ------------------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "runtime/data/Idx.h"

#include <algorithm>
#include <cstring>

namespace weft::data {

using reference::ElementType;
using reference::Shape;
using reference::Tensor;
using reference::toString;

namespace {
struct IdxHeader {
  ElementType type;
  int64_t itemBytes = 1;
  Shape shape;
  size_t dataOffset = 0;
};
} // namespace

static uint64_t bigEndian(const uint8_t *data, int64_t bytes) {
  uint64_t value = 0;
  for (int64_t i = 0; i < bytes; ++i)
    value = value << 8 | data[i];
  return value;
}

static Result<IdxHeader> parseHeader(const Bytes &bytes) {
  if (bytes.size() < 4 || bytes[0] != 0 || bytes[1] != 0)
    return error("is not an IDX file: expected it to begin with two zero bytes");
  IdxHeader header;
  switch (bytes[2]) {
  case 0x08: header.type = ElementType::integer(8, false); break;
  case 0x09: header.type = ElementType::integer(8, true); break;
  case 0x0b: header.type = ElementType::integer(16, true); break;
  case 0x0c: header.type = ElementType::integer(32, true); break;
  case 0x0d: header.type = ElementType::f32(); break;
  case 0x0e: header.type = ElementType::f64(); break;
  default: return error("has IDX element type ", int(bytes[2]), ", expected 8, 9, 11, 12, 13 or 14");
  }
  header.itemBytes = header.type.bits / 8;
  const size_t rank = bytes[3];
  header.dataOffset = 4 + 4 * rank;
  if (rank == 0 || bytes.size() < header.dataOffset)
    return error("ends inside of its header of ", rank, " dimensions");
  uint64_t count = 1;
  for (size_t i = 0; i < rank; ++i) {
    header.shape.push_back(static_cast<int64_t>(bigEndian(bytes.data() + 4 + 4 * i, 4)));
    if (header.shape.back() != 0 && count > uint64_t(kGreatestCount) / header.shape.back())
      return error("has absurd dimensions ", toString(header.shape));
    count *= header.shape.back();
  }
  const uint64_t expected = count * header.itemBytes, found = bytes.size() - header.dataOffset;
  if (found != expected)
    return error("has ", found, " bytes of data, expected ", expected, " for shape ", toString(header.shape), " of ",
                 header.type.name());
  return header;
}

static Tensor decode(const IdxHeader &header, const uint8_t *data) {
  Tensor tensor(header.type, header.shape);
  for (int64_t i = 0, n = tensor.size(); i < n; ++i) {
    const uint64_t raw = bigEndian(data + i * header.itemBytes, header.itemBytes);
    if (header.type == ElementType::f32()) {
      const uint32_t low = static_cast<uint32_t>(raw);
      std::memcpy(&tensor.floats()[i], &low, 4);
    } else if (header.type == ElementType::f64()) {
      std::memcpy(&tensor.doubles()[i], &raw, 8);
    } else {
      const int unused = 64 - static_cast<int>(header.type.bits);
      tensor.integers()[i] = header.type.isSigned ? static_cast<int64_t>(raw << unused) >> unused : static_cast<int64_t>(raw);
    }
  }
  return tensor;
}

Result<Tensor> readIdx(const std::string &path, int64_t limit) {
  Result<Bytes> bytes = readFile(path);
  if (bytes && bytes->size() >= 2 && (*bytes)[0] == 0x1f && (*bytes)[1] == 0x8b) {
    bytes = gunzip(bytes->data(), bytes->size());
    if (!bytes)
      return at(path, bytes.failure());
  }
  if (!bytes)
    return bytes.failure();
  Result<IdxHeader> header = parseHeader(*bytes);
  if (!header)
    return at(path, header.failure());
  if (limit >= 0)
    header->shape[0] = std::min(header->shape[0], limit);
  return decode(*header, bytes->data() + header->dataOffset);
}

} // namespace weft::data
