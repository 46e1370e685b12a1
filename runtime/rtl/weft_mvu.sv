// Matrix-vector unit, dense weights (A3). Behind weft_window (dense order, K = KH*KW*C) it is a convolution.
//
//   SIMD, PE          inputs and outputs in parallel; SIMD divides K, PE divides N
//   K, N              inputs and outputs of a vector
//   XW, X_SIGNED      input element         WW, W_SIGNED   weight         ACCW   signed accumulator bits
//   DECODER, EW, ENTRIES, GROUPS, RUNS, SHIFT, BLOCK, WEIGHTS, TABLE
//                     how the weights are stored: weft_weights. By default as they are: word nf*SF+sf of WEIGHTS
//                     (SF = K/SIMD, NF = N/PE) has the weight of output nf*PE+pe, input sf*SIMD+s as element
//                     pe*SIMD+s, element 0 least significant
//   BIAS              ROM: NF words of PE signed ACCW-bit biases
//   ROM_STYLE         for WEIGHTS ("auto" | "block" | "distributed")
//
// Steps per vector: nf < NF, sf < SF. Consumes at nf = 0, emits at sf = SF-1 (T1, T2, T3).
// LATENCY D = 3 + WL + ceil(log4(SIMD)), WL that of weft_weights, 1 for weights as they are: memories, operands,
// products, the tree, accumulator.
module weft_mvu #(
    parameter int SIMD = 1,
    parameter int PE = 1,
    parameter int K = 1,
    parameter int N = 1,
    parameter int XW = 8,
    parameter int X_SIGNED = 1,
    parameter int WW = 8,
    parameter int W_SIGNED = 1,
    parameter int ACCW = 32,
    parameter int DECODER = 0,
    parameter int EW = WW,
    parameter int ENTRIES = 1,
    parameter int GROUPS = 1,
    parameter int RUNS = 1,
    parameter int SHIFT = 0,
    parameter int BLOCK = 1,
    parameter WEIGHTS = "",
    parameter TABLE = "",
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
  localparam int WL = 1 + (PE < BLOCK || SIMD < BLOCK ? 1 : 0) + (DECODER == 0 ? 0 : DECODER == 3 ? 1 + TREE : 1);
  localparam int LATENCY = 3 + WL + TREE;
  localparam int NFW = NF > 1 ? $clog2(NF) : 1;
  // Unsigned operands get a zero sign bit; the tree is as wide as its worst case, or as the accumulator.
  localparam int XE = XW + (X_SIGNED != 0 ? 0 : 1);
  localparam int WE = WW + (W_SIGNED != 0 ? 0 : 1);
  localparam int PW = XE + WE;
  localparam int TW = PW + $clog2(SIMD) < ACCW ? PW + $clog2(SIMD) : ACCW;

`ifndef SYNTHESIS
  initial if (SF * SIMD != K || NF * PE != N) $fatal(1, "weft_mvu: SIMD must divide K and PE must divide N");
`endif

  // act[i], lst[i]: stage i holds a step, holds the last step of an output.
  logic [LATENCY-1:1] act;
  logic [LATENCY:1] lst;
  wire en = !m_valid || m_ready;
  wire fire, last;
  wire [SIMD*XW-1:0] x1;
  assign m_valid = lst[LATENCY];
  always_ff @(posedge clk) begin
    if (rst) begin
      act <= '0;
      lst <= '0;
    end else if (en) begin
      act <= (LATENCY - 1)'({act, fire});
      lst <= LATENCY'({lst, fire && last});
    end
  end

  weft_mvu_input #(.W(SIMD * XW), .SF(SF), .NF(NF)) feed (
      .clk(clk), .rst(rst), .en(en), .s_data(s_data), .s_valid(s_valid), .s_ready(s_ready),
      .fire(fire), .last(last), .x(x1));

  // Stage WL: the weights of the step, and its inputs, which wait for them.
  wire [SIMD*XW-1:0] xw;
  wire [PE*SIMD*WW-1:0] ww;
  weft_weights #(.SIMD(SIMD), .PE(PE), .K(K), .N(N), .WW(WW), .EW(EW), .DECODER(DECODER), .ENTRIES(ENTRIES),
                 .GROUPS(GROUPS), .RUNS(RUNS), .SHIFT(SHIFT), .BLOCK(BLOCK), .WEIGHTS(WEIGHTS), .TABLE(TABLE),
                 .ROM_STYLE(ROM_STYLE)) weights (
      .clk(clk), .rst(rst), .en(en), .step(fire), .w(ww));
  weft_delay #(.W(SIMD * XW), .D(WL - 1)) wait_for_weights (.clk(clk), .en(en), .d(x1), .q(xw));

  // Bias of the step in stage LATENCY-2, so that it meets the tree's result in stage LATENCY-1.
  logic [NFW-1:0] baddr;
  wire [PE*ACCW-1:0] bias;
  always_ff @(posedge clk) begin
    if (rst) baddr <= '0;
    else if (en && lst[LATENCY-2]) baddr <= 32'(baddr) == NF - 1 ? '0 : baddr + 1'b1;
  end
  weft_rom #(.WIDTH(PE * ACCW), .DEPTH(NF), .ROM(BIAS)) biases (
      .clk(clk), .en(en), .addr(baddr), .q(bias));

  // Stage WL+1: operand registers (these become the input registers of the DSP).
  logic [SIMD*XW-1:0] x2;
  logic [PE*SIMD*WW-1:0] w2;
  always_ff @(posedge clk) begin
    if (en) begin
      x2 <= xw;
      w2 <= ww;
    end
  end

  // Stage LATENCY: the accumulator is the output register; `fresh`: the next step starts a new sum.
  logic fresh;
  always_ff @(posedge clk) begin
    if (rst) fresh <= 1'b1;
    else if (en && act[LATENCY-1]) fresh <= lst[LATENCY-1];
  end

  generate
    for (genvar p = 0; p < PE; p = p + 1) begin : g_pe
      logic [SIMD*PW-1:0] prod;
      wire [TW-1:0] sum;
      logic [ACCW-1:0] acc;
      for (genvar s = 0; s < SIMD; s = s + 1) begin : g_mul
        wire [XW-1:0] xb = x2[s*XW+:XW];
        wire [WW-1:0] wb = w2[(p*SIMD+s)*WW+:WW];
        wire signed [XE-1:0] xe = X_SIGNED != 0 ? XE'($signed(xb)) : XE'(xb);
        wire signed [WE-1:0] we = W_SIGNED != 0 ? WE'($signed(wb)) : WE'(wb);
        always_ff @(posedge clk) if (en) prod[s*PW+:PW] <= xe * we;
      end
      weft_adder_tree #(.N(SIMD), .IW(PW), .OW(TW)) tree (.clk(clk), .en(en), .a(prod), .y(sum));
      always_ff @(posedge clk)
        if (en && act[LATENCY-1]) acc <= (fresh ? bias[p*ACCW+:ACCW] : acc) + ACCW'($signed(sum));
      assign m_data[p*ACCW+:ACCW] = acc;
    end
  endgenerate
endmodule
