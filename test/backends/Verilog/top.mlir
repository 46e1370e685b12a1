// The folder of a design: a top of instances, images, sources in order, interface; and what is refused.
// RUN: weft-rtl-check %s --out %t --name net --cycles 8 --sim none
// RUN: FileCheck %s --input-file=%t/net_top.sv
// RUN: FileCheck %s --input-file=%t/rom/fc_weights.hex --check-prefix=ROM
// RUN: FileCheck %s --input-file=%t/filelist.f --check-prefix=LIST
// RUN: FileCheck %s --input-file=%t/interface.json --check-prefix=INTERFACE

// CHECK: `define WEFT_ROM_DIR "rom/"
// CHECK: module net_top (
// CHECK: input  wire [{{[0-9]+}}:0] s_axis_x_tdata,
// CHECK: output wire m_axis_y_tlast,
// CHECK: weft_mvu #(
// CHECK: .WEIGHTS({`WEFT_ROM_DIR, "fc_weights.hex"})
// CHECK: ) fc_mvu (
// ROM: {{^[0-9a-f]+$}}
// LIST: lib/weft_axis_in.sv
// LIST: lib/weft_rom.sv
// LIST: net_top.sv
// INTERFACE: "inputs": [
// INTERFACE: "bits": 8
// INTERFACE: "name": "x"
// INTERFACE: "signed": false
func.func @core(%x: tensor<?x4xui8> {nn.name = "x"}) -> (tensor<?x2xi14> {nn.name = "y"}) {
  %w = nn.constant dense<[[1, 2, 3, 4], [5, 6, 7, -8]]> : tensor<2x4xi4>
  %b = nn.constant dense<[-1, 2]> : tensor<2xi14>
  %y = nn.linear %x, %w, %b {nn.name = "fc"} : tensor<?x4xui8>, tensor<2x4xi4>, tensor<2xi14> -> tensor<?x2xi14>
  return %y : tensor<?x2xi14>
}
