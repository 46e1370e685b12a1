// Matrix-vector unit, weights that are sums of powers of two (A3 by A15): every product is TERMS shifts, and there is no
// multiplier. Bits and timing are those of weft_mvu with SIMD*TERMS inputs to its tree.
//
//   SIMD, PE, K, N, XW, X_SIGNED, ACCW, ROM_STYLE   as in weft_mvu
//   TERMS       powers that make a weight
//   WW          bits of a weight: TERMS codes side by side, term 0 least significant. The top bit of a code is the sign, the
//               others are v; v = 0 is 0, else 2^(v-1)
//   PLACES      places by which all weights are shifted to the left
//   DECODER, EW, ENTRIES, GROUPS, BLOCK, WEIGHTS, TABLE
//               how the codes are stored: weft_weights. By default as they are, in the order of weft_mvu's WEIGHTS
//   BIAS        ROM: NF words of PE signed ACCW-bit biases
//
// Steps as weft_mvu (T1, T2, T3). LATENCY D = 3 + WL + ceil(log4(SIMD*TERMS)), WL that of weft_weights, 1 for codes as they
// are: memories, operands and their negatives, shifts, the tree, accumulator.
module weft_mvu_shift #(
    parameter int SIMD = 1,
    parameter int PE = 1,
    parameter int K = 1,
    parameter int N = 1,
    parameter int XW = 8,
    parameter int X_SIGNED = 1,
    parameter int TERMS = 1,
    parameter int WW = 4,
    parameter int PLACES = 0,
    parameter int ACCW = 32,
    parameter int DECODER = 0,
    parameter int EW = WW,
    parameter int ENTRIES = 1,
    parameter int GROUPS = 1,
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
  localparam int TN = SIMD * TERMS;
  localparam int WL = 1 + (PE < BLOCK || SIMD < BLOCK ? 1 : 0) + (DECODER == 0 ? 0 : 1);
  localparam int LATENCY = 3 + WL + ($clog2(TN) + 1) / 2;
  localparam int NFW = NF > 1 ? $clog2(NF) : 1;
  localparam int CB = WW / TERMS;
  // One bit more than x: the negative of the least value, or the sign of an unsigned one.
  localparam int XE = XW + 1;
  localparam int VW = CB - 1;
  localparam int PW = XE + (1 << VW) - 2;
  localparam int TW = PW + $clog2(TN) < ACCW ? PW + $clog2(TN) : ACCW;

`ifndef SYNTHESIS
  initial begin
    if (SF * SIMD != K || NF * PE != N) $fatal(1, "weft_mvu_shift: SIMD must divide K and PE must divide N");
    if (CB < 2 || CB > 5 || CB * TERMS != WW)
      $fatal(1, "weft_mvu_shift: %0d terms of %0d bits are no codes, expected 2 to 5 bits each", TERMS, WW);
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

  // Stage WL: the codes of the step, and its inputs, which wait for them.
  wire [SIMD*XW-1:0] xw;
  wire [PE*SIMD*WW-1:0] ww;
  weft_weights #(.SIMD(SIMD), .PE(PE), .K(K), .N(N), .WW(WW), .EW(EW), .DECODER(DECODER), .ENTRIES(ENTRIES),
                 .GROUPS(GROUPS), .BLOCK(BLOCK), .WEIGHTS(WEIGHTS), .TABLE(TABLE), .ROM_STYLE(ROM_STYLE)) weights (
      .clk(clk), .rst(rst), .en(en), .step(fire), .last(last), .take(1'b1), .w(ww));
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

  // Stage WL+1: x and -x, once for all outputs and terms: a negative power selects instead of subtracting.
  logic [SIMD*XE-1:0] pos2, neg2;
  logic [PE*SIMD*WW-1:0] w2;
  always_ff @(posedge clk) if (en) w2 <= ww;

  // Stage LATENCY: the accumulator is the output register; `fresh`: the next step starts a new sum.
  logic fresh;
  always_ff @(posedge clk) begin
    if (rst) fresh <= 1'b1;
    else if (en && act[LATENCY-1]) fresh <= lst[LATENCY-1];
  end

  generate
    for (genvar s = 0; s < SIMD; s = s + 1) begin : g_x
      wire [XW-1:0] xb = xw[s*XW+:XW];
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
      wire [ACCW-1:0] part = ACCW'($signed(sum)) << PLACES;
      always_ff @(posedge clk)
        if (en && act[LATENCY-1]) acc <= (fresh ? bias[p*ACCW+:ACCW] : acc) + part;
      assign m_data[p*ACCW+:ACCW] = acc;
    end
  endgenerate
endmodule
