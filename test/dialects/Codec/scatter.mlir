// RUN: weft-opt %s --codec-materialize | FileCheck %s
// CHECK: nn.constant dense<{{\[\[}}0.000000e+00, 5.000000e-01], [2.500000e-01, 0.000000e+00]]> : tensor<2x2xf32>
func.func @main(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %values = nn.constant dense<[0.5, 0.25]> : tensor<2xf32>
  %mask = nn.constant dense<[[0, 1], [1, 0]]> : tensor<2x2xui1>
  %w = codec.scatter %values, %mask : tensor<2xf32>, tensor<2x2xui1> -> tensor<2x2xf32>
  %b = nn.constant dense<0.0> : tensor<2xf32>
  %y = nn.linear %x, %w, %b {nn.name = "fc1"} : tensor<?x2xf32>, tensor<2x2xf32>, tensor<2xf32> -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
