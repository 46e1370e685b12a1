// Stream of beats to an AXI4-Stream master, with TLAST at the end of each frame.
//
//   W      bits per beat; TDATA has the next multiple of 8, its upper bits are 0
//   FRAME  beats per frame
//
// LATENCY D = 0 (wires; put a FIFO before it).
module weft_axis_out #(
    parameter int W = 8,
    parameter int FRAME = 1
) (
    input  logic                     clk,
    input  logic                     rst,
    input  logic [W-1:0]             s_data,
    input  logic                     s_valid,
    output logic                     s_ready,
    output logic [(W+7)/8*8-1:0] m_axis_tdata,
    output logic                     m_axis_tvalid,
    input  logic                     m_axis_tready,
    output logic                     m_axis_tlast
);
  localparam int TW = (W + 7) / 8 * 8;
  logic [$clog2(FRAME+1)-1:0] beat;
  assign m_axis_tlast = 32'(beat) == FRAME - 1;
  assign m_axis_tdata = TW'(s_data);
  assign m_axis_tvalid = s_valid;
  assign s_ready = m_axis_tready;
  always_ff @(posedge clk) begin
    if (rst) beat <= '0;
    else if (s_valid && s_ready) beat <= m_axis_tlast ? '0 : beat + 1'b1;
  end
endmodule
