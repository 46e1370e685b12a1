// AXI4-Stream slave to a stream of beats.
//
//   W      bits per beat; TDATA has the next multiple of 8, its upper bits are ignored
//   FRAME  beats per frame
//
// `frame_error` is set, until reset, by a TLAST before the frame's last beat or a last beat without TLAST: the
// sender's frame is not this network's. LATENCY D = 0 (wires; put a FIFO behind it).
module weft_axis_in #(
    parameter int W = 8,
    parameter int FRAME = 1
) (
    input  logic                     clk,
    input  logic                     rst,
    input  logic [(W+7)/8*8-1:0] s_axis_tdata,
    input  logic                     s_axis_tvalid,
    output logic                     s_axis_tready,
    input  logic                     s_axis_tlast,
    output logic [W-1:0]             m_data,
    output logic                     m_valid,
    input  logic                     m_ready,
    output logic                     frame_error
);
  logic [$clog2(FRAME+1)-1:0] beat;
  wire last = 32'(beat) == FRAME - 1;
  assign m_data = s_axis_tdata[W-1:0];
  assign m_valid = s_axis_tvalid;
  assign s_axis_tready = m_ready;
  always_ff @(posedge clk) begin
    if (rst) begin
      beat <= '0;
      frame_error <= 1'b0;
    end else if (m_valid && m_ready) begin
      beat <= last ? '0 : beat + 1'b1;
      if (s_axis_tlast != last) frame_error <= 1'b1;
    end
  end
  // verilator lint_off UNUSED
  wire unused = &{1'b0, s_axis_tdata};
  // verilator lint_on UNUSED
endmodule
