// RUN: weft-opt %s --pass-pipeline='builtin.module(func.func(nn-widen-floats))' | FileCheck %s

// Half floats are computed in single ones; the function's own types stay.
// CHECK-LABEL: func.func @halves(%arg0: tensor<?x2xf16>, %arg1: tensor<?x1xf32>) -> (tensor<?x1xf16>, tensor<?x2xbf16>)
// CHECK: %[[X:.*]] = nn.cast %arg0 : tensor<?x2xf16> -> tensor<?x2xf32>
// CHECK: %[[W:.*]] = nn.constant dense<{{.*}}5.000000e-01, 2.500000e-01{{.*}}> : tensor<1x2xf32>
// CHECK: %[[A:.*]] = nn.linear %[[X]], %[[W]], %{{.*}} -> tensor<?x1xf32>
// CHECK: %[[Y:.*]] = nn.cast %{{.*}} : tensor<?x1xf32> -> tensor<?x1xf16>
// CHECK: %[[Z:.*]] = nn.cast %{{.*}} : tensor<?x2xf32> -> tensor<?x2xbf16>
// CHECK: return %[[Y]], %[[Z]]
func.func @halves(%x: tensor<?x2xf16>, %s: tensor<?x1xf32>) -> (tensor<?x1xf16>, tensor<?x2xbf16>) {
  %w = nn.constant dense<[[0.5, 0.25]]> : tensor<1x2xf16>
  %b = nn.constant dense<1.0> : tensor<1xf16>
  %a = nn.linear %x, %w, %b {nn.name = "fc"} : tensor<?x2xf16>, tensor<1x2xf16>, tensor<1xf16> -> tensor<?x1xf16>
  %t = nn.cast %s : tensor<?x1xf32> -> tensor<?x1xf16>
  %y = nn.binary add %a, %t : tensor<?x1xf16>, tensor<?x1xf16> -> tensor<?x1xf16>
  %r = nn.unary relu %x : tensor<?x2xf16> -> tensor<?x2xf16>
  %z = nn.cast %r : tensor<?x2xf16> -> tensor<?x2xbf16>
  return %y, %z : tensor<?x1xf16>, tensor<?x2xbf16>
}

// Nothing to do.
// CHECK-LABEL: func.func @singles
// CHECK-NOT: nn.cast
// CHECK: return
func.func @singles(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %r = nn.unary relu %x : tensor<?x2xf32> -> tensor<?x2xf32>
  return %r : tensor<?x2xf32>
}
