// RUN: weft-opt %s --split-input-file --codec-tensor-train-weights='rank=1 force=true' | FileCheck %s
// RUN: weft-opt %s --split-input-file --codec-tensor-train-weights='rank=1 force=true' --codec-materialize | FileCheck %s --check-prefix=DENSE
// RUN: not weft-opt %s --split-input-file --codec-tensor-train-weights='rank=1 error=0.5' 2>&1 | FileCheck %s --check-prefix=LIMITS
// LIMITS: layer 'fc1' has several limits for tensor-train, expected one of rank, error, output-error, params and macs

// CHECK-LABEL: @linear
// CHECK: codec.tensor_train {{.*}} : tensor<1x2x2x1xf32>, tensor<1x2x2x1xf32> -> tensor<4x4xf32>
// DENSE: dense<1.000000e+00> : tensor<4x4xf32>
func.func @linear(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %w = nn.constant dense<1.0> : tensor<4x4xf32>
  %b = nn.constant dense<0.5> : tensor<4xf32>
  %y = nn.linear %x, %w, %b {nn.name = "fc1"} : tensor<?x4xf32>, tensor<4x4xf32>, tensor<4xf32> -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}
