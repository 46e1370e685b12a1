//===- Design.h - a design as a network of processes -----------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef PASSES_DATAFLOW_DESIGN_H
#define PASSES_DATAFLOW_DESIGN_H

#include "dialects/Flow/IR/FlowOps.h"
#include "passes/Dataflow/Schedule.h"

#include <limits>

namespace weft::dataflow {

/// What the simulation and the report know of a design.
struct Design {
  Network network;
  std::vector<flow::FifoOp> queues;            ///< per channel
  std::vector<mlir::Operation *> processes;    ///< per node
};

/// Failure, with a diagnostic, where two processes have no queue between them or lanes do not fit.
mlir::FailureOr<Design> readDesign(mlir::func::FuncOp function);

/// Views and forks have no lanes of their own: gives `op`, if it is one, those of what it gets; a view of fewer channels than lanes at least as many as take
/// `cycles` per frame, where there are.
void followLanes(mlir::Operation *op, int64_t cycles = std::numeric_limits<int64_t>::max());

/// One process of a report.
struct ProcessReport {
  std::string layer, process;
  int64_t pe = 1, simd = 1, steps = 0;
  double busy = 0; ///< steps per cycle of the initiation interval
  flow::Resources resources;
};

/// Cycles are exact, resources estimated.
struct DesignReport {
  int64_t latency = 0, initiationInterval = 0;
  int64_t closedForm = 0; ///< most steps of any process
  std::string bottleneck;
  std::vector<int64_t> frameEnds; ///< cycles after the first beat taken in
  std::vector<ProcessReport> processes;
  flow::Resources total;
};

/// Simulates `frames` frames. Failure, with a diagnostic, if the design deadlocks.
mlir::FailureOr<DesignReport> reportDesign(mlir::func::FuncOp function, int frames = 3);

} // namespace weft::dataflow

#endif // PASSES_DATAFLOW_DESIGN_H
