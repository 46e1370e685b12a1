// Each operator of the integer core becomes its processes; forks where a value has several uses; weights behind a flatten are
// permuted (D3).
// RUN: weft-opt --nn-to-flow --split-input-file %s | FileCheck %s

// CHECK-LABEL: func.func @dataflow
// CHECK-SAME: !flow.stream<6x6x2xui8, 1> {flow.shape = array<i64: 2, 6, 6>, nn.name = "image"}
// CHECK: %[[P:.*]] = flow.pad %{{.*}} value = 3
// CHECK: %[[W:.*]] = flow.window dense %[[P]]
// CHECK-SAME: -> <3x3x18xui8, 1>
// A column is (kh, kw, c): channel 1's first tap follows channel 0's.
// CHECK: dense<{{\[\[}}0, 9, 1, 10, 2, 11, 3, 12, 4, 13, 5, 14, 6, 15, 7, 16, 8, 17]]>
// CHECK: flow.mvu %[[W]]
// CHECK-SAME: nn.name = "conv"
// CHECK: func.func @core
func.func @core(%x: tensor<?x2x6x6xui8> {nn.name = "image"}) -> tensor<?x1x3x3xi20> {
  %w = nn.constant dense<[[[[0, 1, 2], [3, 4, 5], [6, 7, 8]], [[9, 10, 11], [12, 13, 14], [15, 16, 17]]]]> : tensor<1x2x3x3xi8>
  %b = nn.constant dense<7> : tensor<1xi20>
  %y = nn.conv %x, %w, %b {nn.name = "conv", strides = array<i64: 2, 2>, pads_begin = array<i64: 1, 1>, pads_end = array<i64: 1, 1>, dilations = array<i64: 1, 1>, groups = 1, pad_value = 3} : tensor<?x2x6x6xui8>, tensor<1x2x3x3xi8>, tensor<1xi20> -> tensor<?x1x3x3xi20>
  return %y : tensor<?x1x3x3xi20>
}

// -----
// Flatten of [2, 1, 2] is (c, w); the stream has (w, c).
// CHECK-LABEL: func.func @dataflow
// CHECK: flow.view
// CHECK: dense<{{\[\[}}0, 2, 1, 3]]>
// CHECK: flow.mvu
func.func @core(%x: tensor<?x2x1x2xui8>) -> tensor<?x1xi20> {
  %f = nn.reshape %x {nn.name = "flatten", shape = array<i64: -1, 4>} : tensor<?x2x1x2xui8> -> tensor<?x4xui8>
  %w = nn.constant dense<[[0, 1, 2, 3]]> : tensor<1x4xi8>
  %b = nn.constant dense<7> : tensor<1xi20>
  %y = nn.linear %f, %w, %b {nn.name = "fc"} : tensor<?x4xui8>, tensor<1x4xi8>, tensor<1xi20> -> tensor<?x1xi20>
  return %y : tensor<?x1xi20>
}

// -----
// Transposed to channels-last first, nothing is permuted.
// CHECK-LABEL: func.func @dataflow
// CHECK: dense<{{\[\[}}0, 1, 2, 3]]>
func.func @core(%x: tensor<?x2x1x2xui8>) -> tensor<?x1xi20> {
  %t = nn.transpose %x {nn.name = "nhwc", perm = array<i64: 0, 2, 3, 1>} : tensor<?x2x1x2xui8> -> tensor<?x1x2x2xui8>
  %f = nn.reshape %t {nn.name = "flatten", shape = array<i64: -1, 4>} : tensor<?x1x2x2xui8> -> tensor<?x4xui8>
  %w = nn.constant dense<[[0, 1, 2, 3]]> : tensor<1x4xi8>
  %b = nn.constant dense<7> : tensor<1xi20>
  %y = nn.linear %f, %w, %b {nn.name = "fc"} : tensor<?x4xui8>, tensor<1x4xi8>, tensor<1xi20> -> tensor<?x1xi20>
  return %y : tensor<?x1xi20>
}

// -----
// A residual: the stream is forked, and the result that is returned reshaped says its order.
// CHECK-LABEL: func.func @dataflow
// CHECK-SAME: -> (!flow.stream<1x2x2xui8, 1> {flow.order = array<i64: 0, 2, 1, 3>, flow.shape = array<i64: 4>})
// CHECK: flow.fork
// CHECK: flow.table
// CHECK: flow.add
func.func @core(%x: tensor<?x2x1x2xui2>) -> tensor<?x4xui8> {
  %t = nn.constant dense<[1, 2, 3, 4]> : tensor<4xui8>
  %a = nn.table %x, %t {nn.name = "table"} : tensor<?x2x1x2xui2>, tensor<4xui8> -> tensor<?x2x1x2xui8>
  %y = nn.qadd %a, %x {nn.name = "add", lhs_multiplier = 1, rhs_multiplier = 1, offset = 0, shift = 0, zero_point = 0, lo = 0, hi = 255} : tensor<?x2x1x2xui8>, tensor<?x2x1x2xui2> -> tensor<?x2x1x2xui8>
  %f = nn.reshape %y {nn.name = "flatten", shape = array<i64: -1, 4>} : tensor<?x2x1x2xui8> -> tensor<?x4xui8>
  return %f : tensor<?x4xui8>
}
