// RUN: weft-opt %s --codec-power-of-two-weights=bits=3 2>%t | FileCheck %s
// RUN: FileCheck %s --check-prefix=REMARK < %t
// RUN: weft-opt %s --codec-power-of-two-weights="bits=4 terms=2 granularity=tensor layers=fc1" 2>/dev/null | FileCheck %s --check-prefix=TWO
// RUN: weft-opt %s --codec-power-of-two-weights=bits=3 --codec-materialize 2>/dev/null | FileCheck %s --check-prefix=DENSE
// RUN: not weft-opt %s --codec-power-of-two-weights=bits=6 2>&1 | FileCheck %s --check-prefix=BITS
// RUN: not weft-opt %s --codec-power-of-two-weights=terms=4 2>&1 | FileCheck %s --check-prefix=TERMS

// CHECK: nn.constant dense<{{\[\[\[}}1, 6], [0, 1]]]> : tensor<1x2x2xui3>
// CHECK: [[P:%.*]] = codec.powers {{.*}} : tensor<1x2x2xui3> -> tensor<2x2xi3>
// CHECK: nn.constant dense<[5.000000e-01, 2.500000e-01]> : tensor<2xf32>
// CHECK: nn.dequantize [[P]]
// An integer weight keeps its type and its scale: 3-bit codes reach from 16 to 64 here.
// CHECK: nn.constant dense<{{\[\[\[}}0, 7], [2, 0]]]> : tensor<1x2x2xui3>
// CHECK: codec.powers {{.*}} {shift = 4 : i64} : tensor<1x2x2xui3> -> tensor<2x2xi8>
// REMARK: remark: layer 'fc1': 16 → 2 bytes (power-of-two{bits=3}), relative error 0.00e+00
// REMARK: remark: layer 'fc2': 4 → 2 bytes (power-of-two{bits=3})
// TWO: codec.powers {{.*}} : tensor<2x2x2xui4> -> tensor<2x2xi{{[0-9]}}>
// TWO: nn.constant dense<{{.*}}> : tensor<f32>
// DENSE-NOT: codec.powers
// DENSE: nn.constant dense<{{\[\[}}1, -2], [0, 1]]> : tensor<2x2xi3>
// BITS: error: power-of-two: bits is 6, expected 2 to 5; the nearest is 5
// TERMS: error: power-of-two: terms is 4, expected 1 to 3; the nearest is 3
func.func @main(%x: tensor<?x2xf32>, %q: tensor<?x2xi8>) -> (tensor<?x2xf32>, tensor<?x2xi20>) {
  %w = nn.constant dense<[[0.5, -1.0], [0.0, 0.25]]> : tensor<2x2xf32>
  %b = nn.constant dense<0.0> : tensor<2xf32>
  %y = nn.linear %x, %w, %b {nn.name = "fc1"} : tensor<?x2xf32>, tensor<2x2xf32>, tensor<2xf32> -> tensor<?x2xf32>
  %v = nn.constant dense<[[5, -90], [31, 1]]> : tensor<2x2xi8>
  %c = nn.constant dense<0> : tensor<2xi20>
  %z = nn.linear %q, %v, %c {nn.name = "fc2"} : tensor<?x2xi8>, tensor<2x2xi8>, tensor<2xi20> -> tensor<?x2xi20>
  return %y, %z : tensor<?x2xf32>, tensor<?x2xi20>
}
