// What is stored of a weight, and how it is decoded, in both hardware targets: codes and a codebook stay what they are in the dense
// unit. Groups of three outputs do not align with two lanes: their codebook is repeated for each output.
// RUN: weft-opt --flow-insert-fifos --flow-to-rtl=name=net %s | FileCheck %s --check-prefix=RTL
// RUN: weft-opt --flow-to-emitc=top=net %s | mlir-translate --mlir-to-cpp --file-id=design | FileCheck %s --check-prefix=HLS
// RUN: weft-opt --flow-to-emitc=top=net %s | mlir-translate --mlir-to-cpp --file-id=weights | FileCheck %s --check-prefix=ROM

// RTL: rtl.rom @lookup_weights
// RTL-SAME: tensor<6x1xui8>
// RTL: rtl.rom @lookup_table
// RTL-SAME: tensor<3x4xui8>
// RTL: "weft_mvu"
// RTL-SAME: DECODER = 1 : i64, ENTRIES = 2 : i64, EW = 1 : i64, GROUPS = 6 : i64
// RTL-SAME: TABLE = @lookup_table, WEIGHTS = @lookup_weights, WW = 8 : i64
// HLS: weft::hls::mvu<weft::hls::WeightSource<weft::hls::Int<8, true>, weft::hls::Int<1, false>, weft::hls::Decoder::lookup, 2, 6, 1, 0, 1>, 1, 4, 6>(x_beats, lookup, lookup_weights, lookup_table, lookup_bias,
// Words are nf, sf; bit p·2 + s is code (p, s).
// ROM: static const uint8_t lookup_weights[6][1] = {13, 4,
// ROM: static const uint32_t lookup_table[3][1] = {83952897, 117900545, 117901063};
func.func @dataflow(%x: !flow.stream<1x1x4xui8, 2> {nn.name = "x", flow.shape = array<i64: 4>}) -> (!flow.stream<1x1x6xi20, 2> {nn.name = "y", flow.shape = array<i64: 6>}) {
  %codes = nn.constant dense<[[1, 0, 0, 0], [1, 1, 1, 0], [0, 0, 0, 0], [1, 1, 1, 1], [0, 1, 0, 1], [0, 0, 1, 1]]> : tensor<6x4xui1>
  %book = nn.constant dense<[[1, 5], [7, 7]]> : tensor<2x2xi8>
  %w = codec.lookup %codes, %book : tensor<6x4xui1>, tensor<2x2xi8> -> tensor<6x4xi8>
  %b = nn.constant dense<0> : tensor<6xi20>
  %y = flow.mvu %x, %w, %b {nn.name = "lookup", simd = 2 : i64} : !flow.stream<1x1x4xui8, 2>, tensor<6x4xi8>, tensor<6xi20> -> !flow.stream<1x1x6xi20, 2>
  return %y : !flow.stream<1x1x6xi20, 2>
}
