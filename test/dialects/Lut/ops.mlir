// RUN: weft-opt %s | weft-opt | FileCheck %s
// RUN: weft-opt %s --nn-specialize-shapes=batch=3 | FileCheck %s --check-prefix=SHAPES

// CHECK-LABEL: func.func @half_adder
// CHECK: lut.network %{{.*}} {arities = array<i32: 2, 2>, fan_ins = array<i32: 0, 1, 0, 1>, outputs = array<i32: 3, 2>, tables = array<i64: 8, 6>} : tensor<?x2xui1> -> tensor<?x1xui2>
// SHAPES: lut.network {{.*}} : tensor<3x2xui1> -> tensor<3x1xui2>
func.func @half_adder(%x: tensor<?x2xui1>) -> tensor<?x1xui2> {
  %y = lut.network %x {arities = array<i32: 2, 2>, fan_ins = array<i32: 0, 1, 0, 1>, tables = array<i64: 8, 6>,
    outputs = array<i32: 3, 2>} : tensor<?x2xui1> -> tensor<?x1xui2>
  return %y : tensor<?x1xui2>
}
