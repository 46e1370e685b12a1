// A product in RTL and in HLS C++.
// RUN: weft-opt --flow-insert-fifos --flow-to-rtl=name=net %s | FileCheck %s
// RUN: weft-opt --flow-insert-fifos --flow-to-emitc=top=net %s | mlir-translate --mlir-to-cpp --file-id=design | FileCheck %s --check-prefix=HLS

// CHECK: rtl.instance "gate_multiply" of "weft_multiply"
// CHECK-SAME: AW = 8 : i64, A_SIGNED = 0 : i64, BW = 4 : i64, B_SIGNED = 1 : i64, LANES = 2 : i64, OW = 13 : i64, ZA = 128 : i64, ZB = -3 : i64
// CHECK: rtl.tap
// HLS: multiply<2, 128, -3>
func.func @dataflow(%x: !flow.stream<1x1x4xui8, 2> {nn.name = "x", flow.shape = array<i64: 4>}, %s: !flow.stream<1x1x4xi4, 2> {nn.name = "s", flow.shape = array<i64: 4>}) -> (!flow.stream<1x1x4xi13, 2> {nn.name = "y", flow.shape = array<i64: 4>}) {
  %y = flow.multiply %x, %s {nn.name = "gate", lhs_zero_point = 128, rhs_zero_point = -3} : !flow.stream<1x1x4xui8, 2>, !flow.stream<1x1x4xi4, 2> -> !flow.stream<1x1x4xi13, 2>
  return %y : !flow.stream<1x1x4xi13, 2>
}
