// RUN: weft-opt %s --codec-materialize --split-input-file | FileCheck %s
// CHECK-LABEL: @tensor_train
// w[(i1,i2),(j1,j2)] = Σ_r G1[i1,j1,r] · G2[r,i2,j2] with G1 = [1 2], G2 = [[1], [10]] over i2
// CHECK: nn.constant dense<{{\[\[}}2.100000e+01], [4.300000e+01]]> : tensor<2x1xf32>
func.func @tensor_train() -> tensor<2x1xf32> {
  %g1 = nn.constant dense<[[[[1.0, 2.0]]]]> : tensor<1x1x1x2xf32>
  %g2 = nn.constant dense<[[[[1.0]], [[3.0]]], [[[10.0]], [[20.0]]]]> : tensor<2x2x1x1xf32>
  %w = codec.tensor_train %g1, %g2 : tensor<1x1x1x2xf32>, tensor<2x2x1x1xf32> -> tensor<2x1xf32>
  return %w : tensor<2x1xf32>
}

// -----

// CHECK-LABEL: @tucker
// CHECK: nn.constant dense<{{\[\[\[}}1.000000e+01, 1.500000e+01], [2.000000e+01, 3.000000e+01]]]> : tensor<1x2x2xf32>
func.func @tucker() -> tensor<1x2x2xf32> {
  %o = nn.constant dense<[[5.0]]> : tensor<1x1xf32>
  %g = nn.constant dense<[[[2.0, 3.0]]]> : tensor<1x1x2xf32>
  %i = nn.constant dense<[[1.0, 2.0]]> : tensor<1x2xf32>
  %w = codec.tucker %o, %g, %i : tensor<1x1xf32>, tensor<1x1x2xf32>, tensor<1x2xf32> -> tensor<1x2x2xf32>
  return %w : tensor<1x2x2xf32>
}

// -----

// Two channels of two taps: the runs of two are the channels of a tap, columns 0 and 2, 1 and 3.
// CHECK-LABEL: @matmul
// CHECK: nn.constant dense<{{\[\[}}3, 4, 10, 14]]> : tensor<1x4xi8>
func.func @matmul() -> tensor<1x4xi8> {
  %c = nn.constant dense<[[1, 0, 1, 2]]> : tensor<1x4xi4>
  %b = nn.constant dense<[[[1, 3], [2, 7]]]> : tensor<1x2x2xi4>
  %w = codec.matmul %c, %b {channels = 2 : i64} : tensor<1x4xi4>, tensor<1x2x2xi4> -> tensor<1x4xi8>
  return %w : tensor<1x4xi8>
}
