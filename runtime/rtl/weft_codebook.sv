// Codebook entries for the multipliers of weft_mvu_clustered, whose header gives the parameters and the ROM.
//
//   PEU    outputs served at a time       READS  entries per output at a time
//
// LATENCY 1 from k, sub to `weights`: entry k*READS+r of the group of output sub*PEU+u at (u*READS+r)*WW.
// `next`: the PE outputs at work are done after this cycle.
module weft_codebook #(
    parameter int N = 1,
    parameter int PE = 1,
    parameter int GROUPS = 1,
    parameter int ENTRIES = 1,
    parameter int WW = 8,
    parameter int PEU = 1,
    parameter int READS = 1,
    parameter int KW = 1,
    parameter int SW = 1,
    parameter CODEBOOK = ""
) (
    input  logic                    clk,
    input  logic                    rst,
    input  logic                    en,
    input  logic                    next,
    input  logic [KW-1:0]           k,
    input  logic [SW-1:0]           sub,
    output logic [PEU*READS*WW-1:0] weights
);
  localparam int SUBS = PE / PEU;
  localparam int SIZE = N / GROUPS;                // outputs per group
  localparam int PG = PE > SIZE ? PE / SIZE : 1;   // groups side by side
  localparam int SLICES = GROUPS / PG;
  localparam int STAY = SIZE > PE ? SIZE / PE : 1; // output groups of PE which use the same slice
  localparam int DEPTH = SLICES * ENTRIES;
  localparam int AW = DEPTH > 1 ? $clog2(DEPTH) : 1;
  localparam int TW = STAY > 1 ? $clog2(STAY) : 1;

`ifndef SYNTHESIS
  initial
    if (SIZE * GROUPS != N || (PE > SIZE ? PE % SIZE : SIZE % PE) != 0)
      $fatal(1, "weft_codebook: %0d groups of %0d outputs do not align with PE %0d", GROUPS, N, PE);
`endif

  logic [AW-1:0] base;
  logic [TW-1:0] stay;
  logic [SW-1:0] turn;
  always_ff @(posedge clk) begin
    if (rst) begin
      base <= '0;
      stay <= '0;
    end else if (en && next) begin
      stay <= 32'(stay) == STAY - 1 ? '0 : stay + 1'b1;
      if (32'(stay) == STAY - 1) base <= 32'(base) == DEPTH - ENTRIES ? '0 : base + AW'(ENTRIES);
    end
  end
  always_ff @(posedge clk) if (en) turn <= sub;

  generate
    for (genvar r = 0; r < READS; r = r + 1) begin : g_read
      wire [31:0] e = 32'(k) * READS + r;
      // Past the last entry the sum is 0; stay inside the ROM so that no x gets in.
      wire [AW-1:0] addr = base + (e < ENTRIES ? AW'(e) : '0);
      wire [PG*WW-1:0] q;
      weft_rom #(.WIDTH(PG * WW), .DEPTH(DEPTH), .ROM(CODEBOOK)) entries (
          .clk(clk), .en(en), .addr(addr), .q(q));
      for (genvar u = 0; u < PEU; u = u + 1) begin : g_unit
        wire [SUBS*WW-1:0] choice;
        for (genvar t = 0; t < SUBS; t = t + 1) begin : g_turn
          assign choice[t*WW+:WW] = q[((t*PEU+u)*PG/PE)*WW+:WW];
        end
        weft_select #(.N(SUBS), .W(WW), .SW(SW)) pick (
            .d(choice), .sel(turn), .y(weights[(u*READS+r)*WW+:WW]));
      end
    end
  endgenerate
endmodule
