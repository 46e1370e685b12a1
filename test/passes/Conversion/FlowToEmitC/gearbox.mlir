// Beats of lanes neither of which divides the other, in as many steps as the more beats of a frame.
// RUN: weft-opt %s --flow-to-emitc=top=demo | mlir-translate --mlir-to-cpp --file-id=design | FileCheck %s
func.func @dataflow(%x: !flow.stream<1x5x12xui8, 4> {nn.name = "x"}) -> (!flow.stream<1x5x12xui8, 4> {nn.name = "y"}) {
  // CHECK: weft::hls::gearbox<15>(x_beats, x_beats_width, [[F:v.*]]);
  %a = flow.width %x : !flow.stream<1x5x12xui8, 4> -> !flow.stream<1x5x12xui8, 6>
  // CHECK: weft::hls::gearbox<15>(x_beats_width, x_beats_width_width, [[F]]);
  %b = flow.width %a : !flow.stream<1x5x12xui8, 6> -> !flow.stream<1x5x12xui8, 4>
  return %b : !flow.stream<1x5x12xui8, 4>
}
