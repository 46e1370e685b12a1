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

def BlockPruneWeights : CodecModulePass<"codec-block-prune-weights"> {
  let summary = "remove whole columns, or rows and columns, from blocks of a weight";
  let description = [{
    From every block the column (or row) with the least energy per element is removed until no more than `density` of the block is left.

    ```mlir
    %w = nn.constant dense<[[0.9, 0.1], [0.8, 0.2]]> : tensor<2x2xf32>
    ```
    becomes, with block=2x2,
    ```mlir
    %rows = nn.constant dense<[[[1, 1]]]> : tensor<1x1x2xui1>
    %columns = nn.constant dense<[[[1, 0]]]> : tensor<1x1x2xui1>
    %mask = codec.block_mask %rows, %columns : tensor<1x1x2xui1>, tensor<1x1x2xui1> -> tensor<2x2xui1>
    %w = codec.scatter %values, %mask : tensor<2xf32>, tensor<2x2xui1> -> tensor<2x2xf32>
    ```
    Source: block-based pruning, Yuan et al., TECS 2022.
  }];
  let options = [
    Option<"density", "density", "std::string", "\"0.5\"", "share of a block that is kept">,
    Option<"block", "block", "std::string", "\"4x0\"", "rows x columns of a block; 0 is all">,
    Option<"remove", "remove", "std::string", "\"columns\"", "columns, or both rows and columns">,
    Option<"layers", "layers", "std::string", "\"*\"", "names of layers: globs, separated by |">
  ];
}

def CirculantWeights : CodecModulePass<"codec-circulant-weights"> {
  let summary = "make weights block-circulant: a vector for each block of b by b";
  let description = [{
    The nearest block-circulant weight: each element of a vector is the mean of a wrapped diagonal of its block. Columns are in stream order,
    so that blocks are of channels. b divides rows and columns.

    ```mlir
    %w = nn.constant dense<[[1.0, 2.0], [4.0, 3.0]]> : tensor<2x2xf32>
    ```
    becomes, with block=2,
    ```mlir
    %vectors = nn.constant dense<[[[2.0, 3.0]]]> : tensor<1x1x2xf32>
    %w = codec.circulant %vectors : tensor<1x1x2xf32> -> tensor<2x2xf32>
    ```
    Source: Ding et al., CirCNN, MICRO 2017.
  }];
  let options = [
    Option<"block", "block", "unsigned", "4", "rows and columns of a block; divides both">,
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

def DeltaWeights : CodecModulePass<"codec-delta-weights"> {
  let summary = "write weights as small differences to a reference, or to the weight before";
  let description = [{
    An f32 weight is quantized here, symmetrically, with scales and references that together give the least squared error; integers are encoded as
    they are. Differences are two's complement and count 2^offset. 0 stays exact where it occurs.

    ```mlir
    %w = nn.constant dense<[[0.5, -0.25], [0.0, 0.75]]> : tensor<2x2xf32>
    ```
    becomes, with width=4 and references for each row,
    ```mlir
    %deltas = nn.constant dense<…> : tensor<2x2xi4>
    %integers = codec.delta fixed %references, %deltas : tensor<2xi8>, tensor<2x2xi4> -> tensor<2x2xi8>
    %w = nn.dequantize %integers, %scale, %zero_point : …
    ```
    Source: Federl et al., arXiv 2606.16516.
  }];
  let options = [
    Option<"width", "width", "unsigned", "4", "bits of a difference, 2 to 8">,
    Option<"scheme", "scheme", "std::string", "\"fixed\"", "differences to a fixed reference, or consecutive">,
    Option<"reference", "reference", "std::string", "\"best\"", "first, median, mid-range or best">,
    Option<"granularity", "granularity", "std::string", "\"row\"", "a reference for each layer, row or block of a row">,
    Option<"block", "block", "unsigned", "64", "weights of a block for granularity=block; divides a row">,
    Option<"offset", "offset", "unsigned", "0", "differences count 2^offset">,
    Option<"loop", "loop", "std::string", "\"closed\"", "open: errors of consecutive differences add up, as in the paper">,
    Option<"scale", "scale", "std::string", "\"best\"", "of f32 weights: best, or the range of the weight">,
    Option<"bits", "bits", "unsigned", "8", "bits of the integers that f32 weights become, 2 to 8">,
    Option<"perTensor", "per-tensor", "bool", "false", "one scale in place of one for each output channel">,
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

def SparsifyWeights : CodecModulePass<"codec-sparsify-weights"> {
  let summary = "keep the weights of a mask: clash-free, random, N:M or by magnitude";
  let description = [{
    A clash-free mask is fitted: the start rows (and dithers) are those with which most of the sum of squares is kept.

    ```mlir
    %w = nn.constant dense<…> : tensor<300x784xf32>
    ```
    becomes, with density=0.25 type=3 z=14,
    ```mlir
    %starts = nn.constant dense<…> : tensor<1x14xui6>
    %mask = codec.interleave %starts {type = 3 : i64, fan_out = 75 : i64} : tensor<1x14xui6> -> tensor<300x784xui1>
    %w = codec.scatter %values, %mask : tensor<58800xf32>, tensor<300x784xui1> -> tensor<300x784xf32>
    ```
    Source: Dey, Beerel, Chugg, ReConFig 2018.
  }];
  let options = [
    Option<"pattern", "pattern", "std::string", "\"clash-free\"", "clash-free, random, structured, threshold, balanced, or N:M">,
    Option<"density", "density", "std::string", "\"0.25\"", "share of the weights that is kept">,
    Option<"type", "type", "unsigned", "2", "interleaver: 1, 2 or 3">,
    Option<"dither", "dither", "bool", "false", "permute the memories in each sweep">,
    Option<"z", "z", "unsigned", "0", "memories; 0: as many as are legal up to 16">,
    Option<"seed", "seed", "unsigned", "1", "first seed of random masks">,
    Option<"layers", "layers", "std::string", "\"*\"", "names of layers: globs, separated by |">
  ];
}

def EntropyCode : CodecModulePass<"codec-entropy-code"> {
  let summary = "store integer leaves of weights as Huffman codes";
  let description = [{
    Codes, deltas, masks and quantized weights, where that is smaller; f32 stays. Code words have at most 15 bits, and the least sum of
    lengths (package-merge). Elements of few bits, as those of masks, are coded in groups of up to 8 bits. It is for storage: a backend sees
    the integers. In a recipe, `entropy` marks layers, which are coded when the model is written.

    ```mlir
    %codes = nn.constant dense<[[0, 0, 1, 0], …]> : tensor<300x784xui4>
    ```
    becomes
    ```mlir
    %codes = codec.huffman %bytes, %lengths {bits = 752640 : i64} : tensor<94080xui8>, tensor<16xui4> -> tensor<300x784xui4>
    ```
    Source: Larmore and Hirschberg, JACM 37(3), 1990.
  }];
  let options = [Option<"layers", "layers", "std::string", "\"*\"", "names of layers: globs, separated by |">];
}

def EntropyDecode : CodecModulePass<"codec-entropy-decode"> {
  let summary = "replace Huffman codes by the integers they stand for";
  let description = [{
    ```mlir
    %codes = codec.huffman %bytes, %lengths {bits = 3 : i64} : tensor<1xui8>, tensor<2xui4> -> tensor<3xui4>
    ```
    becomes
    ```mlir
    %codes = nn.constant dense<[0, 1, 0]> : tensor<3xui4>
    ```
  }];
}

def RecognizeCodecs : CodecModulePass<"codec-recognize"> {
  let summary = "find weights that are clustered, sparse or block-circulant already";
  let description = [{
    A constant weight, float or integer, with few distinct values becomes a lookup of the same bits, if that is smaller; one with many zeros the scatter of the
    others with the mask that stores least: clash-free, or, if that halves the weight, whole rows and columns, N of every M, or a bit per weight; one that is
    circulant in blocks of up to 64 its vectors, and those a lookup in their turn.

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
