// Beats of every frame in another order (T6), some of them often and some not at all: two buffers of a frame, one written in the order of the stream while
// the other is read by nested counters.
//
//   W       bits per beat        FRAME  beats per frame that are written
//   LOOPS   counters, innermost first; their counts multiply to the beats per frame that are read, P
//   COUNTS  LOOPS packed 32-bit numbers, innermost lowest: iterations of each
//   MOVES   LOOPS packed signed 32-bit numbers: how far the read address moves, in beats, when the loop advances and all
//           inside it restart
//   START   the beat that is read first: loops that go backward begin at their end
//   RAM_STYLE  "auto" | "block" | "distributed"
//
// Read step p of frame f = p / P: need(p) = (f+1)*FRAME, limit(p) = (f+2)*FRAME. Each emits. LATENCY D = 1.
module weft_reorder #(
    parameter int W = 8,
    parameter int FRAME = 1,
    parameter int LOOPS = 1,
    parameter logic [LOOPS*32-1:0] COUNTS = {LOOPS{32'd1}},
    parameter logic [LOOPS*32-1:0] MOVES = {LOOPS{32'd1}},
    parameter int START = 0,
    // verilator lint_off UNUSEDPARAM
    parameter RAM_STYLE = "auto"  // used in an attribute, which Verilator drops
    // verilator lint_on UNUSEDPARAM
) (
    input  logic         clk,
    input  logic         rst,
    input  logic [W-1:0] s_data,
    input  logic         s_valid,
    output logic         s_ready,
    output logic [W-1:0] m_data,
    output logic         m_valid,
    input  logic         m_ready
);
  localparam int AW = $clog2(2 * FRAME);

  logic [1:0] full;  // frames that are written and not yet read
  logic [AW-1:0] waddr, raddr;
  logic upper;  // the buffer that is read
  wire en = !m_valid || m_ready;
  wire fire = en && full != 2'd0;
  wire push = s_valid && s_ready;
  assign s_ready = full != 2'd2;

  // turn[k]: all loops inside loop k are at their end, so that loop k advances with this step.
  wire [LOOPS-1:0] last, turn;
  wire done = &last;
  generate
    for (genvar k = 0; k < LOOPS; k = k + 1) begin : g_loop
      localparam int COUNT = COUNTS[k*32+:32];
      logic [(COUNT > 1 ? $clog2(COUNT) : 1)-1:0] index;
      assign last[k] = 32'(index) == COUNT - 1;
      if (k == 0) begin : g_innermost
        assign turn[k] = 1'b1;
      end else begin : g_outer
        assign turn[k] = &last[k-1:0];
      end
      always_ff @(posedge clk) begin
        if (rst) index <= '0;
        else if (fire && turn[k]) index <= last[k] ? '0 : index + 1'b1;
      end
    end
  endgenerate
  // The outermost loop that advances decides.
  logic [AW-1:0] move;
  always_comb begin
    move = '0;
    for (int k = 0; k < LOOPS; k = k + 1) if (turn[k]) move = AW'(MOVES[k*32+:32]);
  end
  wire wlast = 32'(waddr) == FRAME - 1 || 32'(waddr) == 2 * FRAME - 1;

`ifndef SYNTHESIS
  initial begin : check
    int spanned, reach, least, most;
    spanned = 0;
    least = START;
    most = START;
    for (int k = 0; k < LOOPS; k = k + 1) begin
      reach = (int'(COUNTS[k*32+:32]) - 1) * (int'(MOVES[k*32+:32]) + spanned);
      spanned = spanned + reach;
      if (reach < 0) least = least + reach;
      else most = most + reach;
    end
    if (least < 0 || most >= FRAME) $fatal(1, "weft_reorder: the loops read beats %0d to %0d of a frame of %0d", least, most, FRAME);
  end
`endif

  always_ff @(posedge clk) begin
    if (rst) begin
      full <= 2'd0;
      waddr <= '0;
      raddr <= AW'(START);
      upper <= 1'b0;
      m_valid <= 1'b0;
    end else begin
      if (push) waddr <= 32'(waddr) == 2 * FRAME - 1 ? '0 : waddr + 1'b1;
      if (en) m_valid <= fire;
      if (fire) begin
        raddr <= done ? (upper ? AW'(START) : AW'(FRAME + START)) : raddr + move;
        if (done) upper <= !upper;
      end
      full <= full + {1'b0, push && wlast} - {1'b0, fire && done};
    end
  end

  (* ram_style = RAM_STYLE *)
  logic [W-1:0] mem[0:2*FRAME-1];
  always_ff @(posedge clk) begin
    if (push) mem[waddr] <= s_data;
    if (en) m_data <= mem[raddr];
  end
endmodule
