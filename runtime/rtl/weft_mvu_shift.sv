// Matrix-vector unit, weights that are sums of powers of two (A3 by A15): every product is TERMS shifts, and there is no
// multiplier. Bits and timing are those of weft_mvu with SIMD*TERMS inputs to its tree.
//
//   SIMD, PE, K, N, XW, X_SIGNED, ACCW, ROM_STYLE   as in weft_mvu
//   TERMS       powers that make a weight
//   CB          bits of a code: the top one is the sign, the others v; v = 0 is 0, else 2^(v-1)
//   SHIFT       places by which all weights are shifted to the left
//   CODES       ROM: as weft_mvu's WEIGHTS, each weight TERMS codes of CB bits, term 0 least significant
//   BIAS        ROM: NF words of PE signed ACCW-bit biases
//
// Steps as weft_mvu (T1, T2, T3). LATENCY D = 4 + ceil(log4(SIMD*TERMS)): memories, operands and their negatives, shifts,
// the tree, accumulator.
module weft_mvu_shift #(
    parameter int SIMD = 1,
    parameter int PE = 1,
    parameter int K = 1,
    parameter int N = 1,
    parameter int XW = 8,
    parameter int X_SIGNED = 1,
    parameter int TERMS = 1,
    parameter int CB = 4,
    parameter int SHIFT = 0,
    parameter int ACCW = 32,
    parameter CODES = "",
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
  localparam int TN = SIMD * TERMS;
  localparam int LATENCY = 4 + ($clog2(TN) + 1) / 2;
  localparam int NFW = NF > 1 ? $clog2(NF) : 1;
  localparam int WAW = SF * NF > 1 ? $clog2(SF * NF) : 1;
  localparam int WW = TERMS * CB;
  // One bit more than x: the negative of the least value, or the sign of an unsigned one.
  localparam int XE = XW + 1;
  localparam int VW = CB - 1;
  localparam int PW = XE + (1 << VW) - 2;
  localparam int TW = PW + $clog2(TN) < ACCW ? PW + $clog2(TN) : ACCW;

`ifndef SYNTHESIS
  initial begin
    if (SF * SIMD != K || NF * PE != N) $fatal(1, "weft_mvu_shift: SIMD must divide K and PE must divide N");
    if (CB < 2 || CB > 5) $fatal(1, "weft_mvu_shift: codes have %0d bits, expected 2 to 5", CB);
  end
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

  // Stage 1: the codes of the step.
  logic [WAW-1:0] waddr;
  wire [PE*SIMD*WW-1:0] w1;
  always_ff @(posedge clk) begin
    if (rst) waddr <= '0;
    else if (fire) waddr <= 32'(waddr) == SF * NF - 1 ? '0 : waddr + 1'b1;
  end
  weft_rom #(.WIDTH(PE * SIMD * WW), .DEPTH(SF * NF), .ROM(CODES), .ROM_STYLE(ROM_STYLE)) codes (
      .clk(clk), .en(en), .addr(waddr), .q(w1));

  // Bias of the step in stage LATENCY-2, so that it meets the tree's result in stage LATENCY-1.
  logic [NFW-1:0] baddr;
  wire [PE*ACCW-1:0] bias;
  always_ff @(posedge clk) begin
    if (rst) baddr <= '0;
    else if (en && lst[LATENCY-2]) baddr <= 32'(baddr) == NF - 1 ? '0 : baddr + 1'b1;
  end
  weft_rom #(.WIDTH(PE * ACCW), .DEPTH(NF), .ROM(BIAS)) biases (
      .clk(clk), .en(en), .addr(baddr), .q(bias));

  // Stage 2: x and -x, once for all outputs and terms: a negative power selects instead of subtracting.
  logic [SIMD*XE-1:0] pos2, neg2;
  logic [PE*SIMD*WW-1:0] w2;
  always_ff @(posedge clk) if (en) w2 <= w1;

  // Stage LATENCY: the accumulator is the output register; `fresh`: the next step starts a new sum.
  logic fresh;
  always_ff @(posedge clk) begin
    if (rst) fresh <= 1'b1;
    else if (en && act[LATENCY-1]) fresh <= lst[LATENCY-1];
  end

  generate
    for (genvar s = 0; s < SIMD; s = s + 1) begin : g_x
      wire [XW-1:0] xb = x1[s*XW+:XW];
      wire [XE-1:0] xe = X_SIGNED != 0 ? XE'($signed(xb)) : XE'(xb);
      always_ff @(posedge clk) begin
        if (en) begin
          pos2[s*XE+:XE] <= xe;
          neg2[s*XE+:XE] <= -xe;
        end
      end
    end
    for (genvar p = 0; p < PE; p = p + 1) begin : g_pe
      logic [TN*PW-1:0] prod;
      wire [TW-1:0] sum;
      logic [ACCW-1:0] acc;
      for (genvar i = 0; i < TN; i = i + 1) begin : g_shift
        localparam int S = i / TERMS;
        wire [CB-1:0] code = w2[(p*TN+i)*CB+:CB];
        wire [VW-1:0] v = code[VW-1:0];
        wire [XE-1:0] x = code[VW] ? neg2[S*XE+:XE] : pos2[S*XE+:XE];
        // One place more to the left than the power says, then the lowest bit away: v itself is the distance, and v = 0
        // needs only to be cleared.
        // verilator lint_off UNUSED
        wire [PW:0] twice = v == '0 ? '0 : (PW + 1)'($signed(x)) << v;
        // verilator lint_on UNUSED
        always_ff @(posedge clk) if (en) prod[i*PW+:PW] <= twice[PW:1];
      end
      weft_adder_tree #(.N(TN), .IW(PW), .OW(TW)) tree (.clk(clk), .en(en), .a(prod), .y(sum));
      wire [ACCW-1:0] part = ACCW'($signed(sum)) << SHIFT;
      always_ff @(posedge clk)
        if (en && act[LATENCY-1]) acc <= (fresh ? bias[p*ACCW+:ACCW] : acc) + part;
      assign m_data[p*ACCW+:ACCW] = acc;
    end
  endgenerate
endmodule
