// Processes become instances, coefficients ROM images; the word of a ROM holds element 0 in its low bits.
// RUN: weft-opt --flow-insert-fifos --flow-to-rtl=name=net %s | FileCheck %s
// RUN: not weft-opt --flow-to-rtl %s 2>&1 | FileCheck %s --check-prefix=BARE

// CHECK: rtl.rom @fc_bias
// CHECK-SAME: tensor<2x2xui8>
// CHECK: rtl.rom @fc_weights
// CHECK-SAME: tensor<4x1xui8>
// CHECK: rtl.module @net_top
// CHECK: %[[IN:.*]] = rtl.axis_in "x" {{.*}}frame = 2
// CHECK: %[[Q:.*]] = rtl.instance "x_fifo" of "weft_fifo"(%[[IN]]) {{.*}}parameters = {DEPTH = 2 : i64, W = 16 : i64}
// CHECK: %[[Y:.*]] = rtl.instance "fc_mvu" of "weft_mvu"(%[[Q]])
// CHECK-SAME: ACCW = 14 : i64, BIAS = @fc_bias, K = 4 : i64, N = 2 : i64, PE = 1 : i64, SIMD = 2 : i64, WEIGHTS = @fc_weights, WW = 4 : i64, W_SIGNED = 1 : i64, XW = 8 : i64, X_SIGNED = 0 : i64
// CHECK: rtl.tap
// CHECK: rtl.axis_out
// BARE: error: layer 'fc' has no queue before it; run --flow-insert-fifos
func.func @dataflow(%x: !flow.stream<1x1x4xui8, 2> {nn.name = "x", flow.shape = array<i64: 4>}) -> (!flow.stream<1x1x2xi14, 1> {nn.name = "y", flow.shape = array<i64: 2>}) {
  %w = nn.constant dense<[[1, 2, 3, 4], [5, 6, 7, -8]]> : tensor<2x4xi4>
  %b = nn.constant dense<[-1, 2]> : tensor<2xi14>
  %y = flow.mvu %x, %w, %b {nn.name = "fc", simd = 2 : i64} : !flow.stream<1x1x4xui8, 2>, tensor<2x4xi4>, tensor<2xi14> -> !flow.stream<1x1x2xi14, 1>
  return %y : !flow.stream<1x1x2xi14, 1>
}
