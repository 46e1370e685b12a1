// RUN: weft-opt --split-input-file --verify-diagnostics %s

func.func @rank(%x: tensor<3x4xf32>, %w: tensor<4x1xf32>, %b: tensor<4xf32>) {
  // expected-error @+1 {{expected input [N, T, G*H], weight [G*H, H], bias [G*H]; found ranks 2, 2, 1}}
  %y = nn.recurrent lstm %x, %w, %b {activations = ["sigmoid", "tanh", "tanh"], alphas = array<f64: 0.0, 0.0, 0.0>, betas = array<f64: 0.0, 0.0, 0.0>}
    : tensor<3x4xf32>, tensor<4x1xf32>, tensor<4xf32> -> tensor<3x1xf32>
  return
}

// -----
func.func @rows(%x: tensor<1x3x4xf32>, %w: tensor<4x1xf32>, %b: tensor<4xf32>) {
  // expected-error @+1 {{has a weight 'tensor<4x1xf32>', expected [3*H, H]}}
  %y = nn.recurrent gru %x, %w, %b {activations = ["sigmoid", "tanh"], alphas = array<f64: 0.0, 0.0>, betas = array<f64: 0.0, 0.0>}
    : tensor<1x3x4xf32>, tensor<4x1xf32>, tensor<4xf32> -> tensor<1x3x1xf32>
  return
}

// -----
func.func @input(%x: tensor<1x3x5xf32>, %w: tensor<4x1xf32>, %b: tensor<4xf32>) {
  // expected-error @+1 {{has input 'tensor<1x3x5xf32>' and bias 'tensor<4xf32>', but its weight has 4 rows}}
  %y = nn.recurrent lstm %x, %w, %b {activations = ["sigmoid", "tanh", "tanh"], alphas = array<f64: 0.0, 0.0, 0.0>, betas = array<f64: 0.0, 0.0, 0.0>}
    : tensor<1x3x5xf32>, tensor<4x1xf32>, tensor<4xf32> -> tensor<1x3x1xf32>
  return
}

// -----
func.func @state(%x: tensor<2x3x1xf32>, %w: tensor<1x1xf32>, %b: tensor<1xf32>, %h: tensor<3x1xf32>) {
  // expected-error @+1 {{has an initial state 'tensor<3x1xf32>', expected [N, 1]}}
  %y = nn.recurrent rnn %x, %w, %b h %h : tensor<3x1xf32> {activations = ["tanh"], alphas = array<f64: 0.0>, betas = array<f64: 0.0>}
    : tensor<2x3x1xf32>, tensor<1x1xf32>, tensor<1xf32> -> tensor<2x3x1xf32>
  return
}

// -----
func.func @cell(%x: tensor<2x3x1xf32>, %w: tensor<1x1xf32>, %b: tensor<1xf32>) {
  // expected-error @+1 {{has parts that only an lstm has: c, peepholes, cell or input_forget}}
  %y = nn.recurrent rnn %x, %w, %b {activations = ["tanh"], alphas = array<f64: 0.0>, betas = array<f64: 0.0>, cell = true}
    : tensor<2x3x1xf32>, tensor<1x1xf32>, tensor<1xf32> -> tensor<2x3x2xf32>
  return
}

// -----
func.func @peepholes(%x: tensor<1x3x4xf32>, %w: tensor<4x1xf32>, %b: tensor<4xf32>, %p: tensor<4xf32>) {
  // expected-error @+1 {{has peepholes 'tensor<4xf32>', expected [3]}}
  %y = nn.recurrent lstm %x, %w, %b peepholes %p : tensor<4xf32> {activations = ["sigmoid", "tanh", "tanh"], alphas = array<f64: 0.0, 0.0, 0.0>, betas = array<f64: 0.0, 0.0, 0.0>}
    : tensor<1x3x4xf32>, tensor<4x1xf32>, tensor<4xf32> -> tensor<1x3x1xf32>
  return
}

// -----
func.func @lengths(%x: tensor<2x3x1xf32>, %w: tensor<1x1xf32>, %b: tensor<1xf32>, %l: tensor<2xf32>) {
  // expected-error @+1 {{has lengths 'tensor<2xf32>', expected integers [N]}}
  %y = nn.recurrent rnn %x, %w, %b lengths %l : tensor<2xf32> {activations = ["tanh"], alphas = array<f64: 0.0>, betas = array<f64: 0.0>}
    : tensor<2x3x1xf32>, tensor<1x1xf32>, tensor<1xf32> -> tensor<2x3x1xf32>
  return
}

// -----
func.func @elements(%x: tensor<2x3x1xf32>, %w: tensor<1x1xf64>, %b: tensor<1xf32>) {
  // expected-error @+1 {{mixes element types 'f64' and 'f32'}}
  %y = nn.recurrent rnn %x, %w, %b {activations = ["tanh"], alphas = array<f64: 0.0>, betas = array<f64: 0.0>}
    : tensor<2x3x1xf32>, tensor<1x1xf64>, tensor<1xf32> -> tensor<2x3x1xf32>
  return
}

// -----
func.func @integers(%x: tensor<2x3x1xi8>, %w: tensor<1x1xi8>, %b: tensor<1xi8>) {
  // expected-error @+1 {{computes 'i8', expected a float; nn.qrecurrent computes integers}}
  %y = nn.recurrent rnn %x, %w, %b {activations = ["tanh"], alphas = array<f64: 0.0>, betas = array<f64: 0.0>}
    : tensor<2x3x1xi8>, tensor<1x1xi8>, tensor<1xi8> -> tensor<2x3x1xi8>
  return
}

// -----
func.func @count(%x: tensor<2x3x1xf32>, %w: tensor<1x1xf32>, %b: tensor<1xf32>) {
  // expected-error @+1 {{has 2 activations with 1 alphas and 1 betas, expected 1 of each}}
  %y = nn.recurrent rnn %x, %w, %b {activations = ["tanh", "tanh"], alphas = array<f64: 0.0>, betas = array<f64: 0.0>}
    : tensor<2x3x1xf32>, tensor<1x1xf32>, tensor<1xf32> -> tensor<2x3x1xf32>
  return
}

// -----
func.func @name(%x: tensor<2x3x1xf32>, %w: tensor<1x1xf32>, %b: tensor<1xf32>) {
  // expected-error @+1 {{has activation "tan_h", expected the name of a function of nn.unary}}
  %y = nn.recurrent rnn %x, %w, %b {activations = ["tan_h"], alphas = array<f64: 0.0>, betas = array<f64: 0.0>}
    : tensor<2x3x1xf32>, tensor<1x1xf32>, tensor<1xf32> -> tensor<2x3x1xf32>
  return
}

// -----
func.func @gates(%x: tensor<2x3x1xui8>, %w: tensor<1x1xi8>, %b: tensor<1xi20>, %m: tensor<1xi32>, %t: tensor<256xi17>) {
  // expected-error @+1 {{has gates of 'ui8', expected i2 to i14 (A19)}}
  %y = nn.qrecurrent rnn %x, %w, %b, %m, %m, %t, %t {gate_fraction = 5, cell_fraction = 5, state_fraction = 7}
    : tensor<2x3x1xui8>, tensor<1x1xi8>, tensor<1xi20>, tensor<1xi32>, tensor<1xi32>, tensor<256xi17>, tensor<256xi17> -> tensor<2x3x1xi8>
  return
}

// -----
func.func @result(%x: tensor<2x3x1xi8>, %w: tensor<1x1xi8>, %b: tensor<1xi20>, %m: tensor<1xi32>, %t: tensor<256xi17>) {
  // expected-error @+1 {{has a result 'tensor<2x3x1xui8>', expected i2 to i16 (A19)}}
  %y = nn.qrecurrent rnn %x, %w, %b, %m, %m, %t, %t {gate_fraction = 5, cell_fraction = 5, state_fraction = 7}
    : tensor<2x3x1xi8>, tensor<1x1xi8>, tensor<1xi20>, tensor<1xi32>, tensor<1xi32>, tensor<256xi17>, tensor<256xi17> -> tensor<2x3x1xui8>
  return
}

// -----
func.func @table(%x: tensor<2x3x1xi8>, %w: tensor<1x1xi8>, %b: tensor<1xi20>, %m: tensor<1xi32>, %t: tensor<128xi17>) {
  // expected-error @+1 {{has a table 'tensor<128xi17>', expected 256 entries of at most 17 bits (A19)}}
  %y = nn.qrecurrent rnn %x, %w, %b, %m, %m, %t, %t {gate_fraction = 5, cell_fraction = 5, state_fraction = 7}
    : tensor<2x3x1xi8>, tensor<1x1xi8>, tensor<1xi20>, tensor<1xi32>, tensor<1xi32>, tensor<128xi17>, tensor<128xi17> -> tensor<2x3x1xi8>
  return
}

// -----
func.func @scales(%x: tensor<2x3x1xi8>, %w: tensor<1x1xi8>, %b: tensor<1xi20>, %m: tensor<2xi32>, %t: tensor<256xi17>) {
  // expected-error @+1 {{has a multiplier or shift 'tensor<2xi32>', expected [1] or [1] (A19)}}
  %y = nn.qrecurrent rnn %x, %w, %b, %m, %m, %t, %t {gate_fraction = 5, cell_fraction = 5, state_fraction = 7}
    : tensor<2x3x1xi8>, tensor<1x1xi8>, tensor<1xi20>, tensor<2xi32>, tensor<2xi32>, tensor<256xi17>, tensor<256xi17> -> tensor<2x3x1xi8>
  return
}

// -----
func.func @fraction(%x: tensor<2x3x1xi8>, %w: tensor<1x1xi8>, %b: tensor<1xi20>, %m: tensor<1xi32>, %t: tensor<256xi17>) {
  // expected-error @+1 {{cell_fraction is 4, expected 5 to 15 (A19)}}
  %y = nn.qrecurrent rnn %x, %w, %b, %m, %m, %t, %t {gate_fraction = 5, cell_fraction = 4, state_fraction = 7}
    : tensor<2x3x1xi8>, tensor<1x1xi8>, tensor<1xi20>, tensor<1xi32>, tensor<1xi32>, tensor<256xi17>, tensor<256xi17> -> tensor<2x3x1xi8>
  return
}

// -----
func.func @floats(%x: tensor<2x3x1xi8>, %w: tensor<1x1xf32>, %b: tensor<1xi20>, %m: tensor<1xi32>, %t: tensor<256xi17>) {
  // expected-error @+1 {{has an operand 'tensor<1x1xf32>', expected integers (A19)}}
  %y = nn.qrecurrent rnn %x, %w, %b, %m, %m, %t, %t {gate_fraction = 5, cell_fraction = 5, state_fraction = 7}
    : tensor<2x3x1xi8>, tensor<1x1xf32>, tensor<1xi20>, tensor<1xi32>, tensor<1xi32>, tensor<256xi17>, tensor<256xi17> -> tensor<2x3x1xi8>
  return
}
