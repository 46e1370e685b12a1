// A quantized network, which needs no calibration data of its own.
module attributes {weft.phase = "compress"} {
  func.func @main(%x: tensor<?x2xf32> {nn.name = "x"}) -> (tensor<?x2xf32> {nn.name = "y"}) {
    %s = nn.constant dense<0.01> : tensor<f32>
    %z = nn.constant dense<0> : tensor<i8>
    %w = nn.constant dense<[[25, 75], [75, 25]]> : tensor<2x2xi8>
    %b = nn.constant dense<0.0> : tensor<2xf32>
    %q = nn.quantize %x, %s, %z : tensor<?x2xf32>, tensor<f32>, tensor<i8> -> tensor<?x2xi8>
    %d = nn.dequantize %q, %s, %z : tensor<?x2xi8>, tensor<f32>, tensor<i8> -> tensor<?x2xf32>
    %v = nn.dequantize %w, %s, %z : tensor<2x2xi8>, tensor<f32>, tensor<i8> -> tensor<2x2xf32>
    %y = nn.linear %d, %v, %b {nn.name = "fc1", codec.activation_entries = 4 : i64} : tensor<?x2xf32>, tensor<2x2xf32>, tensor<2xf32> -> tensor<?x2xf32>
    %r = nn.quantize %y, %s, %z {nn.name = "y.quantize"} : tensor<?x2xf32>, tensor<f32>, tensor<i8> -> tensor<?x2xi8>
    %o = nn.dequantize %r, %s, %z : tensor<?x2xi8>, tensor<f32>, tensor<i8> -> tensor<?x2xf32>
    return %o : tensor<?x2xf32>
  }
}
