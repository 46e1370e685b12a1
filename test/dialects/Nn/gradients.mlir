// RUN: weft-opt %s --pass-pipeline='builtin.module(func.func(nn-specialize-shapes{batch=2}))' --split-input-file --verify-diagnostics | FileCheck %s

// CHECK-LABEL: func.func @max_pool
// CHECK: nn.max_pool_gradient %{{.*}}, %{{.*}} : tensor<2x3x4x6xf32>, tensor<2x3x2x3xf32> -> tensor<2x3x4x6xf32>
func.func @max_pool(%x: tensor<?x3x4x6xf32>, %g: tensor<?x3x2x3xf32>) -> tensor<?x3x4x6xf32> {
  %y = nn.max_pool_gradient %x, %g {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, dilations = array<i64: 1, 1>} : tensor<?x3x4x6xf32>, tensor<?x3x2x3xf32> -> tensor<?x3x4x6xf32>
  return %y : tensor<?x3x4x6xf32>
}

// -----

func.func @windows(%x: tensor<?x3x4x6xf32>, %g: tensor<?x3x2x2xf32>) -> tensor<?x3x4x6xf32> {
  // expected-error @+1 {{expected a gradient of 6 windows, found 4}}
  %y = nn.max_pool_gradient %x, %g {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, dilations = array<i64: 1, 1>} : tensor<?x3x4x6xf32>, tensor<?x3x2x2xf32> -> tensor<?x3x4x6xf32>
  return %y : tensor<?x3x4x6xf32>
}

// -----

func.func @channels(%x: tensor<?x3x4x6xf32>, %g: tensor<?x2x2x3xf32>) -> tensor<?x3x4x6xf32> {
  // expected-error @+1 {{expected an input [N, C, spatial...] and a gradient [N, C, windows...]}}
  %y = nn.max_pool_gradient %x, %g {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, dilations = array<i64: 1, 1>} : tensor<?x3x4x6xf32>, tensor<?x2x2x3xf32> -> tensor<?x3x4x6xf32>
  return %y : tensor<?x3x4x6xf32>
}

// -----

func.func @room(%x: tensor<?x3x4x6xf32>) -> tensor<?x15x12xf32> {
  // expected-error @+1 {{has a window that does not fit dimension 0 of 4 elements}}
  %y = nn.patches %x {kernel = array<i64: 5, 1>, strides = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, dilations = array<i64: 1, 1>} : tensor<?x3x4x6xf32> -> tensor<?x15x12xf32>
  return %y : tensor<?x15x12xf32>
}

// -----

func.func @rows(%x: tensor<?x3x4xf32>, %y: tensor<?x2x5xf32>) -> tensor<3x2xf32> {
  // expected-error @+1 {{expected operands [N, O, P] and [N, C, P]}}
  %z = nn.row_products %x, %y : tensor<?x3x4xf32>, tensor<?x2x5xf32> -> tensor<3x2xf32>
  return %z : tensor<3x2xf32>
}
