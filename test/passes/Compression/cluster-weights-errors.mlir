// RUN: not weft-opt %s --codec-cluster-weights="k=1" 2>&1 | FileCheck %s --check-prefix=K
// RUN: not weft-opt %s --codec-cluster-weights="layers=fc" 2>&1 | FileCheck %s --check-prefix=LAYER
// RUN: not weft-opt %s --codec-cluster-weights="granularity=row" 2>&1 | FileCheck %s --check-prefix=WORD
// RUN: not weft-opt %s --codec-cluster-weights="granularity=group groups=2" 2>&1 | FileCheck %s --check-prefix=GROUPS

// K: error: cluster: k=1 is out of range; expected 2 to 256, the nearest is 2
// LAYER: error: cluster: no layer matches 'fc'; the nearest are fc1
// WORD: error: cluster: granularity=row; expected one of tensor, channel, group
// GROUPS: error: layer fc1: cluster: groups=2 does not divide the 3 channels; the nearest that does is 1
func.func @main(%x: tensor<?x2xf32>) -> tensor<?x3xf32> {
  %w = nn.constant dense<[[1.0, 2.0], [9.0, 10.0], [0.0, 4.0]]> : tensor<3x2xf32>
  %b = nn.constant dense<0.0> : tensor<3xf32>
  %y = nn.linear %x, %w, %b {nn.name = "fc1"} : tensor<?x2xf32>, tensor<3x2xf32>, tensor<3xf32> -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}
