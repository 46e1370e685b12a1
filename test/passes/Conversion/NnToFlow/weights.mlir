// Compressed weights in the order of the stream: what is stored moves, decoders and blocks stay; what the order breaks is evaluated.
// RUN: weft-opt --nn-to-flow --split-input-file %s 2>%t | FileCheck %s
// RUN: FileCheck %s --check-prefix=REMARK < %t
// RUN: not weft-opt --nn-to-flow --flow-fold=layers=conv=1:2 --split-input-file %s 2>&1 | FileCheck %s --check-prefix=LANES

// Blocks of channels stay blocks behind a window: vector (tap, j) of vectors [j][u][tap].
// CHECK-LABEL: func.func @dataflow
// CHECK: dense<{{\[\[\[}}0, 2, 4], [1, 3, 5]]]> : tensor<1x2x3xi8>
// CHECK: codec.circulant %{{.*}} : tensor<1x2x3xi8> -> tensor<3x6xi8>
// Lanes that go with blocks of three: 2 is not among them.
// LANES: error: layer 'conv': SIMD = 2 is not legal; legal are 1, 3, 6
func.func @core(%x: tensor<?x3x1x2xui8>) -> tensor<?x3x1x1xi20> {
  %v = nn.constant dense<[[[[[0, 1]], [[2, 3]], [[4, 5]]]]]> : tensor<1x1x3x1x2xi8>
  %w = codec.circulant %v : tensor<1x1x3x1x2xi8> -> tensor<3x3x1x2xi8>
  %b = nn.constant dense<7> : tensor<3xi20>
  %y = nn.conv %x, %w, %b {nn.name = "conv", strides = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, dilations = array<i64: 1, 1>, groups = 1} : tensor<?x3x1x2xui8>, tensor<3x3x1x2xi8>, tensor<3xi20> -> tensor<?x3x1x1xi20>
  return %y : tensor<?x3x1x1xi20>
}

// -----
// Consecutive differences in stream order, one reference for all: the second row begins from the last weight of the first, 5 + 1 + 2 + 3 + 4 = 15.
// CHECK-LABEL: func.func @dataflow
// CHECK: dense<{{\[\[}}1, 3, 2, 4], [-1, -3, -2, -4]]> : tensor<2x4xi4>
// CHECK: dense<[5, 15]> : tensor<2xi64>
// CHECK: codec.delta consecutive %{{.*}} : tensor<2xi64>, tensor<2x4xi4> -> tensor<2x4xi8>
func.func @core(%x: tensor<?x2x1x2xui8>) -> tensor<?x2xi20> {
  %f = nn.reshape %x {nn.name = "flatten", shape = array<i64: -1, 4>} : tensor<?x2x1x2xui8> -> tensor<?x4xui8>
  %r = nn.constant dense<[5]> : tensor<1xi8>
  %d = nn.constant dense<[[1, 2, 3, 4], [-1, -2, -3, -4]]> : tensor<2x4xi4>
  %w = codec.delta consecutive %r, %d {channels = 2 : i64} : tensor<1xi8>, tensor<2x4xi4> -> tensor<2x4xi8>
  %b = nn.constant dense<7> : tensor<2xi20>
  %y = nn.linear %f, %w, %b {nn.name = "fc"} : tensor<?x4xui8>, tensor<2x4xi8>, tensor<2xi20> -> tensor<?x2xi20>
  return %y : tensor<?x2xi20>
}

// -----
// Consecutive in another order than the stream's; references that the stream scatters; blocks that it breaks.
// CHECK-LABEL: func.func @dataflow
// CHECK-NOT: codec.
// CHECK: flow.mvu
// CHECK: flow.mvu
// CHECK: func.func @core
// REMARK: remark: layer 'fc': the order of the stream scatters the references of delta{width=4 scheme=consecutive}; its memory holds the weights it evaluates to
// REMARK: remark: layer 'fd': the order of the stream breaks the blocks of circulant{block=2}; its memory holds the weights it evaluates to
func.func @core(%x: tensor<?x2x1x2xui8>) -> (tensor<?x2xi20>, tensor<?x2xi20>) {
  %f = nn.reshape %x {nn.name = "flatten", shape = array<i64: -1, 4>} : tensor<?x2x1x2xui8> -> tensor<?x4xui8>
  %r = nn.constant dense<[5]> : tensor<1xi8>
  %d = nn.constant dense<[[1, 2, 3, 4], [-1, -2, -3, -4]]> : tensor<2x4xi4>
  %w = codec.delta consecutive %r, %d : tensor<1xi8>, tensor<2x4xi4> -> tensor<2x4xi8>
  %b = nn.constant dense<7> : tensor<2xi20>
  %y = nn.linear %f, %w, %b {nn.name = "fc"} : tensor<?x4xui8>, tensor<2x4xi8>, tensor<2xi20> -> tensor<?x2xi20>
  %v = nn.constant dense<[[[1, 2], [3, 4]]]> : tensor<1x2x2xi8>
  %c = codec.circulant %v : tensor<1x2x2xi8> -> tensor<2x4xi8>
  %z = nn.linear %f, %c, %b {nn.name = "fd"} : tensor<?x4xui8>, tensor<2x4xi8>, tensor<2xi20> -> tensor<?x2xi20>
  return %y, %z : tensor<?x2xi20>, tensor<?x2xi20>
}
