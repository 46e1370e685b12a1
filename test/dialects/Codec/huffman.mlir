// RUN: weft-opt %s --codec-entropy-decode | FileCheck %s
// RUN: weft-opt %s | weft-opt --codec-materialize | FileCheck %s --check-prefix=ALL
// Words 0, 10, 11 for symbols 1, 0, 2, the first bit highest: 0 10 11 0 0 0.
// CHECK: %[[C:.*]] = nn.constant dense<{{\[\[}}1, 0, 2], [1, 1, 1]]> : tensor<2x3xui2>
// CHECK: codec.lookup %[[C]]
// CHECK-NOT: codec.huffman
// ALL: nn.constant dense<{{\[\[}}5.000000e-01, 2.500000e-01, -1.000000e+00], [5.000000e-01, 5.000000e-01, 5.000000e-01]]> : tensor<2x3xf32>
func.func @main(%x: tensor<?x3xf32>) -> tensor<?x2xf32> {
  %bytes = nn.constant dense<88> : tensor<1xui8>
  %lengths = nn.constant dense<[2, 1, 2]> : tensor<3xui4>
  %codes = codec.huffman %bytes, %lengths {bits = 8 : i64} : tensor<1xui8>, tensor<3xui4> -> tensor<2x3xui2>
  %book = nn.constant dense<[[0.25, 0.5, -1.0]]> : tensor<1x3xf32>
  %w = codec.lookup %codes, %book : tensor<2x3xui2>, tensor<1x3xf32> -> tensor<2x3xf32>
  %b = nn.constant dense<0.0> : tensor<2xf32>
  %y = nn.linear %x, %w, %b {nn.name = "fc1"} : tensor<?x3xf32>, tensor<2x3xf32>, tensor<2xf32> -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
