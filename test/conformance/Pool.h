//===- Pool.h - cases in processes of their own ------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef TEST_CONFORMANCE_POOL_H
#define TEST_CONFORMANCE_POOL_H

#include "test/conformance/Case.h"

namespace weft::conformance {

struct PoolOptions {
  int jobs = 2;
  /// Of one case; what takes longer, or more memory, counts as crashed.
  double seconds = 60;
  int64_t megabytes = 4096;
};

/// Runs every case, each in a process of its own, so that a crash costs one verdict: that of the executor that was running.
void runAll(std::vector<Case> &cases, const PoolOptions &options);

} // namespace weft::conformance

#endif // TEST_CONFORMANCE_POOL_H
