// A unit that selects takes whole groups of inputs and all outputs that share indices.
// RUN: weft-opt %s --flow-fold=cycles=8 | FileCheck %s --check-prefix=EIGHT
// RUN: weft-opt %s --flow-fold=layers=fc=4:8 | FileCheck %s --check-prefix=TWO
// RUN: not weft-opt %s --flow-fold=layers=fc=1:4 2>&1 | FileCheck %s --check-prefix=PE
// RUN: not weft-opt %s --flow-fold=layers=fc=2:2 2>&1 | FileCheck %s --check-prefix=SIMD
// EIGHT: flow.select_mvu {{.*}}simd = 4 : i64{{.*}} -> <1x1x8xi20, 2>
// TWO: flow.select_mvu {{.*}}simd = 8 : i64{{.*}} -> <1x1x8xi20, 4>
// PE: error: {{.*}}layer 'fc': PE = 1 is not legal; legal are 2, 4, 8
// SIMD: error: {{.*}}layer 'fc': SIMD = 2 is not legal; legal are 4, 8
func.func @dataflow(%x: !flow.stream<1x1x8xui8, 1> {nn.name = "x"}) -> (!flow.stream<1x1x8xi20, 2> {nn.name = "y"}) {
  %w = nn.constant dense<1> : tensor<8x4xi8>
  %b = nn.constant dense<1> : tensor<8xi20>
  %i = nn.constant dense<[[[0, 1], [1, 3]], [[0, 3], [2, 3]], [[0, 1], [1, 3]], [[0, 3], [2, 3]]]> : tensor<4x2x2xui2>
  %y = flow.select_mvu %x, %w, %b, %i {simd = 4 : i64, nn.name = "fc"} : !flow.stream<1x1x8xui8, 1>, tensor<8x4xi8>, tensor<8xi20>, tensor<4x2x2xui2> -> !flow.stream<1x1x8xi20, 2>
  return %y : !flow.stream<1x1x8xi20, 2>
}
