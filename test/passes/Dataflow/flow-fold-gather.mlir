// A unit with lists takes whole lists of outputs or parts of one, and its input comes as fast as a vector is worked on; where lists are too slow, the
// unit is a dense one.
// RUN: weft-opt %s --flow-fold=cycles=8 | FileCheck %s --check-prefix=EIGHT
// RUN: weft-opt %s --flow-fold=layers=fc=1:2 | FileCheck %s --check-prefix=PART
// RUN: not weft-opt %s --flow-fold=layers=fc=3:1 2>&1 | FileCheck %s --check-prefix=PE
// RUN: weft-opt %s --flow-fold=cycles=1 2>&1 | FileCheck %s --check-prefix=DENSE
// EIGHT: flow.gather_mvu {{.*}}simd = 2 : i64{{.*}} -> <1x1x8xi20, 2>
// PART: flow.gather_mvu {{.*}}simd = 2 : i64{{.*}} -> <1x1x8xi20, 1>
// PE: error: {{.*}}layer 'fc': PE = 3 is not legal; legal are 1, 2, 4, 8
// DENSE: remark: layer 'fc': its inputs are not read from lists in 1 cycles per frame but in 3; its memory holds the weights that are left out, too
// DENSE: flow.mvu {{.*}}simd = 12 : i64{{.*}} -> <1x1x8xi20, 8>
// DENSE: fc.weight: "0x40000000000100000203000400000000
func.func @dataflow(%x: !flow.stream<1x1x12xui8, 1> {nn.name = "x"}) -> (!flow.stream<1x1x8xi20, 1> {nn.name = "y"}) {
  %w = nn.constant dense<[[1, 2, 3, 4], [1, 2, 3, 4], [1, 2, 3, 4], [1, 2, 3, 4], [1, 2, 3, 4], [1, 2, 3, 4], [1, 2, 3, 4], [1, 2, 3, 4]]> : tensor<8x4xi8>
  %b = nn.constant dense<1> : tensor<8xi20>
  %g = nn.constant dense<[[1, 2, 0, 1], [0, 0, 0, 0], [1, 1, 0, 1], [0, 3, 3, 1]]> : tensor<4x4xui3>
  %y = flow.gather_mvu %x, %w, %b, %g {simd = 1 : i64, nn.name = "fc"} : !flow.stream<1x1x12xui8, 1>, tensor<8x4xi8>, tensor<8xi20>, tensor<4x4xui3> -> !flow.stream<1x1x8xi20, 1>
  return %y : !flow.stream<1x1x8xi20, 1>
}
