// y = clamp((x + 2^(N-1)) >> N) to OW signed bits; nothing is added for N = 0. No registers.
//
//   IW   bits of the signed x        N   shift        OW   bits of the signed y
module weft_saturate #(
    parameter int IW = 16,
    parameter int N  = 0,
    parameter int OW = 8
) (
    input  logic [IW-1:0] x,
    output logic [OW-1:0] y
);
  localparam int VW = (IW > OW ? IW : OW) + 2;
  localparam int NS = N > 0 ? N - 1 : 0;
  localparam logic signed [VW-1:0] HI = (VW'(1) <<< (OW - 1)) - VW'(1);
  localparam logic signed [VW-1:0] LO = -HI - VW'(1);
  // floor((x + 2^(N-1)) / 2^N) is ((x >> (N-1)) + 1) >> 1.
  wire signed [VW-1:0] e = VW'($signed(x));
  wire signed [VW-1:0] shifted = e >>> NS;
  wire signed [VW-1:0] rounded = (shifted + VW'(1)) >>> 1;
  wire signed [VW-1:0] v = N > 0 ? rounded : e;
  assign y = v > HI ? OW'(HI) : v < LO ? OW'(LO) : OW'(v);
endmodule
