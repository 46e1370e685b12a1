// RUN: weft-opt %s --split-input-file --verify-diagnostics

func.func @fan_in(%x: !flow.stream<1x1x8xui8, 2>, %w: tensor<4x3xi8>, %b: tensor<4xi20>, %s: tensor<1x2xui2>) {
  // expected-error @+1 {{expected a fan-in that divides K = 8 and makes 4 outputs whole sweeps, got 3 (A11c)}}
  %y = flow.sparse_mvu %x, %w, %b, %s {edges = 1 : i64} : !flow.stream<1x1x8xui8, 2>, tensor<4x3xi8>, tensor<4xi20>, tensor<1x2xui2> -> !flow.stream<1x1x4xi20, 1>
  return
}

// -----
func.func @edges(%x: !flow.stream<1x1x8xui8, 2>, %w: tensor<4x4xi8>, %b: tensor<4xi20>, %s: tensor<1x2xui2>) {
  // expected-error @+1 {{expected edges that divide the 2 memories, and these K = 8; edges divide the fan-in 4 or are a multiple of it, got 4}}
  %y = flow.sparse_mvu %x, %w, %b, %s {edges = 4 : i64} : !flow.stream<1x1x8xui8, 2>, tensor<4x4xi8>, tensor<4xi20>, tensor<1x2xui2> -> !flow.stream<1x1x4xi20, 1>
  return
}

// -----
func.func @starts(%x: !flow.stream<1x1x8xui8, 2>, %w: tensor<4x4xi8>, %b: tensor<4xi20>, %s: tensor<3x2xui2>) {
  // expected-error @+1 {{expected start rows of integers [2, 2], got 'tensor<3x2xui2>'}}
  %y = flow.sparse_mvu %x, %w, %b, %s {edges = 2 : i64} : !flow.stream<1x1x8xui8, 2>, tensor<4x4xi8>, tensor<4xi20>, tensor<3x2xui2> -> !flow.stream<1x1x4xi20, 1>
  return
}

// -----
func.func @dither(%x: !flow.stream<1x1x8xui8, 2>, %w: tensor<4x2xi8>, %b: tensor<4xi20>, %s: tensor<1x4xui1>, %l: tensor<1x4xui2>) {
  // expected-error @+1 {{a dither permutes all 4 memories, so edges are as many, got 2}}
  %y = flow.sparse_mvu %x, %w, %b, %s dither %l {edges = 2 : i64} : !flow.stream<1x1x8xui8, 2>, tensor<4x2xi8>, tensor<4xi20>, tensor<1x4xui1> dither tensor<1x4xui2> -> !flow.stream<1x1x4xi20, 1>
  return
}

// -----
func.func @dither_shape(%x: !flow.stream<1x1x8xui8, 2>, %w: tensor<4x2xi8>, %b: tensor<4xi20>, %s: tensor<1x4xui1>, %l: tensor<3x4xui2>) {
  // expected-error @+1 {{expected a dither of integers [1, 4], got 'tensor<3x4xui2>'}}
  %y = flow.sparse_mvu %x, %w, %b, %s dither %l {edges = 4 : i64} : !flow.stream<1x1x8xui8, 2>, tensor<4x2xi8>, tensor<4xi20>, tensor<1x4xui1> dither tensor<3x4xui2> -> !flow.stream<1x1x4xi20, 2>
  return
}

// -----
func.func @lanes(%x: !flow.stream<1x1x8xui8, 2>, %w: tensor<4x2xi8>, %b: tensor<4xi20>, %s: tensor<1x4xui1>) {
  // expected-error @+1 {{expected a result of 2 lanes, got 1}}
  %y = flow.sparse_mvu %x, %w, %b, %s {edges = 4 : i64} : !flow.stream<1x1x8xui8, 2>, tensor<4x2xi8>, tensor<4xi20>, tensor<1x4xui1> -> !flow.stream<1x1x4xi20, 1>
  return
}
