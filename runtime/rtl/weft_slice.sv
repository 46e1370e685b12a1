// Keeps a box of each frame and drops the rest (A8): crop, or a slice of channels.
//
//   W                     bits per beat
//   IH, IW, FOLD          rows, columns, beats per pixel of the input
//   H0, H1, W0, W1, F0, F1   kept: H0 <= h < H1, W0 <= w < W1, F0 <= c-fold < F1
//
// Steps per input beat; consumes at every step, emits inside the box. LATENCY D = 1.
module weft_slice #(
    parameter int W = 8,
    parameter int IH = 1,
    parameter int IW = 1,
    parameter int FOLD = 1,
    parameter int H0 = 0,
    parameter int H1 = IH,
    parameter int W0 = 0,
    parameter int W1 = IW,
    parameter int F0 = 0,
    parameter int F1 = FOLD
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
  wire keep;
  wire en = !m_valid || m_ready;
  wire fire = en && s_valid;
  assign s_ready = en;
  weft_raster #(.H(IH), .W(IW), .FOLD(FOLD), .H0(H0), .H1(H1), .W0(W0), .W1(W1), .F0(F0), .F1(F1))
      where (.clk(clk), .rst(rst), .step(fire), .inside_box(keep));
  always_ff @(posedge clk) begin
    if (rst) m_valid <= 1'b0;
    else if (en) m_valid <= fire && keep;
    if (fire) m_data <= s_data;
  end
endmodule
