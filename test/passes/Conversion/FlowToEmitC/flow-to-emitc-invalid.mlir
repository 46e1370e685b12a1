// RUN: weft-opt %s --split-input-file --verify-diagnostics --flow-to-emitc

// expected-error @+1 {{expected a design: a func.func @dataflow}}
module {}

// -----
func.func @dataflow(%x: !flow.stream<1x1x8xui8, 1>) -> !flow.stream<1x1x3xi14, 1> {
  %w = nn.constant dense<1> : tensor<3x8xi4>
  %b = nn.constant dense<1> : tensor<3xi14>
  // expected-error @+1 {{expected 2 lanes in operand 0, got 1; run --flow-insert-width first}}
  %y = flow.mvu %x, %w, %b {simd = 2 : i64} : !flow.stream<1x1x8xui8, 1>, tensor<3x8xi4>, tensor<3xi14> -> !flow.stream<1x1x3xi14, 1>
  return %y : !flow.stream<1x1x3xi14, 1>
}

// -----
func.func @dataflow(%x: !flow.stream<1x1x1xi50, 1>) -> !flow.stream<1x1x1xi8, 1> {
  %m = nn.constant dense<65535> : tensor<1xi32>
  %n = nn.constant dense<20> : tensor<1xi32>
  // expected-error @+1 {{expected a rounded product of at most 64 bits (A4s), got 68}}
  %y = flow.requantize scale %x, %m, %n {zero_point = 0, lo = -128, hi = 127} : !flow.stream<1x1x1xi50, 1>, tensor<1xi32>, tensor<1xi32> -> !flow.stream<1x1x1xi8, 1>
  return %y : !flow.stream<1x1x1xi8, 1>
}
