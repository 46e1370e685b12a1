// Pipelined sum of N signed elements, four to one per stage (part of the multiply-accumulate units).
//
//   N   elements        IW  bits of an element        OW  bits of the sum (the sum is taken modulo 2^OW)
//
// LATENCY = ceil(log4(N)) = ($clog2(N)+1)/2; N = 1 is a wire. `en` advances all stages.
module weft_adder_tree #(
    parameter int N  = 4,
    parameter int IW = 8,
    parameter int OW = 10
) (
    input  logic            clk,
    input  logic            en,
    input  logic [N*IW-1:0] a,
    output logic [OW-1:0]   y
);
  generate
    if (N == 1) begin : g_leaf
      assign y = OW'($signed(a));
      // A leaf registers nothing, and may drop high bits: the sum is modulo 2^OW.
      // verilator lint_off UNUSED
      wire unused = &{1'b0, clk, en, a};
      // verilator lint_on UNUSED
    end else begin : g_node
      localparam int G = (N + 3) / 4;
      localparam int MW = OW < IW + 2 ? OW : IW + 2;
      wire [4*G*IW-1:0] padded = (4 * G * IW)'(a);
      logic [G*MW-1:0] sums;
      for (genvar g = 0; g < G; g = g + 1) begin : g_sum
        wire signed [MW-1:0] e0 = MW'($signed(padded[(4*g+0)*IW+:IW]));
        wire signed [MW-1:0] e1 = MW'($signed(padded[(4*g+1)*IW+:IW]));
        wire signed [MW-1:0] e2 = MW'($signed(padded[(4*g+2)*IW+:IW]));
        wire signed [MW-1:0] e3 = MW'($signed(padded[(4*g+3)*IW+:IW]));
        always_ff @(posedge clk) if (en) sums[g*MW+:MW] <= (e0 + e1) + (e2 + e3);
      end
      weft_adder_tree #(.N(G), .IW(MW), .OW(OW)) rest (.clk(clk), .en(en), .a(sums), .y(y));
    end
  endgenerate
endmodule
