// Weights of a matrix-vector unit, step by step, from what is stored of them: memory, arrangement, decoder.
//
//   SIMD, PE    weights of a step: PE rows of SIMD      K, N   columns and rows; SIMD divides K, PE divides N
//   WW          bits of a weight                        EW     bits of a stored element
//   DECODER     0: stored elements are weights, EW = WW
//               1: codes into a codebook of ENTRIES <= 2^EW (A9)
//               2: signed deltas to a reference (A10, fixed)
//               3: signed deltas to the weight before (A10, consecutive), the first of a run to its reference
//   GROUPS      codebooks or references: row n uses group n*GROUPS/N; PE divides N/GROUPS or N/GROUPS divides PE.
//               DECODER = 3: GROUPS = N
//   RUNS        references per row, where there are more than one: column k uses run k*RUNS/K, GROUPS = N; SIMD
//               divides K/RUNS
//   SHIFT       deltas count 2^SHIFT
//   BLOCK       b > 1: the weight is of circulant b x b blocks, of which the first column is stored (A13): row
//               i*b+u, column j*b+v has element (u-v) mod b of vector i, j. PE and SIMD divide b or b divides them;
//               not with DECODER = 3
//   MEMORIES    0: every PE rows take K/SIMD steps, and a word of WEIGHTS has all weights of one. Else rows take as many steps as `last` says, and
//               so many memories, a multiple of SIMD, go on alone, in the steps in which they are asked for a word: memory q*SIMD+s has column s of
//               PE*SIMD/MEMORIES rows, the first of which is row q*PE*SIMD/MEMORIES. BLOCK = 1, RUNS = 1, DECODER < 3
//   WORDS       MEMORIES > 0: packed 32-bit numbers of their words. Memory i's image is the file WEIGHTS, i in four digits, ".hex"
//   WEIGHTS     ROM of stored elements. BLOCK = 1: word nf*SF+sf (SF = K/SIMD) holds row nf*PE+p, column sf*SIMD+s
//               at element p*SIMD+s. BLOCK = b, PU = max(PE, b), SU = max(SIMD, b): word nu*K/SU+su holds element t
//               of vector i = nu*PU/b+io, j = su*SU/b+jo at element (io*SU/b+jo)*b+t
//   TABLE       ROM of WW-bit entries, DECODER > 0. With PG = max(1, PE*GROUPS/N) groups side by side, entry e of
//               group s*PG+g is element g*ENTRIES+e of word s (references: ENTRIES = 1). RUNS > 1: word nf*RUNS+run
//               holds the PE references of run `run`
//   ROM_STYLE   for WEIGHTS
//
// `step`: a step fires. Steps are nf < N/PE, sf < K/SIMD, again and again. `last`: it is the last one of its rows. `take`: it needs a word of these
// memories; without, their part of `w` is any word. `w` holds weight p, s at element p*SIMD+s
// LATENCY cycles later: 1; 1 more where blocks are rotated (PE < b or SIMD < b); decoders 1 and 2: 1 more; decoder 3:
// 1 + ceil(log4(SIMD)) more. All stages move with `en`; `step` implies `en`.
module weft_weights #(
    parameter int SIMD = 1,
    parameter int PE = 1,
    parameter int K = 1,
    parameter int N = 1,
    parameter int WW = 8,
    parameter int EW = 8,
    parameter int DECODER = 0,
    parameter int ENTRIES = 1,
    parameter int GROUPS = 1,
    parameter int RUNS = 1,
    parameter int SHIFT = 0,
    parameter int BLOCK = 1,
    parameter int MEMORIES = 0,
    parameter logic [(MEMORIES > 0 ? MEMORIES : 1)*32-1:0] WORDS = '0,
    parameter WEIGHTS = "",
    parameter TABLE = "",
    parameter ROM_STYLE = "auto"
) (
    input  logic                  clk,
    input  logic                  rst,
    input  logic                  en,
    input  logic                  step,
    // verilator lint_off UNUSEDSIGNAL
    input  logic                  last,  // for decoders
    input  logic [(MEMORIES > 0 ? MEMORIES : 1)-1:0] take,
    // verilator lint_on UNUSEDSIGNAL
    output logic [PE*SIMD*WW-1:0] w
);
  localparam int PU = PE > BLOCK ? PE : BLOCK;   // rows and columns of a word
  localparam int SU = SIMD > BLOCK ? SIMD : BLOCK;
  localparam int VC = SU / BLOCK;                // vectors of a word, side by side
  localparam int WORD = PU / BLOCK * SU;         // elements
  localparam int CP = SU / SIMD;                 // steps along a row in which a word stays
  localparam int RP = PU / PE;                   // times that the words of a row of blocks are read
  localparam int KS = K / SU;                    // words of a row of blocks
  localparam int DEPTH = N / PU * KS;
  localparam int AW = DEPTH > 1 ? $clog2(DEPTH) : 1;
  localparam int CW = CP > 1 ? $clog2(CP) : 1;
  localparam int RW = RP > 1 ? $clog2(RP) : 1;
  localparam int JW = KS > 1 ? $clog2(KS) : 1;

`ifndef SYNTHESIS
  initial begin
    if (CP * SIMD != SU || RP * PE != PU || PU % BLOCK != 0 || SU % BLOCK != 0 || N % PU != 0 || K % SU != 0)
      $fatal(1, "weft_weights: PE %0d and SIMD %0d must divide BLOCK %0d or be multiples of it", PE, SIMD, BLOCK);
    if (DECODER == 0 ? EW != WW : DECODER == 1 && ENTRIES > (1 << EW))
      $fatal(1, "weft_weights: %0d bits do not fit stored elements of decoder %0d", EW, DECODER);
    if (DECODER == 3 && (GROUPS != N || BLOCK != 1))
      $fatal(1, "weft_weights: consecutive deltas have a reference in each row, and no blocks");
  end
`endif

  wire [PE*SIMD*EW-1:0] e;  // stored elements of the step
  generate
    if (MEMORIES > 0) begin : g_memories
      localparam int RS = PE * SIMD / (MEMORIES > 0 ? MEMORIES : 1);
      for (genvar i = 0; i < MEMORIES; i = i + 1) begin : g_memory
        localparam int D = WORDS[i*32+:32];
        localparam int W = D > 1 ? $clog2(D) : 1;
        logic [W-1:0] at;
        wire [RS*EW-1:0] word;
        always_ff @(posedge clk) begin
          if (rst) at <= '0;
          else if (step && take[i]) at <= 32'(at) == D - 1 ? '0 : at + 1'b1;
        end
        weft_rom #(.WIDTH(RS * EW), .DEPTH(D), .ROM_STYLE(ROM_STYLE),
                   .ROM({WEIGHTS, 8'(48 + i / 1000), 8'(48 + i / 100 % 10), 8'(48 + i / 10 % 10), 8'(48 + i % 10), ".hex"})) stored (
            .clk(clk), .en(en), .addr(at), .q(word));
        for (genvar r = 0; r < RS; r = r + 1) begin : g_row
          assign e[((i/SIMD*RS+r)*SIMD+i%SIMD)*EW+:EW] = word[r*EW+:EW];
        end
      end
    end else begin : g_whole
      // Where the step's word is: along the row, and the row again while the blocks are higher than PE.
      logic [AW-1:0] addr;
      logic [CW-1:0] q;
      logic [RW-1:0] r;
      logic [JW-1:0] j;
      wire next = 32'(q) == CP - 1;
      wire row = next && 32'(j) == KS - 1;
      wire again = row && 32'(r) != RP - 1;
      always_ff @(posedge clk) begin
        if (rst) begin
          addr <= '0;
          q    <= '0;
          r    <= '0;
          j    <= '0;
        end else if (step) begin
          q <= next ? '0 : q + 1'b1;
          if (next) begin
            j    <= row ? '0 : j + 1'b1;
            addr <= again ? addr - AW'(KS - 1) : 32'(addr) == DEPTH - 1 ? '0 : addr + 1'b1;
          end
          if (row) r <= again ? r + 1'b1 : '0;
        end
      end

      wire [WORD*EW-1:0] word;
      weft_rom #(.WIDTH(WORD * EW), .DEPTH(DEPTH), .ROM(WEIGHTS), .ROM_STYLE(ROM_STYLE)) stored (
          .clk(clk), .en(en), .addr(addr), .q(word));

      weft_circulant #(.SIMD(SIMD), .PE(PE), .BLOCK(BLOCK), .EW(EW), .VC(VC), .WORD(WORD)) arrange (
          .clk(clk), .rst(rst), .en(en), .step(step), .row(row), .word(word), .e(e));
    end
  endgenerate

  generate
    if (DECODER == 0) begin : g_stored
      assign w = e[PE*SIMD*WW-1:0];
    end else begin : g_decode
      weft_decode #(.SIMD(SIMD), .PE(PE), .K(K), .N(N), .WW(WW), .EW(EW), .DECODER(DECODER), .ENTRIES(ENTRIES),
                    .GROUPS(GROUPS), .RUNS(RUNS), .SHIFT(SHIFT), .WAIT(CP * RP > 1 ? 1 : 0), .TABLE(TABLE)) decode (
          .clk(clk), .rst(rst), .en(en), .step(step), .last(last), .e(e), .w(w));
    end
  endgenerate
endmodule
