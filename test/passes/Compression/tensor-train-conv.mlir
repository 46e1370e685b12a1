// RUN: weft-opt %s --codec-tensor-train-weights='rank=1' --codec-expand-factors | FileCheck %s
// RUN: not weft-opt %s --codec-tensor-train-weights='shapes=2x4:2x4' 2>&1 | FileCheck %s --check-prefix=SHAPES
// SHAPES: layer 'conv1' is a convolution, which has no shapes for tensor-train: its kernel becomes Tucker-2
// CHECK: nn.conv {{.*}}"conv1.input"{{.*}} pads_begin = array<i64: 0, 0>{{.*}} : tensor<?x8x5x5xf32>, tensor<1x8x1x1xf32>, tensor<1xf32> -> tensor<?x1x5x5xf32>
// CHECK: nn.conv {{.*}}"conv1.core"{{.*}} pads_begin = array<i64: 1, 1>{{.*}} : tensor<?x1x5x5xf32>, tensor<1x1x3x3xf32>, tensor<1xf32> -> tensor<?x1x5x5xf32>
// CHECK: nn.conv {{.*}}"conv1"{{.*}} : tensor<?x1x5x5xf32>, tensor<8x1x1x1xf32>, tensor<8xf32> -> tensor<?x8x5x5xf32>
func.func @main(%x: tensor<?x8x5x5xf32>) -> tensor<?x8x5x5xf32> {
  %w = nn.constant dense<1.0> : tensor<8x8x3x3xf32>
  %b = nn.constant dense<0.5> : tensor<8xf32>
  %y = nn.conv %x, %w, %b {strides = array<i64: 1, 1>, pads_begin = array<i64: 1, 1>, pads_end = array<i64: 1, 1>, dilations = array<i64: 1, 1>, groups = 1 : i64, nn.name = "conv1"}
     : tensor<?x8x5x5xf32>, tensor<8x8x3x3xf32>, tensor<8xf32> -> tensor<?x8x5x5xf32>
  return %y : tensor<?x8x5x5xf32>
}
