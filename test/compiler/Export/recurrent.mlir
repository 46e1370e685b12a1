// RUN: weft-translate --export-onnx %s -o %t.onnx && weft-translate --import-onnx %t.onnx > %t.mlir && FileCheck %s --input-file=%t.mlir
// A linear layer and a loop become one operator, and come back as they were.

// CHECK-DAG: %[[W:.*]] = nn.constant {{.*}}dense<[1.000000e+00, 2.000000e+00, 3.000000e+00]> : tensor<3xf32>
// CHECK: nn.linear %{{.*}} : tensor<?x4x2xf32>, tensor<3x2xf32>, tensor<3xf32> -> tensor<?x4x3xf32>
// CHECK: nn.recurrent gru %{{.*}} {activations = ["sigmoid", "tanh"]{{.*}}linear_before_reset = true{{.*}}reverse = true} : tensor<?x4x3xf32>, tensor<3x1xf32>, tensor<3xf32> -> tensor<?x4x1xf32>
// CHECK: nn.recurrent rnn %{{.*}} h %{{.*}} : tensor<?x1xf32> {{.*}}clip = 2.000000e+00{{.*}} -> tensor<?x4x1xf32>
// CHECK: nn.recurrent rnn %{{.*}} h %{{.*}} : tensor<1x1xf32> {{.*}} -> tensor<?x4x1xf32>
func.func @main(%x: tensor<?x4x2xf32> {nn.name = "x"}, %h: tensor<?x1xf32> {nn.name = "h"}) -> (tensor<?x4x1xf32> {nn.name = "all"}, tensor<?x1xf32> {nn.name = "end"}, tensor<?x4x1xf32> {nn.name = "same"}) {
  %w = nn.constant {nn.name = "w"} dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]> : tensor<3x2xf32>
  %b = nn.constant {nn.name = "b"} dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  %s = nn.linear %x, %w, %b {nn.name = "gru/input"} : tensor<?x4x2xf32>, tensor<3x2xf32>, tensor<3xf32> -> tensor<?x4x3xf32>
  %r = nn.constant {nn.name = "r"} dense<[[1.0], [2.0], [4.0]]> : tensor<3x1xf32>
  %rb = nn.constant {nn.name = "rb"} dense<[7.0, 8.0, 9.0]> : tensor<3xf32>
  %y = nn.recurrent gru %s, %r, %rb {activations = ["sigmoid", "tanh"], alphas = array<f64: 0.0, 0.0>, betas = array<f64: 0.0, 0.0>, linear_before_reset = true,
    nn.name = "gru", reverse = true} : tensor<?x4x3xf32>, tensor<3x1xf32>, tensor<3xf32> -> tensor<?x4x1xf32>
  %w1 = nn.constant {nn.name = "w1"} dense<[[2.0]]> : tensor<1x1xf32>
  %b1 = nn.constant {nn.name = "b1"} dense<[0.5]> : tensor<1xf32>
  %z1 = nn.constant {nn.name = "z1"} dense<[0.0]> : tensor<1xf32>
  %s1 = nn.linear %y, %w1, %b1 {nn.name = "rnn/input"} : tensor<?x4x1xf32>, tensor<1x1xf32>, tensor<1xf32> -> tensor<?x4x1xf32>
  %e = nn.recurrent rnn %s1, %w1, %z1 h %h : tensor<?x1xf32> {activations = ["tanh"], alphas = array<f64: 0.0>, betas = array<f64: 0.0>, clip = 2.0, last = true,
    nn.name = "rnn"} : tensor<?x4x1xf32>, tensor<1x1xf32>, tensor<1xf32> -> tensor<?x1xf32>
  %s2 = nn.linear %y, %w1, %b1 {nn.name = "same/input"} : tensor<?x4x1xf32>, tensor<1x1xf32>, tensor<1xf32> -> tensor<?x4x1xf32>
  %h2 = nn.constant {nn.name = "h2"} dense<[[3.0]]> : tensor<1x1xf32>
  %f = nn.recurrent rnn %s2, %w1, %z1 h %h2 : tensor<1x1xf32> {activations = ["tanh"], alphas = array<f64: 0.0>, betas = array<f64: 0.0>,
    nn.name = "same"} : tensor<?x4x1xf32>, tensor<1x1xf32>, tensor<1xf32> -> tensor<?x4x1xf32>
  return %y, %e, %f : tensor<?x4x1xf32>, tensor<?x1xf32>, tensor<?x4x1xf32>
}
