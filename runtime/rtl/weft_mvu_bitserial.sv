// Matrix-vector unit, weights as planes of bits (A3 by A16), activations bit by bit: a lane is an AND gate and its share of
// a population count. It takes PLANES*XW times the steps of weft_mvu, and there is no multiplier.
//
//   SIMD, PE, K, N, XW, X_SIGNED, ACCW, ROM_STYLE   as in weft_mvu
//   PLANES      planes of the two's complement weights; the top one counts negative
//   PLACES      places by which weights are shifted to the left: planes below, which were cut off
//   WEIGHTS     ROM: NF*SF*PLANES words, word (nf*SF+sf)*PLANES+t; in a word bit t of the weight of output nf*PE+pe, input sf*SIMD+s is
//               bit pe*SIMD+s
//   BIAS        ROM: NF words of PE signed ACCW-bit biases
//
// Steps per vector: nf < NF, sf < SF, plane t < PLANES, bit b < XW of x. Consumes at nf = t = b = 0, emits at the last step of nf (T1, T2, T3).
// LATENCY D = 5 + ceil(log4(SIMD)): memories, bits, AND, the tree, shift, accumulator.
module weft_mvu_bitserial #(
    parameter int SIMD = 1,
    parameter int PE = 1,
    parameter int K = 1,
    parameter int N = 1,
    parameter int XW = 8,
    parameter int X_SIGNED = 1,
    parameter int PLANES = 4,
    parameter int PLACES = 0,
    parameter int ACCW = 32,
    parameter WEIGHTS = "",
    parameter BIAS = "",
    parameter ROM_STYLE = "auto"
) (
    input  logic               clk,
    input  logic               rst,
    input  logic [SIMD*XW-1:0] s_data,
    input  logic               s_valid,
    output logic               s_ready,
    output logic [PE*ACCW-1:0] m_data,
    output logic               m_valid,
    input  logic               m_ready
);
  localparam int SF = K / SIMD;
  localparam int NF = N / PE;
  localparam int TREE = ($clog2(SIMD) + 1) / 2;
  localparam int LATENCY = 5 + TREE;
  localparam int NFW = NF > 1 ? $clog2(NF) : 1;
  localparam int WORDS = SF * NF * PLANES;
  localparam int WAW = WORDS > 1 ? $clog2(WORDS) : 1;
  localparam int BW = XW > 1 ? $clog2(XW) : 1;
  localparam int TW = PLANES > 1 ? $clog2(PLANES) : 1;
  localparam int DW = $clog2(PLANES + XW);       // distance of a shift: t + b
  localparam int CW = $clog2(SIMD + 1) + 1;      // a count, with a sign bit that is 0
  localparam int SW = CW + PLANES + XW - 2;      // a shifted count

`ifndef SYNTHESIS
  initial if (SF * SIMD != K || NF * PE != N) $fatal(1, "weft_mvu_bitserial: SIMD must divide K and PE must divide N");
`endif

  // act[i], lst[i]: stage i holds a step, holds the last step of an output.
  logic [LATENCY-1:1] act;
  logic [LATENCY:1] lst;
  wire en = !m_valid || m_ready;
  assign m_valid = lst[LATENCY];

  // A beat of x serves PLANES*XW steps: plane t0, bit b0.
  logic [BW-1:0] b0;
  logic [TW-1:0] t0;
  logic held;  // the beat is the last one of its vector
  wire first = b0 == '0 && t0 == '0;
  wire lastbit = 32'(b0) == XW - 1;
  wire lastplane = 32'(t0) == PLANES - 1;
  wire take, ends;
  wire fire = en && (!first || take);
  wire last = lastbit && lastplane && (PLANES * XW == 1 ? ends : held);
  wire [SIMD*XW-1:0] x1;
  always_ff @(posedge clk) begin
    if (rst) begin
      b0 <= '0;
      t0 <= '0;
      act <= '0;
      lst <= '0;
    end else if (en) begin
      act <= (LATENCY - 1)'({act, fire});
      lst <= LATENCY'({lst, fire && last});
      if (fire) begin
        b0 <= lastbit ? '0 : b0 + 1'b1;
        if (lastbit) t0 <= lastplane ? '0 : t0 + 1'b1;
      end
    end
  end
  always_ff @(posedge clk) if (en && first) held <= ends;

  weft_mvu_input #(.W(SIMD * XW), .SF(SF), .NF(NF)) feed (
      .clk(clk), .rst(rst), .en(en && first), .s_data(s_data), .s_valid(s_valid), .s_ready(s_ready),
      .fire(take), .last(ends), .x(x1));

  // Stage 1: the planes of the step; the word stays for XW steps.
  logic [WAW-1:0] waddr;
  wire [PE*SIMD-1:0] w1;
  always_ff @(posedge clk) begin
    if (rst) waddr <= '0;
    else if (fire && lastbit) waddr <= 32'(waddr) == WORDS - 1 ? '0 : waddr + 1'b1;
  end
  weft_rom #(.WIDTH(PE * SIMD), .DEPTH(WORDS), .ROM(WEIGHTS), .ROM_STYLE(ROM_STYLE)) weights (
      .clk(clk), .en(en), .addr(waddr), .q(w1));

  // The distance and the sign of a step go along with its count, to the shift behind the tree. Exactly one negative
  // side makes a negative product.
  logic [BW-1:0] b1;
  logic [3+TREE:1] neg;
  logic [(3+TREE)*DW-1:0] places;  // stage 1 least significant
  always_ff @(posedge clk) begin
    if (en) begin
      b1   <= b0;
      neg  <= (3 + TREE)'({neg, lastplane != (X_SIGNED != 0 && lastbit)});
      places <= ((3 + TREE) * DW)'({places, DW'(t0) + DW'(b0)});
    end
  end

  // Bias of the step in stage LATENCY-2, so that it meets the shifted count in stage LATENCY-1.
  logic [NFW-1:0] baddr;
  wire [PE*ACCW-1:0] bias;
  always_ff @(posedge clk) begin
    if (rst) baddr <= '0;
    else if (en && lst[LATENCY-2]) baddr <= 32'(baddr) == NF - 1 ? '0 : baddr + 1'b1;
  end
  weft_rom #(.WIDTH(PE * ACCW), .DEPTH(NF), .ROM(BIAS)) biases (
      .clk(clk), .en(en), .addr(baddr), .q(bias));

  // Stage LATENCY: the accumulator is the output register; `fresh`: the next step starts a new sum.
  logic fresh;
  logic subtract;
  always_ff @(posedge clk) begin
    if (rst) fresh <= 1'b1;
    else if (en && act[LATENCY-1]) fresh <= lst[LATENCY-1];
    if (en) subtract <= neg[3+TREE];
  end

  logic [SIMD-1:0] x2;
  logic [PE*SIMD-1:0] w2;
  always_ff @(posedge clk) if (en) w2 <= w1;
  generate
    for (genvar s = 0; s < SIMD; s = s + 1) begin : g_bit
      wire [XW-1:0] x = x1[s*XW+:XW];
      always_ff @(posedge clk) if (en) x2[s] <= x[b1];
    end
    for (genvar p = 0; p < PE; p = p + 1) begin : g_pe
      logic [2*SIMD-1:0] both;
      wire [CW-1:0] count;
      logic [SW-1:0] shifted;
      logic [ACCW-1:0] acc;
      for (genvar s = 0; s < SIMD; s = s + 1) begin : g_and
        always_ff @(posedge clk) if (en) both[2*s+:2] <= {1'b0, x2[s] & w2[p*SIMD+s]};
      end
      weft_adder_tree #(.N(SIMD), .IW(2), .OW(CW)) tree (.clk(clk), .en(en), .a(both), .y(count));
      always_ff @(posedge clk) if (en) shifted <= SW'(count) << places[(2+TREE)*DW+:DW];
      wire [ACCW-1:0] part = ACCW'(shifted) << PLACES;
      always_ff @(posedge clk)
        if (en && act[LATENCY-1]) acc <= (fresh ? bias[p*ACCW+:ACCW] : acc) + (subtract ? -part : part);
      assign m_data[p*ACCW+:ACCW] = acc;
    end
  endgenerate
endmodule
