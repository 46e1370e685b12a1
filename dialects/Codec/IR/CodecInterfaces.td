//===- CodecInterfaces.td - what passes ask of codec expressions ----------*- tablegen -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===----------------------------------------------------------------------------===//
#ifndef DIALECTS_CODEC_IR_CODECINTERFACES
#define DIALECTS_CODEC_IR_CODECINTERFACES

include "mlir/IR/OpBase.td"

def Codec_Expression : OpInterface<"Expression"> {
  let cppNamespace = "::weft::codec";
  let description = "A codec operation: evaluates to a weight from its leaves.";
  let methods = [
    InterfaceMethod<"bits of this operation's own leaves; a leaf that is a codec expression again counts itself",
      "int64_t", "getStorageBits">,
    InterfaceMethod<"short name of the scheme with its parameters, e.g. cluster{k=16}", "::std::string", "getSchemeName">
  ];
}

#endif // DIALECTS_CODEC_IR_CODECINTERFACES
