// Leaky ReLUs and PRelus: two requantizers, of which one gives the zero point, and a sum.
// RUN: weft-opt %s --pass-pipeline='builtin.module(func.func(nn-integerize))' --split-input-file --verify-diagnostics | FileCheck %s

// Units of 0.25 to units of 0.5, and a quarter of that below 0.
// CHECK-LABEL: func.func @leaky
// CHECK: %[[A:.*]] = nn.linear
// CHECK: nn.constant dense<32768>
// CHECK: %[[N:.*]] = nn.constant dense<16>
// CHECK: %[[P:.*]] = nn.requantize %[[A]], %{{.*}}, %[[N]] {hi = 127 : i64, lo = 3 : i64, nn.name = "leaky.above", zero_point = 3 : i64}
// CHECK: %[[M:.*]] = nn.constant dense<18>
// CHECK: %[[Q:.*]] = nn.requantize %[[A]], %{{.*}}, %[[M]] {hi = 3 : i64, lo = -128 : i64, nn.name = "leaky.below", zero_point = 3 : i64}
// CHECK: nn.qadd %[[P]], %[[Q]] {hi = 127 : i64, lhs_multiplier = 1 : i64, lo = -128 : i64, nn.name = "leaky", offset = -6 : i64, rhs_multiplier = 1 : i64, shift = 0 : i64, zero_point = 3 : i64}
func.func @leaky(%q: tensor<?x2xi8>) -> tensor<?x1xi8> {
  %one = nn.constant dense<0.5> : tensor<f32>
  %zx = nn.constant dense<2> : tensor<i8>
  %zy = nn.constant dense<3> : tensor<i8>
  %zw = nn.constant dense<0> : tensor<i8>
  %w = nn.constant dense<[[3, -1]]> : tensor<1x2xi8>
  %b = nn.constant dense<[0.75]> : tensor<1xf32>
  %x = nn.dequantize %q, %one, %zx : tensor<?x2xi8>, tensor<f32>, tensor<i8> -> tensor<?x2xf32>
  %wf = nn.dequantize %w, %one, %zw : tensor<1x2xi8>, tensor<f32>, tensor<i8> -> tensor<1x2xf32>
  %y = nn.linear %x, %wf, %b {nn.name = "fc"} : tensor<?x2xf32>, tensor<1x2xf32>, tensor<1xf32> -> tensor<?x1xf32>
  %c = nn.unary leaky_relu %y {alpha = 0.25, nn.name = "leaky"} : tensor<?x1xf32> -> tensor<?x1xf32>
  %r = nn.quantize %c, %one, %zy : tensor<?x1xf32>, tensor<f32>, tensor<i8> -> tensor<?x1xi8>
  return %r : tensor<?x1xi8>
}

// -----
// Of codes, with a slope for each channel, 0 among them: their difference to the zero point is a sum.
// CHECK-LABEL: func.func @channels
// CHECK: %[[B:.*]] = nn.constant dense<-4> : tensor<2xi9>
// CHECK: %[[S:.*]] = nn.conv %arg0, %{{.*}}, %[[B]] {{.*}}groups = 2 : i64, nn.name = "prelu.sum"{{.*}} -> tensor<?x2x3xi9>
// CHECK: nn.requantize %[[S]]
// CHECK: %[[M:.*]] = nn.constant dense<[0, 49152]> : tensor<2xi32>
// CHECK: %[[N:.*]] = nn.constant dense<[0, 15]> : tensor<2xi32>
// CHECK: nn.requantize %[[S]], %[[M]], %[[N]] {hi = 4 : i64, lo = 0 : i64
// CHECK: nn.qadd
func.func @channels(%q: tensor<?x2x3xui8>) -> tensor<?x2x3xui8> {
  %s = nn.constant dense<0.5> : tensor<f32>
  %z = nn.constant dense<4> : tensor<ui8>
  %a = nn.constant dense<[[0.0], [1.5]]> : tensor<2x1xf32>
  %x = nn.dequantize %q, %s, %z : tensor<?x2x3xui8>, tensor<f32>, tensor<ui8> -> tensor<?x2x3xf32>
  %p = nn.binary prelu %x, %a {nn.name = "prelu"} : tensor<?x2x3xf32>, tensor<2x1xf32> -> tensor<?x2x3xf32>
  %r = nn.quantize %p, %s, %z : tensor<?x2x3xf32>, tensor<f32>, tensor<ui8> -> tensor<?x2x3xui8>
  return %r : tensor<?x2x3xui8>
}

// -----
func.func @features(%q: tensor<?x2xui8>) -> tensor<?x2xui8> {
  %s = nn.constant dense<0.5> : tensor<f32>
  %z = nn.constant dense<4> : tensor<ui8>
  %a = nn.constant dense<[0.1, 0.5]> : tensor<2xf32>
  %x = nn.dequantize %q, %s, %z : tensor<?x2xui8>, tensor<f32>, tensor<ui8> -> tensor<?x2xf32>
  // expected-remark @+1 {{layer 'prelu' (nn.binary) stays in floating point: its slopes differ between channels, expected an input [N, C, …] with a known number of channels and spatial dimensions}}
  %p = nn.binary prelu %x, %a {nn.name = "prelu"} : tensor<?x2xf32>, tensor<2xf32> -> tensor<?x2xf32>
  %r = nn.quantize %p, %s, %z : tensor<?x2xf32>, tensor<f32>, tensor<ui8> -> tensor<?x2xui8>
  return %r : tensor<?x2xui8>
}

// -----
func.func @average(%q: tensor<?x2x3xui8>) -> tensor<?x2x3xui8> {
  %s = nn.constant dense<0.5> : tensor<f32>
  %z = nn.constant dense<4> : tensor<ui8>
  %x = nn.dequantize %q, %s, %z : tensor<?x2x3xui8>, tensor<f32>, tensor<ui8> -> tensor<?x2x3xf32>
  // expected-remark @+1 {{layer 'mean' (nn.pool) stays in floating point: it follows an average whose codes keep their zero point}}
  %m = nn.pool average %x {kernel = array<i64: 1>, strides = array<i64: 1>, pads_begin = array<i64: 0>, pads_end = array<i64: 0>, dilations = array<i64: 1>, nn.name = "mean"} : tensor<?x2x3xf32> -> tensor<?x2x3xf32>
  // expected-remark @+1 {{layer 'leaky' (nn.unary) stays in floating point}}
  %p = nn.unary leaky_relu %m {alpha = 0.25, nn.name = "leaky"} : tensor<?x2x3xf32> -> tensor<?x2x3xf32>
  %r = nn.quantize %p, %s, %z : tensor<?x2x3xf32>, tensor<f32>, tensor<ui8> -> tensor<?x2x3xui8>
  return %r : tensor<?x2x3xui8>
}

// -----
func.func @unquantized(%q: tensor<?x2x3xui8>, %w: tensor<?x2x3xf32>) -> tensor<?x2x3xui8> {
  %s = nn.constant dense<0.5> : tensor<f32>
  %z = nn.constant dense<4> : tensor<ui8>
  %a = nn.constant dense<[[0.1], [0.5]]> : tensor<2x1xf32>
  %x = nn.dequantize %q, %s, %z : tensor<?x2x3xui8>, tensor<f32>, tensor<ui8> -> tensor<?x2x3xf32>
  // expected-remark @+1 {{layer 'sum' (nn.binary) stays in floating point}}
  %m = nn.binary add %x, %w {nn.name = "sum"} : tensor<?x2x3xf32>, tensor<?x2x3xf32> -> tensor<?x2x3xf32>
  // expected-remark @+1 {{layer 'prelu' (nn.binary) stays in floating point: what it reads is not quantized}}
  %p = nn.binary prelu %m, %a {nn.name = "prelu"} : tensor<?x2x3xf32>, tensor<2x1xf32> -> tensor<?x2x3xf32>
  %r = nn.quantize %p, %s, %z : tensor<?x2x3xf32>, tensor<f32>, tensor<ui8> -> tensor<?x2x3xui8>
  return %r : tensor<?x2x3xui8>
}
