// Matrix-vector unit for n of every m inputs (A3 by A11n): multiplexers take what counts of each group of m inputs to the
// multipliers, so that there are n/m of those of weft_mvu.
//
//   SIMD, PE          inputs and outputs in parallel; SIMD divides K, PE divides N
//   K, N, XW, X_SIGNED, WW, W_SIGNED, ACCW, BIAS, ROM_STYLE   as in weft_mvu
//   OF, KEEP          m and n: inputs of a group, which divide SIMD, and those that are kept
//   SHARE             outputs that keep the same inputs; SHARE divides PE
//   INDICES           ROM: word nf*SF+sf has index e of outputs nf*PE+q*SHARE and the SHARE-1 after it at element q*L+e, clog2(OF)
//                     bits each (at least 1), L = SIMD*KEEP/OF: input sf*SIMD + e/KEEP*OF + index
//   DECODER, EW, ENTRIES, GROUPS, RUNS, SHIFT, WEIGHTS, TABLE
//                     how the K*KEEP/OF weights of each output are stored: weft_weights with L of them a step
//
// Steps and LATENCY are those of weft_mvu with SIMD = L.
module weft_mvu_select #(
    parameter int SIMD = 2,
    parameter int PE = 1,
    parameter int K = 2,
    parameter int N = 1,
    parameter int OF = 2,
    parameter int KEEP = 1,
    parameter int SHARE = 1,
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
    parameter INDICES = "",
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
  localparam int LANES = SIMD / OF * KEEP;
  localparam int SETS = PE / SHARE;
  localparam int IW = OF > 1 ? $clog2(OF) : 1;

`ifndef SYNTHESIS
  initial begin
    if (SF * SIMD != K || NF * PE != N) $fatal(1, "weft_mvu_select: SIMD must divide K and PE must divide N");
    if (SIMD % OF != 0 || KEEP > OF)
      $fatal(1, "weft_mvu_select: SIMD %0d must hold whole groups of %0d inputs, of which %0d are kept", SIMD, OF, KEEP);
    if (SETS * SHARE != PE) $fatal(1, "weft_mvu_select: PE %0d must be a multiple of SHARE %0d", PE, SHARE);
  end
`endif

  wire en, fire, last;
  wire [SIMD*XW-1:0] x1;
  weft_mvu_input #(.W(SIMD * XW), .SF(SF), .NF(NF)) feed (
      .clk(clk), .rst(rst), .en(en), .s_data(s_data), .s_valid(s_valid), .s_ready(s_ready),
      .fire(fire), .last(last), .x(x1));

  wire [SETS*LANES*IW-1:0] index;
  weft_weights #(.SIMD(LANES), .PE(SETS), .K(SF * LANES), .N(NF * SETS), .WW(IW), .EW(IW), .WEIGHTS(INDICES),
                 .ROM_STYLE(ROM_STYLE)) indices (
      .clk(clk), .rst(rst), .en(en), .step(fire), .last(last), .take(1'b1), .w(index));

  wire [SETS*LANES*XW-1:0] x;
  generate
    for (genvar i = 0; i < SETS * LANES; i = i + 1) begin : g_lane
      weft_select #(.N(OF), .W(XW), .SW(IW)) pick (
          .d(x1[i%LANES/KEEP*OF*XW+:OF*XW]), .sel(index[i*IW+:IW]), .y(x[i*XW+:XW]));
    end
  endgenerate

  weft_mac #(.SIMD(LANES), .PE(PE), .SHARE(SHARE), .K(SF * LANES), .N(N), .XW(XW), .X_SIGNED(X_SIGNED), .WW(WW),
             .W_SIGNED(W_SIGNED), .ACCW(ACCW), .DECODER(DECODER), .EW(EW), .ENTRIES(ENTRIES), .GROUPS(GROUPS), .RUNS(RUNS),
             .SHIFT(SHIFT), .WEIGHTS(WEIGHTS), .TABLE(TABLE), .BIAS(BIAS), .ROM_STYLE(ROM_STYLE)) mac (
      .clk(clk), .rst(rst), .en(en), .fire(fire), .last(last), .take(1'b1), .x(x),
      .m_data(m_data), .m_valid(m_valid), .m_ready(m_ready));
endmodule
