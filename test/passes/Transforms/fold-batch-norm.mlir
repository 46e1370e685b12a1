// RUN: weft-opt %s --pass-pipeline='builtin.module(func.func(nn-fold-batch-norm))' | FileCheck %s

// Into the operator before: (w·x + b) · g + h.
// CHECK-LABEL: func.func @producer
// CHECK-DAG: %[[W:.*]] = nn.constant dense<{{\[\[}}2.000000e+00, 4.000000e+00], [9.000000e+00, 1.200000e+01]]> : tensor<2x2xf32>
// CHECK-DAG: %[[B:.*]] = nn.constant dense<[7.000000e+00, 9.000000e+00]> : tensor<2xf32>
// CHECK: %[[Y:.*]] = nn.linear %arg0, %[[W]], %[[B]]
// CHECK-NEXT: return %[[Y]]
func.func @producer(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %w = nn.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %b = nn.constant dense<[1.0, 1.0]> : tensor<2xf32>
  %g = nn.constant dense<[[2.0, 3.0]]> : tensor<1x2xf32>
  %h = nn.constant dense<[5.0, 6.0]> : tensor<2xf32>
  %a = nn.linear %x, %w, %b : tensor<?x2xf32>, tensor<2x2xf32>, tensor<2xf32> -> tensor<?x2xf32>
  %m = nn.binary mul %a, %g : tensor<?x2xf32>, tensor<1x2xf32> -> tensor<?x2xf32>
  %s = nn.binary add %h, %m : tensor<2xf32>, tensor<?x2xf32> -> tensor<?x2xf32>
  return %s : tensor<?x2xf32>
}

// Into the operator after it: (x − 1) / 2.
// CHECK-LABEL: func.func @consumer
// CHECK-DAG: %[[W:.*]] = nn.constant dense<{{\[\[}}5.000000e-01, 1.000000e+00]]> : tensor<1x2xf32>
// CHECK-DAG: %[[B:.*]] = nn.constant dense<-1.500000e+00> : tensor<1xf32>
// CHECK: nn.linear %arg0, %[[W]], %[[B]]
func.func @consumer(%x: tensor<?x2xf32>) -> tensor<?x1xf32> {
  %w = nn.constant dense<[[1.0, 2.0]]> : tensor<1x2xf32>
  %b = nn.constant dense<0.0> : tensor<1xf32>
  %one = nn.constant dense<1.0> : tensor<f32>
  %two = nn.constant dense<2.0> : tensor<f32>
  %c = nn.binary sub %x, %one : tensor<?x2xf32>, tensor<f32> -> tensor<?x2xf32>
  %d = nn.binary div %c, %two : tensor<?x2xf32>, tensor<f32> -> tensor<?x2xf32>
  %y = nn.linear %d, %w, %b : tensor<?x2xf32>, tensor<1x2xf32>, tensor<1xf32> -> tensor<?x1xf32>
  return %y : tensor<?x1xf32>
}

// Padding does not see the addition: it stays. Another reader needs the sum before: it stays too.
// CHECK-LABEL: func.func @stays
// CHECK: nn.binary add
// CHECK: nn.conv
// CHECK: nn.binary mul
func.func @stays(%x: tensor<1x1x2x2xf32>) -> (tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>) {
  %w = nn.constant dense<1.0> : tensor<1x1x3x3xf32>
  %b = nn.constant dense<0.0> : tensor<1xf32>
  %one = nn.constant dense<1.5> : tensor<f32>
  %c = nn.binary add %x, %one : tensor<1x1x2x2xf32>, tensor<f32> -> tensor<1x1x2x2xf32>
  %y = nn.conv %c, %w, %b {strides = array<i64: 1, 1>, pads_begin = array<i64: 1, 1>, pads_end = array<i64: 1, 1>, dilations = array<i64: 1, 1>, groups = 1} : tensor<1x1x2x2xf32>, tensor<1x1x3x3xf32>, tensor<1xf32> -> tensor<1x1x2x2xf32>
  %z = nn.binary mul %y, %one : tensor<1x1x2x2xf32>, tensor<f32> -> tensor<1x1x2x2xf32>
  return %y, %z : tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>
}
