// RUN: weft-opt %s --split-input-file --verify-diagnostics --codec-expand-factors | FileCheck %s

// The bias differs between positions, and the clamp goes before the last transpose.
// CHECK-LABEL: @train
// CHECK: nn.reshape {{.*}} -> tensor<?x2x3xf32>
// CHECK: nn.linear {{.*}}codec.bonds = [array<i64: 0, 0, 1, 1>], codec.train = "fc1"{{.*}}"fc1.core1"{{.*}} : tensor<?x2x3xf32>, tensor<2x3xf32>, tensor<2xf32> -> tensor<?x2x2xf32>
// CHECK: nn.linear {{.*}}"fc1.core0"{{.*}} -> tensor<?x2x2xf32>
// CHECK: nn.binary add
// CHECK-SAME: tensor<2x2xf32>
// CHECK: nn.unary relu
// CHECK: nn.transpose
// CHECK: nn.reshape {{.*}}"fc1"{{.*}} -> tensor<?x4xf32>
func.func @train(%x: tensor<?x6xf32>) -> tensor<?x4xf32> {
  %g0 = nn.constant dense<1.0> : tensor<1x2x2x1xf32>
  %g1 = nn.constant dense<1.0> : tensor<1x2x3x1xf32>
  %w = codec.tensor_train %g0, %g1 : tensor<1x2x2x1xf32>, tensor<1x2x3x1xf32> -> tensor<4x6xf32>
  %b = nn.constant dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>
  %y = nn.linear %x, %w, %b {nn.name = "fc1"} : tensor<?x6xf32>, tensor<4x6xf32>, tensor<4xf32> -> tensor<?x4xf32>
  %z = nn.unary relu %y {nn.name = "relu1"} : tensor<?x4xf32> -> tensor<?x4xf32>
  return %z : tensor<?x4xf32>
}

// -----

// CHECK-LABEL: @several_bases
// CHECK: codec.matmul
func.func @several_bases(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %c = nn.constant dense<1.0> : tensor<4x4xf32>
  %s = nn.constant dense<1.0> : tensor<2x2x2xf32>
  %w = codec.matmul %c, %s : tensor<4x4xf32>, tensor<2x2x2xf32> -> tensor<4x4xf32>
  %b = nn.constant dense<0.0> : tensor<4xf32>
  // expected-remark @+1 {{layer 'fc1': matmul{size=2 groups=2} stays a weight: a chain of layers needs one real basis}}
  %y = nn.linear %x, %w, %b {nn.name = "fc1"} : tensor<?x4xf32>, tensor<4x4xf32>, tensor<4xf32> -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// -----

// CHECK-LABEL: @dynamic
// CHECK: codec.tensor_train
func.func @dynamic(%x: tensor<?x?x4xf32>) -> tensor<?x?x4xf32> {
  %g = nn.constant dense<1.0> : tensor<1x2x2x1xf32>
  %w = codec.tensor_train %g, %g : tensor<1x2x2x1xf32>, tensor<1x2x2x1xf32> -> tensor<4x4xf32>
  %b = nn.constant dense<0.0> : tensor<4xf32>
  // expected-remark @+1 {{layer 'fc1': its tensor train stays a weight}}
  %y = nn.linear %x, %w, %b {nn.name = "fc1"} : tensor<?x?x4xf32>, tensor<4x4xf32>, tensor<4xf32> -> tensor<?x?x4xf32>
  return %y : tensor<?x?x4xf32>
}

// -----

// A codebook for each row of a core cannot follow a transpose: r and n are exchanged with m here.
// CHECK-LABEL: @stored_dense
// CHECK-NOT: = codec
func.func @stored_dense(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %g0 = nn.constant dense<1.0> : tensor<1x2x2x2xf32>
  %k = nn.constant dense<1> : tensor<2x2x2x1xui1>
  %book = nn.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %g1 = codec.lookup %k, %book : tensor<2x2x2x1xui1>, tensor<2x2xf32> -> tensor<2x2x2x1xf32>
  %w = codec.tensor_train %g0, %g1 : tensor<1x2x2x2xf32>, tensor<2x2x2x1xf32> -> tensor<4x4xf32>
  %b = nn.constant dense<0.0> : tensor<4xf32>
  // expected-remark @+1 {{layer 'fc1': a factor encoded as cluster{k=2 groups=2} has elements in an order that its layer needs changed; it is stored dense}}
  %y = nn.linear %x, %w, %b {nn.name = "fc1"} : tensor<?x4xf32>, tensor<4x4xf32>, tensor<4xf32> -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}
