// Every process prints as it parses.
// RUN: weft-opt %s | weft-opt | FileCheck %s

// CHECK-LABEL: func.func @dataflow
func.func @dataflow(%x: !flow.stream<8x8x4xui8, 2>, %k: !flow.stream<1x1x8xui8, 2>)
    -> (!flow.stream<1x1x3xi8, 1>, !flow.stream<8x8x8xui8, 4>) {
  // CHECK: flow.fork %{{.*}} : <8x8x4xui8, 2> -> !flow.stream<8x8x4xui8, 2>, !flow.stream<8x8x4xui8, 2>
  %a:2 = flow.fork %x : !flow.stream<8x8x4xui8, 2> -> !flow.stream<8x8x4xui8, 2>, !flow.stream<8x8x4xui8, 2>
  // CHECK: flow.pad
  %p = flow.pad %a#0 {low = array<i64: 1, 1>, high = array<i64: 1, 1>, value = 3} : !flow.stream<8x8x4xui8, 2> -> !flow.stream<10x10x4xui8, 2>
  // CHECK: flow.window depthwise
  %w = flow.window depthwise %p {kernel = array<i64: 3, 3>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>} : !flow.stream<10x10x4xui8, 2> -> !flow.stream<8x8x36xui8, 2>
  // CHECK: flow.pool max
  %m = flow.pool max %w : !flow.stream<8x8x36xui8, 2> -> !flow.stream<8x8x4xui8, 2>
  // CHECK: flow.fifo
  %f = flow.fifo %a#1 {depth = 24} : !flow.stream<8x8x4xui8, 2>
  // CHECK: flow.add
  %s = flow.add %m, %f {lhs_multiplier = 3, rhs_multiplier = 5, offset = 1, shift = 3, zero_point = 0, lo = 0, hi = 255} : !flow.stream<8x8x4xui8, 2>, !flow.stream<8x8x4xui8, 2> -> !flow.stream<8x8x4xui8, 2>
  // CHECK: flow.width
  %u = flow.width %s : !flow.stream<8x8x4xui8, 2> -> !flow.stream<8x8x4xui8, 4>
  %v:2 = flow.fork %u : !flow.stream<8x8x4xui8, 4> -> !flow.stream<8x8x4xui8, 4>, !flow.stream<8x8x4xui8, 4>
  // CHECK: flow.concat
  %c = flow.concat %v#0, %v#1 : !flow.stream<8x8x4xui8, 4>, !flow.stream<8x8x4xui8, 4> -> !flow.stream<8x8x8xui8, 4>
  %w1 = nn.constant dense<1> : tensor<3x8xi4>
  %b1 = nn.constant dense<1> : tensor<3xi14>
  // CHECK: flow.mvu %{{.*}} {simd = 2 : i64}
  %y = flow.mvu %k, %w1, %b1 {simd = 2 : i64} : !flow.stream<1x1x8xui8, 2>, tensor<3x8xi4>, tensor<3xi14> -> !flow.stream<1x1x3xi14, 1>
  %one = nn.constant dense<1> : tensor<1xi32>
  // CHECK: flow.requantize shift
  %q = flow.requantize shift %y, %one, %one {zero_point = 5, lo = -128, hi = 127} : !flow.stream<1x1x3xi14, 1>, tensor<1xi32>, tensor<1xi32> -> !flow.stream<1x1x3xi8, 1>
  // CHECK: flow.reorder %{{.*}} {counts = array<i64: 8, 8, 8>, strides = array<i64: 8, 64, 1>}
  %turned = flow.reorder %c {counts = array<i64: 8, 8, 8>, strides = array<i64: 8, 64, 1>} : !flow.stream<8x8x8xui8, 4> -> !flow.stream<8x8x8xui8, 4>
  // CHECK: flow.multiply
  %product = flow.multiply %m, %f {lhs_zero_point = 3, rhs_zero_point = 0} : !flow.stream<8x8x4xui8, 2>, !flow.stream<8x8x4xui8, 2> -> !flow.stream<8x8x4xi17, 2>
  %each = nn.constant dense<1> : tensor<512xui8>
  // CHECK: flow.bias
  %biased = flow.bias %turned, %each : !flow.stream<8x8x8xui8, 4>, tensor<512xui8> -> !flow.stream<8x8x8xui8, 4>
  return %q, %c : !flow.stream<1x1x3xi8, 1>, !flow.stream<8x8x8xui8, 4>
}
