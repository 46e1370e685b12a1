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

// -----
// ONNX has the reset of a gru before the product by default.
// CHECK-LABEL: func.func @core
// CHECK: nn.qrecurrent gru {{.*}}reset_first = true
func.func @main(%x: tensor<?x3x2xf32> {nn.range = array<f64: -1.0, 1.0>}) -> tensor<?x3x1xf32> {
  %w = nn.constant dense<0.5> : tensor<3x2xf32>
  %b = nn.constant dense<0.1> : tensor<3xf32>
  %a = nn.linear %x, %w, %b {nn.name = "cell/input", nn.range = array<f64: -2.0, 3.0>} : tensor<?x3x2xf32>, tensor<3x2xf32>, tensor<3xf32> -> tensor<?x3x3xf32>
  %r = nn.constant dense<0.5> : tensor<3x1xf32>
  %y = nn.recurrent gru %a, %r, %b {activations = ["sigmoid", "tanh"], alphas = array<f64: 0.0, 0.0>, betas = array<f64: 0.0, 0.0>,
    nn.name = "cell", nn.range = array<f64: -0.3, 0.4>} : tensor<?x3x3xf32>, tensor<3x1xf32>, tensor<3xf32> -> tensor<?x3x1xf32>
  return %y : tensor<?x3x1xf32>
}

// -----
// What all samples begin with is in the range of the codes; a gru keeps it in 16 bits, too.
// CHECK-LABEL: func.func @core
// CHECK-DAG: %[[H:.*]] = nn.constant dense<96> : tensor<1xi8>
// CHECK-DAG: %[[S:.*]] = nn.constant dense<24576> : tensor<1xi16>
// CHECK: nn.qrecurrent gru {{.*}} h %[[H]] : tensor<1xi8> state %[[S]] : tensor<1xi16> {{.*}}state_fraction = 7
func.func @main(%x: tensor<2x3x2xf32> {nn.range = array<f64: -1.0, 1.0>}) -> tensor<2x3x1xf32> {
  %w = nn.constant dense<0.5> : tensor<3x2xf32>
  %b = nn.constant dense<0.1> : tensor<3xf32>
  %a = nn.linear %x, %w, %b {nn.name = "cell/input", nn.range = array<f64: -2.0, 3.0>} : tensor<2x3x2xf32>, tensor<3x2xf32>, tensor<3xf32> -> tensor<2x3x3xf32>
  %r = nn.constant dense<0.5> : tensor<3x1xf32>
  %h = nn.constant dense<0.75> : tensor<2x1xf32>
  %y = nn.recurrent gru %a, %r, %b h %h : tensor<2x1xf32> {activations = ["sigmoid", "tanh"], alphas = array<f64: 0.0, 0.0>, betas = array<f64: 0.0, 0.0>,
    nn.name = "cell", nn.range = array<f64: -0.3, 0.4>, linear_before_reset = true} : tensor<2x3x3xf32>, tensor<3x1xf32>, tensor<3xf32> -> tensor<2x3x1xf32>
  return %y : tensor<2x3x1xf32>
}

// -----
// c has bits for what it begins with, peepholes as many as 16 bits leave.
// CHECK-LABEL: func.func @core
// CHECK-DAG: %[[P:.*]] = nn.constant dense<[8192, -24576, 12288]> : tensor<3xi16>
// CHECK-DAG: %[[C:.*]] = nn.constant dense<-24576> : tensor<1xi16>
// CHECK: nn.qrecurrent lstm {{.*}} state %[[C]] : tensor<1xi16> peepholes %[[P]] : tensor<3xi16> {cell_fraction = 13 : i64, {{.*}}input_forget = true, {{.*}}peephole_fraction = 14
func.func @main(%x: tensor<1x3x2xf32> {nn.range = array<f64: -1.0, 1.0>}) -> tensor<1x3x1xf32> {
  %w = nn.constant dense<0.5> : tensor<4x2xf32>
  %b = nn.constant dense<0.1> : tensor<4xf32>
  %a = nn.linear %x, %w, %b {nn.name = "cell/input", nn.range = array<f64: -2.0, 3.0>} : tensor<1x3x2xf32>, tensor<4x2xf32>, tensor<4xf32> -> tensor<1x3x4xf32>
  %r = nn.constant dense<0.5> : tensor<4x1xf32>
  %c = nn.constant dense<-3.0> : tensor<1x1xf32>
  %p = nn.constant dense<[0.5, -1.5, 0.75]> : tensor<3xf32>
  %y = nn.recurrent lstm %a, %r, %b c %c : tensor<1x1xf32> peepholes %p : tensor<3xf32> {activations = ["sigmoid", "tanh", "tanh"], alphas = array<f64: 0.0, 0.0, 0.0>, betas = array<f64: 0.0, 0.0, 0.0>,
    nn.name = "cell", nn.range = array<f64: -0.3, 0.4>, input_forget = true, nn.cell_bound = 0.5 : f64} : tensor<1x3x4xf32>, tensor<4x1xf32>, tensor<4xf32> -> tensor<1x3x1xf32>
  return %y : tensor<1x3x1xf32>
}

// -----
// What has no integer form stays, and says why.
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
func.func @main(%x: tensor<?x3x2xf32> {nn.range = array<f64: -1.0, 1.0>}, %h: tensor<?x1xf32>) -> tensor<?x3x1xf32> {
  %w = nn.constant dense<0.5> : tensor<4x2xf32>
  %b = nn.constant dense<0.1> : tensor<4xf32>
  %a = nn.linear %x, %w, %b {nn.name = "cell/input", nn.range = array<f64: -2.0, 3.0>} : tensor<?x3x2xf32>, tensor<4x2xf32>, tensor<4xf32> -> tensor<?x3x4xf32>
  %r = nn.constant dense<0.5> : tensor<4x1xf32>
  // expected-remark @+1 {{layer 'cell' (nn.recurrent) stays in floating point: its first state is computed or an input, expected a constant that all samples share}}
  %y = nn.recurrent lstm %a, %r, %b h %h : tensor<?x1xf32> {activations = ["sigmoid", "tanh", "tanh"], alphas = array<f64: 0.0, 0.0, 0.0>, betas = array<f64: 0.0, 0.0, 0.0>,
    nn.name = "cell", nn.range = array<f64: -0.3, 0.4>} : tensor<?x3x4xf32>, tensor<4x1xf32>, tensor<4xf32> -> tensor<?x3x1xf32>
  return %y : tensor<?x3x1xf32>
}

// -----
func.func @main(%x: tensor<2x3x2xf32> {nn.range = array<f64: -1.0, 1.0>}) -> tensor<2x3x1xf32> {
  %w = nn.constant dense<0.5> : tensor<4x2xf32>
  %b = nn.constant dense<0.1> : tensor<4xf32>
  %a = nn.linear %x, %w, %b {nn.name = "cell/input", nn.range = array<f64: -2.0, 3.0>} : tensor<2x3x2xf32>, tensor<4x2xf32>, tensor<4xf32> -> tensor<2x3x4xf32>
  %r = nn.constant dense<0.5> : tensor<4x1xf32>
  %c = nn.constant dense<[[0.5], [0.25]]> : tensor<2x1xf32>
  // expected-remark @+1 {{layer 'cell' (nn.recurrent) stays in floating point: its first state differs from sample to sample, expected one that all share}}
  %y = nn.recurrent lstm %a, %r, %b c %c : tensor<2x1xf32> {activations = ["sigmoid", "tanh", "tanh"], alphas = array<f64: 0.0, 0.0, 0.0>, betas = array<f64: 0.0, 0.0, 0.0>,
    nn.name = "cell", nn.range = array<f64: -0.3, 0.4>} : tensor<2x3x4xf32>, tensor<4x1xf32>, tensor<4xf32> -> tensor<2x3x1xf32>
  return %y : tensor<2x3x1xf32>
}

// -----
func.func @main(%x: tensor<1x3x2xf32> {nn.range = array<f64: -1.0, 1.0>}) -> tensor<1x3x1xf32> {
  %w = nn.constant dense<0.5> : tensor<4x2xf32>
  %b = nn.constant dense<0.1> : tensor<4xf32>
  %a = nn.linear %x, %w, %b {nn.name = "cell/input", nn.range = array<f64: -2.0, 3.0>} : tensor<1x3x2xf32>, tensor<4x2xf32>, tensor<4xf32> -> tensor<1x3x4xf32>
  %r = nn.constant dense<0.5> : tensor<4x1xf32>
  %h = nn.constant dense<-1.5> : tensor<1x1xf32>
  // expected-remark @+1 {{layer 'cell' (nn.recurrent) stays in floating point: its h begins with a magnitude of 1.5, expected at most 1}}
  %y = nn.recurrent lstm %a, %r, %b h %h : tensor<1x1xf32> {activations = ["sigmoid", "tanh", "tanh"], alphas = array<f64: 0.0, 0.0, 0.0>, betas = array<f64: 0.0, 0.0, 0.0>,
    nn.name = "cell", nn.range = array<f64: -0.3, 0.4>} : tensor<1x3x4xf32>, tensor<4x1xf32>, tensor<4xf32> -> tensor<1x3x1xf32>
  return %y : tensor<1x3x1xf32>
}

// -----
func.func @main(%x: tensor<1x3x2xf32> {nn.range = array<f64: -1.0, 1.0>}) -> tensor<1x3x1xf32> {
  %w = nn.constant dense<0.5> : tensor<4x2xf32>
  %b = nn.constant dense<0.1> : tensor<4xf32>
  %a = nn.linear %x, %w, %b {nn.name = "cell/input", nn.range = array<f64: -2.0, 3.0>} : tensor<1x3x2xf32>, tensor<4x2xf32>, tensor<4xf32> -> tensor<1x3x4xf32>
  %r = nn.constant dense<0.5> : tensor<4x1xf32>
  %c = nn.constant dense<200.0> : tensor<1x1xf32>
  // expected-remark @+1 {{layer 'cell' (nn.recurrent) stays in floating point: its c begins with a magnitude of 200, expected at most 128}}
  %y = nn.recurrent lstm %a, %r, %b c %c : tensor<1x1xf32> {activations = ["sigmoid", "tanh", "tanh"], alphas = array<f64: 0.0, 0.0, 0.0>, betas = array<f64: 0.0, 0.0, 0.0>,
    nn.name = "cell", nn.range = array<f64: -0.3, 0.4>} : tensor<1x3x4xf32>, tensor<4x1xf32>, tensor<4xf32> -> tensor<1x3x1xf32>
  return %y : tensor<1x3x1xf32>
}

// -----
func.func @main(%x: tensor<?x3x2xf32> {nn.range = array<f64: -1.0, 1.0>}, %p: tensor<3xf32>) -> tensor<?x3x1xf32> {
  %w = nn.constant dense<0.5> : tensor<4x2xf32>
  %b = nn.constant dense<0.1> : tensor<4xf32>
  %a = nn.linear %x, %w, %b {nn.name = "cell/input", nn.range = array<f64: -2.0, 3.0>} : tensor<?x3x2xf32>, tensor<4x2xf32>, tensor<4xf32> -> tensor<?x3x4xf32>
  %r = nn.constant dense<0.5> : tensor<4x1xf32>
  // expected-remark @+1 {{layer 'cell' (nn.recurrent) stays in floating point: its peepholes are not constant}}
  %y = nn.recurrent lstm %a, %r, %b peepholes %p : tensor<3xf32> {activations = ["sigmoid", "tanh", "tanh"], alphas = array<f64: 0.0, 0.0, 0.0>, betas = array<f64: 0.0, 0.0, 0.0>,
    nn.name = "cell", nn.range = array<f64: -0.3, 0.4>} : tensor<?x3x4xf32>, tensor<4x1xf32>, tensor<4xf32> -> tensor<?x3x1xf32>
  return %y : tensor<?x3x1xf32>
}

// -----
func.func @main(%x: tensor<?x3x2xf32> {nn.range = array<f64: -1.0, 1.0>}) -> tensor<?x3x1xf32> {
  %w = nn.constant dense<0.5> : tensor<4x2xf32>
  %b = nn.constant dense<0.1> : tensor<4xf32>
  %a = nn.linear %x, %w, %b {nn.name = "cell/input", nn.range = array<f64: -2.0, 3.0>} : tensor<?x3x2xf32>, tensor<4x2xf32>, tensor<4xf32> -> tensor<?x3x4xf32>
  %r = nn.constant dense<0.5> : tensor<4x1xf32>
  %p = nn.constant dense<40000.0> : tensor<3xf32>
  // expected-remark @+1 {{layer 'cell' (nn.recurrent) stays in floating point: its peepholes reach a magnitude of 40000, expected at most 32767}}
  %y = nn.recurrent lstm %a, %r, %b peepholes %p : tensor<3xf32> {activations = ["sigmoid", "tanh", "tanh"], alphas = array<f64: 0.0, 0.0, 0.0>, betas = array<f64: 0.0, 0.0, 0.0>,
    nn.name = "cell", nn.range = array<f64: -0.3, 0.4>} : tensor<?x3x4xf32>, tensor<4x1xf32>, tensor<4xf32> -> tensor<?x3x1xf32>
  return %y : tensor<?x3x1xf32>
}
