//===- Passes.td - weights as codec expressions ---------------------------*- tablegen -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===----------------------------------------------------------------------------===//
#ifndef PASSES_COMPRESSION_PASSES
#define PASSES_COMPRESSION_PASSES

include "mlir/Pass/PassBase.td"

def ClusterWeights : Pass<"codec-cluster-weights", "::mlir::func::FuncOp"> {
  let summary = "replace weights by codes into a codebook of K values";
  let description = [{
    The codebook is the global optimum of one-dimensional k-means, per tensor, per channel or per group of
    channels. A weight that has at most K distinct values keeps them exactly. Weights that are codec expressions or
    computed are left alone; a remark says what each layer lost.

    ```mlir
    %w = nn.constant dense_resource<w> : tensor<300x784xf32>
    ```
    becomes
    ```mlir
    %codes = nn.constant dense_resource<codes> : tensor<300x784xui4>
    %codebook = nn.constant dense<…> : tensor<1x16xf32>
    %w = codec.lookup %codes, %codebook : tensor<300x784xui4>, tensor<1x16xf32> -> tensor<300x784xf32>
    ```
  }];
  let dependentDialects = ["::weft::nn::NnDialect", "::weft::codec::CodecDialect"];
  let options = [
    Option<"k", "k", "unsigned", "16", "entries of a codebook, 2 to 256">,
    Option<"granularity", "granularity", "std::string", "\"tensor\"", "tensor, channel or group: what shares a codebook">,
    Option<"groups", "groups", "unsigned", "1", "codebooks of a layer with granularity=group; divides its channels">,
    Option<"keepZero", "keep-zero", "bool", "false", "one entry is exactly 0">,
    Option<"layers", "layers", "std::string", "\"*\"", "names of the layers, as a glob pattern">
  ];
}

def Recognize : Pass<"codec-recognize", "::mlir::func::FuncOp"> {
  let summary = "keep what is compressed already: few distinct values become a lookup, losslessly";
  let description = [{
    A constant weight with at most `max-k` distinct values, and at least four times as many elements, becomes a
    `codec.lookup` that evaluates to the same bits. Quantized and clustered models from other tools arrive so.
  }];
  let dependentDialects = ["::weft::nn::NnDialect", "::weft::codec::CodecDialect"];
  let options = [
    Option<"maxK", "max-k", "unsigned", "16", "greatest number of distinct values, 2 to 256">
  ];
}

def Materialize : Pass<"codec-materialize", "::mlir::func::FuncOp"> {
  let summary = "evaluate codec expressions to dense constants";
  let description = [{
    The way back: every codec expression whose leaves are constants becomes the weight it stands for.

    ```mlir
    %w = codec.lookup %codes, %codebook : tensor<2x2xui1>, tensor<1x2xf32> -> tensor<2x2xf32>
    ```
    becomes
    ```mlir
    %w = nn.constant dense<[[…], […]]> : tensor<2x2xf32>
    ```
  }];
  let dependentDialects = ["::weft::nn::NnDialect"];
}

#endif // PASSES_COMPRESSION_PASSES
