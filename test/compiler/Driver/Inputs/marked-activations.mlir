module attributes {weft.phase = "compress"} {
  func.func @main(%x: tensor<?x2xf32> {nn.name = "x", nn.range = array<f64: 0.0, 1.0>}) -> (tensor<?x2xf32> {nn.name = "y"}) {
    %w = nn.constant dense<[[0.25, 0.75], [0.75, 0.25]]> : tensor<2x2xf32>
    %b = nn.constant dense<0.0> : tensor<2xf32>
    %y = nn.linear %x, %w, %b {nn.name = "fc1", codec.activation_entries = 4 : i64, nn.range = array<f64: 0.0, 1.0>} : tensor<?x2xf32>, tensor<2x2xf32>, tensor<2xf32> -> tensor<?x2xf32>
    return %y : tensor<?x2xf32>
  }
}
