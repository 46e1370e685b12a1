// RUN: weft-opt %s -split-input-file -verify-diagnostics

func.func @good(%x: tensor<?x4x5xf32>, %i: tensor<?x3x1xi64>, %u: tensor<?x3x5xf32>) -> (tensor<?x3x5xf32>, tensor<?x4x5xf32>, tensor<?x4x2xi64>, tensor<?x4x5xf32>) {
  %a = nn.gather_nd %x, %i {batch_dims = 1 : i64} : tensor<?x4x5xf32>, tensor<?x3x1xi64> -> tensor<?x3x5xf32>
  %b = nn.scatter_nd %x, %i, %u {batch_dims = 1 : i64, kind = 1 : i32} : tensor<?x4x5xf32>, tensor<?x3x1xi64>, tensor<?x3x5xf32> -> tensor<?x4x5xf32>
  %c = nn.top_k %x {axis = 2 : i64, k = 2 : i64, largest = true} : tensor<?x4x5xf32> -> tensor<?x4x2xi64>
  %d = nn.scan sum %x {axis = 0 : i64} : tensor<?x4x5xf32> -> tensor<?x4x5xf32>
  return %a, %b, %c, %d : tensor<?x3x5xf32>, tensor<?x4x5xf32>, tensor<?x4x2xi64>, tensor<?x4x5xf32>
}

// -----

func.func @tuple(%x: tensor<4x5xf32>, %i: tensor<3x3xi64>) -> tensor<3xf32> {
  // expected-error @below {{has 0 batch dimensions and tuples of 3, which do not fit data of rank 2 and indices of rank 2}}
  %y = nn.gather_nd %x, %i : tensor<4x5xf32>, tensor<3x3xi64> -> tensor<3xf32>
  return %y : tensor<3xf32>
}

// -----

func.func @unknown_tuple(%x: tensor<4x5xf32>, %i: tensor<3x?xi64>) -> tensor<3xf32> {
  // expected-error @below {{expected indices of rank 1 or more whose last dimension is known}}
  %y = nn.gather_nd %x, %i : tensor<4x5xf32>, tensor<3x?xi64> -> tensor<3xf32>
  return %y : tensor<3xf32>
}

// -----

func.func @batch(%x: tensor<4x5xf32>, %i: tensor<3x2x1xi64>) -> tensor<3x2xf32> {
  // expected-error @below {{batch dimension 0 is 4 in the data and 3 in the indices}}
  %y = nn.gather_nd %x, %i {batch_dims = 1 : i64} : tensor<4x5xf32>, tensor<3x2x1xi64> -> tensor<3x2xf32>
  return %y : tensor<3x2xf32>
}

// -----

func.func @float_indices(%x: tensor<4x5xf32>, %i: tensor<3x1xf32>) -> tensor<3x5xf32> {
  // expected-error @below {{indices has element type 'f32', expected an integer}}
  %y = nn.gather_nd %x, %i : tensor<4x5xf32>, tensor<3x1xf32> -> tensor<3x5xf32>
  return %y : tensor<3x5xf32>
}

// -----

func.func @updates(%x: tensor<4x5xf32>, %i: tensor<3x1xi64>, %u: tensor<3x4xf32>) -> tensor<4x5xf32> {
  // expected-error @below {{dimension 1 of the updates is 4, expected 5}}
  %y = nn.scatter_nd %x, %i, %u : tensor<4x5xf32>, tensor<3x1xi64>, tensor<3x4xf32> -> tensor<4x5xf32>
  return %y : tensor<4x5xf32>
}

// -----

func.func @update_rank(%x: tensor<4x5xf32>, %i: tensor<3x1xi64>, %u: tensor<3xf32>) -> tensor<4x5xf32> {
  // expected-error @below {{updates have rank 1, expected 2}}
  %y = nn.scatter_nd %x, %i, %u : tensor<4x5xf32>, tensor<3x1xi64>, tensor<3xf32> -> tensor<4x5xf32>
  return %y : tensor<4x5xf32>
}

// -----

func.func @update_type(%x: tensor<4x5xf32>, %i: tensor<3x1xi64>, %u: tensor<3x5xf64>) -> tensor<4x5xf32> {
  // expected-error @below {{has operands or results of element types 'f32' and 'f64', expected one}}
  %y = nn.scatter_nd %x, %i, %u : tensor<4x5xf32>, tensor<3x1xi64>, tensor<3x5xf64> -> tensor<4x5xf32>
  return %y : tensor<4x5xf32>
}

// -----

func.func @too_many(%x: tensor<4x5xf32>) -> tensor<4x6xi64> {
  // expected-error @below {{k is 6, expected 0 to the 5 elements of axis 1}}
  %y = nn.top_k %x {axis = 1 : i64, k = 6 : i64, largest = true} : tensor<4x5xf32> -> tensor<4x6xi64>
  return %y : tensor<4x6xi64>
}

// -----

func.func @float_order(%x: tensor<4x5xf32>) -> tensor<4x5xf32> {
  // expected-error @below {{the result has element type 'f32', expected an integer}}
  %y = nn.top_k %x {axis = 1 : i64, k = 5 : i64, largest = true} : tensor<4x5xf32> -> tensor<4x5xf32>
  return %y : tensor<4x5xf32>
}

// -----

func.func @axis(%x: tensor<4x5xf32>) -> tensor<4x5xf32> {
  // expected-error @below {{axis 2 is outside of rank 2}}
  %y = nn.scan sum %x {axis = 2 : i64} : tensor<4x5xf32> -> tensor<4x5xf32>
  return %y : tensor<4x5xf32>
}

// -----

func.func @test_type(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @below {{of kind is_nan gives i1, not 'f32'}}
  %y = nn.unary is_nan %x : tensor<4xf32> -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

func.func @not_of_floats(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @below {{of kind bitwise_not is not defined on 'f32'}}
  %y = nn.unary bitwise_not %x : tensor<4xf32> -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

func.func @and_of_floats(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @below {{of kind bitwise_and is not defined on 'f32'}}
  %y = nn.binary bitwise_and %x, %x : tensor<4xf32>, tensor<4xf32> -> tensor<4xf32>
  return %y : tensor<4xf32>
}
