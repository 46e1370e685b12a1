// Netlists of tables between other layers: the first reads [C, H, W] in the order of the stream, the second is cut into stages.
// REQUIRES: iverilog, yosys
// RUN: weft-rtl-check %s --out %t --cycles 40 --sim icarus --stall 1 | FileCheck %s
// CHECK: PASS bits, stall seed 0
// CHECK: PASS cycles
// CHECK-NOT: FAIL

// With and without WEFT_XILINX the modules are the same.
// RUN: %python %S/../Inputs/equal_primitives.py %t/first_tables.sv %t/second_tables.sv
func.func @core(%x: tensor<?x2x2x1xi2> {nn.name = "x"}) -> (tensor<?x2xi8> {nn.name = "y"}) {
  %h = lut.network %x {nn.name = "first", arities = array<i32: 6, 3, 0, 2>, fan_ins = array<i32: 0, 3, 5, 6, 7, 1, 2, 4, 8, 9, 1>,
    tables = array<i64: 7608384715226507670, 150, 1, 6>, outputs = array<i32: 8, 9, 11, 10, 0, 7>} : tensor<?x2x2x1xi2> -> tensor<?x3xui2>
  %g = lut.network %h {nn.name = "second", lut.levels = 1, arities = array<i32: 3, 3, 2, 3>, fan_ins = array<i32: 0, 1, 2, 2, 3, 6, 6, 7, 8, 0, 5>,
    tables = array<i64: 232, 23, 9, 150>, outputs = array<i32: 9, 8, 6, 4>} : tensor<?x3xui2> -> tensor<?x2xui2>
  %w = nn.constant dense<[[1, -2], [3, 1]]> : tensor<2x2xi3>
  %b = nn.constant dense<[1, -1]> : tensor<2xi8>
  %y = nn.linear %g, %w, %b {nn.name = "fc"} : tensor<?x2xui2>, tensor<2x2xi3>, tensor<2xi8> -> tensor<?x2xi8>
  return %y : tensor<?x2xi8>
}
