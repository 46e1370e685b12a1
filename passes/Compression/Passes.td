//===- Passes.td - compressed weights ------------------------------------*- tablegen -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===----------------------------------------------------------------------------===//
#ifndef PASSES_COMPRESSION_PASSES
#define PASSES_COMPRESSION_PASSES

include "mlir/Pass/PassBase.td"

class CodecModulePass<string flag> : Pass<flag, "::mlir::ModuleOp"> {
  let dependentDialects = ["::weft::nn::NnDialect", "::weft::codec::CodecDialect"];
}

def BitplaneWeights : CodecModulePass<"codec-bitplane-weights"> {
  let summary = "keep the top bit planes of the weights";
  let description = [{
    A float weight is quantized to two's complement codes of `bits` bits with the scales of least squared error, exactly. Of an integer weight the top `bits` planes
    are kept, each weight at the nearest value they hold.

    ```mlir
    %w = nn.constant dense<[[37, -90], [8, 120]]> : tensor<2x2xi8>
    ```
    becomes, with bits=3,
    ```mlir
    %planes = nn.constant dense<[[[1, 1], [0, 1]], [[0, 0], [0, 1]], [[0, 1], [0, 0]]]> : tensor<3x2x2xui1>
    %w = codec.bitplanes %planes {shift = 5 : i64} : tensor<3x2x2xui1> -> tensor<2x2xi8>
    ```
    Source: Lam et al., PrecisionBatching, arXiv 2003.00822.
  }];
  let options = [
    Option<"bits", "bits", "unsigned", "4", "planes that are kept, 2 to 16">,
    Option<"granularity", "granularity", "std::string", "\"channel\"", "one scale per output channel or per tensor">,
    Option<"layers", "layers", "std::string", "\"*\"", "names of layers: globs, separated by |">
  ];
}

def ClusterWeights : CodecModulePass<"codec-cluster-weights"> {
  let summary = "replace weights by codes into a codebook of k entries";
  let description = [{
    The codebook minimises the squared error, exactly (1-D k-means by dynamic programming). Later steps see the weight
    that earlier ones left.

    ```mlir
    %w = nn.constant dense<[[0.1, 0.9], [0.8, 0.2]]> : tensor<2x2xf32>
    ```
    becomes, with k=2,
    ```mlir
    %codes = nn.constant dense<[[0, 1], [1, 0]]> : tensor<2x2xui1>
    %codebook = nn.constant dense<[[0.15, 0.85]]> : tensor<1x2xf32>
    %w = codec.lookup %codes, %codebook : tensor<2x2xui1>, tensor<1x2xf32> -> tensor<2x2xf32>
    ```
    Source: Samragh et al., FCCM 2017.
  }];
  let options = [
    Option<"k", "k", "unsigned", "16", "entries of a codebook, 2 to 256">,
    Option<"granularity", "granularity", "std::string", "\"tensor\"", "one codebook per tensor, channel or group of channels">,
    Option<"groups", "groups", "unsigned", "1", "number of groups for granularity=group; divides the output channels">,
    Option<"keepZero", "keep-zero", "bool", "false", "one entry is exactly 0">,
    Option<"bits", "bits", "unsigned", "0", "entries in fixed point of so many bits, 2 to 16; 0: f32, which quantization makes integers of">,
    Option<"scale", "scale", "std::string", "\"tensor\"", "with bits or shared: one scale per tensor or channel">,
    Option<"shared", "shared", "bool", "false", "one fixed-point codebook for all layers of the step">,
    Option<"layers", "layers", "std::string", "\"*\"", "names of layers: globs, separated by |">
  ];
}

def CompressWeights : CodecModulePass<"codec-compress"> {
  let summary = "apply a compression recipe";
  let description = [{
    The recipe is a list of steps, applied from left to right: `cluster{k=16},cluster{k=4 layers=fc*}`.

    ```mlir
    %w = nn.constant dense<…> : tensor<300x784xf32>
    ```
    becomes
    ```mlir
    %w = codec.lookup %codes, %codebook : tensor<300x784xui4>, tensor<1x16xf32> -> tensor<300x784xf32>
    ```
  }];
  let options = [Option<"recipe", "recipe", "std::string", "\"\"", "steps: scheme{parameter=value …},…">];
}

def PowerOfTwoWeights : CodecModulePass<"codec-power-of-two-weights"> {
  let summary = "replace weights by sums of signed powers of two";
  let description = [{
    A code of `bits` bits is a sign and one of 2^(bits − 1) values: 0 or a power of two. Every weight gets the nearest sum of `terms` of them; the scale of an
    output channel is the one of least squared error, exactly. An integer weight keeps its scale; its powers begin where the error is
    least.

    ```mlir
    %w = nn.constant dense<[[0.5, -1.0], [0.0, 0.25]]> : tensor<2x2xf32>
    ```
    becomes, with bits=3,
    ```mlir
    %codes = nn.constant dense<[[[1, 6], [0, 1]]]> : tensor<1x2x2xui3>
    %powers = codec.powers %codes : tensor<1x2x2xui3> -> tensor<2x2xi3>
    %w = nn.dequantize %powers, %scale, %zero_point : tensor<2x2xi3>, tensor<2xf32>, tensor<2xi3> -> tensor<2x2xf32>
    ```
    With basis = s the coefficients of powers stand in front of one basis of s × s, found by alternating least squares and shared by all rows and all runs of s
    positions: `codec.matmul`, which `--codec-expand-factors` makes two layers of.

    Source of the basis: SmartExchange and SmartDeal (Zhao et al., ISCA 2020; Chen et al., arXiv 2101.01163).
  }];
  let options = [
    Option<"bits", "bits", "unsigned", "4", "bits of a code, 2 to 5">,
    Option<"terms", "terms", "unsigned", "1", "powers that make a weight, 1 to 3">,
    Option<"basis", "basis", "unsigned", "0", "size of a basis that the powers are coefficients of, up to 64; 0: none">,
    Option<"granularity", "granularity", "std::string", "\"channel\"", "one scale per output channel or per tensor">,
    Option<"layers", "layers", "std::string", "\"*\"", "names of layers: globs, separated by |">
  ];
}

def ExpandFactors : CodecModulePass<"codec-expand-factors"> {
  let summary = "replace layers with factorized weights by chains of layers";
  let description = [{
    A tensor train becomes a linear layer for each core in the cheapest order, with reshapes and transposes between them; Tucker-2 a 1×1, a k×k and a 1×1 convolution; one
    basis for all rows a small linear layer on runs of the input, and the layer with the coefficients.

    ```mlir
    %w = codec.tensor_train %g0, %g1 : tensor<1x20x28x8xf32>, tensor<8x15x28x1xf32> -> tensor<300x784xf32>
    %y = nn.linear %x, %w, %b {nn.name = "fc1"} : …
    ```
    becomes
    ```mlir
    %x1 = nn.reshape %x {shape = array<i64: -1, 28, 28>} : tensor<?x784xf32> -> tensor<?x28x28xf32>
    %y1 = nn.linear %x1, %w1, %zero {nn.name = "fc1.core1"} : … -> tensor<?x28x120xf32>
    … reshape, transpose, reshape
    %y2 = nn.linear %x2, %w0, %zero {nn.name = "fc1.core0"} : … -> tensor<?x15x20xf32>
    … bias, transpose, reshape
    ```
    Source: order of contraction as in Zhang et al., on-FPGA training with tensor methods (arXiv 2104.03420), chosen by cost.
  }];
}

def RecognizeCodecs : CodecModulePass<"codec-recognize"> {
  let summary = "find weights that are clustered already";
  let description = [{
    A constant weight, float or integer, with few distinct values becomes a lookup of the same bits, if that is smaller.

    ```mlir
    %w = nn.constant dense<[[-1, 1, 1, -1], …]> : tensor<8x4xi8>
    ```
    becomes
    ```mlir
    %w = codec.lookup %codes, %codebook : tensor<8x4xui1>, tensor<1x2xi8> -> tensor<8x4xi8>
    ```
  }];
  let options = [Option<"maxEntries", "max-entries", "unsigned", "256", "distinct values of a weight, 2 to 256">];
}

def TensorTrainWeights : CodecModulePass<"codec-tensor-train-weights"> {
  let summary = "factorize weights: tensor trains for linear layers, Tucker-2 for convolutions";
  let description = [{
    At most one of rank, error, params and macs is given. A layer that would cost more weights or more multiply-accumulates than before stays as it is, unless
    `force`; a remark gives both numbers.

    ```mlir
    %w = nn.constant dense<…> : tensor<300x784xf32>
    ```
    becomes, with rank=8,
    ```mlir
    %g0 = nn.constant dense<…> : tensor<1x20x28x8xf32>
    %g1 = nn.constant dense<…> : tensor<8x15x28x1xf32>
    %w = codec.tensor_train %g0, %g1 : tensor<1x20x28x8xf32>, tensor<8x15x28x1xf32> -> tensor<300x784xf32>
    ```
    Source: Oseledets 2011 (TT-SVD), Novikov et al. 2015, Kim et al. 2016.
  }];
  let options = [
    Option<"rank", "rank", "unsigned", "0", "rank of every bond">,
    Option<"error", "error", "double", "0", "greatest relative error of a weight">,
    Option<"params", "params", "unsigned", "0", "most weights in the factors of a layer">,
    Option<"macs", "macs", "unsigned", "0", "most multiply-accumulates of a layer per inference">,
    Option<"shapes", "shapes", "std::string", "\"balanced\"", "balanced, low-rank, or factors of outputs and inputs such as 20x15:28x28">,
    Option<"cores", "cores", "unsigned", "2", "number of cores, where shapes are balanced">,
    Option<"force", "force", "bool", "false", "factorize even where that costs more">,
    Option<"layers", "layers", "std::string", "\"*\"", "names of layers: globs, separated by |">
  ];
}

def MaterializeCodecs : CodecModulePass<"codec-materialize"> {
  let summary = "replace compressed weights by the constants they evaluate to";
  let description = [{
    ```mlir
    %w = codec.lookup %codes, %codebook : tensor<2x2xui1>, tensor<1x2xf32> -> tensor<2x2xf32>
    ```
    becomes
    ```mlir
    %w = nn.constant dense<[[0.15, 0.85], [0.85, 0.15]]> : tensor<2x2xf32>
    ```
  }];
}

#endif // PASSES_COMPRESSION_PASSES
