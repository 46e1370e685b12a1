// RUN: weft-opt %s --pass-pipeline='builtin.module(func.func(nn-fold-constants))' | FileCheck %s

// CHECK-LABEL: func.func @fold
// CHECK-NEXT: %[[C:.*]] = nn.constant dense<{{\[\[}}1.000000e+00], [2.000000e+00]]> : tensor<2x1xf32>
// CHECK-NEXT: return %[[C]]
func.func @fold() -> tensor<2x1xf32> {
  %w = nn.constant dense<[[1.0, 2.0]]> : tensor<1x2xf32>
  %t = nn.transpose %w {perm = array<i64: 1, 0>} : tensor<1x2xf32> -> tensor<2x1xf32>
  return %t : tensor<2x1xf32>
}

// A weight that is an expression stays one.
// CHECK-LABEL: func.func @expression
// CHECK: nn.dequantize
func.func @expression() -> tensor<2xf32> {
  %q = nn.constant dense<[1, 2]> : tensor<2xi8>
  %s = nn.constant dense<0.5> : tensor<f32>
  %z = nn.constant dense<0> : tensor<i8>
  %w = nn.dequantize %q, %s, %z : tensor<2xi8>, tensor<f32>, tensor<i8> -> tensor<2xf32>
  return %w : tensor<2xf32>
}
