// D registers in a row; D = 0 is a wire. LATENCY D.
module weft_delay #(
    parameter int W = 8,
    parameter int D = 1
) (
    input  logic         clk,
    input  logic         en,
    input  logic [W-1:0] d,
    output logic [W-1:0] q
);
  generate
    if (D == 0) begin : g_wire
      assign q = d;
      // verilator lint_off UNUSED
      wire unused = &{1'b0, clk, en};
      // verilator lint_on UNUSED
    end else begin : g_stages
      logic [D*W-1:0] stage;
      always_ff @(posedge clk) if (en) stage <= (D * W)'({stage, d});
      assign q = stage[(D-1)*W+:W];
    end
  endgenerate
endmodule
