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
func.func @core(%x: tensor<?x2x4x4xi8>) -> tensor<?x4x2x2xi8> {
  %t = nn.transpose %x {nn.name = "nhwc", perm = array<i64: 0, 2, 3, 1>} : tensor<?x2x4x4xi8> -> tensor<?x4x4x2xi8>
  // expected-error @+1 {{layer 'pool': its input was reshaped or transposed such that nn.pool would need another order}}
  %y = nn.pool max %t {nn.name = "pool", kernel = array<i64: 3, 1>, strides = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, dilations = array<i64: 1, 1>} : tensor<?x4x4x2xi8> -> tensor<?x4x2x2xi8>
  return %y : tensor<?x4x2x2xi8>
}

// -----
// expected-error @+1 {{expected the integer core as func.func @core; run --nn-partition first}}
module { }
