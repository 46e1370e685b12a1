// RUN: weft-opt %s -split-input-file -verify-diagnostics

func.func @fan_in(%x: tensor<?x2xui1>) -> tensor<?x1xui1> {
  // expected-error @below {{table 0 reads signal 2, expected one before it, 0 to 1 (A18)}}
  %y = lut.network %x {arities = array<i32: 2>, fan_ins = array<i32: 0, 2>, tables = array<i64: 8>, outputs = array<i32: 2>} : tensor<?x2xui1> -> tensor<?x1xui1>
  return %y : tensor<?x1xui1>
}

// -----

func.func @arity(%x: tensor<?x2xui1>) -> tensor<?x1xui1> {
  // expected-error @below {{table 0 has 7 fan-ins, expected 0 to 6 (A18)}}
  %y = lut.network %x {arities = array<i32: 7>, fan_ins = array<i32: 0, 1>, tables = array<i64: 8>, outputs = array<i32: 2>} : tensor<?x2xui1> -> tensor<?x1xui1>
  return %y : tensor<?x1xui1>
}

// -----

func.func @fan_in_count(%x: tensor<?x2xui1>) -> tensor<?x1xui1> {
  // expected-error @below {{has 1 fan-ins, its arities ask for 2 (A18)}}
  %y = lut.network %x {arities = array<i32: 2>, fan_ins = array<i32: 0>, tables = array<i64: 8>, outputs = array<i32: 2>} : tensor<?x2xui1> -> tensor<?x1xui1>
  return %y : tensor<?x1xui1>
}

// -----

func.func @table_count(%x: tensor<?x2xui1>) -> tensor<?x1xui1> {
  // expected-error @below {{has 1 arities and 0 tables (A18)}}
  %y = lut.network %x {arities = array<i32: 2>, fan_ins = array<i32: 0, 1>, tables = array<i64>, outputs = array<i32: 0>} : tensor<?x2xui1> -> tensor<?x1xui1>
  return %y : tensor<?x1xui1>
}

// -----

func.func @outputs(%x: tensor<?x2xui1>) -> tensor<?x1xui2> {
  // expected-error @below {{has 1 output bits, expected the 2 of a sample of its result (A18)}}
  %y = lut.network %x {arities = array<i32>, fan_ins = array<i32>, tables = array<i64>, outputs = array<i32: 0>} : tensor<?x2xui1> -> tensor<?x1xui2>
  return %y : tensor<?x1xui2>
}

// -----

func.func @float(%x: tensor<?x2xf32>) -> tensor<?x1xui1> {
  // expected-error @below {{input has type 'tensor<?x2xf32>', expected integers of at most 64 bits with static dimensions behind the first (A18)}}
  %y = lut.network %x {arities = array<i32>, fan_ins = array<i32>, tables = array<i64>, outputs = array<i32: 0>} : tensor<?x2xf32> -> tensor<?x1xui1>
  return %y : tensor<?x1xui1>
}

// -----

func.func @batch(%x: tensor<4x2xui1>) -> tensor<3x1xui1> {
  // expected-error @below {{result has shape 'tensor<3x1xui1>', but its operands give 'tensor<4x1xui1>'}}
  %y = lut.network %x {arities = array<i32>, fan_ins = array<i32>, tables = array<i64>, outputs = array<i32: 0>} : tensor<4x2xui1> -> tensor<3x1xui1>
  return %y : tensor<3x1xui1>
}

// -----

func.func @rank(%x: tensor<ui1>) -> tensor<3x1xui1> {
  // expected-error @below {{expected input [N, K...] and result [N, M...], found ranks 0 and 2 (A18)}}
  %y = lut.network %x {arities = array<i32>, fan_ins = array<i32>, tables = array<i64>, outputs = array<i32: 0>} : tensor<ui1> -> tensor<3x1xui1>
  return %y : tensor<3x1xui1>
}
