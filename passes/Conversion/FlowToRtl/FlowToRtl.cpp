//===- FlowToRtl.cpp - instances of runtime/rtl for a design -------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "dialects/Nn/IR/NnOps.h"
#include "passes/Conversion/FlowToRtl/Netlist.h"
#include "passes/Conversion/FlowToRtl/Passes.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/TypeSwitch.h"
#include "mlir/IR/AsmState.h"
#include "passes/Dataflow/Design.h"
#include "passes/Evaluation/Evaluator.h"

using namespace mlir;
using namespace weft;
using namespace weft::conversion;

namespace weft::conversion {
#define GEN_PASS_DEF_FLOWTORTL
#include "passes/Conversion/FlowToRtl/Passes.h.inc"
} // namespace weft::conversion

/// Long enough for names that people give. Exporters chain names of fused operators to hundreds of characters, and a ROM's
/// name is a file's, of which there are 255.
constexpr size_t kLongestStem = 96;

/// A legal SystemVerilog identifier not used before in the module.
std::string Netlist::unique(StringRef stem) {
  std::string name;
  for (char c : stem)
    name += llvm::isAlnum(c) ? c : '_';
  if (name.empty() || llvm::isDigit(name[0]))
    name = "n" + name;
  // The end says which process it is.
  if (name.size() > kLongestStem)
    name = name.substr(0, kLongestStem / 2) + "__" + name.substr(name.size() - kLongestStem / 2);
  std::string result = name;
  for (int i = 2; !names.insert(result).second; ++i)
    result = name + "_" + std::to_string(i);
  return result;
}

Attribute Netlist::rom(Operation *op, StringRef what, const BitWords &words) {
  return makeRom(op, unique((nn::layerName(op) + "_" + what).str()), words);
}

Attribute Netlist::makeRom(Operation *op, const std::string &name, const BitWords &words) {
  auto type = RankedTensorType::get({words.words(), words.bytesPerWord()}, romBuilder.getIntegerType(8, false));
  ArrayRef<char> bytes(reinterpret_cast<const char *>(words.data().data()), words.data().size());
  auto data = DenseResourceElementsAttr::get(type, name, HeapAsmResourceBlob::allocateAndCopyWithAlign(bytes, 16));
  rtl::RomOp::create(romBuilder, op->getLoc(), name, words.width(), data);
  return FlatSymbolRefAttr::get(op->getContext(), name);
}

FailureOr<reference::Tensor> Netlist::constant(Operation *op, Value value) {
  auto tensor = evaluation::evaluateConstant(value);
  if (tensor.ok())
    return std::move(*tensor);
  return op->emitError() << "layer '" << nn::layerName(op) << "': " << tensor.message();
}

rtl::InstanceOp Netlist::instance(Operation *op, StringRef module, ValueRange inputs, Parameters &parameters,
                                  ArrayRef<StringRef> inputPorts, ArrayRef<StringRef> outputPorts) {
  SmallVector<Value> operands;
  for (Value input : inputs)
    operands.push_back(mapped(input));
  SmallVector<Type> results;
  for (Value result : op->getResults())
    results.push_back(
        rtl::StreamType::get(op->getContext(), cast<flow::StreamType>(result.getType()).getBeatBits()));
  std::string name = unique((nn::layerName(op) + "_" + op->getName().stripDialect()).str());
  auto made = rtl::InstanceOp::create(builder, op->getLoc(), results, name, module, operands, parameters.get(),
                                      builder.getStrArrayAttr(inputPorts), builder.getStrArrayAttr(outputPorts));
  for (auto [from, to] : llvm::zip(op->getResults(), made.getOutputs()))
    streams[from] = to;
  return made;
}

LogicalResult Netlist::instantiate(Operation *op) {
  return TypeSwitch<Operation *, LogicalResult>(op)
      .Case<flow::FifoOp, flow::WidthOp, flow::ForkOp, flow::ConcatOp, flow::ViewOp, flow::PadOp, flow::SliceOp,
            flow::WindowOp, flow::PoolOp, flow::MvuOp, flow::GatherMvuOp, flow::SelectMvuOp, flow::SparseMvuOp, flow::DepthwiseOp, flow::RecurrentOp, flow::RequantizeOp, flow::ThresholdOp,
            flow::TableOp, flow::AddOp, flow::MultiplyOp, flow::BiasOp, flow::ReorderOp, flow::LutOp>([&](auto process) { return add(process); })
      .Default([](Operation *) { return success(); }); // constants and codec expressions
}

LogicalResult Netlist::build(func::FuncOp design, bool taps) {
  for (auto [index, argument] : llvm::enumerate(design.getArguments())) {
    auto type = cast<flow::StreamType>(argument.getType());
    auto name = design.getArgAttrOfType<StringAttr>(index, nn::kNameAttr);
    auto stream = rtl::StreamType::get(design.getContext(), type.getBeatBits());
    auto axis = rtl::AxisInOp::create(builder, design.getLoc(), stream,
                                      unique(name ? name.getValue() : StringRef("input")), type.getBeats());
    if (DictionaryAttr layout = design.getArgAttrDict(index))
      axis->setDiscardableAttrs(layout);
    axis->setDiscardableAttr(kTypeAttr, TypeAttr::get(type));
    streams[argument] = axis;
  }
  Block &block = design.getBody().front();
  SmallVector<std::string> outputs;
  for (unsigned index = 0; index < design.getNumResults(); ++index) {
    auto name = design.getResultAttrOfType<StringAttr>(index, nn::kNameAttr);
    outputs.push_back(unique(name ? name.getValue() : StringRef("output")));
  }
  for (Operation &op : block.without_terminator()) {
    if (failed(instantiate(&op)))
      return failure();
    // A layer's result is what the process emits that computes; queues, windows and converters only move.
    if (!taps || !isa<flow::MvuOp, flow::GatherMvuOp, flow::SelectMvuOp, flow::SparseMvuOp, flow::DepthwiseOp, flow::PoolOp, flow::RecurrentOp, flow::RequantizeOp, flow::ThresholdOp, flow::TableOp,
                      flow::AddOp, flow::MultiplyOp, flow::BiasOp, flow::ConcatOp, flow::LutOp>(op))
      continue;
    auto tap = rtl::TapOp::create(builder, op.getLoc(), streams[op.getResult(0)],
                                  unique((nn::layerName(&op) + "_tap").str()));
    tap->setDiscardableAttr(kTypeAttr, TypeAttr::get(op.getResult(0).getType()));
    tap->setDiscardableAttr(nn::kNameAttr, builder.getStringAttr(nn::layerName(&op)));
    for (StringRef layout : {flow::kShapeAttr, flow::kOrderAttr})
      if (Attribute value = op.getDiscardableAttr(layout))
        tap->setDiscardableAttr(layout, value);
  }
  for (auto [index, operand] : llvm::enumerate(block.getTerminator()->getOperands())) {
    auto axis = rtl::AxisOutOp::create(builder, design.getLoc(), mapped(operand), outputs[index],
                                       cast<flow::StreamType>(operand.getType()).getBeats());
    if (DictionaryAttr layout = design.getResultAttrDict(index))
      axis->setDiscardableAttrs(layout);
    axis->setDiscardableAttr(kTypeAttr, TypeAttr::get(operand.getType()));
  }
  return success();
}

namespace {
struct FlowToRtl : weft::conversion::impl::FlowToRtlBase<FlowToRtl> {
  using FlowToRtlBase::FlowToRtlBase;
  void runOnOperation() override {
    ModuleOp module = getOperation();
    func::FuncOp design = flow::findDesign(module);
    if (!design) {
      module.emitError("expected a design as func.func @dataflow; run --nn-to-flow first");
      return signalPassFailure();
    }
    // Queues and widths are in place, or the diagnostic says what is missing.
    if (failed(dataflow::readDesign(design)))
      return signalPassFailure();
    for (Operation &op : llvm::make_early_inc_range(*module.getBody()))
      if (isa<rtl::RomOp, rtl::LutModuleOp, rtl::ModuleOp>(op))
        op.erase();
    OpBuilder romBuilder = OpBuilder::atBlockEnd(module.getBody());
    auto top = rtl::ModuleOp::create(romBuilder, design.getLoc(), name + "_top");
    romBuilder.setInsertionPoint(top);
    OpBuilder builder = OpBuilder::atBlockBegin(&top.getBody().emplaceBlock());
    if (failed(Netlist(romBuilder, builder).build(design, taps)))
      signalPassFailure();
  }
};
} // namespace
