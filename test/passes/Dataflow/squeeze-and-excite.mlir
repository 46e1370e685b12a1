// The factors of a frame are known after all of it: the queue beside them holds it, and what arrives of the next one meanwhile, so that frames follow each
// other as fast as the window takes them. The queue behind the reorder that repeats the factors holds nothing.
// RUN: weft-opt --flow-insert-fifos --flow-report %s | FileCheck %s

// CHECK: "initiation_interval": 47
// CHECK: "bottleneck_steps": 46
// CHECK: %[[F:.*]]:2 = flow.fork
// CHECK: %[[X:.*]] = flow.fifo %[[F]]#1 {depth = 41 : i64
// CHECK: %[[R:.*]] = flow.reorder
// CHECK: flow.fifo %[[R]] {depth = 2 : i64
// CHECK: flow.multiply %[[X]]
func.func @dataflow(%x: !flow.stream<4x4x2xui8, 1>) -> !flow.stream<4x4x2xi17, 1> {
  %f:2 = flow.fork %x : !flow.stream<4x4x2xui8, 1> -> !flow.stream<4x4x2xui8, 1>, !flow.stream<4x4x2xui8, 1>
  %w = flow.window depthwise %f#0 {kernel = array<i64: 4, 4>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>} : !flow.stream<4x4x2xui8, 1> -> !flow.stream<1x1x32xui8, 1>
  %m = flow.pool max %w : !flow.stream<1x1x32xui8, 1> -> !flow.stream<1x1x2xui8, 1>
  %r = flow.reorder %m {counts = array<i64: 16, 2>, strides = array<i64: 0, 1>} : !flow.stream<1x1x2xui8, 1> -> !flow.stream<1x16x2xui8, 1>
  %v = flow.view %r : !flow.stream<1x16x2xui8, 1> -> !flow.stream<4x4x2xui8, 1>
  %y = flow.multiply %f#1, %v {lhs_zero_point = 0, rhs_zero_point = 0} : !flow.stream<4x4x2xui8, 1>, !flow.stream<4x4x2xui8, 1> -> !flow.stream<4x4x2xi17, 1>
  return %y : !flow.stream<4x4x2xi17, 1>
}
