// Channel shuffles through shapes whose first dimension is no batch are selections of channels; where pixels move they stay.
// RUN: weft-opt %s --pass-pipeline='builtin.module(func.func(nn-moves-to-gathers))' | FileCheck %s

// Every second channel, from 0 and from 1.
// CHECK-LABEL: func.func @halves
// CHECK-DAG: %[[E:.*]] = nn.constant dense<[0, 2]> : tensor<2xi64>
// CHECK-DAG: %[[A:.*]] = nn.gather %arg0, %[[E]] {axis = 1 : i64, nn.name = "even"} : tensor<1x4x2x3xf32>, tensor<2xi64> -> tensor<1x2x2x3xf32>
// CHECK-DAG: %[[O:.*]] = nn.constant dense<[1, 3]> : tensor<2xi64>
// CHECK-DAG: %[[B:.*]] = nn.gather %arg0, %[[O]]
// CHECK-NOT: nn.transpose
// CHECK: return %[[A]], %[[B]]
func.func @halves(%x: tensor<1x4x2x3xf32>) -> (tensor<1x2x2x3xf32>, tensor<1x2x2x3xf32>) {
  %a = nn.reshape %x {shape = array<i64: 2, 2, 6>} : tensor<1x4x2x3xf32> -> tensor<2x2x6xf32>
  %t = nn.transpose %a {perm = array<i64: 1, 0, 2>} : tensor<2x2x6xf32> -> tensor<2x2x6xf32>
  %b = nn.reshape %t {shape = array<i64: 2, 1, 2, 2, 3>} : tensor<2x2x6xf32> -> tensor<2x1x2x2x3xf32>
  %c = nn.slice %b {starts = array<i64: 0, 0, 0, 0, 0>, sizes = array<i64: 1, 1, 2, 2, 3>, steps = array<i64: 1, 1, 1, 1, 1>} : tensor<2x1x2x2x3xf32> -> tensor<1x1x2x2x3xf32>
  %d = nn.reshape %c {nn.name = "even", shape = array<i64: 1, 2, 2, 3>} : tensor<1x1x2x2x3xf32> -> tensor<1x2x2x3xf32>
  %e = nn.slice %b {starts = array<i64: 1, 0, 0, 0, 0>, sizes = array<i64: 1, 1, 2, 2, 3>, steps = array<i64: 1, 1, 1, 1, 1>} : tensor<2x1x2x2x3xf32> -> tensor<1x1x2x2x3xf32>
  %f = nn.reshape %e {nn.name = "odd", shape = array<i64: 1, 2, 2, 3>} : tensor<1x1x2x2x3xf32> -> tensor<1x2x2x3xf32>
  return %d, %f : tensor<1x2x2x3xf32>, tensor<1x2x2x3xf32>
}

// CHECK-LABEL: func.func @pixels
// CHECK: nn.transpose
// CHECK-NOT: nn.gather
func.func @pixels(%x: tensor<1x2x3xf32>) -> tensor<1x2x3xf32> {
  %a = nn.reshape %x {shape = array<i64: 2, 3>} : tensor<1x2x3xf32> -> tensor<2x3xf32>
  %t = nn.transpose %a {perm = array<i64: 1, 0>} : tensor<2x3xf32> -> tensor<3x2xf32>
  %b = nn.reshape %t {shape = array<i64: 1, 2, 3>} : tensor<3x2xf32> -> tensor<1x2x3xf32>
  return %b : tensor<1x2x3xf32>
}
