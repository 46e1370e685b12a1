// RUN: weft-opt %s --codec-cluster-weights="k=2" -verify-diagnostics | FileCheck %s
// RUN: weft-opt %s --codec-cluster-weights="k=2" --codec-materialize 2>/dev/null | FileCheck %s --check-prefix=DENSE

// The two optimal clusters of {1, 2, 9, 10} are their halves.
// CHECK-LABEL: func @tensor
// CHECK-DAG: %[[CODES:.*]] = nn.constant dense<{{\[}}[false, false], [true, true]]> : tensor<2x2xi1>
// CHECK-DAG: %[[BOOK:.*]] = nn.constant dense<{{\[}}[1.500000e+00, 9.500000e+00]]> : tensor<1x2xf32>
// CHECK: codec.lookup %[[CODES]], %[[BOOK]] : tensor<2x2xi1>, tensor<1x2xf32> -> tensor<2x2xf32>
// DENSE-LABEL: func @tensor
// DENSE-NOT: codec
// DENSE: nn.constant dense<{{\[}}[1.500000e+00, 1.500000e+00], [9.500000e+00, 9.500000e+00]]>
func.func @tensor(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %w = nn.constant dense<[[1.0, 2.0], [9.0, 10.0]]> : tensor<2x2xf32>
  %b = nn.constant dense<0.0> : tensor<2xf32>
  // expected-remark @below {{layer fc1: cluster stores 68 bits instead of 128, root mean square error 5.000e-01}}
  %y = nn.linear %x, %w, %b {nn.name = "fc1"} : tensor<?x2xf32>, tensor<2x2xf32>, tensor<2xf32> -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
