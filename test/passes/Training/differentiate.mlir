// RUN: weft-opt %s --pass-pipeline='builtin.module(func.func(nn-differentiate))' --split-input-file --verify-diagnostics | FileCheck %s

// CHECK-LABEL: func.func @tanh
// CHECK-SAME: (%[[X:.*]]: tensor<2x3xf32>, %[[G:.*]]: tensor<2x3xf32>) -> (tensor<2x3xf32>, tensor<2x3xf32>)
// CHECK: %[[Y:.*]] = nn.unary tanh %[[X]]
// CHECK: %[[S:.*]] = nn.binary mul %[[Y]], %[[Y]]
// CHECK: %[[D:.*]] = nn.binary sub %{{.*}}, %[[S]]
// CHECK: %[[DX:.*]] = nn.binary mul %[[G]], %[[D]]
// CHECK: return %[[Y]], %[[DX]]
func.func @tanh(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %y = nn.unary tanh %x : tensor<2x3xf32> -> tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}

// -----

// Only what is asked for: the weight is a constant here.
// CHECK-LABEL: func.func @linear
// CHECK: nn.linear
// CHECK: %[[DX:.*]] = nn.matmul %{{.*}}, %{{.*}} : tensor<4x3xf32>, tensor<3x2xf32> -> tensor<4x2xf32>
// CHECK-NOT: nn.matmul
// CHECK: return %{{.*}}, %[[DX]]
func.func @linear(%x: tensor<4x2xf32>) -> tensor<4x3xf32> {
  %w = nn.constant dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]> : tensor<3x2xf32>
  %b = nn.constant dense<0.0> : tensor<3xf32>
  %y = nn.linear %x, %w, %b : tensor<4x2xf32>, tensor<3x2xf32>, tensor<3xf32> -> tensor<4x3xf32>
  return %y : tensor<4x3xf32>
}

// -----

// expected-error @+1 {{has open dimensions, expected static shapes; nn-specialize-shapes gives them}}
func.func @open(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %y = nn.unary tanh %x : tensor<?x3xf32> -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}

// -----

// expected-error @+1 {{has 2 results, expected one to differentiate}}
func.func @two(%x: tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>) {
  return %x, %x : tensor<3xf32>, tensor<3xf32>
}

// -----

func.func @gather(%x: tensor<3x2xf32>, %i: tensor<2xi64>) -> tensor<2x2xf32> {
  // expected-error @+1 {{layer 'nn.gather' has no gradient: training through it is not supported}}
  %y = nn.gather %x, %i {axis = 0 : i64} : tensor<3x2xf32>, tensor<2xi64> -> tensor<2x2xf32>
  return %y : tensor<2x2xf32>
}

// -----

func.func @prod(%x: tensor<3x2xf32>) -> tensor<3xf32> {
  // expected-error @+1 {{layer 'nn.reduce' of kind prod has no gradient}}
  %y = nn.reduce prod %x {axes = array<i64: 1>, keepdims = false} : tensor<3x2xf32> -> tensor<3xf32>
  return %y : tensor<3xf32>
}

// -----

func.func @strided(%x: tensor<4xf32>) -> tensor<2xf32> {
  // expected-error @+1 {{layer 'nn.slice' has a step of 2, which has no gradient}}
  %y = nn.slice %x {starts = array<i64: 0>, sizes = array<i64: 2>, steps = array<i64: 2>} : tensor<4xf32> -> tensor<2xf32>
  return %y : tensor<2xf32>
}

// -----

func.func @reflected(%x: tensor<4xf32>) -> tensor<6xf32> {
  // expected-error @+1 {{layer 'nn.pad' pads with mode reflect, which has no gradient}}
  %y = nn.pad %x {low = array<i64: 1>, high = array<i64: 1>, mode = 1 : i32} : tensor<4xf32> -> tensor<6xf32>
  return %y : tensor<6xf32>
}
