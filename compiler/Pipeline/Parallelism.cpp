//===- Parallelism.cpp - how much hardware, where the user does not say ----------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Pipeline/Parallelism.h"

#include "passes/Dataflow/Folding.h"

#include <numeric>

using namespace mlir;

namespace weft::pipeline {
namespace {

constexpr int64_t kMultipliersXc7 = 64, kMultipliersIce40 = 4;

int64_t stepsOf(flow::Foldable op) { return cast<flow::Process>(op.getOperation()).getTiming().stepsPerFrame(); }

int64_t greatestCommonDivisor(const SmallVector<int64_t> &extents) {
  return std::accumulate(extents.begin(), extents.end(), int64_t(0), [](int64_t a, int64_t b) { return std::gcd(a, b); });
}

/// With every lane it can have. A recurrent unit waits for each time step's result, so many more lanes make it little faster: it gets no more than
/// `multipliers`. Leaves it with one lane.
int64_t fewestSteps(flow::Foldable op, int64_t multipliers) {
  SmallVector<int64_t> pe = op.getPeExtents(), simd = op.getSimdExtents();
  int64_t steps = INT64_MAX;
  if (isa<flow::RecurrentOp>(op.getOperation())) {
    for (int64_t rows : dataflow::commonDivisors({pe.begin(), pe.end()}))
      for (int64_t columns : dataflow::commonDivisors({simd.begin(), simd.end()}))
        if (rows * columns <= multipliers && op.isLegalFolding(rows, columns)) {
          op.setFolding(rows, columns);
          steps = std::min(steps, stepsOf(op));
        }
  } else {
    op.setFolding(greatestCommonDivisor(pe), simd.empty() ? 1 : greatestCommonDivisor(simd));
    steps = stepsOf(op);
  }
  op.setFolding(1, 1);
  return steps;
}

} // namespace

int64_t defaultCycles(func::FuncOp design, llvm::StringRef device) {
  int64_t multipliers = device.starts_with("ice40") ? kMultipliersIce40 : kMultipliersXc7;
  int64_t slowest = 1, reachable = 1;
  design.walk([&](flow::Foldable op) {
    slowest = std::max(slowest, stepsOf(op));
    reachable = std::max(reachable, fewestSteps(op, multipliers));
  });
  return std::max((slowest + multipliers - 1) / multipliers, reachable);
}

} // namespace weft::pipeline
