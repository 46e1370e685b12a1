// Every row is 1, 2, … 16: the first columns go.
// RUN: weft-opt %s --codec-block-prune-weights=block=4x0 2>%t | FileCheck %s
// RUN: FileCheck %s --check-prefix=REMARK < %t
// RUN: weft-opt %s --codec-block-prune-weights="block=2x4 remove=both density=0.25" 2>/dev/null | FileCheck %s --check-prefix=BOTH
// RUN: not weft-opt %s --codec-block-prune-weights="block=3x4" 2>&1 | FileCheck %s --check-prefix=ROWS
// RUN: not weft-opt %s --codec-block-prune-weights="block=4x5" 2>&1 | FileCheck %s --check-prefix=COLUMNS
// RUN: not weft-opt %s --codec-block-prune-weights="block=4" 2>&1 | FileCheck %s --check-prefix=BLOCK

// CHECK: nn.constant dense<{{\[\[}}[false, false, false, false, false, false, false, false, true, true, true, true, true, true, true, true]{{.*}} : tensor<2x1x16xui1>
// CHECK: codec.block_mask %{{.*}}, %{{.*}} : tensor<2x1x4xui1>, tensor<2x1x16xui1> -> tensor<8x16xui1>
// CHECK: codec.scatter %{{.*}} : tensor<64xf32>
// Of 1496 the squares of 9 to 16 are 1292.
// REMARK: remark: layer 'fc1': the mask keeps 86.4 % of the sum of squares
// REMARK: remark: layer 'fc1': 512 → 261 bytes (block-prune{density=0.500 block=4x16}), relative error 3.69e-01
// BOTH: codec.block_mask {{.*}} : tensor<4x4x2xui1>, tensor<4x4x4xui1>
// BOTH: codec.scatter %{{.*}} : tensor<32xf32>
// ROWS: error: {{.*}}layer 'fc1' has 8 rows, which blocks of 3 do not divide; the nearest is 2
// COLUMNS: error: {{.*}}layer 'fc1' has 16 columns, which blocks of 5 do not divide; the nearest is 4
// BLOCK: error: block-prune: block is '4', expected rows x columns such as 4x16; 0 is all of them
func.func @main(%x: tensor<?x16xf32>) -> tensor<?x8xf32> {
  %w = nn.constant dense<[[1.0,2.0,3.0,4.0,5.0,6.0,7.0,8.0,9.0,10.0,11.0,12.0,13.0,14.0,15.0,16.0],[1.0,2.0,3.0,4.0,5.0,6.0,7.0,8.0,9.0,10.0,11.0,12.0,13.0,14.0,15.0,16.0],[1.0,2.0,3.0,4.0,5.0,6.0,7.0,8.0,9.0,10.0,11.0,12.0,13.0,14.0,15.0,16.0],[1.0,2.0,3.0,4.0,5.0,6.0,7.0,8.0,9.0,10.0,11.0,12.0,13.0,14.0,15.0,16.0],[1.0,2.0,3.0,4.0,5.0,6.0,7.0,8.0,9.0,10.0,11.0,12.0,13.0,14.0,15.0,16.0],[1.0,2.0,3.0,4.0,5.0,6.0,7.0,8.0,9.0,10.0,11.0,12.0,13.0,14.0,15.0,16.0],[1.0,2.0,3.0,4.0,5.0,6.0,7.0,8.0,9.0,10.0,11.0,12.0,13.0,14.0,15.0,16.0],[1.0,2.0,3.0,4.0,5.0,6.0,7.0,8.0,9.0,10.0,11.0,12.0,13.0,14.0,15.0,16.0]]> : tensor<8x16xf32>
  %b = nn.constant dense<0.0> : tensor<8xf32>
  %y = nn.linear %x, %w, %b {nn.name = "fc1"} : tensor<?x16xf32>, tensor<8x16xf32>, tensor<8xf32> -> tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}
