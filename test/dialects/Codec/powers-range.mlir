// A sum that its type does not hold.
// RUN: not weft-opt %s --codec-materialize 2>&1 | FileCheck %s
// CHECK: a sum of powers is 128, which i8 does not hold (A15)
func.func @sums() -> tensor<1x1xi8> {
  %c = nn.constant dense<[[[7]], [[7]]]> : tensor<2x1x1xui4>
  %w = codec.powers %c : tensor<2x1x1xui4> -> tensor<1x1xi8>
  return %w : tensor<1x1xi8>
}
