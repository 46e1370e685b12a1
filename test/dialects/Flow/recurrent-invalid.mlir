// RUN: weft-opt --split-input-file --verify-diagnostics %s

func.func @frame(%x: !flow.stream<1x3x8xi8, 1>, %w: tensor<8x2xi8>, %b: tensor<8xi20>, %m: tensor<1xi32>, %t: tensor<256xi17>) {
  // expected-error @+1 {{expected frames of 1x3x8 and 1x3x2, got}}
  %y = flow.recurrent lstm %x, %w, %b, %m, %m, %t, %t {gate_fraction = 5, cell_fraction = 8, state_fraction = 7}
    : !flow.stream<1x3x8xi8, 1>, tensor<8x2xi8>, tensor<8xi20>, tensor<1xi32>, tensor<1xi32>, tensor<256xi17>, tensor<256xi17> -> !flow.stream<1x1x2xi8, 1>
  return
}

// -----
func.func @signs(%x: !flow.stream<1x3x8xui8, 1>, %w: tensor<8x2xi8>, %b: tensor<8xi20>, %m: tensor<1xi32>, %t: tensor<256xi17>) {
  // expected-error @+1 {{expected signed gates of at most 14 bits and a signed result of at most 16, got}}
  %y = flow.recurrent lstm %x, %w, %b, %m, %m, %t, %t {gate_fraction = 5, cell_fraction = 8, state_fraction = 7}
    : !flow.stream<1x3x8xui8, 1>, tensor<8x2xi8>, tensor<8xi20>, tensor<1xi32>, tensor<1xi32>, tensor<256xi17>, tensor<256xi17> -> !flow.stream<1x3x2xi8, 1>
  return
}

// -----
func.func @weight(%x: !flow.stream<1x3x8xi8, 1>, %w: tensor<8x3xi8>, %b: tensor<8xi20>, %m: tensor<1xi32>, %t: tensor<256xi17>) {
  // expected-error @+1 {{expected a weight [8, 2] and a bias [8] of integers, got 'tensor<8x3xi8>'}}
  %y = flow.recurrent lstm %x, %w, %b, %m, %m, %t, %t {gate_fraction = 5, cell_fraction = 8, state_fraction = 7}
    : !flow.stream<1x3x8xi8, 1>, tensor<8x3xi8>, tensor<8xi20>, tensor<1xi32>, tensor<1xi32>, tensor<256xi17>, tensor<256xi17> -> !flow.stream<1x3x2xi8, 1>
  return
}

// -----
func.func @scales(%x: !flow.stream<1x3x8xi8, 1>, %w: tensor<8x2xi8>, %b: tensor<8xi20>, %m: tensor<3xi32>, %t: tensor<256xi17>) {
  // expected-error @+1 {{expected a multiplier and a shift of integers [1] or [8], got 'tensor<3xi32>'}}
  %y = flow.recurrent lstm %x, %w, %b, %m, %m, %t, %t {gate_fraction = 5, cell_fraction = 8, state_fraction = 7}
    : !flow.stream<1x3x8xi8, 1>, tensor<8x2xi8>, tensor<8xi20>, tensor<3xi32>, tensor<3xi32>, tensor<256xi17>, tensor<256xi17> -> !flow.stream<1x3x2xi8, 1>
  return
}

// -----
func.func @tables(%x: !flow.stream<1x3x8xi8, 1>, %w: tensor<8x2xi8>, %b: tensor<8xi20>, %m: tensor<1xi32>, %t: tensor<16xi17>) {
  // expected-error @+1 {{expected tables of 256 integers, got 'tensor<16xi17>'}}
  %y = flow.recurrent lstm %x, %w, %b, %m, %m, %t, %t {gate_fraction = 5, cell_fraction = 8, state_fraction = 7}
    : !flow.stream<1x3x8xi8, 1>, tensor<8x2xi8>, tensor<8xi20>, tensor<1xi32>, tensor<1xi32>, tensor<16xi17>, tensor<16xi17> -> !flow.stream<1x3x2xi8, 1>
  return
}

// -----
func.func @lanes(%x: !flow.stream<1x3x6xi8, 2>, %w: tensor<6x6xi8>, %b: tensor<6xi20>, %m: tensor<1xi32>, %t: tensor<256xi17>) {
  // expected-error @+1 {{expected pe and simd that divide the 6 elements of the state, of which one divides the other and which the weight's blocks allow, got 2 and 3}}
  %y = flow.recurrent rnn %x, %w, %b, %m, %m, %t, %t {gate_fraction = 5, cell_fraction = 8, state_fraction = 7, simd = 3}
    : !flow.stream<1x3x6xi8, 2>, tensor<6x6xi8>, tensor<6xi20>, tensor<1xi32>, tensor<1xi32>, tensor<256xi17>, tensor<256xi17> -> !flow.stream<1x3x6xi8, 2>
  return
}

// -----
func.func @begin(%x: !flow.stream<1x3x8xi8, 1>, %w: tensor<8x2xi8>, %b: tensor<8xi20>, %m: tensor<1xi32>, %t: tensor<256xi17>, %h: tensor<3xi8>) {
  // expected-error @+1 {{expected initial states [2] and peepholes [6] of integers, got 'tensor<3xi8>'}}
  %y = flow.recurrent lstm %x, %w, %b, %m, %m, %t, %t h %h : tensor<3xi8> {gate_fraction = 5, cell_fraction = 8, state_fraction = 7}
    : !flow.stream<1x3x8xi8, 1>, tensor<8x2xi8>, tensor<8xi20>, tensor<1xi32>, tensor<1xi32>, tensor<256xi17>, tensor<256xi17> -> !flow.stream<1x3x2xi8, 1>
  return
}
