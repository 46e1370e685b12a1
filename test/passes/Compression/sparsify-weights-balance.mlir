// The first layer may finish 16 outputs in a cycle, of which the second takes two.
// RUN: weft-opt %s --codec-compress="recipe=sparsity{fan-out=1 z=16 layers=fc1},sparsity{fan-out=2 z=2 layers=fc2}" 2>&1 | FileCheck %s
// CHECK: warning: layer 'fc2' takes z = 2 inputs a cycle, fewer than the 16 outputs that the layer before it may finish in one; the nearest legal z is 16
func.func @main(%x: tensor<?x16xf32>) -> tensor<?x4xf32> {
  %w = nn.constant dense<0.5> : tensor<16x16xf32>
  %b = nn.constant dense<0.0> : tensor<16xf32>
  %h = nn.linear %x, %w, %b {nn.name = "fc1"} : tensor<?x16xf32>, tensor<16x16xf32>, tensor<16xf32> -> tensor<?x16xf32>
  %v = nn.constant dense<0.5> : tensor<4x16xf32>
  %c = nn.constant dense<0.0> : tensor<4xf32>
  %y = nn.linear %h, %v, %c {nn.name = "fc2"} : tensor<?x16xf32>, tensor<4x16xf32>, tensor<4xf32> -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}
