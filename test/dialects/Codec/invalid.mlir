// RUN: weft-opt %s --split-input-file --verify-diagnostics

func.func @scatter_values(%v: tensor<1x2xf32>, %m: tensor<2x2xui1>) -> tensor<2x2xf32> {
  // expected-error @+1 {{values have type 'tensor<1x2xf32>', expected [E] of 'f32' (A11)}}
  %w = codec.scatter %v, %m : tensor<1x2xf32>, tensor<2x2xui1> -> tensor<2x2xf32>
  return %w : tensor<2x2xf32>
}

// -----

func.func @scatter_mask(%v: tensor<2xf32>, %m: tensor<2x2xui2>) -> tensor<2x2xf32> {
  // expected-error @+1 {{mask has type 'tensor<2x2xui2>', expected ui1 of the weight's shape (A11)}}
  %w = codec.scatter %v, %m : tensor<2xf32>, tensor<2x2xui2> -> tensor<2x2xf32>
  return %w : tensor<2x2xf32>
}
