// A pool of whole frames in RTL and in HLS C++: taps are pixels, of two beats each.
// RUN: weft-opt --flow-insert-fifos --flow-to-rtl=name=net %s | FileCheck %s
// RUN: weft-opt --flow-insert-fifos --flow-to-emitc=top=net %s | mlir-translate --mlir-to-cpp --file-id=design | FileCheck %s --check-prefix=HLS

// CHECK: rtl.instance "mean_pool" of "weft_pool"
// CHECK-SAME: FOLD = 2 : i64
// CHECK-SAME: T = 12 : i64
// HLS: pool<weft::hls::PoolKind::sum, 2, 12, 2>
func.func @dataflow(%x: !flow.stream<3x4x2xui8, 1> {nn.name = "x", flow.shape = array<i64: 2, 3, 4>}) -> (!flow.stream<1x1x2xi13, 1> {nn.name = "y", flow.shape = array<i64: 2, 1, 1>}) {
  %y = flow.pool sum %x {nn.name = "mean"} : !flow.stream<3x4x2xui8, 1> -> !flow.stream<1x1x2xi13, 1>
  return %y : !flow.stream<1x1x2xi13, 1>
}
