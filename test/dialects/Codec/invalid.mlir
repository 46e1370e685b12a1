// RUN: weft-opt %s --split-input-file --verify-diagnostics

func.func @scatter_values(%v: tensor<1x2xf32>, %m: tensor<2x2xui1>) -> tensor<2x2xf32> {
  // expected-error @+1 {{values have type 'tensor<1x2xf32>', expected [E] of 'f32' (A11)}}
  %w = codec.scatter %v, %m : tensor<1x2xf32>, tensor<2x2xui1> -> tensor<2x2xf32>
  return %w : tensor<2x2xf32>
}

// -----

func.func @scatter_mask(%v: tensor<2xf32>, %m: tensor<2x2xui2>) -> tensor<2x2xf32> {
  // expected-error @+1 {{mask has type 'tensor<2x2xui2>', expected ui1 of the weight's shape (A11)}}
  %w = codec.scatter %v, %m : tensor<2xf32>, tensor<2x2xui2> -> tensor<2x2xf32>
  return %w : tensor<2x2xf32>
}

// -----

func.func @powers_codes(%c: tensor<1x2x2xui6>) -> tensor<2x2xi8> {
  // expected-error @+1 {{codes have element type 'ui6', expected ui2 to ui5 (A15)}}
  %w = codec.powers %c : tensor<1x2x2xui6> -> tensor<2x2xi8>
  return %w : tensor<2x2xi8>
}

// -----

func.func @powers_shape(%c: tensor<2x2xui4>) -> tensor<2x2xi8> {
  // expected-error @+1 {{codes have type 'tensor<2x2xui4>', expected [T, the weight's shape 'tensor<2x2xi8>'] with T at least 1 (A15)}}
  %w = codec.powers %c : tensor<2x2xui4> -> tensor<2x2xi8>
  return %w : tensor<2x2xi8>
}

// -----

func.func @powers_result(%c: tensor<1x2x2xui4>) -> tensor<2x2xui8> {
  // expected-error @+1 {{result has element type 'ui8', expected a signed integer (A15)}}
  %w = codec.powers %c : tensor<1x2x2xui4> -> tensor<2x2xui8>
  return %w : tensor<2x2xui8>
}

// -----

func.func @bitplanes_planes(%p: tensor<3x2x2xui2>) -> tensor<2x2xi8> {
  // expected-error @+1 {{planes have type 'tensor<3x2x2xui2>', expected ui1 of [n, the weight's shape 'tensor<2x2xi8>'] (A16)}}
  %w = codec.bitplanes %p : tensor<3x2x2xui2> -> tensor<2x2xi8>
  return %w : tensor<2x2xi8>
}

// -----

func.func @bitplanes_result(%p: tensor<3x2x2xui1>) -> tensor<2x2xi8> {
  // expected-error @+1 {{result has element type 'i8' and shift is 6, expected a shift of at least 0 and a signed integer of at least planes + shift = 9 bits (A16)}}
  %w = codec.bitplanes %p {shift = 6 : i64} : tensor<3x2x2xui1> -> tensor<2x2xi8>
  return %w : tensor<2x2xi8>
}

// -----

func.func @powers_shift(%c: tensor<1x2x2xui4>) -> tensor<2x2xi8> {
  // expected-error @+1 {{shift is 8, expected 0 to 7 (A15)}}
  %w = codec.powers %c {shift = 8 : i64} : tensor<1x2x2xui4> -> tensor<2x2xi8>
  return %w : tensor<2x2xi8>
}
