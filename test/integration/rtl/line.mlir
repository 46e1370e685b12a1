// One spatial dimension: convolution, padded max pool, thresholds, and a flatten of channels-first data (D3).
// REQUIRES: iverilog
// RUN: weft-rtl-check %s --out %t --cycles 1000 --stall 1 --sim icarus | FileCheck %s
// RUN: weft-rtl-check %s --out %t --cycles 400 --stall 5 --sim icarus | FileCheck %s
// CHECK: PASS bits, stall seed 0
// CHECK: PASS cycles
// CHECK: PASS bits
// CHECK-NOT: FAIL
func.func @core(%x: tensor<?x3x16xui6> {nn.name = "line"}) -> (tensor<?x4xi16> {nn.name = "y"}) {
    %w1 = nn.constant dense<[[[1, -1, 3, 3, 0], [5, 1, 1, -1, 1], [1, 6, -5, -3, 0]], [[-3, 2, 5, -5, -8], [7, 0, 3, 4, 7], [-8, -4, 7, -1, -2]], [[-4, -8, -8, 7, -8], [-6, -5, -4, 5, -3], [-6, -2, 3, -1, -5]], [[-7, -7, -1, -5, 1], [2, -2, 0, -8, 0], [-6, -1, -7, -4, -2]]]> : tensor<4x3x5xi4>
    %bc1 = nn.constant dense<[-7, -284, 254, -48]> : tensor<4xi14>
    %a1 = nn.conv %x, %w1, %bc1 {nn.name = "c1", strides = array<i64: 1>, pads_begin = array<i64: 2>, pads_end = array<i64: 2>, dilations = array<i64: 1>, groups = 1, pad_value = 0} : tensor<?x3x16xui6>, tensor<4x3x5xi4>, tensor<4xi14> -> tensor<?x4x16xi14>
    %t1 = nn.constant dense<[[-368, -363, -359, -299, -75, -59, 279], [-489, -407, -212, -47, 55, 522, 556], [-600, -528, -389, -162, 69, 79, 234], [-575, -517, -343, -99, -95, 121, 264]]> : tensor<4x7xi14>
    %h1 = nn.threshold %a1, %t1 {nn.name = "act", lo = -4} : tensor<?x4x16xi14>, tensor<4x7xi14> -> tensor<?x4x16xi3>
    %p = nn.pool max %h1 {nn.name = "pool", kernel = array<i64: 3>, strides = array<i64: 2>, pads_begin = array<i64: 1>, pads_end = array<i64: 0>, dilations = array<i64: 1>} : tensor<?x4x16xi3> -> tensor<?x4x8xi3>
    %f = nn.reshape %p {nn.name = "flatten", shape = array<i64: -1, 32>} : tensor<?x4x8xi3> -> tensor<?x32xi3>
    %w3 = nn.constant dense<[[30, -1, 24, 16, -17, -13, 7, 21, 26, -1, -26, 31, 22, 13, -7, -24, 18, -19, -12, 23, 8, -13, 0, 7, -26, -15, 16, 8, 20, 15, -2, -13], [-8, -20, 28, -31, -9, -28, 24, 9, -6, 18, -9, -3, -9, 16, -29, 3, -15, 30, -18, -7, -29, -1, 2, 16, -4, -17, -31, 26, -23, 17, 26, -12], [-24, 12, -9, -30, 28, 26, -25, 14, -6, -28, 19, 22, -31, -26, -28, 29, 27, 21, 11, -27, -16, 1, -2, -26, -17, 12, 25, -26, 28, -12, -28, 26], [1, 10, -21, 26, -7, -9, 15, 16, 13, -18, -20, 4, -11, -30, -5, 17, -8, -6, 11, 30, 18, -23, -11, 2, -4, -18, -28, 9, -9, -12, 28, 21]]> : tensor<4x32xi6>
    %b3 = nn.constant dense<[4, 816, 114, 839]> : tensor<4xi16>
    %y = nn.linear %f, %w3, %b3 {nn.name = "fc"} : tensor<?x32xi3>, tensor<4x32xi6>, tensor<4xi16> -> tensor<?x4xi16>
    return %y : tensor<?x4xi16>
}
