// RUN: weft-opt %s --split-input-file --verify-diagnostics

func.func @tt_bond(%a: tensor<1x2x2x3xf32>, %b: tensor<2x2x2x1xf32>) -> tensor<4x4xf32> {
  // expected-error @+1 {{has a core of type 'tensor<2x2x2x1xf32>', expected [3, m, n, r] of f32 (A12)}}
  %w = codec.tensor_train %a, %b : tensor<1x2x2x3xf32>, tensor<2x2x2x1xf32> -> tensor<4x4xf32>
  return %w : tensor<4x4xf32>
}

// -----

func.func @tt_end(%a: tensor<1x2x2x3xf32>) -> tensor<2x2xf32> {
  // expected-error @+1 {{has a last bond of 3, expected 1 (A12)}}
  %w = codec.tensor_train %a : tensor<1x2x2x3xf32> -> tensor<2x2xf32>
  return %w : tensor<2x2xf32>
}

// -----

func.func @tt_result(%a: tensor<1x2x2x1xf32>) -> tensor<4x1xf32> {
  // expected-error @+1 {{result has type 'tensor<4x1xf32>', expected [2, 2] of f32 (A12)}}
  %w = codec.tensor_train %a : tensor<1x2x2x1xf32> -> tensor<4x1xf32>
  return %w : tensor<4x1xf32>
}

// -----

func.func @tucker_ranks(%o: tensor<4x2xf32>, %g: tensor<3x2x3x3xf32>, %i: tensor<2x4xf32>) -> tensor<4x4x3x3xf32> {
  // expected-error @+1 {{expected [O, r1], [r1, r2, k...] and [r2, C] of f32 (A12c)}}
  %w = codec.tucker %o, %g, %i : tensor<4x2xf32>, tensor<3x2x3x3xf32>, tensor<2x4xf32> -> tensor<4x4x3x3xf32>
  return %w : tensor<4x4x3x3xf32>
}

// -----

func.func @tucker_result(%o: tensor<4x2xf32>, %g: tensor<2x2x3x3xf32>, %i: tensor<2x4xf32>) -> tensor<4x5x3x3xf32> {
  // expected-error @+1 {{expected 'tensor<4x4x3x3xf32>' (A12c)}}
  %w = codec.tucker %o, %g, %i : tensor<4x2xf32>, tensor<2x2x3x3xf32>, tensor<2x4xf32> -> tensor<4x5x3x3xf32>
  return %w : tensor<4x5x3x3xf32>
}

// -----

func.func @matmul_basis(%c: tensor<4x8xf32>, %b: tensor<1x2x4xf32>) -> tensor<4x8xf32> {
  // expected-error @+1 {{basis has type 'tensor<1x2x4xf32>', expected [G, s, s] (A14)}}
  %w = codec.matmul %c, %b : tensor<4x8xf32>, tensor<1x2x4xf32> -> tensor<4x8xf32>
  return %w : tensor<4x8xf32>
}

// -----

func.func @matmul_groups(%c: tensor<4x8xf32>, %b: tensor<3x2x2xf32>) -> tensor<4x8xf32> {
  // expected-error @+1 {{has 3 bases, which do not divide the rows of 'tensor<4x8xf32>' (A14)}}
  %w = codec.matmul %c, %b : tensor<4x8xf32>, tensor<3x2x2xf32> -> tensor<4x8xf32>
  return %w : tensor<4x8xf32>
}

// -----

func.func @matmul_size(%c: tensor<4x8xf32>, %b: tensor<1x3x3xf32>) -> tensor<4x8xf32> {
  // expected-error @+1 {{basis has size 3, which does not divide the 8 columns of a row (A14)}}
  %w = codec.matmul %c, %b : tensor<4x8xf32>, tensor<1x3x3xf32> -> tensor<4x8xf32>
  return %w : tensor<4x8xf32>
}

// -----

func.func @matmul_channels(%c: tensor<4x8xf32>, %b: tensor<1x2x2xf32>) -> tensor<4x8xf32> {
  // expected-error @+1 {{has 3 channels, which do not divide the 8 columns of a row (A14)}}
  %w = codec.matmul %c, %b {channels = 3 : i64} : tensor<4x8xf32>, tensor<1x2x2xf32> -> tensor<4x8xf32>
  return %w : tensor<4x8xf32>
}

// -----

func.func @matmul_result(%c: tensor<4x8xi4>, %b: tensor<1x2x2xf32>) -> tensor<4x8xi8> {
  // expected-error @+1 {{result has type 'tensor<4x8xi8>', expected the shape of the coefficients and f32 (A14)}}
  %w = codec.matmul %c, %b : tensor<4x8xi4>, tensor<1x2x2xf32> -> tensor<4x8xi8>
  return %w : tensor<4x8xi8>
}
