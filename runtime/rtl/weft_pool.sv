// Integer pooling (A6), behind weft_window in depthwise order (D4), or of whole frames in the order of the stream.
//
//   LANES, T       elements per beat, taps: KH*KW, or the pixels of a frame
//   FOLD           beats of a pixel, one tap of each in turn; 1 behind a window
//   BITS, SIGNED   element          SUM  0: maximum, 1: sum
//   OW             output bits (BITS for a maximum); wide enough for the sum, which never wraps
//
// Steps: t < T, f < FOLD. Consumes at every step, emits at t = T-1. LATENCY D = 1: the accumulator is the output. With FOLD > 1 accumulators are in a
// memory, of which the next step's is read ahead.
module weft_pool #(
    parameter int LANES = 1,
    parameter int T = 1,
    parameter int FOLD = 1,
    parameter int BITS = 8,
    parameter int SIGNED = 1,
    parameter int SUM = 0,
    parameter int OW = BITS
) (
    input  logic                  clk,
    input  logic                  rst,
    input  logic [LANES*BITS-1:0] s_data,
    input  logic                  s_valid,
    output logic                  s_ready,
    output logic [LANES*OW-1:0]   m_data,
    output logic                  m_valid,
    input  logic                  m_ready
);
  localparam int TB = T > 1 ? $clog2(T) : 1;
  logic [TB-1:0] tap;
  wire en = !m_valid || m_ready;
  wire fire = en && s_valid;
  wire last = 32'(tap) == T - 1;
  wire turn;  // the last beat of a pixel
  wire [LANES*OW-1:0] held, next;
  assign s_ready = en;
  always_ff @(posedge clk) begin
    if (rst) begin
      m_valid <= 1'b0;
      tap <= '0;
    end else if (en) begin
      m_valid <= fire && last;
      if (fire && turn) tap <= last ? '0 : tap + 1'b1;
    end
  end
  always_ff @(posedge clk) if (fire) m_data <= next;

  generate
    for (genvar l = 0; l < LANES; l = l + 1) begin : g_lane
      wire [BITS-1:0] b = s_data[l*BITS+:BITS];
      wire [OW-1:0] x = SIGNED != 0 ? OW'($signed(b)) : OW'(b);
      wire [OW-1:0] acc = held[l*OW+:OW];
      wire wins = SIGNED != 0 ? $signed(x) > $signed(acc) : x > acc;
      assign next[l*OW+:OW] = tap == '0 ? x : SUM != 0 ? acc + x : wins ? x : acc;
    end
    if (FOLD == 1) begin : g_one
      assign turn = 1'b1;
      assign held = m_data;
    end else begin : g_many
      localparam int FB = $clog2(FOLD);
      logic [FB-1:0] fold;
      logic [LANES*OW-1:0] sums[FOLD];
      logic [LANES*OW-1:0] ahead;
      wire [FB-1:0] following = turn ? '0 : fold + 1'b1;
      assign turn = 32'(fold) == FOLD - 1;
      assign held = ahead;
      always_ff @(posedge clk) begin
        if (rst) fold <= '0;
        else if (fire) fold <= following;
      end
      always_ff @(posedge clk) begin
        if (fire) begin
          sums[fold] <= next;
          ahead <= sums[following];
        end
      end
    end
  endgenerate
endmodule
