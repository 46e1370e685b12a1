// Splits a beat into R = IN/OUT, the least significant first.
//
//   BITS  bits per element        IN, OUT  elements per beat; OUT divides IN
//
// R steps per input beat; consumes at the first, emits at every step. LATENCY D = 1.
module weft_width_down #(
    parameter int BITS = 8,
    parameter int IN = 2,
    parameter int OUT = 1
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
  localparam int R = IN / OUT;
  localparam int RW = R > 1 ? $clog2(R) : 1;
  localparam int W = OUT * BITS;

`ifndef SYNTHESIS
  initial if (R * OUT != IN) $fatal(1, "weft_width_down: OUT must divide IN");
`endif

  logic [RW-1:0] part;
  logic [R*W-1:0] held;  // the lowest element is the output
  wire en = !m_valid || m_ready;
  wire first = part == '0;
  wire fire = en && (!first || s_valid);
  assign s_ready = en && first;
  assign m_data = held[W-1:0];
  always_ff @(posedge clk) begin
    if (rst) begin
      part <= '0;
      m_valid <= 1'b0;
    end else if (en) begin
      m_valid <= fire;
      if (fire) part <= 32'(part) == R - 1 ? '0 : part + 1'b1;
    end
  end
  always_ff @(posedge clk) if (fire) held <= first ? s_data : held >> W;
endmodule
