// Weights from every kind of source: circulant blocks of codes (a convolution), consecutive differences in stream order, fixed differences with
// references for blocks of a row, circulant blocks of differences. Narrow and wide lanes rotate blocks or not.
// REQUIRES: iverilog
// RUN: weft-rtl-check %s --out %t --cycles 300 --sim icarus --stall 1 | FileCheck %s
// RUN: weft-rtl-check %s --out %t --cycles 32 --sim icarus | FileCheck %s
// RUN: weft-rtl-check %s --out %t --layer conv=8:4 --layer fc=4:8 --layer fd=2:4 --layer fe=6:4 --cycles 400 --sim icarus --stall 2 | FileCheck %s
// RUN: weft-opt --nn-to-flow %s | FileCheck %s --check-prefix=FLOW
// CHECK: PASS bits, stall seed 0
// CHECK: PASS cycles
// CHECK-NOT: FAIL
// FLOW: codec.lookup {{.*}} tensor<2x4x4xui3>
// FLOW: codec.circulant {{.*}} -> tensor<8x16xi8>
// FLOW: codec.delta consecutive {{.*}} tensor<8xi64>
// FLOW: codec.delta fixed {{.*}} tensor<32xi64>
// FLOW: codec.delta fixed {{.*}} tensor<3x8x2xi4>
// FLOW: codec.circulant {{.*}} -> tensor<6x16xi8>
func.func @core(%x: tensor<?x4x4x4xi8> {nn.name = "x"}) -> (tensor<?x6xi20> {nn.name = "y"}) {
    %k1 = nn.constant dense<[[[[[3, 2], [5, 7]], [[1, 0], [7, 4]], [[3, 3], [7, 7]], [[6, 2], [3, 2]]]], [[[[6, 0], [1, 2]], [[0, 4], [0, 4]], [[7, 6], [6, 6]], [[7, 2], [5, 1]]]]]> : tensor<2x1x4x2x2xui3>
    %cb1 = nn.constant dense<[[-110, -59, 125, -17, 4, 95, 26, 87], [69, 51, 80, -10, 44, -114, 15, -45]]> : tensor<2x8xi8>
    %b1 = nn.constant dense<[430, 762, -332, 975, 109, 852, 171, 165]> : tensor<8xi20>
    %v1 = codec.lookup %k1, %cb1 : tensor<2x1x4x2x2xui3>, tensor<2x8xi8> -> tensor<2x1x4x2x2xi8>
    %w1 = codec.circulant %v1 : tensor<2x1x4x2x2xi8> -> tensor<8x4x2x2xi8>
    %a1 = nn.conv %x, %w1, %b1 {nn.name = "conv", strides = array<i64: 2, 2>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, dilations = array<i64: 1, 1>, groups = 1} : tensor<?x4x4x4xi8>, tensor<8x4x2x2xi8>, tensor<8xi20> -> tensor<?x8x2x2xi20>
    %mr1 = nn.constant dense<[1713, 2961, 2842, 1932, 2796, 2674, 2046, 2083]> : tensor<8xi32>
    %nr1 = nn.constant dense<[17, 17, 18, 19, 18, 17, 18, 17]> : tensor<8xi32>
    %h1 = nn.requantize %a1, %mr1, %nr1 {nn.name = "r1", zero_point = 0, lo = 0, hi = 255} : tensor<?x8x2x2xi20>, tensor<8xi32>, tensor<8xi32> -> tensor<?x8x2x2xui8>
    %f = nn.reshape %h1 {nn.name = "flatten", shape = array<i64: -1, 32>} : tensor<?x8x2x2xui8> -> tensor<?x32xui8>
    %d2 = nn.constant dense<[[2, -2, -8, 0, 2, 2, -5, -8, -8, 2, 1, 7, 0, 7, -1, -8, 0, -8, -5, -5, 7, -8, -1, 2, 0, 0, -2, -8, 1, 1, 1, -2], [2, 2, 5, 7, 2, 7, -5, 7, 0, 2, -1, 0, 2, 0, 7, 0, 7, 1, -8, 2, 1, -8, 2, -2, -8, 1, 5, 1, 1, 0, 5, -8], [-8, -8, 1, 0, 5, 0, 1, -2, 1, -2, 1, 1, 0, 0, 2, -5, -8, -2, 0, 7, -1, 0, -1, 1, -2, 2, -5, -5, 1, 1, -1, 5], [-2, -5, 1, -1, 5, 0, -1, -5, -8, 7, -1, 1, -2, 0, 1, -5, 1, -2, 2, 0, 7, 0, 5, 1, 2, 0, 2, 2, -8, 2, -2, -1], [-8, 5, 7, 2, 7, -1, -8, 5, 7, 0, 7, 1, -1, -5, 0, -5, -1, -8, -8, 7, -1, 2, -8, -8, 5, -5, -2, 7, 0, -1, 7, 7], [7, 2, -8, -5, 1, -2, 0, 7, 5, -8, 1, -1, -1, -5, 7, -5, -2, -1, 0, -2, -8, 5, 2, -8, 0, -1, 0, 7, 7, 2, -8, 5], [1, -8, -8, -2, -8, -5, 7, 5, 5, -8, -5, 7, 7, 5, 1, -2, 1, -5, 1, 2, 2, 0, 1, 0, -1, 1, 2, -5, -2, 7, -8, 2], [-5, -2, -8, 1, 5, 7, 2, -8, 2, -8, 1, 5, 1, 2, 2, 5, -8, -1, -1, 7, 0, -5, 2, -1, 2, 2, 7, 1, 1, 7, 0, -5]]> : tensor<8x32xi4>
    %r2 = nn.constant dense<[0]> : tensor<1xi8>
    %b2 = nn.constant dense<[-50, 414, -748, 923, 665, 498, 356, 740]> : tensor<8xi20>
    %w2 = codec.delta consecutive %r2, %d2 {channels = 8 : i64, shift = 1 : i64} : tensor<1xi8>, tensor<8x32xi4> -> tensor<8x32xi8>
    %a2 = nn.linear %f, %w2, %b2 {nn.name = "fc"} : tensor<?x32xui8>, tensor<8x32xi8>, tensor<8xi20> -> tensor<?x8xi20>
    %mr2 = nn.constant dense<[2585, 2270, 2867, 1722, 2152, 2654, 2589, 1711]> : tensor<8xi32>
    %nr2 = nn.constant dense<[19, 19, 17, 18, 17, 17, 18, 17]> : tensor<8xi32>
    %h2 = nn.requantize %a2, %mr2, %nr2 {nn.name = "r2", zero_point = 0, lo = 0, hi = 255} : tensor<?x8xi20>, tensor<8xi32>, tensor<8xi32> -> tensor<?x8xui8>
    %d3 = nn.constant dense<[[-3, -3, 2, -2, -4, 1, -3, -4], [-3, 3, 0, 0, -3, -4, -1, -3], [-3, -4, 1, -2, -3, -1, -2, -1], [3, 2, 0, 1, 2, 1, 2, -3], [2, -1, 2, -2, 2, 3, -2, 2], [-2, -2, -3, 3, 3, 3, -2, -2], [0, -1, -2, 1, -1, 0, 2, 0], [-1, 0, -4, 0, 3, 2, -1, -2], [1, -1, 1, 3, -2, 2, 3, -1], [3, -4, 3, -3, 2, -4, 3, -1], [-1, -3, -1, 0, -1, -1, 0, -2], [-2, -4, 0, -2, -4, 1, -2, 2], [-3, -3, -3, -3, 0, 0, -4, 1], [3, 1, -4, -4, 1, 1, 2, 2], [3, -3, -1, 3, 2, -2, 1, -3], [0, -3, 2, -3, 3, 0, -3, 1]]> : tensor<16x8xi3>
    %r3 = nn.constant dense<[73, 97, -6, 93, 15, -25, 69, 73, 71, 67, -33, -73, 93, -14, 72, 44, 37, 34, -71, 70, 26, 30, -10, -85, 83, -25, 73, 86, 44, 90, -54, 65]> : tensor<32xi8>
    %b3 = nn.constant dense<[322, 495, 292, -694, -634, -241, 822, 884, 342, -70, -748, -779, 908, 146, -711, 885]> : tensor<16xi20>
    %w3 = codec.delta fixed %r3, %d3 {shift = 2 : i64} : tensor<32xi8>, tensor<16x8xi3> -> tensor<16x8xi8>
    %a3 = nn.linear %h2, %w3, %b3 {nn.name = "fd"} : tensor<?x8xui8>, tensor<16x8xi8>, tensor<16xi20> -> tensor<?x16xi20>
    %mr3 = nn.constant dense<[2178, 2820, 2975, 2830, 2723, 2360, 2636, 2115, 2826, 1882, 2437, 2487, 2139, 1861, 2944, 1640]> : tensor<16xi32>
    %nr3 = nn.constant dense<[17, 19, 17, 19, 19, 19, 19, 18, 18, 17, 18, 18, 18, 17, 17, 17]> : tensor<16xi32>
    %h3 = nn.requantize %a3, %mr3, %nr3 {nn.name = "r3", zero_point = 0, lo = 0, hi = 255} : tensor<?x16xi20>, tensor<16xi32>, tensor<16xi32> -> tensor<?x16xui8>
    %d4 = nn.constant dense<[[[7, 0], [-1, 3], [2, 4], [6, -6], [3, 7], [-5, -4], [0, -5], [-5, -5]], [[-3, -2], [5, 4], [-4, -4], [4, -2], [-3, -3], [-2, 0], [3, 1], [-8, 6]], [[5, 4], [2, 1], [7, 1], [7, -8], [-2, -8], [-5, -1], [7, -3], [6, -2]]]> : tensor<3x8x2xi4>
    %r4 = nn.constant dense<[-51, 35, -46]> : tensor<3xi8>
    %b4 = nn.constant dense<[-925, 664, 24, 896, 322, 938]> : tensor<6xi20>
    %v4 = codec.delta fixed %r4, %d4 : tensor<3xi8>, tensor<3x8x2xi4> -> tensor<3x8x2xi8>
    %w4 = codec.circulant %v4 : tensor<3x8x2xi8> -> tensor<6x16xi8>
    %y = nn.linear %h3, %w4, %b4 {nn.name = "fe"} : tensor<?x16xui8>, tensor<6x16xi8>, tensor<6xi20> -> tensor<?x6xi20>
    return %y : tensor<?x6xi20>
}
