// RUN: weft-opt %s --codec-recognize 2>/dev/null | FileCheck %s
// RUN: weft-opt %s --codec-recognize --codec-materialize 2>/dev/null | FileCheck %s --check-prefix=SAME

// Sixteen floats of two values; eight integers of two values behind a dequantize; too few weights to save anything.
// CHECK-LABEL: func.func @main
// CHECK: codec.lookup {{.*}} : tensor<2x8xui1>, tensor<1x2xf32> -> tensor<2x8xf32>
// CHECK: %[[L:.*]] = codec.lookup {{.*}} : tensor<4x2x2xui1>, tensor<1x2xi8> -> tensor<4x2x2xi8>
// CHECK: nn.dequantize %[[L]]
// CHECK-NOT: codec.lookup
// SAME: nn.constant dense<{{\[\[}}1.000000e-01, 2.000000e-01, 1.000000e-01
func.func @main(%x: tensor<?x8xf32>, %i: tensor<?x2x4xf32>) -> (tensor<?x2xf32>, tensor<?x4x3xf32>) {
  %w = nn.constant dense<[[0.1, 0.2, 0.1, 0.2, 0.1, 0.2, 0.1, 0.2], [0.2, 0.1, 0.2, 0.1, 0.2, 0.1, 0.2, 0.2]]> : tensor<2x8xf32>
  %b = nn.constant dense<0.0> : tensor<2xf32>
  %y = nn.linear %x, %w, %b : tensor<?x8xf32>, tensor<2x8xf32>, tensor<2xf32> -> tensor<?x2xf32>
  %q = nn.constant dense<[[[-1, 1], [1, 1]], [[-1, 1], [1, 1]], [[-1, 1], [1, 1]], [[-1, 1], [1, 1]]]> : tensor<4x2x2xi8>
  %s = nn.constant dense<0.5> : tensor<f32>
  %z = nn.constant dense<0> : tensor<i8>
  %d = nn.dequantize %q, %s, %z : tensor<4x2x2xi8>, tensor<f32>, tensor<i8> -> tensor<4x2x2xf32>
  %c = nn.constant dense<0.0> : tensor<4xf32>
  %v = nn.conv %i, %d, %c {strides = array<i64: 1>, pads_begin = array<i64: 0>, pads_end = array<i64: 0>, dilations = array<i64: 1>, groups = 1} : tensor<?x2x4xf32>, tensor<4x2x2xf32>, tensor<4xf32> -> tensor<?x4x3xf32>
  %small = nn.constant dense<[[1.0, 2.0]]> : tensor<1x2xf32>
  %e = nn.constant dense<0.0> : tensor<1xf32>
  %u = nn.linear %y, %small, %e : tensor<?x2xf32>, tensor<1x2xf32>, tensor<1xf32> -> tensor<?x1xf32>
  return %y, %v : tensor<?x2xf32>, tensor<?x4x3xf32>
}

// Blocks of two; blocks of four whose vectors have two values.
// CHECK-LABEL: func.func @blocks
// CHECK: nn.constant dense<{{\[\[\[}}1.500000e+00, 2.500000e+00], [3.500000e+00, 4.500000e+00]]]> : tensor<1x2x2xf32>
// CHECK: codec.circulant %{{.*}} : tensor<1x2x2xf32> -> tensor<2x4xf32>
// CHECK: %[[V:.*]] = codec.lookup {{.*}} : tensor<1x4x4xui1>, tensor<1x2xi8> -> tensor<1x4x4xi8>
// CHECK: %[[C:.*]] = codec.circulant %[[V]] : tensor<1x4x4xi8> -> tensor<4x16xi8>
// CHECK: nn.dequantize %[[C]]
func.func @blocks(%x: tensor<?x4xf32>, %i: tensor<?x16xf32>) -> (tensor<?x2xf32>, tensor<?x4xf32>) {
  %w = nn.constant dense<[[1.5, 2.5, 3.5, 4.5], [2.5, 1.5, 4.5, 3.5]]> : tensor<2x4xf32>
  %b = nn.constant dense<0.0> : tensor<2xf32>
  %y = nn.linear %x, %w, %b : tensor<?x4xf32>, tensor<2x4xf32>, tensor<2xf32> -> tensor<?x2xf32>
  %q = nn.constant dense<[[5, 5, 9, 9, 5, 9, 9, 9, 9, 5, 5, 5, 5, 9, 5, 9], [9, 5, 5, 9, 9, 5, 9, 9, 5, 9, 5, 5, 9, 5, 9, 5], [9, 9, 5, 5, 9, 9, 5, 9, 5, 5, 9, 5, 5, 9, 5, 9], [5, 9, 9, 5, 9, 9, 9, 5, 5, 5, 5, 9, 9, 5, 9, 5]]> : tensor<4x16xi8>
  %s = nn.constant dense<0.5> : tensor<f32>
  %z = nn.constant dense<0> : tensor<i8>
  %d = nn.dequantize %q, %s, %z : tensor<4x16xi8>, tensor<f32>, tensor<i8> -> tensor<4x16xf32>
  %c = nn.constant dense<0.0> : tensor<4xf32>
  %v = nn.linear %i, %d, %c : tensor<?x16xf32>, tensor<4x16xf32>, tensor<4xf32> -> tensor<?x4xf32>
  return %y, %v : tensor<?x2xf32>, tensor<?x4xf32>
}
