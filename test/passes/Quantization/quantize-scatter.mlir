// The values of a sparse weight become integers, with a scale per output channel; the mask stays.
// RUN: weft-opt %s --pass-pipeline='builtin.module(func.func(nn-quantize))' | FileCheck %s
// CHECK-DAG: %[[V:.*]] = nn.constant dense<[127, -127, 64]> : tensor<3xi8>
// CHECK-DAG: %[[M:.*]] = nn.constant {{.*}} : tensor<2x2xui1>
// CHECK: %[[W:.*]] = codec.scatter %[[V]], %[[M]] : tensor<3xi8>, tensor<2x2xui1> -> tensor<2x2xi8>
// CHECK: nn.dequantize %[[W]]
func.func @main(%x: tensor<?x2xf32> {nn.range = array<f64: 0.0, 1.0>}) -> tensor<?x2xf32> {
  %values = nn.constant dense<[0.5, -2.0, 1.0]> : tensor<3xf32>
  %mask = nn.constant dense<[[0, 1], [1, 1]]> : tensor<2x2xui1>
  %w = codec.scatter %values, %mask : tensor<3xf32>, tensor<2x2xui1> -> tensor<2x2xf32>
  %b = nn.constant dense<0.0> : tensor<2xf32>
  %y = nn.linear %x, %w, %b {nn.name = "fc1", nn.range = array<f64: -2.0, 1.0>} : tensor<?x2xf32>, tensor<2x2xf32>, tensor<2xf32> -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
