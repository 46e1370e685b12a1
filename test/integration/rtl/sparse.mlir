// Sparse units: a convolution with codes and a dither of more memories than an output has edges, and after a flatten a linear layer whose mask
// is in stream order; a third layer with rows in any order. Fewer edges a cycle than the mask has memories, and all of them.
// REQUIRES: iverilog
// RUN: weft-rtl-check %s --out %t --cycles 96 --sim icarus --stall 1 --stall 2 | FileCheck %s
// RUN: weft-rtl-check %s --out %t --cycles 24 --sim icarus --stall 3 | FileCheck %s
// RUN: weft-opt %s --nn-to-flow | FileCheck %s --check-prefix=FLOW
// CHECK: PASS bits, stall seed 0
// CHECK: PASS cycles
// CHECK-NOT: FAIL
// FLOW: flow.sparse_mvu {{.*}} dither {{.*}}edges = 8 : i64, {{.*}}tensor<2x8xi1> dither tensor<2x8xui3> -> <2x2x8xi20, 2>
// FLOW: flow.sparse_mvu {{.*}}edges = 1 : i64
// FLOW: flow.sparse_mvu {{.*}}tensor<3x2x3xi1>
func.func @core(%x: tensor<?x4x4x4xi8> {nn.name = "x"}) -> (tensor<?x6xi20> {nn.name = "y"}) {
    %k1 = nn.constant dense<[1, 2, 0, 3, 3, 1, 0, 0, 0, 3, 2, 0, 1, 2, 2, 1, 0, 2, 1, 0, 2, 2, 1, 1, 2, 2, 2, 0, 2, 3, 1, 1]> : tensor<32xui2>
    %cb1 = nn.constant dense<[[-64, -6, -56, -105], [114, 112, 82, 94]]> : tensor<2x4xi8>
    %v1 = codec.lookup %k1, %cb1 : tensor<32xui2>, tensor<2x4xi8> -> tensor<32xi8>
    %s1 = nn.constant dense<[[1, 0, 1, 1, 0, 1, 1, 1], [1, 1, 0, 0, 1, 1, 0, 0]]> : tensor<2x8xui1>
    %d1 = nn.constant dense<[[0, 3, 5, 2, 6, 4, 1, 7], [3, 0, 7, 1, 5, 4, 6, 2]]> : tensor<2x8xui3>
    %m1 = codec.interleave %s1 dither %d1 {type = 2 : i64, fan_out = 2 : i64, channels = 4 : i64} : tensor<2x8xui1> dither tensor<2x8xui3> -> tensor<8x4x2x2xui1>
    %w1 = codec.scatter %v1, %m1 : tensor<32xi8>, tensor<8x4x2x2xui1> -> tensor<8x4x2x2xi8>
    %b1 = nn.constant dense<[-504, -101, -159, 8, -924, -551, -137, -91]> : tensor<8xi20>
    %a1 = nn.conv %x, %w1, %b1 {nn.name = "conv", strides = array<i64: 2, 2>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, dilations = array<i64: 1, 1>, groups = 1} : tensor<?x4x4x4xi8>, tensor<8x4x2x2xi8>, tensor<8xi20> -> tensor<?x8x2x2xi20>
    %mr1 = nn.constant dense<[2598, 2627, 1665, 2203, 2166, 1833, 2170, 1894]> : tensor<8xi32>
    %nr1 = nn.constant dense<[17, 18, 19, 19, 18, 17, 18, 18]> : tensor<8xi32>
    %h1 = nn.requantize %a1, %mr1, %nr1 {nn.name = "r1", zero_point = 0, lo = 0, hi = 255} : tensor<?x8x2x2xi20>, tensor<8xi32>, tensor<8xi32> -> tensor<?x8x2x2xui8>
    %f = nn.reshape %h1 {nn.name = "flatten", shape = array<i64: -1, 32>} : tensor<?x8x2x2xui8> -> tensor<?x32xui8>
    %v2 = nn.constant dense<[-16, 64, 23, -45, 35, 15, -77, 104, -45, -102, 87, -112, 54, -69, -56, 68, 22, 30, 93, -67, -96, -43, 112, -82, -53, -10, -121, -117, -36, 51, -106, 102, 119, 117, -54, 61, 45, 118, -44, -123, -45, -54, -45, 120, -88, 71, 39, -22, 93, 114, 95, 31, 47, 82, -108, -52, 31, -78, 101, -14, -53, -93, -63, -30, 26, 119, -87, -43, 19, -125, -34, -116, -11, -84, -34, 73, 78, -35, -53, 19, -103, -15, 124, -74, -19, 107, -74, -98, -112, -112, -113, 61, -84, 25, 46, 121]> : tensor<96xi8>
    %s2 = nn.constant dense<[[2, 0, 7, 3], [5, 0, 1, 4], [6, 3, 7, 3]]> : tensor<3x4xui3>
    %m2 = codec.interleave %s2 {type = 2 : i64, fan_out = 3 : i64, channels = 8 : i64} : tensor<3x4xui3> -> tensor<6x32xui1>
    %w2 = codec.scatter %v2, %m2 : tensor<96xi8>, tensor<6x32xui1> -> tensor<6x32xi8>
    %b2 = nn.constant dense<[-490, 326, 822, -123, 702, -558]> : tensor<6xi20>
    %a2 = nn.linear %f, %w2, %b2 {nn.name = "fc"} : tensor<?x32xui8>, tensor<6x32xi8>, tensor<6xi20> -> tensor<?x6xi20>
    %mr2 = nn.constant dense<2598> : tensor<1xi32>
    %nr2 = nn.constant dense<18> : tensor<1xi32>
    %h2 = nn.requantize %a2, %mr2, %nr2 {nn.name = "r2", zero_point = 0, lo = -128, hi = 127} : tensor<?x6xi20>, tensor<1xi32>, tensor<1xi32> -> tensor<?x6xi8>
    %v3 = nn.constant dense<[0, -79, -119, -118, -62, -63, -65, 7, -74, 70, -68, -21, 95, -61, -91, -44, -114, 101]> : tensor<18xi8>
    %s3 = nn.constant dense<[[[1, 1, 1], [0, 0, 0]], [[0, 0, 1], [1, 1, 0]], [[1, 1, 1], [0, 0, 0]]]> : tensor<3x2x3xui1>
    %m3 = codec.interleave %s3 {type = 1 : i64, fan_out = 3 : i64} : tensor<3x2x3xui1> -> tensor<6x6xui1>
    %w3 = codec.scatter %v3, %m3 : tensor<18xi8>, tensor<6x6xui1> -> tensor<6x6xi8>
    %b3 = nn.constant dense<[890, -196, 959, 17, -847, 759]> : tensor<6xi20>
    %y = nn.linear %h2, %w3, %b3 {nn.name = "last"} : tensor<?x6xi8>, tensor<6x6xi8>, tensor<6xi20> -> tensor<?x6xi20>
    return %y : tensor<?x6xi20>
}
