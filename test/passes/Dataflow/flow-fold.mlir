// PE and SIMD from a target, from a layer's own numbers; and everything that is refused.
// RUN: weft-opt --nn-to-flow --flow-fold=cycles=8 %s | FileCheck %s --check-prefix=TARGET
// RUN: weft-opt --nn-to-flow --flow-fold=layers=fc=2:4 %s | FileCheck %s --check-prefix=LAYER
// RUN: not weft-opt --nn-to-flow --flow-fold %s 2>&1 | FileCheck %s --check-prefix=NOTHING
// RUN: not weft-opt --nn-to-flow --flow-fold=cycles=1 %s 2>&1 | FileCheck %s --check-prefix=UNMET
// RUN: not weft-opt --nn-to-flow --flow-fold=layers=fc=3:4 %s 2>&1 | FileCheck %s --check-prefix=ILLEGAL
// RUN: not weft-opt --nn-to-flow --flow-fold=layers=fd=2:4 %s 2>&1 | FileCheck %s --check-prefix=UNKNOWN
// RUN: not weft-opt --nn-to-flow --flow-fold=layers=fc %s 2>&1 | FileCheck %s --check-prefix=SYNTAX

// TARGET: flow.mvu {{.*}} -> <1x2x4xi20, {{[1-9]}}>
// LAYER: flow.mvu {{.*}}simd = 4 : i64{{.*}} -> <1x2x4xi20, 2>
// NOTHING: error: no folding was asked for: give a target (cycles per frame) or layer=PE:SIMD
// UNMET: error: the target of 1 cycles per frame is not reachable: layer fc (flow.mvu) needs at least 2; the nearest reachable target is 2
// ILLEGAL: error: layer 'fc': PE = 3 is not legal; legal are 1, 2, 4
// UNKNOWN: error: no layer 'fd' to fold
// SYNTAX: error: expected a folding layer=PE:SIMD, got 'fc'
func.func @core(%x: tensor<?x8x2xi8>) -> tensor<?x4x1xi20> {
  %w = nn.constant dense<1> : tensor<4x8x1xi8>
  %b = nn.constant dense<1> : tensor<4xi20>
  %y = nn.conv %x, %w, %b {nn.name = "fc", strides = array<i64: 1>, pads_begin = array<i64: 0>, pads_end = array<i64: 0>, dilations = array<i64: 1>, groups = 1} : tensor<?x8x2xi8>, tensor<4x8x1xi8>, tensor<4xi20> -> tensor<?x4x2xi20>
  %p = nn.pool max %y {nn.name = "pool", kernel = array<i64: 2>, strides = array<i64: 1>, pads_begin = array<i64: 0>, pads_end = array<i64: 0>, dilations = array<i64: 1>} : tensor<?x4x2xi20> -> tensor<?x4x1xi20>
  return %p : tensor<?x4x1xi20>
}
