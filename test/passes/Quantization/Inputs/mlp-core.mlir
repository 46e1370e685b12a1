// A small MLP core as --nn-partition leaves it: what the CPU, HLS and RTL backends take in.
// @main keeps what is float, @core is integers only (docs/arithmetic.md). fc1's weight is dense, fc2's is clustered.
module {
  func.func @main(%input: tensor<?x8xf32> {nn.name = "input"}) -> (tensor<?x3xf32> {nn.name = "logits"}) {
    %sx = nn.constant dense<0.00392156886> : tensor<f32>
    %zx = nn.constant dense<0> : tensor<ui8>
    %q = nn.quantize %input, %sx, %zx {nn.name = "input.quantize"} : tensor<?x8xf32>, tensor<f32>, tensor<ui8> -> tensor<?x8xui8>
    %c = call @core(%q) : (tensor<?x8xui8>) -> tensor<?x3xi8>
    %sy = nn.constant dense<0.0437> : tensor<f32>
    %zy = nn.constant dense<-3> : tensor<i8>
    %y = nn.dequantize %c, %sy, %zy {nn.name = "logits.dequantize"} : tensor<?x3xi8>, tensor<f32>, tensor<i8> -> tensor<?x3xf32>
    return %y : tensor<?x3xf32>
  }
  func.func @core(%x: tensor<?x8xui8> {nn.name = "input"}) -> (tensor<?x3xi8> {nn.name = "logits"}) {
    %w1 = nn.constant dense<[[-45, 115, -89, -26, 39, -115, -109, 83], [10, -103, -34, 22, -113, 105, 2, -73], [-118, -105, -16, -20, -110, -66, -104, 14], [-19, -112, 84, 17, -96, 115, -70, 34]]> : tensor<4x8xi8>
    %b1 = nn.constant dense<[569, 387, 1881, -1747]> : tensor<4xi19>
    %a1 = nn.linear %x, %w1, %b1 {nn.name = "fc1"} : tensor<?x8xui8>, tensor<4x8xi8>, tensor<4xi19> -> tensor<?x4xi19>
    %m1 = nn.constant dense<[40113, 37650, 45001, 52017]> : tensor<4xi32>
    %n1 = nn.constant dense<[25, 24, 25, 26]> : tensor<4xi32>
    // ReLU is lo = zero_point: here both are 0.
    %h1 = nn.requantize %a1, %m1, %n1 {nn.name = "relu1", zero_point = 0, lo = 0, hi = 255} : tensor<?x4xi19>, tensor<4xi32>, tensor<4xi32> -> tensor<?x4xui8>
    %codes2 = nn.constant dense<[[3, 0, 1, 0], [1, 2, 3, 1], [0, 2, 1, 0]]> : tensor<3x4xui2>
    %book2 = nn.constant dense<[[-101, -22, 0, 64]]> : tensor<1x4xi8>
    %b2 = nn.constant dense<[95, 84, 154]> : tensor<3xi17>
    %w2 = codec.lookup %codes2, %book2 : tensor<3x4xui2>, tensor<1x4xi8> -> tensor<3x4xi8>
    %a2 = nn.linear %h1, %w2, %b2 {nn.name = "fc2"} : tensor<?x4xui8>, tensor<3x4xi8>, tensor<3xi17> -> tensor<?x3xi17>
    %m2 = nn.constant dense<[33211]> : tensor<1xi32>
    %n2 = nn.constant dense<[25]> : tensor<1xi32>
    // One multiplier and shift for all channels: the codebook has one scale.
    %y = nn.requantize %a2, %m2, %n2 {nn.name = "fc2.requantize", zero_point = -3, lo = -128, hi = 127} : tensor<?x3xi17>, tensor<1xi32>, tensor<1xi32> -> tensor<?x3xi8>
    return %y : tensor<?x3xi8>
  }
}
