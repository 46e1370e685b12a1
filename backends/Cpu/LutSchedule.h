//===- LutSchedule.h - a netlist of truth tables as straight-line code ----*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef BACKENDS_CPU_LUTSCHEDULE_H
#define BACKENDS_CPU_LUTSCHEDULE_H

#include "backends/Cpu/TernaryLogic.h"
#include "runtime/reference/LutNetwork.h"

namespace weft::cpu {

/// The code of some neighbouring tables, which becomes one function. Values are numbered in the order of the code: a load of
/// a slot, or a step of earlier values.
struct LutChunk {
  struct Instruction {
    /// −1 for a step, else the slot that is loaded.
    int32_t slot;
    TernaryStep step;
  };
  std::vector<Instruction> code;
  /// Stores, each behind `after` instructions: a slot may be read before it is overwritten.
  struct Store {
    size_t after;
    /// −1 for a constant 0, −2 for a constant 1.
    int32_t value;
    int32_t slot;
  };
  std::vector<Store> stores;
};

/// Where every signal is kept, and the code in order. A slot holds one bit vector; slots are used again when nothing reads
/// their signal any more, so that those of few layers stay in the cache.
struct LutSchedule {
  /// Slots 0 … inputSlots−1 hold the inputs at first. Slot `zero` holds 0 all the time.
  int32_t slots = 0, zero = 0;
  std::vector<int32_t> outputSlots;
  std::vector<LutChunk> chunks;
};

/// Signal i of the inputs is in slot inputSlot[i] of `inputSlots`. A chunk has about `chunkSteps` steps; equal steps in a chunk
/// are taken once.
LutSchedule scheduleLut(const reference::LutNetwork &network, const std::vector<int32_t> &inputSlot, int32_t inputSlots, size_t chunkSteps);

} // namespace weft::cpu

#endif // BACKENDS_CPU_LUTSCHEDULE_H
