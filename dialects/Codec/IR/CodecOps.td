//===- CodecOps.td - compressed weights as expressions -------------------*- tablegen -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===----------------------------------------------------------------------------===//
#ifndef DIALECTS_CODEC_IR_CODECOPS
#define DIALECTS_CODEC_IR_CODECOPS

include "mlir/IR/EnumAttr.td"
include "mlir/IR/OpBase.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "dialects/Codec/IR/CodecInterfaces.td"

def Codec_Dialect : Dialect {
  let name = "codec";
  let cppNamespace = "::weft::codec";
  let summary = "Compressed weights: expressions over smaller constants";
  let description = [{
    A codec operation evaluates to a weight. Its leaves are constants, which may be codec expressions again, so schemes
    compose. There are no folders: canonicalization never undoes a compression; `--codec-materialize` does.
    Storage is the sum of the bits of the leaves.

    *Stream order.* Hardware sees the columns of a row as positions p = s·C + c, channels fastest; ONNX stores column c·S + s. An
    operation whose attribute `channels` is C numbers columns by positions; with 0 positions are columns. For a convolution `[O, C, kh, kw]`
    C is the second dimension and S = kh·kw; for a linear layer behind a flatten of `[C, H, W]`, S = H·W.
  }];
}

/// `linear`: has a linear leaf, with row groups.
class Codec_Op<string mnemonic, list<string> methods = [], list<Trait> traits = []>
    : Op<Codec_Dialect, mnemonic, !listconcat([Pure, DeclareOpInterfaceMethods<Codec_Expression, methods>], traits)> {
  let results = (outs AnyStaticShapeTensor:$result);
  let hasVerifier = 1;
}

//===--- clustering -------------------------------------------------------------------===//

def Codec_LookupOp : Codec_Op<"lookup", ["getLinearLeaf", "getRowGroups"]> {
  let summary = "clustered weight: w[r, …] = codebook[r·G/R, code[r, …]], rule A9";
  let description = [{
    `codes` is a tensor of `uiB` (B ≤ 8, bit-packed where it is stored; `i1` is as good as `ui1`), `codebook` is `[G, K]` with G groups of rows and K ≤ 2^B
    entries; G divides the first dimension R of `codes`.

    ```mlir
    %w = codec.lookup %codes, %codebook : tensor<300x784xui4>, tensor<1x16xf32> -> tensor<300x784xf32>
    ```
    Source: Samragh et al., FCCM 2017.
  }];
  let arguments = (ins AnyStaticShapeTensor:$codes, AnyStaticShapeTensor:$codebook);
  let assemblyFormat = "$codes `,` $codebook attr-dict `:` type($codes) `,` type($codebook) `->` type($result)";
}

//===--- deltas -----------------------------------------------------------------------===//

def Codec_DeltaMode : I32EnumAttr<"DeltaMode", "what a delta is added to (A10)", [
  I32EnumAttrCase<"fixed", 0>, I32EnumAttrCase<"consecutive", 1>
]> {
  let cppNamespace = "::weft::codec";
}

def Codec_DeltaOp : Codec_Op<"delta"> {
  let summary = "integers as small differences: to a reference, or to the weight before; rule A10";
  let description = [{
    The positions of the whole weight, rows one after the other, are G equal runs, one for each reference. *fixed*: w = ref[g] + (d << shift).
    *consecutive*: the first of a run is ref[g] + (d << shift), every other one the weight before it + (d << shift). With `channels` = C a row's positions
    are in stream order; with 0 they are its elements. The result's type holds every weight: nothing wraps.

    ```mlir
    %w = codec.delta fixed %references, %deltas {shift = 0 : i64, channels = 0 : i64} : tensor<300xi8>, tensor<300x784xi4> -> tensor<300x784xi8>
    ```
    Source: Federl et al., arXiv 2606.16516.
  }];
  let arguments = (ins AnyStaticShapeTensor:$references, AnyStaticShapeTensor:$deltas, Codec_DeltaMode:$mode,
    DefaultValuedAttr<I64Attr, "0">:$shift, DefaultValuedAttr<I64Attr, "0">:$channels);
  let assemblyFormat = "$mode $references `,` $deltas attr-dict `:` type($references) `,` type($deltas) `->` type($result)";
}

//===--- sparsity: values and masks ---------------------------------------------------===//

def Codec_ScatterOp : Codec_Op<"scatter", ["getLinearLeaf", "getRowGroups"]> {
  let summary = "sparse weight: the k-th set element of the mask gets values[k], all others 0, rule A11";
  let description = [{
    `values` is `[E]`, `mask` a `ui1` (or `i1`) tensor of the weight's shape with E elements set, counted in row-major order. The mask is an expression too: what it
    stores is what it costs. A constant mask costs a bit per weight.

    ```mlir
    %w = codec.scatter %values, %mask : tensor<58800xf32>, tensor<300x784xui1> -> tensor<300x784xf32>
    ```
  }];
  let arguments = (ins AnyStaticShapeTensor:$values, AnyStaticShapeTensor:$mask);
  let assemblyFormat = "$values `,` $mask attr-dict `:` type($values) `,` type($mask) `->` type($result)";
}

/// A mask: stores what it stores, and has no elements that are weights.
class Codec_MaskOp<string mnemonic, list<string> methods = []> : Codec_Op<mnemonic, methods>;

def Codec_InterleaveOp : Codec_MaskOp<"interleave"> {
  let summary = "clash-free mask: z memories of inputs, each read once in every cycle, rule A11c";
  let description = [{
    A weight `[R, K…]` with fan-in FI = K·`fan_out`/R, which divides K. Position p of a row is in memory p mod z at row p div z; D = K/z rows. Edge
    e = s·K + r·z + m (sweep s < `fan_out`, row r < D, lane m < z) joins output e div FI with position t·z + v, where t is `starts[s, r, m]` for
    `type` 1 (`[fan_out, D, z]`, of each memory and sweep a permutation), and `(starts[s, m] + r) mod D` for type 2 (`[fan_out, z]`) and, with the
    same starts in all sweeps, type 3 (`[1, z]`); v is m, or `dither[s, m]` (`[fan_out, z]` or `[1, z]`).

    ```mlir
    %mask = codec.interleave %starts {type = 3 : i64, fan_out = 75 : i64} : tensor<1x14xui6> -> tensor<300x784xui1>
    ```
    Source: Dey, Beerel, Chugg, ReConFig 2018.
  }];
  let arguments = (ins AnyStaticShapeTensor:$starts, Optional<AnyStaticShapeTensor>:$dither, I64Attr:$type, I64Attr:$fan_out,
    DefaultValuedAttr<I64Attr, "0">:$channels);
  let assemblyFormat = "$starts (`dither` $dither^)? attr-dict `:` type($starts) (`dither` type($dither)^)? `->` type($result)";
}

def Codec_RandomMaskOp : Codec_MaskOp<"random_mask"> {
  let summary = "random mask from a seed, rule A11r";
  let description = [{
    With `edges` that many elements anywhere; with `fan_in` that many in every row, and equally many in every column. The generator is SplitMix64
    (`runtime/reference/Masks.h` says how it is used), so that the seed is all there is to store.

    ```mlir
    %mask = codec.random_mask %seed {fan_in = 196 : i64} : tensor<1xui32> -> tensor<300x784xui1>
    ```
  }];
  let arguments = (ins AnyStaticShapeTensor:$seed, OptionalAttr<I64Attr>:$edges, OptionalAttr<I64Attr>:$fan_in);
  let assemblyFormat = "$seed attr-dict `:` type($seed) `->` type($result)";
}

def Codec_NmMaskOp : Codec_MaskOp<"nm_mask"> {
  let summary = "N of every M positions of a row, rule A11n";
  let description = [{
    `indices` is `[R, K/M, N]`: the positions kept, ascending, within each group of M consecutive positions.

    ```mlir
    %mask = codec.nm_mask %indices : tensor<300x196x1xui2> -> tensor<300x784xui1>
    ```
  }];
  let arguments = (ins AnyStaticShapeTensor:$indices, DefaultValuedAttr<I64Attr, "0">:$channels);
  let assemblyFormat = "$indices attr-dict `:` type($indices) `->` type($result)";
}

def Codec_BlockMaskOp : Codec_MaskOp<"block_mask"> {
  let summary = "blocks from which whole rows and columns are removed, rule A11b";
  let description = [{
    Blocks of h rows and w positions. `rows` is `[R/h, K/w, h]`, `columns` `[R/h, K/w, w]`, both `ui1`: an element is kept where its row and its column of its
    block are.

    ```mlir
    %mask = codec.block_mask %rows, %columns : tensor<75x56x4xui1>, tensor<75x56x14xui1> -> tensor<300x784xui1>
    ```
    Source: block-based pruning, Yuan et al., TECS 2022.
  }];
  let arguments = (ins AnyStaticShapeTensor:$rows, AnyStaticShapeTensor:$columns, DefaultValuedAttr<I64Attr, "0">:$channels);
  let assemblyFormat = "$rows `,` $columns attr-dict `:` type($rows) `,` type($columns) `->` type($result)";
}

//===--- factorizations: tensor train, Tucker, basis -----------------------------------===//

def Codec_TensorTrainOp : Codec_Op<"tensor_train"> {
  let summary = "TT-matrix: w[(i…), (j…)] = Π G_k[:, i_k, j_k, :], rule A12";
  let description = [{
    Cores are `[r_{k−1}, m_k, n_k, r_k]` of f32 with r_0 = r_d = 1; the weight is `[Π m, Π n]`. `--codec-expand-factors` makes a chain of layers of it.

    ```mlir
    %w = codec.tensor_train %core0, %core1 : tensor<1x20x28x8xf32>, tensor<8x15x28x1xf32> -> tensor<300x784xf32>
    ```
    Source: Novikov et al., NIPS 2015.
  }];
  let arguments = (ins Variadic<AnyStaticShapeTensor>:$cores);
  let assemblyFormat = "$cores attr-dict `:` type($cores) `->` type($result)";
}

def Codec_TuckerOp : Codec_Op<"tucker"> {
  let summary = "Tucker-2 of a kernel: w[o, c, t…] = Σ output[o, a] · core[a, b, t…] · input[b, c], rule A12c";
  let description = [{
    `output` is `[O, r1]`, `core` `[r1, r2, k…]`, `input` `[r2, C]`, all of f32. `--codec-expand-factors` makes a 1×1, a k×k and a 1×1 convolution of it.

    ```mlir
    %w = codec.tucker %output, %core, %input
       : tensor<64x16xf32>, tensor<16x16x3x3xf32>, tensor<16x64xf32> -> tensor<64x64x3x3xf32>
    ```
    Source: Kim et al., ICLR 2016.
  }];
  let arguments = (ins AnyStaticShapeTensor:$output, AnyStaticShapeTensor:$core, AnyStaticShapeTensor:$input);
  let assemblyFormat = "$output `,` $core `,` $input attr-dict `:` type($output) `,` type($core) `,` type($input) `->` type($result)";
}

def Codec_MatmulOp : Codec_Op<"matmul"> {
  let summary = "coefficients times a small basis: w[r, s·j + c] = Σ_b coefficients[r, s·j + b] · basis[r·G/R, b, c], rule A14";
  let description = [{
    `coefficients` has the weight's shape `[R, K…]`, `basis` is `[G, s, s]` with G groups of rows; s divides the K columns of a row. Runs of s
    are of positions: with `channels` = C they go along the channels of one tap or pixel. Either operand may be integers; the result is f32 unless both are. Integers are
    exact, and the result type holds every value. With one basis, `--codec-expand-factors` applies the basis to the input.

    ```mlir
    %w = codec.matmul %coefficients, %basis {channels = 64 : i64}
       : tensor<64x64x3x3xi8>, tensor<1x4x4xf32> -> tensor<64x64x3x3xf32>
    ```
    Source: Zhao et al. (SmartExchange), ISCA 2020.
  }];
  let arguments = (ins AnyStaticShapeTensor:$coefficients, AnyStaticShapeTensor:$basis, DefaultValuedAttr<I64Attr, "0">:$channels);
  let assemblyFormat = "$coefficients `,` $basis attr-dict `:` type($coefficients) `,` type($basis) `->` type($result)";
}

//===--- block-circulant ----------------------------------------------------------------===//

def Codec_CirculantOp : Codec_Op<"circulant", ["getLinearLeaf", "getRowGroups"]> {
  let summary = "block-circulant weight: w[i·b+u, j·b+v, t] = vectors[i, j, (u−v) mod b, t], rule A13";
  let description = [{
    `vectors` is `[R/b, C/b, b, k…]` for a weight `[R, C, k…]`: the first column of each block of b × b. With `channels` = C' (of a linear layer) the
    columns are positions in stream order.

    ```mlir
    %w = codec.circulant %vectors : tensor<75x196x4xf32> -> tensor<300x784xf32>
    ```
    Source: Ding et al., CirCNN, MICRO 2017.
  }];
  let arguments = (ins AnyStaticShapeTensor:$vectors, DefaultValuedAttr<I64Attr, "0">:$channels);
  let assemblyFormat = "$vectors attr-dict `:` type($vectors) `->` type($result)";
  let extraClassDeclaration = [{
    /// b.
    int64_t getBlock() { return ::mlir::cast<::mlir::RankedTensorType>(getVectors().getType()).getDimSize(2); }
  }];
}

//===--- powers of two, bit planes --------------------------------------------------------===//

def Codec_PowersOp : Codec_Op<"powers"> {
  let summary = "sums of signed powers of two: w[r, …] = (Σ_t ±2^(v[t, r, …] − 1)) << shift, rule A15";
  let description = [{
    `codes` is `[T, R, K…]` of `uiB`, 2 ≤ B ≤ 5: the top bit of a code is the sign, the others are v; v = 0 is 0, whatever the sign. The result
    is a signed integer type that holds every sum. A product with such a weight is T shifts and additions.

    ```mlir
    %w = codec.powers %codes : tensor<2x300x784xui4> -> tensor<300x784xi9>
    ```
  }];
  let arguments = (ins AnyStaticShapeTensor:$codes, DefaultValuedAttr<I64Attr, "0">:$shift);
  let assemblyFormat = "$codes attr-dict `:` type($codes) `->` type($result)";
  let extraClassDeclaration = [{
    int64_t getTerms() { return ::mlir::cast<::mlir::RankedTensorType>(getCodes().getType()).getDimSize(0); }
    /// Bits of a code.
    int64_t getCodeBits() { return ::mlir::cast<::mlir::RankedTensorType>(getCodes().getType()).getElementTypeBitWidth(); }
  }];
}

def Codec_BitplanesOp : Codec_Op<"bitplanes"> {
  let summary = "two's complement plane by plane: w = (−2^(n−1)·p[n−1] + Σ_t 2^t·p[t]) << shift, rule A16";
  let description = [{
    `planes` is `[n, R, K…]` of `ui1` (or `i1`), plane t being bit t of every code. The result is a signed integer type of at least n + shift bits.

    ```mlir
    %w = codec.bitplanes %planes {shift = 5 : i64} : tensor<3x300x784xui1> -> tensor<300x784xi8>
    ```
    Source: Lam et al., PrecisionBatching, arXiv 2003.00822.
  }];
  let arguments = (ins AnyStaticShapeTensor:$planes, DefaultValuedAttr<I64Attr, "0">:$shift);
  let assemblyFormat = "$planes attr-dict `:` type($planes) `->` type($result)";
  let extraClassDeclaration = [{
    /// The number n of planes.
    int64_t getPlaneCount() { return ::mlir::cast<::mlir::RankedTensorType>(getPlanes().getType()).getDimSize(0); }
  }];
}

//===--- entropy codes ----------------------------------------------------------------------===//

def Codec_HuffmanOp : Codec_Op<"huffman", ["getStorageBits"]> {
  let summary = "integers of any leaf as canonical Huffman codes, rule A17";
  let description = [{
    `lengths` is `[S]` of `ui4`: the length of the code word of each symbol, 0 for those that do not occur. Words of equal length count
    up with the symbols, and continue where the shorter ones end (as in RFC 1951, 3.2.2). `bytes` holds the words of all symbols, the first bit in
    the highest bit of the first byte; `bits` of them are used. With `group` = 1, symbol s is the value `first + s`. With a group of g > 1
    elements, it holds the bit patterns of g elements in row-major order, the first in the low bits; the last group may be filled up.

    ```mlir
    %codes = codec.huffman %bytes, %lengths {bits = 752640 : i64} : tensor<94080xui8>, tensor<16xui4> -> tensor<300x784xui4>
    ```
    Source: Huffman, Proc. IRE 40(9), 1952.
  }];
  let arguments = (ins AnyStaticShapeTensor:$bytes, AnyStaticShapeTensor:$lengths, I64Attr:$bits,
    DefaultValuedAttr<I64Attr, "0">:$first, DefaultValuedAttr<I64Attr, "1">:$group);
  let assemblyFormat = "$bytes `,` $lengths attr-dict `:` type($bytes) `,` type($lengths) `->` type($result)";
}

#endif // DIALECTS_CODEC_IR_CODECOPS
