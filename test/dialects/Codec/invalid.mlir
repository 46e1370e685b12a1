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

// -----

func.func @delta_unsigned(%r: tensor<2xi8>, %d: tensor<2x2xui4>) -> tensor<2x2xi8> {
  // expected-error @+1 {{deltas have element type 'ui4', expected i2 to i16 (A10)}}
  %w = codec.delta fixed %r, %d : tensor<2xi8>, tensor<2x2xui4> -> tensor<2x2xi8>
  return %w : tensor<2x2xi8>
}

// -----

func.func @delta_references(%r: tensor<1x2xi8>, %d: tensor<2x2xi4>) -> tensor<2x2xi8> {
  // expected-error @+1 {{references have type 'tensor<1x2xi8>', expected integers [G] (A10)}}
  %w = codec.delta fixed %r, %d : tensor<1x2xi8>, tensor<2x2xi4> -> tensor<2x2xi8>
  return %w : tensor<2x2xi8>
}

// -----

func.func @delta_runs(%r: tensor<3xi8>, %d: tensor<2x2xi4>) -> tensor<2x2xi8> {
  // expected-error @+1 {{has 3 references, which do not divide the 4 deltas (A10)}}
  %w = codec.delta consecutive %r, %d : tensor<3xi8>, tensor<2x2xi4> -> tensor<2x2xi8>
  return %w : tensor<2x2xi8>
}

// -----

func.func @delta_result(%r: tensor<2xi8>, %d: tensor<2x2xi4>) -> tensor<4xi8> {
  // expected-error @+1 {{result has type 'tensor<4xi8>', expected integers in the shape of the deltas (A10)}}
  %w = codec.delta fixed %r, %d : tensor<2xi8>, tensor<2x2xi4> -> tensor<4xi8>
  return %w : tensor<4xi8>
}

// -----

func.func @delta_shift(%r: tensor<2xi8>, %d: tensor<2x2xi4>) -> tensor<2x2xi8> {
  // expected-error @+1 {{shift is 17, expected 0 to 16 (A10)}}
  %w = codec.delta fixed %r, %d {shift = 17 : i64} : tensor<2xi8>, tensor<2x2xi4> -> tensor<2x2xi8>
  return %w : tensor<2x2xi8>
}

// -----

func.func @delta_channels(%r: tensor<2xi8>, %d: tensor<2x2xi4>) -> tensor<2x2xi8> {
  // expected-error @+1 {{channels = 3 do not divide the 2 elements of a row (A10)}}
  %w = codec.delta fixed %r, %d {channels = 3 : i64} : tensor<2xi8>, tensor<2x2xi4> -> tensor<2x2xi8>
  return %w : tensor<2x2xi8>
}

// -----

func.func @circulant_vectors(%v: tensor<2x2xf32>) -> tensor<4x4xf32> {
  // expected-error @+1 {{vectors have type 'tensor<2x2xf32>', expected [R/b, C/b, b, ...] (A13)}}
  %w = codec.circulant %v : tensor<2x2xf32> -> tensor<4x4xf32>
  return %w : tensor<4x4xf32>
}

// -----

func.func @circulant_result(%v: tensor<2x2x2x3xf32>) -> tensor<4x4xf32> {
  // expected-error @+1 {{result has type 'tensor<4x4xf32>', expected [4, 4, 3] of 'f32' (A13)}}
  %w = codec.circulant %v : tensor<2x2x2x3xf32> -> tensor<4x4xf32>
  return %w : tensor<4x4xf32>
}

// -----

func.func @circulant_channels(%v: tensor<2x2x2x3xf32>) -> tensor<4x4x3xf32> {
  // expected-error @+1 {{channels are of a linear layer; a convolution's channels are its second dimension (A13)}}
  %w = codec.circulant %v {channels = 2 : i64} : tensor<2x2x2x3xf32> -> tensor<4x4x3xf32>
  return %w : tensor<4x4x3xf32>
}

// -----

func.func @huffman_lists(%b: tensor<1x1xui8>, %l: tensor<2xui4>) -> tensor<8xui1> {
  // expected-error @+1 {{bytes and lengths have types 'tensor<1x1xui8>' and 'tensor<2xui4>', expected lists of ui8 and ui4 (A17)}}
  %w = codec.huffman %b, %l {bits = 8 : i64} : tensor<1x1xui8>, tensor<2xui4> -> tensor<8xui1>
  return %w : tensor<8xui1>
}

// -----

func.func @huffman_floats(%b: tensor<1xui8>, %l: tensor<2xui4>) -> tensor<8xf32> {
  // expected-error @+1 {{result has type 'tensor<8xf32>', expected integers (A17)}}
  %w = codec.huffman %b, %l {bits = 8 : i64} : tensor<1xui8>, tensor<2xui4> -> tensor<8xf32>
  return %w : tensor<8xf32>
}

// -----

func.func @huffman_bits(%b: tensor<2xui8>, %l: tensor<2xui4>) -> tensor<8xui1> {
  // expected-error @+1 {{uses 8 bits of 2 bytes, expected all but the end of the last (A17)}}
  %w = codec.huffman %b, %l {bits = 8 : i64} : tensor<2xui8>, tensor<2xui4> -> tensor<8xui1>
  return %w : tensor<8xui1>
}

// -----

func.func @huffman_group(%b: tensor<1xui8>, %l: tensor<2xui4>) -> tensor<8xui4> {
  // expected-error @+1 {{has groups of 4 elements of 'ui4' from 0, expected 1, or as many as fit into 8 bits, from 0 (A17)}}
  %w = codec.huffman %b, %l {bits = 8 : i64, group = 4 : i64} : tensor<1xui8>, tensor<2xui4> -> tensor<8xui4>
  return %w : tensor<8xui4>
}
