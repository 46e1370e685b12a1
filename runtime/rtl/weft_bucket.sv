// Sums of the inputs of one lane by code, double-buffered (part of weft_mvu_clustered).
//
//   XE    bits of a signed input      BW     bits of a sum
//   CB    bits of a code              READS  sums read in parallel while the next ones are formed
//
// The sums stand in LUTRAM, one adder for all of them. `touched` says which of them have been written since
// the vector began, so that nothing needs clearing and a reset needs no time. Where READS is a power of two, read r sees
// codes that are r modulo READS only: each of them has a memory of its own with one port to read, for synthesis
// copies a memory for every port, and takes gigabytes to find out how where there are sixteen.
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
  localparam int RB = $clog2(READS);
  localparam bit BANKED = READS == (1 << RB) && RB <= CB;
  localparam int BANKS = BANKED ? READS : 1;
  localparam int DB = BANKED ? CB - RB : CB;  // bits of a code that address within its bank

  logic [(1<<CB)-1:0] touched, full;
  wire [(1<<CB)-1:0] seen = fresh ? '0 : touched;
  wire [(1<<CB)-1:0] now = seen | ((1 << CB)'(1) << code);
  wire [BANKS*BW-1:0] olds;
  wire [BW-1:0] old;
  wire [BW-1:0] next = (seen[code] ? old : '0) + BW'($signed(x));

  always_ff @(posedge clk) begin
    if (step) begin
      touched <= now;
      if (last) full <= now;
    end
  end

  generate
    if (BANKED && RB > 0) begin : g_pick
      assign old = olds[32'(code[(RB > 0 ? RB : 1)-1:0])*BW+:BW];
    end else begin : g_only
      assign old = olds[BW-1:0];
    end
    for (genvar b = 0; b < BANKS; b = b + 1) begin : g_bank
      wire mine;
      if (BANKED && RB > 0) begin : g_some
        assign mine = 32'(code[(RB > 0 ? RB : 1)-1:0]) == b;
      end else begin : g_all
        assign mine = 1'b1;
      end
      if (DB == 0) begin : g_regs
        logic [BW-1:0] even, odd;
        always_ff @(posedge clk) begin
          if (step && mine && !bank) even <= next;
          if (step && mine && bank) odd <= next;
        end
        assign olds[b*BW+:BW] = bank ? odd : even;
        assign sum[b*BW+:BW] = exists[b] && full[entry[b*CB+:CB]] ? (bank ? even : odd) : '0;
      end else begin : g_mem
        logic [BW-1:0] mem[0:(2<<DB)-1];
        wire [(DB > 0 ? DB : 1)-1:0] at = (DB > 0 ? DB : 1)'(code >> (CB - DB));
        always_ff @(posedge clk) if (step && mine) mem[{bank, at}] <= next;
        assign olds[b*BW+:BW] = mem[{bank, at}];
        for (genvar r = b; r < (BANKED ? b + 1 : READS); r = r + 1) begin : g_read
          wire [CB-1:0] k = entry[r*CB+:CB];
          wire [(DB > 0 ? DB : 1)-1:0] from = (DB > 0 ? DB : 1)'(k >> (CB - DB));
          wire [BW-1:0] held = mem[{!bank, from}];
          assign sum[r*BW+:BW] = exists[r] && full[k] ? held : '0;
        end
      end
    end
  endgenerate
endmodule
