//===- Parameters.h - scale and zero point from a range ----------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_QUANTIZATION_ALGORITHMS_PARAMETERS_H
#define PASSES_QUANTIZATION_ALGORITHMS_PARAMETERS_H

#include <cstdint>

namespace weft::quantization {

/// The real numbers lo … hi.
struct Range {
  double lo = 0, hi = 0;
  bool operator==(const Range &o) const { return lo == o.lo && hi == o.hi; }
};

/// An integer format: two's complement or unsigned, 1 to 16 bits.
struct Format {
  unsigned bits = 8;
  bool isSigned = true;
  int64_t least() const { return isSigned ? -(int64_t(1) << (bits - 1)) : 0; }
  int64_t greatest() const { return (int64_t(1) << (isSigned ? bits - 1 : bits)) - 1; }
  bool operator==(const Format &o) const { return bits == o.bits && isSigned == o.isSigned; }
};

/// x ≈ (q − zeroPoint) · scale, with q in `format` (rules A1, A2).
struct Parameters {
  float scale = 1;
  int64_t zeroPoint = 0;
  Format format;
  bool operator==(const Parameters &o) const {
    return scale == o.scale && zeroPoint == o.zeroPoint && format == o.format;
  }
};

/// How scale and zero point are chosen.
struct Scheme {
  unsigned bits = 8;
  /// zero point 0; a signed format unless the range is not negative
  bool symmetric = false;
  /// round the scale up to a power of two, so that rescaling is a shift
  bool powerOfTwo = false;
};

/// Parameters that cover `range`, which is first widened to hold 0, so that 0 is exact. A range without
/// negatives gets the unsigned format with zero point 0, any other the signed one.
/// An empty or infinite range gives scale 1.
Parameters chooseParameters(Range range, const Scheme &scheme);

/// Symmetric signed parameters for weights whose greatest magnitude is `bound`: codes −(2^(bits−1)−1) … 2^(bits−1)−1.
/// One bit means codes −1 and 0 cannot be symmetric, so bits ≥ 2.
Parameters chooseWeightParameters(double bound, unsigned bits, bool powerOfTwo);

/// The least power of two that is not below `scale`.
float roundUpToPowerOfTwo(double scale);

/// Rule A1 on one number, and A2 back.
int64_t quantize(float x, const Parameters &p);
float dequantize(int64_t q, const Parameters &p);

} // namespace weft::quantization

#endif // PASSES_QUANTIZATION_ALGORITHMS_PARAMETERS_H
