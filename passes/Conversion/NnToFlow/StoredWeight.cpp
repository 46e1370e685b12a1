//===- StoredWeight.cpp - what is stored of a weight, in the order of streams -----===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "passes/Conversion/NnToFlow/StoredWeight.h"

#include "runtime/reference/Codec.h"

#include <numeric>

namespace weft::conversion {

using reference::Tensor;

Tensor Gather::of(const Tensor &leaf) const {
  Tensor result(leaf.type(), shape);
  for (size_t i = 0; i < from.size(); ++i)
    result.integers()[i] = leaf.integers()[from[i]];
  return result;
}

Gather gatherColumns(int64_t rows, const Order &columns) {
  auto count = static_cast<int64_t>(columns.size());
  Gather gather{{rows, count}, {}};
  gather.from.reserve(rows * count);
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t column : columns)
      gather.from.push_back(row * count + column);
  return gather;
}

std::optional<Gather> gatherVectors(const Shape &vectors, int64_t channels, const Order &columns) {
  // The same arrangement of indices says where each weight comes from.
  Tensor indices(reference::ElementType::i64(), vectors);
  std::iota(indices.integers().begin(), indices.integers().end(), 0);
  int64_t b = vectors[2], rows = vectors[0] * b, count = static_cast<int64_t>(columns.size());
  std::vector<int64_t> from = gatherColumns(rows, columns).of(*reference::circulant(indices, channels)).integers();
  Gather gather{{vectors[0], count / b, b}, {}};
  for (int64_t i = 0; i < rows; i += b)
    for (int64_t j = 0; j < count; j += b)
      for (int64_t t = 0; t < b; ++t)
        gather.from.push_back(from[(i + t) * count + j]);
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t k = 0; k < count; ++k)
      if (from[r * count + k] != from[(r / b * b + (r % b - k % b + b) % b) * count + k / b * b])
        return std::nullopt;
  return gather;
}

std::optional<std::vector<int64_t>> runsOf(const std::vector<int64_t> &references, int64_t rows, int64_t multiple) {
  auto count = static_cast<int64_t>(references.size()), columns = count / rows, run = count;
  for (int64_t i = 1; i < count; ++i)
    if (references[i] != references[i - 1])
      run = std::gcd(run, i % columns == 0 ? columns : i);
  if (run < count && run % columns != 0)
    run = std::gcd(run, columns);
  else if (run < count)
    run = columns;
  if (run < multiple || run % multiple != 0)
    return std::nullopt;
  std::vector<int64_t> result;
  for (int64_t i = 0; i < count; i += run)
    result.push_back(references[i]);
  return result;
}

} // namespace weft::conversion
