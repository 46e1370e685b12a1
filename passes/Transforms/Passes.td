//===- Passes.td - normal forms of nn graphs -----------------------------*- tablegen -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===----------------------------------------------------------------------------===//
#ifndef PASSES_TRANSFORMS_PASSES
#define PASSES_TRANSFORMS_PASSES

include "mlir/Pass/PassBase.td"

class NnFunctionPass<string flag> : Pass<flag, "::mlir::func::FuncOp"> {
  let dependentDialects = ["::weft::nn::NnDialect"];
}

def FoldConstants : NnFunctionPass<"nn-fold-constants"> {
  let summary = "compute operations whose operands are constants";
  let description = [{
    Uses the reference interpreter. Weights that are expressions (dequantize, codec) stay as they are.

    ```mlir
    %w = nn.constant dense<[[1.0, 2.0]]> : tensor<1x2xf32>
    %t = nn.transpose %w {perm = array<i64: 1, 0>} : tensor<1x2xf32> -> tensor<2x1xf32>
    ```
    becomes
    ```mlir
    %t = nn.constant dense<[[1.0], [2.0]]> : tensor<2x1xf32>
    ```
  }];
  let options = [Option<"maxElements", "max-elements", "int64_t", "67108864", "leave results of more elements alone">];
}

def Simplify : NnFunctionPass<"nn-simplify"> {
  let summary = "remove what has no effect and bring equal meanings to one form";
  let description = [{
    Reshapes of reshapes, transposes that only move dimensions of 1, operations with neutral constants, casts and slices that
    change nothing. Means and maxima over all spatial dimensions become pools, a reduction reads what a transpose
    moved where it was, max(x, 0) is a ReLU, and a ReLU or clip after a max
    pool goes before it, where a linear operator can take it in.

    ```mlir
    %m = nn.reduce mean %x {axes = array<i64: 2, 3>, keepdims = true} : tensor<?x8x4x4xf32> -> tensor<?x8x1x1xf32>
    ```
    becomes
    ```mlir
    %m = nn.pool average %x {kernel = array<i64: 4, 4>, …} : tensor<?x8x4x4xf32> -> tensor<?x8x1x1xf32>
    ```
  }];
}

def FoldBatchNorm : NnFunctionPass<"nn-fold-batch-norm"> {
  let summary = "fold additions and multiplications by per-channel constants into linear operators";
  let description = [{
    Batch norm arrives as such operations. They go into the linear or conv before them; else into the one after them, where
    that is exact (padding does not see an addition). Folding changes roundings, not the meaning.

    ```mlir
    %a = nn.linear %x, %w, %b : tensor<?x2xf32>, tensor<1x2xf32>, tensor<1xf32> -> tensor<?x1xf32>
    %y = nn.binary mul %a, %gamma : tensor<?x1xf32>, tensor<1xf32> -> tensor<?x1xf32>
    ```
    becomes a linear operator with weight `gamma · w` and bias `gamma · b`.
  }];
}

def FoldPads : NnFunctionPass<"nn-fold-pads"> {
  let summary = "make padding with zeros an attribute of the conv or pool after it";
  let description = [{
    ```mlir
    %p = nn.pad %x {low = array<i64: 0, 0, 1, 1>, high = array<i64: 0, 0, 1, 1>} : tensor<1x1x4x4xf32> -> tensor<1x1x6x6xf32>
    %y = nn.conv %p, %w, %b {pads_begin = array<i64: 0, 0>, …}
    ```
    becomes
    ```mlir
    %y = nn.conv %x, %w, %b {pads_begin = array<i64: 1, 1>, …}
    ```
    A max pool only takes in padding of what is not negative (after a ReLU), with less padding than its window.
  }];
}

def FoldTransposes : NnFunctionPass<"nn-fold-transposes"> {
  let summary = "move transposes down until they cancel or weights absorb them";
  let description = [{
    Models in channels-last layout arrive with transposes around channels-first operators. They move down through elementwise
    operations and concats; two in a row become one; one before a flatten and a linear operator permutes the columns of its
    weight.

    ```mlir
    %t = nn.transpose %x {perm = array<i64: 0, 2, 3, 1>} : tensor<?x8x2x2xf32> -> tensor<?x2x2x8xf32>
    %f = nn.reshape %t {shape = array<i64: -1, 32>} : tensor<?x2x2x8xf32> -> tensor<?x32xf32>
    %y = nn.linear %f, %w, %b : …
    ```
    becomes
    ```mlir
    %f = nn.reshape %x {shape = array<i64: -1, 32>} : tensor<?x8x2x2xf32> -> tensor<?x32xf32>
    %y = nn.linear %f, %permuted, %b : …
    ```
  }];
}

def InterpolationsToProducts : NnFunctionPass<"nn-interpolations-to-products"> {
  let summary = "linear and cubic resizing between layers becomes products with constant matrices";
  let description = [{
    Sums of gathers with weights, as resizing arrives, have no integer form; a linear operator along the resized axis has one. Only where linear operators come
    before and behind: what is resized at either end of a network stays in floating point, and so do models that arrive quantized.

    ```mlir
    %a = nn.gather %x, %i {axis = 3}
    %b = nn.binary mul %a, %v
    %c = nn.gather %x, %j {axis = 3}
    %d = nn.binary mul %c, %w
    %y = nn.binary add %b, %d : tensor<?x8x4x8xf32>, tensor<?x8x4x8xf32> -> tensor<?x8x4x8xf32>
    ```
    becomes
    ```mlir
    %y = nn.linear %x, %matrix, %zeros : tensor<?x8x4x4xf32>, tensor<8x4xf32>, tensor<8xf32> -> tensor<?x8x4x8xf32>
    ```
  }];
}

def MovesToGathers : NnFunctionPass<"nn-moves-to-gathers"> {
  let summary = "moves through shapes whose first dimension is no batch become selections of channels";
  let description = [{
    Models of one sample shuffle channels as if there were no batch. Processes take a sample after the other, so the shapes between have no hardware; what
    they come to has: a gather.

    ```mlir
    %a = nn.reshape %x {shape = array<i64: 2, 2, 6>} : tensor<1x4x2x3xf32> -> tensor<2x2x6xf32>
    %t = nn.transpose %a {perm = array<i64: 1, 0, 2>} : tensor<2x2x6xf32> -> tensor<2x2x6xf32>
    %y = nn.reshape %t {shape = array<i64: 1, 4, 2, 3>} : tensor<2x2x6xf32> -> tensor<1x4x2x3xf32>
    ```
    becomes
    ```mlir
    %y = nn.gather %x, %channels {axis = 1}   // 0, 2, 1, 3
    ```
  }];
}

def SpecializeShapes : NnFunctionPass<"nn-specialize-shapes"> {
  let summary = "give the dynamic batch dimension a size";
  let description = [{
    Sets dimension 0 of each argument, where it is dynamic, and infers all shapes again.

    ```mlir
    func.func @main(%x: tensor<?x4xf32>) -> tensor<?x2xf32>   // batch=1
    ```
    becomes
    ```mlir
    func.func @main(%x: tensor<1x4xf32>) -> tensor<1x2xf32>
    ```
  }];
  let options = [Option<"batch", "batch", "int64_t", "1", "size of the batch dimension, at least 1">];
}

def WidenFloats : NnFunctionPass<"nn-widen-floats"> {
  let summary = "compute in f32 what is f16 or bf16";
  let description = [{
    Quantization chooses scales of f32 values; a model in half floats is widened before. Arguments and results keep their types. Constants
    keep their values, results lose the rounding to a half after every operation. Functions with compressed weights stay as they are.

    ```mlir
    func.func @main(%x: tensor<?x2xf16>) -> tensor<?x2xf16> {
      %y = nn.unary relu %x : tensor<?x2xf16> -> tensor<?x2xf16>
    ```
    becomes
    ```mlir
    func.func @main(%x: tensor<?x2xf16>) -> tensor<?x2xf16> {
      %0 = nn.cast %x : tensor<?x2xf16> -> tensor<?x2xf32>
      %y = nn.unary relu %0 : tensor<?x2xf32> -> tensor<?x2xf32>
      %1 = nn.cast %y : tensor<?x2xf32> -> tensor<?x2xf16>
    ```
  }];
}

#endif // PASSES_TRANSFORMS_PASSES
