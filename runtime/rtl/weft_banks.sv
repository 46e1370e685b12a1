// Control of two banks (T7): a vector is written to one while steps work on the other.
//
// `push`: a beat is taken in this cycle, into bank `wbank`; `wlast` says that it is the last one of its vector. `fire`: a step fires, on bank
// `rbank`; `rlast` says that it is the last one of its vector.
module weft_banks (
    input  logic clk,
    input  logic rst,
    input  logic en,
    input  logic s_valid,
    output logic s_ready,
    output logic push,
    input  logic wlast,
    output logic wbank,
    output logic fire,
    input  logic rlast,
    output logic rbank
);
  logic [1:0] full;  // vectors that are complete and not done with
  assign s_ready = full != 2'd2;
  assign push = s_valid && s_ready;
  assign fire = en && full != 2'd0;
  always_ff @(posedge clk) begin
    if (rst) begin
      full  <= '0;
      wbank <= 1'b0;
      rbank <= 1'b0;
    end else begin
      full <= full + 2'(push && wlast) - 2'(fire && rlast);
      if (push && wlast) wbank <= !wbank;
      if (fire && rlast) rbank <= !rbank;
    end
  end
endmodule
