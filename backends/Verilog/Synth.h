//===- Synth.h - open-source synthesis of a design -------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef BACKENDS_VERILOG_SYNTH_H
#define BACKENDS_VERILOG_SYNTH_H

#include "llvm/Support/Error.h"

#include <cstdint>
#include <string>

namespace weft::verilog {

struct SynthResult {
  int64_t lut = 0, ff = 0;
  double bram = 0;          ///< xc7: 36-kbit blocks (an 18-kbit one is a half); iCE40: 4-kbit blocks
  int64_t dsp = 0;
  int64_t lutRam = 0;       ///< xc7: LUTs of `lut` used as memory
  int64_t spram = 0;        ///< UP5K
  int64_t romBits = 0;      ///< bits of all read-only memories, before they are mapped to tables or blocks
  double megahertz = 0;     ///< nextpnr's estimate after routing; 0 where nothing was placed
  std::string bitstream;    ///< path; empty where there is none
};

struct SynthOptions {
  /// Place, route and pack (iCE40 only).
  bool route = true;
  unsigned seed = 1;
};

/// Runs Yosys, and for iCE40 devices nextpnr and icepack, on the folder of emitVerilog. `device`: xc7…, ice40-up5k, ice40-hx8k. For iCE40 the
/// pin-reduced top is routed. Error where a tool is missing or fails, a ROM is missing, no LUT is left, or the device is unknown.
llvm::Expected<SynthResult> synthesize(llvm::StringRef directory, llvm::StringRef device, const SynthOptions &options = {});

} // namespace weft::verilog

#endif // BACKENDS_VERILOG_SYNTH_H
