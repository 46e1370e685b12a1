//===- CodecInterfaces.td - what passes ask of codec expressions ----------*- tablegen -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===----------------------------------------------------------------------------===//
#ifndef DIALECTS_CODEC_IR_CODECINTERFACES
#define DIALECTS_CODEC_IR_CODECINTERFACES

include "mlir/IR/OpBase.td"

def Codec_Expression : OpInterface<"Expression"> {
  let cppNamespace = "::weft::codec";
  let description = [{
    A codec operation: evaluates to a weight (or to a part of one) from its leaves. Passes, the reference interpreter and
    backends know schemes through these methods; only kernels and processes that exploit a scheme name its operation.
  }];
  let methods = [
    InterfaceMethod<"short name of the scheme with its parameters, e.g. cluster{k=16}", "::std::string", "getSchemeName">,
    InterfaceMethod<[{The value, from the values of the operands in their order: rules A9 and following. Fails where a leaf
      does not fit (a code outside of a codebook).}],
      "::weft::reference::Result<::weft::reference::Tensor>", "evaluate",
      (ins "::llvm::ArrayRef<const ::weft::reference::Tensor *>":$operands)>,
    InterfaceMethod<"operands whose elements are weights: what a later step of a recipe may encode again",
      "::llvm::SmallVector<::mlir::OpOperand *>", "getValueLeaves">,
    InterfaceMethod<"bits that are stored: by default those of the operands", "int64_t", "getStorageBits", (ins), [{}], [{
      int64_t bits = 0;
      for (::mlir::Value operand : $_op->getOperands())
        bits += ::weft::codec::storageBits(operand);
      return bits;
    }]>,
    InterfaceMethod<[{The operand that is scaled where the weight is scaled: quantizing the weight quantizes it. Null where the weight is
      not linear in one operand.}],
      "::mlir::OpOperand *", "getLinearLeaf", (ins), [{}], [{ return nullptr; }]>,
    InterfaceMethod<[{Which elements of the linear leaf make which rows of the weight: scales may differ between groups. `operands` are
      evaluated. By default there is one group.}],
      "::weft::codec::RowGroups", "getRowGroups", (ins "::llvm::ArrayRef<const ::weft::reference::Tensor *>":$operands), [{}], [{ return ::weft::codec::RowGroups(); }]>
  ];
}

#endif // DIALECTS_CODEC_IR_CODECINTERFACES
