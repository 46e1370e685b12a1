// Linear layers over the last dimension of channels-first values, a transpose between them, and a bias for each position.
// REQUIRES: iverilog
// RUN: weft-rtl-check %s --out %t --cycles 40 --sim icarus --stall 1 | FileCheck %s
// RUN: weft-rtl-check %s --out %t --cycles 400 --sim icarus | FileCheck %s
// CHECK: PASS bits, stall seed 0
// CHECK: PASS cycles
// CHECK-NOT: FAIL
func.func @core(%x: tensor<?x4x6xi8> {nn.name = "x"}) -> (tensor<?x3x5xi20> {nn.name = "y"}) {
  %w1 = nn.constant dense<[[1, -2, 3, 4, -5, 6], [7, 1, -1, 2, 0, 3], [-3, 5, 2, -7, 1, 1]]> : tensor<3x6xi8>
  %b1 = nn.constant dense<[10, -20, 30]> : tensor<3xi16>
  %a = nn.linear %x, %w1, %b1 {nn.name = "fc1"} : tensor<?x4x6xi8>, tensor<3x6xi8>, tensor<3xi16> -> tensor<?x4x3xi16>
  %c = nn.constant dense<[[1, 2, 3], [4, 5, 6], [-70, 80, -90], [100, 0, 11]]> : tensor<4x3xi16>
  %s = nn.binary add %a, %c {nn.name = "bias"} : tensor<?x4x3xi16>, tensor<4x3xi16> -> tensor<?x4x3xi16>
  %m = nn.constant dense<[3000]> : tensor<1xi32>
  %n = nn.constant dense<[16]> : tensor<1xi32>
  %h = nn.requantize %s, %m, %n {nn.name = "r1", zero_point = 3 : i64, lo = -128 : i64, hi = 127 : i64} : tensor<?x4x3xi16>, tensor<1xi32>, tensor<1xi32> -> tensor<?x4x3xi8>
  %t = nn.transpose %h {nn.name = "t", perm = array<i64: 0, 2, 1>} : tensor<?x4x3xi8> -> tensor<?x3x4xi8>
  %w2 = nn.constant dense<[[1, -2, 3, 4], [7, 1, -1, 2], [0, 3, 1, 9], [-8, 2, 2, 0], [5, 5, -5, 1]]> : tensor<5x4xi8>
  %b2 = nn.constant dense<[1, 2, 3, 4, 5]> : tensor<5xi20>
  %y = nn.linear %t, %w2, %b2 {nn.name = "fc2"} : tensor<?x3x4xi8>, tensor<5x4xi8>, tensor<5xi20> -> tensor<?x3x5xi20>
  return %y : tensor<?x3x5xi20>
}
