// Requantize, shift form (A4p): A4s with m = 1.
//
//   LANES, FOLD       channels per beat, beats per pixel with own shifts (1: one word for all beats)
//   ACCW, ACC_SIGNED  input element
//   SHIFT             >= 0: the one shift of all channels, a wire; -1: SHIFTS gives them
//   NW                bits of a shift in SHIFTS
//   ZP, LO, HI        zero point and clamp bounds        OW  output bits
//   SHIFTS            ROM: FOLD words of LANES shifts, lane 0 first
//
// One step per beat. LATENCY D = 3: constants, shift, add and clamp. Rounding as in weft_requantize_scale.
module weft_requantize_shift #(
    parameter int LANES = 1,
    parameter int FOLD = 1,
    parameter int ACCW = 32,
    parameter int ACC_SIGNED = 1,
    parameter int SHIFT = 0,
    parameter int NW = 6,
    parameter int ZP = 0,
    parameter int LO = -128,
    parameter int HI = 127,
    parameter int OW = 8,
    parameter SHIFTS = "",
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
  localparam int AE = ACCW + (ACC_SIGNED != 0 ? 0 : 1);
  localparam int VW = (AE + 1 > 33 ? AE + 1 : 33) + 1;

  logic [LATENCY-1:0] vld;
  wire en = !m_valid || m_ready;
  assign s_ready = en;
  assign m_valid = vld[LATENCY-1];
  always_ff @(posedge clk) begin
    if (rst) vld <= '0;
    else if (en) vld <= LATENCY'({vld, s_valid});
  end

  logic [LANES*ACCW-1:0] x1;
  wire [LANES*NW-1:0] n1;
  always_ff @(posedge clk) if (en) x1 <= s_data;
  generate
    if (SHIFT >= 0) begin : g_one
      assign n1 = {LANES{NW'(SHIFT)}};
    end else begin : g_many
      localparam int FW = FOLD > 1 ? $clog2(FOLD) : 1;
      logic [FW-1:0] fold;
      always_ff @(posedge clk) begin
        if (rst) fold <= '0;
        else if (en && s_valid) fold <= 32'(fold) == FOLD - 1 ? '0 : fold + 1'b1;
      end
      weft_rom #(.WIDTH(LANES * NW), .DEPTH(FOLD), .ROM(SHIFTS), .ROM_STYLE(ROM_STYLE)) shifts (
          .clk(clk), .en(en), .addr(fold), .q(n1));
    end
    for (genvar l = 0; l < LANES; l = l + 1) begin : g_lane
      wire [ACCW-1:0] xb = x1[l*ACCW+:ACCW];
      wire signed [AE-1:0] xe = ACC_SIGNED != 0 ? AE'($signed(xb)) : AE'(xb);
      wire signed [AE:0] twice = $signed({xe, 1'b0});
      logic signed [AE:0] q2;
      logic [OW-1:0] y3;
      wire signed [VW-1:0] v = (VW'(q2) + VW'(2 * ZP + 1)) >>> 1;
      always_ff @(posedge clk) begin
        if (en) begin
          q2 <= twice >>> n1[l*NW+:NW];
          y3 <= v < VW'(LO) ? OW'(LO) : v > VW'(HI) ? OW'(HI) : OW'(v);
        end
      end
      assign m_data[l*OW+:OW] = y3;
    end
  endgenerate
endmodule
