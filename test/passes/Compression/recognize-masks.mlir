// Masks that are in a weight already, each of the kind that stores least; values stay what they are, to the bit.
// RUN: weft-opt %s --codec-recognize --split-input-file 2>/dev/null | FileCheck %s
// RUN: weft-opt %s --codec-recognize --codec-materialize --split-input-file 2>/dev/null | FileCheck %s --check-prefix=SAME

// A dead row and two dead columns.
// CHECK-LABEL: func.func @rows
// CHECK: codec.block_mask {{.*}} : tensor<1x1x3xui1>, tensor<1x1x4xui1> -> tensor<3x4xui1>
// CHECK: codec.scatter %{{.*}} : tensor<4xf32>
// SAME: dense<{{\[\[}}1.000000e+00, 0.000000e+00, 2.000000e+00, 0.000000e+00], [0.000000e+00, 0.000000e+00, 0.000000e+00, 0.000000e+00], [3.000000e+00, 0.000000e+00, 4.000000e+00, 0.000000e+00]]>
func.func @rows(%x: tensor<?x4xf32>) -> tensor<?x3xf32> {
  %w = nn.constant dense<[[1.0, 0.0, 2.0, 0.0], [0.0, 0.0, 0.0, 0.0], [3.0, 0.0, 4.0, 0.0]]> : tensor<3x4xf32>
  %b = nn.constant dense<0.0> : tensor<3xf32>
  %y = nn.linear %x, %w, %b : tensor<?x4xf32>, tensor<3x4xf32>, tensor<3xf32> -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}

// -----
// One of every four, no regular fan-out.
// CHECK-LABEL: func.func @nm
// CHECK: codec.nm_mask %{{.*}} : tensor<3x2x1xui2> -> tensor<3x8xui1>
// SAME: dense<{{\[\[}}1.000000e+00, 0.000000e+00,
func.func @nm(%x: tensor<?x8xf32>) -> tensor<?x3xf32> {
  %w = nn.constant dense<[[1.0, 0.0, 0.0, 0.0, 0.0, 0.5, 0.0, 0.0], [2.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 7.0], [0.0, 0.0, 3.0, 0.0, 0.0, 4.0, 0.0, 0.0]]> : tensor<3x8xf32>
  %b = nn.constant dense<0.0> : tensor<3xf32>
  %y = nn.linear %x, %w, %b : tensor<?x8xf32>, tensor<3x8xf32>, tensor<3xf32> -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}

// -----
// Two of every four: not half of the weight with their indices, but a unit takes half of the multipliers.
// CHECK-LABEL: func.func @half
// CHECK: codec.nm_mask %{{.*}} : tensor<3x2x2xui2> -> tensor<3x8xui1>
// SAME: dense<{{\[\[}}1.000000e+00, 2.000000e+00, 0.000000e+00,
func.func @half(%x: tensor<?x8xf32>) -> tensor<?x3xf32> {
  %w = nn.constant dense<[[1.0, 2.0, 0.0, 0.0, 0.0, 0.0, 1.0, 3.0], [1.0, 0.0, 0.0, 2.0, 5.0, 0.0, 6.0, 0.0], [0.0, 7.0, 8.0, 0.0, 1.0, 0.0, 0.0, 9.0]]> : tensor<3x8xf32>
  %b = nn.constant dense<0.0> : tensor<3xf32>
  %y = nn.linear %x, %w, %b : tensor<?x8xf32>, tensor<3x8xf32>, tensor<3xf32> -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}

// -----
// Position 0 with 3 and 1 with 2, which is two memories that begin in rows 0 and 1.
// CHECK-LABEL: func.func @clash_free
// CHECK: codec.interleave %{{.*}} {fan_out = 1 : i64, type = 3 : i64} : tensor<1x2xui1> -> tensor<2x4xui1>
// SAME: dense<{{\[\[}}1.000000e+00, 0.000000e+00, 0.000000e+00, 2.000000e+00], [0.000000e+00, 3.000000e+00, 5.000000e+00, 0.000000e+00]]>
func.func @clash_free(%x: tensor<?x4xf32>) -> tensor<?x2xf32> {
  %w = nn.constant dense<[[1.0, 0.0, 0.0, 2.0], [0.0, 3.0, 5.0, 0.0]]> : tensor<2x4xf32>
  %b = nn.constant dense<0.0> : tensor<2xf32>
  %y = nn.linear %x, %w, %b : tensor<?x4xf32>, tensor<2x4xf32>, tensor<2xf32> -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

// -----
// Anything else is a bit per weight; no zeros, no mask; a negative zero is no zero.
// CHECK-LABEL: func.func @bits
// CHECK: nn.constant dense<{{.*}}> : tensor<2x20xui1>
// CHECK: codec.scatter
// CHECK-NOT: codec.scatter
func.func @bits(%x: tensor<?x20xf32>, %s: tensor<?x2xf32>) -> (tensor<?x2xf32>, tensor<?x1xf32>, tensor<?x1xf32>) {
  %w = nn.constant dense<[[0.0, 1.0, 0.0, 0.0, 5.0, 9.0, 0.0, 0.0, 0.0, 0.0, 0.0, 8.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0], [3.0, 0.0, 0.0, 0.0, 0.0, 0.0, 6.0, 7.0, 0.0, 0.0, 0.0, 0.0, 4.0, 0.0, 0.0, -0.0, 0.0, 0.0, 0.0, 0.0]]> : tensor<2x20xf32>
  %b = nn.constant dense<0.0> : tensor<2xf32>
  %y = nn.linear %x, %w, %b : tensor<?x20xf32>, tensor<2x20xf32>, tensor<2xf32> -> tensor<?x2xf32>
  %v = nn.constant dense<[[-0.0, 1.0]]> : tensor<1x2xf32>
  %c = nn.constant dense<0.0> : tensor<1xf32>
  %z = nn.linear %s, %v, %c : tensor<?x2xf32>, tensor<1x2xf32>, tensor<1xf32> -> tensor<?x1xf32>
  %u = nn.constant dense<[[0.25, 1.0]]> : tensor<1x2xf32>
  %t = nn.linear %s, %u, %c : tensor<?x2xf32>, tensor<1x2xf32>, tensor<1xf32> -> tensor<?x1xf32>
  return %y, %z, %t : tensor<?x2xf32>, tensor<?x1xf32>, tensor<?x1xf32>
}
