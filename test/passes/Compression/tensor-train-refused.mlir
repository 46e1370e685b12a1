// RUN: weft-opt %s --split-input-file --verify-diagnostics --codec-tensor-train-weights='rank=8' | FileCheck %s

// Rank 8 of a 6×6 matrix costs more than 36 weights.
// CHECK-LABEL: @dearer
// CHECK-NOT: codec
func.func @dearer(%x: tensor<?x6xf32>) -> tensor<?x6xf32> {
  %w = nn.constant dense<[[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [0.0, 1.0, 0.0, 2.0, 0.0, 3.0], [1.0, 1.0, 2.0, 3.0, 5.0, 8.0],
                          [9.0, 0.0, 0.0, 1.0, 0.0, 0.0], [0.0, 4.0, 4.0, 0.0, 1.0, 0.0], [2.0, 0.0, 7.0, 0.0, 0.0, 1.0]]> : tensor<6x6xf32>
  %b = nn.constant dense<0.0> : tensor<6xf32>
  // expected-remark @+1 {{layer 'fc1': tensor-train needs 144 multiply-accumulates and 72 weights, dense 36 and 36; the layer stays as it is (force=true factorizes it)}}
  %y = nn.linear %x, %w, %b {nn.name = "fc1"} : tensor<?x6xf32>, tensor<6x6xf32>, tensor<6xf32> -> tensor<?x6xf32>
  return %y : tensor<?x6xf32>
}

// -----

// CHECK-LABEL: @grouped
// CHECK-NOT: codec
func.func @grouped(%x: tensor<?x4x5xf32>) -> tensor<?x4x3xf32> {
  %w = nn.constant dense<1.0> : tensor<4x1x3xf32>
  %b = nn.constant dense<0.0> : tensor<4xf32>
  // expected-remark @+1 {{layer 'dw' has 4 groups, which tensor-train does not factorize; it stays as it is}}
  %y = nn.conv %x, %w, %b {strides = array<i64: 1>, pads_begin = array<i64: 0>, pads_end = array<i64: 0>, dilations = array<i64: 1>, groups = 4 : i64, nn.name = "dw"}
     : tensor<?x4x5xf32>, tensor<4x1x3xf32>, tensor<4xf32> -> tensor<?x4x3xf32>
  return %y : tensor<?x4x3xf32>
}
