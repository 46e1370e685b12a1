//===- GatherCost.h - cost of a unit with lists of inputs -------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef DIALECTS_FLOW_IR_GATHERCOST_H
#define DIALECTS_FLOW_IR_GATHERCOST_H

#include "dialects/Flow/IR/FlowOps.h"

namespace weft::flow {

/// Cost of the unit where each of its memories holds `reach` elements of a vector. Of lists that were not looked at, getResources() takes that they spread
/// evenly.
Resources gatherResources(GatherMvuOp op, int64_t reach);

} // namespace weft::flow

#endif // DIALECTS_FLOW_IR_GATHERCOST_H
