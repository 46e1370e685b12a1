// A constant for each element of a frame (A3b): y = x + b, which fits by the type of the stream.
//
//   LANES, BITS  elements per beat, bits of an element, of a bias and of the sum
//   BEATS        beats per frame
//   BIAS         ROM: BEATS words of LANES biases
//
// One step per beat. LATENCY D = 2: the ROM's register, the sum.
module weft_bias #(
    parameter int LANES = 1,
    parameter int BITS = 16,
    parameter int BEATS = 1,
    parameter BIAS = "",
    parameter ROM_STYLE = "auto"
) (
    input  logic                  clk,
    input  logic                  rst,
    input  logic [LANES*BITS-1:0] s_data,
    input  logic                  s_valid,
    output logic                  s_ready,
    output logic [LANES*BITS-1:0] m_data,
    output logic                  m_valid,
    input  logic                  m_ready
);
  localparam int AW = BEATS > 1 ? $clog2(BEATS) : 1;

  logic [AW-1:0] beat;
  logic held;
  logic [LANES*BITS-1:0] x;
  wire [LANES*BITS-1:0] bias;
  wire en = !m_valid || m_ready;
  assign s_ready = en;
  weft_rom #(.WIDTH(LANES * BITS), .DEPTH(BEATS), .ROM(BIAS), .ROM_STYLE(ROM_STYLE)) biases (
      .clk(clk), .en(en), .addr(beat), .q(bias));
  always_ff @(posedge clk) begin
    if (rst) begin
      beat <= '0;
      held <= 1'b0;
      m_valid <= 1'b0;
    end else if (en) begin
      held <= s_valid;
      m_valid <= held;
      if (s_valid) beat <= 32'(beat) == BEATS - 1 ? '0 : beat + 1'b1;
    end
    if (en) x <= s_data;
  end
  generate
    for (genvar l = 0; l < LANES; l = l + 1) begin : g_lane
      always_ff @(posedge clk) if (en) m_data[l*BITS+:BITS] <= x[l*BITS+:BITS] + bias[l*BITS+:BITS];
    end
  endgenerate
endmodule
