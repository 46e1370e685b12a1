// RUN: weft-opt %s --split-input-file --verify-diagnostics

func.func @reorder_twice(%x: !flow.stream<1x2x4xui8, 1>) {
  // expected-error @+1 {{expected strides that visit each element of a frame once, got stride 2 where loops cover 4}}
  %y = flow.reorder %x {counts = array<i64: 2, 4>, strides = array<i64: 2, 1>} : !flow.stream<1x2x4xui8, 1> -> !flow.stream<1x4x2xui8, 1>
  return
}

// -----
func.func @reorder_frame(%x: !flow.stream<1x2x4xui8, 1>) {
  // expected-error @+1 {{expected loops over the 8 elements of a frame, got 4}}
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
func.func @reorder_loops(%x: !flow.stream<1x2x4xui8, 1>) {
  // expected-error @+1 {{expected counts of at least 1, and a stride for each}}
  %y = flow.reorder %x {counts = array<i64: 8>, strides = array<i64: 1, 4>} : !flow.stream<1x2x4xui8, 1> -> !flow.stream<1x4x2xui8, 1>
  return
}

// -----
func.func @reorder_elements(%x: !flow.stream<1x2x4xui8, 1>) {
  // expected-error @+1 {{expected as many elements in as out, of one type}}
  %y = flow.reorder %x {counts = array<i64: 8>, strides = array<i64: 1>} : !flow.stream<1x2x4xui8, 1> -> !flow.stream<1x4x3xui8, 1>
  return
}

// -----
func.func @bias(%x: !flow.stream<1x2x4xi16, 1>, %b: tensor<4xi16>) {
  // expected-error @+1 {{expected a bias of integers [8]}}
  %y = flow.bias %x, %b : !flow.stream<1x2x4xi16, 1>, tensor<4xi16> -> !flow.stream<1x2x4xi16, 1>
  return
}
