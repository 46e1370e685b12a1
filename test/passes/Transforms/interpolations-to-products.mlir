// Resizing between layers is a product with a matrix along the axis; at either end of a network it stays.
// RUN: weft-opt %s --pass-pipeline='builtin.module(func.func(nn-interpolations-to-products))' | FileCheck %s

// Rows: three outputs of two inputs; the one in the middle is the mean.
// CHECK-LABEL: func.func @between
// CHECK: %[[A:.*]] = nn.conv %arg0
// CHECK: %[[T:.*]] = nn.transpose %[[A]] {perm = array<i64: 0, 1, 3, 2>} : tensor<?x1x2x4xf32> -> tensor<?x1x4x2xf32>
// CHECK: %[[W:.*]] = nn.constant dense<{{\[\[}}1.000000e+00, 0.000000e+00], [5.000000e-01, 5.000000e-01], [0.000000e+00, 1.000000e+00]]> : tensor<3x2xf32>
// CHECK: %[[P:.*]] = nn.linear %[[T]], %[[W]], %{{.*}} {nn.name = "up"} : tensor<?x1x4x2xf32>, tensor<3x2xf32>, tensor<3xf32> -> tensor<?x1x4x3xf32>
// CHECK: %[[Y:.*]] = nn.transpose %[[P]] {nn.name = "up", perm = array<i64: 0, 1, 3, 2>} : tensor<?x1x4x3xf32> -> tensor<?x1x3x4xf32>
// CHECK-NOT: nn.gather
// CHECK: nn.conv %[[Y]]
func.func @between(%x: tensor<?x1x2x4xf32>) -> tensor<?x1x3x4xf32> {
  %w = nn.constant dense<1.0> : tensor<1x1x1x1xf32>
  %b = nn.constant dense<0.0> : tensor<1xf32>
  %a = nn.conv %x, %w, %b {strides = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, dilations = array<i64: 1, 1>, groups = 1} : tensor<?x1x2x4xf32>, tensor<1x1x1x1xf32>, tensor<1xf32> -> tensor<?x1x2x4xf32>
  %i = nn.constant dense<[0, 0, 1]> : tensor<3xi64>
  %j = nn.constant dense<[0, 1, -1]> : tensor<3xi64>
  %v = nn.constant dense<[[1.0], [0.5], [0.25]]> : tensor<3x1xf32>
  %u = nn.constant dense<[[0.0], [0.5], [0.75]]> : tensor<3x1xf32>
  %c = nn.gather %a, %i {axis = 2 : i64} : tensor<?x1x2x4xf32>, tensor<3xi64> -> tensor<?x1x3x4xf32>
  %d = nn.binary mul %c, %v : tensor<?x1x3x4xf32>, tensor<3x1xf32> -> tensor<?x1x3x4xf32>
  %e = nn.gather %a, %j {axis = 2 : i64} : tensor<?x1x2x4xf32>, tensor<3xi64> -> tensor<?x1x3x4xf32>
  %f = nn.binary mul %e, %u : tensor<?x1x3x4xf32>, tensor<3x1xf32> -> tensor<?x1x3x4xf32>
  %s = nn.binary add %d, %f {nn.name = "up"} : tensor<?x1x3x4xf32>, tensor<?x1x3x4xf32> -> tensor<?x1x3x4xf32>
  %y = nn.conv %s, %w, %b {strides = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, dilations = array<i64: 1, 1>, groups = 1} : tensor<?x1x3x4xf32>, tensor<1x1x1x1xf32>, tensor<1xf32> -> tensor<?x1x3x4xf32>
  return %y : tensor<?x1x3x4xf32>
}

// One term is the value itself, the other weighs all the same; nothing comes behind.
// CHECK-LABEL: func.func @end
// CHECK: nn.gather
// CHECK: nn.binary add
func.func @end(%x: tensor<?x1x4xf32>) -> tensor<?x1x4xf32> {
  %w = nn.constant dense<1.0> : tensor<1x1x1xf32>
  %b = nn.constant dense<0.0> : tensor<1xf32>
  %a = nn.conv %x, %w, %b {strides = array<i64: 1>, pads_begin = array<i64: 0>, pads_end = array<i64: 0>, dilations = array<i64: 1>, groups = 1} : tensor<?x1x4xf32>, tensor<1x1x1xf32>, tensor<1xf32> -> tensor<?x1x4xf32>
  %i = nn.constant dense<[1, 2, 3, 3]> : tensor<4xi64>
  %h = nn.constant dense<0.5> : tensor<1xf32>
  %c = nn.gather %a, %i {axis = 2 : i64} : tensor<?x1x4xf32>, tensor<4xi64> -> tensor<?x1x4xf32>
  %d = nn.binary mul %c, %h : tensor<?x1x4xf32>, tensor<1xf32> -> tensor<?x1x4xf32>
  %s = nn.binary add %a, %d : tensor<?x1x4xf32>, tensor<?x1x4xf32> -> tensor<?x1x4xf32>
  return %s : tensor<?x1x4xf32>
}

// The same between two layers; and a sum of two different values, which stays.
// CHECK-LABEL: func.func @both
// CHECK: %[[W:.*]] = nn.constant dense<{{\[\[}}1.000000e+00, 5.000000e-01, 0.000000e+00], [0.000000e+00, 1.000000e+00, 5.000000e-01], [0.000000e+00, 0.000000e+00, 1.500000e+00]]> : tensor<3x3xf32>
// CHECK: nn.linear %{{.*}}, %[[W]]
// CHECK: nn.gather
// CHECK: nn.binary add
func.func @both(%x: tensor<?x1x3xf32>) -> tensor<?x1x3xf32> {
  %w = nn.constant dense<1.0> : tensor<1x1x1xf32>
  %b = nn.constant dense<0.0> : tensor<1xf32>
  %a = nn.conv %x, %w, %b {strides = array<i64: 1>, pads_begin = array<i64: 0>, pads_end = array<i64: 0>, dilations = array<i64: 1>, groups = 1} : tensor<?x1x3xf32>, tensor<1x1x1xf32>, tensor<1xf32> -> tensor<?x1x3xf32>
  %i = nn.constant dense<[1, 2, 2]> : tensor<3xi64>
  %h = nn.constant dense<0.5> : tensor<1xf32>
  %c = nn.gather %a, %i {axis = 2 : i64} : tensor<?x1x3xf32>, tensor<3xi64> -> tensor<?x1x3xf32>
  %d = nn.binary mul %c, %h : tensor<?x1x3xf32>, tensor<1xf32> -> tensor<?x1x3xf32>
  %s = nn.binary add %a, %d : tensor<?x1x3xf32>, tensor<?x1x3xf32> -> tensor<?x1x3xf32>
  %r = nn.unary relu %s : tensor<?x1x3xf32> -> tensor<?x1x3xf32>
  %g = nn.gather %r, %i {axis = 2 : i64} : tensor<?x1x3xf32>, tensor<3xi64> -> tensor<?x1x3xf32>
  %t = nn.binary add %s, %g : tensor<?x1x3xf32>, tensor<?x1x3xf32> -> tensor<?x1x3xf32>
  %y = nn.conv %t, %w, %b {strides = array<i64: 1>, pads_begin = array<i64: 0>, pads_end = array<i64: 0>, dilations = array<i64: 1>, groups = 1} : tensor<?x1x3xf32>, tensor<1x1x1xf32>, tensor<1xf32> -> tensor<?x1x3xf32>
  return %y : tensor<?x1x3xf32>
}
