//===- RelativeError.cpp - how far tensors are from what they should be -----------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "runtime/reference/RelativeError.h"

#include <cmath>

namespace weft::reference {

void RelativeError::add(const Tensor &found, const Tensor &expected) {
  for (int64_t i = 0; i < expected.size() && i < found.size(); ++i) {
    error += std::pow(found.asDouble(i) - expected.asDouble(i), 2);
    energy += std::pow(expected.asDouble(i), 2);
  }
}

double RelativeError::value() const { return energy > 0 ? std::sqrt(error / energy) : 0; }

} // namespace weft::reference
