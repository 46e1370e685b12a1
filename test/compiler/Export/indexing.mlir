// RUN: split-file %s %t
// RUN: weft-translate --export-onnx %t/good.mlir -o %t/good.onnx && weft-translate --import-onnx %t/good.onnx | FileCheck %t/good.mlir
// RUN: not weft export %t/refused.mlir -o %t/refused.onnx --force 2>&1 | FileCheck %t/refused.mlir

//--- good.mlir
// Index tuples, sorting, running sums, bitwise functions and the newer elementwise functions come back as they were.
func.func @main(%x: tensor<?x4xf32> {nn.name = "x"}, %i: tensor<?x1xi64> {nn.name = "i"}, %u: tensor<?x4xf32> {nn.name = "u"}, %b: tensor<?x4xui8> {nn.name = "b"})
    -> (tensor<?x4xf32>, tensor<?x4xi64>, tensor<?x4xi1>, tensor<?x4xui8>) {
  // CHECK: nn.gather_nd %arg0, %arg1 {nn.name = "read"}
  %0 = nn.gather_nd %x, %i {nn.name = "read"} : tensor<?x4xf32>, tensor<?x1xi64> -> tensor<?x4xf32>
  // CHECK: nn.scatter_nd {{.*}}, %arg1, %arg2 {kind = 1 : i32, nn.name = "write"}
  %1 = nn.scatter_nd %0, %i, %u {kind = 1 : i32, nn.name = "write"} : tensor<?x4xf32>, tensor<?x1xi64>, tensor<?x4xf32> -> tensor<?x4xf32>
  // CHECK: nn.scan sum {{.*}} {axis = 1 : i64, exclusive = true, nn.name = "sum"
  %2 = nn.scan sum %1 {axis = 1 : i64, exclusive = true, nn.name = "sum"} : tensor<?x4xf32> -> tensor<?x4xf32>
  // CHECK: nn.unary atanh
  %3 = nn.unary atanh %2 {nn.name = "angle"} : tensor<?x4xf32> -> tensor<?x4xf32>
  // CHECK: nn.top_k {{.*}} {axis = 1 : i64, k = 4 : i64, largest = false, nn.name = "order"}
  %4 = nn.top_k %3 {axis = 1 : i64, k = 4 : i64, largest = false, nn.name = "order"} : tensor<?x4xf32> -> tensor<?x4xi64>
  // CHECK: nn.unary is_inf {{.*}} {beta = 1.000000e+00 : f64, nn.name = "far"}
  %5 = nn.unary is_inf %3 {beta = 1.0, nn.name = "far"} : tensor<?x4xf32> -> tensor<?x4xi1>
  // CHECK: nn.unary bitwise_not
  %6 = nn.unary bitwise_not %b {nn.name = "not"} : tensor<?x4xui8> -> tensor<?x4xui8>
  // CHECK: nn.binary bitwise_xor
  %7 = nn.binary bitwise_xor %6, %b {nn.name = "xor"} : tensor<?x4xui8>, tensor<?x4xui8> -> tensor<?x4xui8>
  // CHECK: nn.binary shift_right
  %8 = nn.binary shift_right %7, %b {nn.name = "shift"} : tensor<?x4xui8>, tensor<?x4xui8> -> tensor<?x4xui8>
  return %3, %4, %5, %8 : tensor<?x4xf32>, tensor<?x4xi64>, tensor<?x4xi1>, tensor<?x4xui8>
}

//--- refused.mlir
// CHECK: note: {{.*}}layer 'batch' (nn.scatter_nd): ScatterND has no batch dimensions
// CHECK: note: {{.*}}layer 'prod' (nn.scan): there is a running sum, but no running product, at opset 21
// CHECK: note: {{.*}}layer 'order' (nn.top_k): TopK gives indices of 64 bits
// CHECK: note: {{.*}}layer 'shift' (nn.binary): BitShift takes unsigned integers only
// CHECK: note: {{.*}}layer 'mod' (nn.binary): Mod of floats has the dividend's sign
func.func @main(%x: tensor<2x4xf32>, %i: tensor<2x1x1xi64>, %u: tensor<2x1xf32>) -> (tensor<2x4xf32>, tensor<2x4xi32>) {
  %0 = nn.scatter_nd %x, %i, %u {batch_dims = 1 : i64, nn.name = "batch"} : tensor<2x4xf32>, tensor<2x1x1xi64>, tensor<2x1xf32> -> tensor<2x4xf32>
  %1 = nn.scan prod %0 {axis = 1 : i64, nn.name = "prod"} : tensor<2x4xf32> -> tensor<2x4xf32>
  %2 = nn.top_k %1 {axis = 1 : i64, k = 4 : i64, largest = true, nn.name = "order"} : tensor<2x4xf32> -> tensor<2x4xi32>
  %3 = nn.binary shift_left %2, %2 {nn.name = "shift"} : tensor<2x4xi32>, tensor<2x4xi32> -> tensor<2x4xi32>
  %4 = nn.binary floor_mod %1, %x {nn.name = "mod"} : tensor<2x4xf32>, tensor<2x4xf32> -> tensor<2x4xf32>
  return %4, %3 : tensor<2x4xf32>, tensor<2x4xi32>
}
