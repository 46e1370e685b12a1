//===- FlowToEmitC.cpp - from flow to emitc ------------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Conversion/FlowToEmitC/FlowToEmitC.h"

#include "dialects/Nn/IR/NnOps.h"
#include "passes/Conversion/FlowToEmitC/DesignBuilder.h"

namespace weft::conversion {
#define GEN_PASS_DEF_FLOWTOEMITC
#include "passes/Conversion/FlowToEmitC/Passes.h.inc"
} // namespace weft::conversion

using namespace mlir;

namespace weft {
namespace {

using flow_to_emitc::Channel;
using flow_to_emitc::DesignBuilder;
using flow_to_emitc::Interface;

std::string portName(DictionaryAttr attributes, StringRef otherwise, DesignBuilder &design) {
  auto name = attributes ? attributes.getAs<StringAttr>("nn.name") : StringAttr();
  return design.uniqueName(name ? name.getValue() : otherwise);
}

/// Converts one design.
class Converter {
public:
  Converter(func::FuncOp source, std::string top) : source(source), top(std::move(top)) {}

  FailureOr<Interface> convert() {
    OpBuilder builder(source);
    header = addFile(builder, flow_to_emitc::kHeaderFile);
    weights = addFile(builder, flow_to_emitc::kWeightsFile);
    file = addFile(builder, flow_to_emitc::kDesignFile);
    beginFiles();
    if (failed(convertBody()))
      return failure();
    addTop();
    source.erase();
    return io;
  }

private:
  OpBuilder addFile(OpBuilder &builder, StringRef id) {
    auto op = emitc::FileOp::create(builder, source.getLoc(), id);
    return OpBuilder::atBlockBegin(&op.getBodyRegion().front());
  }
  static void line(OpBuilder &builder, const Twine &text) {
    emitc::VerbatimOp::create(builder, builder.getUnknownLoc(), text.str());
  }
  void beginFiles();
  LogicalResult convertBody();
  void convertPorts(emitc::FuncOp function, DesignBuilder &design);
  LogicalResult convertReturn(func::ReturnOp op, emitc::FuncOp function, DesignBuilder &design);
  std::string signature();
  void addTop();

  func::FuncOp source;
  std::string top;
  OpBuilder header{source}, weights{source}, file{source};
  Interface io;
};

void Converter::beginFiles() {
  line(weights, "// Coefficients of " + top + ", packed as runtime/hls reads them.");
  line(weights, "#ifndef WEFT_" + StringRef(top).upper() + "_WEIGHTS_H");
  line(weights, "#define WEFT_" + StringRef(top).upper() + "_WEIGHTS_H");
  line(weights, "#include <cstdint>");
  line(weights, "#ifdef __clang__ // rows need no braces of their own");
  line(weights, "#pragma clang diagnostic ignored \"-Wmissing-braces\"");
  line(weights, "#endif");
  line(file, "#include \"" + top + ".h\"");
  line(file, "#include \"" + top + "_weights.h\"");
  line(file, "#include \"weft/hls/trace.h\"");
}

LogicalResult Converter::convertBody() {
  MLIRContext *context = source.getContext();
  SmallVector<Type> types;
  auto addType = [&](const Twine &text) {
    types.push_back(emitc::OpaqueType::get(context, text.str()));
  };
  for (Type type : source.getFunctionType().getInputs())
    addType(flow_to_emitc::portType(cast<flow::StreamType>(type)) + " &");
  for (Type type : source.getFunctionType().getResults())
    addType(flow_to_emitc::portType(cast<flow::StreamType>(type)) + " &");
  addType("unsigned");
  auto function = emitc::FuncOp::create(file, source.getLoc(), top + "_dataflow",
                                        FunctionType::get(context, types, {}));
  function.setSpecifiersAttr(file.getStrArrayAttr({"static"}));
  DesignBuilder design(OpBuilder::atBlockBegin(function.addEntryBlock()), weights);
  design.frames = function.getArguments().back();
  design.verbatim("WEFT_HLS(DATAFLOW)");
  convertPorts(function, design);
  for (Operation &op : source.front()) {
    if (auto terminator = dyn_cast<func::ReturnOp>(op)) {
      if (failed(convertReturn(terminator, function, design)))
        return failure();
    } else if (isa_and_nonnull<flow::FlowDialect>(op.getDialect())) {
      if (failed(flow_to_emitc::buildProcess(&op, design)))
        return failure();
    } // else a coefficient, evaluated where it is used
  }
  line(weights, "#endif");
  io.taps = design.taps;
  return success();
}

void Converter::convertPorts(emitc::FuncOp function, DesignBuilder &design) {
  for (auto [i, argument] : llvm::enumerate(source.getArguments())) {
    auto type = cast<flow::StreamType>(argument.getType());
    DictionaryAttr attributes = source.getArgAttrDict(i);
    io.inputs.push_back({portName(attributes, "input", design), type, attributes});
    Value stream = design.declareStream(argument, io.inputs.back().name + "_beats", 2);
    design.call(argument.getLoc(), "fromPort", {type.getBeats(), flow_to_emitc::beatType(type)},
                {Value(function.getArgument(i)), stream, design.frames});
  }
}

LogicalResult Converter::convertReturn(func::ReturnOp op, emitc::FuncOp function,
                                       DesignBuilder &design) {
  for (auto [i, value] : llvm::enumerate(op.getOperands())) {
    auto type = cast<flow::StreamType>(value.getType());
    DictionaryAttr attributes = source.getResultAttrDict(i);
    io.outputs.push_back({portName(attributes, "output", design), type, attributes});
    design.call(
        op.getLoc(), "toPort", {type.getBeats()},
        {design.stream(value), Value(function.getArgument(io.inputs.size() + i)), design.frames});
  }
  OpBuilder end = OpBuilder::atBlockEnd(&function.getBody().front());
  emitc::ReturnOp::create(end, op.getLoc(), Value());
  return success();
}

std::string Converter::signature() {
  std::string text = "void " + top + "(";
  for (const auto &ports : {io.inputs, io.outputs})
    for (const Channel &port : ports)
      text += flow_to_emitc::portType(port.type) + " &" + port.name + ", ";
  return text + "unsigned frames)";
}

/// The top function gives the ports their names; the emitter has none for arguments.
void Converter::addTop() {
  std::string call = top + "_dataflow(";
  line(file, signature() + " {");
  for (const auto &ports : {io.inputs, io.outputs})
    for (const Channel &port : ports) {
      line(file, "WEFT_HLS(INTERFACE axis port=" + port.name + ")");
      call += port.name + ", ";
    }
  line(file, "WEFT_HLS(INTERFACE s_axilite port=frames)");
  line(file, "WEFT_HLS(INTERFACE s_axilite port=return)");
  line(file, call + "frames);");
  line(file, "}");

  line(header, "#ifndef WEFT_" + StringRef(top).upper() + "_H");
  line(header, "#define WEFT_" + StringRef(top).upper() + "_H");
  line(header, "#include \"weft/hls/hls.h\"");
  line(header, "/// Runs the network on `frames` frames. Order of beats and lanes: D1, D2 of "
               "weft's docs/dataflow.md.");
  for (const Channel &port : io.inputs)
    line(header, "/// in  " + port.name + ": " + Twine(port.type.getBeats()) + " beats of " +
                     flow_to_emitc::beatType(port.type) + " a frame");
  for (const Channel &port : io.outputs)
    line(header, "/// out " + port.name + ": " + Twine(port.type.getBeats()) + " beats of " +
                     flow_to_emitc::beatType(port.type) + " a frame");
  line(header, signature() + ";");
  line(header, "#endif");
}

struct FlowToEmitCPass : conversion::impl::FlowToEmitCBase<FlowToEmitCPass> {
  using FlowToEmitCBase::FlowToEmitCBase;

  void runOnOperation() override {
    func::FuncOp design = flow::findDesign(getOperation());
    if (!design) {
      getOperation().emitError("expected a design: a func.func @") << flow::kDesignName;
      return signalPassFailure();
    }
    if (failed(flow_to_emitc::convertDesign(design, flow_to_emitc::identifierOf(top))))
      signalPassFailure();
  }
};

} // namespace

FailureOr<Interface> flow_to_emitc::convertDesign(func::FuncOp design, StringRef top) {
  return Converter(design, top.str()).convert();
}

} // namespace weft
