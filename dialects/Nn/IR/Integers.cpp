//===- Integers.cpp - what integer elements can be ------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "dialects/Nn/IR/Integers.h"

#include "mlir/IR/Diagnostics.h"

#include <algorithm>

using namespace mlir;

namespace weft::nn {

/// Codes; the product of two has at most 34 bits.
constexpr unsigned kMostFactorBits = 16;

IntegerBounds boundsOf(IntegerType type) {
  unsigned bits = std::min(type.getWidth(), isUnsignedInteger(type) ? 62u : 63u);
  if (isUnsignedInteger(type))
    return {0, (int64_t(1) << bits) - 1};
  return {-(int64_t(1) << (bits - 1)), (int64_t(1) << (bits - 1)) - 1};
}

IntegerBounds productBounds(IntegerType a, int64_t za, IntegerType b, int64_t zb) {
  IntegerBounds x = boundsOf(a), y = boundsOf(b);
  auto [lo, hi] = std::minmax({(x.lo - za) * (y.lo - zb), (x.lo - za) * (y.hi - zb), (x.hi - za) * (y.lo - zb), (x.hi - za) * (y.hi - zb)});
  return {lo, hi};
}

static FailureOr<IntegerType> verifyFactor(Operation *op, Type element, int64_t zero) {
  auto type = dyn_cast<IntegerType>(element);
  if (!type || type.getWidth() > kMostFactorBits)
    return op->emitOpError("operand has element type ") << element << ", expected an integer of at most " << kMostFactorBits << " bits (A5m)";
  IntegerBounds bounds = boundsOf(type);
  if (zero < bounds.lo || zero > bounds.hi)
    return op->emitOpError("zero point is ") << zero << ", expected a value of " << type << ", " << bounds.lo << " to " << bounds.hi << " (A5m)";
  return type;
}

LogicalResult verifyProduct(Operation *op, Type a, int64_t za, Type b, int64_t zb, Type result) {
  FailureOr<IntegerType> lhs = verifyFactor(op, a, za);
  if (failed(lhs))
    return failure();
  FailureOr<IntegerType> rhs = verifyFactor(op, b, zb);
  if (failed(rhs))
    return failure();
  IntegerBounds product = productBounds(*lhs, za, *rhs, zb);
  auto type = dyn_cast<IntegerType>(result);
  IntegerBounds held = type ? boundsOf(type) : IntegerBounds{};
  if (product.lo < held.lo || product.hi > held.hi)
    return op->emitOpError("result has element type ") << result << ", expected an integer that holds products of " << product.lo << " to " << product.hi
                                                       << " (A5m)";
  return success();
}

} // namespace weft::nn
