//===- NnInterfaces.td - what passes ask of nn operators ----------------*- tablegen -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===----------------------------------------------------------------------------===//
#ifndef DIALECTS_NN_IR_NNINTERFACES
#define DIALECTS_NN_IR_NNINTERFACES

include "mlir/IR/OpBase.td"

def Nn_ShapeInference : OpInterface<"ShapeInference"> {
  let cppNamespace = "::weft::nn";
  let description = [{
    The shape of the single result from the shapes of the operands. Verifiers compare with it, and
    `--nn-specialize-shapes` recomputes it. Dynamic dimensions are `ShapedType::kDynamic`.
  }];
  let methods = [
    InterfaceMethod<"Result shape, or failure with a diagnostic on the operation (rule and shapes named)",
      "::llvm::LogicalResult", "inferResultShape",
      (ins "::llvm::SmallVectorImpl<int64_t> &":$shape)>
  ];
  let verify = [{ return ::weft::nn::verifyInferredShape($_op); }];
}

def Nn_WeightedOp : OpInterface<"WeightedOp"> {
  let cppNamespace = "::weft::nn";
  let description = [{
    An operator with a weight `[out, …]` and a bias `[out]`: linear, conv, and recurrent layers, whose weight multiplies their state.
    What compression works on. Where result = weight · input + bias matters, ask `asAffine`.
  }];
  let methods = [
    InterfaceMethod<"", "::mlir::Value", "getInput">,
    InterfaceMethod<"", "::mlir::Value", "getWeight">,
    InterfaceMethod<"", "::mlir::Value", "getBias">,
    InterfaceMethod<"", "::mlir::OpOperand &", "getWeightMutable">,
    InterfaceMethod<"", "::mlir::OpOperand &", "getBiasMutable">,
    InterfaceMethod<"axis of the result that holds output channels", "int64_t", "getChannelAxis">
  ];
}

#endif // DIALECTS_NN_IR_NNINTERFACES
