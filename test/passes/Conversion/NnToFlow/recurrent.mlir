// A recurrent layer is one process; its pre-gates come step after step, and any stored form of its weight stays one.
// RUN: weft-opt %s --split-input-file --nn-to-flow --verify-diagnostics | FileCheck %s

// CHECK-LABEL: func.func @dataflow
// CHECK: %[[L:.*]] = codec.lookup
// CHECK: flow.recurrent gru %{{.*}}, %[[L]], %{{.*}} {cell_fraction = 5 : i64, {{.*}}gate_fraction = 5 : i64, nn.name = "cell", state_fraction = 7 : i64}
// CHECK-SAME: <1x3x6xi8, 1>, tensor<6x2xi8>, tensor<6xi20>, tensor<1xi32>, tensor<1xi32>, tensor<256xi17>, tensor<256xi17> -> <1x3x2xi8, 1>
func.func @core(%a: tensor<?x3x6xi8>) -> tensor<?x3x2xi8> {
  %w1 = nn.constant dense<1> : tensor<6x6xi8>
  %b1 = nn.constant dense<0> : tensor<6xi20>
  %l = nn.linear %a, %w1, %b1 {nn.name = "cell/input"} : tensor<?x3x6xi8>, tensor<6x6xi8>, tensor<6xi20> -> tensor<?x3x6xi20>
  %m = nn.constant dense<1> : tensor<1xi32>
  %x = nn.requantize %l, %m, %m {nn.name = "pre", zero_point = 0, lo = -128, hi = 127} : tensor<?x3x6xi20>, tensor<1xi32>, tensor<1xi32> -> tensor<?x3x6xi8>
  %codes = nn.constant dense<[[0, 1], [1, 0], [1, 1], [0, 0], [0, 1], [1, 0]]> : tensor<6x2xui1>
  %book = nn.constant dense<[[-5, 7]]> : tensor<1x2xi8>
  %w = codec.lookup %codes, %book : tensor<6x2xui1>, tensor<1x2xi8> -> tensor<6x2xi8>
  %b = nn.constant dense<0> : tensor<6xi20>
  %t = nn.constant dense<0> : tensor<256xi17>
  %y = nn.qrecurrent gru %x, %w, %b, %m, %m, %t, %t {nn.name = "cell", gate_fraction = 5, cell_fraction = 5, state_fraction = 7}
    : tensor<?x3x6xi8>, tensor<6x2xi8>, tensor<6xi20>, tensor<1xi32>, tensor<1xi32>, tensor<256xi17>, tensor<256xi17> -> tensor<?x3x2xi8>
  return %y : tensor<?x3x2xi8>
}

// -----
// Backward: the last step comes first, and the results are turned around again.
// CHECK-LABEL: func.func @dataflow
// CHECK: flow.reorder {{.*}}counts = array<i64: 3, 2>{{.*}}strides = array<i64: -1, 3>
// CHECK: flow.recurrent rnn
// CHECK: flow.reorder {{.*}}counts = array<i64: 3, 2>{{.*}}strides = array<i64: -2, 1>
func.func @core(%x: tensor<?x3x2xi8>) -> tensor<?x3x2xi8> {
  %w = nn.constant dense<1> : tensor<2x2xi8>
  %b = nn.constant dense<0> : tensor<2xi20>
  %m = nn.constant dense<1> : tensor<1xi32>
  %t = nn.constant dense<0> : tensor<256xi17>
  %y = nn.qrecurrent rnn %x, %w, %b, %m, %m, %t, %t {nn.name = "cell", gate_fraction = 5, cell_fraction = 5, state_fraction = 7, reverse = true}
    : tensor<?x3x2xi8>, tensor<2x2xi8>, tensor<2xi20>, tensor<1xi32>, tensor<1xi32>, tensor<256xi17>, tensor<256xi17> -> tensor<?x3x2xi8>
  return %y : tensor<?x3x2xi8>
}

// -----
// What a sequence begins with, peepholes and forms go along.
// CHECK-LABEL: func.func @dataflow
// CHECK: flow.recurrent lstm {{.*}} h %{{.*}} : tensor<1xi8> state %{{.*}} : tensor<1xi16> peepholes %{{.*}} : tensor<3xi16> {{{.*}}input_forget = true, {{.*}}peephole_fraction = 9
// CHECK: flow.recurrent gru {{.*}}reset_first = true
func.func @core(%x: tensor<?x3x4xi8>) -> tensor<?x3x1xi8> {
  %w = nn.constant dense<1> : tensor<4x1xi8>
  %b = nn.constant dense<0> : tensor<4xi20>
  %m = nn.constant dense<1> : tensor<1xi32>
  %t = nn.constant dense<0> : tensor<256xi17>
  %h = nn.constant dense<2> : tensor<1xi8>
  %s = nn.constant dense<3> : tensor<1xi16>
  %p = nn.constant dense<[4, 5, 6]> : tensor<3xi16>
  %y = nn.qrecurrent lstm %x, %w, %b, %m, %m, %t, %t h %h : tensor<1xi8> state %s : tensor<1xi16> peepholes %p : tensor<3xi16>
    {nn.name = "cell", gate_fraction = 5, cell_fraction = 5, state_fraction = 7, peephole_fraction = 9, input_forget = true}
    : tensor<?x3x4xi8>, tensor<4x1xi8>, tensor<4xi20>, tensor<1xi32>, tensor<1xi32>, tensor<256xi17>, tensor<256xi17> -> tensor<?x3x1xi8>
  %three = nn.constant dense<1> : tensor<3x1xi8>
  %zero = nn.constant dense<0> : tensor<3xi20>
  %z = nn.linear %y, %three, %zero {nn.name = "gates"} : tensor<?x3x1xi8>, tensor<3x1xi8>, tensor<3xi20> -> tensor<?x3x3xi20>
  %q = nn.requantize %z, %m, %m {nn.name = "requantize", zero_point = 0, lo = -128, hi = 127} : tensor<?x3x3xi20>, tensor<1xi32>, tensor<1xi32> -> tensor<?x3x3xi8>
  %g = nn.qrecurrent gru %q, %three, %zero, %m, %m, %t, %t {nn.name = "next", gate_fraction = 5, cell_fraction = 5, state_fraction = 7, reset_first = true}
    : tensor<?x3x3xi8>, tensor<3x1xi8>, tensor<3xi20>, tensor<1xi32>, tensor<1xi32>, tensor<256xi17>, tensor<256xi17> -> tensor<?x3x1xi8>
  return %g : tensor<?x3x1xi8>
}

// -----
// Steps of zeros behind a sequence are pixels beside its line.
// CHECK-LABEL: func.func @dataflow
// CHECK: flow.recurrent rnn
// CHECK: flow.pad {{.*}}high = array<i64: 0, 2>, low = array<i64: 0, 0>, nn.name = "all", value = 0 : i64} : <1x3x2xi8, 1> -> <1x5x2xi8, 1>
func.func @core(%x: tensor<?x3x2xi8>) -> tensor<?x5x2xi8> {
  %w = nn.constant dense<1> : tensor<2x2xi8>
  %b = nn.constant dense<0> : tensor<2xi20>
  %m = nn.constant dense<1> : tensor<1xi32>
  %t = nn.constant dense<0> : tensor<256xi17>
  %y = nn.qrecurrent rnn %x, %w, %b, %m, %m, %t, %t {nn.name = "cell", gate_fraction = 5, cell_fraction = 5, state_fraction = 7}
    : tensor<?x3x2xi8>, tensor<2x2xi8>, tensor<2xi20>, tensor<1xi32>, tensor<1xi32>, tensor<256xi17>, tensor<256xi17> -> tensor<?x3x2xi8>
  %p = nn.pad %y {nn.name = "all", low = array<i64: 0, 0, 0>, high = array<i64: 0, 2, 0>} : tensor<?x3x2xi8> -> tensor<?x5x2xi8>
  return %p : tensor<?x5x2xi8>
}

// -----
func.func @core(%x: tensor<?x3x2xi8>) -> tensor<?x5x3xi8> {
  // expected-error @+1 {{layer 'all': expected padding of spatial dimensions, or of the steps of a sequence, which is what flow.pad does}}
  %p = nn.pad %x {nn.name = "all", low = array<i64: 0, 1, 0>, high = array<i64: 0, 1, 1>} : tensor<?x3x2xi8> -> tensor<?x5x3xi8>
  return %p : tensor<?x5x3xi8>
}
