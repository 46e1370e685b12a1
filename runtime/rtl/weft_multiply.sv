// Product of two quantized streams (A5m): y = (a - za) * (b - zb), exact.
//
//   LANES                        elements per beat
//   AW, A_SIGNED, BW, B_SIGNED   elements of inputs a and b
//   ZA, ZB                       zero points, values of a and b
//   OW                           output bits; they hold every product
//
// One step per beat, consumes a and b. LATENCY D = 3: differences, product (2 stages, for the multiplier's own registers).
module weft_multiply #(
    parameter int LANES = 1,
    parameter int AW = 8,
    parameter int A_SIGNED = 1,
    parameter int ZA = 0,
    parameter int BW = 8,
    parameter int B_SIGNED = 1,
    parameter int ZB = 0,
    parameter int OW = 16
) (
    input  logic                clk,
    input  logic                rst,
    input  logic [LANES*AW-1:0] a_data,
    input  logic                a_valid,
    output logic                a_ready,
    input  logic [LANES*BW-1:0] b_data,
    input  logic                b_valid,
    output logic                b_ready,
    output logic [LANES*OW-1:0] m_data,
    output logic                m_valid,
    input  logic                m_ready
);
  localparam int LATENCY = 3;
  // Bits of the differences; a signed input without a zero point is its own.
  localparam int AE = A_SIGNED != 0 && ZA == 0 ? AW : AW + 1;
  localparam int BE = B_SIGNED != 0 && ZB == 0 ? BW : BW + 1;
  localparam int PW = AE + BE;

  logic [LATENCY-1:0] vld;
  wire en = !m_valid || m_ready;
  assign a_ready = en && b_valid;
  assign b_ready = en && a_valid;
  assign m_valid = vld[LATENCY-1];
  always_ff @(posedge clk) begin
    if (rst) vld <= '0;
    else if (en) vld <= LATENCY'({vld, a_valid && b_valid});
  end

  generate
    for (genvar l = 0; l < LANES; l = l + 1) begin : g_lane
      wire [AW-1:0] a = a_data[l*AW+:AW];
      wire [BW-1:0] b = b_data[l*BW+:BW];
      wire signed [AE-1:0] ae = A_SIGNED != 0 ? AE'($signed(a)) : AE'(a);
      wire signed [BE-1:0] be = B_SIGNED != 0 ? BE'($signed(b)) : BE'(b);
      logic signed [AE-1:0] a1;
      logic signed [BE-1:0] b1;
      // verilator lint_off UNUSED
      logic signed [PW-1:0] p2;  // with zero points its top bits may all be the sign
      // verilator lint_on UNUSED
      logic signed [OW-1:0] p3;
      always_ff @(posedge clk) begin
        if (en) begin
          a1 <= ae - AE'(ZA);
          b1 <= be - BE'(ZB);
          p2 <= a1 * b1;
          p3 <= OW'(p2);
        end
      end
      assign m_data[l*OW+:OW] = p3;
    end
  endgenerate
endmodule
