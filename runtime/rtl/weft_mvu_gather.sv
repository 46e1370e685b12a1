// Matrix-vector unit that reads only the inputs which count (A3 by A11b): each list of E inputs serves SHARE outputs, and is read from
// memories, so that a vector takes E/K of the steps of weft_mvu.
//
//   SIMD, PE          inputs and outputs in parallel; SIMD divides E, PE divides N
//   K, N, XW, X_SIGNED, WW, W_SIGNED, ACCW, BIAS, ROM_STYLE   as in weft_mvu
//   E                 inputs of a list      SHARE   outputs of a list; PE divides SHARE or is a multiple of it
//   LOAD, DEPTH, FIRST, GW, STARTS, GAPS    the lists: weft_gather, with N/SHARE of them and E/SIMD steps
//   RAGGED, GAP_WORDS, COUNTS               lists of different lengths, the longest of E inputs: weft_gather
//   WORDS             of WEIGHTS, for RAGGED: each memory of a list has weights of its own, MEMORIES = SIMD*max(1, PE/SHARE) in weft_weights: as many
//                     words as there are steps in which it reads, not counting those that read nothing
//   DECODER, EW, ENTRIES, GROUPS, SHIFT, WEIGHTS, TABLE
//                     how the N rows of E weights are stored: weft_weights. Weight sf*SIMD+s of a row is that of step sf from memory s
//
// Rule T7 with K/LOAD beats per vector. PE outputs take E/SIMD steps, or as many as COUNTS says, of which the last emits.
// LATENCY D = 3 + WL + ceil(log4(SIMD)), WL that of weft_weights: 1 for weights as they are.
module weft_mvu_gather #(
    parameter int SIMD = 1,
    parameter int PE = 1,
    parameter int K = 2,
    parameter int N = 1,
    parameter int E = 1,
    parameter int SHARE = 1,
    parameter int LOAD = 1,
    parameter int DEPTH = 2,
    parameter logic [SIMD*32-1:0] FIRST = {SIMD{32'd0}},
    parameter int GW = 1,
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
    parameter GAPS = "",
    parameter WEIGHTS = "",
    parameter TABLE = "",
    parameter BIAS = "",
    parameter ROM_STYLE = "auto",
    parameter int RAGGED = 0,
    parameter int GAP_WORDS = N / (PE > SHARE ? PE : SHARE) * (E / SIMD),
    parameter logic [(PE > SHARE ? PE / SHARE : 1)*SIMD*32-1:0] WORDS = '0,
    parameter COUNTS = ""
) (
    input  logic               clk,
    input  logic               rst,
    input  logic [LOAD*XW-1:0] s_data,
    input  logic               s_valid,
    output logic               s_ready,
    output logic [PE*ACCW-1:0] m_data,
    output logic               m_valid,
    input  logic               m_ready
);
  localparam int STEPS = E / SIMD;
  localparam int SETS = PE > SHARE ? PE / SHARE : 1;
  localparam int PASSES = PE < SHARE ? SHARE / PE : 1;

`ifndef SYNTHESIS
  initial begin
    if (STEPS * SIMD != E || N % PE != 0) $fatal(1, "weft_mvu_gather: SIMD must divide E and PE must divide N");
    if (PE > SHARE ? SETS * SHARE != PE : PASSES * PE != SHARE)
      $fatal(1, "weft_mvu_gather: PE %0d must divide SHARE %0d or be a multiple of it", PE, SHARE);
  end
`endif

  wire en, fire, last;
  wire [SETS*SIMD*XW-1:0] x;
  // verilator lint_off UNUSEDSIGNAL
  wire [SETS*SIMD-1:0] reads;  // for RAGGED
  // verilator lint_on UNUSEDSIGNAL
  weft_gather #(.SIMD(SIMD), .SETS(SETS), .K(K), .LOAD(LOAD), .STEPS(STEPS), .PASSES(PASSES), .LISTS(N / SHARE), .DEPTH(DEPTH),
                .FIRST(FIRST), .GW(GW), .XW(XW), .STARTS(STARTS), .GAPS(GAPS), .ROM_STYLE(ROM_STYLE),
                .RAGGED(RAGGED), .GAP_WORDS(GAP_WORDS), .COUNTS(COUNTS)) feed (
      .clk(clk), .rst(rst), .en(en), .s_data(s_data), .s_valid(s_valid), .s_ready(s_ready),
      .fire(fire), .last(last), .reads(reads), .x(x));
  weft_mac #(.SIMD(SIMD), .PE(PE), .SHARE(PE / SETS), .K(E), .N(N), .XW(XW), .X_SIGNED(X_SIGNED), .WW(WW), .W_SIGNED(W_SIGNED),
             .ACCW(ACCW), .DECODER(DECODER), .EW(EW), .ENTRIES(ENTRIES), .GROUPS(GROUPS), .RUNS(RUNS), .SHIFT(SHIFT),
             .WEIGHTS(WEIGHTS), .TABLE(TABLE), .BIAS(BIAS), .MEMORIES(RAGGED > 0 ? SETS * SIMD : 0),
             .WORDS((RAGGED > 0 ? SETS * SIMD * 32 : 32)'(WORDS)), .ROM_STYLE(ROM_STYLE)) mac (
      .clk(clk), .rst(rst), .en(en), .fire(fire), .last(last), .take((RAGGED > 0 ? SETS * SIMD : 1)'(reads)), .x(x),
      .m_data(m_data), .m_valid(m_valid), .m_ready(m_ready));
endmodule
