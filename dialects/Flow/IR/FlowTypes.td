//===- FlowTypes.td - the dialect and its stream type --------------------*- tablegen -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===----------------------------------------------------------------------------===//
#ifndef DIALECTS_FLOW_IR_FLOWTYPES
#define DIALECTS_FLOW_IR_FLOWTYPES

include "mlir/IR/OpBase.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"

def Flow_Dialect : Dialect {
  let name = "flow";
  let cppNamespace = "::weft::flow";
  let summary = "Processes joined by streams: one network as hardware, before a target is chosen";
  let description = [{
    A design is a `func.func @dataflow` whose arguments and results are streams and whose operations are processes. Order,
    handshake, timing and buffering are those of `docs/dataflow.md`; rules are cited as D1, T1, …. What a process computes is the rule
    of `docs/arithmetic.md` of the nn operation it comes from.

    Weights and other coefficients stay tensors: an `nn.constant`, or a `codec` expression over constants.
    The `nn.name` attribute of a process names the layer it belongs to. On an argument or result of the design, `nn.name` names the
    value, `flow.shape` is the tensor's shape without the batch dimension, and `flow.order`, where it is present, says that beat element
    i of a frame is element `flow.order[i]` of the tensor in row-major order (without it rule D1 holds).

    Phases: `--nn-to-flow` gives processes with one lane; `--flow-fold` chooses lanes; `--flow-insert-width` joins what differs;
    `--flow-insert-fifos` puts a queue between any two processes. An operand may have other lanes than its process wants only until
    `--flow-insert-width`.
  }];
  let useDefaultTypePrinterParser = 1;
}

def Flow_StreamType : TypeDef<Flow_Dialect, "Stream"> {
  let mnemonic = "stream";
  let summary = "a stream of frames of height × width pixels of channels, `lanes` channels per beat";
  let description = [{
    `!flow.stream<8x8x16xui8, 4>`: frames of 8 × 8 pixels of 16 channels of `ui8`, in beats of 4 channels (D1, D2): 256 beats.
  }];
  let parameters = (ins "int64_t":$height, "int64_t":$width, "int64_t":$channels,
    "::mlir::IntegerType":$elementType, "int64_t":$lanes);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    int64_t getPixels() const { return getHeight() * getWidth(); }
    int64_t getElements() const { return getPixels() * getChannels(); }
    /// Beats per pixel.
    int64_t getFold() const { return getChannels() / getLanes(); }
    int64_t getBeats() const { return getElements() / getLanes(); }
    int64_t getElementBits() const { return getElementType().getWidth(); }
    int64_t getBeatBits() const { return getElementBits() * getLanes(); }
    bool isSigned() const { return !::weft::nn::isUnsignedInteger(getElementType()); }
    StreamType withLanes(int64_t lanes) const {
      return get(getContext(), getHeight(), getWidth(), getChannels(), getElementType(), lanes);
    }
    StreamType withFrame(int64_t height, int64_t width, int64_t channels) const {
      return get(getContext(), height, width, channels, getElementType(), getLanes());
    }
  }];
}

class Flow_Kind<string name, string summary, list<I32EnumAttrCase> cases> : I32EnumAttr<name, summary, cases> {
  let cppNamespace = "::weft::flow";
}

def Flow_WindowOrder : Flow_Kind<"WindowOrder", "order in which a window is emitted (D4)", [
  I32EnumAttrCase<"dense", 0>, I32EnumAttrCase<"depthwise", 1>
]>;

def Flow_MvuUnit : Flow_Kind<"MvuUnit", "how a matrix-vector unit multiplies", [
  I32EnumAttrCase<"multiply", 0>, I32EnumAttrCase<"shift", 1>, I32EnumAttrCase<"bitserial", 2>
]>;

def Flow_PoolKind : Flow_Kind<"PoolKind", "reduction of a window (A6)", [
  I32EnumAttrCase<"max", 0>, I32EnumAttrCase<"sum", 1>
]>;

def Flow_RecurrentKind : Flow_Kind<"RecurrentKind", "which cell a recurrent unit has", [
  I32EnumAttrCase<"lstm", 0>, I32EnumAttrCase<"gru", 1>, I32EnumAttrCase<"rnn", 2>
]>;

def Flow_RequantizeForm : Flow_Kind<"RequantizeForm", "A4s or A4p", [
  I32EnumAttrCase<"scale", 0>, I32EnumAttrCase<"shift", 1>
]>;

#endif // DIALECTS_FLOW_IR_FLOWTYPES
