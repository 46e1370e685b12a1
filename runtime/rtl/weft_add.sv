// Quantized addition (A5): y = clamp(((a*ma + b*mb + c + 2^(n-1)) >> n) + z, lo, hi).
//
//   LANES                     elements per beat
//   AW, A_SIGNED, BW, B_SIGNED   elements of inputs a and b
//   MA, MB                    signed multipliers        C  signed constant (64 bits)        N  shift
//   ZP, LO, HI                zero point and clamp bounds        OW  output bits
//
// One step per beat, consumes a and b. LATENCY D = 4: inputs, products, sum, clamp.
module weft_add #(
    parameter int LANES = 1,
    parameter int AW = 8,
    parameter int A_SIGNED = 1,
    parameter int BW = 8,
    parameter int B_SIGNED = 1,
    parameter int MA = 1,
    parameter int MB = 1,
    parameter logic signed [63:0] C = 0,
    parameter int N = 0,
    parameter int ZP = 0,
    parameter int LO = -128,
    parameter int HI = 127,
    parameter int OW = 8
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
  localparam int LATENCY = 4;
  localparam int AE = AW + (A_SIGNED != 0 ? 0 : 1);
  localparam int BE = BW + (B_SIGNED != 0 ? 0 : 1);
  // Bits of the signed constants, and of sums which hold every term.
  localparam int MAW = $clog2((MA < 0 ? -MA : MA) + 1) + 1;
  localparam int MBW = $clog2((MB < 0 ? -MB : MB) + 1) + 1;
  localparam logic signed [63:0] CR = C + (N > 0 ? 64'sd1 <<< (N > 0 ? N - 1 : 0) : 64'sd0);
  localparam int PA = AE + MAW;
  localparam int PB = BE + MBW;
  localparam int SW = 66;  // narrowed by synthesis: the upper bits of all terms are copies of the sign

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
      logic [AW-1:0] a1;
      logic [BW-1:0] b1;
      wire signed [AE-1:0] ae = A_SIGNED != 0 ? AE'($signed(a1)) : AE'(a1);
      wire signed [BE-1:0] be = B_SIGNED != 0 ? BE'($signed(b1)) : BE'(b1);
      logic signed [PA-1:0] pa2;
      logic signed [PB-1:0] pb2;
      logic signed [SW-1:0] s3;
      logic [OW-1:0] y4;
      wire signed [MAW-1:0] ma = MAW'(MA);
      wire signed [MBW-1:0] mb = MBW'(MB);
      wire signed [SW-1:0] v = (s3 >>> N) + SW'(ZP);
      always_ff @(posedge clk) begin
        if (en) begin
          a1 <= a_data[l*AW+:AW];
          b1 <= b_data[l*BW+:BW];
          pa2 <= ae * ma;
          pb2 <= be * mb;
          s3 <= SW'(pa2) + (SW'(pb2) + SW'(CR));
          y4 <= v < SW'(LO) ? OW'(LO) : v > SW'(HI) ? OW'(HI) : OW'(v);
        end
      end
      assign m_data[l*OW+:OW] = y4;
    end
  endgenerate
endmodule
