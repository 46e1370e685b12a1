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

`ifndef SYNTHESIS
  initial if (SF * SIMD != K || NF * PE != N) $fatal(1, "weft_mvu: SIMD must divide K and PE must divide N");
`endif

  wire en, fire, last;
  wire [SIMD*XW-1:0] x;
  weft_mvu_input #(.W(SIMD * XW), .SF(SF), .NF(NF)) feed (
      .clk(clk), .rst(rst), .en(en), .s_data(s_data), .s_valid(s_valid), .s_ready(s_ready),
      .fire(fire), .last(last), .x(x));
  weft_mac #(.SIMD(SIMD), .PE(PE), .K(K), .N(N), .XW(XW), .X_SIGNED(X_SIGNED), .WW(WW), .W_SIGNED(W_SIGNED),
             .ACCW(ACCW), .DECODER(DECODER), .EW(EW), .ENTRIES(ENTRIES), .GROUPS(GROUPS), .RUNS(RUNS), .SHIFT(SHIFT),
             .BLOCK(BLOCK), .WEIGHTS(WEIGHTS), .TABLE(TABLE), .BIAS(BIAS), .ROM_STYLE(ROM_STYLE)) mac (
      .clk(clk), .rst(rst), .en(en), .fire(fire), .last(last), .take(1'b1), .x(x),
      .m_data(m_data), .m_valid(m_valid), .m_ready(m_ready));
endmodule
