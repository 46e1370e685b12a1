//===- Operations.h - multiplications and additions of a layer -----------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef COMPILER_REPORT_OPERATIONS_H
#define COMPILER_REPORT_OPERATIONS_H

#include "dialects/Nn/IR/NnOps.h"

namespace weft::report {

/// Scalar operations for one sample.
struct Operations {
  int64_t multiplications = 0, additions = 0;
};

/// What a linear layer computes where its weight's scheme is exploited: a clustered row multiplies once per codebook entry, a sparse one
/// only what it keeps. A dense row of n weights has n multiplications and, with its bias, n additions. Schemes that save storage alone
/// count as dense.
Operations operationsOf(nn::WeightedOp layer);

} // namespace weft::report

#endif // COMPILER_REPORT_OPERATIONS_H
