// Powers of two times a basis of 2 × 2.
// RUN: weft-opt %s --codec-power-of-two-weights="bits=3 basis=2" 2>%t | FileCheck %s
// RUN: FileCheck %s --check-prefix=REMARK < %t
// RUN: not weft-opt %s --codec-power-of-two-weights="basis=3" 2>&1 | FileCheck %s --check-prefix=SIZE
// RUN: not weft-opt %s --codec-compress="recipe=cluster{k=2},power-of-two{basis=2}" 2>&1 | FileCheck %s --check-prefix=LEAF
// CHECK: codec.powers {{.*}} : tensor<1x3x2xui3> -> tensor<3x2xi{{[0-9]}}>
// CHECK: [[C:%.*]] = nn.dequantize
// CHECK: codec.matmul [[C]], {{.*}} : tensor<3x2xf32>, tensor<1x2x2xf32> -> tensor<3x2xf32>
// REMARK: remark: layer 'fc1': 24 → {{[0-9]+}} bytes (matmul{size=2} of power-of-two{bits=3}), relative error
// SIZE: error: {{.*}}layer 'fc1' has 2 channels, which a basis of 3 does not divide; the nearest is 2
// LEAF: error: {{.*}}layer 'fc1' has no f32 weight of rows and columns, which a basis needs; put power-of-two before other schemes
func.func @main(%x: tensor<?x2xf32>) -> tensor<?x3xf32> {
  %w = nn.constant dense<[[1.0, 1.0], [1.0, -2.0], [-0.25, 0.5]]> : tensor<3x2xf32>
  %b = nn.constant dense<0.0> : tensor<3xf32>
  %y = nn.linear %x, %w, %b {nn.name = "fc1"} : tensor<?x2xf32>, tensor<3x2xf32>, tensor<3xf32> -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}
