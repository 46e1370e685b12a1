// Matrix-vector unit for weights of a clash-free mask (A3 by A11, A11c): every cycle Z edges, each from another
// memory. There is no memory of indices: addresses follow from the interleaver's start rows.
//
//   Z                 edges per cycle: inputs of a beat, multipliers
//   FI                edges of an output (fan-in). Z divides FI or FI divides Z, and FI divides K
//   K, N              inputs and outputs of a vector; Z divides K
//   TURNS, TYPE, DITHERS, STARTS, LANES   the interleaver: weft_interleave, with N*FI/K sweeps
//   XW, X_SIGNED      input element         WW, W_SIGNED   weight         ACCW   signed accumulator bits
//   DECODER, EW, ENTRIES, GROUPS, RUNS, SHIFT, WEIGHTS, TABLE
//                     how the weights are stored: weft_weights, with FI columns. By default as they are: word c of WEIGHTS
//                     (N*FI/Z words) has the weight of edge c*Z + i as element i. Edges FI*n to FI*n + FI - 1 are those of
//                     output n, edge s*K + r*Z*TURNS + m is lane m of row r of sweep s
//   BIAS              ROM: N/PE words of PE signed ACCW-bit biases, PE = max(1, Z/FI)
//   ROM_STYLE         for WEIGHTS ("auto" | "block" | "distributed")
//
// Rule T7 with K/Z beats and N*FI/Z steps per vector; every max(1, FI/Z)-th step emits PE outputs.
// LATENCY D = 3 + WL + ceil(log4(min(Z, FI))), WL that of weft_weights, 1 for weights as they are: memories, operands,
// products, the tree, accumulator.
module weft_sparse_mvu #(
    parameter int Z = 2,
    parameter int FI = 2,
    parameter int K = 4,
    parameter int N = 2,
    parameter int TURNS = 1,
    parameter int TYPE = 3,
    parameter int DITHERS = 0,
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
    parameter STARTS = "",
    parameter LANES = "",
    parameter WEIGHTS = "",
    parameter TABLE = "",
    parameter BIAS = "",
    parameter ROM_STYLE = "auto"
) (
    input  logic                                  clk,
    input  logic                                  rst,
    input  logic [                      Z*XW-1:0] s_data,
    input  logic                                  s_valid,
    output logic                                  s_ready,
    output logic [(Z > FI ? Z / FI : 1)*ACCW-1:0] m_data,
    output logic                                  m_valid,
    input  logic                                  m_ready
);
  localparam int SIMD = Z < FI ? Z : FI;
  localparam int PE = Z / SIMD;
  localparam int SF = FI / SIMD;
  localparam int NF = N / PE;
  localparam int SWEEPS = N * FI / K;
  localparam int TREE = ($clog2(SIMD) + 1) / 2;
  localparam int WL = 1 + (DECODER == 0 ? 0 : DECODER == 3 ? 1 + TREE : 1);
  localparam int LATENCY = 3 + WL + TREE;
  localparam int NFW = NF > 1 ? $clog2(NF) : 1;
  localparam int XE = XW + (X_SIGNED != 0 ? 0 : 1);
  localparam int WE = WW + (W_SIGNED != 0 ? 0 : 1);
  localparam int PW = XE + WE;
  localparam int TW = PW + $clog2(SIMD) < ACCW ? PW + $clog2(SIMD) : ACCW;

`ifndef SYNTHESIS
  initial begin
    if (PE * SIMD != Z || SF * SIMD != FI)
      $fatal(1, "weft_sparse_mvu: Z %0d must divide the fan-in %0d or be a multiple of it", Z, FI);
    if (K % FI != 0 || SWEEPS * K != N * FI)
      $fatal(1, "weft_sparse_mvu: the fan-in %0d must divide K = %0d, and K the %0d edges", FI, K, N * FI);
  end
`endif

  // act[i], lst[i]: stage i holds a step, holds the last step of an output.
  logic [LATENCY-1:1] act;
  logic [LATENCY:1] lst;
  wire en = !m_valid || m_ready;
  wire fire, last;
  wire [Z*XW-1:0] x1;
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

  weft_interleave #(.Z(Z), .TURNS(TURNS), .K(K), .SWEEPS(SWEEPS), .SF(SF), .XW(XW), .TYPE(TYPE), .DITHERS(DITHERS),
                    .STARTS(STARTS), .LANES(LANES)) feed (
      .clk(clk), .rst(rst), .en(en), .s_data(s_data), .s_valid(s_valid), .s_ready(s_ready),
      .fire(fire), .last(last), .x(x1));

  // Stage WL: the weights of the step, and its inputs, which wait for them.
  wire [Z*XW-1:0] xw;
  wire [Z*WW-1:0] ww;
  weft_weights #(.SIMD(SIMD), .PE(PE), .K(FI), .N(N), .WW(WW), .EW(EW), .DECODER(DECODER), .ENTRIES(ENTRIES),
                 .GROUPS(GROUPS), .RUNS(RUNS), .SHIFT(SHIFT), .WEIGHTS(WEIGHTS), .TABLE(TABLE), .ROM_STYLE(ROM_STYLE))
      weights (.clk(clk), .rst(rst), .en(en), .step(fire), .w(ww));
  weft_delay #(.W(Z * XW), .D(WL - 1)) wait_for_weights (.clk(clk), .en(en), .d(x1), .q(xw));

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
  logic [Z*XW-1:0] x2;
  logic [Z*WW-1:0] w2;
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
        wire [XW-1:0] xb = x2[(p*SIMD+s)*XW+:XW];
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
