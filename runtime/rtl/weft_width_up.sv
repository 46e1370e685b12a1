// Joins R = OUT/IN beats into one, the first least significant.
//
//   BITS  bits per element        IN, OUT  elements per beat; IN divides OUT
//
// R steps per output beat; consumes at every step, emits at the last. LATENCY D = 1.
module weft_width_up #(
    parameter int BITS = 8,
    parameter int IN = 1,
    parameter int OUT = 2
) (
    input  logic                clk,
    input  logic                rst,
    input  logic [IN*BITS-1:0]  s_data,
    input  logic                s_valid,
    output logic                s_ready,
    output logic [OUT*BITS-1:0] m_data,
    output logic                m_valid,
    input  logic                m_ready
);
  localparam int R = OUT / IN;
  localparam int RW = R > 1 ? $clog2(R) : 1;
  localparam int W = IN * BITS;

`ifndef SYNTHESIS
  initial if (R * IN != OUT) $fatal(1, "weft_width_up: IN must divide OUT");
`endif

  logic [RW-1:0] part;
  wire en = !m_valid || m_ready;
  wire fire = en && s_valid;
  wire last = 32'(part) == R - 1;
  assign s_ready = en;
  always_ff @(posedge clk) begin
    if (rst) begin
      part <= '0;
      m_valid <= 1'b0;
    end else if (en) begin
      m_valid <= fire && last;
      if (fire) part <= last ? '0 : part + 1'b1;
    end
  end
  // Nothing fires while the output waits, so the output register can collect as well.
  always_ff @(posedge clk) if (fire) m_data <= (R * W)'({s_data, m_data} >> W);
endmodule
