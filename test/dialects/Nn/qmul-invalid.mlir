// A product's operands are codes, its zero points values of them, and its result holds every product.
// RUN: weft-opt %s -split-input-file -verify-diagnostics

func.func @float(%x: tensor<?x3xf32>, %y: tensor<?x3xi8>) -> tensor<?x3xi16> {
  // expected-error @below {{operand has element type 'f32', expected an integer of at most 16 bits (A5m)}}
  %p = nn.qmul %x, %y {lhs_zero_point = 0 : i64, rhs_zero_point = 0 : i64} : tensor<?x3xf32>, tensor<?x3xi8> -> tensor<?x3xi16>
  return %p : tensor<?x3xi16>
}

// -----
func.func @wide(%x: tensor<?x3xi8>, %y: tensor<?x3xi17>) -> tensor<?x3xi32> {
  // expected-error @below {{operand has element type 'i17', expected an integer of at most 16 bits (A5m)}}
  %p = nn.qmul %x, %y {lhs_zero_point = 0 : i64, rhs_zero_point = 0 : i64} : tensor<?x3xi8>, tensor<?x3xi17> -> tensor<?x3xi32>
  return %p : tensor<?x3xi32>
}

// -----
func.func @zero_point(%x: tensor<?x3xi8>, %y: tensor<?x3xui8>) -> tensor<?x3xi32> {
  // expected-error @below {{zero point is -1, expected a value of 'ui8', 0 to 255 (A5m)}}
  %p = nn.qmul %x, %y {lhs_zero_point = 0 : i64, rhs_zero_point = -1 : i64} : tensor<?x3xi8>, tensor<?x3xui8> -> tensor<?x3xi32>
  return %p : tensor<?x3xi32>
}

// -----
// (−128 − 127) · (0 − 255)
func.func @narrow(%x: tensor<?x3xi8>, %y: tensor<?x3xui8>) -> tensor<?x3xi17> {
  // expected-error @below {{result has element type 'i16', expected an integer that holds products of 0 to 65025 (A5m)}}
  %p = nn.qmul %x, %y {lhs_zero_point = 127 : i64, rhs_zero_point = 255 : i64} : tensor<?x3xi8>, tensor<?x3xui8> -> tensor<?x3xi16>
  %q = nn.qmul %x, %y {lhs_zero_point = 127 : i64, rhs_zero_point = 255 : i64} : tensor<?x3xi8>, tensor<?x3xui8> -> tensor<?x3xi17>
  return %q : tensor<?x3xi17>
}

// -----
func.func @rank(%x: tensor<?x3x1xi8>, %y: tensor<?x3xi8>) -> tensor<?x3x1xi16> {
  // expected-error @below {{operands have ranks 3 and 2}}
  %p = nn.qmul %x, %y {lhs_zero_point = 0 : i64, rhs_zero_point = 0 : i64} : tensor<?x3x1xi8>, tensor<?x3xi8> -> tensor<?x3x1xi16>
  return %p : tensor<?x3x1xi16>
}

// -----
func.func @shape(%x: tensor<?x3x2xi8>, %y: tensor<?x4x1xi8>) -> tensor<?x3x2xi16> {
  // expected-error @below {{cannot broadcast dimensions 3 and 4}}
  %p = nn.qmul %x, %y {lhs_zero_point = 0 : i64, rhs_zero_point = 0 : i64} : tensor<?x3x2xi8>, tensor<?x4x1xi8> -> tensor<?x3x2xi16>
  return %p : tensor<?x3x2xi16>
}
