// Entries in fixed point: the weight is a lookup of integers times a scale; layers of one step may share the codebook.
// RUN: weft-opt %s --codec-cluster-weights="k=2 bits=4" 2>/dev/null | FileCheck %s
// RUN: weft-opt %s --codec-cluster-weights="k=2 bits=4 scale=channel layers=fc1" 2>/dev/null | FileCheck %s --check-prefix=CHANNEL
// RUN: weft-opt %s --codec-cluster-weights="k=2 shared=true" 2>%t | FileCheck %s --check-prefix=SHARED
// RUN: FileCheck %s --check-prefix=REMARK < %t
// RUN: not weft-opt %s --codec-compress="recipe=cluster-activations{k=1}" 2>&1 | FileCheck %s --check-prefix=RANGE
// RUN: weft-opt %s --codec-compress="recipe=cluster-activations{k=4}" | FileCheck %s --check-prefix=MARK

// CHECK: nn.constant dense<{{\[\[}}2, 7]]> : tensor<1x2xi4>
// CHECK: codec.lookup {{.*}} : tensor<2x2xui1>, tensor<1x2xi4> -> tensor<2x2xi4>
// CHECK: nn.dequantize
// CHANNEL: nn.dequantize {{.*}} : tensor<2x2xi4>, tensor<2xf32>, tensor<2xi4> -> tensor<2x2xf32>
// SHARED: %[[CODES:.*]] = nn.constant {{.*}}tensor<2x2xui1>
// SHARED: %[[BOOK:.*]] = nn.constant {{.*}}tensor<1x2xi8>
// SHARED: codec.lookup %{{.*}}, %[[BOOK]]
// SHARED-NOT: tensor<1x2xi8>{{$}}
// SHARED: codec.lookup %{{.*}}, %[[BOOK]]
// REMARK: remark: layer 'fc1': 16 → 3 bytes (cluster{k=2})
// REMARK: remark: layer 'fc2': 16 → 3 bytes (cluster{k=2})
// RANGE: error: cluster-activations: k is 1, expected 2 to 128; the nearest is 2
// MARK: nn.linear {{.*}}codec.activation_entries = 4
func.func @main(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %w = nn.constant dense<[[0.25, 0.875], [0.875, 0.25]]> : tensor<2x2xf32>
  %v = nn.constant dense<[[0.5, 1.75], [1.75, 0.5]]> : tensor<2x2xf32>
  %b = nn.constant dense<0.0> : tensor<2xf32>
  %y = nn.linear %x, %w, %b {nn.name = "fc1"} : tensor<?x2xf32>, tensor<2x2xf32>, tensor<2xf32> -> tensor<?x2xf32>
  %z = nn.linear %y, %v, %b {nn.name = "fc2"} : tensor<?x2xf32>, tensor<2x2xf32>, tensor<2xf32> -> tensor<?x2xf32>
  return %z : tensor<?x2xf32>
}
