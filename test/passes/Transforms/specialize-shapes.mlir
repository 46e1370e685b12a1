// RUN: weft-opt %s --pass-pipeline='builtin.module(func.func(nn-specialize-shapes{batch=2}))' | FileCheck %s
// RUN: not weft-opt %s --pass-pipeline='builtin.module(func.func(nn-specialize-shapes{batch=0}))' 2>&1 | FileCheck %s --check-prefix=ERROR
// ERROR: error: batch is 0, expected at least 1

// CHECK-LABEL: func.func @main(%arg0: tensor<2x2x2xf32>) -> tensor<2x1xf32>
// CHECK: nn.reshape {{.*}} -> tensor<2x4xf32>
// CHECK: nn.linear {{.*}} -> tensor<2x1xf32>
func.func @main(%x: tensor<?x2x2xf32>) -> tensor<?x1xf32> {
  %w = nn.constant dense<1.0> : tensor<1x4xf32>
  %b = nn.constant dense<0.0> : tensor<1xf32>
  %f = nn.reshape %x {shape = array<i64: -1, 4>} : tensor<?x2x2xf32> -> tensor<?x4xf32>
  %y = nn.linear %f, %w, %b : tensor<?x4xf32>, tensor<1x4xf32>, tensor<1xf32> -> tensor<?x1xf32>
  return %y : tensor<?x1xf32>
}
