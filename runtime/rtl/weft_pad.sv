// Surrounds each frame with a constant (A8; the value of A3 and A6).
//
//   LANES, BITS       elements per beat, bits per element
//   IH, IW, FOLD      rows, columns, beats per pixel of the input
//   PT, PL, PB, PR    rows and columns added at the top, left, bottom, right
//   VALUE             the constant, of BITS bits
//
// Steps per beat of the padded frame; consumes inside the frame, emits at every step. LATENCY D = 1.
module weft_pad #(
    parameter int LANES = 1,
    parameter int BITS = 8,
    parameter int IH = 1,
    parameter int IW = 1,
    parameter int FOLD = 1,
    parameter int PT = 0,
    parameter int PL = 0,
    parameter int PB = 0,
    parameter int PR = 0,
    parameter int VALUE = 0
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
  wire take;
  wire en = !m_valid || m_ready;
  wire fire = en && (!take || s_valid);
  assign s_ready = en && take;
  weft_raster #(.H(PT + IH + PB), .W(PL + IW + PR), .FOLD(FOLD), .H0(PT), .H1(PT + IH), .W0(PL), .W1(PL + IW))
      where (.clk(clk), .rst(rst), .step(fire), .inside_box(take));
  always_ff @(posedge clk) begin
    if (rst) m_valid <= 1'b0;
    else if (en) m_valid <= fire;
    if (fire) m_data <= take ? s_data : {LANES{BITS'(VALUE)}};
  end
endmodule
