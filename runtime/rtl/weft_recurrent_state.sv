// The state that a recurrent unit multiplies: H elements, written PE at a time while the ones before are read SIMD at
// a time. Two banks, which change places after H elements.
//
//   H            elements; SIMD and PE divide it, and one of them the other
//   SIMD, PE     elements read and written at a time        W   bits of an element
//
// `bank`, `beat`: the bank that is read, and which SIMD elements of it; `q` holds them one cycle later (with `en`).
// `write`: the next PE elements, `d`; those of the first bank come first. A beat written in cycle t can be asked for in t+1.
module weft_recurrent_state #(
    parameter int H = 1,
    parameter int SIMD = 1,
    parameter int PE = 1,
    parameter int W = 8
) (
    input  logic                                              clk,
    input  logic                                              rst,
    input  logic                                              en,
    input  logic                                              bank,
    input  logic [(H / SIMD > 1 ? $clog2(H / SIMD) : 1)-1:0] beat,
    output logic [SIMD*W-1:0]                                 q,
    input  logic                                              write,
    input  logic [PE*W-1:0]                                   d
);
  localparam int L = SIMD > PE ? SIMD : PE;  // elements of a word
  localparam int PIECES = L / PE;            // writes to a word
  localparam int PARTS = L / SIMD;           // reads from a word
  localparam int WORDS = H / L;
  localparam int AW = WORDS > 1 ? $clog2(WORDS) : 1;
  localparam int MA = $clog2(2 * WORDS);
  localparam int CW = PIECES > 1 ? $clog2(PIECES) : 1;

`ifndef SYNTHESIS
  initial if (WORDS * L != H || PIECES * PE != L || PARTS * SIMD != L)
    $fatal(1, "weft_recurrent_state: SIMD %0d and PE %0d must divide H %0d, and one the other", SIMD, PE, H);
`endif

  logic [AW-1:0] waddr;
  logic [CW-1:0] piece;
  logic wbank;
  wire full = 32'(piece) == PIECES - 1;
  wire wrap = full && 32'(waddr) == WORDS - 1;
  always_ff @(posedge clk) begin
    if (rst) begin
      waddr <= '0;
      piece <= '0;
      wbank <= 1'b0;
    end else if (write) begin
      piece <= full ? '0 : piece + 1'b1;
      if (full) waddr <= wrap ? '0 : waddr + 1'b1;
      if (wrap) wbank <= !wbank;
    end
  end

  wire [L*W-1:0] word;
  wire [AW-1:0] raddr = AW'(32'(beat) / PARTS);
  generate
    for (genvar i = 0; i < PIECES; i = i + 1) begin : g_piece
      logic [PE*W-1:0] mem[0:2*WORDS-1];
      logic [PE*W-1:0] r;
      always_ff @(posedge clk) begin
        if (write && 32'(piece) == i) mem[MA'(wbank ? WORDS : 0)+MA'(waddr)] <= d;
        if (en) r <= mem[MA'(bank ? WORDS : 0)+MA'(raddr)];
      end
      assign word[i*PE*W+:PE*W] = r;
    end
    if (PARTS > 1) begin : g_part
      localparam int PB = $clog2(PARTS);
      logic [PB-1:0] part;
      always_ff @(posedge clk) if (en) part <= PB'(32'(beat) % PARTS);
      assign q = word[32'(part)*SIMD*W+:SIMD*W];
    end else begin : g_whole
      assign q = word;
    end
  endgenerate
endmodule
