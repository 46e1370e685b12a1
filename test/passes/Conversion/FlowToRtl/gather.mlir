// Lists of different lengths: each memory of inputs has a memory of weights, without words for what reads nothing.
// RUN: weft-opt --flow-insert-fifos --flow-to-rtl=name=net %s | FileCheck %s
// RUN: weft-opt --flow-insert-fifos --flow-to-emitc=top=net %s | mlir-translate --mlir-to-cpp --file-id=weights | FileCheck %s --check-prefix=HLS

// The first list has inputs 0, 2, 3 and the second, behind an escape, 5: five steps, and four weights.
// CHECK: rtl.rom @fc_weights_0000
// CHECK-SAME: tensor<4x1xui8>
// CHECK: rtl.rom @fc_gaps
// CHECK-SAME: tensor<5x1xui8>
// CHECK: rtl.instance "fc_gather_mvu" of "weft_mvu_gather"
// CHECK-SAME: GAP_WORDS = 5 : i64
// CHECK-SAME: RAGGED = 1 : i64
// CHECK-SAME: WEIGHTS = [@fc_weights_0000], WORDS = array<i64: 4>
// HLS: fc_weights[1][4][1] = {1, 2, 3, 4};
func.func @dataflow(%x: !flow.stream<1x1x8xui8, 2> {nn.name = "x", flow.shape = array<i64: 8>}) -> (!flow.stream<1x1x2xi20, 1> {nn.name = "y", flow.shape = array<i64: 2>}) {
  %w = nn.constant dense<[[1, 2, 3], [0, 4, 0]]> : tensor<2x3xi8>
  %b = nn.constant dense<[-1, 2]> : tensor<2xi20>
  %g = nn.constant dense<[[0, 1, 0], [3, 2, 0]]> : tensor<2x3xui2>
  %y = flow.gather_mvu %x, %w, %b, %g {simd = 1 : i64, lengths = array<i64: 3, 2>, nn.name = "fc"} : !flow.stream<1x1x8xui8, 2>, tensor<2x3xi8>, tensor<2xi20>, tensor<2x3xui2> -> !flow.stream<1x1x2xi20, 1>
  return %y : !flow.stream<1x1x2xi20, 1>
}
