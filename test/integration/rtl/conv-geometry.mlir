// Strides, dilation, one-sided pads with a zero point, groups, and a flatten of channels-last data.
// REQUIRES: iverilog
// RUN: weft-rtl-check %s --out %t --sim icarus --cycles 2000 --stall 1 --stall 7 | FileCheck %s
// RUN: weft-rtl-check %s --out %t --sim icarus --cycles 700 --stall 3 | FileCheck %s
// CHECK: PASS bits, stall seed 0
// CHECK: PASS cycles
// CHECK: PASS bits
// CHECK-NOT: FAIL
func.func @core(%x: tensor<?x2x9x7xi8> {nn.name = "image"}) -> (tensor<?x3xi14> {nn.name = "y"}, tensor<?x6x2x2xi18> {nn.name = "side"}) {
    %w1 = nn.constant dense<[[[[5, 9], [-16, 9], [-1, 0]], [[4, -7], [15, -15], [-8, -4]]], [[[2, -3], [-12, -15], [-16, -15]], [[-12, 15], [-10, 4], [8, -9]]], [[[-7, -3], [-8, 15], [-11, 12]], [[9, 11], [-13, -4], [4, -1]]], [[[5, 5], [5, -15], [14, 1]], [[12, -8], [-5, 12], [-11, -14]]], [[[-5, 5], [-13, 11], [-6, -9]], [[1, 12], [12, 11], [-7, -16]]], [[[8, 6], [8, -16], [-15, 0]], [[-6, -3], [13, -10], [0, -6]]]]> : tensor<6x2x3x2xi5>
    %bc1 = nn.constant dense<[-123, 184, -208, -110, -229, -211]> : tensor<6xi18>
    %a1 = nn.conv %x, %w1, %bc1 {nn.name = "c1", strides = array<i64: 2, 1>, pads_begin = array<i64: 1, 0>, pads_end = array<i64: 0, 1>, dilations = array<i64: 1, 2>, groups = 1, pad_value = -3} : tensor<?x2x9x7xi8>, tensor<6x2x3x2xi5>, tensor<6xi18> -> tensor<?x6x4x6xi18>
    %mr1 = nn.constant dense<[1562, 2397, 2159, 1897, 1339, 2598]> : tensor<6xi32>
    %nr1 = nn.constant dense<[14, 12, 12, 12, 12, 14]> : tensor<6xi32>
    %h1 = nn.requantize %a1, %mr1, %nr1 {nn.name = "r1", zero_point = 3, lo = 3, hi = 120} : tensor<?x6x4x6xi18>, tensor<6xi32>, tensor<6xi32> -> tensor<?x6x4x6xui7>
    %w2 = nn.constant dense<[[[[0, 0], [-4, 0]], [[7, -5], [4, -8]]], [[[-3, 6], [5, -7]], [[5, 5], [-1, -3]]], [[[7, 7], [2, -2]], [[-5, 6], [-4, 0]]], [[[2, -5], [-3, 3]], [[-5, 2], [7, 2]]], [[[2, -1], [7, -5]], [[-3, 2], [2, -7]]], [[[-6, 3], [5, 2]], [[6, -2], [-3, 4]]]]> : tensor<6x2x2x2xi4>
    %bc2 = nn.constant dense<[-276, -184, -185, -66, -206, 179]> : tensor<6xi18>
    %a2 = nn.conv %h1, %w2, %bc2 {nn.name = "c2", strides = array<i64: 2, 2>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, dilations = array<i64: 1, 1>, groups = 3, pad_value = 0} : tensor<?x6x4x6xui7>, tensor<6x2x2x2xi4>, tensor<6xi18> -> tensor<?x6x2x3xi18>
    %mr2 = nn.constant dense<[2693, 1761, 1058, 2427, 1215, 2225]> : tensor<6xi32>
    %nr2 = nn.constant dense<[12, 14, 14, 14, 13, 14]> : tensor<6xi32>
    %h2 = nn.requantize %a2, %mr2, %nr2 {nn.name = "r2", zero_point = 2, lo = -20, hi = 31} : tensor<?x6x2x3xi18>, tensor<6xi32>, tensor<6xi32> -> tensor<?x6x2x3xi6>
    %t = nn.transpose %h2 {nn.name = "nhwc", perm = array<i64: 0, 2, 3, 1>} : tensor<?x6x2x3xi6> -> tensor<?x2x3x6xi6>
    %f = nn.reshape %t {nn.name = "flatten", shape = array<i64: -1, 36>} : tensor<?x2x3x6xi6> -> tensor<?x36xi6>
    %w3 = nn.constant dense<[[-1, 2, -4, -3, -2, 1, -1, 2, 3, -1, -1, 0, 1, -1, 0, 3, 1, -2, -1, -1, -3, -4, 2, -1, -2, 1, 0, 3, 0, 3, 0, -2, -2, 3, 0, -3], [2, 2, -4, -3, 1, -1, -2, -4, -3, 2, 2, 2, 0, -3, -2, 0, 3, -2, 0, -1, 0, 0, 1, -4, 3, 2, 2, -2, -1, -1, -2, -4, 1, -4, 2, -3], [1, -2, -3, 3, -1, 3, -3, -1, -2, -1, -4, 1, -2, 2, -3, -2, -4, 2, 0, -1, 3, 0, 3, 1, 0, 0, -3, 1, 2, 1, -1, -4, 1, -4, 2, -3]]> : tensor<3x36xi3>
    %b3 = nn.constant dense<[-39, -58, 8]> : tensor<3xi14>
    %y = nn.linear %f, %w3, %b3 {nn.name = "fc"} : tensor<?x36xi6>, tensor<3x36xi3>, tensor<3xi14> -> tensor<?x3xi14>
    %w4 = nn.constant dense<[[[[-19, -16, -29], [30, -19, -20], [6, -23, 24]]], [[[18, -10, -7], [-9, 15, -6], [-14, 11, -24]]], [[[18, -5, 28], [-16, -8, 23], [13, -30, -11]]], [[[-31, 20, -6], [-18, 14, 23], [-26, 0, -9]]], [[[14, 27, 2], [15, -12, 5], [-1, 14, -29]]], [[[-17, -30, 30], [1, -1, -2], [-30, 21, 22]]]]> : tensor<6x1x3x3xi6>
    %bside = nn.constant dense<[-288, 73, 34, -72, -6, 229]> : tensor<6xi18>
    %s = nn.conv %h1, %w4, %bside {nn.name = "side", strides = array<i64: 2, 2>, pads_begin = array<i64: 1, 0>, pads_end = array<i64: 1, 0>, dilations = array<i64: 1, 1>, groups = 6, pad_value = 3} : tensor<?x6x4x6xui7>, tensor<6x1x3x3xi6>, tensor<6xi18> -> tensor<?x6x2x2xi18>
    return %y, %s : tensor<?x3xi14>, tensor<?x6x2x2xi18>
}
