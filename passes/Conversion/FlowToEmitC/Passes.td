//===- Passes.td - flow to emitc -------------------------------------------*- tablegen -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===----------------------------------------------------------------------------===//
#ifndef PASSES_CONVERSION_FLOWTOEMITC_PASSES
#define PASSES_CONVERSION_FLOWTOEMITC_PASSES

include "mlir/Pass/PassBase.td"

def FlowToEmitC : Pass<"flow-to-emitc", "::mlir::ModuleOp"> {
  let summary = "design to HLS C++: calls of the templates in runtime/hls";
  let description = [{
    Replaces `func.func @dataflow` by three `emitc.file`s: "design" (the top function: a dataflow region of calls), "header" (its
    declaration) and "weights" (constant arrays). All that is decided is decided here; the emitter prints. A queue
    (`flow.fifo`) becomes the depth of a stream, a view nothing.

    ```mlir
    %y = flow.mvu %x, %w, %b {nn.name = "fc1", simd = 2 : i64}
       : !flow.stream<1x1x8xui8, 2>, tensor<4x8xi8>, tensor<4xi19> -> !flow.stream<1x1x4xi19, 4>
    ```
    becomes
    ```mlir
    emitc.verbatim "weft::hls::Stream<weft::hls::Beat<weft::hls::Int<19, true>, 4>> fc1(\22fc1\22);"
    %y = emitc.literal "fc1" : !emitc.opaque<"weft::hls::Stream<weft::hls::Beat<weft::hls::Int<19, true>, 4>>">
    emitc.call_opaque "weft::hls::mvu"(%x, %y, %frames) {
      args = [0 : index, 1 : index, #emitc.opaque<"fc1_weights">, #emitc.opaque<"fc1_bias">, 2 : index],
      template_args = [#emitc.opaque<"weft::hls::Int<8, true>">, 1, 8, 4]} : …
    ```
  }];
  let options = [
    Option<"top", "top", "std::string", "\"weft_top\"", "name of the top function and of the files">
  ];
  let dependentDialects = ["::mlir::emitc::EmitCDialect"];
}

#endif // PASSES_CONVERSION_FLOWTOEMITC_PASSES
