// One bit: activations i1 and ui1, both 0 or 1, weights ui1, and codes i1 into two codebook entries.
// REQUIRES: iverilog
// RUN: weft-rtl-check %s --out %t --cycles 40 --sim icarus --clustered always --stall 1 | FileCheck %s
// RUN: weft-rtl-check %s --out %t --cycles 80 --sim icarus --clustered never | FileCheck %s
// CHECK: PASS bits, stall seed 0
// CHECK: PASS cycles
// CHECK-NOT: FAIL
func.func @core(%x: tensor<?x8xi1> {nn.name = "x"}) -> (tensor<?x4xi1> {nn.name = "y"}) {
  %k = nn.constant dense<[[true, false, true, true, false, false, true, false], [false, false, true, false, true, true, true, false], [true, true, true, false, false, true, false, true], [false, true, false, false, true, false, true, true]]> : tensor<4x8xi1>
  %book = nn.constant dense<[[-3, 5]]> : tensor<1x2xi4>
  %b1 = nn.constant dense<[1, -2, 0, 3]> : tensor<4xi8>
  %w1 = codec.lookup %k, %book : tensor<4x8xi1>, tensor<1x2xi4> -> tensor<4x8xi4>
  %a = nn.linear %x, %w1, %b1 {nn.name = "fc1"} : tensor<?x8xi1>, tensor<4x8xi4>, tensor<4xi8> -> tensor<?x4xi8>
  %t1 = nn.constant dense<[[0], [1], [-1], [2]]> : tensor<4x1xi8>
  %h = nn.threshold %a, %t1 {nn.name = "act1", lo = 0} : tensor<?x4xi8>, tensor<4x1xi8> -> tensor<?x4xui1>
  %w2 = nn.constant dense<[[true, false, true, true], [false, true, true, false], [true, true, false, false], [false, false, true, true]]> : tensor<4x4xui1>
  %b2 = nn.constant dense<[-1, 0, -1, 0]> : tensor<4xi5>
  %c = nn.linear %h, %w2, %b2 {nn.name = "fc2"} : tensor<?x4xui1>, tensor<4x4xui1>, tensor<4xi5> -> tensor<?x4xi5>
  %t2 = nn.constant dense<[[1]]> : tensor<1x1xi5>
  %y = nn.threshold %c, %t2 {nn.name = "act2", lo = 0} : tensor<?x4xi5>, tensor<1x1xi5> -> tensor<?x4xi1>
  return %y : tensor<?x4xi1>
}
