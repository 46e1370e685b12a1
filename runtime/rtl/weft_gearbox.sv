// The same elements in beats of OUT where they come in beats of IN, neither of which divides the other.
//
//   BITS  bits per element        IN, OUT  elements per beat (a common divisor of them is better part of BITS)
//
// max(IN, OUT) steps for OUT input and IN output beats: a step consumes where fewer than OUT elements are held, and emits where OUT
// then are. LATENCY D = 1.
module weft_gearbox #(
    parameter int BITS = 8,
    parameter int IN = 3,
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
  localparam int HELD = (IN > OUT ? IN : OUT) - 1;  // most elements that a step leaves
  localparam int ALL = IN + OUT - 1;                // most elements that a step has
  localparam int CW = $clog2(ALL + 1);

`ifndef SYNTHESIS
  initial if (IN < 2 || OUT < 2) $fatal(1, "weft_gearbox: a beat of one element is for weft_width_up or weft_width_down");
`endif

  logic [CW-1:0] count;           // elements held
  logic [HELD*BITS-1:0] held;     // the oldest lowest, 0 above them
  wire en = !m_valid || m_ready;
  wire take = 32'(count) < OUT;
  wire fire = en && (!take || s_valid);
  assign s_ready = en && take;
  wire [CW-1:0] there = take ? count + CW'(IN) : count;
  wire give = 32'(there) >= OUT;

  // A beat behind `n` elements; nothing where none is taken.
  function automatic [ALL*BITS-1:0] behind(input [IN*BITS-1:0] d, input [CW-1:0] n);
    behind = '0;
    for (int i = 0; i < OUT; i = i + 1) if (32'(n) == i) behind = (ALL * BITS)'(d) << i * BITS;
  endfunction
  wire [ALL*BITS-1:0] all = behind(s_data, count) | (ALL * BITS)'(held);

  always_ff @(posedge clk) begin
    if (rst) begin
      count   <= '0;
      held    <= '0;
      m_valid <= 1'b0;
    end else if (en) begin
      m_valid <= fire && give;
      if (fire) begin
        count <= give ? there - CW'(OUT) : there;
        held  <= (HELD * BITS)'(give ? all >> OUT * BITS : all);
      end
    end
  end
  always_ff @(posedge clk) if (fire) m_data <= all[OUT*BITS-1:0];
endmodule
