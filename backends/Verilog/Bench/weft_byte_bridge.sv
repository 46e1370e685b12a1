// AXI4-Stream over two byte-wide ports with valid and ready: for packages with few pins. A beat is its bytes, least
// significant first; TLAST is counted here. 20 pins besides clock and reset, whatever the beats' widths.
//
//   IN_BYTES, OUT_BYTES  bytes of a beat        FRAME  input beats per frame
module weft_byte_bridge #(
    parameter int IN_BYTES = 1,
    parameter int OUT_BYTES = 1,
    parameter int FRAME = 1
) (
    input  logic                   clk,
    input  logic                   rst,
    input  logic [7:0]             rx_data,
    input  logic                   rx_valid,
    output logic                   rx_ready,
    output logic [7:0]             tx_data,
    output logic                   tx_valid,
    input  logic                   tx_ready,
    output logic [IN_BYTES*8-1:0]  m_axis_tdata,
    output logic                   m_axis_tvalid,
    input  logic                   m_axis_tready,
    output logic                   m_axis_tlast,
    input  logic [OUT_BYTES*8-1:0] s_axis_tdata,
    input  logic                   s_axis_tvalid,
    output logic                   s_axis_tready
);
  logic [$clog2(IN_BYTES+1)-1:0] filled;
  logic [$clog2(OUT_BYTES+1)-1:0] left;
  logic [$clog2(FRAME+1)-1:0] beat;
  logic [OUT_BYTES*8-1:0] shift;
  assign m_axis_tvalid = 32'(filled) == IN_BYTES;
  assign m_axis_tlast = 32'(beat) == FRAME - 1;
  assign rx_ready = !m_axis_tvalid;
  assign tx_valid = left != '0;
  assign tx_data = shift[7:0];
  assign s_axis_tready = left == '0;
  always_ff @(posedge clk) begin
    if (rst) begin
      filled <= '0;
      left <= '0;
      beat <= '0;
    end else begin
      if (rx_valid && rx_ready) filled <= filled + 1'b1;
      if (m_axis_tvalid && m_axis_tready) begin
        filled <= '0;
        beat <= m_axis_tlast ? '0 : beat + 1'b1;
      end
      if (s_axis_tvalid && s_axis_tready) left <= ($clog2(OUT_BYTES + 1))'(OUT_BYTES);
      else if (tx_valid && tx_ready) left <= left - 1'b1;
    end
    if (rx_valid && rx_ready) m_axis_tdata <= (IN_BYTES * 8)'({rx_data, m_axis_tdata} >> 8);
    if (s_axis_tvalid && s_axis_tready) shift <= s_axis_tdata;
    else if (tx_valid && tx_ready) shift <= shift >> 8;
  end
endmodule
