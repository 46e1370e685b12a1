//===- Roms.h - constants as the arrays of a C++ program ---------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_CONVERSION_FLOWTOEMITC_ROMS_H
#define PASSES_CONVERSION_FLOWTOEMITC_ROMS_H

#include "passes/Conversion/WeightRoms.h"
#include "runtime/reference/Tensor.h"

#include <cstdint>
#include <vector>

namespace weft::flow_to_emitc {

/// A constant array of standard integers, row-major.
struct Rom {
  unsigned bits = 32; ///< 8, 16, 32 or 64
  bool isSigned = false;
  std::vector<int64_t> shape;
  std::vector<int64_t> values;
};

/// A row for each word of the image. Elements are packed without gaps, the first in the least significant bits of word 0.
Rom pack(const conversion::RomImage &image);
/// The same of several images of equally many words.
Rom pack(const std::vector<conversion::RomImage> &images);

/// Weights `[C, T]` of a depthwise unit: row cf·T + t holds weight (cf·pe + p, t) as element p.
Rom packTaps(const reference::Tensor &taps, int64_t pe);

/// One value for each channel as `[C / lanes][lanes]`; a single value as `[1][1]`. Trailing
/// dimensions of `values` stay.
Rom byLanes(const reference::Tensor &values, int64_t lanes);

/// The array as it is.
Rom plain(const reference::Tensor &values);

/// The same array in elements of `bits`, unsigned.
Rom asUnsigned(Rom rom, unsigned bits);

} // namespace weft::flow_to_emitc

#endif // PASSES_CONVERSION_FLOWTOEMITC_ROMS_H
