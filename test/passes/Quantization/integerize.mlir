// RUN: weft-opt %s --pass-pipeline='builtin.module(func.func(nn-integerize))' | FileCheck %s
// RUN: weft-opt %s --pass-pipeline='builtin.module(func.func(nn-integerize{form=shift}))' | FileCheck %s --check-prefix=SHIFT

// The bias is 3 units of the sum, less 2 (the zero point) · (3 − 1): −1. The least sum is −128·3 − 127 − 1 = −512: i10.
// CHECK-LABEL: func.func @linear
func.func @linear(%q: tensor<?x2xi8>) -> tensor<?x1xui8> {
  %one = nn.constant dense<0.5> : tensor<f32>
  %zx = nn.constant dense<2> : tensor<i8>
  %zw = nn.constant dense<0> : tensor<i8>
  %zy = nn.constant dense<0> : tensor<ui8>
  %w = nn.constant dense<[[3, -1]]> : tensor<1x2xi8>
  %b = nn.constant dense<[0.75]> : tensor<1xf32>
  %x = nn.dequantize %q, %one, %zx : tensor<?x2xi8>, tensor<f32>, tensor<i8> -> tensor<?x2xf32>
  %wf = nn.dequantize %w, %one, %zw : tensor<1x2xi8>, tensor<f32>, tensor<i8> -> tensor<1x2xf32>
  // CHECK: %[[B:.*]] = nn.constant dense<-1> : tensor<1xi10>
  // CHECK: %[[A:.*]] = nn.linear %arg0, %{{.*}}, %[[B]] {nn.name = "fc"} : tensor<?x2xi8>, tensor<1x2xi8>, tensor<1xi10> -> tensor<?x1xi10>
  // CHECK: %[[M:.*]] = nn.constant dense<32768> : tensor<1xi32>
  // CHECK: %[[N:.*]] = nn.constant dense<16> : tensor<1xi32>
  // CHECK: nn.requantize %[[A]], %[[M]], %[[N]] {hi = 12 : i64, lo = 0 : i64, nn.name = "relu6", zero_point = 0 : i64}
  // SHIFT: nn.requantize %{{.*}} {form = 1 : i32, hi = 12 : i64
  %y = nn.linear %x, %wf, %b {nn.name = "fc"} : tensor<?x2xf32>, tensor<1x2xf32>, tensor<1xf32> -> tensor<?x1xf32>
  %c = nn.clip %y {min = 0.0, max = 6.0, nn.name = "relu6"} : tensor<?x1xf32> -> tensor<?x1xf32>
  %r = nn.quantize %c, %one, %zy {nn.name = "q"} : tensor<?x1xf32>, tensor<f32>, tensor<ui8> -> tensor<?x1xui8>
  return %r : tensor<?x1xui8>
}

// CHECK-LABEL: func.func @add
func.func @add(%p: tensor<?x2xi8>, %q: tensor<?x2xi8>) -> tensor<?x2xi8> {
  %s = nn.constant dense<0.5> : tensor<f32>
  %t = nn.constant dense<0.25> : tensor<f32>
  %z = nn.constant dense<1> : tensor<i8>
  %a = nn.dequantize %p, %s, %z : tensor<?x2xi8>, tensor<f32>, tensor<i8> -> tensor<?x2xf32>
  %b = nn.dequantize %q, %t, %z : tensor<?x2xi8>, tensor<f32>, tensor<i8> -> tensor<?x2xf32>
  // CHECK: nn.qadd %arg0, %arg1 {hi = 127 : i64, lhs_multiplier = 16384 : i64, lo = 1 : i64, nn.name = "relu", offset = -24576 : i64, rhs_multiplier = 8192 : i64, shift = 14 : i64, zero_point = 1 : i64}
  %c = nn.binary add %a, %b {nn.name = "add"} : tensor<?x2xf32>, tensor<?x2xf32> -> tensor<?x2xf32>
  %r = nn.unary relu %c {nn.name = "relu"} : tensor<?x2xf32> -> tensor<?x2xf32>
  %y = nn.quantize %r, %s, %z : tensor<?x2xf32>, tensor<f32>, tensor<i8> -> tensor<?x2xi8>
  return %y : tensor<?x2xi8>
}

// x · sigmoid(x) is one function of one value.
// CHECK-LABEL: func.func @table
func.func @table(%p: tensor<?x2xi2>) -> tensor<?x2xi8> {
  %s = nn.constant dense<1.0> : tensor<f32>
  %z = nn.constant dense<0> : tensor<i2>
  %t = nn.constant dense<0.01> : tensor<f32>
  %zy = nn.constant dense<0> : tensor<i8>
  %x = nn.dequantize %p, %s, %z : tensor<?x2xi2>, tensor<f32>, tensor<i2> -> tensor<?x2xf32>
  %g = nn.unary sigmoid %x : tensor<?x2xf32> -> tensor<?x2xf32>
  %m = nn.binary mul %x, %g {nn.name = "swish"} : tensor<?x2xf32>, tensor<?x2xf32> -> tensor<?x2xf32>
  // CHECK: %[[T:.*]] = nn.constant dense<[-24, -27, 0, 73]> : tensor<4xi8>
  // CHECK: nn.table %arg0, %[[T]] {nn.name = "swish"}
  %y = nn.quantize %m, %t, %zy : tensor<?x2xf32>, tensor<f32>, tensor<i8> -> tensor<?x2xi8>
  return %y : tensor<?x2xi8>
}

// The mean under the same parameters: sum of codes, then one quarter.
// CHECK-LABEL: func.func @average
func.func @average(%p: tensor<?x1x2x2xi8>) -> tensor<?x1x1x1xi8> {
  %s = nn.constant dense<0.5> : tensor<f32>
  %z = nn.constant dense<3> : tensor<i8>
  %x = nn.dequantize %p, %s, %z : tensor<?x1x2x2xi8>, tensor<f32>, tensor<i8> -> tensor<?x1x2x2xf32>
  // CHECK: nn.pool sum %arg0
  // CHECK-SAME: tensor<?x1x2x2xi8> -> tensor<?x1x1x1xi10>
  // CHECK: nn.requantize %{{.*}} zero_point = 0 : i64
  %a = nn.pool average %x {kernel = array<i64: 2, 2>, strides = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, dilations = array<i64: 1, 1>} : tensor<?x1x2x2xf32> -> tensor<?x1x1x1xf32>
  %y = nn.quantize %a, %s, %z : tensor<?x1x1x1xf32>, tensor<f32>, tensor<i8> -> tensor<?x1x1x1xi8>
  return %y : tensor<?x1x1x1xi8>
}

// Nothing is computed between concat and quantize: the codes are brought to one scale before they are joined.
// CHECK-LABEL: func.func @moves
func.func @moves(%p: tensor<1x2x2xi2>, %q: tensor<1x2x2xi2>) -> tensor<1x8xi2> {
  %s = nn.constant dense<1.0> : tensor<f32>
  %t = nn.constant dense<0.5> : tensor<f32>
  %z = nn.constant dense<0> : tensor<i2>
  %x = nn.dequantize %p, %s, %z : tensor<1x2x2xi2>, tensor<f32>, tensor<i2> -> tensor<1x2x2xf32>
  %y = nn.dequantize %q, %t, %z : tensor<1x2x2xi2>, tensor<f32>, tensor<i2> -> tensor<1x2x2xf32>
  // CHECK: %[[T:.*]] = nn.constant dense<[-1, 0, 0, 0]> : tensor<4xi2>
  // CHECK: %[[Y:.*]] = nn.table %arg1, %[[T]]
  // CHECK: %[[C:.*]] = nn.concat %arg0, %[[Y]]
  // CHECK: nn.reshape %[[C]]
  // CHECK-SAME: tensor<1x4x2xi2> -> tensor<1x8xi2>
  %c = nn.concat %x, %y {axis = 1, nn.name = "concat"} : tensor<1x2x2xf32>, tensor<1x2x2xf32> -> tensor<1x4x2xf32>
  %r = nn.reshape %c {shape = array<i64: 1, 8>, nn.name = "flatten"} : tensor<1x4x2xf32> -> tensor<1x8xf32>
  %o = nn.quantize %r, %s, %z : tensor<1x8xf32>, tensor<f32>, tensor<i2> -> tensor<1x8xi2>
  return %o : tensor<1x8xi2>
}

// A model that is quantized behind activations only: what moves values before the next layer moves codes; the end of the network stays.
// CHECK-LABEL: func.func @moved_codes
// CHECK: %[[P:.*]] = nn.pool max %arg0 {{.*}} : tensor<?x1x2x2xui8> -> tensor<?x1x1x2xui8>
// CHECK: %[[G:.*]] = nn.gather %[[P]], %{{.*}} : tensor<?x1x1x2xui8>, tensor<4xi64> -> tensor<?x1x1x4xui8>
// CHECK: %[[R:.*]] = nn.reshape %[[G]] {{.*}} : tensor<?x1x1x4xui8> -> tensor<?x4xui8>
// CHECK: nn.linear %[[R]]
// CHECK: nn.dequantize
// CHECK: nn.reshape {{.*}} tensor<?x2xf32> -> tensor<?x1x2xf32>
func.func @moved_codes(%q: tensor<?x1x2x2xui8>) -> tensor<?x1x2xf32> {
  %s = nn.constant dense<0.5> : tensor<f32>
  %z = nn.constant dense<0> : tensor<ui8>
  %zw = nn.constant dense<0> : tensor<i8>
  %i = nn.constant dense<[0, 0, 1, 1]> : tensor<4xi64>
  %w = nn.constant dense<[[3, -1, 2, 5], [1, 1, -2, 0]]> : tensor<2x4xi8>
  %wf = nn.dequantize %w, %s, %zw : tensor<2x4xi8>, tensor<f32>, tensor<i8> -> tensor<2x4xf32>
  %b = nn.constant dense<[0.75, 0.5]> : tensor<2xf32>
  %x = nn.dequantize %q, %s, %z : tensor<?x1x2x2xui8>, tensor<f32>, tensor<ui8> -> tensor<?x1x2x2xf32>
  %p = nn.pool max %x {kernel = array<i64: 2, 1>, strides = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, dilations = array<i64: 1, 1>, nn.name = "pool"} : tensor<?x1x2x2xf32> -> tensor<?x1x1x2xf32>
  %g = nn.gather %p, %i {axis = 3 : i64, nn.name = "up"} : tensor<?x1x1x2xf32>, tensor<4xi64> -> tensor<?x1x1x4xf32>
  %r = nn.reshape %g {nn.name = "flat", shape = array<i64: -1, 4>} : tensor<?x1x1x4xf32> -> tensor<?x4xf32>
  %y = nn.linear %r, %wf, %b {nn.name = "fc"} : tensor<?x4xf32>, tensor<2x4xf32>, tensor<2xf32> -> tensor<?x2xf32>
  %e = nn.reshape %y {nn.name = "end", shape = array<i64: -1, 1, 2>} : tensor<?x2xf32> -> tensor<?x1x2xf32>
  return %e : tensor<?x1x2xf32>
}
