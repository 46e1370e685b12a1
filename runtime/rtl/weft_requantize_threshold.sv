// Requantize, threshold form (A4t): y = lo + number of k with acc >= T[c,k].
//
//   LANES, FOLD       channels per beat, beats per pixel with own thresholds (1: one word for all beats)
//   ACCW, ACC_SIGNED  input element
//   TW                bits of a signed threshold; ACCW+1 can also say "never" of any acc
//   LO, HI            HI-LO thresholds per channel        OW  output bits
//   THRESHOLDS        ROM: FOLD words; in a word threshold k of lane l is element l*(HI-LO)+k
//
// One step per beat. LATENCY D = 3: thresholds, compare, count.
module weft_requantize_threshold #(
    parameter int LANES = 1,
    parameter int FOLD = 1,
    parameter int ACCW = 16,
    parameter int ACC_SIGNED = 1,
    parameter int TW = ACCW + 1,
    parameter int LO = 0,
    parameter int HI = 3,
    parameter int OW = 2,
    parameter THRESHOLDS = "",
    parameter ROM_STYLE = "auto"
) (
    input  logic                  clk,
    input  logic                  rst,
    input  logic [LANES*ACCW-1:0] s_data,
    input  logic                  s_valid,
    output logic                  s_ready,
    output logic [LANES*OW-1:0]   m_data,
    output logic                  m_valid,
    input  logic                  m_ready
);
  localparam int LATENCY = 3;
  localparam int NT = HI - LO;
  localparam int FW = FOLD > 1 ? $clog2(FOLD) : 1;
  localparam int CW = (TW > ACCW ? TW : ACCW) + 1;

  logic [LATENCY-1:0] vld;
  logic [FW-1:0] fold;
  wire en = !m_valid || m_ready;
  assign s_ready = en;
  assign m_valid = vld[LATENCY-1];
  always_ff @(posedge clk) begin
    if (rst) begin
      vld  <= '0;
      fold <= '0;
    end else if (en) begin
      vld <= LATENCY'({vld, s_valid});
      if (s_valid) fold <= 32'(fold) == FOLD - 1 ? '0 : fold + 1'b1;
    end
  end

  logic [LANES*ACCW-1:0] x1;
  wire [LANES*NT*TW-1:0] t1;
  always_ff @(posedge clk) if (en) x1 <= s_data;
  weft_rom #(.WIDTH(LANES * NT * TW), .DEPTH(FOLD), .ROM(THRESHOLDS), .ROM_STYLE(ROM_STYLE)) thresholds (
      .clk(clk), .en(en), .addr(fold), .q(t1));

  function automatic [OW-1:0] count(input [NT-1:0] bits);
    count = OW'(LO);
    for (int k = 0; k < NT; k = k + 1) count = count + OW'(bits[k]);
  endfunction

  generate
    for (genvar l = 0; l < LANES; l = l + 1) begin : g_lane
      wire [ACCW-1:0] xb = x1[l*ACCW+:ACCW];
      wire signed [CW-1:0] x = ACC_SIGNED != 0 ? CW'($signed(xb)) : CW'(xb);
      logic [NT-1:0] reached;
      logic [OW-1:0] y;
      for (genvar k = 0; k < NT; k = k + 1) begin : g_threshold
        wire signed [CW-1:0] t = CW'($signed(t1[(l*NT+k)*TW+:TW]));
        always_ff @(posedge clk) if (en) reached[k] <= x >= t;
      end
      always_ff @(posedge clk) if (en) y <= count(reached);
      assign m_data[l*OW+:OW] = y;
    end
  endgenerate
endmodule
