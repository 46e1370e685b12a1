//===- Passes.td - from float networks to integer ones ------------------*- tablegen -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===----------------------------------------------------------------------------===//
#ifndef PASSES_QUANTIZATION_PASSES
#define PASSES_QUANTIZATION_PASSES

include "mlir/Pass/PassBase.td"

def Quantize : Pass<"nn-quantize", "::mlir::func::FuncOp"> {
  let summary = "insert quantize-dequantize pairs, as ONNX has them, from annotated ranges";
  let description = [{
    Works on what follows the first linear or conv: its inputs, the values between and its outputs. Each gets one scale
    and zero point from the range that calibration attached (`nn.range` on operations and arguments); values that only
    move (reshape, max pool, concat, …) share the parameters of what they move. Between a linear operator and its ReLU
    or clip nothing is quantized. Weights become `dequantize` of integer constants, a clustered weight keeps its codes
    and gets an integer codebook. A function that holds quantized activations already is left alone.

    ```mlir
    %y = nn.linear %x, %w, %b {nn.range = array<f64: -1.0, 3.0>} : tensor<?x2xf32>, tensor<1x2xf32>, tensor<1xf32> -> tensor<?x1xf32>
    ```
    becomes
    ```mlir
    %q = nn.quantize %x, %sx, %zx : tensor<?x2xf32>, tensor<f32>, tensor<ui8> -> tensor<?x2xui8>
    %d = nn.dequantize %q, %sx, %zx : tensor<?x2xui8>, tensor<f32>, tensor<ui8> -> tensor<?x2xf32>
    %e = nn.dequantize %wq, %sw, %zw {axis = 0} : tensor<1x2xi8>, tensor<1xf32>, tensor<1xi8> -> tensor<1x2xf32>
    %y = nn.linear %d, %e, %b : tensor<?x2xf32>, tensor<1x2xf32>, tensor<1xf32> -> tensor<?x1xf32>
    // and a pair after %y
    ```
  }];
  let dependentDialects = ["::weft::nn::NnDialect", "::weft::codec::CodecDialect"];
  let options = [
    Option<"weightBits", "weight-bits", "unsigned", "8", "bits of weights, 2 to 16">,
    Option<"activationBits", "activation-bits", "unsigned", "8", "bits of activations, 1 to 16">,
    Option<"inputBits", "input-bits", "unsigned", "8", "bits of the network's inputs, 1 to 16">,
    Option<"outputBits", "output-bits", "unsigned", "8", "bits of the network's outputs, 1 to 16">,
    Option<"codebookBits", "codebook-bits", "unsigned", "8", "bits of the entries of codebooks, 2 to 16">,
    Option<"perChannel", "per-channel", "bool", "true", "one weight scale per output channel">,
    Option<"symmetric", "symmetric", "bool", "false", "activations without zero points">,
    Option<"powerOfTwo", "power-of-two", "bool", "false", "all scales are powers of two">,
    Option<"absorbActivations", "absorb-activations", "bool", "false",
           "do not quantize before a monotone activation whose result has at most 4 bits: thresholds absorb it">
  ];
}

def Integerize : Pass<"nn-integerize", "::mlir::func::FuncOp"> {
  let summary = "fuse dequantize, operator and quantize into integer operators";
  let description = [{
    A linear or conv between dequantized values becomes the exact integer sum (rule A3): the input's zero point moves into
    the bias and into `pad_value`, the bias gets the scale of the sum, and the accumulator type is the smallest that holds
    every sum that can occur. What follows becomes `nn.requantize` (A4), with ReLU and clip as its clamp bounds. Residual
    adds become `nn.qadd` (A5), products of two values `nn.qmul` (A5m) and a requantize, averages a sum and a
    requantize, any other elementwise function an `nn.table` (A7), and with form `threshold` results of at most 4 bits an `nn.threshold` (A4t). Operators that only move values pass.

    ```mlir
    %y = nn.linear %d, %e, %b : tensor<?x2xf32>, tensor<1x2xf32>, tensor<1xf32> -> tensor<?x1xf32>
    %r = nn.unary relu %y : tensor<?x1xf32> -> tensor<?x1xf32>
    %q = nn.quantize %r, %s, %z : tensor<?x1xf32>, tensor<f32>, tensor<ui8> -> tensor<?x1xui8>
    ```
    becomes
    ```mlir
    %a = nn.linear %x, %w, %c : tensor<?x2xui8>, tensor<1x2xi8>, tensor<1xi18> -> tensor<?x1xi18>
    %q = nn.requantize %a, %m, %n {zero_point = 0, lo = 0, hi = 255} : tensor<?x1xi18>, tensor<1xi32>, tensor<1xi32> -> tensor<?x1xui8>
    ```
    A remark names what stays in floating point between integers.
  }];
  let dependentDialects = ["::weft::nn::NnDialect", "::weft::codec::CodecDialect"];
  let options = [
    Option<"form", "form", "std::string", "\"scale\"", "scale, shift or threshold: how sums become codes, where it is possible">,
    Option<"strict", "strict", "bool", "false", "floating point between integers is an error">
  ];
}

def IntegerProducts : Pass<"nn-integer-products", "::mlir::func::FuncOp"> {
  let summary = "sum the codes of quantized models as integers, outside of the integer core";
  let description = [{
    A linear or conv over dequantized codes of at most 8 bits becomes the exact sum of integers, times one f32 factor for each
    channel: the scales of input and weight, divided by that of the quantizer that follows, whose scale becomes 1. That is how
    onnxruntime's integer kernels round. A sum that f32 holds exactly may be added in f32: a convolution of few channels to a group.

    ```mlir
    %y = nn.linear %d, %e, %b : tensor<?x2xf32>, tensor<1x2xf32>, tensor<1xf32> -> tensor<?x1xf32>
    ```
    becomes
    ```mlir
    %a = nn.linear %x, %w, %c : tensor<?x2xui8>, tensor<1x2xi8>, tensor<1xi18> -> tensor<?x1xi18>
    %y = nn.dequantize %a, %factor, %zero {axis = 1 : i64} : tensor<?x1xi18>, tensor<f32>, tensor<i18> -> tensor<?x1xf32>
    ```
  }];
  let dependentDialects = ["::weft::nn::NnDialect"];
}

def Partition : Pass<"nn-partition", "::mlir::ModuleOp"> {
  let summary = "outline the integers of @main into @core";
  let description = [{
    Everything between the quantize and dequantize operations of `@main` becomes a function `@core` over integers; what is
    float before and after stays. Arguments and results of `@core` have names (`nn.name`). Where floating point lies
    between integers there is a function for each part, `@core`, `@core_1`, …, in the order of execution.

    ```mlir
    func.func @main(%x: tensor<?x4xf32>) -> tensor<?x2xf32> {
      %q = nn.quantize %x, %sx, %zx : tensor<?x4xf32>, tensor<f32>, tensor<ui8> -> tensor<?x4xui8>
      %c = call @core(%q) : (tensor<?x4xui8>) -> tensor<?x2xi8>
      %y = nn.dequantize %c, %sy, %zy : tensor<?x2xi8>, tensor<f32>, tensor<i8> -> tensor<?x2xf32>
      return %y : tensor<?x2xf32>
    }
    func.func @core(%q: tensor<?x4xui8> {nn.name = "x"}) -> (tensor<?x2xi8> {nn.name = "y"})
    ```
  }];
  let dependentDialects = ["::weft::nn::NnDialect", "::mlir::func::FuncDialect"];
}

#endif // PASSES_QUANTIZATION_PASSES
