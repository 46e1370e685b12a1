// RUN: weft-opt %s --codec-recognize="max-k=4" 2>/dev/null | FileCheck %s

// Three values in twelve weights are codes already; what is kept is bit for bit the same.
// CHECK-LABEL: func @clustered
// CHECK-DAG: nn.constant dense<{{\[}}[0, 1, 2, 0, 1, 2], [2, 2, 1, 1, 0, 0]]> : tensor<2x6xui2>
// CHECK-DAG: nn.constant dense<{{\[}}[-1.000000e+00, 5.000000e-01, 3.000000e+00]]> : tensor<1x3xf32>
// CHECK: codec.lookup
func.func @clustered(%x: tensor<?x6xf32>, %b: tensor<2xf32>) -> tensor<?x2xf32> {
  %w = nn.constant dense<[[-1.0, 0.5, 3.0, -1.0, 0.5, 3.0], [3.0, 3.0, 0.5, 0.5, -1.0, -1.0]]> : tensor<2x6xf32>
  %y = nn.linear %x, %w, %b : tensor<?x6xf32>, tensor<2x6xf32>, tensor<2xf32> -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

// CHECK-LABEL: func @dense
// CHECK-NOT: codec.lookup
func.func @dense(%x: tensor<?x3xf32>, %b: tensor<2xf32>) -> tensor<?x2xf32> {
  %w = nn.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>
  %y = nn.linear %x, %w, %b : tensor<?x3xf32>, tensor<2x3xf32>, tensor<2xf32> -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
