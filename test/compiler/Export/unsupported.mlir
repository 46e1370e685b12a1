// RUN: not weft export %s -o %t.onnx --force 2>&1 | FileCheck %s
// RUN: not test -e %t.onnx
// Everything that ONNX has no form for is listed at once, and nothing is written.
// CHECK: weft: error: {{.*}}cannot be exported: 4 layers have no form in ONNX
// CHECK: weft: note: {{.*}}layer 'wide' (nn.quantize): quantizes to a width that ONNX lacks, with a scale per channel or one that is no constant
// CHECK: weft: note: {{.*}}layer 'sum' (nn.pool): it sums integers
// CHECK: weft: note: {{.*}}layer 'table' (nn.table): ONNX has no operator for it
// CHECK: weft: note: {{.*}}layer 'rnn' (nn.recurrent): its input is not a linear layer of its own
func.func @main(%x: tensor<?x2x4x4xf32> {nn.name = "x"}, %q: tensor<?x2x4x4xi8> {nn.name = "q"},
    %v: tensor<?x3x1xf32> {nn.name = "v"}) -> (tensor<?x2x4x4xf32>, tensor<?x2x2x2xi16>, tensor<?x3x1xf32>) {
  %s = nn.constant dense<[0.1, 0.2]> : tensor<2xf32>
  %z = nn.constant dense<0> : tensor<2xi12>
  %a = nn.quantize %x, %s, %z {axis = 1 : i64, nn.name = "wide"} : tensor<?x2x4x4xf32>, tensor<2xf32>, tensor<2xi12> -> tensor<?x2x4x4xi12>
  %b = nn.dequantize %a, %s, %z {axis = 1 : i64, nn.name = "back"} : tensor<?x2x4x4xi12>, tensor<2xf32>, tensor<2xi12> -> tensor<?x2x4x4xf32>
  %p = nn.pool sum %q {dilations = array<i64: 1, 1>, kernel = array<i64: 2, 2>, nn.name = "sum", pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, strides = array<i64: 2, 2>}
    : tensor<?x2x4x4xi8> -> tensor<?x2x2x2xi10>
  %t = nn.constant dense<0> : tensor<1024xi16>
  %c = nn.table %p, %t {nn.name = "table"} : tensor<?x2x2x2xi10>, tensor<1024xi16> -> tensor<?x2x2x2xi16>
  %r = nn.constant dense<1.0> : tensor<1x1xf32>
  %rb = nn.constant dense<0.0> : tensor<1xf32>
  %d = nn.recurrent rnn %v, %r, %rb {activations = ["tanh"], alphas = array<f64: 0.0>, betas = array<f64: 0.0>, nn.name = "rnn"} : tensor<?x3x1xf32>, tensor<1x1xf32>, tensor<1xf32> -> tensor<?x3x1xf32>
  return %b, %c, %d : tensor<?x2x4x4xf32>, tensor<?x2x2x2xi16>, tensor<?x3x1xf32>
}
