// Requantize, scale form (A4s): y = clamp(((acc*m[c] + 2^(n[c]-1)) >> n[c]) + z, lo, hi).
//
//   LANES, FOLD       channels per beat, beats per pixel with own constants (1: one word for all beats)
//   ACCW, ACC_SIGNED  input element
//   MW, NW            bits of the unsigned multiplier m and of the shift n
//   ZP, LO, HI        zero point and clamp bounds        OW  output bits
//   PARAMS            ROM: FOLD words of LANES x {n[NW], m[MW]}, m least significant, lane 0 first
//
// One step per beat. Rounding needs no adder of its own: floor((p + 2^(n-1)) / 2^n) is
// (((2p) >> n) + 1) >> 1 for every n >= 0, and the 1 joins the zero point in one constant.
// LATENCY D = 5: constants, product (2 stages, for the multiplier's own registers), shift, add and clamp.
module weft_requantize_scale #(
    parameter int LANES = 1,
    parameter int FOLD = 1,
    parameter int ACCW = 32,
    parameter int ACC_SIGNED = 1,
    parameter int MW = 16,
    parameter int NW = 6,
    parameter int ZP = 0,
    parameter int LO = -128,
    parameter int HI = 127,
    parameter int OW = 8,
    parameter PARAMS = "",
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
  localparam int LATENCY = 5;
  localparam int FW = FOLD > 1 ? $clog2(FOLD) : 1;
  localparam int CW = NW + MW;
  localparam int AE = ACCW + (ACC_SIGNED != 0 ? 0 : 1);
  localparam int PW = AE + MW;
  // Room for the doubled product, the constant 2*ZP+1 and the bounds.
  localparam int VW = (PW + 1 > 33 ? PW + 1 : 33) + 1;

  logic [LATENCY-1:0] vld;
  wire en = !m_valid || m_ready;
  assign s_ready = en;
  assign m_valid = vld[LATENCY-1];

  logic [FW-1:0] fold;
  wire [LANES*CW-1:0] c1;
  logic [LANES*ACCW-1:0] x1;
  always_ff @(posedge clk) begin
    if (rst) begin
      vld  <= '0;
      fold <= '0;
    end else if (en) begin
      vld <= LATENCY'({vld, s_valid});
      if (s_valid) fold <= 32'(fold) == FOLD - 1 ? '0 : fold + 1'b1;
    end
  end
  always_ff @(posedge clk) if (en) x1 <= s_data;
  weft_rom #(.WIDTH(LANES * CW), .DEPTH(FOLD), .ROM(PARAMS), .ROM_STYLE(ROM_STYLE)) constants (
      .clk(clk), .en(en), .addr(fold), .q(c1));

  generate
    for (genvar l = 0; l < LANES; l = l + 1) begin : g_lane
      wire [ACCW-1:0] xb = x1[l*ACCW+:ACCW];
      wire signed [AE-1:0] xe = ACC_SIGNED != 0 ? AE'($signed(xb)) : AE'(xb);
      wire signed [MW:0] me = $signed({1'b0, c1[l*CW+:MW]});
      logic signed [PW-1:0] p2, p3;
      logic [NW-1:0] n2, n3;
      logic signed [PW:0] q4;
      logic [OW-1:0] y5;
      wire signed [PW:0] twice = $signed({p3, 1'b0});
      wire signed [VW-1:0] v = (VW'(q4) + VW'(2 * ZP + 1)) >>> 1;
      always_ff @(posedge clk) begin
        if (en) begin
          p2 <= xe * me;
          n2 <= c1[l*CW+MW+:NW];
          p3 <= p2;
          n3 <= n2;
          q4 <= twice >>> n3;
          y5 <= v < VW'(LO) ? OW'(LO) : v > VW'(HI) ? OW'(HI) : OW'(v);
        end
      end
      assign m_data[l*OW+:OW] = y5;
    end
  endgenerate
endmodule
