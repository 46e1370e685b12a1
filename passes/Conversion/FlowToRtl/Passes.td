//===- Passes.td - from processes to a netlist of library modules ----------*- tablegen -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===----------------------------------------------------------------------------===//
#ifndef PASSES_CONVERSION_FLOWTORTL_PASSES
#define PASSES_CONVERSION_FLOWTORTL_PASSES

include "mlir/Pass/PassBase.td"

def FlowToRtl : Pass<"flow-to-rtl", "::mlir::ModuleOp"> {
  let summary = "instances of runtime/rtl and their ROM images for a design";
  let description = [{
    Adds `rtl.module @<name>_top` and its `rtl.rom`s for `@dataflow`, which stays. The design must have its widths and queues.

    ```mlir
    %y = flow.fifo %x {depth = 2} : <1x1x8xui8, 2>
    ```
    becomes
    ```mlir
    %y = rtl.instance "input_fifo" of "weft_fifo"(%x) {parameters = {DEPTH = 2, W = 16}, …} : (!rtl.stream<16>) -> !rtl.stream<16>
    ```
  }];
  let options = [
    Option<"name", "name", "std::string", "\"weft\"", "name of the network: the top is <name>_top">,
    Option<"taps", "taps", "bool", "true", "probe every layer's result for simulation">
  ];
  let dependentDialects = ["::weft::rtl::RtlDialect"];
}

#endif // PASSES_CONVERSION_FLOWTORTL_PASSES
