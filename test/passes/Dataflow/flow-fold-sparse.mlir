// A sparse unit builds a divisor of its mask's memories: edges of one output, or whole outputs, side by side.
// RUN: weft-opt %s --flow-fold=cycles=8 | FileCheck %s --check-prefix=EIGHT
// RUN: weft-opt %s --flow-fold=cycles=4 | FileCheck %s --check-prefix=FOUR
// RUN: weft-opt %s --flow-fold=layers=fc=1:2 | FileCheck %s --check-prefix=EIGHT
// RUN: not weft-opt %s --flow-fold=layers=fc=2:1 2>&1 | FileCheck %s --check-prefix=TOGETHER
// RUN: not weft-opt %s --flow-fold=cycles=1 2>&1 | FileCheck %s --check-prefix=UNMET
// EIGHT: flow.sparse_mvu {{.*}}edges = 2 : i64{{.*}} -> <1x1x8xi20, 1>
// FOUR: flow.sparse_mvu {{.*}}edges = 4 : i64{{.*}} -> <1x1x8xi20, 2>
// TOGETHER: error: {{.*}}layer 'fc': PE = 2 and SIMD = 1 are not legal together; a clash-free unit has PE = 1, or all edges of an output as SIMD
// UNMET: error: the target of 1 cycles per frame is not reachable: layer fc (flow.sparse_mvu) needs at least 4
func.func @dataflow(%x: !flow.stream<1x1x8xui8, 1> {nn.name = "x"}) -> (!flow.stream<1x1x8xi20, 1> {nn.name = "y"}) {
  %w = nn.constant dense<1> : tensor<8x2xi8>
  %b = nn.constant dense<1> : tensor<8xi20>
  %s = nn.constant dense<1> : tensor<2x4xui1>
  %y = flow.sparse_mvu %x, %w, %b, %s {edges = 1 : i64, nn.name = "fc"} : !flow.stream<1x1x8xui8, 1>, tensor<8x2xi8>, tensor<8xi20>, tensor<2x4xui1> -> !flow.stream<1x1x8xi20, 1>
  return %y : !flow.stream<1x1x8xi20, 1>
}
