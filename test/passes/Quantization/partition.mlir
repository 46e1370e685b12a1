// RUN: weft-opt %s --nn-partition -split-input-file | FileCheck %s

// Float stays in @main; constants follow their users; names are those of the network's inputs and outputs.
// CHECK-LABEL: func.func @main
// CHECK: %[[Q:.*]] = nn.quantize %arg0
// CHECK: %[[C:.*]] = call @core(%[[Q]]) : (tensor<?x2xui8>) -> tensor<?x1xi12>
// CHECK: %[[D:.*]] = nn.dequantize %[[C]]
// CHECK: return %[[D]]
// CHECK-LABEL: func.func @core(%arg0: tensor<?x2xui8> {nn.name = "x"}) -> (tensor<?x1xi12> {nn.name = "y"})
// CHECK: nn.constant
// CHECK: %[[L:.*]] = nn.linear %arg0
// CHECK: return %[[L]]
func.func @main(%x: tensor<?x2xf32> {nn.name = "x"}) -> (tensor<?x1xf32> {nn.name = "y"}) {
  %s = nn.constant dense<0.5> : tensor<f32>
  %z = nn.constant dense<0> : tensor<ui8>
  %zy = nn.constant dense<0> : tensor<i12>
  %w = nn.constant dense<[[3, -1]]> : tensor<1x2xi8>
  %b = nn.constant dense<[7]> : tensor<1xi12>
  %q = nn.quantize %x, %s, %z : tensor<?x2xf32>, tensor<f32>, tensor<ui8> -> tensor<?x2xui8>
  %a = nn.linear %q, %w, %b {nn.name = "fc"} : tensor<?x2xui8>, tensor<1x2xi8>, tensor<1xi12> -> tensor<?x1xi12>
  %y = nn.dequantize %a, %s, %zy : tensor<?x1xi12>, tensor<f32>, tensor<i12> -> tensor<?x1xf32>
  return %y : tensor<?x1xf32>
}

// -----

// Floating point between integers: two functions.
// CHECK-LABEL: func.func @main
// CHECK: call @core(
// CHECK: nn.softmax
// CHECK: call @core_1(
// CHECK: func.func @core(
// CHECK: func.func @core_1(
func.func @main(%q: tensor<?x2xi8>) -> tensor<?x2xi8> {
  %s = nn.constant dense<0.5> : tensor<f32>
  %z = nn.constant dense<0> : tensor<i8>
  %t = nn.constant dense<0> : tensor<256xi8>
  %a = nn.table %q, %t : tensor<?x2xi8>, tensor<256xi8> -> tensor<?x2xi8>
  %x = nn.dequantize %a, %s, %z : tensor<?x2xi8>, tensor<f32>, tensor<i8> -> tensor<?x2xf32>
  %p = nn.softmax %x {axis = 1 : i64} : tensor<?x2xf32> -> tensor<?x2xf32>
  %y = nn.quantize %p, %s, %z : tensor<?x2xf32>, tensor<f32>, tensor<i8> -> tensor<?x2xi8>
  %r = nn.table %y, %t : tensor<?x2xi8>, tensor<256xi8> -> tensor<?x2xi8>
  return %r : tensor<?x2xi8>
}

// -----

// Operations of one node have names of their own, as each has a value that executors are compared by.
// CHECK: func.func @core(%arg0: tensor<?x2x3xi8>
// CHECK: nn.transpose %arg0 {nn.name = "rnn.transpose"
// CHECK: nn.transpose %{{.*}} {nn.name = "rnn.transpose.1"
// CHECK: nn.table {{.*}}nn.name = "rnn"}
// CHECK: nn.reshape {{.*}}nn.name = "rnn.reshape"
func.func @main(%q: tensor<?x2x3xi8>) -> tensor<?x6xi8> {
  %t = nn.constant dense<0> : tensor<256xi8>
  %a = nn.transpose %q {nn.name = "rnn", perm = array<i64: 0, 2, 1>} : tensor<?x2x3xi8> -> tensor<?x3x2xi8>
  %b = nn.transpose %a {nn.name = "rnn", perm = array<i64: 0, 2, 1>} : tensor<?x3x2xi8> -> tensor<?x2x3xi8>
  %c = nn.table %b, %t {nn.name = "rnn"} : tensor<?x2x3xi8>, tensor<256xi8> -> tensor<?x2x3xi8>
  %y = nn.reshape %c {nn.name = "rnn", shape = array<i64: -1, 6>} : tensor<?x2x3xi8> -> tensor<?x6xi8>
  return %y : tensor<?x6xi8>
}
