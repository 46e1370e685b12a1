// Every check of a process names what it expected and what it found.
// RUN: weft-opt %s --split-input-file --verify-diagnostics

// expected-error @+1 {{lanes divide the channels (D2), got 3 lanes and 4 channels}}
func.func @lanes(%x: !flow.stream<8x8x4xui8, 3>) { return }

// -----
func.func @fifo(%x: !flow.stream<8x8x4xui8, 2>) {
  // expected-error @+1 {{expected a depth of at least 2, got 1}}
  %y = flow.fifo %x {depth = 1} : !flow.stream<8x8x4xui8, 2>
  return
}

// -----
func.func @window(%x: !flow.stream<8x8x4xui8, 2>) {
  // expected-error @+1 {{expected a result frame of 6x6x36, got 8x8x36}}
  %y = flow.window dense %x {kernel = array<i64: 3, 3>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>} : !flow.stream<8x8x4xui8, 2> -> !flow.stream<8x8x36xui8, 2>
  return
}

// -----
func.func @buffer(%x: !flow.stream<8x8x4xui8, 2>) {
  // expected-error @+1 {{expected a buffer of at least 38 beats, got 8}}
  %y = flow.window dense %x {kernel = array<i64: 3, 3>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, depth = 8} : !flow.stream<8x8x4xui8, 2> -> !flow.stream<6x6x36xui8, 2>
  return
}

// -----
func.func @mvu(%x: !flow.stream<1x1x8xui8, 2>, %w: tensor<3x8xi4>, %b: tensor<3xi14>) {
  // expected-error @+1 {{expected simd that divides K = 8, got 3}}
  %y = flow.mvu %x, %w, %b {simd = 3 : i64} : !flow.stream<1x1x8xui8, 2>, tensor<3x8xi4>, tensor<3xi14> -> !flow.stream<1x1x3xi14, 1>
  return
}

// -----
func.func @clustered(%x: !flow.stream<1x1x8xui8, 2>, %w: tensor<3x8xi4>, %b: tensor<3xi14>) {
  // expected-error @+1 {{multipliers are of a clustered unit: the weight must be a codec.lookup}}
  %y = flow.mvu %x, %w, %b {simd = 2 : i64, multipliers = 1} : !flow.stream<1x1x8xui8, 2>, tensor<3x8xi4>, tensor<3xi14> -> !flow.stream<1x1x3xi14, 1>
  return
}

// -----
func.func @drain(%x: !flow.stream<1x1x8xui8, 2>, %c: tensor<3x8xui4>, %k: tensor<1x16xi8>, %b: tensor<3xi14>) {
  %w = codec.lookup %c, %k : tensor<3x8xui4>, tensor<1x16xi8> -> tensor<3x8xi8>
  // expected-error @+1 {{expected K/simd = 4 of at least the drain ceil(pe * codes / multipliers) = 16}}
  %y = flow.mvu %x, %w, %b {simd = 2 : i64, multipliers = 1} : !flow.stream<1x1x8xui8, 2>, tensor<3x8xi8>, tensor<3xi14> -> !flow.stream<1x1x3xi14, 1>
  return
}

// -----
func.func @view(%x: !flow.stream<2x2x12xui8, 4>) {
  // expected-error @+1 {{expected as many elements in as out}}
  %y = flow.view %x : !flow.stream<2x2x12xui8, 4> -> !flow.stream<1x1x24xui8, 4>
  return
}

// -----
func.func @shift(%x: !flow.stream<1x1x8xui8, 2>, %w: tensor<3x8xi4>, %b: tensor<3xi14>) {
  // expected-error @+1 {{a shift unit has shifts in place of products: the weight must be a codec.powers, or a codec.lookup into one}}
  %y = flow.mvu shift %x, %w, %b {simd = 2 : i64} : !flow.stream<1x1x8xui8, 2>, tensor<3x8xi4>, tensor<3xi14> -> !flow.stream<1x1x3xi14, 1>
  return
}

// -----
func.func @bitserial(%x: !flow.stream<1x1x8xui8, 2>, %w: tensor<3x8xi4>, %b: tensor<3xi14>) {
  // expected-error @+1 {{a bit-serial unit takes a weight plane by plane: the weight must be a codec.bitplanes}}
  %y = flow.mvu bitserial %x, %w, %b {simd = 2 : i64} : !flow.stream<1x1x8xui8, 2>, tensor<3x8xi4>, tensor<3xi14> -> !flow.stream<1x1x3xi14, 1>
  return
}

// -----
func.func @no_multipliers(%x: !flow.stream<1x1x8xui8, 2>, %c: tensor<1x3x8xui3>, %b: tensor<3xi14>) {
  %w = codec.powers %c : tensor<1x3x8xui3> -> tensor<3x8xi4>
  // expected-error @+1 {{a shift unit has no multipliers, got 2}}
  %y = flow.mvu shift %x, %w, %b {simd = 2 : i64, multipliers = 2} : !flow.stream<1x1x8xui8, 2>, tensor<3x8xi4>, tensor<3xi14> -> !flow.stream<1x1x3xi14, 1>
  return
}

// -----
func.func @block_pe(%x: !flow.stream<1x1x8xui8, 1>, %v: tensor<3x2x4xi8>, %b: tensor<12xi20>) {
  %w = codec.circulant %v : tensor<3x2x4xi8> -> tensor<12x8xi8>
  // expected-error @+1 {{expected pe that divides the circulant block of 4 or is a multiple of it, got 3}}
  %y = flow.mvu %x, %w, %b {simd = 1 : i64} : !flow.stream<1x1x8xui8, 1>, tensor<12x8xi8>, tensor<12xi20> -> !flow.stream<1x1x12xi20, 3>
  return
}

// -----
func.func @block_simd(%x: !flow.stream<1x1x12xui8, 6>, %v: tensor<1x3x4xi8>, %b: tensor<4xi20>) {
  %w = codec.circulant %v : tensor<1x3x4xi8> -> tensor<4x12xi8>
  // expected-error @+1 {{expected simd that divides the circulant block of 4 or is a multiple of it, got 6}}
  %y = flow.mvu %x, %w, %b {simd = 6 : i64} : !flow.stream<1x1x12xui8, 6>, tensor<4x12xi8>, tensor<4xi20> -> !flow.stream<1x1x4xi20, 1>
  return
}

// -----
func.func @runs(%x: !flow.stream<1x1x12xui8, 4>, %r: tensor<4xi8>, %d: tensor<2x12xi4>, %b: tensor<2xi20>) {
  %w = codec.delta fixed %r, %d : tensor<4xi8>, tensor<2x12xi4> -> tensor<2x12xi8>
  // expected-error @+1 {{expected simd that divides the 6 weights of a reference, got 4}}
  %y = flow.mvu %x, %w, %b {simd = 4 : i64} : !flow.stream<1x1x12xui8, 4>, tensor<2x12xi8>, tensor<2xi20> -> !flow.stream<1x1x2xi20, 1>
  return
}

// -----
func.func @factor(%x: !flow.stream<2x2x4xui8, 2>, %s: !flow.stream<1x1x4xui8, 2>) {
  // expected-error @+1 {{expected a result frame of 1x1x4, got 2x2x4}}
  %y = flow.multiply %x, %s {lhs_zero_point = 0, rhs_zero_point = 0} : !flow.stream<2x2x4xui8, 2>, !flow.stream<1x1x4xui8, 2> -> !flow.stream<2x2x4xi17, 2>
  return
}

// -----
func.func @product(%x: !flow.stream<1x1x4xi8, 2>, %s: !flow.stream<1x1x4xi8, 2>) {
  // expected-error @+1 {{result has element type 'i15', expected an integer that holds products of -16256 to 16384 (A5m)}}
  %y = flow.multiply %x, %s {lhs_zero_point = 0, rhs_zero_point = 0} : !flow.stream<1x1x4xi8, 2>, !flow.stream<1x1x4xi8, 2> -> !flow.stream<1x1x4xi15, 2>
  return
}

// -----
func.func @frame(%x: !flow.stream<4x4x2xui8, 1>) {
  // expected-error @+1 {{expected a result frame of 4x4x2, got 2x2x2}}
  %y = flow.pool max %x : !flow.stream<4x4x2xui8, 1> -> !flow.stream<2x2x2xui8, 1>
  return
}
