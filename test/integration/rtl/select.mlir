// Units with multiplexers: a convolution of which 2 of every 4 channels of a tap count, with codes; after a flatten a linear layer with 1 of 4 inputs;
// blocks of 2 outputs and 3 inputs, 2 of whose columns count, are such groups, too.
// REQUIRES: iverilog
// RUN: weft-rtl-check %s --out %t --cycles 96 --sim icarus --stall 1 --stall 2 | FileCheck %s
// RUN: weft-rtl-check %s --out %t --cycles 24 --sim icarus --stall 3 | FileCheck %s
// RUN: weft-opt %s --nn-to-flow | FileCheck %s --check-prefix=FLOW
// CHECK: PASS bits, stall seed 0
// CHECK: PASS cycles
// CHECK-NOT: FAIL
// FLOW: flow.select_mvu {{.*}}tensor<8x8xi8>, tensor<8xi20>, tensor<8x4x2xui2> -> <2x2x8xi20, 1>
// FLOW: flow.select_mvu {{.*}}tensor<6x8xi8>, tensor<6xi20>, tensor<6x8x1xui2> -> <1x1x6xi20, 1>
// FLOW: flow.select_mvu {{.*}}tensor<6x4xi8>, tensor<6xi20>, tensor<3x2x2xui2> -> <1x1x6xi20, 2>
func.func @core(%x: tensor<?x4x4x4xi8> {nn.name = "x"}) -> (tensor<?x6xi20> {nn.name = "y"}) {
    %k1 = nn.constant dense<[7, 4, 11, 15, 2, 0, 15, 8, 7, 6, 15, 15, 12, 4, 7, 4, 12, 0, 2, 5, 1, 9, 0, 8, 15, 12, 13, 12, 14, 4, 11, 3, 1, 4, 15, 6, 8, 13, 9, 13, 12, 11, 13, 7, 10, 0, 8, 5, 10, 3, 6, 8, 9, 3, 2, 15, 15, 2, 11, 2, 13, 4, 0, 9]> : tensor<64xui4>
    %cb1 = nn.constant dense<[[127, -128, 127, 41, 14, -128, -128, -128, -128, 127, -128, 127, 127, 127, 127, 69], [-76, 127, 127, 127, 27, -128, 84, -128, 64, -128, 127, 52, 52, 14, -128, -97]]> : tensor<2x16xi8>
    %v1 = codec.lookup %k1, %cb1 : tensor<64xui4>, tensor<2x16xi8> -> tensor<64xi8>
    %i1 = nn.constant dense<[[[1, 3], [0, 2], [1, 2], [0, 1]], [[1, 2], [0, 1], [1, 2], [1, 2]], [[1, 2], [0, 3], [0, 3], [1, 2]], [[1, 2], [2, 3], [0, 3], [0, 2]], [[0, 1], [0, 2], [1, 2], [1, 2]], [[0, 3], [1, 3], [0, 2], [0, 1]], [[0, 2], [2, 3], [1, 2], [1, 3]], [[1, 2], [1, 2], [1, 3], [0, 1]]]> : tensor<8x4x2xui2>
    %m1 = codec.nm_mask %i1 {channels = 4 : i64} : tensor<8x4x2xui2> -> tensor<8x4x2x2xui1>
    %w1 = codec.scatter %v1, %m1 : tensor<64xi8>, tensor<8x4x2x2xui1> -> tensor<8x4x2x2xi8>
    %b1 = nn.constant dense<[-128, 783, 189, -533, 384, 122, 877, -207]> : tensor<8xi20>
    %a1 = nn.conv %x, %w1, %b1 {nn.name = "conv", strides = array<i64: 2, 2>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, dilations = array<i64: 1, 1>, groups = 1} : tensor<?x4x4x4xi8>, tensor<8x4x2x2xi8>, tensor<8xi20> -> tensor<?x8x2x2xi20>
    %mr1 = nn.constant dense<2598> : tensor<1xi32>
    %nr1 = nn.constant dense<18> : tensor<1xi32>
    %h1 = nn.requantize %a1, %mr1, %nr1 {nn.name = "r1", zero_point = 0, lo = 0, hi = 255} : tensor<?x8x2x2xi20>, tensor<1xi32>, tensor<1xi32> -> tensor<?x8x2x2xui8>
    %f = nn.reshape %h1 {nn.name = "flatten", shape = array<i64: -1, 32>} : tensor<?x8x2x2xui8> -> tensor<?x32xui8>
    %v2 = nn.constant dense<[-83, -128, 54, 15, 7, -123, 0, 109, 50, 127, 102, 127, 57, 127, 87, 127, 127, -107, -128, -60, 127, 84, -128, -24, 51, -128, 63, -80, 127, 86, 127, 127, -60, -128, 38, 91, -13, 66, -47, 0, -118, 127, -128, 99, -59, -122, -128, -3]> : tensor<48xi8>
    %i2 = nn.constant dense<[[[1], [2], [2], [3], [3], [0], [0], [1]], [[2], [2], [2], [2], [0], [3], [2], [2]], [[1], [0], [0], [2], [3], [0], [1], [0]], [[3], [3], [3], [3], [3], [3], [1], [2]], [[3], [0], [2], [0], [3], [2], [3], [2]], [[1], [1], [3], [3], [2], [1], [3], [0]]]> : tensor<6x8x1xui2>
    %m2 = codec.nm_mask %i2 {channels = 8 : i64} : tensor<6x8x1xui2> -> tensor<6x32xui1>
    %w2 = codec.scatter %v2, %m2 : tensor<48xi8>, tensor<6x32xui1> -> tensor<6x32xi8>
    %b2 = nn.constant dense<[-760, 600, -429, -353, 778, -726]> : tensor<6xi20>
    %a2 = nn.linear %f, %w2, %b2 {nn.name = "fc"} : tensor<?x32xui8>, tensor<6x32xi8>, tensor<6xi20> -> tensor<?x6xi20>
    %h2 = nn.requantize %a2, %mr1, %nr1 {nn.name = "r2", zero_point = 0, lo = -128, hi = 127} : tensor<?x6xi20>, tensor<1xi32>, tensor<1xi32> -> tensor<?x6xi8>
    %v3 = nn.constant dense<[109, 127, -128, 127, 109, 127, -108, -128, 103, -128, -128, -128, -61, -96, 68, 127, -24, -14, -128, -128, 127, -128, -26, 127]> : tensor<24xi8>
    %r3 = nn.constant dense<1> : tensor<3x2x2xui1>
    %c3 = nn.constant dense<[[[0, 1, 1], [1, 1, 0]], [[1, 0, 1], [0, 1, 1]], [[1, 1, 0], [1, 0, 1]]]> : tensor<3x2x3xui1>
    %m3 = codec.block_mask %r3, %c3 : tensor<3x2x2xui1>, tensor<3x2x3xui1> -> tensor<6x6xui1>
    %w3 = codec.scatter %v3, %m3 : tensor<24xi8>, tensor<6x6xui1> -> tensor<6x6xi8>
    %b3 = nn.constant dense<[102, -177, 443, -134, -786, -617]> : tensor<6xi20>
    %y = nn.linear %h2, %w3, %b3 {nn.name = "last"} : tensor<?x6xi8>, tensor<6x6xi8>, tensor<6xi20> -> tensor<?x6xi20>
    return %y : tensor<?x6xi20>
}
