// Integer pooling (A6), behind weft_window in depthwise order (D4).
//
//   LANES, T       elements per beat, taps = KH*KW
//   BITS, SIGNED   element          SUM  0: maximum, 1: sum
//   OW             output bits (BITS for a maximum); wide enough for the sum, which never wraps
//
// Steps: t < T. Consumes at every step, emits at t = T-1. LATENCY D = 1: the accumulator is the output.
module weft_pool #(
    parameter int LANES = 1,
    parameter int T = 1,
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
  assign s_ready = en;
  always_ff @(posedge clk) begin
    if (rst) begin
      m_valid <= 1'b0;
      tap <= '0;
    end else if (en) begin
      m_valid <= fire && last;
      if (fire) tap <= last ? '0 : tap + 1'b1;
    end
  end

  generate
    for (genvar l = 0; l < LANES; l = l + 1) begin : g_lane
      wire [BITS-1:0] b = s_data[l*BITS+:BITS];
      wire [OW-1:0] x = SIGNED != 0 ? OW'($signed(b)) : OW'(b);
      logic [OW-1:0] acc;
      wire wins = SIGNED != 0 ? $signed(x) > $signed(acc) : x > acc;
      always_ff @(posedge clk) begin
        if (fire) begin
          if (tap == '0) acc <= x;
          else if (SUM != 0) acc <= acc + x;
          else if (wins) acc <= x;
        end
      end
      assign m_data[l*OW+:OW] = acc;
    end
  endgenerate
endmodule
