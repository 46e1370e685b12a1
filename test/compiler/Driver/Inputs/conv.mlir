func.func @main(%x: tensor<1x64x56x56xf32> {nn.name = "x"}) -> (tensor<1x64x56x56xf32> {nn.name = "y"}) {
  %w = nn.constant dense<0.1> : tensor<64x64x3x3xf32>
  %b = nn.constant dense<0.5> : tensor<64xf32>
  %y = nn.conv %x, %w, %b {strides = array<i64: 1, 1>, pads_begin = array<i64: 1, 1>, pads_end = array<i64: 1, 1>, dilations = array<i64: 1, 1>, groups = 1 : i64} : tensor<1x64x56x56xf32>, tensor<64x64x3x3xf32>, tensor<64xf32> -> tensor<1x64x56x56xf32>
  return %y : tensor<1x64x56x56xf32>
}
