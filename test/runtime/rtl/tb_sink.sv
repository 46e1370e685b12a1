// Is ready where bit (cycle mod 1024) of <dir>/<NAME>.stall is 1; writes "cycle data" of each handshake to
// <dir>/<NAME>.log, and a line "unstable" where data or valid changed while waiting.
module tb_sink #(
    parameter int W = 8,
    parameter NAME = "m0"
) (
    input  logic         clk,
    input  logic         rst,
    input  logic [31:0]  cycle,
    input  logic [W-1:0] data,
    input  logic         valid,
    output logic         ready
);
  logic [1023:0] pattern[0:0];
  reg [8*512-1:0] dir;
  integer log;
  logic waiting = 1'b0;
  logic [W-1:0] held = '0;
  initial begin
    if ($value$plusargs("dir=%s", dir) == 0) $fatal(1, "tb_sink: no +dir");
    $readmemh($sformatf("%0s/%s.stall", dir, NAME), pattern);
    log = $fopen($sformatf("%0s/%s.log", dir, NAME), "w");
  end
  assign ready = pattern[0][cycle[9:0]];
  always @(posedge clk) begin
    if (rst) begin
      $fwrite(log, "reset\n");
      waiting <= 1'b0;
    end else begin
      if (waiting && (valid !== 1'b1 || data !== held)) $fwrite(log, "%0d unstable\n", cycle);
      waiting <= valid && !ready;
      held <= data;
      if (valid && ready) $fwrite(log, "%0d %h\n", cycle, data);
    end
  end
endmodule
