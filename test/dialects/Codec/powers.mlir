// Rules A15 and A16: every code and every plane.
// RUN: weft-opt %s | weft-opt --codec-materialize | FileCheck %s

// CHECK-LABEL: @powers
// CHECK: nn.constant dense<{{\[\[}}0, 1, 2, 4, 0, -1, -2, -4]]> : tensor<1x8xi4>
func.func @powers() -> tensor<1x8xi4> {
  %c = nn.constant dense<[[[0, 1, 2, 3, 4, 5, 6, 7]]]> : tensor<1x1x8xui3>
  %w = codec.powers %c : tensor<1x1x8xui3> -> tensor<1x8xi4>
  return %w : tensor<1x8xi4>
}

// CHECK-LABEL: @sums
// CHECK: nn.constant dense<{{\[\[}}68], [-127]]> : tensor<2x1xi8>
func.func @sums() -> tensor<2x1xi8> {
  %c = nn.constant dense<[[[7], [15]], [[3], [15]], [[0], [1]]]> : tensor<3x2x1xui4>
  %w = codec.powers %c : tensor<3x2x1xui4> -> tensor<2x1xi8>
  return %w : tensor<2x1xi8>
}

// CHECK-LABEL: @shifted
// CHECK: nn.constant dense<{{\[\[}}0, 16, -64]]> : tensor<1x3xi8>
func.func @shifted() -> tensor<1x3xi8> {
  %c = nn.constant dense<[[[0, 1, 7]]]> : tensor<1x1x3xui3>
  %w = codec.powers %c {shift = 4 : i64} : tensor<1x1x3xui3> -> tensor<1x3xi8>
  return %w : tensor<1x3xi8>
}

// CHECK-LABEL: @bitplanes
// CHECK: nn.constant dense<{{\[\[}}32, -96], [0, 96]]> : tensor<2x2xi8>
func.func @bitplanes() -> tensor<2x2xi8> {
  %p = nn.constant dense<[[[true, true], [false, true]], [[false, false], [false, true]], [[false, true], [false, false]]]> : tensor<3x2x2xui1>
  %w = codec.bitplanes %p {shift = 5 : i64} : tensor<3x2x2xui1> -> tensor<2x2xi8>
  return %w : tensor<2x2xi8>
}
