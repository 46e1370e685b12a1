// Takes BEATS[0] beats of input 0, then BEATS[1] of input 1, …, and again. With beats per pixel this is
// concat over channels, with beats per row over columns, with beats per frame over rows.
//
//   W      bits per beat        N  inputs; s_data, s_valid, s_ready are N side by side, input 0 lowest
//   BEATS  N packed 32-bit numbers, input 0 lowest
//
// Consumes the one input and emits at every step. LATENCY D = 1.
module weft_concat #(
    parameter int W = 8,
    parameter int N = 2,
    parameter logic [N*32-1:0] BEATS = {N{32'd1}}
) (
    input  logic           clk,
    input  logic           rst,
    input  logic [N*W-1:0] s_data,
    input  logic [N-1:0]   s_valid,
    output logic [N-1:0]   s_ready,
    output logic [W-1:0]   m_data,
    output logic           m_valid,
    input  logic           m_ready
);
  localparam int NW = N > 1 ? $clog2(N) : 1;

  logic [NW-1:0] from;
  logic [31:0] beat;  // synthesis keeps as many bits as BEATS needs
  wire en = !m_valid || m_ready;
  wire fire = en && s_valid[from];
  wire [31:0] beats;
  wire [W-1:0] chosen;
  weft_select #(.N(N), .W(32), .SW(NW)) pick_beats (.d(BEATS), .sel(from), .y(beats));
  weft_select #(.N(N), .W(W), .SW(NW)) pick_data (.d(s_data), .sel(from), .y(chosen));
  wire last = beat == beats - 1;
  assign s_ready = en ? N'(1) << from : '0;
  always_ff @(posedge clk) begin
    if (rst) begin
      from <= '0;
      beat <= '0;
      m_valid <= 1'b0;
    end else if (en) begin
      m_valid <= fire;
      if (fire) begin
        m_data <= chosen;
        beat <= last ? '0 : beat + 1'b1;
        if (last) from <= 32'(from) == N - 1 ? '0 : from + 1'b1;
      end
    end
  end
endmodule
