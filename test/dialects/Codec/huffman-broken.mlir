// RUN: not weft-opt %s --codec-entropy-decode 2>&1 | FileCheck %s
// CHECK: error: 'codec.huffman' op cannot be decoded: the codes of 6 elements end at bit 6, expected 8 (A17)
func.func @main() -> tensor<6xui1> {
  %bytes = nn.constant dense<88> : tensor<1xui8>
  %lengths = nn.constant dense<[1, 1]> : tensor<2xui4>
  %codes = codec.huffman %bytes, %lengths {bits = 8 : i64} : tensor<1xui8>, tensor<2xui4> -> tensor<6xui1>
  return %codes : tensor<6xui1>
}
