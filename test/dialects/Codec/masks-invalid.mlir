// RUN: weft-opt %s --split-input-file --verify-diagnostics

func.func @mask_type(%s: tensor<1x2xui1>) {
  // expected-error @+1 {{result has type 'tensor<2x4xui2>', expected ui1 [R, K...] (A11c)}}
  %m = codec.interleave %s {fan_out = 1 : i64, type = 3 : i64} : tensor<1x2xui1> -> tensor<2x4xui2>
  return
}

// -----
func.func @channels(%s: tensor<1x2xui1>) {
  // expected-error @+1 {{channels are 3, expected a divisor of the 4 columns (A11c)}}
  %m = codec.interleave %s {fan_out = 1 : i64, type = 3 : i64, channels = 3 : i64} : tensor<1x2xui1> -> tensor<2x4xui1>
  return
}

// -----
func.func @fan_out(%s: tensor<1x2xui1>) {
  // expected-error @+1 {{has type 3 and fan-out 2, expected type 1 to 3 and a fan-out with which the fan-in, 4 * fan-out / 3, divides 4 (A11c)}}
  %m = codec.interleave %s {fan_out = 2 : i64, type = 3 : i64} : tensor<1x2xui1> -> tensor<3x4xui1>
  return
}

// -----
func.func @starts(%s: tensor<1x3xui1>) {
  // expected-error @+1 {{start rows have type 'tensor<1x3xui1>', expected unsigned [1, z] with z dividing K = 4 (A11c)}}
  %m = codec.interleave %s {fan_out = 1 : i64, type = 3 : i64} : tensor<1x3xui1> -> tensor<2x4xui1>
  return
}

// -----
func.func @dither(%s: tensor<1x2xui1>, %d: tensor<1x3xui2>) {
  // expected-error @+1 {{dither has type 'tensor<1x3xui2>', expected unsigned [1 or 1, 2] (A11c)}}
  %m = codec.interleave %s dither %d {fan_out = 1 : i64, type = 3 : i64} : tensor<1x2xui1> dither tensor<1x3xui2> -> tensor<2x4xui1>
  return
}

// -----
func.func @random(%s: tensor<1xui32>) {
  // expected-error @+1 {{expected either edges or fan_in (A11r)}}
  %m = codec.random_mask %s : tensor<1xui32> -> tensor<2x4xui1>
  return
}

// -----
func.func @edges(%s: tensor<1xui32>) {
  // expected-error @+1 {{has 9 edges, expected 0 to 8 (A11r)}}
  %m = codec.random_mask %s {edges = 9 : i64} : tensor<1xui32> -> tensor<2x4xui1>
  return
}

// -----
func.func @fan_in(%s: tensor<1xui32>) {
  // expected-error @+1 {{has fan-in 3, expected a divisor of the 4 columns whose quotient divides the 2 rows (A11r)}}
  %m = codec.random_mask %s {fan_in = 3 : i64} : tensor<1xui32> -> tensor<2x4xui1>
  return
}

// -----
func.func @nm(%i: tensor<2x3x1xui1>) {
  // expected-error @+1 {{indices have type 'tensor<2x3x1xui1>', expected unsigned [2, groups, N] with groups dividing the 4 columns (A11n)}}
  %m = codec.nm_mask %i : tensor<2x3x1xui1> -> tensor<2x4xui1>
  return
}

// -----
func.func @block(%r: tensor<1x2x2xui1>, %c: tensor<1x1x4xui1>) {
  // expected-error @+1 {{rows and columns have types 'tensor<1x2x2xui1>' and 'tensor<1x1x4xui1>', expected ui1 [R/h, K/w, h] and [R/h, K/w, w] of 2 by 4 (A11b)}}
  %m = codec.block_mask %r, %c : tensor<1x2x2xui1>, tensor<1x1x4xui1> -> tensor<2x4xui1>
  return
}

// -----
func.func @seed(%s: tensor<2xui32>) {
  // expected-error @+1 {{seed has type 'tensor<2xui32>', expected one unsigned integer (A11r)}}
  %m = codec.random_mask %s {edges = 1 : i64} : tensor<2xui32> -> tensor<2x4xui1>
  return
}
