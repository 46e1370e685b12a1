// Depthwise unit (A3 with one input channel per output), behind weft_window in depthwise order (D4).
//
//   PE, C, T           lanes, channels (PE divides C), taps = KH*KW
//   XW, X_SIGNED       input element        WW, W_SIGNED  weight        ACCW  signed accumulator bits
//   WEIGHTS            ROM: CF*T words (CF = C/PE), word cf*T+t: PE weights, channel cf*PE first
//   BIAS               ROM: CF words of PE signed ACCW-bit biases
//
// Steps per output pixel: cf < CF, t < T. Consumes at every step, emits at t = T-1 (T1, T2, T3).
// LATENCY D = 4: memories, operands, products, accumulator.
module weft_dwu #(
    parameter int PE = 1,
    parameter int C = 1,
    parameter int T = 1,
    parameter int XW = 8,
    parameter int X_SIGNED = 1,
    parameter int WW = 8,
    parameter int W_SIGNED = 1,
    parameter int ACCW = 32,
    parameter WEIGHTS = "",
    parameter BIAS = "",
    parameter ROM_STYLE = "auto"
) (
    input  logic               clk,
    input  logic               rst,
    input  logic [PE*XW-1:0]   s_data,
    input  logic               s_valid,
    output logic               s_ready,
    output logic [PE*ACCW-1:0] m_data,
    output logic               m_valid,
    input  logic               m_ready
);
  localparam int LATENCY = 4;
  localparam int CF = C / PE;
  localparam int TB = T > 1 ? $clog2(T) : 1;
  localparam int CFW = CF > 1 ? $clog2(CF) : 1;
  localparam int WAW = CF * T > 1 ? $clog2(CF * T) : 1;
  localparam int XE = XW + (X_SIGNED != 0 ? 0 : 1);
  localparam int WE = WW + (W_SIGNED != 0 ? 0 : 1);
  localparam int PW = XE + WE;

`ifndef SYNTHESIS
  initial if (CF * PE != C) $fatal(1, "weft_dwu: PE must divide C");
`endif

  // act[i], lst[i]: stage i holds a step, holds the last step of an output.
  logic [LATENCY-1:1] act;
  logic [LATENCY:1] lst;
  logic [TB-1:0] tap;
  logic [WAW-1:0] waddr;
  logic [CFW-1:0] baddr;
  logic fresh;
  wire en = !m_valid || m_ready;
  wire fire = en && s_valid;
  wire last = 32'(tap) == T - 1;
  assign s_ready = en;
  assign m_valid = lst[LATENCY];
  always_ff @(posedge clk) begin
    if (rst) begin
      act   <= '0;
      lst   <= '0;
      tap   <= '0;
      waddr <= '0;
      baddr <= '0;
      fresh <= 1'b1;
    end else if (en) begin
      act <= (LATENCY - 1)'({act, fire});
      lst <= LATENCY'({lst, fire && last});
      if (fire) begin
        tap   <= last ? '0 : tap + 1'b1;
        waddr <= 32'(waddr) == CF * T - 1 ? '0 : waddr + 1'b1;
      end
      // The bias read in stage LATENCY-2 meets its product in stage LATENCY-1.
      if (lst[LATENCY-2]) baddr <= 32'(baddr) == CF - 1 ? '0 : baddr + 1'b1;
      if (act[LATENCY-1]) fresh <= lst[LATENCY-1];
    end
  end

  wire [PE*WW-1:0] w1;
  wire [PE*ACCW-1:0] bias;
  weft_rom #(.WIDTH(PE * WW), .DEPTH(CF * T), .ROM(WEIGHTS), .ROM_STYLE(ROM_STYLE)) weights (
      .clk(clk), .en(en), .addr(waddr), .q(w1));
  weft_rom #(.WIDTH(PE * ACCW), .DEPTH(CF), .ROM(BIAS)) biases (
      .clk(clk), .en(en), .addr(baddr), .q(bias));

  logic [PE*XW-1:0] x1, x2;
  logic [PE*WW-1:0] w2;
  always_ff @(posedge clk) begin
    if (en) begin
      x1 <= s_data;
      x2 <= x1;
      w2 <= w1;
    end
  end

  generate
    for (genvar p = 0; p < PE; p = p + 1) begin : g_pe
      wire [XW-1:0] xb = x2[p*XW+:XW];
      wire [WW-1:0] wb = w2[p*WW+:WW];
      wire signed [XE-1:0] xe = X_SIGNED != 0 ? XE'($signed(xb)) : XE'(xb);
      wire signed [WE-1:0] we = W_SIGNED != 0 ? WE'($signed(wb)) : WE'(wb);
      logic signed [PW-1:0] prod;
      logic [ACCW-1:0] acc;
      always_ff @(posedge clk) begin
        if (en) prod <= xe * we;
        if (en && act[LATENCY-1]) acc <= (fresh ? bias[p*ACCW+:ACCW] : acc) + ACCW'(prod);
      end
      assign m_data[p*ACCW+:ACCW] = acc;
    end
  endgenerate
endmodule
