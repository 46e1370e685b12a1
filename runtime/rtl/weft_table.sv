// Table of 2^XW entries (A7): y = T[x - lo(type of x)].
//
//   LANES          elements per beat; each has its own copy of the table
//   XW, X_SIGNED   input element        OW  output bits
//   TABLE          ROM: 2^XW words of OW bits, the word of the least x first
//
// One step per beat. LATENCY D = 1: the ROM's register is the output.
module weft_table #(
    parameter int LANES = 1,
    parameter int XW = 8,
    parameter int X_SIGNED = 1,
    parameter int OW = 8,
    parameter TABLE = "",
    parameter ROM_STYLE = "auto"
) (
    input  logic                clk,
    input  logic                rst,
    input  logic [LANES*XW-1:0] s_data,
    input  logic                s_valid,
    output logic                s_ready,
    output logic [LANES*OW-1:0] m_data,
    output logic                m_valid,
    input  logic                m_ready
);
  // x + 2^(XW-1) for a signed x is x with its sign bit turned.
  localparam logic [XW-1:0] LEAST = X_SIGNED != 0 ? XW'(1) << (XW - 1) : '0;
  wire en = !m_valid || m_ready;
  assign s_ready = en;
  always_ff @(posedge clk) begin
    if (rst) m_valid <= 1'b0;
    else if (en) m_valid <= s_valid;
  end
  generate
    for (genvar l = 0; l < LANES; l = l + 1) begin : g_lane
      weft_rom #(.WIDTH(OW), .DEPTH(1 << XW), .ROM(TABLE), .ROM_STYLE(ROM_STYLE)) entries (
          .clk(clk), .en(en), .addr(s_data[l*XW+:XW] ^ LEAST), .q(m_data[l*OW+:OW]));
    end
  endgenerate
endmodule
