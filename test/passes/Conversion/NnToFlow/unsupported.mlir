// What has no process names the layer, the operation and what is supported.
// RUN: weft-opt --nn-to-flow --split-input-file --verify-diagnostics %s

func.func @core(%x: tensor<?x4xi8>) -> tensor<?x4xi8> {
  // expected-error @+1 {{layer 'act': nn.unary has no process; supported are nn.linear, nn.conv}}
  %y = nn.unary relu %x {nn.name = "act"} : tensor<?x4xi8> -> tensor<?x4xi8>
  return %y : tensor<?x4xi8>
}

// -----
func.func @core(%x: tensor<?x4x2x2x2xi8>) -> tensor<?x4x2x2x2xi8> {
  return %x : tensor<?x4x2x2x2xi8>
}
// expected-error @-3 {{input 0: expected at most two spatial dimensions}}

// -----
func.func @core(%x: tensor<2x4xi8>) -> tensor<2x4xi8> {
  return %x : tensor<2x4xi8>
}
// expected-error @-3 {{expected an integer tensor [N, ...] with a dynamic N or N = 1}}

// -----
// The order of a concatenation of rows that were transposed is no nest of counters.
func.func @core(%x: tensor<?x2x2xi8>, %y: tensor<?x4x2xi8>) -> tensor<?x2x1xi20> {
  %r = nn.reshape %y {nn.name = "r", shape = array<i64: -1, 2, 4>} : tensor<?x4x2xi8> -> tensor<?x2x4xi8>
  %c = nn.concat %x, %r {nn.name = "c", axis = 2 : i64} : tensor<?x2x2xi8>, tensor<?x2x4xi8> -> tensor<?x2x6xi8>
  %w = nn.constant dense<1> : tensor<1x6xi8>
  %b = nn.constant dense<0> : tensor<1xi20>
  // expected-error @+1 {{layer 'fc': its input arrives in an order that no nest of counters turns into the one nn.linear needs (T6)}}
  %z = nn.linear %c, %w, %b {nn.name = "fc"} : tensor<?x2x6xi8>, tensor<1x6xi8>, tensor<1xi20> -> tensor<?x2x1xi20>
  return %z : tensor<?x2x1xi20>
}

// -----
func.func @core(%x: tensor<?x4xi8>) -> tensor<?x4xi8> {
  %c = nn.constant dense<1> : tensor<4xi8>
  // expected-error @+1 {{layer 'mul': nn.binary of integers has a process only as a sum with a constant (A3b)}}
  %y = nn.binary mul %x, %c {nn.name = "mul"} : tensor<?x4xi8>, tensor<4xi8> -> tensor<?x4xi8>
  return %y : tensor<?x4xi8>
}

// -----
func.func @core(%x: tensor<?x4xi8>) -> tensor<?x4xi8> {
  %c = nn.constant dense<1> : tensor<1xi8>
  // expected-error @+1 {{layer 'add': expected a bias for each of 4 elements, got 1}}
  %y = nn.binary add %x, %c {nn.name = "add"} : tensor<?x4xi8>, tensor<1xi8> -> tensor<?x4xi8>
  return %y : tensor<?x4xi8>
}

// -----
// expected-error @+1 {{expected the integer core as func.func @core; run --nn-partition first}}
module { }

// -----
func.func @core(%x: tensor<?x4x3xi8>) -> tensor<?x4x2x2xi8> {
  %i = nn.constant dense<[[0, 2], [1, 1]]> : tensor<2x2xi64>
  // expected-error @+1 {{layer 'pick': expected a list of indices along an axis behind the batch}}
  %y = nn.gather %x, %i {axis = 2 : i64, nn.name = "pick"} : tensor<?x4x3xi8>, tensor<2x2xi64> -> tensor<?x4x2x2xi8>
  return %y : tensor<?x4x2x2xi8>
}

// -----
func.func @core(%x: tensor<?x7xi8>) -> tensor<?x5xi8> {
  %i = nn.constant dense<[0, 1, 3, 6, 2]> : tensor<5xi64>
  // expected-error @+1 {{layer 'pick': its input arrives in an order that no nest of counters turns into the one nn.gather needs (T6)}}
  %y = nn.gather %x, %i {axis = 1 : i64, nn.name = "pick"} : tensor<?x7xi8>, tensor<5xi64> -> tensor<?x5xi8>
  return %y : tensor<?x5xi8>
}

// -----
func.func @core(%x: tensor<?x4xi8>, %y: tensor<?x4xi8>) -> tensor<?x4xi8> {
  // expected-error @+1 {{layer 'c': expected a concatenation that keeps the batch dimension}}
  %c = nn.concat %x, %y {nn.name = "c", axis = 0 : i64} : tensor<?x4xi8>, tensor<?x4xi8> -> tensor<?x4xi8>
  return %c : tensor<?x4xi8>
}
