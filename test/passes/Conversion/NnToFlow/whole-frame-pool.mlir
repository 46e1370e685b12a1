// All pixels of a frame: no window before the pool, and a sum for each beat of a pixel.
// RUN: weft-opt --nn-to-flow %s | FileCheck %s

// CHECK-LABEL: func.func @dataflow
// CHECK-NOT: flow.window
// CHECK: flow.pool sum {{.*}} : <3x4x2xui8, 1> -> <1x1x2xi13, 1>
func.func @core(%x: tensor<?x2x3x4xui8> {nn.name = "x"}) -> (tensor<?x2x1x1xi13> {nn.name = "y"}) {
  %y = nn.pool sum %x {nn.name = "mean", kernel = array<i64: 3, 4>, strides = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, dilations = array<i64: 1, 1>} : tensor<?x2x3x4xui8> -> tensor<?x2x1x1xi13>
  return %y : tensor<?x2x1x1xi13>
}

// A strided pool of one tap is a window with a pool of its beats.
// RUN: sed 's/kernel = array<i64: 3, 4>, strides = array<i64: 1, 1>/kernel = array<i64: 1, 1>, strides = array<i64: 2, 2>/; s/x1x1xi13/x2x2xi13/g' %s | weft-opt --nn-to-flow | FileCheck %s --check-prefix=TAP
// TAP: flow.window depthwise
// TAP: flow.pool sum {{.*}} : <2x2x2xui8, 1> -> <2x2x2xi13, 1>
