// Every row is 1, 2, … 16, so that what a mask keeps can be counted by hand.
// RUN: weft-opt %s --codec-sparsify-weights="type=3 z=4" 2>%t | FileCheck %s
// RUN: FileCheck %s --check-prefix=REMARK < %t
// RUN: weft-opt %s --codec-sparsify-weights="type=1 z=4" 2>/dev/null | FileCheck %s --check-prefix=TYPE1
// RUN: weft-opt %s --codec-sparsify-weights="density=0.125 z=16 dither=true" 2>/dev/null | FileCheck %s --check-prefix=DITHER
// RUN: weft-opt %s --codec-sparsify-weights="pattern=2:4" 2>%t | FileCheck %s --check-prefix=NM
// RUN: FileCheck %s --check-prefix=NMREMARK < %t
// RUN: weft-opt %s --codec-sparsify-weights="pattern=random" 2>/dev/null | FileCheck %s --check-prefix=RANDOM
// RUN: weft-opt %s --codec-sparsify-weights="pattern=structured seed=9" 2>/dev/null | FileCheck %s --check-prefix=STRUCTURED
// RUN: weft-opt %s --codec-sparsify-weights="pattern=threshold density=0.125" 2>/dev/null | FileCheck %s --check-prefix=GREATEST
// RUN: weft-opt %s --codec-sparsify-weights="pattern=balanced density=0.07" 2>/dev/null | FileCheck %s --check-prefix=BALANCED
// RUN: weft-opt %s --codec-compress="recipe=sparsity{pattern=threshold threshold=15.5}" 2>/dev/null | FileCheck %s --check-prefix=ABOVE
// RUN: weft-opt %s --codec-compress="recipe=sparsity{fan-out=4 fit=false},cluster{k=4}" 2>%t | FileCheck %s --check-prefix=CLUSTER
// RUN: FileCheck %s --check-prefix=OF < %t
// RUN: not weft-opt %s --codec-sparsify-weights="density=0.3" 2>&1 | FileCheck %s --check-prefix=DENSITY
// RUN: not weft-opt %s --codec-compress="recipe=sparsity{fan-out=3}" 2>&1 | FileCheck %s --check-prefix=FANOUT
// RUN: not weft-opt %s --codec-sparsify-weights="z=3" 2>&1 | FileCheck %s --check-prefix=Z
// RUN: not weft-opt %s --codec-sparsify-weights="pattern=2:5" 2>&1 | FileCheck %s --check-prefix=GROUP
// RUN: not weft-opt %s --codec-sparsify-weights="pattern=7:10" 2>&1 | FileCheck %s --check-prefix=NEAR
// RUN: not weft-opt %s --codec-sparsify-weights="pattern=4:3" 2>&1 | FileCheck %s --check-prefix=PATTERN
// RUN: not weft-opt %s --codec-compress="recipe=sparsity{pattern=threshold threshold=99}" 2>&1 | FileCheck %s --check-prefix=NOTHING
// RUN: not weft-opt %s --codec-sparsify-weights="density=1.5" 2>&1 | FileCheck %s --check-prefix=RANGE
// RUN: not weft-opt %s --codec-compress="recipe=cluster{k=4},sparsity" 2>&1 | FileCheck %s --check-prefix=ORDER

// CHECK: codec.interleave %{{.*}} {fan_out = 2 : i64, type = 3 : i64} : tensor<1x4xui2> -> tensor<8x16xui1>
// CHECK: codec.scatter %{{.*}} : tensor<32xf32>, tensor<8x16xui1> -> tensor<8x16xf32>
// REMARK: remark: layer 'fc1': the mask keeps 25.0 % of the sum of squares
// REMARK: remark: layer 'fc1': 512 → 129 bytes (sparsity{pattern=clash-free type=3 z=4 density=0.250}), relative error 8.66e-01
// TYPE1: codec.interleave {{.*}}type = 1 : i64} : tensor<2x4x4xui2>
// DITHER: codec.interleave %{{.*}} dither %{{.*}} {fan_out = 1 : i64, type = 2 : i64} : tensor<1x16xui1> dither tensor<1x16xui4>
// NM: codec.nm_mask %{{.*}} : tensor<8x4x2xui2>
// Of 1² + … + 16² = 1496 the two greatest of every four: 884.
// NMREMARK: remark: layer 'fc1': the mask keeps 59.1 % of the sum of squares
// RANDOM: nn.constant dense<{{[1-4]}}> : tensor<1xui32>
// RANDOM: codec.random_mask %{{.*}} {edges = 32 : i64}
// STRUCTURED: codec.random_mask %{{.*}} {fan_in = 4 : i64}
// GREATEST: codec.scatter %{{.*}} : tensor<16xf32>
// One of 16 in each of 8 rows; 9 of 128 anywhere.
// BALANCED: codec.scatter %{{.*}} : tensor<8xf32>
// ABOVE: codec.scatter %{{.*}} : tensor<8xf32>
// CLUSTER: %[[V:.*]] = codec.lookup %{{.*}} : tensor<64xui2>, tensor<1x4xf32> -> tensor<64xf32>
// CLUSTER: codec.scatter %[[V]]
// OF: (sparsity{pattern=clash-free type=2 z=16 density=0.500} of cluster{k=4})
// DENSITY: error: {{.*}}layer 'fc1' has 16 inputs and 8 outputs, of which density 0.3 makes no fan-in that divides the inputs; the nearest legal are density 0.25 (fan-out 2) and density 0.5 (fan-out 4)
// FANOUT: error: {{.*}}of which fan-out 3 makes no fan-in that divides the inputs; the nearest legal are density 0.25 (fan-out 2) and density 0.5 (fan-out 4)
// Z: error: {{.*}}layer 'fc1' has 16 inputs and a fan-in of 4, so z = 3 memories are not legal: z divides the inputs, and divides the fan-in or is a multiple of it; the nearest is 2
// GROUP: error: {{.*}}layer 'fc1' has rows of 16 weights, which groups of 5 do not divide; the nearest is 2:4
// NEAR: the nearest is 7:8
// PATTERN: error: sparsity: pattern is '4:3', expected clash-free, random, structured, threshold, balanced, or N:M with N < M <= 256 such as 2:4
// NOTHING: error: {{.*}}layer 'fc1' has no weight of magnitude 99 or more; the greatest is 16
// RANGE: error: sparsity: density is 1.5, expected {{.*}} to 1; the nearest is 1
// ORDER: error: {{.*}}layer 'fc1' is encoded as cluster{k=4} already, and sparsity needs rows and columns; put sparsity before it
func.func @main(%x: tensor<?x16xf32>) -> tensor<?x8xf32> {
  %w = nn.constant dense<[[1.0,2.0,3.0,4.0,5.0,6.0,7.0,8.0,9.0,10.0,11.0,12.0,13.0,14.0,15.0,16.0],[1.0,2.0,3.0,4.0,5.0,6.0,7.0,8.0,9.0,10.0,11.0,12.0,13.0,14.0,15.0,16.0],[1.0,2.0,3.0,4.0,5.0,6.0,7.0,8.0,9.0,10.0,11.0,12.0,13.0,14.0,15.0,16.0],[1.0,2.0,3.0,4.0,5.0,6.0,7.0,8.0,9.0,10.0,11.0,12.0,13.0,14.0,15.0,16.0],[1.0,2.0,3.0,4.0,5.0,6.0,7.0,8.0,9.0,10.0,11.0,12.0,13.0,14.0,15.0,16.0],[1.0,2.0,3.0,4.0,5.0,6.0,7.0,8.0,9.0,10.0,11.0,12.0,13.0,14.0,15.0,16.0],[1.0,2.0,3.0,4.0,5.0,6.0,7.0,8.0,9.0,10.0,11.0,12.0,13.0,14.0,15.0,16.0],[1.0,2.0,3.0,4.0,5.0,6.0,7.0,8.0,9.0,10.0,11.0,12.0,13.0,14.0,15.0,16.0]]> : tensor<8x16xf32>
  %b = nn.constant dense<0.0> : tensor<8xf32>
  %y = nn.linear %x, %w, %b {nn.name = "fc1"} : tensor<?x16xf32>, tensor<8x16xf32>, tensor<8xf32> -> tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}
