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
  localparam int SWEEPS = N * FI / K;

`ifndef SYNTHESIS
  initial begin
    if (PE * SIMD != Z || SF * SIMD != FI)
      $fatal(1, "weft_sparse_mvu: Z %0d must divide the fan-in %0d or be a multiple of it", Z, FI);
    if (K % FI != 0 || SWEEPS * K != N * FI)
      $fatal(1, "weft_sparse_mvu: the fan-in %0d must divide K = %0d, and K the %0d edges", FI, K, N * FI);
  end
`endif

  wire en, fire, last;
  wire [Z*XW-1:0] x;
  weft_interleave #(.Z(Z), .TURNS(TURNS), .K(K), .SWEEPS(SWEEPS), .SF(SF), .XW(XW), .TYPE(TYPE), .DITHERS(DITHERS),
                    .STARTS(STARTS), .LANES(LANES)) feed (
      .clk(clk), .rst(rst), .en(en), .s_data(s_data), .s_valid(s_valid), .s_ready(s_ready),
      .fire(fire), .last(last), .x(x));
  weft_mac #(.SIMD(SIMD), .PE(PE), .SHARE(1), .K(FI), .N(N), .XW(XW), .X_SIGNED(X_SIGNED), .WW(WW), .W_SIGNED(W_SIGNED),
             .ACCW(ACCW), .DECODER(DECODER), .EW(EW), .ENTRIES(ENTRIES), .GROUPS(GROUPS), .RUNS(RUNS), .SHIFT(SHIFT),
             .WEIGHTS(WEIGHTS), .TABLE(TABLE), .BIAS(BIAS), .ROM_STYLE(ROM_STYLE)) mac (
      .clk(clk), .rst(rst), .en(en), .fire(fire), .last(last), .take(1'b1), .x(x),
      .m_data(m_data), .m_valid(m_valid), .m_ready(m_ready));
endmodule
