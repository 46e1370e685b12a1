// RUN: weft-opt %s --split-input-file --verify-diagnostics

func.func @reorder_outside(%x: !flow.stream<1x2x4xui8, 1>) {
  // expected-error @+1 {{expected loops inside of the 8 elements of the input's frame, got element 8}}
  %y = flow.reorder %x {counts = array<i64: 2, 4>, strides = array<i64: 5, 1>} : !flow.stream<1x2x4xui8, 1> -> !flow.stream<1x4x2xui8, 1>
  return
}

// -----
func.func @reorder_frame(%x: !flow.stream<1x2x4xui8, 1>) {
  // expected-error @+1 {{expected loops over the 8 elements of the result's frame, got 4}}
  %y = flow.reorder %x {counts = array<i64: 4>, strides = array<i64: 1>} : !flow.stream<1x2x4xui8, 1> -> !flow.stream<1x4x2xui8, 1>
  return
}

// -----
func.func @reorder_lanes(%x: !flow.stream<1x2x4xui8, 2>) {
  // expected-error @+1 {{expected lanes that divide the innermost run of 1 and the input's 4 channels, got 2}}
  %y = flow.reorder %x {counts = array<i64: 4, 2>, strides = array<i64: 1, 4>} : !flow.stream<1x2x4xui8, 2> -> !flow.stream<1x4x2xui8, 2>
  return
}

// -----
func.func @reorder_strides(%x: !flow.stream<1x2x4xui8, 2>) {
  // expected-error @+1 {{expected lanes that divide the strides, got 2 and 3}}
  %y = flow.reorder %x {counts = array<i64: 2, 4>, strides = array<i64: 3, 1>} : !flow.stream<1x2x4xui8, 2> -> !flow.stream<1x4x2xui8, 2>
  return
}

// -----
func.func @reorder_loops(%x: !flow.stream<1x2x4xui8, 1>) {
  // expected-error @+1 {{expected counts of at least 1, and a stride for each}}
  %y = flow.reorder %x {counts = array<i64: 8>, strides = array<i64: 1, 4>} : !flow.stream<1x2x4xui8, 1> -> !flow.stream<1x4x2xui8, 1>
  return
}

// -----
func.func @reorder_elements(%x: !flow.stream<1x2x4xui8, 1>) {
  // expected-error @+1 {{expected one element type}}
  %y = flow.reorder %x {counts = array<i64: 8>, strides = array<i64: 1>} : !flow.stream<1x2x4xui8, 1> -> !flow.stream<1x4x2xui7, 1>
  return
}

// -----
func.func @bias(%x: !flow.stream<1x2x4xi16, 1>, %b: tensor<4xi16>) {
  // expected-error @+1 {{expected a bias of integers [8]}}
  %y = flow.bias %x, %b : !flow.stream<1x2x4xi16, 1>, tensor<4xi16> -> !flow.stream<1x2x4xi16, 1>
  return
}

// -----
func.func @concat_axis(%x: !flow.stream<1x2x4xi8, 1>) {
  // expected-error @+1 {{expected axis 0 (height), 1 (width) or 2 (channels), got 3}}
  %y = flow.concat %x, %x {axis = 3 : i64} : !flow.stream<1x2x4xi8, 1>, !flow.stream<1x2x4xi8, 1> -> !flow.stream<1x2x8xi8, 1>
  return
}

// -----
func.func @concat_rows(%x: !flow.stream<1x2x4xi8, 1>) {
  // expected-error @+1 {{expected inputs that differ from the result '!flow.stream<1x2x8xi8, 1>' along axis 0 only, got '!flow.stream<1x2x4xi8, 1>'}}
  %y = flow.concat %x, %x {axis = 0 : i64} : !flow.stream<1x2x4xi8, 1>, !flow.stream<1x2x4xi8, 1> -> !flow.stream<1x2x8xi8, 1>
  return
}

// -----
func.func @reorder_base(%x: !flow.stream<1x2x4xui8, 2>) {
  // expected-error @+1 {{expected lanes that divide the base, got 2 and 3}}
  %y = flow.reorder %x {counts = array<i64: 4>, strides = array<i64: 1>, base = 3 : i64} : !flow.stream<1x2x4xui8, 2> -> !flow.stream<1x1x4xui8, 2>
  return
}

// -----
func.func @reorder_behind(%x: !flow.stream<1x2x4xui8, 1>) {
  // expected-error @+1 {{expected loops inside of the 8 elements of the input's frame, got element 9}}
  %y = flow.reorder %x {counts = array<i64: 4>, strides = array<i64: 1>, base = 6 : i64} : !flow.stream<1x2x4xui8, 1> -> !flow.stream<1x1x4xui8, 1>
  return
}
