// A bias for each position is added to the sums, before the clamp and the rounding (A3b), and belongs to the core.
// RUN: weft-opt %s --pass-pipeline='builtin.module(func.func(nn-quantize,nn-integerize))' --split-input-file --verify-diagnostics | FileCheck %s
// RUN: weft-opt %s --pass-pipeline='builtin.module(func.func(nn-quantize,nn-integerize),nn-partition)' --split-input-file | FileCheck %s --check-prefix=CORE

// CHECK-LABEL: func.func @main
// CORE: func.func @core
// CHECK: %[[A:.*]] = nn.linear {{.*}} tensor<2xi[[W:[0-9]+]]> -> tensor<?x2x2xi[[W]]>
// CHECK: %[[B:.*]] = nn.constant dense<{{\[\[}}0, 10000], [20000, 0]]> : tensor<2x2xi[[W]]>
// CHECK: %[[S:.*]] = nn.binary add %[[A]], %[[B]] {nn.name = "fc.bias"} : tensor<?x2x2xi[[W]]>, tensor<2x2xi[[W]]> -> tensor<?x2x2xi[[W]]>
// CHECK: nn.requantize %[[S]]
// CORE: nn.binary add
func.func @main(%x: tensor<?x2x3xf32> {nn.range = array<f64: 0.0, 2.55>}) -> tensor<?x2x2xf32> {
  %w = nn.constant dense<[[1.27, -0.64, 0.0], [0.5, 0.25, 1.0]]> : tensor<2x3xf32>
  %b = nn.constant dense<0.0> : tensor<2xf32>
  %a = nn.linear %x, %w, %b {nn.name = "fc", nn.range = array<f64: -1.0, 3.0>} : tensor<?x2x3xf32>, tensor<2x3xf32>, tensor<2xf32> -> tensor<?x2x2xf32>
  %c = nn.constant dense<[[0.0, 1.0], [2.0, 0.0]]> : tensor<2x2xf32>
  %s = nn.binary add %a, %c {nn.name = "fc.bias", nn.range = array<f64: -1.0, 5.0>} : tensor<?x2x2xf32>, tensor<2x2xf32> -> tensor<?x2x2xf32>
  %r = nn.unary relu %s {nn.name = "relu", nn.range = array<f64: 0.0, 5.0>} : tensor<?x2x2xf32> -> tensor<?x2x2xf32>
  return %r : tensor<?x2x2xf32>
}
