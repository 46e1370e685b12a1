// Each process becomes a call of the HLS library; a queue becomes the depth of a stream.
// RUN: weft-opt %s --flow-to-emitc=top=demo | mlir-translate --mlir-to-cpp --file-id=design | FileCheck %s
// RUN: weft-opt %s --flow-to-emitc=top=demo | mlir-translate --mlir-to-cpp --file-id=weights | FileCheck %s --check-prefix=ROM
// RUN: weft-opt %s --flow-to-emitc=top=demo | mlir-translate --mlir-to-cpp --file-id=header | FileCheck %s --check-prefix=HEADER

// HEADER: /// in image: 128 beats of weft::hls::Beat<weft::hls::Int<8, false>, 2> a frame
// HEADER: void demo(weft::hls::Stream<weft::hls::Bits<16>> &image, weft::hls::Stream<weft::hls::Bits<8>> &vector,
// HEADER-SAME: weft::hls::Stream<weft::hls::Bits<8>> &logits, weft::hls::Stream<weft::hls::Bits<32>> &int_, unsigned frames);

// Rows of packed 4-bit weights: -1 and 2 are 0x2f.
// ROM: static const uint8_t fc_1_weights[4][1] = {47, 67, 101, 135};
// ROM: static const uint32_t fc_1_requantize_multiplier[1][1] = {1};

func.func @dataflow(%x: !flow.stream<8x8x4xui8, 2> {nn.name = "image"}, %k: !flow.stream<1x1x8xui4, 2> {nn.name = "vector"})
    -> (!flow.stream<1x1x1xi8, 1> {nn.name = "logits"}, !flow.stream<8x8x8xui8, 4> {nn.name = "int"}) {
  // CHECK: weft::hls::fromPort<128, weft::hls::Beat<weft::hls::Int<8, false>, 2>>([[X:v.]], image_beats, [[F:v.]]);
  // CHECK: WEFT_HLS(STREAM variable=image_beats_fork depth=2)
  // CHECK: WEFT_HLS(STREAM variable=image_beats_fork_1 depth=24)
  // CHECK: weft::hls::fork<128>(image_beats, [[F]], image_beats_fork, image_beats_fork_1);
  %a:2 = flow.fork %x : !flow.stream<8x8x4xui8, 2> -> !flow.stream<8x8x4xui8, 2>, !flow.stream<8x8x4xui8, 2>
  // CHECK: weft::hls::pad<8, 8, 2, 1, 1, 1, 1>(image_beats_fork, pool1_pad, 3, [[F]]);
  %p = flow.pad %a#0 {nn.name = "pool1", low = array<i64: 1, 1>, high = array<i64: 1, 1>, value = 3} : !flow.stream<8x8x4xui8, 2> -> !flow.stream<10x10x4xui8, 2>
  // CHECK: weft::hls::window<weft::hls::WindowShape<10, 10, 4, 3, 3, 1, 1, 1, 1>, weft::hls::WindowOrder::depthwise, 48>(pool1_pad, pool1_window, [[F]]);
  %w = flow.window depthwise %p {nn.name = "pool1", kernel = array<i64: 3, 3>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>} : !flow.stream<10x10x4xui8, 2> -> !flow.stream<8x8x36xui8, 2>
  // CHECK: weft::hls::pool<weft::hls::PoolKind::max, 128, 9, 1>(pool1_window, pool1, [[F]]);
  // CHECK: WEFT_TRACE_STREAM(pool1, "pool1");
  %m = flow.pool max %w {nn.name = "pool1"} : !flow.stream<8x8x36xui8, 2> -> !flow.stream<8x8x4xui8, 2>
  %f = flow.fifo %a#1 {depth = 24} : !flow.stream<8x8x4xui8, 2>
  // CHECK: weft::hls::add<128, 3, 5, 1, 3, 0, 0, 255>(pool1, image_beats_fork_1, add, [[F]]);
  %s = flow.add %m, %f {nn.name = "add", lhs_multiplier = 3, rhs_multiplier = 5, offset = 1, shift = 3, zero_point = 0, lo = 0, hi = 255} : !flow.stream<8x8x4xui8, 2>, !flow.stream<8x8x4xui8, 2> -> !flow.stream<8x8x4xui8, 2>
  // CHECK: weft::hls::widthUp<64>(add, add_width, [[F]]);
  %u = flow.width %s : !flow.stream<8x8x4xui8, 2> -> !flow.stream<8x8x4xui8, 4>
  %v:2 = flow.fork %u : !flow.stream<8x8x4xui8, 4> -> !flow.stream<8x8x4xui8, 4>, !flow.stream<8x8x4xui8, 4>
  // CHECK: weft::hls::concat<64, weft::hls::Folds<1, 1>>(concat, [[F]], add_width_fork, add_width_fork_1);
  %c = flow.concat %v#0, %v#1 {nn.name = "concat"} : !flow.stream<8x8x4xui8, 4>, !flow.stream<8x8x4xui8, 4> -> !flow.stream<8x8x8xui8, 4>
  %w1 = nn.constant dense<[[-1, 2, 3, 4, 5, 6, 7, -8]]> : tensor<1x8xi4>
  %b1 = nn.constant dense<[-2]> : tensor<1xi14>
  // CHECK: weft::hls::mvu<weft::hls::Int<4, true>, 1, 8, 1>(vector_beats, fc_1, fc_1_weights, fc_1_bias, [[F]]);
  %y = flow.mvu %k, %w1, %b1 {simd = 2 : i64, nn.name = "fc/1"} : !flow.stream<1x1x8xui4, 2>, tensor<1x8xi4>, tensor<1xi14> -> !flow.stream<1x1x1xi14, 1>
  %one = nn.constant dense<1> : tensor<1xi32>
  // CHECK: weft::hls::requantize<1, 1, 5, -128, 127, 1, 1>(fc_1, fc_1_requantize, fc_1_requantize_multiplier, fc_1_requantize_shift, [[F]]);
  %q = flow.requantize shift %y, %one, %one {zero_point = 5, lo = -128, hi = 127} : !flow.stream<1x1x1xi14, 1>, tensor<1xi32>, tensor<1xi32> -> !flow.stream<1x1x1xi8, 1>
  // CHECK: weft::hls::toPort<1>(fc_1_requantize, {{v.}}, [[F]]);
  return %q, %c : !flow.stream<1x1x1xi8, 1>, !flow.stream<8x8x8xui8, 4>
}
// CHECK: void demo(
// CHECK: WEFT_HLS(INTERFACE axis port=int_)
