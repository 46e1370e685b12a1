// Masks as expressions: printed as they are read, and what they evaluate to.
// RUN: weft-opt %s | weft-opt | FileCheck %s
// RUN: weft-opt %s --codec-materialize | FileCheck %s --check-prefix=DENSE

// CHECK: codec.interleave %{{.*}} dither %{{.*}} {channels = 2 : i64, fan_out = 1 : i64, type = 3 : i64} : tensor<1x2xui1> dither tensor<1x2xui1> -> tensor<2x4xui1>
// CHECK: codec.random_mask %{{.*}} {fan_in = 2 : i64} : tensor<1xui32> -> tensor<2x4xui1>
// CHECK: codec.random_mask %{{.*}} {edges = 3 : i64} : tensor<1xui32> -> tensor<2x4xui1>
// CHECK: codec.nm_mask %{{.*}} : tensor<2x2x1xui1> -> tensor<2x4xui1>
// CHECK: codec.block_mask %{{.*}}, %{{.*}} : tensor<1x2x2xui1>, tensor<1x2x2xui1> -> tensor<2x4xui1>
// Start rows 0 and 1, memories changed: edges to positions 1, 2 and 3, 0, which are columns 2, 1 and 3, 0.
// DENSE: dense<{{\[\[}}0, 1, 2, 0], [3, 0, 0, 4]]> : tensor<2x4xi8>
// DENSE: dense<{{\[\[}}1, 0, 2, 0], [0, 3, 0, 4]]> : tensor<2x4xi8>
// DENSE: dense<{{\[\[}}0, 1, 2, 0], [0, 0, 3, 0]]> : tensor<2x4xi8>
func.func @main(%x: tensor<?x4xi8>) -> (tensor<?x2xi16>, tensor<?x2xi16>, tensor<?x2xi16>, tensor<?x2xi16>, tensor<?x2xi16>) {
  %b = nn.constant dense<0> : tensor<2xi16>
  %v = nn.constant dense<[1, 2, 3, 4]> : tensor<4xi8>
  %s = nn.constant dense<[[0, 1]]> : tensor<1x2xui1>
  %d = nn.constant dense<[[1, 0]]> : tensor<1x2xui1>
  %m0 = codec.interleave %s dither %d {channels = 2 : i64, fan_out = 1 : i64, type = 3 : i64} : tensor<1x2xui1> dither tensor<1x2xui1> -> tensor<2x4xui1>
  %w0 = codec.scatter %v, %m0 : tensor<4xi8>, tensor<2x4xui1> -> tensor<2x4xi8>
  %y0 = nn.linear %x, %w0, %b : tensor<?x4xi8>, tensor<2x4xi8>, tensor<2xi16> -> tensor<?x2xi16>
  %seed = nn.constant dense<5> : tensor<1xui32>
  %m1 = codec.random_mask %seed {fan_in = 2 : i64} : tensor<1xui32> -> tensor<2x4xui1>
  %w1 = codec.scatter %v, %m1 : tensor<4xi8>, tensor<2x4xui1> -> tensor<2x4xi8>
  %y1 = nn.linear %x, %w1, %b : tensor<?x4xi8>, tensor<2x4xi8>, tensor<2xi16> -> tensor<?x2xi16>
  %t = nn.constant dense<[1, 2, 3]> : tensor<3xi8>
  %m2 = codec.random_mask %seed {edges = 3 : i64} : tensor<1xui32> -> tensor<2x4xui1>
  %w2 = codec.scatter %t, %m2 : tensor<3xi8>, tensor<2x4xui1> -> tensor<2x4xi8>
  %y2 = nn.linear %x, %w2, %b : tensor<?x4xi8>, tensor<2x4xi8>, tensor<2xi16> -> tensor<?x2xi16>
  %i = nn.constant dense<[[[0], [0]], [[1], [1]]]> : tensor<2x2x1xui1>
  %m3 = codec.nm_mask %i : tensor<2x2x1xui1> -> tensor<2x4xui1>
  %w3 = codec.scatter %v, %m3 : tensor<4xi8>, tensor<2x4xui1> -> tensor<2x4xi8>
  %y3 = nn.linear %x, %w3, %b : tensor<?x4xi8>, tensor<2x4xi8>, tensor<2xi16> -> tensor<?x2xi16>
  %r = nn.constant dense<[[[1, 0], [1, 1]]]> : tensor<1x2x2xui1>
  %c = nn.constant dense<[[[0, 1], [1, 0]]]> : tensor<1x2x2xui1>
  %m4 = codec.block_mask %r, %c : tensor<1x2x2xui1>, tensor<1x2x2xui1> -> tensor<2x4xui1>
  %w4 = codec.scatter %t, %m4 : tensor<3xi8>, tensor<2x4xui1> -> tensor<2x4xi8>
  %y4 = nn.linear %x, %w4, %b : tensor<?x4xi8>, tensor<2x4xi8>, tensor<2xi16> -> tensor<?x2xi16>
  return %y0, %y1, %y2, %y3, %y4 : tensor<?x2xi16>, tensor<?x2xi16>, tensor<?x2xi16>, tensor<?x2xi16>, tensor<?x2xi16>
}
