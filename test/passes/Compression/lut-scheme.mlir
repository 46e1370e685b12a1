// The scheme lut only marks layers; --lut-map-layers maps them after integerize.
// RUN: weft-opt %s --codec-compress='recipe=lut{inputs=4 layers=fc}' | FileCheck %s
// RUN: weft-opt %s --codec-compress='recipe=lut' | FileCheck %s --check-prefix=ALL
// RUN: not weft-opt %s --codec-compress='recipe=lut{inputs=9}' 2>&1 | FileCheck %s --check-prefix=INPUTS
// RUN: not weft-opt %s --codec-compress='recipe=lut{layers=conv}' 2>&1 | FileCheck %s --check-prefix=CONV

// CHECK: nn.linear {{.*}}lut.map = {bits = 12 : i64, inputs = 4 : i64, levels = 0 : i64, products = 1024 : i64, required, tool = "auto"}
// ALL-NOT: nn.conv {{.*}}lut.map
// ALL: nn.linear {{.*}}lut.map = {bits = 12 : i64, inputs = 6 : i64, levels = 0 : i64, products = 1024 : i64, tool = "auto"}
// INPUTS: lut: inputs is 9, expected 4 to 6; the nearest is 6
// CONV: layer 'conv' is no linear layer, which lut needs
func.func @main(%x: tensor<?x1x1x2xf32>) -> tensor<?x1xf32> {
  %k = nn.constant dense<1.0> : tensor<1x1x1x1xf32>
  %w = nn.constant dense<[[1.0, 0.0]]> : tensor<1x2xf32>
  %b = nn.constant dense<0.0> : tensor<1xf32>
  %c = nn.conv %x, %k, %b {nn.name = "conv", strides = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, dilations = array<i64: 1, 1>, groups = 1} : tensor<?x1x1x2xf32>, tensor<1x1x1x1xf32>, tensor<1xf32> -> tensor<?x1x1x2xf32>
  %f = nn.reshape %c {shape = array<i64: -1, 2>} : tensor<?x1x1x2xf32> -> tensor<?x2xf32>
  %y = nn.linear %f, %w, %b {nn.name = "fc"} : tensor<?x2xf32>, tensor<1x2xf32>, tensor<1xf32> -> tensor<?x1xf32>
  return %y : tensor<?x1xf32>
}
