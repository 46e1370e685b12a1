//===- Passes.td - gradients ----------------------------------------------*- tablegen -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===----------------------------------------------------------------------------===//
#ifndef PASSES_TRAINING_PASSES
#define PASSES_TRAINING_PASSES

include "mlir/Pass/PassBase.td"

def Differentiate : Pass<"nn-differentiate", "::mlir::func::FuncOp"> {
  let summary = "a function becomes its vector-Jacobian product";
  let description = [{
    The function of static shapes gets an argument for the gradient of its one result, and returns the gradients of its f32 arguments beside
    the result. Every operation says its own gradient (`Differentiable`); where it rounds it is passed straight through.

    ```mlir
    func.func @f(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
      %y = nn.unary tanh %x : tensor<2x3xf32> -> tensor<2x3xf32>
      return %y : tensor<2x3xf32>
    }
    ```
    becomes
    ```mlir
    func.func @f(%x: tensor<2x3xf32>, %g: tensor<2x3xf32>) -> (tensor<2x3xf32>, tensor<2x3xf32>) {
      %y = nn.unary tanh %x : tensor<2x3xf32> -> tensor<2x3xf32>
      %s = nn.binary mul %y, %y : tensor<2x3xf32>, tensor<2x3xf32> -> tensor<2x3xf32>
      %one = nn.constant dense<1.0> : tensor<f32>
      %d = nn.binary sub %one, %s : tensor<f32>, tensor<2x3xf32> -> tensor<2x3xf32>
      %dx = nn.binary mul %g, %d : tensor<2x3xf32>, tensor<2x3xf32> -> tensor<2x3xf32>
      return %y, %dx : tensor<2x3xf32>, tensor<2x3xf32>
    }
    ```
  }];
  let dependentDialects = ["::weft::nn::NnDialect"];
}

#endif // PASSES_TRAINING_PASSES
