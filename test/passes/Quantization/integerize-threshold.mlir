// RUN: weft-opt %s --pass-pipeline='builtin.module(func.func(nn-integerize{form=threshold}))' | FileCheck %s
// tanh is absorbed: levels −2 … 1 of scale 0.5 begin where tanh(acc · 0.25) is at least −0.75, −0.25, 0.25 (halves to even).
// CHECK-LABEL: func.func @tanh
func.func @tanh(%q: tensor<?x2xi4>) -> tensor<?x1xi2> {
  %s = nn.constant dense<0.5> : tensor<f32>
  %zx = nn.constant dense<0> : tensor<i4>
  %zy = nn.constant dense<0> : tensor<i2>
  %w = nn.constant dense<[[1, -1]]> : tensor<1x2xi4>
  %b = nn.constant dense<[0.0]> : tensor<1xf32>
  %x = nn.dequantize %q, %s, %zx : tensor<?x2xi4>, tensor<f32>, tensor<i4> -> tensor<?x2xf32>
  %wf = nn.dequantize %w, %s, %zx : tensor<1x2xi4>, tensor<f32>, tensor<i4> -> tensor<1x2xf32>
  %y = nn.linear %x, %wf, %b {nn.name = "fc"} : tensor<?x2xf32>, tensor<1x2xf32>, tensor<1xf32> -> tensor<?x1xf32>
  %t = nn.unary tanh %y {nn.name = "tanh"} : tensor<?x1xf32> -> tensor<?x1xf32>
  // CHECK: %[[A:.*]] = nn.linear %arg0
  // CHECK-SAME: -> tensor<?x1xi5>
  // CHECK: %[[T:.*]] = nn.constant dense<{{\[\[}}-3, -1, 2]]> : tensor<1x3xi5>
  // CHECK: nn.threshold %[[A]], %[[T]] {lo = -2 : i64, nn.name = "tanh"}
  %r = nn.quantize %t, %s, %zy : tensor<?x1xf32>, tensor<f32>, tensor<i2> -> tensor<?x1xi2>
  return %r : tensor<?x1xi2>
}
