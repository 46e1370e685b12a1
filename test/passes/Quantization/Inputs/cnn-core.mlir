// A small convolutional core as --nn-partition leaves it: padding with a zero point, max pool, a residual add, a table,
// a concat, a global average as pool sum + requantize, flatten, linear, and a 2-bit threshold at the end of a side branch.
module {
  func.func @main(%image: tensor<?x1x8x8xf32> {nn.name = "image"})
      -> (tensor<?x3xf32> {nn.name = "logits"}, tensor<?x4x4x4xf32> {nn.name = "mask"}) {
    %sx = nn.constant dense<0.0157> : tensor<f32>
    %zx = nn.constant dense<-7> : tensor<i8>
    %q = nn.quantize %image, %sx, %zx {nn.name = "image.quantize"} : tensor<?x1x8x8xf32>, tensor<f32>, tensor<i8> -> tensor<?x1x8x8xi8>
    %c:2 = call @core(%q) : (tensor<?x1x8x8xi8>) -> (tensor<?x3xi8>, tensor<?x4x4x4xui2>)
    %s0 = nn.constant dense<0.031> : tensor<f32>
    %z0 = nn.constant dense<5> : tensor<i8>
    %y0 = nn.dequantize %c#0, %s0, %z0 {nn.name = "logits.dequantize"} : tensor<?x3xi8>, tensor<f32>, tensor<i8> -> tensor<?x3xf32>
    %s1 = nn.constant dense<0.4> : tensor<f32>
    %z1 = nn.constant dense<0> : tensor<ui2>
    %y1 = nn.dequantize %c#1, %s1, %z1 {nn.name = "mask.dequantize"} : tensor<?x4x4x4xui2>, tensor<f32>, tensor<ui2> -> tensor<?x4x4x4xf32>
    return %y0, %y1 : tensor<?x3xf32>, tensor<?x4x4x4xf32>
  }
  func.func @core(%x: tensor<?x1x8x8xi8> {nn.name = "image"})
      -> (tensor<?x3xi8> {nn.name = "logits"}, tensor<?x4x4x4xui2> {nn.name = "mask"}) {
    %w1 = nn.constant dense<[[[[-79, -32, -103], [13, 55, -111], [17, -112, 31]]], [[[-75, 0, 47], [9, -18, 71], [-47, -8, 22]]], [[[109, -11, -35], [-51, -64, 76], [-81, 51, 72]]], [[[-65, -107, 20], [-51, 7, -1], [97, -40, 59]]]]> : tensor<4x1x3x3xi8>
    %b1 = nn.constant dense<[19, -311, 347, -751]> : tensor<4xi18>
    // Padding is the input's zero point, -7.
    %a1 = nn.conv %x, %w1, %b1 {nn.name = "conv1", strides = array<i64: 1, 1>, pads_begin = array<i64: 1, 1>, pads_end = array<i64: 1, 1>, dilations = array<i64: 1, 1>, groups = 1, pad_value = -7} : tensor<?x1x8x8xi8>, tensor<4x1x3x3xi8>, tensor<4xi18> -> tensor<?x4x8x8xi18>
    %m1 = nn.constant dense<[40113, 37650, 45001, 52017]> : tensor<4xi32>
    %n1 = nn.constant dense<[24, 24, 25, 25]> : tensor<4xi32>
    %h1 = nn.requantize %a1, %m1, %n1 {nn.name = "relu1", zero_point = 0, lo = 0, hi = 255} : tensor<?x4x8x8xi18>, tensor<4xi32>, tensor<4xi32> -> tensor<?x4x8x8xui8>
    %p1 = nn.pool max %h1 {nn.name = "pool1", kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, dilations = array<i64: 1, 1>} : tensor<?x4x8x8xui8> -> tensor<?x4x4x4xui8>
    %w2 = nn.constant dense<[[[[-97, 4, -20], [-85, 66, -40], [-89, 111, -2]]], [[[-20, -117, 119], [44, -108, 68], [15, 19, 75]]], [[[97, 82, -47], [-40, 50, -38], [25, 0, 21]]], [[[77, -11, -110], [88, -104, 114], [-58, -6, 51]]]]> : tensor<4x1x3x3xi8>
    %b2 = nn.constant dense<[460, -767, -776, 597]> : tensor<4xi18>
    // Depthwise: groups = channels.
    %a2 = nn.conv %p1, %w2, %b2 {nn.name = "conv2", strides = array<i64: 1, 1>, pads_begin = array<i64: 1, 1>, pads_end = array<i64: 1, 1>, dilations = array<i64: 1, 1>, groups = 4, pad_value = 0} : tensor<?x4x4x4xui8>, tensor<4x1x3x3xi8>, tensor<4xi18> -> tensor<?x4x4x4xi18>
    %m2 = nn.constant dense<[61113, 37650, 45001, 32768]> : tensor<4xi32>
    %n2 = nn.constant dense<[24, 24, 25, 25]> : tensor<4xi32>
    %h2 = nn.requantize %a2, %m2, %n2 {nn.name = "conv2.requantize", zero_point = 4, lo = -128, hi = 127} : tensor<?x4x4x4xi18>, tensor<4xi32>, tensor<4xi32> -> tensor<?x4x4x4xi8>
    // Residual add; offset = -(lhs zero point · 19000 + rhs zero point · 23170) = -(0 + 4 · 23170).
    %r = nn.qadd %p1, %h2 {nn.name = "add", lhs_multiplier = 19000, rhs_multiplier = 23170, offset = -92680, shift = 15, zero_point = 0, lo = 0, hi = 255} : tensor<?x4x4x4xui8>, tensor<?x4x4x4xi8> -> tensor<?x4x4x4xui8>
    %t = nn.constant dense<[0, 3, 5, 8, 10, 13, 15, 18, 20, 23, 25, 27, 30, 32, 35, 37, 39, 42, 44, 46, 48, 50, 53, 55, 57, 59, 61, 63, 65, 66, 68, 70, 72, 73, 75, 77, 78, 80, 81, 83, 84, 86, 87, 88, 90, 91, 92, 93, 95, 96, 97, 98, 99, 100, 101, 102, 103, 103, 104, 105, 106, 107, 107, 108, 109, 109, 110, 111, 111, 112, 112, 113, 113, 114, 114, 115, 115, 116, 116, 117, 117, 117, 118, 118, 118, 119, 119, 119, 120, 120, 120, 121, 121, 121, 121, 121, 122, 122, 122, 122, 122, 123, 123, 123, 123, 123, 123, 124, 124, 124, 124, 124, 124, 124, 124, 124, 125, 125, 125, 125, 125, 125, 125, 125, 125, 125, 125, 125, 125, 126, 126, 126, 126, 126, 126, 126, 126, 126, 126, 126, 126, 126, 126, 126, 126, 126, 126, 126, 126, 126, 126, 126, 126, 126, 126, 126, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127]> : tensor<256xi8>
    %h3 = nn.table %r, %t {nn.name = "tanh"} : tensor<?x4x4x4xui8>, tensor<256xi8> -> tensor<?x4x4x4xi8>
    %cat = nn.concat %h2, %h3 {nn.name = "concat", axis = 1} : tensor<?x4x4x4xi8>, tensor<?x4x4x4xi8> -> tensor<?x8x4x4xi8>
    // Global average: exact sum, then 1/16 goes into the requantize.
    %s = nn.pool sum %cat {nn.name = "gap", kernel = array<i64: 4, 4>, strides = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, dilations = array<i64: 1, 1>, pad_value = 0} : tensor<?x8x4x4xi8> -> tensor<?x8x1x1xi12>
    %m4 = nn.constant dense<[32768]> : tensor<1xi32>
    %n4 = nn.constant dense<[19]> : tensor<1xi32>
    %g = nn.requantize %s, %m4, %n4 {nn.name = "gap.requantize", zero_point = 0, lo = -128, hi = 127} : tensor<?x8x1x1xi12>, tensor<1xi32>, tensor<1xi32> -> tensor<?x8x1x1xi8>
    %f = nn.reshape %g {nn.name = "flatten", shape = array<i64: -1, 8>} : tensor<?x8x1x1xi8> -> tensor<?x8xi8>
    %w5 = nn.constant dense<[[4, -3, 3, 2, 3, 6, 0, -3], [4, -1, 7, 3, -2, -7, 0, -2], [-5, 2, -6, 0, -7, -4, 5, -3]]> : tensor<3x8xi4>
    %b5 = nn.constant dense<[-134, 178, -74]> : tensor<3xi14>
    %a5 = nn.linear %f, %w5, %b5 {nn.name = "fc"} : tensor<?x8xi8>, tensor<3x8xi4>, tensor<3xi14> -> tensor<?x3xi14>
    %m5 = nn.constant dense<[1]> : tensor<1xi32>
    %n5 = nn.constant dense<[5]> : tensor<1xi32>
    // Power-of-two scales: form shift.
    %y = nn.requantize %a5, %m5, %n5 {nn.name = "fc.requantize", form = 1 : i32, zero_point = 5, lo = -128, hi = 127} : tensor<?x3xi14>, tensor<1xi32>, tensor<1xi32> -> tensor<?x3xi8>
    %w6 = nn.constant dense<[[[[-1]], [[-1]], [[7]], [[6]], [[0]], [[-6]], [[-5]], [[0]]], [[[-1]], [[1]], [[-3]], [[7]], [[-5]], [[6]], [[-1]], [[6]]], [[[1]], [[-3]], [[4]], [[-1]], [[-2]], [[3]], [[7]], [[-1]]], [[[-4]], [[-5]], [[-6]], [[-5]], [[-5]], [[-4]], [[3]], [[-4]]]]> : tensor<4x8x1x1xi4>
    %b6 = nn.constant dense<[-97, 24, 50, -54]> : tensor<4xi14>
    %a6 = nn.conv %cat, %w6, %b6 {nn.name = "side", strides = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, dilations = array<i64: 1, 1>, groups = 1} : tensor<?x8x4x4xi8>, tensor<4x8x1x1xi4>, tensor<4xi14> -> tensor<?x4x4x4xi14>
    %t6 = nn.constant dense<[[-300, 0, 411], [-100, 50, 51], [10, 200, 1000], [-1, -1, 700]]> : tensor<4x3xi14>
    %m = nn.threshold %a6, %t6 {nn.name = "side.threshold", lo = 0} : tensor<?x4x4x4xi14>, tensor<4x3xi14> -> tensor<?x4x4x4xui2>
    return %y, %m : tensor<?x3xi8>, tensor<?x4x4x4xui2>
  }
}
