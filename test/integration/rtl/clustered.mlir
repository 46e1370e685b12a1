// Clustered units: one codebook, a codebook per group of outputs, and a convolution with codes.
// REQUIRES: iverilog
// RUN: weft-rtl-check %s --out %t --cycles 80 --sim icarus --clustered always --stall 1 | FileCheck %s
// RUN: weft-rtl-check %s --out %t --cycles 200 --sim icarus --clustered always | FileCheck %s
// RUN: weft-rtl-check %s --out %t --cycles 80 --sim icarus --clustered never | FileCheck %s
// CHECK: PASS bits, stall seed 0
// CHECK: PASS cycles
// CHECK-NOT: FAIL
func.func @core(%x: tensor<?x4x4x4xi8> {nn.name = "x"}) -> (tensor<?x6xi20> {nn.name = "y"}) {
    %k1 = nn.constant dense<[[[[4, 2], [4, 5]], [[6, 7], [2, 0]], [[2, 4], [7, 7]], [[3, 0], [7, 1]]], [[[1, 1], [6, 4]], [[3, 2], [3, 5]], [[7, 7], [1, 5]], [[4, 2], [1, 0]]], [[[2, 1], [6, 7]], [[3, 3], [6, 1]], [[0, 1], [7, 3]], [[7, 0], [5, 2]]], [[[1, 5], [5, 6]], [[1, 6], [2, 0]], [[0, 0], [0, 5]], [[1, 4], [1, 6]]], [[[6, 6], [1, 3]], [[6, 6], [0, 5]], [[0, 5], [0, 4]], [[7, 3], [6, 2]]], [[[0, 4], [7, 5]], [[1, 2], [2, 4]], [[4, 4], [1, 5]], [[7, 1], [2, 3]]], [[[4, 7], [4, 7]], [[2, 5], [5, 6]], [[7, 3], [4, 5]], [[0, 5], [6, 4]]], [[[5, 6], [3, 0]], [[5, 4], [2, 3]], [[2, 0], [4, 3]], [[0, 2], [4, 0]]]]> : tensor<8x4x2x2xui3>
    %cb1 = nn.constant dense<[[-82, -59, -64, 127, 102, -42, 22, -15]]> : tensor<1x8xi8>
    %b1 = nn.constant dense<[-512, -680, 398, 422, 993, -296, 795, 844]> : tensor<8xi20>
    %w1 = codec.lookup %k1, %cb1 : tensor<8x4x2x2xui3>, tensor<1x8xi8> -> tensor<8x4x2x2xi8>
    %a1 = nn.conv %x, %w1, %b1 {nn.name = "conv", strides = array<i64: 2, 2>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, dilations = array<i64: 1, 1>, groups = 1} : tensor<?x4x4x4xi8>, tensor<8x4x2x2xi8>, tensor<8xi20> -> tensor<?x8x2x2xi20>
    %mr1 = nn.constant dense<[2598, 2627, 1665, 2203, 2166, 1833, 2170, 1894]> : tensor<8xi32>
    %nr1 = nn.constant dense<[17, 18, 19, 19, 18, 17, 18, 18]> : tensor<8xi32>
    %h1 = nn.requantize %a1, %mr1, %nr1 {nn.name = "r1", zero_point = 0, lo = 0, hi = 255} : tensor<?x8x2x2xi20>, tensor<8xi32>, tensor<8xi32> -> tensor<?x8x2x2xui8>
    %f = nn.reshape %h1 {nn.name = "flatten", shape = array<i64: -1, 32>} : tensor<?x8x2x2xui8> -> tensor<?x32xui8>
    %k2 = nn.constant dense<[[2, 2, 0, 3, 0, 2, 3, 0, 1, 3, 1, 2, 0, 0, 1, 2, 2, 1, 0, 2, 1, 1, 1, 0, 0, 1, 3, 3, 3, 1, 3, 1], [1, 0, 0, 3, 1, 2, 2, 1, 1, 0, 2, 3, 2, 1, 3, 3, 1, 0, 0, 2, 3, 1, 3, 0, 0, 1, 0, 1, 2, 3, 3, 1], [3, 0, 0, 3, 0, 3, 1, 2, 2, 2, 3, 2, 2, 3, 2, 0, 0, 0, 2, 0, 2, 0, 3, 3, 0, 2, 0, 2, 1, 2, 1, 2], [1, 1, 0, 0, 2, 3, 3, 2, 0, 3, 3, 1, 0, 0, 1, 1, 1, 1, 1, 1, 0, 2, 2, 2, 3, 0, 0, 0, 0, 1, 2, 0], [0, 0, 3, 1, 3, 2, 3, 0, 1, 3, 3, 0, 1, 3, 1, 3, 0, 2, 0, 2, 2, 0, 0, 0, 3, 3, 2, 3, 2, 2, 3, 1], [1, 2, 0, 1, 0, 0, 1, 2, 0, 2, 1, 0, 2, 1, 1, 3, 1, 3, 0, 2, 2, 0, 3, 3, 0, 1, 3, 0, 3, 1, 2, 1]]> : tensor<6x32xui2>
    %cb2 = nn.constant dense<[[10, -55, 5, 6], [-102, 58, 17, -7]]> : tensor<2x4xi8>
    %b2 = nn.constant dense<[978, -501, 458, -651, -67, 775]> : tensor<6xi20>
    %w2 = codec.lookup %k2, %cb2 : tensor<6x32xui2>, tensor<2x4xi8> -> tensor<6x32xi8>
    %y = nn.linear %f, %w2, %b2 {nn.name = "fc"} : tensor<?x32xui8>, tensor<6x32xi8>, tensor<6xi20> -> tensor<?x6xi20>
    return %y : tensor<?x6xi20>
}
