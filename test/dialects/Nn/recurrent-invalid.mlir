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
  // expected-error @+1 {{has an initial state 'tensor<3x1xf32>', expected [N, 1] or [1, 1]}}
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

// -----
func.func @begin(%x: tensor<2x3x4xi8>, %w: tensor<4x1xi8>, %b: tensor<4xi20>, %m: tensor<1xi32>, %t: tensor<256xi17>, %h: tensor<1xi9>) {
  // expected-error @+1 {{has initial_h 'tensor<1xi9>', expected 'tensor<1xi8>' (A19)}}
  %y = nn.qrecurrent lstm %x, %w, %b, %m, %m, %t, %t h %h : tensor<1xi9> {gate_fraction = 5, cell_fraction = 5, state_fraction = 7}
    : tensor<2x3x4xi8>, tensor<4x1xi8>, tensor<4xi20>, tensor<1xi32>, tensor<1xi32>, tensor<256xi17>, tensor<256xi17> -> tensor<2x3x1xi8>
  return
}

// -----
func.func @begin_of_state(%x: tensor<2x3x4xi8>, %w: tensor<4x1xi8>, %b: tensor<4xi20>, %m: tensor<1xi32>, %t: tensor<256xi17>, %s: tensor<1xi8>) {
  // expected-error @+1 {{has initial_state 'tensor<1xi8>', expected 'tensor<1xi16>' (A19)}}
  %y = nn.qrecurrent lstm %x, %w, %b, %m, %m, %t, %t state %s : tensor<1xi8> {gate_fraction = 5, cell_fraction = 5, state_fraction = 7}
    : tensor<2x3x4xi8>, tensor<4x1xi8>, tensor<4xi20>, tensor<1xi32>, tensor<1xi32>, tensor<256xi17>, tensor<256xi17> -> tensor<2x3x1xi8>
  return
}

// -----
func.func @peepholes(%x: tensor<2x3x4xi8>, %w: tensor<4x1xi8>, %b: tensor<4xi20>, %m: tensor<1xi32>, %t: tensor<256xi17>, %p: tensor<2xi16>) {
  // expected-error @+1 {{has peepholes 'tensor<2xi16>', expected 'tensor<3xi16>' (A19)}}
  %y = nn.qrecurrent lstm %x, %w, %b, %m, %m, %t, %t peepholes %p : tensor<2xi16> {gate_fraction = 5, cell_fraction = 5, state_fraction = 7}
    : tensor<2x3x4xi8>, tensor<4x1xi8>, tensor<4xi20>, tensor<1xi32>, tensor<1xi32>, tensor<256xi17>, tensor<256xi17> -> tensor<2x3x1xi8>
  return
}

// -----
func.func @peephole_fraction(%x: tensor<2x3x4xi8>, %w: tensor<4x1xi8>, %b: tensor<4xi20>, %m: tensor<1xi32>, %t: tensor<256xi17>, %p: tensor<3xi16>) {
  // expected-error @+1 {{peephole_fraction is 16, expected 0 to 15 (A19)}}
  %y = nn.qrecurrent lstm %x, %w, %b, %m, %m, %t, %t peepholes %p : tensor<3xi16> {gate_fraction = 5, cell_fraction = 5, state_fraction = 7, peephole_fraction = 16}
    : tensor<2x3x4xi8>, tensor<4x1xi8>, tensor<4xi20>, tensor<1xi32>, tensor<1xi32>, tensor<256xi17>, tensor<256xi17> -> tensor<2x3x1xi8>
  return
}

// -----
func.func @state_of_rnn(%x: tensor<2x3x1xi8>, %w: tensor<1x1xi8>, %b: tensor<1xi20>, %m: tensor<1xi32>, %t: tensor<256xi17>, %s: tensor<1xi16>) {
  // expected-error @+1 {{has an initial_state, which no rnn has (A19)}}
  %y = nn.qrecurrent rnn %x, %w, %b, %m, %m, %t, %t state %s : tensor<1xi16> {gate_fraction = 5, cell_fraction = 5, state_fraction = 7}
    : tensor<2x3x1xi8>, tensor<1x1xi8>, tensor<1xi20>, tensor<1xi32>, tensor<1xi32>, tensor<256xi17>, tensor<256xi17> -> tensor<2x3x1xi8>
  return
}

// -----
func.func @coupled_gru(%x: tensor<2x3x3xi8>, %w: tensor<3x1xi8>, %b: tensor<3xi20>, %m: tensor<1xi32>, %t: tensor<256xi17>) {
  // expected-error @+1 {{has peepholes or input_forget, which only an lstm has (A19)}}
  %y = nn.qrecurrent gru %x, %w, %b, %m, %m, %t, %t {gate_fraction = 5, cell_fraction = 5, state_fraction = 7, input_forget = true}
    : tensor<2x3x3xi8>, tensor<3x1xi8>, tensor<3xi20>, tensor<1xi32>, tensor<1xi32>, tensor<256xi17>, tensor<256xi17> -> tensor<2x3x1xi8>
  return
}

// -----
func.func @reset_first_lstm(%x: tensor<2x3x4xi8>, %w: tensor<4x1xi8>, %b: tensor<4xi20>, %m: tensor<1xi32>, %t: tensor<256xi17>) {
  // expected-error @+1 {{has reset_first, which only a gru has (A19)}}
  %y = nn.qrecurrent lstm %x, %w, %b, %m, %m, %t, %t {gate_fraction = 5, cell_fraction = 5, state_fraction = 7, reset_first = true}
    : tensor<2x3x4xi8>, tensor<4x1xi8>, tensor<4xi20>, tensor<1xi32>, tensor<1xi32>, tensor<256xi17>, tensor<256xi17> -> tensor<2x3x1xi8>
  return
}
