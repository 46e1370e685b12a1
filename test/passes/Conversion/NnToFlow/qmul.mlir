// A product is a process of two streams; what is broadcast goes through a reorder that repeats it.
// RUN: weft-opt --split-input-file --verify-diagnostics --nn-to-flow %s | FileCheck %s

// CHECK-LABEL: func.func @dataflow
// CHECK: %[[F:.*]]:2 = flow.fork
// CHECK: %[[T:.*]] = flow.table %[[F]]#0
// CHECK: flow.multiply %[[T]], %[[F]]#1 {lhs_zero_point = 4 : i64, nn.name = "gate", rhs_zero_point = 1 : i64} : <1x2x2xui8, 1>, <1x2x2xui2, 1> -> <1x2x2xi11, 1>
func.func @core(%x: tensor<?x2x1x2xui2>) -> tensor<?x2x1x2xi11> {
  %t = nn.constant dense<[1, 2, 3, 4]> : tensor<4xui8>
  %a = nn.table %x, %t {nn.name = "table"} : tensor<?x2x1x2xui2>, tensor<4xui8> -> tensor<?x2x1x2xui8>
  %y = nn.qmul %a, %x {nn.name = "gate", lhs_zero_point = 4, rhs_zero_point = 1} : tensor<?x2x1x2xui8>, tensor<?x2x1x2xui2> -> tensor<?x2x1x2xi11>
  return %y : tensor<?x2x1x2xi11>
}

// -----
// Squeeze and excite: the factors of the channels, for each of four pixels again.
// CHECK-LABEL: func.func @dataflow
// CHECK: %[[S:.*]] = flow.reorder %{{.*}} {counts = array<i64: 4, 3>, {{.*}}strides = array<i64: 0, 1>} : <1x1x3xui8, 1> -> <1x4x3xui8, 1>
// CHECK: %[[V:.*]] = flow.view %[[S]] {{.*}} : <1x4x3xui8, 1> -> <2x2x3xui8, 1>
// CHECK: flow.multiply %{{.*}}, %[[V]] {{.*}} -> <2x2x3xi17, 1>
func.func @core(%x: tensor<?x3x2x2xui8>, %s: tensor<?x3x1x1xui8>) -> tensor<?x3x2x2xi17> {
  %y = nn.qmul %x, %s {nn.name = "excite", lhs_zero_point = 0, rhs_zero_point = 0} : tensor<?x3x2x2xui8>, tensor<?x3x1x1xui8> -> tensor<?x3x2x2xi17>
  return %y : tensor<?x3x2x2xi17>
}

// -----
// A factor for each pixel, and what it multiplies in another order than channels last.
// CHECK-LABEL: func.func @dataflow
// CHECK: flow.reorder %{{.*}} {counts = array<i64: 2, 2, 3>, {{.*}}strides = array<i64: 1, 2, 0>}
// CHECK: flow.multiply
func.func @core(%x: tensor<?x3x2x2xui8>, %s: tensor<?x1x2x2xui8>) -> tensor<?x3x2x2xi17> {
  %t = nn.transpose %x {nn.name = "turn", perm = array<i64: 0, 1, 3, 2>} : tensor<?x3x2x2xui8> -> tensor<?x3x2x2xui8>
  %y = nn.qmul %s, %t {nn.name = "mask", lhs_zero_point = 0, rhs_zero_point = 0} : tensor<?x1x2x2xui8>, tensor<?x3x2x2xui8> -> tensor<?x3x2x2xi17>
  return %y : tensor<?x3x2x2xi17>
}

// -----
func.func @core(%x: tensor<?x3x1xui8>, %s: tensor<?x1x2xui8>) -> tensor<?x3x2xi17> {
  // expected-error @+1 {{layer 'outer': expected an operand of the result's shape, got 'tensor<?x3x1xui8>' and 'tensor<?x1x2xui8>' to 'tensor<?x3x2xi17>'}}
  %y = nn.qmul %x, %s {nn.name = "outer", lhs_zero_point = 0, rhs_zero_point = 0} : tensor<?x3x1xui8>, tensor<?x1x2xui8> -> tensor<?x3x2xi17>
  return %y : tensor<?x3x2xi17>
}
