// RUN: weft-opt %s --codec-entropy-code --verify-diagnostics | FileCheck %s
// RUN: weft-opt %s --codec-entropy-code --codec-entropy-decode --codec-entropy-code 2>/dev/null | FileCheck %s
// RUN: weft-opt %s --codec-entropy-code=layers=fc3 2>/dev/null | FileCheck %s --check-prefix=OTHER
// Codes and quantized weights that are spread unevenly are stored in fewer bits; floats, and integers that are spread evenly, stay.
// OTHER-NOT: codec.huffman

// CHECK-DAG: %[[CODES:.*]] = codec.huffman {{.*}} -> tensor<16x8xui4>
// CHECK-DAG: codec.lookup %[[CODES]], %{{.*}} : tensor<16x8xui4>, tensor<1x16xf32>
// CHECK-DAG: %[[Q:.*]] = codec.huffman %{{.*}}, %{{.*}} {bits = {{[0-9]+}} : i64, first = -2 : i64} : tensor<{{[0-9]+}}xui8>, tensor<6xui4> -> tensor<2x64xi8>
// CHECK-DAG: nn.dequantize %[[Q]]
// CHECK-DAG: nn.constant dense<{{\[\[}}0, 1], [-2, -1]]> : tensor<2x2xi2>
func.func @main(%x: tensor<?x8xf32>, %v: tensor<?x64xf32>, %u: tensor<?x2xf32>) -> (tensor<?x16xf32>, tensor<?x2xf32>, tensor<?x2xf32>, tensor<?x2xf32>) {
  %codes = nn.constant dense_resource<codes> : tensor<16x8xui4>
  %book = nn.constant dense<0.5> : tensor<1x16xf32>
  %w = codec.lookup %codes, %book : tensor<16x8xui4>, tensor<1x16xf32> -> tensor<16x8xf32>
  %b = nn.constant dense<0.0> : tensor<16xf32>
  // expected-remark @+1 {{layer 'fc1': 128 → }}
  %y = nn.linear %x, %w, %b {nn.name = "fc1"} : tensor<?x8xf32>, tensor<16x8xf32>, tensor<16xf32> -> tensor<?x16xf32>
  %q = nn.constant dense_resource<q> : tensor<2x64xi8>
  %s = nn.constant dense<0.1> : tensor<f32>
  %z = nn.constant dense<0> : tensor<i8>
  %d = nn.dequantize %q, %s, %z : tensor<2x64xi8>, tensor<f32>, tensor<i8> -> tensor<2x64xf32>
  %b2 = nn.constant dense<0.0> : tensor<2xf32>
  // expected-remark @+1 {{layer 'fc2': 128 → }}
  %y2 = nn.linear %v, %d, %b2 {nn.name = "fc2"} : tensor<?x64xf32>, tensor<2x64xf32>, tensor<2xf32> -> tensor<?x2xf32>
  %even = nn.constant dense<[[0, 1], [-2, -1]]> : tensor<2x2xi2>
  %z2 = nn.constant dense<0> : tensor<i2>
  %d3 = nn.dequantize %even, %s, %z2 : tensor<2x2xi2>, tensor<f32>, tensor<i2> -> tensor<2x2xf32>
  // expected-remark @+1 {{layer 'fc3': entropy codes nothing: its integers are spread evenly}}
  %y3 = nn.linear %u, %d3, %b2 {nn.name = "fc3"} : tensor<?x2xf32>, tensor<2x2xf32>, tensor<2xf32> -> tensor<?x2xf32>
  %w4 = nn.constant dense<0.5> : tensor<2x2xf32>
  // expected-remark @+1 {{layer 'fc4': entropy codes nothing: its weight has no integer leaf; quantize or cluster it first}}
  %y4 = nn.linear %u, %w4, %b2 {nn.name = "fc4"} : tensor<?x2xf32>, tensor<2x2xf32>, tensor<2xf32> -> tensor<?x2xf32>
  return %y, %y2, %y3, %y4 : tensor<?x16xf32>, tensor<?x2xf32>, tensor<?x2xf32>, tensor<?x2xf32>
}

{-#
  dialect_resources: {
    builtin: {
      codes: "0x01000000000000000F010F0100000F000101000100000000000000000100010000010F00000000010000010000000000010000000F01000F0001010000000001000001000F000F00000100000000000001000001000001000001000F0000010F000100000001000000000000000000000100000000000000000000000000000001000F0F",
      q: "0x01000000FEFE00000000000000000300000100FE00FE0000FE03000003000100000001030000000001FE00010100010100FE03000000FE0000000000030000010000FE00FE0100010000030100FE0000000000010100010000000100000000FE00010000FE000000010000000000010000000001000000000003FE000000000000000001"
    }
  }
#-}
