// RUN: weft-opt %s --pass-pipeline='builtin.module(func.func(nn-integer-products))' | FileCheck %s

// The quantizer's scale (2) goes into the factor, 0.5 · 0.25 / 2; no float product is left.
// CHECK-LABEL: func.func @requantized
// CHECK: %[[SUM:.*]] = nn.linear %{{.*}} : tensor<?x2xui8>, tensor<1x2xi8>, tensor<1xi[[BITS:[0-9]+]]> -> tensor<?x1xi[[BITS]]>
// CHECK: %[[FACTOR:.*]] = nn.constant dense<6.250000e-02> : tensor<f32>
// CHECK: %[[REAL:.*]] = nn.dequantize %[[SUM]], %[[FACTOR]], %{{.*}} -> tensor<?x1xf32>
// CHECK: %[[ONE:.*]] = nn.constant dense<1.000000e+00> : tensor<f32>
// CHECK: nn.quantize %[[REAL]], %[[ONE]]
func.func @requantized(%x: tensor<?x2xui8>) -> tensor<?x1xui8> {
  %xs = nn.constant dense<0.5> : tensor<f32>
  %xz = nn.constant dense<3> : tensor<ui8>
  %w = nn.constant dense<[[1, -2]]> : tensor<1x2xi8>
  %ws = nn.constant dense<0.25> : tensor<1xf32>
  %wz = nn.constant dense<0> : tensor<1xi8>
  %b = nn.constant dense<0.0> : tensor<1xf32>
  %ys = nn.constant dense<2.0> : tensor<f32>
  %yz = nn.constant dense<9> : tensor<ui8>
  %dx = nn.dequantize %x, %xs, %xz : tensor<?x2xui8>, tensor<f32>, tensor<ui8> -> tensor<?x2xf32>
  %dw = nn.dequantize %w, %ws, %wz : tensor<1x2xi8>, tensor<1xf32>, tensor<1xi8> -> tensor<1x2xf32>
  %y = nn.linear %dx, %dw, %b : tensor<?x2xf32>, tensor<1x2xf32>, tensor<1xf32> -> tensor<?x1xf32>
  %q = nn.quantize %y, %ys, %yz : tensor<?x1xf32>, tensor<f32>, tensor<ui8> -> tensor<?x1xui8>
  return %q : tensor<?x1xui8>
}

// A bias that is no multiple of the products' unit stays in floating point.
// CHECK-LABEL: func.func @float_bias
// CHECK: nn.linear %{{.*}} : tensor<?x2xf32>
func.func @float_bias(%x: tensor<?x2xui8>) -> tensor<?x1xf32> {
  %xs = nn.constant dense<0.5> : tensor<f32>
  %xz = nn.constant dense<3> : tensor<ui8>
  %w = nn.constant dense<[[1, -2]]> : tensor<1x2xi8>
  %ws = nn.constant dense<0.25> : tensor<1xf32>
  %wz = nn.constant dense<0> : tensor<1xi8>
  %b = nn.constant dense<0.3> : tensor<1xf32>
  %dx = nn.dequantize %x, %xs, %xz : tensor<?x2xui8>, tensor<f32>, tensor<ui8> -> tensor<?x2xf32>
  %dw = nn.dequantize %w, %ws, %wz : tensor<1x2xi8>, tensor<1xf32>, tensor<1xi8> -> tensor<1x2xf32>
  %y = nn.linear %dx, %dw, %b : tensor<?x2xf32>, tensor<1x2xf32>, tensor<1xf32> -> tensor<?x1xf32>
  return %y : tensor<?x1xf32>
}

// Two products to a sum: f32 holds it.
// CHECK-LABEL: func.func @few_channels
// CHECK: %[[SUM:.*]] = nn.conv %{{.*}} : tensor<1x2x3x3xf32>, tensor<2x1x1x2xf32>, tensor<2xf32> -> tensor<1x2x3x2xf32>
// CHECK: nn.binary mul %[[SUM]]
func.func @few_channels(%x: tensor<1x2x3x3xui8>) -> tensor<1x2x3x2xf32> {
  %xs = nn.constant dense<0.5> : tensor<f32>
  %xz = nn.constant dense<3> : tensor<ui8>
  %w = nn.constant dense<[[[[1, -2]]], [[[3, 4]]]]> : tensor<2x1x1x2xi8>
  %ws = nn.constant dense<0.25> : tensor<2xf32>
  %wz = nn.constant dense<0> : tensor<2xi8>
  %b = nn.constant dense<0.0> : tensor<2xf32>
  %dx = nn.dequantize %x, %xs, %xz : tensor<1x2x3x3xui8>, tensor<f32>, tensor<ui8> -> tensor<1x2x3x3xf32>
  %dw = nn.dequantize %w, %ws, %wz : tensor<2x1x1x2xi8>, tensor<2xf32>, tensor<2xi8> -> tensor<2x1x1x2xf32>
  %y = nn.conv %dx, %dw, %b {strides = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, dilations = array<i64: 1, 1>, groups = 2 : i64}
    : tensor<1x2x3x3xf32>, tensor<2x1x1x2xf32>, tensor<2xf32> -> tensor<1x2x3x2xf32>
  return %y : tensor<1x2x3x2xf32>
}
