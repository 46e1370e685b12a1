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

// Into the operator before what moves its outputs to pixels: two outputs in a row are one channel. Where channels are mixed it stays.
// CHECK-LABEL: func.func @depth_to_space
// CHECK-DAG: %[[B:.*]] = nn.constant dense<[5.000000e+00, 6.000000e+00, 1.600000e+01, 1.900000e+01]> : tensor<4xf32>
// CHECK-DAG: %[[W:.*]] = nn.constant dense<{{.*}}2.000000e+00{{.*}}, {{.*}}4.000000e+00{{.*}}, {{.*}}9.000000e+00{{.*}}, {{.*}}1.200000e+01{{.*}}> : tensor<4x1x1x1xf32>
// CHECK: nn.conv %arg0, %[[W]], %[[B]]
// CHECK: nn.transpose
// CHECK-NOT: nn.binary
// CHECK: return
func.func @depth_to_space(%x: tensor<?x1x1x3xf32>) -> tensor<?x2x1x6xf32> {
  %w = nn.constant dense<[[[[1.0]]], [[[2.0]]], [[[3.0]]], [[[4.0]]]]> : tensor<4x1x1x1xf32>
  %b = nn.constant dense<[0.0, 0.5, 3.0, 4.0]> : tensor<4xf32>
  %g = nn.constant dense<[[[2.0]], [[3.0]]]> : tensor<2x1x1xf32>
  %h = nn.constant dense<[[[5.0]], [[7.0]]]> : tensor<2x1x1xf32>
  %a = nn.conv %x, %w, %b {strides = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, dilations = array<i64: 1, 1>, groups = 1} : tensor<?x1x1x3xf32>, tensor<4x1x1x1xf32>, tensor<4xf32> -> tensor<?x4x1x3xf32>
  %r = nn.reshape %a {shape = array<i64: -1, 2, 2, 3>} : tensor<?x4x1x3xf32> -> tensor<?x2x2x3xf32>
  %t = nn.transpose %r {perm = array<i64: 0, 1, 3, 2>} : tensor<?x2x2x3xf32> -> tensor<?x2x3x2xf32>
  %s = nn.reshape %t {shape = array<i64: -1, 2, 1, 6>} : tensor<?x2x3x2xf32> -> tensor<?x2x1x6xf32>
  %m = nn.binary mul %s, %g : tensor<?x2x1x6xf32>, tensor<2x1x1xf32> -> tensor<?x2x1x6xf32>
  %y = nn.binary add %m, %h : tensor<?x2x1x6xf32>, tensor<2x1x1xf32> -> tensor<?x2x1x6xf32>
  return %y : tensor<?x2x1x6xf32>
}

// CHECK-LABEL: func.func @mixed
// CHECK: nn.binary mul
func.func @mixed(%x: tensor<?x1x1x3xf32>) -> tensor<?x2x6xf32> {
  %w = nn.constant dense<[[[[1.0]]], [[[2.0]]], [[[3.0]]], [[[4.0]]]]> : tensor<4x1x1x1xf32>
  %b = nn.constant dense<0.0> : tensor<4xf32>
  %g = nn.constant dense<[[2.0], [3.0]]> : tensor<2x1xf32>
  %a = nn.conv %x, %w, %b {strides = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, dilations = array<i64: 1, 1>, groups = 1} : tensor<?x1x1x3xf32>, tensor<4x1x1x1xf32>, tensor<4xf32> -> tensor<?x4x1x3xf32>
  %r = nn.reshape %a {shape = array<i64: -1, 2, 2, 3>} : tensor<?x4x1x3xf32> -> tensor<?x2x2x3xf32>
  %t = nn.transpose %r {perm = array<i64: 0, 2, 1, 3>} : tensor<?x2x2x3xf32> -> tensor<?x2x2x3xf32>
  %s = nn.reshape %t {shape = array<i64: -1, 2, 6>} : tensor<?x2x2x3xf32> -> tensor<?x2x6xf32>
  %m = nn.binary mul %s, %g : tensor<?x2x6xf32>, tensor<2x1xf32> -> tensor<?x2x6xf32>
  return %m : tensor<?x2x6xf32>
}
