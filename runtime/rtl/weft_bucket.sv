// Sums of the inputs of one lane by code, double-buffered (part of weft_mvu_clustered).
//
//   XE    bits of a signed input      BW     bits of a sum
//   CB    bits of a code              READS  sums read in parallel while the next ones are formed
//
// The sums stand in LUTRAM, one adder for all of them. `touched` says which of them have been written since
// the vector began, so that nothing needs clearing and a reset needs no time.
module weft_bucket #(
    parameter int XE = 8,
    parameter int BW = 16,
    parameter int CB = 4,
    parameter int READS = 1
) (
    input  logic                clk,
    input  logic                step,   // add `x` to the sum of `code`
    input  logic                fresh,  // it is the first of a vector
    input  logic                last,   // it is the last: the sums go over to the reading side
    input  logic                bank,   // half being written; the other one is read
    input  logic [XE-1:0]       x,
    input  logic [CB-1:0]       code,
    input  logic [READS*CB-1:0] entry,
    input  logic [READS-1:0]    exists,  // `entry` is one of the codebook
    output logic [READS*BW-1:0] sum
);
  logic [BW-1:0] mem[0:(2<<CB)-1];
  logic [(1<<CB)-1:0] touched, full;
  wire [(1<<CB)-1:0] seen = fresh ? '0 : touched;
  wire [(1<<CB)-1:0] now = seen | ((1 << CB)'(1) << code);
  wire [BW-1:0] old = mem[{bank, code}];

  always_ff @(posedge clk) begin
    if (step) begin
      mem[{bank, code}] <= (seen[code] ? old : '0) + BW'($signed(x));
      touched <= now;
      if (last) full <= now;
    end
  end

  generate
    for (genvar r = 0; r < READS; r = r + 1) begin : g_read
      wire [CB-1:0] k = entry[r*CB+:CB];
      wire [BW-1:0] held = mem[{!bank, k}];
      assign sum[r*BW+:BW] = exists[r] && full[k] ? held : '0;
    end
  endgenerate
endmodule
