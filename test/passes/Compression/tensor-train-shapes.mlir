// RUN: not weft-opt %s --codec-tensor-train-weights='shapes=2x5:2x2' 2>&1 | FileCheck %s --check-prefix=ROWS
// RUN: not weft-opt %s --codec-tensor-train-weights='shapes=2x6:2x3' 2>&1 | FileCheck %s --check-prefix=COLUMNS
// RUN: not weft-opt %s --codec-tensor-train-weights='shapes=2x6' 2>&1 | FileCheck %s --check-prefix=TEXT
// RUN: not weft-opt %s --codec-compress='recipe=tensor-train{cores=1}' 2>&1 | FileCheck %s --check-prefix=CORES
// ROWS: layer 'fc1' has 12 outputs, which 2x5 does not multiply to; the nearest is 4x3
// COLUMNS: layer 'fc1' has 4 inputs, which 2x3 does not multiply to; the nearest is 2x2
// TEXT: tensor-train: shapes is '2x6', expected balanced, low-rank, or factors of the outputs and as many of the inputs, 2 to 8 each, such as 15x20:28x28
// CORES: tensor-train: cores is 1, expected 2 to 8; the nearest is 2
func.func @main(%x: tensor<?x4xf32>) -> tensor<?x12xf32> {
  %w = nn.constant dense<1.0> : tensor<12x4xf32>
  %b = nn.constant dense<0.0> : tensor<12xf32>
  %y = nn.linear %x, %w, %b {nn.name = "fc1"} : tensor<?x4xf32>, tensor<12x4xf32>, tensor<12xf32> -> tensor<?x12xf32>
  return %y : tensor<?x12xf32>
}
