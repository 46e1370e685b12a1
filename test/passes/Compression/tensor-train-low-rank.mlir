// A product of two matrices needs no transposes, and the bias stays in the last.
// RUN: weft-opt %s --codec-tensor-train-weights='rank=1 shapes=low-rank' --codec-expand-factors | FileCheck %s
// CHECK-NOT: nn.transpose
// CHECK: nn.linear {{.*}}"fc1.core1"{{.*}} tensor<1x6xf32>{{.*}} -> tensor<?x1xf32>
// CHECK: nn.linear {{.*}}"fc1"{{.*}} tensor<4x1xf32>{{.*}} -> tensor<?x4xf32>
// CHECK-NOT: nn.binary
func.func @main(%x: tensor<?x6xf32>) -> tensor<?x4xf32> {
  %w = nn.constant dense<1.0> : tensor<4x6xf32>
  %b = nn.constant dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>
  %y = nn.linear %x, %w, %b {nn.name = "fc1"} : tensor<?x6xf32>, tensor<4x6xf32>, tensor<4xf32> -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}
