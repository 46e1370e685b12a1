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
