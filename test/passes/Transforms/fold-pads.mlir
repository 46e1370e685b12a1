// RUN: weft-opt %s --pass-pipeline='builtin.module(func.func(nn-fold-pads))' | FileCheck %s

// CHECK-LABEL: func.func @conv
// CHECK-NOT: nn.pad
// CHECK: nn.conv %arg0
// CHECK-SAME: pads_begin = array<i64: 1, 2>, pads_end = array<i64: 0, 1>
func.func @conv(%x: tensor<1x1x4x4xf32>, %w: tensor<1x1x3x3xf32>, %b: tensor<1xf32>) -> tensor<1x1x3x5xf32> {
  %p = nn.pad %x {low = array<i64: 0, 0, 1, 1>, high = array<i64: 0, 0, 0, 1>} : tensor<1x1x4x4xf32> -> tensor<1x1x5x6xf32>
  %y = nn.conv %p, %w, %b {strides = array<i64: 1, 1>, pads_begin = array<i64: 0, 1>, pads_end = array<i64: 0, 0>, dilations = array<i64: 1, 1>, groups = 1} : tensor<1x1x5x6xf32>, tensor<1x1x3x3xf32>, tensor<1xf32> -> tensor<1x1x3x5xf32>
  return %y : tensor<1x1x3x5xf32>
}

// Zeros are not the least value of a max pool's input, unless that has no negatives.
// CHECK-LABEL: func.func @max_pool
// CHECK: nn.pad
// CHECK: nn.pool max
// CHECK: %[[R:.*]] = nn.unary relu
// CHECK-NOT: nn.pad
// CHECK: nn.pool max %[[R]] {{.*}}pads_begin = array<i64: 1, 1>
func.func @max_pool(%x: tensor<1x1x4x4xf32>) -> (tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>) {
  %p = nn.pad %x {low = array<i64: 0, 0, 1, 1>, high = array<i64: 0, 0, 0, 0>} : tensor<1x1x4x4xf32> -> tensor<1x1x5x5xf32>
  %y = nn.pool max %p {kernel = array<i64: 3, 3>, strides = array<i64: 2, 2>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, dilations = array<i64: 1, 1>} : tensor<1x1x5x5xf32> -> tensor<1x1x2x2xf32>
  %r = nn.unary relu %x : tensor<1x1x4x4xf32> -> tensor<1x1x4x4xf32>
  %q = nn.pad %r {low = array<i64: 0, 0, 1, 1>, high = array<i64: 0, 0, 0, 0>} : tensor<1x1x4x4xf32> -> tensor<1x1x5x5xf32>
  %z = nn.pool max %q {kernel = array<i64: 3, 3>, strides = array<i64: 2, 2>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, dilations = array<i64: 1, 1>} : tensor<1x1x5x5xf32> -> tensor<1x1x2x2xf32>
  return %y, %z : tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>
}
