// Counts k < KSTEPS inside sub < SUBS, one per `step` (part of weft_mvu_clustered). `done`: at the last.
module weft_drain_walk #(
    parameter int KSTEPS = 1,
    parameter int SUBS   = 1
) (
    input  logic                        clk,
    input  logic                        rst,
    input  logic                        step,
    output logic [$clog2(KSTEPS+1)-1:0] k,
    output logic [$clog2(SUBS+1)-1:0]   sub,
    output logic                        done
);
  wire k_end = 32'(k) == KSTEPS - 1;
  assign done = k_end && 32'(sub) == SUBS - 1;
  always_ff @(posedge clk) begin
    if (rst) begin
      k   <= '0;
      sub <= '0;
    end else if (step) begin
      k <= k_end ? '0 : k + 1'b1;
      if (k_end) sub <= done ? '0 : sub + 1'b1;
    end
  end
endmodule
