//===- Parallelism.cpp - how much hardware, where the user does not say ----------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Pipeline/Parallelism.h"

#include <numeric>

using namespace mlir;

namespace weft::pipeline {
namespace {

constexpr int64_t kMultipliersXc7 = 64, kMultipliersIce40 = 4;

int64_t stepsOf(flow::Foldable op) { return cast<flow::Process>(op.getOperation()).getTiming().stepsPerFrame(); }

int64_t greatestCommonDivisor(const SmallVector<int64_t> &extents) {
  return std::accumulate(extents.begin(), extents.end(), int64_t(0), [](int64_t a, int64_t b) { return std::gcd(a, b); });
}

/// With every lane it can have; leaves it with one.
int64_t fewestSteps(flow::Foldable op) {
  SmallVector<int64_t> simd = op.getSimdExtents();
  op.setFolding(greatestCommonDivisor(op.getPeExtents()), simd.empty() ? 1 : greatestCommonDivisor(simd));
  int64_t steps = stepsOf(op);
  op.setFolding(1, 1);
  return steps;
}

} // namespace

int64_t defaultCycles(func::FuncOp design, llvm::StringRef device) {
  int64_t multipliers = device.starts_with("ice40") ? kMultipliersIce40 : kMultipliersXc7;
  int64_t slowest = 1, reachable = 1;
  design.walk([&](flow::Foldable op) {
    slowest = std::max(slowest, stepsOf(op));
    reachable = std::max(reachable, fewestSteps(op));
  });
  return std::max((slowest + multipliers - 1) / multipliers, reachable);
}

} // namespace weft::pipeline
