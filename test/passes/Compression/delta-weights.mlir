// RUN: weft-opt %s --codec-delta-weights 2>%t | FileCheck %s
// RUN: FileCheck %s --check-prefix=REMARK < %t
// RUN: weft-opt %s --codec-delta-weights="scheme=consecutive per-tensor=true granularity=layer width=3" 2>/dev/null | FileCheck %s --check-prefix=LAYER
// RUN: weft-opt %s --codec-delta-weights="granularity=block block=2 reference=mid-range" 2>/dev/null | FileCheck %s --check-prefix=BLOCK
// RUN: weft-opt %s --codec-delta-weights="scheme=consecutive loop=open reference=first scale=range offset=2" 2>/dev/null | FileCheck %s --check-prefix=OPEN
// RUN: weft-opt %s --codec-delta-weights --codec-materialize 2>/dev/null | FileCheck %s --check-prefix=DENSE
// RUN: weft-opt %s --codec-compress=recipe='circulant{block=2},delta{width=3}' 2>/dev/null | FileCheck %s --check-prefix=BOTH
// RUN: not weft-opt %s --codec-delta-weights="granularity=block block=5" 2>&1 | FileCheck %s --check-prefix=DIVIDE
// RUN: not weft-opt %s --codec-delta-weights="width=6 offset=3" 2>&1 | FileCheck %s --check-prefix=EXCEED
// RUN: not weft-opt %s --codec-delta-weights="width=9" 2>&1 | FileCheck %s --check-prefix=RANGE
// RUN: not weft-opt %s --codec-delta-weights="scheme=open" 2>&1 | FileCheck %s --check-prefix=CHOICE

// Rows whose weights are few multiples of a step lose nothing.
// CHECK: %[[D:.*]] = codec.delta fixed %{{.*}}, %{{.*}} : tensor<2xi8>, tensor<2x4xi4> -> tensor<2x4xi8>
// CHECK: %[[W:.*]] = nn.dequantize %[[D]]
// CHECK: nn.linear %{{.*}}, %[[W]]
// REMARK: remark: layer 'fc1': 32 → 6 bytes (delta{width=4 scheme=fixed}), relative error {{[0-9.]+e-(0[4-9]|[1-9][0-9])|0.00e\+00}}
// LAYER: codec.delta consecutive %{{.*}} : tensor<1xi8>, tensor<2x4xi3> -> tensor<2x4xi8>
// LAYER: nn.dequantize
// LAYER-SAME: tensor<f32>
// BLOCK: codec.delta fixed %{{.*}} : tensor<4xi8>, tensor<2x4xi4> -> tensor<2x4xi8>
// OPEN: codec.delta consecutive %{{.*}} {shift = 2 : i64} : tensor<2xi8>, tensor<2x4xi4> -> tensor<2x4xi8>
// DENSE-NOT: codec.delta
// Integers stay integers through the blocks: their scale is applied last.
// BOTH: %[[D:.*]] = codec.delta fixed %{{.*}} : tensor<1xi8>, tensor<1x2x2xi3> -> tensor<1x2x2xi8>
// BOTH: %[[C:.*]] = codec.circulant %[[D]] : tensor<1x2x2xi8> -> tensor<2x4xi8>
// BOTH: nn.dequantize %[[C]]
// DIVIDE: error: {{.*}}layer 'fc1' has rows of 4 weights, which blocks of 5 do not divide; the nearest block is 4
// EXCEED: error: {{.*}}layer 'fc1' has weights of 8 bits, which width=6 and offset=3 together exceed; the nearest offset is 2
// RANGE: error: delta: width is 9, expected 2 to 8; the nearest is 8
// CHOICE: error: delta: scheme is 'open', expected fixed, consecutive
func.func @main(%x: tensor<?x4xf32>) -> tensor<?x2xf32> {
  %w = nn.constant dense<[[0.25, 0.75, -0.5, 0.0], [-1.0, 0.5, 0.0, 1.5]]> : tensor<2x4xf32>
  %b = nn.constant dense<0.0> : tensor<2xf32>
  %y = nn.linear %x, %w, %b {nn.name = "fc1"} : tensor<?x4xf32>, tensor<2x4xf32>, tensor<2xf32> -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
