// RUN: weft-opt %s --pass-pipeline='builtin.module(func.func(nn-integerize{strict=true}))' -verify-diagnostics
// What stays in floating point between integers is named.
func.func @softmax(%p: tensor<?x2xi8>) -> tensor<?x2xi8> {
  %s = nn.constant dense<0.5> : tensor<f32>
  %z = nn.constant dense<0> : tensor<i8>
  %x = nn.dequantize %p, %s, %z : tensor<?x2xi8>, tensor<f32>, tensor<i8> -> tensor<?x2xf32>
  // expected-error @below {{layer 'attention' (nn.softmax) stays in floating point: no integer operator computes it}}
  %a = nn.softmax %x {axis = 1 : i64, nn.name = "attention"} : tensor<?x2xf32> -> tensor<?x2xf32>
  %y = nn.quantize %a, %s, %z : tensor<?x2xf32>, tensor<f32>, tensor<i8> -> tensor<?x2xi8>
  return %y : tensor<?x2xi8>
}
