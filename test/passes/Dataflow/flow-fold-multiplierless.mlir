// Units without multipliers: the shift unit always, the bit-serial one where it is cheaper within the target, or what is asked for.
// RUN: weft-opt --nn-to-flow --flow-fold=cycles=32 %s | FileCheck %s --check-prefix=SHIFT
// RUN: weft-opt --nn-to-flow --flow-fold=cycles=100000 %s | FileCheck %s --check-prefix=SLOW
// RUN: weft-opt --nn-to-flow --flow-fold="cycles=100000 multiplierless=never" %s | FileCheck %s --check-prefix=NEVER
// RUN: weft-opt --nn-to-flow --flow-fold="cycles=768 multiplierless=always" %s | FileCheck %s --check-prefix=ALWAYS
// RUN: not weft-opt --nn-to-flow --flow-fold="cycles=32 multiplierless=always" %s 2>&1 | FileCheck %s --check-prefix=UNMET

// SHIFT: flow.mvu shift
// SHIFT: flow.mvu %
// SLOW: flow.mvu shift
// SLOW: flow.mvu bitserial
// NEVER-NOT: flow.mvu {{shift|bitserial}}
// ALWAYS: flow.mvu shift
// ALWAYS: flow.mvu bitserial
// UNMET: error: the target of 32 cycles per frame is not reachable: layer planes (flow.mvu) needs at least 48; the nearest reachable target is 48
func.func @core(%x: tensor<?x64xi8>) -> tensor<?x4xi24> {
  %c = nn.constant dense<3> : tensor<1x16x64xui4>
  %b = nn.constant dense<1> : tensor<16xi24>
  %w = codec.powers %c : tensor<1x16x64xui4> -> tensor<16x64xi8>
  %h = nn.linear %x, %w, %b {nn.name = "powers"} : tensor<?x64xi8>, tensor<16x64xi8>, tensor<16xi24> -> tensor<?x16xi24>
  %m = nn.constant dense<1> : tensor<1xi32>
  %q = nn.requantize %h, %m, %m {nn.name = "r", zero_point = 0, lo = -128, hi = 127} : tensor<?x16xi24>, tensor<1xi32>, tensor<1xi32> -> tensor<?x16xi8>
  %p = nn.constant dense<true> : tensor<6x4x16xui1>
  %d = nn.constant dense<1> : tensor<4xi24>
  %v = codec.bitplanes %p : tensor<6x4x16xui1> -> tensor<4x16xi6>
  %y = nn.linear %q, %v, %d {nn.name = "planes"} : tensor<?x16xi8>, tensor<4x16xi6>, tensor<4xi24> -> tensor<?x4xi24>
  return %y : tensor<?x4xi24>
}
