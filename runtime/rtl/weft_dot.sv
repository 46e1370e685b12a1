// Products of inputs with PE x SIMD weights, summed, and added up over the steps of an output: what a
// matrix-vector unit is behind its memories (A3).
//
//   SIMD, PE          products of an output and outputs of a step
//   SHARE             outputs that multiply the same inputs: all (PE) or a divisor of them
//   XW, X_SIGNED      input element         WW, W_SIGNED   weight         ACCW   signed accumulator bits
//
// `x`, `w`: operands of a step; input s of outputs p with p/SHARE = q is element q*SIMD+s of x. `add`, `start`, `bias` come LATENCY-1 cycles later: there is a step, it is the first of
// its outputs, which start at `bias`. All stages move with `en`.
// LATENCY = 3 + ceil(log4(SIMD)): operands, products, the tree, accumulator.
module weft_dot #(
    parameter int SIMD = 1,
    parameter int PE = 1,
    parameter int SHARE = PE,
    parameter int XW = 8,
    parameter int X_SIGNED = 1,
    parameter int WW = 8,
    parameter int W_SIGNED = 1,
    parameter int ACCW = 32
) (
    input  logic                        clk,
    input  logic                        en,
    input  logic [PE/SHARE*SIMD*XW-1:0] x,
    input  logic [PE*SIMD*WW-1:0]       w,
    input  logic                        add,
    input  logic                        start,
    input  logic [PE*ACCW-1:0]          bias,
    output logic [PE*ACCW-1:0]          y
);
  // Unsigned operands get a zero sign bit; the tree is as wide as its worst case, or as the accumulator.
  localparam int XE = XW + (X_SIGNED != 0 ? 0 : 1);
  localparam int WE = WW + (W_SIGNED != 0 ? 0 : 1);
  localparam int PW = XE + WE;
  localparam int TW = PW + $clog2(SIMD) < ACCW ? PW + $clog2(SIMD) : ACCW;

  // Operand registers: these become the input registers of the DSP.
  logic [PE/SHARE*SIMD*XW-1:0] x1;
  logic [PE*SIMD*WW-1:0] w1;
  always_ff @(posedge clk) begin
    if (en) begin
      x1 <= x;
      w1 <= w;
    end
  end

  generate
    for (genvar p = 0; p < PE; p = p + 1) begin : g_pe
      logic [SIMD*PW-1:0] prod;
      wire [TW-1:0] sum;
      logic [ACCW-1:0] acc;
      for (genvar s = 0; s < SIMD; s = s + 1) begin : g_mul
        wire [XW-1:0] xb = x1[(p/SHARE*SIMD+s)*XW+:XW];
        wire [WW-1:0] wb = w1[(p*SIMD+s)*WW+:WW];
        wire signed [XE-1:0] xe = X_SIGNED != 0 ? XE'($signed(xb)) : XE'(xb);
        wire signed [WE-1:0] we = W_SIGNED != 0 ? WE'($signed(wb)) : WE'(wb);
        always_ff @(posedge clk) if (en) prod[s*PW+:PW] <= xe * we;
      end
      weft_adder_tree #(.N(SIMD), .IW(PW), .OW(TW)) tree (.clk(clk), .en(en), .a(prod), .y(sum));
      always_ff @(posedge clk)
        if (en && add) acc <= (start ? bias[p*ACCW+:ACCW] : acc) + ACCW'($signed(sum));
      assign y[p*ACCW+:ACCW] = acc;
    end
  endgenerate
endmodule
