// A linear layer over the last dimension of a channels-first value reads it transposed; so does a pool behind a transpose.
// RUN: weft-opt --nn-to-flow --split-input-file %s | FileCheck %s

// CHECK-LABEL: @dataflow
// CHECK: flow.reorder %{{.*}} {counts = array<i64: 4, 6>, nn.name = "fc", strides = array<i64: 1, 4>} : <1x6x4xi8, 1> -> <1x4x6xi8, 1>
// CHECK: flow.mvu {{.*}} : <1x4x6xi8, 1>
// CHECK: flow.bias {{.*}} tensor<4xi20>
func.func @core(%x: tensor<?x4x6xi8>) -> tensor<?x4x1xi20> {
  %w = nn.constant dense<1> : tensor<1x6xi8>
  %b = nn.constant dense<0> : tensor<1xi20>
  %a = nn.linear %x, %w, %b {nn.name = "fc"} : tensor<?x4x6xi8>, tensor<1x6xi8>, tensor<1xi20> -> tensor<?x4x1xi20>
  %c = nn.constant dense<[[1], [2], [3], [4]]> : tensor<4x1xi20>
  %y = nn.binary add %a, %c {nn.name = "bias"} : tensor<?x4x1xi20>, tensor<4x1xi20> -> tensor<?x4x1xi20>
  return %y : tensor<?x4x1xi20>
}

// -----
// CHECK-LABEL: @dataflow
// CHECK: flow.reorder {{.*}} : <4x4x2xi8, 1> -> <1x8x4xi8, 1>
// CHECK: flow.window depthwise
func.func @core(%x: tensor<?x2x4x4xi8>) -> tensor<?x4x2x2xi8> {
  %t = nn.transpose %x {nn.name = "nhwc", perm = array<i64: 0, 2, 3, 1>} : tensor<?x2x4x4xi8> -> tensor<?x4x4x2xi8>
  %y = nn.pool max %t {nn.name = "pool", kernel = array<i64: 3, 1>, strides = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, dilations = array<i64: 1, 1>} : tensor<?x4x4x2xi8> -> tensor<?x4x2x2xi8>
  return %y : tensor<?x4x2x2xi8>
}

// -----
// Nearest neighbours of both axes in one reorder: rows and pixels are read twice.
// CHECK-LABEL: @dataflow
// CHECK: flow.reorder %{{.*}} {counts = array<i64: 2, 2, 3, 2, 4>, nn.name = "up", strides = array<i64: 12, 0, 4, 0, 1>} : <2x3x4xi8, 1> -> <1x24x4xi8, 1>
// CHECK-NOT: flow.reorder
// CHECK: return
func.func @core(%x: tensor<?x4x2x3xi8>) -> tensor<?x4x4x6xi8> {
  %rows = nn.constant dense<[0, 0, 1, 1]> : tensor<4xi64>
  %columns = nn.constant dense<[0, 0, 1, 1, 2, -1]> : tensor<6xi64>
  %a = nn.gather %x, %rows {axis = 2 : i64, nn.name = "up"} : tensor<?x4x2x3xi8>, tensor<4xi64> -> tensor<?x4x4x3xi8>
  %y = nn.gather %a, %columns {axis = 3 : i64, nn.name = "up"} : tensor<?x4x4x3xi8>, tensor<6xi64> -> tensor<?x4x4x6xi8>
  return %y : tensor<?x4x4x6xi8>
}

// -----
// A selection: every other channel from the second on, the rest is left out; a slice with steps likewise, here backward.
// CHECK-LABEL: @dataflow
// CHECK: flow.reorder %{{.*}} {base = 1 : i64, counts = array<i64: 6>, nn.name = "odd", strides = array<i64: 2>} : <1x3x4xi8, 1> -> <1x3x2xi8, 1>
// CHECK: flow.reorder %{{.*}} {base = 2 : i64, counts = array<i64: 2, 2>, nn.name = "back", strides = array<i64: -2, 1>} : <1x3x2xi8, 1> -> <1x2x2xi8, 1>
func.func @core(%x: tensor<?x4x3xi8>) -> tensor<?x2x2xi8> {
  %i = nn.constant dense<[1, 3]> : tensor<2xi64>
  %a = nn.gather %x, %i {axis = 1 : i64, nn.name = "odd"} : tensor<?x4x3xi8>, tensor<2xi64> -> tensor<?x2x3xi8>
  %y = nn.slice %a {starts = array<i64: 0, 0, 2>, sizes = array<i64: -1, 2, 2>, steps = array<i64: 1, 1, -1>, nn.name = "back"} : tensor<?x2x3xi8> -> tensor<?x2x2xi8>
  return %y : tensor<?x2x2xi8>
}

// -----
// Pixels one behind the other: of an image rows, of a sequence steps.
// CHECK-LABEL: @dataflow
// CHECK: flow.concat %{{.*}}, %{{.*}} {axis = 0 : i64, nn.name = "rows"} : !flow.stream<2x3x4xi8, 1>, !flow.stream<1x3x4xi8, 1> -> <3x3x4xi8, 1>
// CHECK: flow.concat %{{.*}}, %{{.*}} {axis = 1 : i64, nn.name = "steps"} : !flow.stream<1x5x4xi8, 1>, !flow.stream<1x2x4xi8, 1> -> <1x7x4xi8, 1>
func.func @core(%x: tensor<?x4x2x3xi8>, %y: tensor<?x4x1x3xi8>, %u: tensor<?x4x5xi8>, %v: tensor<?x4x2xi8>) -> (tensor<?x4x3x3xi8>, tensor<?x4x7xi8>) {
  %a = nn.concat %x, %y {axis = 2 : i64, nn.name = "rows"} : tensor<?x4x2x3xi8>, tensor<?x4x1x3xi8> -> tensor<?x4x3x3xi8>
  %b = nn.concat %u, %v {axis = 2 : i64, nn.name = "steps"} : tensor<?x4x5xi8>, tensor<?x4x2xi8> -> tensor<?x4x7xi8>
  return %a, %b : tensor<?x4x3x3xi8>, tensor<?x4x7xi8>
}
