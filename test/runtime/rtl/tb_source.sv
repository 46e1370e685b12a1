// Offers the beats of <dir>/<NAME>.hex, one whenever bit (cycle mod 1024) of <dir>/<NAME>.stall is 1, and
// holds an offer until it is taken. Writes the cycle of each handshake to <dir>/<NAME>.log.
module tb_source #(
    parameter int W = 8,
    parameter int BEATS = 1,
    parameter NAME = "s0"
) (
    input  logic         clk,
    input  logic         rst,
    input  logic [31:0]  cycle,
    output logic [W-1:0] data,
    output logic         valid,
    input  logic         ready
);
  logic [W-1:0] beats[0:BEATS];
  logic [1023:0] pattern[0:0];
  reg [8*512-1:0] dir;
  integer log;
  integer index = 0;
  logic hold = 1'b0;
  initial begin
    if ($value$plusargs("dir=%s", dir) == 0) $fatal(1, "tb_source: no +dir");
    $readmemh($sformatf("%0s/%s.hex", dir, NAME), beats);
    $readmemh($sformatf("%0s/%s.stall", dir, NAME), pattern);
    log = $fopen($sformatf("%0s/%s.log", dir, NAME), "w");
  end
  wire offer = hold || pattern[0][cycle[9:0]];
  assign valid = !rst && offer && index < BEATS;
  assign data  = valid ? beats[index] : {W{1'bx}};
  always @(posedge clk) begin
    if (rst) begin
      $fwrite(log, "reset\n");
      hold <= 1'b0;
      index <= 0;
    end else begin
      hold <= offer && !(valid && ready);
      if (valid && ready) begin
        $fwrite(log, "%0d\n", cycle);
        index <= index + 1;
      end
    end
  end
endmodule
