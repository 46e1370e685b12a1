//===- ProcessBuilder.h - a process as a call of the HLS library --------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_CONVERSION_FLOWTOEMITC_PROCESSBUILDER_H
#define PASSES_CONVERSION_FLOWTOEMITC_PROCESSBUILDER_H

#include "dialects/Flow/IR/WeightSource.h"
#include "passes/Conversion/FlowToEmitC/DesignBuilder.h"
#include "passes/Conversion/WeightRoms.h"
#include "runtime/reference/Tensor.h"

namespace weft::flow_to_emitc {

/// `1, 2, 3`.
std::string joined(llvm::ArrayRef<int64_t> values);

/// The type of runtime/hls that reads such weights; plain weights are named by their element type.
std::string sourceType(const flow::WeightSource &source, int64_t pe);

/// Builds the call of one process.
class ProcessBuilder {
public:
  ProcessBuilder(mlir::Operation *op, DesignBuilder &design);

  // Units with weights: Products.cpp.
  mlir::LogicalResult build(flow::DepthwiseOp op);
  mlir::LogicalResult build(flow::GatherMvuOp op);
  mlir::LogicalResult build(flow::MvuOp op);
  mlir::LogicalResult build(flow::RecurrentOp op);
  mlir::LogicalResult build(flow::SelectMvuOp op);
  mlir::LogicalResult build(flow::SparseMvuOp op);
  // All others: Processes.cpp.
  mlir::LogicalResult build(flow::AddOp op);
  mlir::LogicalResult build(flow::BiasOp op);
  mlir::LogicalResult build(flow::ConcatOp op);
  mlir::LogicalResult build(flow::ForkOp op);
  mlir::LogicalResult build(flow::LutOp op);
  mlir::LogicalResult build(flow::MultiplyOp op);
  mlir::LogicalResult build(flow::PadOp op);
  mlir::LogicalResult build(flow::PoolOp op);
  mlir::LogicalResult build(flow::ReorderOp op);
  mlir::LogicalResult build(flow::RequantizeOp op);
  mlir::LogicalResult build(flow::SliceOp op);
  mlir::LogicalResult build(flow::TableOp op);
  mlir::LogicalResult build(flow::ThresholdOp op);
  mlir::LogicalResult build(flow::WidthOp op);
  mlir::LogicalResult build(flow::WindowOp op);
  mlir::LogicalResult build(flow::ViewOp op) { return share(op); }
  mlir::LogicalResult build(flow::FifoOp op) { return share(op); }

private:
  template <class Op> mlir::LogicalResult share(Op op) {
    design.alias(op.getResult(), op.getInput());
    return mlir::success();
  }
  mlir::LogicalResult buildBitserial(flow::MvuOp op, const std::string &bias);
  mlir::LogicalResult buildClustered(flow::MvuOp op, const std::string &bias);
  mlir::LogicalResult buildShift(flow::MvuOp op, const std::string &bias);

  Argument in(mlir::Value value) { return design.stream(value); }
  /// The stream of a result. `suffix`: what is added to the layer's name where the result is not the layer's.
  Argument out(mlir::Value value, llvm::StringRef suffix = "");
  Argument frames() { return design.frames; }
  std::string rom(llvm::StringRef suffix, const Rom &rom, llvm::ArrayRef<int64_t> complete = {2}) {
    return design.addRom(layer + "_" + suffix.str(), rom, complete);
  }
  /// The value of a coefficient operand; diagnoses what is no constant.
  mlir::FailureOr<reference::Tensor> constant(mlir::Value value, llvm::StringRef what);
  void call(llvm::StringRef callee, llvm::ArrayRef<TemplateArgument> templates, llvm::ArrayRef<Argument> arguments) {
    design.call(op->getLoc(), callee, templates, arguments);
  }
  mlir::LogicalResult callTraced(llvm::StringRef callee, llvm::ArrayRef<TemplateArgument> templates, llvm::ArrayRef<Argument> arguments);

  /// The first arguments of units with a weight source: both streams, the memory of what is stored (`name`), and the table of what decodes it.
  llvm::SmallVector<Argument> streamsAndWeights(const flow::WeightSource &source, const conversion::WeightImages &images, llvm::StringRef name);

  mlir::Operation *op;
  DesignBuilder &design;
  std::string layer;
};

} // namespace weft::flow_to_emitc

#endif // PASSES_CONVERSION_FLOWTOEMITC_PROCESSBUILDER_H
