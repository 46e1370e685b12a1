// Input side of weft_mvu_gather: the parts of a vector that lists of inputs need, in memories of two banks, and the addresses, which follow
// from where lists begin and what they leave out.
//
//   SIMD      memories of a list: the first STEPS inputs of a list are read from memory 0, the next from memory 1, ...
//   SETS      lists side by side, each with SIMD memories
//   K         elements of a vector        LOAD   elements of a beat, a power of two that divides K
//   STEPS     steps of a list             PASSES times that a list is read       LISTS   lists of a vector, a multiple of SETS
//   DEPTH     words of LOAD elements that a memory has in each bank
//   FIRST     SIMD packed 32-bit numbers: the word of the vector at which the memory begins
//   GW        bits of a gap
//   STARTS    ROM: word g (LISTS/SETS words) has the element with which memory q*SIMD+s begins, counted from that of its first word, for
//             list g*SETS+q at element q*SIMD+s; max(1, clog2(DEPTH*LOAD)) bits each
//   GAPS      ROM: word g*STEPS+t has the elements left out between steps t and t+1, in the same order, GW bits each; not with STEPS = 1
//   ROM_STYLE for GAPS
//   RAGGED    1: lists differ in length. Those side by side have equally many steps, STEPS or fewer, and some places of a step read nothing: x
//             is 0 there. A memory reads nothing from the start of a list on that is DEPTH*LOAD, and in the step after a gap with all bits
//             set, which leaves out as many inputs. A bit more than the element may be needed: max(1, clog2(DEPTH*LOAD + 1)) bits in STARTS
//   GAP_WORDS of GAPS, for RAGGED
//   COUNTS    ROM, for RAGGED: word g*PASSES+p has the steps of list g less one, TW = max(1, clog2(STEPS)) bits, and on top a bit that is set
//             where pass p is one step that reads nothing
//
// Rule T7: a beat of LOAD elements is taken while one of the two banks is free; steps fire while one is full. `fire`: a step fires in this
// cycle, `last`: it is the last one of its list, `reads`: these memories give an element to it; its elements are on `x` a cycle later (stage 1), that of memory q*SIMD+s at q*SIMD+s.
module weft_gather #(
    parameter int SIMD = 1,
    parameter int SETS = 1,
    parameter int K = 2,
    parameter int LOAD = 1,
    parameter int STEPS = 1,
    parameter int PASSES = 1,
    parameter int LISTS = 1,
    parameter int DEPTH = 2,
    parameter logic [SIMD*32-1:0] FIRST = {SIMD{32'd0}},
    parameter int GW = 1,
    parameter int XW = 8,
    parameter STARTS = "",
    parameter GAPS = "",
    parameter ROM_STYLE = "auto",
    parameter int RAGGED = 0,
    parameter int GAP_WORDS = LISTS / SETS * STEPS,
    parameter COUNTS = ""
) (
    input  logic                    clk,
    input  logic                    rst,
    input  logic                    en,
    input  logic [LOAD*XW-1:0]      s_data,
    input  logic                    s_valid,
    output logic                    s_ready,
    output logic                    fire,
    output logic                    last,
    output logic [SETS*SIMD-1:0]    reads,
    output logic [SETS*SIMD*XW-1:0] x
);
  localparam int LANES = SETS * SIMD;
  localparam int BEATS = K / LOAD;
  localparam int WORDS = LISTS / SETS;  // of STARTS
  localparam int BW = BEATS > 1 ? $clog2(BEATS) : 1;
  localparam int LW = $clog2(LOAD);
  localparam int AW = DEPTH > 1 ? $clog2(DEPTH) : 1;
  localparam int NONE = DEPTH * LOAD;
  localparam int EW = NONE + RAGGED > 1 ? $clog2(NONE + RAGGED) : 1;
  localparam int TW = STEPS > 1 ? $clog2(STEPS) : 1;
  localparam int PW = PASSES > 1 ? $clog2(PASSES) : 1;
  localparam int GAW = WORDS > 1 ? $clog2(WORDS) : 1;

`ifndef SYNTHESIS
  initial begin
    if (BEATS * LOAD != K || LOAD != (1 << LW)) $fatal(1, "weft_gather: LOAD %0d must be a power of two that divides K = %0d", LOAD, K);
    if (WORDS * SETS != LISTS) $fatal(1, "weft_gather: SETS %0d must divide the %0d lists", SETS, LISTS);
  end
`endif

  // Where the two sides are: beat; step, pass and list.
  logic [BW-1:0] beat;
  logic [TW-1:0] t;
  logic [PW-1:0] pass;
  logic [GAW-1:0] list;
  wire push, wbank, rbank;
  wire wlast = 32'(beat) == BEATS - 1;
  wire first = t == '0;
  wire on = last && 32'(pass) == PASSES - 1;
  wire rlast = on && 32'(list) == WORDS - 1;
  wire [GAW-1:0] next = !(fire && on) ? list : rlast ? '0 : list + 1'b1;
  wire idle;             // the step reads nothing
  wire [TW-1:0] ending;  // number of the list's last step
  assign last = idle || t == ending;
  weft_banks banks (
      .clk(clk), .rst(rst), .en(en), .s_valid(s_valid), .s_ready(s_ready), .push(push), .wlast(wlast), .wbank(wbank),
      .fire(fire), .rlast(rlast), .rbank(rbank));
  always_ff @(posedge clk) begin
    if (rst) begin
      beat <= '0;
      t    <= '0;
      pass <= '0;
      list <= '0;
    end else begin
      if (push) beat <= wlast ? '0 : beat + 1'b1;
      if (fire) begin
        t <= last ? '0 : t + 1'b1;
        if (last) pass <= on ? '0 : pass + 1'b1;
      end
      list <= next;
    end
  end

  // Memories are read a cycle ahead: `start` and `gap` are those of the step that fires.
  wire [LANES*EW-1:0] start;
  wire [LANES*GW-1:0] gap;
  weft_rom #(.WIDTH(LANES * EW), .DEPTH(WORDS), .ROM(STARTS)) starts (.clk(clk), .en(1'b1), .addr(next), .q(start));
  generate
    if (RAGGED == 0) begin : g_equal
      assign idle = 1'b0;
      assign ending = TW'(STEPS - 1);
    end else begin : g_ragged
      localparam int CD = WORDS * PASSES;
      localparam int CW = CD > 1 ? $clog2(CD) : 1;
      logic [CW-1:0] turn;
      wire [CW-1:0] follows = !(fire && last) ? turn : 32'(turn) == CD - 1 ? '0 : turn + 1'b1;
      always_ff @(posedge clk) turn <= rst ? '0 : follows;
      weft_rom #(.WIDTH(TW + 1), .DEPTH(CD), .ROM(COUNTS)) counts (.clk(clk), .en(1'b1), .addr(follows), .q({idle, ending}));
    end
    if (STEPS == 1) begin : g_no_gaps
      assign gap = '0;
    end else begin : g_gaps
      localparam int DW = $clog2(GAP_WORDS);
      logic [DW-1:0] at;
      wire [DW-1:0] after = !fire ? at : last && !on ? at - DW'(t) : rlast ? '0 : idle ? at + DW'(ending) + 1'b1 : at + 1'b1;
      always_ff @(posedge clk) at <= rst ? '0 : after;
      weft_rom #(.WIDTH(LANES * GW), .DEPTH(GAP_WORDS), .ROM(GAPS), .ROM_STYLE(ROM_STYLE)) gaps (
          .clk(clk), .en(1'b1), .addr(after), .q(gap));
    end

    for (genvar i = 0; i < LANES; i = i + 1) begin : g_memory
      localparam logic [31:0] BEGIN = FIRST[i%SIMD*32+:32];
      // Element of the step, counted from the memory's first.
      logic [EW-1:0] follows;
      wire [EW-1:0] e = first ? start[i*EW+:EW] : follows;
      wire escape, nothing;
      assign reads[i] = !nothing;
      always_ff @(posedge clk) if (fire) follows <= e + EW'(gap[i*GW+:GW]) + EW'(!escape);
      if (RAGGED == 0) begin : g_all
        assign escape = 1'b0;
        assign nothing = 1'b0;
      end else begin : g_some
        logic skips;
        assign escape = &gap[i*GW+:GW];
        assign nothing = first ? idle || 32'(e) >= NONE : skips;
        always_ff @(posedge clk) if (fire) skips <= escape;
      end

      // A bank is written only when all of it has been read, in steps that fired: stalls behind stage 1 do no harm.
      logic [LOAD*XW-1:0] mem[0:(1<<AW)+DEPTH-1];
      logic [LOAD*XW-1:0] q;
      wire [31:0] word = 32'(beat) - BEGIN;
      always_ff @(posedge clk) begin
        if (push && word < DEPTH) mem[{wbank, AW'(word)}] <= s_data;
        if (en) q <= nothing ? '0 : mem[{rbank, AW'(e >> LW)}];
      end
      if (LOAD == 1) begin : g_element
        assign x[i*XW+:XW] = q;
      end else begin : g_elements
        logic [LW-1:0] which;
        always_ff @(posedge clk) if (en) which <= e[LW-1:0];
        weft_select #(.N(LOAD), .W(XW), .SW(LW)) pick (.d(q), .sel(which), .y(x[i*XW+:XW]));
      end
    end
  endgenerate
endmodule
