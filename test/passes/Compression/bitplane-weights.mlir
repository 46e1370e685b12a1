// RUN: weft-opt %s --codec-bitplane-weights=bits=3 2>%t | FileCheck %s
// RUN: FileCheck %s --check-prefix=REMARK < %t
// RUN: weft-opt %s --codec-bitplane-weights=bits=3 --codec-materialize 2>/dev/null | FileCheck %s --check-prefix=DENSE
// RUN: not weft-opt %s --codec-bitplane-weights=bits=9 2>&1 | FileCheck %s --check-prefix=MANY
// RUN: not weft-opt %s --codec-bitplane-weights=bits=1 2>&1 | FileCheck %s --check-prefix=FEW
// RUN: not weft-opt %s --codec-bitplane-weights=granularity=row 2>&1 | FileCheck %s --check-prefix=CHOICE

// CHECK: codec.bitplanes {{.*}} : tensor<3x2x2xui1> -> tensor<2x2xi3>
// CHECK: nn.constant dense<[2.500000e-01, 5.000000e-01]> : tensor<2xf32>
// CHECK: nn.dequantize
// CHECK: nn.constant dense<{{\[\[\[}}true, true], [false, true]], {{\[\[}}false, false], [false, true]], {{\[\[}}false, true], [false, false]]]> : tensor<3x2x2xui1>
// CHECK: codec.bitplanes {{.*}} {shift = 5 : i64} : tensor<3x2x2xui1> -> tensor<2x2xi8>
// REMARK: remark: layer 'fc1': 16 → 2 bytes (bitplanes{bits=3}), relative error 0.00e+00
// REMARK: remark: layer 'fc2': 4 → 2 bytes (bitplanes{bits=3}), relative error 1.
// DENSE-NOT: codec.bitplanes
// DENSE: nn.constant dense<{{\[\[}}-4, 3], [1, -3]]> : tensor<2x2xi3>
// DENSE: nn.constant dense<{{\[\[}}32, -96], [0, 96]]> : tensor<2x2xi8>
// MANY: error: {{.*}}layer 'fc2' has a weight of i8, of which 9 planes cannot be kept; the nearest is 8
// FEW: error: bitplanes: bits is 1, expected 2 to 16; the nearest is 2
// CHOICE: error: bitplanes: granularity is 'row', expected channel, tensor
func.func @main(%x: tensor<?x2xf32>, %q: tensor<?x2xi8>) -> (tensor<?x2xf32>, tensor<?x2xi20>) {
  %w = nn.constant dense<[[-1.0, 0.75], [0.5, -1.5]]> : tensor<2x2xf32>
  %b = nn.constant dense<0.0> : tensor<2xf32>
  %y = nn.linear %x, %w, %b {nn.name = "fc1"} : tensor<?x2xf32>, tensor<2x2xf32>, tensor<2xf32> -> tensor<?x2xf32>
  %v = nn.constant dense<[[37, -90], [8, 120]]> : tensor<2x2xi8>
  %c = nn.constant dense<0> : tensor<2xi20>
  %z = nn.linear %q, %v, %c {nn.name = "fc2"} : tensor<?x2xi8>, tensor<2x2xi8>, tensor<2xi20> -> tensor<?x2xi20>
  return %y, %z : tensor<?x2xf32>, tensor<?x2xi20>
}
