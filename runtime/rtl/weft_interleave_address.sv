// Addresses of a clash-free interleaver, one for each of Z memories (part of weft_interleave, whose header gives the
// parameters). `word` is that of the step that fires, from registers: a step of lookahead fills them after reset,
// which takes two cycles, as long as any vector of more than one beat needs to arrive.
module weft_interleave_address #(
    parameter int Z = 2,
    parameter int TURNS = 1,
    parameter int ROWS = 2,
    parameter int SWEEPS = 1,
    parameter int TYPE = 3,
    parameter STARTS = ""
) (
    input  logic                                                       clk,
    input  logic                                                       rst,
    input  logic                                                       fire,
    output logic [Z*(ROWS*TURNS > 1 ? $clog2(ROWS * TURNS) : 1)-1:0] word
);
  localparam int AW = ROWS * TURNS > 1 ? $clog2(ROWS * TURNS) : 1;
  localparam int BW = ROWS > 1 ? $clog2(ROWS) : 1;
  localparam int TW = TURNS > 1 ? $clog2(TURNS) : 1;
  localparam int DEPTH = TYPE == 1 ? SWEEPS * ROWS * TURNS : TYPE == 2 ? SWEEPS * TURNS : TURNS;
  localparam int DW = DEPTH > 1 ? $clog2(DEPTH) : 1;

  generate
    if (ROWS * TURNS == 1) begin : g_one
      assign word = '0;
      // verilator lint_off UNUSED
      wire unused = &{1'b0, clk, rst, fire};
      // verilator lint_on UNUSED
    end else begin : g_walk
      // The step whose addresses are loaded next: its turn, its row, and its word of STARTS, which is on `starts`.
      logic [1:0] primed;
      logic [TW-1:0] turn;
      logic [BW-1:0] row;
      logic [DW-1:0] at;
      wire load = fire || primed == 2'b01;
      wire turn_end = 32'(turn) == TURNS - 1;
      wire row_end = turn_end && 32'(row) == ROWS - 1;
      wire on = TYPE == 1 || !turn_end || (TYPE == 2 && row_end);
      wire [DW-1:0] after = !on ? at - DW'(TURNS - 1) : 32'(at) == DEPTH - 1 ? '0 : at + 1'b1;
      always_ff @(posedge clk) begin
        if (rst) begin
          primed <= '0;
          turn   <= '0;
          row    <= '0;
          at     <= '0;
        end else begin
          primed <= {primed[0], 1'b1};
          if (load) begin
            turn <= turn_end ? '0 : turn + 1'b1;
            if (turn_end) row <= row_end ? '0 : row + 1'b1;
            at <= after;
          end
        end
      end
      wire [Z*BW-1:0] starts;
      weft_rom #(.WIDTH(Z * BW), .DEPTH(DEPTH), .ROM(STARTS)) rows (
          .clk(clk), .en(1'b1), .addr(load ? after : at), .q(starts));

      // verilator lint_off UNUSED
      wire [AW-1:0] base;  // not where addresses count by themselves
      // verilator lint_on UNUSED
      if (TURNS == 1) begin : g_base
        assign base = '0;
      end else begin : g_bases
        logic [AW-1:0] b;
        always_ff @(posedge clk) begin
          if (rst) b <= '0;
          else if (load) b <= turn_end ? '0 : b + AW'(ROWS);
        end
        assign base = b;
      end
      for (genvar i = 0; i < Z; i = i + 1) begin : g_memory
        wire [BW-1:0] start = starts[i*BW+:BW];
        logic [AW-1:0] a;
        assign word[i*AW+:AW] = a;
        if (TYPE == 1) begin : g_row
          always_ff @(posedge clk) if (load) a <= base + AW'(start);
        end else if (TURNS == 1) begin : g_count
          always_ff @(posedge clk)
            if (load) a <= row == '0 ? start : 32'(a) == ROWS - 1 ? '0 : a + 1'b1;
        end else begin : g_add
          wire [BW:0] sum = {1'b0, start} + {1'b0, row};
          wire [BW-1:0] t = BW'(32'(sum) >= ROWS ? sum - (BW + 1)'(ROWS) : sum);
          always_ff @(posedge clk) if (load) a <= base + AW'(t);
        end
      end
    end
  endgenerate
endmodule
