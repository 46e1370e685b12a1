// Gates in 12 bits, the state in units of a power of two, c with as many bits behind the point as its bound leaves (A19).
// RUN: weft-opt %s --split-input-file --pass-pipeline='builtin.module(func.func(nn-quantize,nn-integerize),nn-partition)' --verify-diagnostics | FileCheck %s

// CHECK-LABEL: func.func @core
// CHECK: %[[X:.*]] = nn.requantize {{.*}} -> tensor<?x3x4xi12>
// CHECK: nn.qrecurrent lstm %[[X]], {{.*}} {cell_fraction = 13 : i64, gate_fraction = 8 : i64, {{.*}}state_fraction = 8 : i64}
// CHECK-SAME: tensor<4x1xi8>, tensor<4xi{{[0-9]+}}>, tensor<4xi32>, tensor<4xi32>, tensor<4096xi17>, tensor<4096xi17> -> tensor<?x3x1xi8>
func.func @main(%x: tensor<?x3x2xf32> {nn.range = array<f64: -1.0, 1.0>}) -> tensor<?x3x1xf32> {
  %w = nn.constant dense<[[1.27, -0.64], [0.5, 0.25], [0.1, 0.2], [0.3, 0.4]]> : tensor<4x2xf32>
  %b = nn.constant dense<0.1> : tensor<4xf32>
  %a = nn.linear %x, %w, %b {nn.name = "cell/input", nn.range = array<f64: -2.0, 3.0>} : tensor<?x3x2xf32>, tensor<4x2xf32>, tensor<4xf32> -> tensor<?x3x4xf32>
  %r = nn.constant dense<[[1.0], [0.5], [0.25], [0.125]]> : tensor<4x1xf32>
  %zero = nn.constant dense<0.0> : tensor<4xf32>
  %y = nn.recurrent lstm %a, %r, %zero {activations = ["sigmoid", "tanh", "tanh"], alphas = array<f64: 0.0, 0.0, 0.0>, betas = array<f64: 0.0, 0.0, 0.0>,
    nn.name = "cell", nn.range = array<f64: -0.3, 0.4>, nn.cell_bound = 2.5 : f64} : tensor<?x3x4xf32>, tensor<4x1xf32>, tensor<4xf32> -> tensor<?x3x1xf32>
  return %y : tensor<?x3x1xf32>
}

// -----
// What has no integer form stays, and says why.
func.func @main(%x: tensor<?x3x2xf32> {nn.range = array<f64: -1.0, 1.0>}) -> tensor<?x3x1xf32> {
  %w = nn.constant dense<0.5> : tensor<3x2xf32>
  %b = nn.constant dense<0.1> : tensor<3xf32>
  %a = nn.linear %x, %w, %b {nn.name = "cell/input", nn.range = array<f64: -2.0, 3.0>} : tensor<?x3x2xf32>, tensor<3x2xf32>, tensor<3xf32> -> tensor<?x3x3xf32>
  %r = nn.constant dense<0.5> : tensor<3x1xf32>
  // expected-remark @+1 {{layer 'cell' (nn.recurrent) stays in floating point: its reset comes before the product with the state; a gru with linear_before_reset has an integer form}}
  %y = nn.recurrent gru %a, %r, %b {activations = ["sigmoid", "tanh"], alphas = array<f64: 0.0, 0.0>, betas = array<f64: 0.0, 0.0>,
    nn.name = "cell", nn.range = array<f64: -0.3, 0.4>} : tensor<?x3x3xf32>, tensor<3x1xf32>, tensor<3xf32> -> tensor<?x3x1xf32>
  return %y : tensor<?x3x1xf32>
}

// -----
func.func @main(%x: tensor<?x3x2xf32> {nn.range = array<f64: -1.0, 1.0>}) -> tensor<?x3x1xf32> {
  %w = nn.constant dense<0.5> : tensor<4x2xf32>
  %b = nn.constant dense<0.1> : tensor<4xf32>
  %a = nn.linear %x, %w, %b {nn.name = "cell/input", nn.range = array<f64: -2.0, 3.0>} : tensor<?x3x2xf32>, tensor<4x2xf32>, tensor<4xf32> -> tensor<?x3x4xf32>
  %r = nn.constant dense<0.5> : tensor<4x1xf32>
  %p = nn.constant dense<0.5> : tensor<3xf32>
  // expected-remark @+1 {{layer 'cell' (nn.recurrent) stays in floating point: it has peepholes}}
  %y = nn.recurrent lstm %a, %r, %b peepholes %p : tensor<3xf32> {activations = ["sigmoid", "tanh", "tanh"], alphas = array<f64: 0.0, 0.0, 0.0>, betas = array<f64: 0.0, 0.0, 0.0>,
    nn.name = "cell", nn.range = array<f64: -0.3, 0.4>} : tensor<?x3x4xf32>, tensor<4x1xf32>, tensor<4xf32> -> tensor<?x3x1xf32>
  return %y : tensor<?x3x1xf32>
}

// -----
func.func @main(%x: tensor<?x3x2xf32> {nn.range = array<f64: -1.0, 1.0>}, %l: tensor<?xi32>) -> tensor<?x3x1xf32> {
  %w = nn.constant dense<0.5> : tensor<4x2xf32>
  %b = nn.constant dense<0.1> : tensor<4xf32>
  %a = nn.linear %x, %w, %b {nn.name = "cell/input", nn.range = array<f64: -2.0, 3.0>} : tensor<?x3x2xf32>, tensor<4x2xf32>, tensor<4xf32> -> tensor<?x3x4xf32>
  %r = nn.constant dense<0.5> : tensor<4x1xf32>
  %p = nn.constant dense<0.5> : tensor<3xf32>
  // expected-remark @+1 {{layer 'cell' (nn.recurrent) stays in floating point: its sequences have lengths that are not known to be equal}}
  %y = nn.recurrent lstm %a, %r, %b lengths %l : tensor<?xi32> {activations = ["sigmoid", "tanh", "tanh"], alphas = array<f64: 0.0, 0.0, 0.0>, betas = array<f64: 0.0, 0.0, 0.0>,
    nn.name = "cell", nn.range = array<f64: -0.3, 0.4>} : tensor<?x3x4xf32>, tensor<4x1xf32>, tensor<4xf32> -> tensor<?x3x1xf32>
  return %y : tensor<?x3x1xf32>
}

// -----
func.func @main(%x: tensor<?x3x2xf32> {nn.range = array<f64: -1.0, 1.0>}, %h: tensor<?x1xf32>) -> tensor<?x3x1xf32> {
  %w = nn.constant dense<0.5> : tensor<4x2xf32>
  %b = nn.constant dense<0.1> : tensor<4xf32>
  %a = nn.linear %x, %w, %b {nn.name = "cell/input", nn.range = array<f64: -2.0, 3.0>} : tensor<?x3x2xf32>, tensor<4x2xf32>, tensor<4xf32> -> tensor<?x3x4xf32>
  %r = nn.constant dense<0.5> : tensor<4x1xf32>
  %p = nn.constant dense<0.5> : tensor<3xf32>
  // expected-remark @+1 {{layer 'cell' (nn.recurrent) stays in floating point: its state does not begin as 0}}
  %y = nn.recurrent lstm %a, %r, %b h %h : tensor<?x1xf32> {activations = ["sigmoid", "tanh", "tanh"], alphas = array<f64: 0.0, 0.0, 0.0>, betas = array<f64: 0.0, 0.0, 0.0>,
    nn.name = "cell", nn.range = array<f64: -0.3, 0.4>} : tensor<?x3x4xf32>, tensor<4x1xf32>, tensor<4xf32> -> tensor<?x3x1xf32>
  return %y : tensor<?x3x1xf32>
}

// -----
func.func @main(%x: tensor<?x3x2xf32> {nn.range = array<f64: -1.0, 1.0>}) -> tensor<?x3x1xf32> {
  %w = nn.constant dense<0.5> : tensor<4x2xf32>
  %b = nn.constant dense<0.1> : tensor<4xf32>
  %a = nn.linear %x, %w, %b {nn.name = "cell/input", nn.range = array<f64: -2.0, 3.0>} : tensor<?x3x2xf32>, tensor<4x2xf32>, tensor<4xf32> -> tensor<?x3x4xf32>
  %r = nn.constant dense<0.5> : tensor<4x1xf32>
  %p = nn.constant dense<0.5> : tensor<3xf32>
  // expected-remark @+1 {{layer 'cell' (nn.recurrent) stays in floating point: its input and forget gates are coupled}}
  %y = nn.recurrent lstm %a, %r, %b {activations = ["sigmoid", "tanh", "tanh"], alphas = array<f64: 0.0, 0.0, 0.0>, betas = array<f64: 0.0, 0.0, 0.0>,
    nn.name = "cell", nn.range = array<f64: -0.3, 0.4>, input_forget = true} : tensor<?x3x4xf32>, tensor<4x1xf32>, tensor<4xf32> -> tensor<?x3x1xf32>
  return %y : tensor<?x3x1xf32>
}

// -----
func.func @main(%x: tensor<?x3x2xf32> {nn.range = array<f64: -1.0, 1.0>}) -> tensor<?x3x2xf32> {
  %w = nn.constant dense<0.5> : tensor<4x2xf32>
  %b = nn.constant dense<0.1> : tensor<4xf32>
  %a = nn.linear %x, %w, %b {nn.name = "cell/input", nn.range = array<f64: -2.0, 3.0>} : tensor<?x3x2xf32>, tensor<4x2xf32>, tensor<4xf32> -> tensor<?x3x4xf32>
  %r = nn.constant dense<0.5> : tensor<4x1xf32>
  %p = nn.constant dense<0.5> : tensor<3xf32>
  // expected-remark @+1 {{layer 'cell' (nn.recurrent) stays in floating point: its cell state is used}}
  %y = nn.recurrent lstm %a, %r, %b {activations = ["sigmoid", "tanh", "tanh"], alphas = array<f64: 0.0, 0.0, 0.0>, betas = array<f64: 0.0, 0.0, 0.0>,
    nn.name = "cell", nn.range = array<f64: -0.3, 0.4>, cell = true} : tensor<?x3x4xf32>, tensor<4x1xf32>, tensor<4xf32> -> tensor<?x3x2xf32>
  return %y : tensor<?x3x2xf32>
}

// -----
// A clip bounds what tables take in: their entries outside are those of the bound, here tanh(−1) = −24956 / 2^15.
// CHECK-LABEL: func.func @core
// CHECK: nn.qrecurrent rnn
// CHECK: tanh: "0x40000000849E0100849E0100849E0100
func.func @main(%x: tensor<?x3x2xf32> {nn.range = array<f64: -1.0, 1.0>}) -> tensor<?x3x1xf32> {
  %w = nn.constant dense<0.5> : tensor<1x2xf32>
  %b = nn.constant dense<0.1> : tensor<1xf32>
  %a = nn.linear %x, %w, %b {nn.name = "cell/input", nn.range = array<f64: -2.0, 3.0>} : tensor<?x3x2xf32>, tensor<1x2xf32>, tensor<1xf32> -> tensor<?x3x1xf32>
  %r = nn.constant dense<0.5> : tensor<1x1xf32>
  %y = nn.recurrent rnn %a, %r, %b {activations = ["tanh"], alphas = array<f64: 0.0>, betas = array<f64: 0.0>, clip = 1.0 : f64,
    nn.name = "cell", nn.range = array<f64: -0.3, 0.4>} : tensor<?x3x1xf32>, tensor<1x1xf32>, tensor<1xf32> -> tensor<?x3x1xf32>
  return %y : tensor<?x3x1xf32>
}
