// RUN: not weft-opt %s --codec-materialize 2>&1 | FileCheck %s
// CHECK: error: 'codec.scatter' op cannot be evaluated: the mask has 2 elements set, expected one for each of 3 values (A11)
func.func @scatter_count() -> tensor<2x2xf32> {
  %v = nn.constant dense<1.0> : tensor<3xf32>
  %m = nn.constant dense<[[0, 1], [1, 0]]> : tensor<2x2xui1>
  %w = codec.scatter %v, %m : tensor<3xf32>, tensor<2x2xui1> -> tensor<2x2xf32>
  return %w : tensor<2x2xf32>
}
