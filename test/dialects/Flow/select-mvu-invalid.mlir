// RUN: weft-opt %s --split-input-file --verify-diagnostics

func.func @groups(%x: !flow.stream<1x1x8xui8, 4>, %w: tensor<4x4xi8>, %b: tensor<4xi20>, %i: tensor<4x3x2xui2>) {
  // expected-error @+1 {{expected indices [outputs, groups, kept] whose outputs divide N = 4 and whose groups divide K = 8, got 'tensor<4x3x2xui2>' (A11n)}}
  %y = flow.select_mvu %x, %w, %b, %i {simd = 4 : i64} : !flow.stream<1x1x8xui8, 4>, tensor<4x4xi8>, tensor<4xi20>, tensor<4x3x2xui2> -> !flow.stream<1x1x4xi20, 1>
  return
}

// -----
func.func @kept(%x: !flow.stream<1x1x8xui8, 4>, %w: tensor<4x4xi8>, %b: tensor<4xi20>, %i: tensor<4x2x5xui2>) {
  // expected-error @+1 {{expected indices [outputs, groups, kept] whose outputs divide N = 4 and whose groups divide K = 8, got 'tensor<4x2x5xui2>' (A11n)}}
  %y = flow.select_mvu %x, %w, %b, %i {simd = 4 : i64} : !flow.stream<1x1x8xui8, 4>, tensor<4x4xi8>, tensor<4xi20>, tensor<4x2x5xui2> -> !flow.stream<1x1x4xi20, 1>
  return
}

// -----
func.func @weight(%x: !flow.stream<1x1x8xui8, 4>, %w: tensor<4x8xi8>, %b: tensor<4xi20>, %i: tensor<4x2x2xui2>) {
  // expected-error @+1 {{expected a weight of integers [4, 4], got 'tensor<4x8xi8>'}}
  %y = flow.select_mvu %x, %w, %b, %i {simd = 4 : i64} : !flow.stream<1x1x8xui8, 4>, tensor<4x8xi8>, tensor<4xi20>, tensor<4x2x2xui2> -> !flow.stream<1x1x4xi20, 1>
  return
}

// -----
func.func @simd(%x: !flow.stream<1x1x8xui8, 4>, %w: tensor<4x4xi8>, %b: tensor<4xi20>, %i: tensor<4x2x2xui2>) {
  // expected-error @+1 {{expected simd that divides K = 8 into whole groups of 4, got 2}}
  %y = flow.select_mvu %x, %w, %b, %i {simd = 2 : i64} : !flow.stream<1x1x8xui8, 4>, tensor<4x4xi8>, tensor<4xi20>, tensor<4x2x2xui2> -> !flow.stream<1x1x4xi20, 1>
  return
}

// -----
func.func @pe(%x: !flow.stream<1x1x8xui8, 4>, %w: tensor<4x4xi8>, %b: tensor<4xi20>, %i: tensor<2x2x2xui2>) {
  // expected-error @+1 {{expected pe that is a multiple of the 2 outputs that share indices, got 1}}
  %y = flow.select_mvu %x, %w, %b, %i {simd = 4 : i64} : !flow.stream<1x1x8xui8, 4>, tensor<4x4xi8>, tensor<4xi20>, tensor<2x2x2xui2> -> !flow.stream<1x1x4xi20, 1>
  return
}

// -----
func.func @source(%x: !flow.stream<1x1x8xui8, 8>, %r: tensor<8xi8>, %d: tensor<4x4xi4>, %b: tensor<4xi20>, %i: tensor<4x2x2xui2>) {
  %w = codec.delta fixed %r, %d : tensor<8xi8>, tensor<4x4xi4> -> tensor<4x4xi8>
  // expected-error @+1 {{expected pe and multipliers that go with the blocks and references of the weight, got 1 and 4}}
  %y = flow.select_mvu %x, %w, %b, %i {simd = 8 : i64} : !flow.stream<1x1x8xui8, 8>, tensor<4x4xi8>, tensor<4xi20>, tensor<4x2x2xui2> -> !flow.stream<1x1x4xi20, 1>
  return
}
