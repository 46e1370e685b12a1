//===- Passes.td - layers as truth tables ---------------------------------*- tablegen -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===----------------------------------------------------------------------------===//
#ifndef PASSES_LUT_PASSES
#define PASSES_LUT_PASSES

include "mlir/Pass/PassBase.td"

def MapLayers : Pass<"lut-map-layers", "::mlir::ModuleOp"> {
  let summary = "replace integer layers that the recipe marked by netlists of truth tables";
  let description = [{
    A linear layer marked `lut.map`, together with the requantize, threshold and table operations after it, becomes a `lut.network`;
    marked layers that follow each other become one. Inputs of weight zero do not count, nor do bits that the range of the input keeps
    constant. A neuron of at most `bits` input bits is enumerated and decomposed into tables; a larger one becomes a tree of counters and
    comparisons if its products have at most `products` bits. Codes outside of the range of the input are don't cares. ABC, where it is
    installed, minimizes the whole network; `tool` none does without, abc fails without.

    Every neuron is proved equal to its arithmetic, by enumeration or by the certificate of its sum, and ABC's network equal to
    what it started from; `lut.proof` says how. A layer that cannot be mapped stays as it is, with a remark, or is an error if the
    recipe names it. So does, unless it is named, one of weights of several bits and more than 256 product bits: multipliers cost less.

    ```mlir
    %a = nn.linear %x, %w, %b {lut.map = {inputs = 6, bits = 12, products = 1024}} : tensor<?x2xui2>, tensor<1x2xi3>, tensor<1xi6> -> tensor<?x1xi6>
    %y = nn.threshold %a, %t {lo = 0} : tensor<?x1xi6>, tensor<1x1xi6> -> tensor<?x1xui1>
    ```
    becomes
    ```mlir
    %y = lut.network %x {arities = array<i32: 4>, fan_ins = array<i32: 0, 1, 2, 3>, tables = array<i64: 36040>, outputs = array<i32: 4>,
      lut.proof = ["fc: enumerated, 16 combinations"]} : tensor<?x2xui2> -> tensor<?x1xui1>
    ```
  }];
  let dependentDialects = ["::weft::lut::LutDialect", "::weft::nn::NnDialect"];
}

#endif // PASSES_LUT_PASSES
