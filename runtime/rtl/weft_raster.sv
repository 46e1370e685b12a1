// Walks a frame in stream order h, w, c-fold (D1) and says whether the beat at hand lies in a box
// (part of weft_pad and weft_slice).
//
//   H, W, FOLD                     rows, columns, beats per pixel
//   H0, H1, W0, W1, F0, F1         the box: H0 <= h < H1, W0 <= w < W1, F0 <= fold < F1
module weft_raster #(
    parameter int H = 1,
    parameter int W = 1,
    parameter int FOLD = 1,
    parameter int H0 = 0,
    parameter int H1 = H,
    parameter int W0 = 0,
    parameter int W1 = W,
    parameter int F0 = 0,
    parameter int F1 = FOLD
) (
    input  logic clk,
    input  logic rst,
    input  logic step,
    output logic inside_box
);
  logic [$clog2(H+1)-1:0] h;
  logic [$clog2(W+1)-1:0] w;
  logic [$clog2(FOLD+1)-1:0] f;
  wire f_end = 32'(f) == FOLD - 1;
  wire w_end = f_end && 32'(w) == W - 1;
  wire h_end = w_end && 32'(h) == H - 1;
  // Signed, so that comparing with a bound of 0 is no special case.
  wire signed [31:0] hs = $signed(32'(h));
  wire signed [31:0] ws = $signed(32'(w));
  wire signed [31:0] fs = $signed(32'(f));
  assign inside_box = hs >= H0 && hs < H1 && ws >= W0 && ws < W1 && fs >= F0 && fs < F1;
  always_ff @(posedge clk) begin
    if (rst) begin
      h <= '0;
      w <= '0;
      f <= '0;
    end else if (step) begin
      f <= f_end ? '0 : f + 1'b1;
      if (f_end) w <= w_end ? '0 : w + 1'b1;
      if (w_end) h <= h_end ? '0 : h + 1'b1;
    end
  end
endmodule
