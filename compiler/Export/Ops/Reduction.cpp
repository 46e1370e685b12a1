//===- Reduction.cpp - reductions over axes, softmax, arg max --------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Export/GraphExporter.h"

using namespace mlir;
using namespace weft;
using namespace weft::exporter;
using nn::ReduceKind;

static StringRef opType(ReduceKind kind) {
  switch (kind) {
  case ReduceKind::sum: return "ReduceSum";
  case ReduceKind::mean: return "ReduceMean";
  case ReduceKind::max: return "ReduceMax";
  case ReduceKind::min: return "ReduceMin";
  case ReduceKind::prod: return "ReduceProd";
  case ReduceKind::sum_square: return "ReduceSumSquare";
  case ReduceKind::l1: return "ReduceL1";
  case ReduceKind::l2: return "ReduceL2";
  case ReduceKind::log_sum: return "ReduceLogSum";
  case ReduceKind::log_sum_exp: return "ReduceLogSumExp";
  }
  return "";
}

LogicalResult weft::exporter::write(GraphExporter &g, nn::ReduceOp op) {
  return g.node(op, opType(op.getKind()), {g.name(op.getInput()), g.integers(op.getAxes(), "axes")},
                {{"keepdims", static_cast<int64_t>(op.getKeepdims())}});
}

LogicalResult weft::exporter::write(GraphExporter &g, nn::ArgReduceOp op) {
  return g.node(op, op.getIsMax() ? "ArgMax" : "ArgMin", {g.name(op.getInput())},
                {{"axis", static_cast<int64_t>(op.getAxis())},
                 {"keepdims", static_cast<int64_t>(op.getKeepdims())},
                 {"select_last_index", static_cast<int64_t>(op.getSelectLast())}});
}

LogicalResult weft::exporter::write(GraphExporter &g, nn::SoftmaxOp op) {
  return g.node(op, op.getLog() ? "LogSoftmax" : "Softmax", {g.name(op.getInput())}, {{"axis", static_cast<int64_t>(op.getAxis())}});
}
