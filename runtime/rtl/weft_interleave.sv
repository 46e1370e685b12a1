// Input side of the sparse matrix-vector unit: activation memories in two banks, and the addresses of a clash-free
// interleaver (part of weft_sparse_mvu). Source: Dey, Beerel, Chugg, ReConFig 2018.
//
//   Z        memories, each read once a step: edges per step
//   TURNS    steps per row of the interleaver, whose rows have Z*TURNS edges
//   K        elements of a vector; ROWS = K/(Z*TURNS). Element t*Z*TURNS + j*Z + i is in memory i, word j*ROWS + t
//   SWEEPS   times that a vector is read (the fan-out)      SF   steps per output
//   TYPE     of the interleaver. Step j of row r of sweep s reads in memory i the word j*ROWS + t, with
//            1: t = START;  2, 3: t = (START + r) mod ROWS
//   STARTS   ROM of Z numbers START a word, memory 0 least significant, max(1, clog2(ROWS)) bits each. Word,
//            TYPE 1: (s*ROWS + r)*TURNS + j;  2: s*TURNS + j;  3: j
//   DITHERS  0: lane i gets what memory i read. 1 or SWEEPS: words of LANES. Not with TURNS > 1
//   LANES    ROM of Z memory numbers a word, lane 0 least significant, max(1, clog2(Z)) bits each: what a lane gets,
//            in all sweeps or in sweep s
//
// Rule T7: a beat of Z elements is taken while one of the two banks is free; steps fire while one is full. `fire`: a
// step fires in this cycle, `last`: it is an output's last one; its elements are on `x` a cycle later (stage 1).
module weft_interleave #(
    parameter int Z = 2,
    parameter int TURNS = 1,
    parameter int K = 4,
    parameter int SWEEPS = 1,
    parameter int SF = 1,
    parameter int XW = 8,
    parameter int TYPE = 3,
    parameter int DITHERS = 0,
    parameter STARTS = "",
    parameter LANES = ""
) (
    input  logic            clk,
    input  logic            rst,
    input  logic            en,
    input  logic [Z*XW-1:0] s_data,
    input  logic            s_valid,
    output logic            s_ready,
    output logic            fire,
    output logic            last,
    output logic [Z*XW-1:0] x
);
  localparam int ROWS = K / (Z * TURNS);
  localparam int WORDS = ROWS * TURNS;  // of a memory, in each bank
  localparam int AW = WORDS > 1 ? $clog2(WORDS) : 1;
  localparam int FW = SF > 1 ? $clog2(SF) : 1;
  localparam int SW = SWEEPS > 1 ? $clog2(SWEEPS) : 1;
  localparam int TW = TURNS > 1 ? $clog2(TURNS) : 1;
  localparam int RW = ROWS > 1 ? $clog2(ROWS) : 1;

`ifndef SYNTHESIS
  initial begin
    if (ROWS * Z * TURNS != K) $fatal(1, "weft_interleave: Z*TURNS = %0d must divide K = %0d", Z * TURNS, K);
    if (TURNS > 1 && DITHERS != 0) $fatal(1, "weft_interleave: dither needs TURNS = 1");
  end
`endif

  // Where the two sides are; rword: step of the sweep.
  logic [AW-1:0] wword, rword;
  logic [SW-1:0] sweep;
  logic [FW-1:0] sf;
  wire push, wlast, wbank, rbank;
  wire sweep_end = 32'(rword) == WORDS - 1;
  weft_banks banks (
      .clk(clk), .rst(rst), .en(en), .s_valid(s_valid), .s_ready(s_ready), .push(push), .wlast(wlast), .wbank(wbank),
      .fire(fire), .rlast(sweep_end && 32'(sweep) == SWEEPS - 1), .rbank(rbank));
  assign last = 32'(sf) == SF - 1;
  always_ff @(posedge clk) begin
    if (rst) begin
      rword <= '0;
      sweep <= '0;
      sf    <= '0;
    end else if (fire) begin
      sf <= last ? '0 : sf + 1'b1;
      rword <= sweep_end ? '0 : rword + 1'b1;
      if (sweep_end) sweep <= 32'(sweep) == SWEEPS - 1 ? '0 : sweep + 1'b1;
    end
  end

  // Beat t*TURNS + j is word j*ROWS + t.
  generate
    if (TURNS == 1) begin : g_straight
      assign wlast = 32'(wword) == WORDS - 1;
      always_ff @(posedge clk) begin
        if (rst) wword <= '0;
        else if (push) wword <= wlast ? '0 : wword + 1'b1;
      end
    end else begin : g_turns
      logic [TW-1:0] wturn;
      logic [RW-1:0] wrow;
      wire turn_end = 32'(wturn) == TURNS - 1;
      assign wlast = turn_end && 32'(wrow) == ROWS - 1;
      always_ff @(posedge clk) begin
        if (rst) begin
          wword <= '0;
          wturn <= '0;
          wrow  <= '0;
        end else if (push) begin
          wturn <= turn_end ? '0 : wturn + 1'b1;
          if (turn_end) wrow <= wlast ? '0 : wrow + 1'b1;
          wword <= wlast ? '0 : turn_end ? AW'(wrow) + 1'b1 : wword + AW'(ROWS);
        end
      end
    end
  endgenerate

  wire [Z*AW-1:0] raddr;
  weft_interleave_address #(.Z(Z), .TURNS(TURNS), .ROWS(ROWS), .SWEEPS(SWEEPS), .TYPE(TYPE), .STARTS(STARTS)) address (
      .clk(clk), .rst(rst), .fire(fire), .word(raddr));

  // A bank is written only when all of it has been read, in steps that fired: stalls behind stage 1 do no harm.
  wire [Z*XW-1:0] read;
  generate
    for (genvar i = 0; i < Z; i = i + 1) begin : g_memory
      logic [XW-1:0] mem[0:(1<<AW)+WORDS-1];
      logic [XW-1:0] q;
      always_ff @(posedge clk) begin
        if (push) mem[{wbank, wword}] <= s_data[i*XW+:XW];
        if (en) q <= mem[{rbank, raddr[i*AW+:AW]}];
      end
      assign read[i*XW+:XW] = q;
    end
    if (DITHERS == 0) begin : g_lanes
      assign x = read;
    end else begin : g_dither
      localparam int LW = Z > 1 ? $clog2(Z) : 1;
      localparam int DW = DITHERS > 1 ? $clog2(DITHERS) : 1;
      // `pick` is that of the step which fires, read a cycle ahead.
      wire [SW-1:0] next = !(fire && sweep_end) ? sweep : 32'(sweep) == SWEEPS - 1 ? '0 : sweep + 1'b1;
      wire [Z*LW-1:0] pick;
      logic [Z*LW-1:0] picked;
      weft_rom #(.WIDTH(Z * LW), .DEPTH(DITHERS), .ROM(LANES)) lanes (
          .clk(clk), .en(1'b1), .addr(DITHERS > 1 ? DW'(next) : '0), .q(pick));
      always_ff @(posedge clk) if (en) picked <= pick;
      for (genvar i = 0; i < Z; i = i + 1) begin : g_lane
        weft_select #(.N(Z), .W(XW), .SW(LW)) lane (.d(read), .sel(picked[i*LW+:LW]), .y(x[i*XW+:XW]));
      end
    end
  endgenerate
endmodule
