//===- RelativeError.h - how far tensors are from what they should be -----*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===----------------------------------------------------------------------===//
#ifndef RUNTIME_REFERENCE_RELATIVEERROR_H
#define RUNTIME_REFERENCE_RELATIVEERROR_H

#include "runtime/reference/Tensor.h"

namespace weft::reference {

/// ‖found − expected‖ / ‖expected‖ (Frobenius) over all tensors that were added; 0 where nothing but zeros was expected.
class RelativeError {
public:
  /// Two tensors of the same number of elements; what one has more is left out.
  void add(const Tensor &found, const Tensor &expected);
  double value() const;

private:
  double error = 0, energy = 0;
};

} // namespace weft::reference

#endif // RUNTIME_REFERENCE_RELATIVEERROR_H
