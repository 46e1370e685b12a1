// RUN: weft-opt %s --pass-pipeline='builtin.module(func.func(nn-fold-transposes))' | FileCheck %s

// x[c, w] is element 2c + w before, w·3 + c after: columns 0 1 2 3 4 5 become 0 2 4 1 3 5 … read the other way round.
// CHECK-LABEL: func.func @absorb
// CHECK: %[[R:.*]] = nn.unary relu %arg0
// CHECK: %[[F:.*]] = nn.reshape %[[R]]
// CHECK: %[[W:.*]] = nn.constant dense<{{\[\[}}0.000000e+00, 3.000000e+00, 1.000000e+00, 4.000000e+00, 2.000000e+00, 5.000000e+00]]>
// CHECK: nn.linear %[[F]], %[[W]]
func.func @absorb(%x: tensor<?x3x2xf32>) -> tensor<?x1xf32> {
  %w = nn.constant dense<[[0.0, 1.0, 2.0, 3.0, 4.0, 5.0]]> : tensor<1x6xf32>
  %b = nn.constant dense<0.0> : tensor<1xf32>
  %t = nn.transpose %x {perm = array<i64: 0, 2, 1>} : tensor<?x3x2xf32> -> tensor<?x2x3xf32>
  %r = nn.unary relu %t : tensor<?x2x3xf32> -> tensor<?x2x3xf32>
  %f = nn.reshape %r {shape = array<i64: -1, 6>} : tensor<?x2x3xf32> -> tensor<?x6xf32>
  %y = nn.linear %f, %w, %b : tensor<?x6xf32>, tensor<1x6xf32>, tensor<1xf32> -> tensor<?x1xf32>
  return %y : tensor<?x1xf32>
}

// What is behind the dimensions that trade places is merged before they do.
// CHECK-LABEL: func.func @merge
// CHECK-NEXT: %[[R:.*]] = nn.reshape %arg0 {{.*}}shape = array<i64: -2, -3, 8>} : tensor<?x6x2x4xf32> -> tensor<?x6x8xf32>
// CHECK-NEXT: %[[T:.*]] = nn.transpose %[[R]] {{.*}}perm = array<i64: 1, 0, 2>
// CHECK-NEXT: nn.transpose %[[T]] {{.*}}perm = array<i64: 1, 0, 2>
func.func @merge(%x: tensor<?x6x2x4xf32>) -> tensor<?x6x8xf32> {
  %t = nn.transpose %x {perm = array<i64: 1, 0, 2, 3>} : tensor<?x6x2x4xf32> -> tensor<6x?x2x4xf32>
  %r = nn.reshape %t {shape = array<i64: 6, -1, 8>} : tensor<6x?x2x4xf32> -> tensor<6x?x8xf32>
  %y = nn.transpose %r {perm = array<i64: 1, 0, 2>} : tensor<6x?x8xf32> -> tensor<?x6x8xf32>
  return %y : tensor<?x6x8xf32>
}

// Two dynamic dimensions may not be the same two.
// CHECK-LABEL: func.func @unknown
// CHECK: nn.transpose
// CHECK: nn.reshape
func.func @unknown(%x: tensor<?x?x2x4xf32>) -> tensor<?x?x8xf32> {
  %t = nn.transpose %x {perm = array<i64: 1, 0, 2, 3>} : tensor<?x?x2x4xf32> -> tensor<?x?x2x4xf32>
  %r = nn.reshape %t {shape = array<i64: -1, -2, 8>} : tensor<?x?x2x4xf32> -> tensor<?x?x8xf32>
  return %r : tensor<?x?x8xf32>
}

// CHECK-LABEL: func.func @concat
// CHECK: nn.concat %arg0, %arg1 {axis = 1 : i64}
// CHECK: nn.transpose
func.func @concat(%x: tensor<?x3x2xf32>, %y: tensor<?x4x2xf32>) -> tensor<?x2x7xf32> {
  %a = nn.transpose %x {perm = array<i64: 0, 2, 1>} : tensor<?x3x2xf32> -> tensor<?x2x3xf32>
  %b = nn.transpose %y {perm = array<i64: 0, 2, 1>} : tensor<?x4x2xf32> -> tensor<?x2x4xf32>
  %c = nn.concat %a, %b {axis = 2} : tensor<?x2x3xf32>, tensor<?x2x4xf32> -> tensor<?x2x7xf32>
  return %c : tensor<?x2x7xf32>
}
