// Attributes that shape inference would divide by or overflow with: it runs before the op's own verifier.
// RUN: weft-opt %s -split-input-file -verify-diagnostics

func.func @stride_0(%x: tensor<1x1x4x4xf32>, %w: tensor<1x1x3x3xf32>, %b: tensor<1xf32>) -> tensor<1x1x2x2xf32> {
  // expected-error @below {{strides holds 0, expected 1 to 2147483647}}
  %y = nn.conv %x, %w, %b {strides = array<i64: 1, 0>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, dilations = array<i64: 1, 1>, groups = 1} : tensor<1x1x4x4xf32>, tensor<1x1x3x3xf32>, tensor<1xf32> -> tensor<1x1x2x2xf32>
  return %y : tensor<1x1x2x2xf32>
}

// -----

func.func @negative_pad(%x: tensor<1x1x4x4xf32>, %w: tensor<1x1x3x3xf32>, %b: tensor<1xf32>) -> tensor<1x1x2x2xf32> {
  // expected-error @below {{pads_begin holds -1, expected 0 to 2147483647}}
  %y = nn.conv %x, %w, %b {strides = array<i64: 1, 1>, pads_begin = array<i64: -1, 0>, pads_end = array<i64: 0, 0>, dilations = array<i64: 1, 1>, groups = 1} : tensor<1x1x4x4xf32>, tensor<1x1x3x3xf32>, tensor<1xf32> -> tensor<1x1x2x2xf32>
  return %y : tensor<1x1x2x2xf32>
}

// -----

func.func @wide_pad(%x: tensor<1x1x4x4xf32>, %w: tensor<1x1x3x3xf32>, %b: tensor<1xf32>) -> tensor<1x1x2x2xf32> {
  // expected-error @below {{pads_begin holds 9223372036854775807, expected 0 to 2147483647}}
  %y = nn.conv %x, %w, %b {strides = array<i64: 1, 1>, pads_begin = array<i64: 9223372036854775807, 0>, pads_end = array<i64: 0, 0>, dilations = array<i64: 1, 1>, groups = 1} : tensor<1x1x4x4xf32>, tensor<1x1x3x3xf32>, tensor<1xf32> -> tensor<1x1x2x2xf32>
  return %y : tensor<1x1x2x2xf32>
}

// -----

func.func @dilation(%x: tensor<1x1x4x4xf32>, %w: tensor<1x1x3x3xf32>, %b: tensor<1xf32>) -> tensor<1x1x2x2xf32> {
  // expected-error @below {{dilations holds 9223372036854775807, expected 1 to 2147483647}}
  %y = nn.conv %x, %w, %b {strides = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, dilations = array<i64: 1, 9223372036854775807>, groups = 1} : tensor<1x1x4x4xf32>, tensor<1x1x3x3xf32>, tensor<1xf32> -> tensor<1x1x2x2xf32>
  return %y : tensor<1x1x2x2xf32>
}

// -----

func.func @no_groups(%x: tensor<1x1x4x4xf32>, %w: tensor<1x1x3x3xf32>, %b: tensor<1xf32>) -> tensor<1x1x2x2xf32> {
  // expected-error @below {{has 0 groups of 1 channels, expected 1 to 2147483647 of each}}
  %y = nn.conv %x, %w, %b {strides = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, dilations = array<i64: 1, 1>, groups = 0} : tensor<1x1x4x4xf32>, tensor<1x1x3x3xf32>, tensor<1xf32> -> tensor<1x1x2x2xf32>
  return %y : tensor<1x1x2x2xf32>
}

// -----

func.func @wide_input(%x: tensor<1x1x4x9223372036854775806xf32>, %w: tensor<1x1x3x3xf32>, %b: tensor<1xf32>) -> tensor<1x1x2x2xf32> {
  // expected-error @below {{spatial dimension 1 is 9223372036854775806, expected at most 2147483647}}
  %y = nn.conv %x, %w, %b {strides = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, dilations = array<i64: 1, 1>, groups = 1} : tensor<1x1x4x9223372036854775806xf32>, tensor<1x1x3x3xf32>, tensor<1xf32> -> tensor<1x1x2x2xf32>
  return %y : tensor<1x1x2x2xf32>
}

// -----

func.func @pool_stride_0(%x: tensor<1x1x4x4xf32>) -> tensor<1x1x2x2xf32> {
  // expected-error @below {{strides holds 0, expected 1 to 2147483647}}
  %y = nn.pool max %x {kernel = array<i64: 2, 2>, strides = array<i64: 0, 2>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, dilations = array<i64: 1, 1>} : tensor<1x1x4x4xf32> -> tensor<1x1x2x2xf32>
  return %y : tensor<1x1x2x2xf32>
}

// -----

func.func @reshape_overflow(%x: tensor<2x2xf32>) -> tensor<4294967296x4294967296x4xf32> {
  // expected-error @below {{shape asks for more elements than 64 bits count}}
  %y = nn.reshape %x {shape = array<i64: 4294967296, 4294967296, 4>} : tensor<2x2xf32> -> tensor<4294967296x4294967296x4xf32>
  return %y : tensor<4294967296x4294967296x4xf32>
}

// -----

func.func @reshape_of_many(%x: tensor<4294967296x4294967296xf32>) -> tensor<?xf32> {
  // expected-error @below {{input has more elements than 64 bits count}}
  %y = nn.reshape %x {shape = array<i64: -1>} : tensor<4294967296x4294967296xf32> -> tensor<?xf32>
  return %y : tensor<?xf32>
}

// -----

func.func @reshape_negative(%x: tensor<2x2xf32>) -> tensor<?xf32> {
  // expected-error @below {{shape holds -9, expected a size, -1, or -2 - i for dimension i of the input}}
  %y = nn.reshape %x {shape = array<i64: -9, -2>} : tensor<2x2xf32> -> tensor<?xf32>
  return %y : tensor<?xf32>
}
