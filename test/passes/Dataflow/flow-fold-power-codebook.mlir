// A codebook of powers of two gets the shift unit, not the clustered one: its table holds codes of powers.
// RUN: weft-opt --nn-to-flow --flow-fold=cycles=32 %s | FileCheck %s
// RUN: weft-opt --nn-to-flow --flow-fold="cycles=32 clustered=always" %s | FileCheck %s
// CHECK: [[P:%.*]] = codec.powers
// CHECK: [[W:%.*]] = codec.lookup {{.*}}, [[P]]
// CHECK: flow.mvu shift {{.*}}, [[W]]
// CHECK-NOT: multipliers
func.func @core(%x: tensor<?x64xi8>) -> tensor<?x16xi24> {
  %codes = nn.constant dense<5> : tensor<16x64xui3>
  %c = nn.constant dense<[[[1, 2, 3, 4, 9, 10, 11, 12]]]> : tensor<1x1x8xui4>
  %book = codec.powers %c : tensor<1x1x8xui4> -> tensor<1x8xi8>
  %w = codec.lookup %codes, %book : tensor<16x64xui3>, tensor<1x8xi8> -> tensor<16x64xi8>
  %b = nn.constant dense<1> : tensor<16xi24>
  %y = nn.linear %x, %w, %b {nn.name = "fc"} : tensor<?x64xi8>, tensor<16x64xi8>, tensor<16xi24> -> tensor<?x16xi24>
  return %y : tensor<?x16xi24>
}
