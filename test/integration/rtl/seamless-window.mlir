// As many cycles as a window has reads: it keeps the rows that the next frame begins with, and folding counts on that.
// REQUIRES: iverilog
// RUN: weft-rtl-check %s --out %t --cycles 324 --sim icarus --stall 1 | FileCheck %s
// RUN: not weft-rtl-check %s --out %t --cycles 323 --sim icarus 2>&1 | FileCheck %s --check-prefix=FEWER
// CHECK: PASS bits, stall seed 0
// CHECK: PASS cycles: latency [[L:[0-9]+]] (predicted [[L]]), initiation interval 324 (predicted 324,
// CHECK-NOT: FAIL
// FEWER: error: the target of 323 cycles per frame is not reachable: layer c (flow.window) needs at least 324; the nearest reachable target is 324
func.func @core(%x: tensor<?x1x6x6xui8> {nn.name = "x"}) -> (tensor<?x2x6x6xi20> {nn.name = "y"}) {
  %w = nn.constant dense<[[[[1, -2, 3], [4, 5, -6], [7, 8, 9]]], [[[-1, 2, 3], [-4, 5, 6], [7, -8, 9]]]]> : tensor<2x1x3x3xi8>
  %b = nn.constant dense<[10, -20]> : tensor<2xi20>
  %y = nn.conv %x, %w, %b {nn.name = "c", strides = array<i64: 1, 1>, pads_begin = array<i64: 1, 1>, pads_end = array<i64: 1, 1>, dilations = array<i64: 1, 1>, groups = 1} : tensor<?x1x6x6xui8>, tensor<2x1x3x3xi8>, tensor<2xi20> -> tensor<?x2x6x6xi20>
  return %y : tensor<?x2x6x6xi20>
}
