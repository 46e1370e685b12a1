// Units with lists of inputs: a convolution in blocks of four outputs that keep different columns, with codes; after a flatten a linear layer with
// any mask, whose lists differ in length; blocks of rows and columns of which a row is removed.
// REQUIRES: iverilog
// RUN: weft-rtl-check %s --out %t --cycles 96 --sim icarus --stall 1 --stall 2 | FileCheck %s
// RUN: weft-rtl-check %s --out %t --cycles 40 --sim icarus --stall 3 | FileCheck %s
// RUN: weft-opt %s --nn-to-flow | FileCheck %s --check-prefix=FLOW
// CHECK: PASS bits, stall seed 0
// CHECK: PASS cycles
// CHECK-NOT: FAIL
// FLOW: flow.gather_mvu {{.*}}lengths = array<i64: 9, 9, 9, 9, 8, 8, 8, 8>{{.*}}tensor<8x12xi8>, tensor<8xi20>, tensor<2x12xui3> -> <2x2x8xi20, 1>
// FLOW: flow.gather_mvu {{.*}}lengths = array<i64: 12, 9, 11, 8, 10, 9>{{.*}}tensor<6x12xi8>, tensor<6xi20>, tensor<6x12xui3> -> <1x1x6xi20, 1>
// FLOW: flow.gather_mvu {{.*}}lengths = array<i64: 2, 0, 2, 2, 2, 2>{{.*}}tensor<6x2xi8>, tensor<6xi20>, tensor<2x2xui2> -> <1x1x6xi20, 1>
func.func @core(%x: tensor<?x6x4x4xi8> {nn.name = "x"}) -> (tensor<?x6xi20> {nn.name = "y"}) {
    %k1 = nn.constant dense<[1, 0, 0, 3, 3, 1, 0, 0, 0, 0, 1, 1, 0, 3, 2, 3, 1, 1, 2, 3, 0, 0, 3, 2, 3, 0, 2, 2, 1, 2, 0, 0, 0, 3, 0, 2, 3, 0, 0, 0, 1, 1, 0, 3, 3, 3, 3, 0, 1, 2, 2, 0, 2, 2, 0, 3, 0, 1, 1, 0, 0, 0, 3, 3]> : tensor<64xui2>
    %cb1 = nn.constant dense<[[-32, -61, -69, -128], [-128, -33, 127, -19]]> : tensor<2x4xi8>
    %v1 = codec.lookup %k1, %cb1 : tensor<64xui2>, tensor<2x4xi8> -> tensor<64xi8>
    %r1 = nn.constant dense<1> : tensor<2x1x4xui1>
    %c1 = nn.constant dense<[[[0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 1, 1, 0, 0, 1, 0, 1]], [[0, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 1, 1, 1, 0, 0, 1, 1, 0, 0, 0]]]> : tensor<2x1x24xui1>
    %m1 = codec.block_mask %r1, %c1 {channels = 6 : i64} : tensor<2x1x4xui1>, tensor<2x1x24xui1> -> tensor<8x6x2x2xui1>
    %w1 = codec.scatter %v1, %m1 : tensor<64xi8>, tensor<8x6x2x2xui1> -> tensor<8x6x2x2xi8>
    %b1 = nn.constant dense<[-881, 682, 349, -227, 800, -294, -110, -750]> : tensor<8xi20>
    %a1 = nn.conv %x, %w1, %b1 {nn.name = "conv", strides = array<i64: 2, 2>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, dilations = array<i64: 1, 1>, groups = 1} : tensor<?x6x4x4xi8>, tensor<8x6x2x2xi8>, tensor<8xi20> -> tensor<?x8x2x2xi20>
    %mr1 = nn.constant dense<2598> : tensor<1xi32>
    %nr1 = nn.constant dense<18> : tensor<1xi32>
    %h1 = nn.requantize %a1, %mr1, %nr1 {nn.name = "r1", zero_point = 0, lo = 0, hi = 255} : tensor<?x8x2x2xi20>, tensor<1xi32>, tensor<1xi32> -> tensor<?x8x2x2xui8>
    %f = nn.reshape %h1 {nn.name = "flatten", shape = array<i64: -1, 32>} : tensor<?x8x2x2xui8> -> tensor<?x32xui8>
    %v2 = nn.constant dense<[127, -128, 127, -120, 127, 127, 127, 127, 127, -119, -128, -90, -94, -128, -128, -62, -128, -113, 67, -128, -82, 41, 97, -86, -128, -71, -128, 127, -25, 127, 39, 127, 127, 127, -60, -108, -71, 127, 67, 33, -90, -107, 127, 127, 127, -128, 100, 127, 127, -128, -37, -47, -84, -62, -128]> : tensor<55xi8>
    %m2 = nn.constant dense<[[1, 0, 1, 0, 1, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 1, 1], [0, 0, 0, 0, 0, 1, 1, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1, 0, 1, 1, 0, 1], [0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1], [0, 1, 0, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 1, 0, 0, 1, 0, 0, 1, 1, 0], [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]]> : tensor<6x32xui1>
    %w2 = codec.scatter %v2, %m2 : tensor<55xi8>, tensor<6x32xui1> -> tensor<6x32xi8>
    %b2 = nn.constant dense<[-129, 226, 264, 436, 900, 129]> : tensor<6xi20>
    %a2 = nn.linear %f, %w2, %b2 {nn.name = "fc"} : tensor<?x32xui8>, tensor<6x32xi8>, tensor<6xi20> -> tensor<?x6xi20>
    %h2 = nn.requantize %a2, %mr1, %nr1 {nn.name = "r2", zero_point = 0, lo = -128, hi = 127} : tensor<?x6xi20>, tensor<1xi32>, tensor<1xi32> -> tensor<?x6xi8>
    %v3 = nn.constant dense<[47, -128, -4, -84, 6, -109, 47, 127, -128, 127]> : tensor<10xi8>
    %r3 = nn.constant dense<[[[1, 0, 1]], [[1, 1, 1]]]> : tensor<2x1x3xui1>
    %c3 = nn.constant dense<[[[0, 1, 0, 0, 1, 0]], [[1, 0, 0, 1, 0, 0]]]> : tensor<2x1x6xui1>
    %m3 = codec.block_mask %r3, %c3 : tensor<2x1x3xui1>, tensor<2x1x6xui1> -> tensor<6x6xui1>
    %w3 = codec.scatter %v3, %m3 : tensor<10xi8>, tensor<6x6xui1> -> tensor<6x6xi8>
    %b3 = nn.constant dense<[63, -596, 157, 581, 161, 820]> : tensor<6xi20>
    %y = nn.linear %h2, %w3, %b3 {nn.name = "last"} : tensor<?x6xi8>, tensor<6x6xi8>, tensor<6xi20> -> tensor<?x6xi20>
    return %y : tensor<?x6xi20>
}
