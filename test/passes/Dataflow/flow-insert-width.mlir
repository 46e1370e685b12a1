// Lanes neither of which divides the other meet in a gearbox, or at their greatest common divisor where that is fast enough; a fork takes its input's lanes.
// RUN: weft-opt --split-input-file --flow-insert-width %s | FileCheck %s

// CHECK-LABEL: func.func @dataflow
func.func @dataflow(%x: !flow.stream<1x1x12xi8, 4>, %t: tensor<256xi8>) -> (!flow.stream<1x1x12xi8, 6>, !flow.stream<1x1x12xi8, 4>) {
  %a = flow.table %x, %t : !flow.stream<1x1x12xi8, 4>, tensor<256xi8> -> !flow.stream<1x1x12xi8, 4>
  // CHECK: %[[F:.*]]:2 = flow.fork {{.*}} : <1x1x12xi8, 4>
  %f:2 = flow.fork %a : !flow.stream<1x1x12xi8, 4> -> !flow.stream<1x1x12xi8, 4>, !flow.stream<1x1x12xi8, 4>
  // CHECK: %[[G:.*]] = flow.width %[[F]]#0 {{.*}} : <1x1x12xi8, 4> -> <1x1x12xi8, 6>
  // CHECK: flow.table %[[G]],
  %b = flow.table %f#0, %t : !flow.stream<1x1x12xi8, 4>, tensor<256xi8> -> !flow.stream<1x1x12xi8, 6>
  return %b, %f#1 : !flow.stream<1x1x12xi8, 6>, !flow.stream<1x1x12xi8, 4>
}

// -----

// The third table takes 6 steps.
// CHECK-LABEL: func.func @dataflow
func.func @dataflow(%x: !flow.stream<1x1x12xi8, 4>, %t: tensor<256xi8>) -> !flow.stream<1x1x12xi8, 2> {
  %a = flow.table %x, %t : !flow.stream<1x1x12xi8, 4>, tensor<256xi8> -> !flow.stream<1x1x12xi8, 4>
  // CHECK: %[[D:.*]] = flow.width %{{.*}} : <1x1x12xi8, 4> -> <1x1x12xi8, 2>
  // CHECK: %[[U:.*]] = flow.width %[[D]] {{.*}} : <1x1x12xi8, 2> -> <1x1x12xi8, 6>
  // CHECK: flow.table %[[U]],
  %b = flow.table %a, %t : !flow.stream<1x1x12xi8, 4>, tensor<256xi8> -> !flow.stream<1x1x12xi8, 6>
  %c = flow.table %b, %t : !flow.stream<1x1x12xi8, 6>, tensor<256xi8> -> !flow.stream<1x1x12xi8, 2>
  return %c : !flow.stream<1x1x12xi8, 2>
}
