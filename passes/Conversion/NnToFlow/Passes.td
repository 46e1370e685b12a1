//===- Passes.td - from the integer core to processes ---------------------*- tablegen -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===----------------------------------------------------------------------------===//
#ifndef PASSES_CONVERSION_NNTOFLOW_PASSES
#define PASSES_CONVERSION_NNTOFLOW_PASSES

include "mlir/Pass/PassBase.td"

def NnToFlow : Pass<"nn-to-flow", "::mlir::ModuleOp"> {
  let summary = "processes and streams for the integer core";
  let description = [{
    Adds `func.func @dataflow` for `@core`, which stays. All processes have one lane; `--flow-fold` chooses.

    - `nn.conv` is `flow.pad`, `flow.window` (not for 1×1 at stride 1) and `flow.mvu`; with one filter per channel a depthwise-order
      window and `flow.depthwise`; other groups become a block-diagonal dense weight.
    - `nn.pool` is `flow.pad`, a depthwise-order window and `flow.pool`.
    - `nn.reshape` and `nn.transpose` only change which element of the tensor a beat holds; the next linear operator's weights
      are permuted to that (D3). A convolution behind one that is not channels-last is an error.
    - A value with several uses is forked.

    ```mlir
    %a = nn.linear %x, %w, %b : tensor<?x8xui8>, tensor<4x8xi8>, tensor<4xi19> -> tensor<?x4xi19>
    ```
    becomes
    ```mlir
    %a = flow.mvu %x, %w, %b {simd = 1 : i64} : <1x1x8xui8, 1>, tensor<4x8xi8>, tensor<4xi19> -> <1x1x4xi19, 1>
    ```
  }];
  let dependentDialects = ["::weft::flow::FlowDialect", "::weft::nn::NnDialect", "::weft::codec::CodecDialect",
    "::mlir::func::FuncDialect"];
}

#endif // PASSES_CONVERSION_NNTOFLOW_PASSES
