// RUN: weft-opt %s --codec-cluster-weights=k=2 2>%t | FileCheck %s
// RUN: FileCheck %s --check-prefix=REMARK < %t
// RUN: weft-opt %s --codec-cluster-weights="k=2 granularity=channel" 2>/dev/null | FileCheck %s --check-prefix=CHANNEL
// RUN: not weft-opt %s --codec-cluster-weights="k=2 granularity=group groups=3" 2>&1 | FileCheck %s --check-prefix=GROUP
// RUN: not weft-opt %s --codec-cluster-weights="k=300" 2>&1 | FileCheck %s --check-prefix=RANGE
// RUN: not weft-opt %s --codec-cluster-weights="layers=fc2|fd1" 2>&1 | FileCheck %s --check-prefix=LAYER
// RUN: weft-opt %s --codec-cluster-weights=k=16 2>&1 | FileCheck %s --check-prefix=FEW
// RUN: weft-opt %s --codec-cluster-weights=k=2 --codec-materialize 2>/dev/null | FileCheck %s --check-prefix=DENSE

// CHECK: nn.constant dense<{{\[\[}}false, true], [true, false]]> : tensor<2x2xui1>
// CHECK: nn.constant dense<{{\[\[}}2.500000e-01, 7.500000e-01]]> : tensor<1x2xf32>
// CHECK: codec.lookup
// REMARK: remark: layer 'fc1': 16 → 9 bytes (cluster{k=2}), relative error 0.00e+00
// CHANNEL: tensor<2x2xui1>, tensor<2x2xf32> -> tensor<2x2xf32>
// GROUP: error: {{.*}}layer 'fc1' has 2 output channels, which 3 groups do not divide; the nearest is 2
// RANGE: error: cluster: k is 300, expected 2 to 256; the nearest is 256
// FEW: warning: layer 'fc1' has 2 distinct values, fewer than k = 16; it is kept exactly, with k = 2
// LAYER: error: cluster: no layer is named 'fc2'; the nearest are fc1
// DENSE-NOT: codec.lookup
// DENSE: nn.constant dense<{{\[\[}}2.500000e-01, 7.500000e-01], [7.500000e-01, 2.500000e-01]]> : tensor<2x2xf32>
func.func @main(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %w = nn.constant dense<[[0.25, 0.75], [0.75, 0.25]]> : tensor<2x2xf32>
  %b = nn.constant dense<0.0> : tensor<2xf32>
  %y = nn.linear %x, %w, %b {nn.name = "fc1"} : tensor<?x2xf32>, tensor<2x2xf32>, tensor<2xf32> -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
