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

//===--- block-circulant ----------------------------------------------------------------===//

//===--- powers of two, bit planes --------------------------------------------------------===//

//===--- entropy codes ----------------------------------------------------------------------===//

#endif // DIALECTS_CODEC_IR_CODECOPS
