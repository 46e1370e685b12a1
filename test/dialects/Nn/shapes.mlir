// RUN: weft-opt %s -split-input-file -verify-diagnostics

func.func @linear_width(%x: tensor<?x3xf32>, %w: tensor<2x4xf32>, %b: tensor<2xf32>) -> tensor<?x2xf32> {
  // expected-error @below {{input has 3 features, weight expects 4}}
  %y = nn.linear %x, %w, %b : tensor<?x3xf32>, tensor<2x4xf32>, tensor<2xf32> -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

// -----

func.func @accumulator(%x: tensor<?x4xui8>, %w: tensor<2x4xi8>, %b: tensor<2xi32>) -> tensor<?x2xi24> {
  // expected-error @below {{bias has element type 'i32', but the accumulator is 'i24' (A3)}}
  %y = nn.linear %x, %w, %b : tensor<?x4xui8>, tensor<2x4xi8>, tensor<2xi32> -> tensor<?x2xi24>
  return %y : tensor<?x2xi24>
}

// -----

func.func @window(%x: tensor<1x1x2x2xf32>, %w: tensor<1x1x3x3xf32>, %b: tensor<1xf32>) -> tensor<1x1x1x1xf32> {
  // expected-error @below {{window of 3 does not fit into spatial dimension 0 of 2 with padding 0 and 0}}
  %y = nn.conv %x, %w, %b {strides = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, dilations = array<i64: 1, 1>, groups = 1} : tensor<1x1x2x2xf32>, tensor<1x1x3x3xf32>, tensor<1xf32> -> tensor<1x1x1x1xf32>
  return %y : tensor<1x1x1x1xf32>
}
