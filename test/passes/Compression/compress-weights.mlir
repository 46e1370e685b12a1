// RUN: weft-opt %s --codec-compress="recipe=cluster{k=4 layers=*},cluster{k=2 layers=fc1}" 2>/dev/null | FileCheck %s
// RUN: not weft-opt %s --codec-compress="recipe=zip{k=2}" 2>&1 | FileCheck %s --check-prefix=SCHEME
// RUN: not weft-opt %s --codec-compress="recipe=cluster{q=2}" 2>&1 | FileCheck %s --check-prefix=PARAMETER
// CHECK: codec.lookup {{.*}} : tensor<2x2xui1>, tensor<1x2xf32>
// SCHEME: error: unknown scheme 'zip', expected {{.*}}cluster
// PARAMETER: error: cluster: unknown parameter 'q', expected k, granularity, groups, keep-zero, bits, scale, shared or layers
func.func @main(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %w = nn.constant dense<[[0.25, 0.75], [0.75, 0.25]]> : tensor<2x2xf32>
  %b = nn.constant dense<0.0> : tensor<2xf32>
  %y = nn.linear %x, %w, %b {nn.name = "fc1"} : tensor<?x2xf32>, tensor<2x2xf32>, tensor<2xf32> -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
