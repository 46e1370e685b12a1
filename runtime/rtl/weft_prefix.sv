// Prefix sums modulo 2^W: element i of q is the sum of elements 0 to i of d.
//
//   N  elements        W  bits of an element        DONE  elements that are summed up already (a power of 4; leave it 1)
//
// LATENCY ceil(log4(N)): two levels of adders a stage, N/2 adders a level (Sklansky).
module weft_prefix #(
    parameter int N = 4,
    parameter int W = 8,
    parameter int DONE = 1
) (
    input  logic           clk,
    input  logic           en,
    input  logic [N*W-1:0] d,
    output logic [N*W-1:0] q
);
  generate
    if (DONE >= N) begin : g_done
      assign q = d;
      // verilator lint_off UNUSED
      wire unused = &{1'b0, clk, en};
      // verilator lint_on UNUSED
    end else begin : g_stage
      wire [N*W-1:0] twice, four;
      logic [N*W-1:0] held;
      for (genvar i = 0; i < N; i = i + 1) begin : g_element
        // In the upper half of its pair of sums: the last element of the lower half is added.
        if (i / DONE % 2 == 1) begin : g_two
          assign twice[i*W+:W] = d[i*W+:W] + d[(i/DONE*DONE-1)*W+:W];
        end else begin : g_kept_two
          assign twice[i*W+:W] = d[i*W+:W];
        end
        if (i / (2 * DONE) % 2 == 1) begin : g_four
          assign four[i*W+:W] = twice[i*W+:W] + twice[(i/(2*DONE)*2*DONE-1)*W+:W];
        end else begin : g_kept_four
          assign four[i*W+:W] = twice[i*W+:W];
        end
      end
      always_ff @(posedge clk) if (en) held <= four;
      weft_prefix #(.N(N), .W(W), .DONE(4 * DONE)) rest (.clk(clk), .en(en), .d(held), .q(q));
    end
  endgenerate
endmodule
