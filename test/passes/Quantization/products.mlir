// A product of two quantized values is an exact sum of integers, that is requantized (A5m, A4s).
// RUN: weft-opt %s --pass-pipeline='builtin.module(func.func(nn-integerize))' | FileCheck %s
// RUN: weft-opt %s --pass-pipeline='builtin.module(func.func(nn-integerize{form=shift}))' | FileCheck %s --check-prefix=SHIFT

// Units of 0.5 · 0.25 to units of 0.5: a quarter. A ReLU behind it is a bound. (−128 − 1) · (0 − 3) … (−128 − 1) · (255 − 3): i16.
// CHECK-LABEL: func.func @gate
// CHECK: %[[P:.*]] = nn.qmul %arg0, %arg1 {lhs_zero_point = 1 : i64, nn.name = "mul", rhs_zero_point = 3 : i64} : tensor<?x2xi8>, tensor<?x2xui8> -> tensor<?x2xi16>
// CHECK: %[[M:.*]] = nn.constant dense<32768> : tensor<1xi32>
// CHECK: %[[N:.*]] = nn.constant dense<17> : tensor<1xi32>
// CHECK: nn.requantize %[[P]], %[[M]], %[[N]] {hi = 127 : i64, lo = 1 : i64, nn.name = "relu", zero_point = 1 : i64}
// SHIFT: nn.requantize %{{.*}} {form = 1 : i32
func.func @gate(%p: tensor<?x2xi8>, %q: tensor<?x2xui8>) -> tensor<?x2xi8> {
  %s = nn.constant dense<0.5> : tensor<f32>
  %t = nn.constant dense<0.25> : tensor<f32>
  %z = nn.constant dense<1> : tensor<i8>
  %v = nn.constant dense<3> : tensor<ui8>
  %a = nn.dequantize %p, %s, %z : tensor<?x2xi8>, tensor<f32>, tensor<i8> -> tensor<?x2xf32>
  %b = nn.dequantize %q, %t, %v : tensor<?x2xui8>, tensor<f32>, tensor<ui8> -> tensor<?x2xf32>
  %c = nn.binary mul %a, %b {nn.name = "mul"} : tensor<?x2xf32>, tensor<?x2xf32> -> tensor<?x2xf32>
  %r = nn.unary relu %c {nn.name = "relu"} : tensor<?x2xf32> -> tensor<?x2xf32>
  %y = nn.quantize %r, %s, %z : tensor<?x2xf32>, tensor<f32>, tensor<i8> -> tensor<?x2xi8>
  return %y : tensor<?x2xi8>
}

// A factor for each channel, in front.
// CHECK-LABEL: func.func @excite
// CHECK: nn.qmul %arg1, %arg0 {{.*}} : tensor<?x3x1x1xui8>, tensor<?x3x4x4xui8> -> tensor<?x3x4x4xi17>
// CHECK: nn.requantize {{.*}}nn.name = "mul.requantize"
func.func @excite(%p: tensor<?x3x4x4xui8>, %q: tensor<?x3x1x1xui8>) -> tensor<?x3x4x4xui8> {
  %s = nn.constant dense<0.5> : tensor<f32>
  %z = nn.constant dense<0> : tensor<ui8>
  %a = nn.dequantize %p, %s, %z : tensor<?x3x4x4xui8>, tensor<f32>, tensor<ui8> -> tensor<?x3x4x4xf32>
  %b = nn.dequantize %q, %s, %z : tensor<?x3x1x1xui8>, tensor<f32>, tensor<ui8> -> tensor<?x3x1x1xf32>
  %c = nn.binary mul %b, %a {nn.name = "mul"} : tensor<?x3x1x1xf32>, tensor<?x3x4x4xf32> -> tensor<?x3x4x4xf32>
  %y = nn.quantize %c, %s, %z : tensor<?x3x4x4xf32>, tensor<f32>, tensor<ui8> -> tensor<?x3x4x4xui8>
  return %y : tensor<?x3x4x4xui8>
}

// A square is a function of one value.
// CHECK-LABEL: func.func @square
// CHECK: nn.table %arg0
func.func @square(%p: tensor<?x2xi8>) -> tensor<?x2xi8> {
  %s = nn.constant dense<0.5> : tensor<f32>
  %z = nn.constant dense<1> : tensor<i8>
  %a = nn.dequantize %p, %s, %z : tensor<?x2xi8>, tensor<f32>, tensor<i8> -> tensor<?x2xf32>
  %c = nn.binary mul %a, %a {nn.name = "mul"} : tensor<?x2xf32>, tensor<?x2xf32> -> tensor<?x2xf32>
  %y = nn.quantize %c, %s, %z : tensor<?x2xf32>, tensor<f32>, tensor<i8> -> tensor<?x2xi8>
  return %y : tensor<?x2xi8>
}
