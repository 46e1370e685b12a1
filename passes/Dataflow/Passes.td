//===- Passes.td - from processes with one lane to a design --------------*- tablegen -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===----------------------------------------------------------------------------===//
#ifndef PASSES_DATAFLOW_PASSES
#define PASSES_DATAFLOW_PASSES

include "mlir/Pass/PassBase.td"

def FlowFold : Pass<"flow-fold", "::mlir::ModuleOp"> {
  let summary = "choose PE and SIMD of every process";
  let description = [{
    Layers in `layers` (`name=PE:SIMD`) get what is asked for; all others the cheapest folding that needs at most `cycles` per
    frame, or at most what the slowest of the given layers needs. PE and SIMD are divisors of the layer's extents. Without `cycles` and
    `layers` nothing is chosen, which is an error.

    `clustered` says when a weight that is a `codec.lookup` gets the clustered unit: `auto` where it is estimated smaller, `always`, `never`.
    `multiplierless` says the same of the units without multipliers: the shift unit of a `codec.powers`, which `auto` always takes, and the bit-serial unit of a
    `codec.bitplanes`, which `auto` takes where it is estimated smaller within the target.

    ```mlir
    %y = flow.mvu %x, %w, %b {simd = 1 : i64} : <1x1x8xui8, 1>, tensor<4x8xi8>, tensor<4xi19> -> <1x1x4xi19, 1>
    ```
    with `cycles=4` becomes
    ```mlir
    %y = flow.mvu %x, %w, %b {simd = 8 : i64} : <1x1x8xui8, 1>, tensor<4x8xi8>, tensor<4xi19> -> <1x1x4xi19, 1>
    ```
  }];
  let options = [
    Option<"cycles", "cycles", "int64_t", "0", "target: cycles per frame">,
    ListOption<"layers", "layers", "std::string", "layer=PE:SIMD, wins over the target">,
    Option<"clustered", "clustered", "std::string", "\"auto\"", "clustered units: auto, always or never">,
    Option<"multiplierless", "multiplierless", "std::string", "\"auto\"", "units without multipliers: auto, always or never">
  ];
  let dependentDialects = ["::weft::flow::FlowDialect"];
}

def FlowInsertWidth : Pass<"flow-insert-width", "::mlir::ModuleOp"> {
  let summary = "converters where a producer's lanes differ from its consumer's";
  let description = "Lane counts neither of which divides the other meet at a common divisor where that slows nothing down, or in a gearbox, the smallest that is fast enough.";
  let dependentDialects = ["::weft::flow::FlowDialect"];
}

def FlowInsertFifos : Pass<"flow-insert-fifos", "::mlir::ModuleOp"> {
  let summary = "a queue between any two processes, deep enough where branches join";
  let description = [{
    Depth 2 everywhere; in front of a join what counting beats gives (Lag.h: with that no schedule can deadlock). More there, and in front of processes that
    take their input in bursts, where the simulation of beats shows that frames then follow each other faster. Windows keep the beginning of the next
    frame, too, where frames follow each other in `cycles` only then.
  }];
  let options = [Option<"cycles", "cycles", "int64_t", "0", "target: cycles per frame">];
  let dependentDialects = ["::weft::flow::FlowDialect"];
}

def FlowReport : Pass<"flow-report", "::mlir::ModuleOp"> {
  let summary = "print cycles and estimated cost of a design as JSON";
  let description = "Latency and initiation interval are those the simulation of beats counts, which are those of the RTL.";
  let dependentDialects = ["::weft::flow::FlowDialect"];
}

#endif // PASSES_DATAFLOW_PASSES
