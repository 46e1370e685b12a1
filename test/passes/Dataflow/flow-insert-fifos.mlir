// A queue on every edge, and one deep enough beside a convolution: a row and two pixels of the padded frame.
// RUN: weft-opt --flow-insert-fifos %s | FileCheck %s
// RUN: weft-opt --flow-insert-fifos --flow-insert-fifos %s | FileCheck %s
// RUN: weft-opt --flow-insert-fifos --flow-report %s | FileCheck %s --check-prefix=REPORT
// RUN: weft-opt --flow-insert-fifos=cycles=585 --flow-report %s | FileCheck %s --check-prefix=SEAMLESS
// RUN: weft-opt --flow-insert-fifos=cycles=590 %s | FileCheck %s --check-prefix=ENOUGH

// CHECK-LABEL: func.func @dataflow
// CHECK: %[[IN:.*]] = flow.fifo %arg0 {depth = 2
// CHECK-NEXT: %[[F:.*]]:2 = flow.fork %[[IN]]
// CHECK: %[[SHORT:.*]] = flow.fifo %[[F]]#1 {depth = [[DEPTH:1[0-9]]]
// CHECK: flow.add %{{.*}}, %[[SHORT]]
// CHECK: flow.fifo
// CHECK: return
// REPORT: "latency": {{[0-9]+}}
// REPORT-NEXT: "initiation_interval": 590
// REPORT-NEXT: "bottleneck": "flow.window/window"
// REPORT-NEXT: "bottleneck_steps": 590
// Where fewer cycles are asked for, the window keeps the rows that the next frame begins with.
// SEAMLESS: "initiation_interval": 576
// SEAMLESS: depth = 47
// ENOUGH-NOT: depth = 47
func.func @dataflow(%x: !flow.stream<8x8x1xui8, 1>) -> !flow.stream<8x8x1xui8, 1> {
  %f:2 = flow.fork %x : !flow.stream<8x8x1xui8, 1> -> !flow.stream<8x8x1xui8, 1>, !flow.stream<8x8x1xui8, 1>
  %p = flow.pad %f#0 {low = array<i64: 1, 1>, high = array<i64: 1, 1>, value = 0} : !flow.stream<8x8x1xui8, 1> -> !flow.stream<10x10x1xui8, 1>
  %w = flow.window depthwise %p {kernel = array<i64: 3, 3>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>} : !flow.stream<10x10x1xui8, 1> -> !flow.stream<8x8x9xui8, 1>
  %m = flow.pool max %w : !flow.stream<8x8x9xui8, 1> -> !flow.stream<8x8x1xui8, 1>
  %s = flow.add %m, %f#1 {lhs_multiplier = 1, rhs_multiplier = 1, offset = 0, shift = 1, zero_point = 0, lo = 0, hi = 255} : !flow.stream<8x8x1xui8, 1>, !flow.stream<8x8x1xui8, 1> -> !flow.stream<8x8x1xui8, 1>
  return %s : !flow.stream<8x8x1xui8, 1>
}
