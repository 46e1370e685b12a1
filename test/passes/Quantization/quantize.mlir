// RUN: weft-opt %s --pass-pipeline='builtin.module(func.func(nn-quantize))' -split-input-file -verify-diagnostics | FileCheck %s

// Nothing between the linear operator and its ReLU; the clustered weight keeps its codes; softmax reads the dequantized value.
// CHECK-LABEL: func.func @mlp
func.func @mlp(%x: tensor<?x2xf32> {nn.range = array<f64: 0.0, 2.55>}) -> tensor<?x2xf32> {
  // CHECK: %[[S:.*]] = nn.constant dense<0.00999999977> : tensor<f32>
  // CHECK: %[[Q:.*]] = nn.quantize %arg0, %[[S]]
  // CHECK-SAME: -> tensor<?x2xui8>
  // CHECK: %[[X:.*]] = nn.dequantize %[[Q]]
  %w1 = nn.constant dense<[[1.27, -0.64], [0.5, 0.25]]> : tensor<2x2xf32>
  %b1 = nn.constant dense<0.0> : tensor<2xf32>
  // CHECK: %[[W:.*]] = nn.constant dense<{{\[\[}}127, -64], [127, 64]]> : tensor<2x2xi8>
  // CHECK: %[[WS:.*]] = nn.constant dense<[0.00999999977, 0.00393700786]> : tensor<2xf32>
  // CHECK: %[[WF:.*]] = nn.dequantize %[[W]], %[[WS]]
  // CHECK: %[[A:.*]] = nn.linear %[[X]], %[[WF]]
  // CHECK-NEXT: %[[R:.*]] = nn.unary relu %[[A]]
  %a = nn.linear %x, %w1, %b1 {nn.range = array<f64: -1.0, 3.0>} : tensor<?x2xf32>, tensor<2x2xf32>, tensor<2xf32> -> tensor<?x2xf32>
  %r = nn.unary relu %a {nn.range = array<f64: 0.0, 3.0>} : tensor<?x2xf32> -> tensor<?x2xf32>
  // CHECK: %[[RQ:.*]] = nn.quantize %[[R]]
  // CHECK: %[[RD:.*]] = nn.dequantize %[[RQ]]
  %codes = nn.constant dense<[[0, 1], [2, 1]]> : tensor<2x2xui2>
  %book = nn.constant dense<[[-1.27, 0.0, 0.64]]> : tensor<1x3xf32>
  %w2 = codec.lookup %codes, %book : tensor<2x2xui2>, tensor<1x3xf32> -> tensor<2x2xf32>
  // CHECK: %[[BOOK:.*]] = nn.constant dense<{{\[\[}}-127, 0, 64]]> : tensor<1x3xi8>
  // CHECK: %[[L:.*]] = codec.lookup %{{.*}}, %[[BOOK]] : tensor<2x2xui2>, tensor<1x3xi8> -> tensor<2x2xi8>
  // CHECK: nn.dequantize %[[L]]
  %y = nn.linear %r, %w2, %b1 {nn.range = array<f64: -1.0, 1.0>} : tensor<?x2xf32>, tensor<2x2xf32>, tensor<2xf32> -> tensor<?x2xf32>
  // CHECK: nn.quantize
  // CHECK-SAME: -> tensor<?x2xi8>
  // CHECK: %[[Y:.*]] = nn.dequantize
  // CHECK: nn.softmax %[[Y]]
  %s = nn.softmax %y {axis = 1 : i64} : tensor<?x2xf32> -> tensor<?x2xf32>
  return %s : tensor<?x2xf32>
}

// -----

// A concat and what it joins have one scale, so the integers can pass.
// CHECK-LABEL: func.func @concat
func.func @concat(%x: tensor<1x1x2x2xf32> {nn.range = array<f64: 0.0, 1.0>}) -> tensor<1x2x2x2xf32> {
  %w = nn.constant dense<1.0> : tensor<1x1x1x1xf32>
  %b = nn.constant dense<0.0> : tensor<1xf32>
  %p = nn.conv %x, %w, %b {nn.range = array<f64: 0.0, 1.0>, strides = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, dilations = array<i64: 1, 1>, groups = 1} : tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32>, tensor<1xf32> -> tensor<1x1x2x2xf32>
  %q = nn.conv %x, %w, %b {nn.range = array<f64: 0.0, 5.1>, strides = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, dilations = array<i64: 1, 1>, groups = 1} : tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32>, tensor<1xf32> -> tensor<1x1x2x2xf32>
  // CHECK: nn.conv
  // CHECK: nn.constant dense<2.000000e-02> : tensor<f32>
  // CHECK: nn.conv
  // CHECK: nn.constant dense<2.000000e-02> : tensor<f32>
  // CHECK: nn.concat
  // CHECK: nn.constant dense<2.000000e-02> : tensor<f32>
  %c = nn.concat %p, %q {axis = 1, nn.range = array<f64: 0.0, 5.1>} : tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32> -> tensor<1x2x2x2xf32>
  return %c : tensor<1x2x2x2xf32>
}

// -----

// expected-error @below {{value 'pixels' has no range: calibrate with samples, or attach nn.range}}
func.func @uncalibrated(%x: tensor<?x2xf32> {nn.name = "pixels"}) -> tensor<?x1xf32> {
  %w = nn.constant dense<1.0> : tensor<1x2xf32>
  %b = nn.constant dense<0.0> : tensor<1xf32>
  %y = nn.linear %x, %w, %b : tensor<?x2xf32>, tensor<1x2xf32>, tensor<1xf32> -> tensor<?x1xf32>
  return %y : tensor<?x1xf32>
}

// -----

// What only rearranges the output stays in floating point.
// CHECK-LABEL: func.func @rearranged
// CHECK: nn.quantize
// CHECK: nn.linear
// CHECK: nn.quantize
// CHECK: %[[D:.*]] = nn.dequantize
// CHECK: nn.reshape %[[D]]
// CHECK-NEXT: return
func.func @rearranged(%x: tensor<?x2xf32> {nn.range = array<f64: 0.0, 1.0>}) -> tensor<?x1x2xf32> {
  %w = nn.constant dense<[[1.0, 2.0], [0.5, 0.0]]> : tensor<2x2xf32>
  %b = nn.constant dense<0.0> : tensor<2xf32>
  %y = nn.linear %x, %w, %b {nn.range = array<f64: 0.0, 3.0>} : tensor<?x2xf32>, tensor<2x2xf32>, tensor<2xf32> -> tensor<?x2xf32>
  %r = nn.reshape %y {shape = array<i64: -1, 1, 2>, nn.range = array<f64: 0.0, 3.0>} : tensor<?x2xf32> -> tensor<?x1x2xf32>
  return %r : tensor<?x1x2xf32>
}

// -----

// A codebook of powers of two is integers with one scale already: the scale moves behind the lookup, nothing is quantized again.
// CHECK-LABEL: func.func @codebook_of_powers
func.func @codebook_of_powers(%x: tensor<?x2xf32> {nn.range = array<f64: 0.0, 2.55>}) -> tensor<?x2xf32> {
  %codes = nn.constant dense<[[0, 1], [2, 1]]> : tensor<2x2xui2>
  %c = nn.constant dense<[[[1, 6, 0]]]> : tensor<1x1x3xui3>
  // CHECK: %[[P:.*]] = codec.powers
  %p = codec.powers %c : tensor<1x1x3xui3> -> tensor<1x3xi3>
  %s = nn.constant dense<0.5> : tensor<f32>
  %z = nn.constant dense<0> : tensor<i3>
  %book = nn.dequantize %p, %s, %z : tensor<1x3xi3>, tensor<f32>, tensor<i3> -> tensor<1x3xf32>
  %w = codec.lookup %codes, %book : tensor<2x2xui2>, tensor<1x3xf32> -> tensor<2x2xf32>
  %b = nn.constant dense<0.0> : tensor<2xf32>
  // CHECK: %[[L:.*]] = codec.lookup %{{.*}}, %[[P]] : tensor<2x2xui2>, tensor<1x3xi3> -> tensor<2x2xi3>
  // CHECK: nn.constant dense<5.000000e-01> : tensor<f32>
  // CHECK: nn.dequantize %[[L]]
  %y = nn.linear %x, %w, %b {nn.range = array<f64: -1.0, 1.0>} : tensor<?x2xf32>, tensor<2x2xf32>, tensor<2xf32> -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

// What joins integers with floating point at the end of a network stays outside, and what moves there before it.
// CHECK-LABEL: func.func @tail
// CHECK: %[[A:.*]] = nn.conv
// CHECK: nn.quantize %[[A]]
// CHECK: %[[D:.*]] = nn.dequantize
// CHECK-NOT: nn.quantize
// CHECK: %[[S:.*]] = nn.softmax %[[D]]
// CHECK: nn.concat %[[D]], %[[S]]
// CHECK-NOT: nn.quantize
func.func @tail(%x: tensor<1x1x2x2xf32> {nn.range = array<f64: 0.0, 1.0>}) -> tensor<1x2x4xf32> {
  %w = nn.constant dense<0.5> : tensor<1x1x1x1xf32>
  %b = nn.constant dense<0.0> : tensor<1xf32>
  %a = nn.conv %x, %w, %b {strides = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, dilations = array<i64: 1, 1>, groups = 1, nn.range = array<f64: 0.0, 0.5>} : tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32>, tensor<1xf32> -> tensor<1x1x2x2xf32>
  %s = nn.softmax %a {axis = 3 : i64} : tensor<1x1x2x2xf32> -> tensor<1x1x2x2xf32>
  %c = nn.concat %a, %s {axis = 1 : i64} : tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32> -> tensor<1x2x2x2xf32>
  %r = nn.reshape %c {shape = array<i64: 1, 2, 4>} : tensor<1x2x2x2xf32> -> tensor<1x2x4xf32>
  return %r : tensor<1x2x4xf32>
}
