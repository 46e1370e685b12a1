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
  }];
}

class Codec_Op<string mnemonic, list<Trait> traits = []>
    : Op<Codec_Dialect, mnemonic, !listconcat([Pure, DeclareOpInterfaceMethods<Codec_Expression>], traits)> {
  let results = (outs AnyStaticShapeTensor:$result);
}

def Codec_LookupOp : Codec_Op<"lookup"> {
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
  let hasVerifier = 1;
}

#endif // DIALECTS_CODEC_IR_CODECOPS
