//===- CodecOps.td - compressed weights as expressions -------------------*- tablegen -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===----------------------------------------------------------------------------===//
#ifndef DIALECTS_CODEC_IR_CODECOPS
#define DIALECTS_CODEC_IR_CODECOPS

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

#endif // DIALECTS_CODEC_IR_CODECOPS
