//===- Costs.h - what structures of the RTL library cost ---------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//
// On 6-input tables: an adder or comparator bit is one table, a register bit one flip-flop, a memory above 1 kbit block RAM.
//===-------------------------------------------------------------------------===//
#ifndef DIALECTS_FLOW_IR_COSTS_H
#define DIALECTS_FLOW_IR_COSTS_H

#include "dialects/Flow/IR/Timing.h"

namespace weft::flow {

/// A memory of `depth` words of `width` bits; `image`: it is a ROM, whose bits count as such.
Resources memoryCost(int64_t depth, int64_t width, bool image);

/// A multiplier of `a` by `b` bits: a DSP above 4 × 4, else tables.
Resources multiplierCost(int64_t a, int64_t b);

Resources times(Resources cost, double count);

/// Stages of weft_adder_tree and of weft_prefix: four to one each.
int64_t treeStages(int64_t inputs);

} // namespace weft::flow

#endif // DIALECTS_FLOW_IR_COSTS_H
