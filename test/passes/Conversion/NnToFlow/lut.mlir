// A netlist takes a frame in one beat; its input bits are numbered as the stream's lanes.
// RUN: weft-opt %s --nn-to-flow | FileCheck %s
// RUN: weft-opt %s --nn-to-flow --flow-fold=cycles=16 --flow-insert-width --flow-insert-fifos --flow-to-rtl=name=net | FileCheck %s --check-prefix=RTL

// CHECK: %[[X:.*]] = flow.view %{{.*}} : <2x1x2xui1, 1> -> <1x1x4xui1, 1>
// CHECK: flow.lut %[[X]] {arities = array<i32: 2>, fan_ins = array<i32: 0, 1>, levels = 2 : i64, nn.name = "tables", outputs = array<i32: 4>, tables = array<i64: 8>}
// CHECK-SAME: -> <1x1x1xui1, 1>
// RTL: rtl.lut_module @tables_tables {{.*}}input_bits = 4 : i64, levels = 2 : i64
// RTL: rtl.instance "tables_lut" of "tables_tables"
// Elements 0 and 2 are the channels of pixel (0, 0): lanes 0 and 1.
func.func @core(%x: tensor<?x2x2x1xui1> {nn.name = "x"}) -> (tensor<?x1xui1> {nn.name = "y"}) {
  %y = lut.network %x {nn.name = "tables", lut.levels = 2, arities = array<i32: 2>, fan_ins = array<i32: 0, 2>, tables = array<i64: 8>,
    outputs = array<i32: 4>} : tensor<?x2x2x1xui1> -> tensor<?x1xui1>
  return %y : tensor<?x1xui1>
}
