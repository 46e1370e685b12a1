//===- FlowInterfaces.td - what passes ask of processes ------------------*- tablegen -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===----------------------------------------------------------------------------===//
#ifndef DIALECTS_FLOW_IR_FLOWINTERFACES
#define DIALECTS_FLOW_IR_FLOWINTERFACES

include "mlir/IR/OpBase.td"

def Flow_Process : OpInterface<"Process"> {
  let cppNamespace = "::weft::flow";
  let description = [{
    A piece of hardware with its own control. Folding, queue depths, reports and the explorer know
    processes through these methods only.
  }];
  let methods = [
    InterfaceMethod<"steps, what they consume and emit, LATENCY (T1–T7)", "::weft::flow::Timing", "getTiming">,
    InterfaceMethod<"estimated cost", "::weft::flow::Resources", "getResources">,
    InterfaceMethod<"lanes that stream operand `index` must have", "int64_t", "getInputLanes", (ins "unsigned":$index)>
  ];
}

def Flow_Foldable : OpInterface<"Foldable"> {
  let cppNamespace = "::weft::flow";
  let description = [{
    A process whose parallelism can be chosen. PE is the lanes of its result; SIMD the lanes it takes in, which for all but
    matrix-vector units equals PE.
  }];
  let methods = [
    InterfaceMethod<"numbers that PE must divide", "::llvm::SmallVector<int64_t>", "getPeExtents">,
    InterfaceMethod<"numbers that SIMD must divide; empty: SIMD is not free", "::llvm::SmallVector<int64_t>", "getSimdExtents">,
    InterfaceMethod<"whether a PE and a SIMD, each legal alone, are so together", "bool", "isLegalFolding",
      (ins "int64_t":$pe, "int64_t":$simd), [{}], [{ return true; }]>,
    InterfaceMethod<"sets attributes and result type; operands stay as they are", "void", "setFolding",
      (ins "int64_t":$pe, "int64_t":$simd)>
  ];
}

#endif // DIALECTS_FLOW_IR_FLOWINTERFACES
