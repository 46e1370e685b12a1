// RUN: weft-opt %s --split-input-file --verify-diagnostics

func.func @lists(%x: !flow.stream<1x1x8xui8, 1>, %w: tensor<4x4xi8>, %b: tensor<4xi20>, %g: tensor<3x4xui2>) {
  // expected-error @+1 {{expected unsigned gaps [outputs, edges] whose outputs divide N = 4, got 'tensor<3x4xui2>' (A11b)}}
  %y = flow.gather_mvu %x, %w, %b, %g {simd = 1 : i64} : !flow.stream<1x1x8xui8, 1>, tensor<4x4xi8>, tensor<4xi20>, tensor<3x4xui2> -> !flow.stream<1x1x4xi20, 1>
  return
}

// -----
func.func @gaps(%x: !flow.stream<1x1x8xui8, 1>, %w: tensor<4x4xi8>, %b: tensor<4xi20>, %g: tensor<2x4xi2>) {
  // expected-error @+1 {{expected unsigned gaps [outputs, edges] whose outputs divide N = 4, got 'tensor<2x4xi2>' (A11b)}}
  %y = flow.gather_mvu %x, %w, %b, %g {simd = 1 : i64} : !flow.stream<1x1x8xui8, 1>, tensor<4x4xi8>, tensor<4xi20>, tensor<2x4xi2> -> !flow.stream<1x1x4xi20, 1>
  return
}

// -----
func.func @lengths(%x: !flow.stream<1x1x8xui8, 1>, %w: tensor<4x4xi8>, %b: tensor<4xi20>, %g: tensor<2x4xui2>) {
  // expected-error @+1 {{expected a length for each of the 4 outputs, got 2}}
  %y = flow.gather_mvu %x, %w, %b, %g {simd = 1 : i64, lengths = array<i64: 3, 4>} : !flow.stream<1x1x8xui8, 1>, tensor<4x4xi8>, tensor<4xi20>, tensor<2x4xui2> -> !flow.stream<1x1x4xi20, 1>
  return
}

// -----
func.func @length(%x: !flow.stream<1x1x8xui8, 1>, %w: tensor<4x4xi8>, %b: tensor<4xi20>, %g: tensor<2x4xui2>) {
  // expected-error @+1 {{expected lengths of at most 4 edges that are equal, or 0, for the 2 outputs of a list, got 2 for output 3}}
  %y = flow.gather_mvu %x, %w, %b, %g {simd = 1 : i64, lengths = array<i64: 0, 4, 3, 2>} : !flow.stream<1x1x8xui8, 1>, tensor<4x4xi8>, tensor<4xi20>, tensor<2x4xui2> -> !flow.stream<1x1x4xi20, 1>
  return
}

// -----
func.func @weight(%x: !flow.stream<1x1x8xui8, 1>, %w: tensor<4x8xi8>, %b: tensor<4xi20>, %g: tensor<2x4xui2>) {
  // expected-error @+1 {{expected a weight of integers [4, 4], got 'tensor<4x8xi8>'}}
  %y = flow.gather_mvu %x, %w, %b, %g {simd = 1 : i64} : !flow.stream<1x1x8xui8, 1>, tensor<4x8xi8>, tensor<4xi20>, tensor<2x4xui2> -> !flow.stream<1x1x4xi20, 1>
  return
}

// -----
func.func @simd(%x: !flow.stream<1x1x8xui8, 1>, %w: tensor<4x4xi8>, %b: tensor<4xi20>, %g: tensor<2x4xui2>) {
  // expected-error @+1 {{expected simd that divides the 4 edges of an output, got 3}}
  %y = flow.gather_mvu %x, %w, %b, %g {simd = 3 : i64} : !flow.stream<1x1x8xui8, 1>, tensor<4x4xi8>, tensor<4xi20>, tensor<2x4xui2> -> !flow.stream<1x1x4xi20, 1>
  return
}

// -----
func.func @pe(%x: !flow.stream<1x1x8xui8, 1>, %w: tensor<6x4xi8>, %b: tensor<6xi20>, %g: tensor<3x4xui2>) {
  // expected-error @+1 {{expected pe that divides the 2 outputs which read the same inputs or is a multiple of them, with at most 9,999 memories, got 3}}
  %y = flow.gather_mvu %x, %w, %b, %g {simd = 1 : i64} : !flow.stream<1x1x8xui8, 1>, tensor<6x4xi8>, tensor<6xi20>, tensor<3x4xui2> -> !flow.stream<1x1x6xi20, 3>
  return
}

// -----
func.func @source(%x: !flow.stream<1x1x8xui8, 1>, %r: tensor<8xi8>, %d: tensor<4x4xi4>, %b: tensor<4xi20>, %g: tensor<2x4xui2>) {
  %w = codec.delta fixed %r, %d : tensor<8xi8>, tensor<4x4xi4> -> tensor<4x4xi8>
  // expected-error @+1 {{expected a weight whose elements may change places: no blocks, no consecutive differences, one reference a row}}
  %y = flow.gather_mvu %x, %w, %b, %g {simd = 1 : i64} : !flow.stream<1x1x8xui8, 1>, tensor<4x4xi8>, tensor<4xi20>, tensor<2x4xui2> -> !flow.stream<1x1x4xi20, 1>
  return
}
