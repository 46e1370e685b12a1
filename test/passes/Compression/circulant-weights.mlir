// RUN: weft-opt %s --codec-circulant-weights="block=2 layers=fc" 2>%t | FileCheck %s
// RUN: FileCheck %s --check-prefix=REMARK < %t
// RUN: weft-opt %s --codec-circulant-weights="block=2 layers=conv" 2>/dev/null | FileCheck %s --check-prefix=CONV
// RUN: weft-opt %s --codec-circulant-weights="block=2 layers=fc" --codec-materialize 2>/dev/null | FileCheck %s --check-prefix=DENSE
// RUN: weft-opt %s --codec-compress=recipe='circulant{block=2 layers=fc},cluster{k=2 layers=fc}' 2>/dev/null | FileCheck %s --check-prefix=CLUSTER
// RUN: weft-opt %s --codec-circulant-weights="block=1" 2>&1 >/dev/null | FileCheck %s --check-prefix=ONE
// RUN: not weft-opt %s --codec-circulant-weights="block=3 layers=fc" 2>&1 | FileCheck %s --check-prefix=DIVIDE
// RUN: not weft-opt %s --codec-circulant-weights="block=0" 2>&1 | FileCheck %s --check-prefix=RANGE
// RUN: not weft-opt %s --codec-compress=recipe='cluster{k=2},circulant{block=2}' 2>&1 | FileCheck %s --check-prefix=BEFORE

// Positions behind the flatten of two channels are columns 0, 2, 1, 3.
// CHECK: nn.constant dense<{{\[\[\[}}1.000000e+00, 2.000000e+00], [3.000000e+00, 5.000000e+00]]]> : tensor<1x2x2xf32>
// CHECK: codec.circulant %{{.*}} {channels = 2 : i64} : tensor<1x2x2xf32> -> tensor<2x4xf32>
// REMARK: remark: layer 'fc': 32 → 16 bytes (circulant{block=2}), relative error 1.58e-01
// CONV: codec.circulant %{{.*}} : tensor<1x1x2x1x1xf32> -> tensor<2x2x1x1xf32>
// DENSE-NOT: codec.circulant
// DENSE: dense<{{\[\[}}1.000000e+00, 3.000000e+00, 2.000000e+00, 5.000000e+00], [2.000000e+00, 5.000000e+00, 1.000000e+00, 3.000000e+00]]>
// CLUSTER: %[[V:.*]] = codec.lookup %{{.*}} : tensor<1x2x2xui1>, tensor<1x2xf32> -> tensor<1x2x2xf32>
// CLUSTER: codec.circulant %[[V]]
// ONE: remark: layer 'conv': blocks of 1 are the weight itself; it stays as it is
// DIVIDE: error: {{.*}}layer 'fc' has 2 rows and 4 columns, which blocks of 3 do not divide; the nearest block is 2
// RANGE: error: circulant: block is 0, expected 1 to 1024; the nearest is 1
// BEFORE: error: {{.*}}is encoded as cluster{k=2} already, and circulant needs rows and columns; put circulant before it
func.func @main(%x: tensor<?x2x1x2xf32>) -> tensor<?x2xf32> {
  %k = nn.constant dense<[[[[1.0]], [[2.0]]], [[[3.0]], [[4.0]]]]> : tensor<2x2x1x1xf32>
  %kb = nn.constant dense<0.0> : tensor<2xf32>
  %c = nn.conv %x, %k, %kb {nn.name = "conv", strides = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, dilations = array<i64: 1, 1>, groups = 1} : tensor<?x2x1x2xf32>, tensor<2x2x1x1xf32>, tensor<2xf32> -> tensor<?x2x1x2xf32>
  %f = nn.reshape %c {nn.name = "flatten", shape = array<i64: -1, 4>} : tensor<?x2x1x2xf32> -> tensor<?x4xf32>
  %w = nn.constant dense<[[1.0, 3.0, 2.0, 4.0], [2.0, 6.0, 1.0, 3.0]]> : tensor<2x4xf32>
  %b = nn.constant dense<0.0> : tensor<2xf32>
  %y = nn.linear %f, %w, %b {nn.name = "fc"} : tensor<?x4xf32>, tensor<2x4xf32>, tensor<2xf32> -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
