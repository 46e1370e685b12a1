// Marked layers become one network, with the proof of each (fc2 reads two codes of 0 to 2, so 9 combinations); tool = "none" is the built-in mapper, the same everywhere.
// RUN: weft-opt %s --lut-map-layers | FileCheck %s

// CHECK-LABEL: func.func @core
// CHECK-NOT: nn.
// CHECK: %[[Y:.*]] = lut.network %arg0 {{.*}}lut.proof = ["fc1: enumerated, 36 combinations", "fc2: enumerated, 9 combinations"]{{.*}}nn.name = "fc2.threshold"
// CHECK-SAME: tensor<?x4xui2> -> tensor<?x1xui1>
// CHECK-NEXT: return %[[Y]]
func.func @core(%x: tensor<?x4xui2>) -> tensor<?x1xui1> {
  %w1 = nn.constant dense<[[1, 0, -2, 0], [0, 3, 0, 1], [0, -1, 0, 0]]> : tensor<3x4xi3>
  %b1 = nn.constant dense<[4, -2, 1]> : tensor<3xi6>
  %m = nn.constant dense<1> : tensor<1xi32>
  %n = nn.constant dense<[2]> : tensor<1xi32>
  %a1 = nn.linear %x, %w1, %b1 {nn.name = "fc1", lut.map = {inputs = 6, bits = 12, tool = "none"}} : tensor<?x4xui2>, tensor<3x4xi3>, tensor<3xi6> -> tensor<?x3xi6>
  %h = nn.requantize %a1, %m, %n {zero_point = 0, lo = 0, hi = 2, nn.name = "fc1.requantize"} : tensor<?x3xi6>, tensor<1xi32>, tensor<1xi32> -> tensor<?x3xui8>
  %w2 = nn.constant dense<[[1, 1, 0]]> : tensor<1x3xi2>
  %b2 = nn.constant dense<[-1]> : tensor<1xi5>
  %t = nn.constant dense<[[1]]> : tensor<1x1xi5>
  %a2 = nn.linear %h, %w2, %b2 {nn.name = "fc2", lut.map = {inputs = 6, bits = 12, tool = "none"}} : tensor<?x3xui8>, tensor<1x3xi2>, tensor<1xi5> -> tensor<?x1xi5>
  %y = nn.threshold %a2, %t {lo = 0, nn.name = "fc2.threshold"} : tensor<?x1xi5>, tensor<1x1xi5> -> tensor<?x1xui1>
  return %y : tensor<?x1xui1>
}
