// RUN: weft-opt %s --pass-pipeline='builtin.module(func.func(nn-simplify))' | FileCheck %s

// CHECK-LABEL: func.func @reshapes
// CHECK-NEXT: %[[R:.*]] = nn.reshape %arg0 {shape = array<i64: -1, 4>} : tensor<?x2x2xf32> -> tensor<?x4xf32>
// CHECK-NEXT: return %[[R]]
func.func @reshapes(%x: tensor<?x2x2xf32>) -> tensor<?x4xf32> {
  %a = nn.reshape %x {shape = array<i64: -1, 1, 4>} : tensor<?x2x2xf32> -> tensor<?x1x4xf32>
  %b = nn.reshape %a {shape = array<i64: -1, 4>} : tensor<?x1x4xf32> -> tensor<?x4xf32>
  return %b : tensor<?x4xf32>
}

// CHECK-LABEL: func.func @relu_before_pool
// CHECK-NEXT: %[[R:.*]] = nn.unary relu %arg0 {{.*}} : tensor<?x1x4x4xf32>
// CHECK-NEXT: nn.pool max %[[R]]
func.func @relu_before_pool(%x: tensor<?x1x4x4xf32>) -> tensor<?x1x2x2xf32> {
  %p = nn.pool max %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, dilations = array<i64: 1, 1>} : tensor<?x1x4x4xf32> -> tensor<?x1x2x2xf32>
  %r = nn.unary relu %p {nn.name = "relu"} : tensor<?x1x2x2xf32> -> tensor<?x1x2x2xf32>
  return %r : tensor<?x1x2x2xf32>
}

// CHECK-LABEL: func.func @neutral
// CHECK-NEXT: return %arg0
func.func @neutral(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %zero = nn.constant dense<0.0> : tensor<2xf32>
  %one = nn.constant dense<1.0> : tensor<f32>
  %a = nn.binary add %zero, %x : tensor<2xf32>, tensor<?x2xf32> -> tensor<?x2xf32>
  %b = nn.binary div %a, %one : tensor<?x2xf32>, tensor<f32> -> tensor<?x2xf32>
  %c = nn.cast %b : tensor<?x2xf32> -> tensor<?x2xf32>
  return %c : tensor<?x2xf32>
}

// 1 / x and 0 − x are not x.
// CHECK-LABEL: func.func @not_neutral
// CHECK: nn.binary div
// CHECK: nn.binary sub
func.func @not_neutral(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %zero = nn.constant dense<0.0> : tensor<f32>
  %one = nn.constant dense<1.0> : tensor<f32>
  %a = nn.binary div %one, %x : tensor<f32>, tensor<?x2xf32> -> tensor<?x2xf32>
  %b = nn.binary sub %zero, %a : tensor<f32>, tensor<?x2xf32> -> tensor<?x2xf32>
  return %b : tensor<?x2xf32>
}

// CHECK-LABEL: func.func @maximum
// CHECK: nn.unary relu %arg0
func.func @maximum(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %zero = nn.constant dense<0.0> : tensor<f32>
  %a = nn.binary max %x, %zero : tensor<?x2xf32>, tensor<f32> -> tensor<?x2xf32>
  return %a : tensor<?x2xf32>
}

// CHECK-LABEL: func.func @global_average
// CHECK: %[[P:.*]] = nn.pool average %arg0 {{.*}}kernel = array<i64: 4, 4>{{.*}} -> tensor<?x8x1x1xf32>
// CHECK: nn.reshape %[[P]] {{.*}} -> tensor<?x8xf32>
func.func @global_average(%x: tensor<?x8x4x4xf32>) -> tensor<?x8xf32> {
  %m = nn.reduce mean %x {axes = array<i64: 2, 3>, keepdims = false} : tensor<?x8x4x4xf32> -> tensor<?x8xf32>
  return %m : tensor<?x8xf32>
}

// The greatest of each channel, reduced where a transpose has put the pixels.
// CHECK-LABEL: func.func @global_maximum
// CHECK-NOT: nn.transpose
// CHECK: %[[P:.*]] = nn.pool max %arg0 {{.*}}kernel = array<i64: 4, 5>{{.*}} -> tensor<?x8x1x1xf32>
// CHECK: nn.reshape %[[P]] {{.*}} -> tensor<?x8xf32>
func.func @global_maximum(%x: tensor<?x8x4x5xf32>) -> tensor<?x8xf32> {
  %t = nn.transpose %x {perm = array<i64: 0, 2, 3, 1>} : tensor<?x8x4x5xf32> -> tensor<?x4x5x8xf32>
  %m = nn.reduce max %t {axes = array<i64: 1, 2>, keepdims = false} : tensor<?x4x5x8xf32> -> tensor<?x8xf32>
  return %m : tensor<?x8xf32>
}

// What is left of a reduction in another order keeps its transpose; so does one that keeps the dimensions.
// CHECK-LABEL: func.func @reduced_in_another_order
// CHECK: nn.transpose
// CHECK: nn.reduce min
// CHECK: nn.reduce max
func.func @reduced_in_another_order(%x: tensor<?x8x4x5xf32>) -> (tensor<?x5x4xf32>, tensor<?x5x4x1xf32>) {
  %t = nn.transpose %x {perm = array<i64: 0, 3, 2, 1>} : tensor<?x8x4x5xf32> -> tensor<?x5x4x8xf32>
  %m = nn.reduce min %t {axes = array<i64: 3>, keepdims = false} : tensor<?x5x4x8xf32> -> tensor<?x5x4xf32>
  %k = nn.reduce max %t {axes = array<i64: 3>, keepdims = true} : tensor<?x5x4x8xf32> -> tensor<?x5x4x1xf32>
  return %m, %k : tensor<?x5x4xf32>, tensor<?x5x4x1xf32>
}

// CHECK-LABEL: func.func @transposes
// CHECK-NEXT: nn.reshape %arg0 {{.*}}shape = array<i64: -1, 1, 1, 8>
// CHECK-NEXT: return
func.func @transposes(%x: tensor<?x8x1x1xf32>) -> tensor<?x1x1x8xf32> {
  %a = nn.transpose %x {perm = array<i64: 0, 2, 3, 1>} : tensor<?x8x1x1xf32> -> tensor<?x1x1x8xf32>
  return %a : tensor<?x1x1x8xf32>
}

// One row at a constant place is a slice; the last step of a sequence is all that a recurrent layer then gives out.
// CHECK-LABEL: func.func @last_step
// CHECK: %[[Y:.*]] = nn.recurrent rnn %arg0, {{.*}}last = true{{.*}} -> tensor<?x2xf32>
// CHECK-NOT: nn.gather
// CHECK: return
func.func @last_step(%x: tensor<?x3x2xf32>, %w: tensor<2x2xf32>, %b: tensor<2xf32>) -> tensor<?x2xf32> {
  %y = nn.recurrent rnn %x, %w, %b {activations = ["tanh"], alphas = array<f64: 0.0>, betas = array<f64: 0.0>} : tensor<?x3x2xf32>, tensor<2x2xf32>, tensor<2xf32> -> tensor<?x3x2xf32>
  %i = nn.constant dense<-1> : tensor<i64>
  %z = nn.gather %y, %i {axis = 1 : i64} : tensor<?x3x2xf32>, tensor<i64> -> tensor<?x2xf32>
  return %z : tensor<?x2xf32>
}

// The first step of one that goes backward is the last that it computes; that of another is not.
// CHECK-LABEL: func.func @first_step
// CHECK: nn.recurrent rnn {{.*}}last = true{{.*}}reverse = true
// CHECK: nn.recurrent rnn {{.*}} -> tensor<?x3x2xf32>
// CHECK: nn.slice
func.func @first_step(%x: tensor<?x3x2xf32>, %w: tensor<2x2xf32>, %b: tensor<2xf32>) -> (tensor<?x1x2xf32>, tensor<?x1x2xf32>) {
  %y = nn.recurrent rnn %x, %w, %b {activations = ["tanh"], alphas = array<f64: 0.0>, betas = array<f64: 0.0>, reverse = true} : tensor<?x3x2xf32>, tensor<2x2xf32>, tensor<2xf32> -> tensor<?x3x2xf32>
  %a = nn.slice %y {starts = array<i64: 0, 0, 0>, sizes = array<i64: -1, 1, 2>, steps = array<i64: 1, 1, 1>} : tensor<?x3x2xf32> -> tensor<?x1x2xf32>
  %z = nn.recurrent rnn %x, %w, %b {activations = ["tanh"], alphas = array<f64: 0.0>, betas = array<f64: 0.0>} : tensor<?x3x2xf32>, tensor<2x2xf32>, tensor<2xf32> -> tensor<?x3x2xf32>
  %c = nn.slice %z {starts = array<i64: 0, 0, 0>, sizes = array<i64: -1, 1, 2>, steps = array<i64: 1, 1, 1>} : tensor<?x3x2xf32> -> tensor<?x1x2xf32>
  return %a, %c : tensor<?x1x2xf32>, tensor<?x1x2xf32>
}
