//===- NnDialect.td - tensor graphs of normalized network operators ---*- tablegen -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===----------------------------------------------------------------------------===//
#ifndef DIALECTS_NN_IR_NNDIALECT
#define DIALECTS_NN_IR_NNDIALECT

include "mlir/IR/OpBase.td"

def Nn_Dialect : Dialect {
  let name = "nn";
  let cppNamespace = "::weft::nn";
  let summary = "Networks as graphs of few, normalized operators";
  let description = [{
    One operator per meaning: ONNX's variants become one form at import. Pads are explicit, no operand is optional
    (a missing bias is a zero), layouts are channels-first `[N, C, spatial…]`. A weight is any SSA value: a
    constant, or a `codec` expression that evaluates to it. Integers without a sign prefix (`i8`) are signed two's complement,
    `ui8` are unsigned. The arithmetic is defined in `docs/arithmetic.md`; rules are cited as A1, A2, ….
  }];
  let useDefaultAttributePrinterParser = 0;
  let hasConstantMaterializer = 1;
}

class Nn_Op<string mnemonic, list<Trait> traits = []> : Op<Nn_Dialect, mnemonic, traits>;

#endif // DIALECTS_NN_IR_NNDIALECT
