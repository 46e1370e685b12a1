//===- Strided.cpp - walks over strided views ------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "runtime/reference/Strided.h"

#include <algorithm>

namespace weft::reference {

Result<Shape> broadcastShape(const Shape &a, const Shape &b) {
  Shape shape(std::max(a.size(), b.size()), 1);
  std::copy_backward(a.begin(), a.end(), shape.end());
  for (size_t i = 0; i < b.size(); ++i) {
    int64_t &d = shape[shape.size() - b.size() + i];
    if (d != b[i] && d != 1 && b[i] != 1)
      return error("cannot broadcast shapes ", toString(a), " and ", toString(b));
    d = d == 1 ? b[i] : d;
  }
  return shape;
}

std::vector<int64_t> broadcastStrides(const Shape &shape, const Shape &target) {
  std::vector<int64_t> own = rowMajorStrides(shape), strides(target.size(), 0);
  assert(shape.size() <= target.size());
  for (size_t i = 0; i < shape.size(); ++i)
    strides[target.size() - shape.size() + i] = shape[i] == 1 ? 0 : own[i];
  return strides;
}

} // namespace weft::reference
