// Simulation-only probe. Compiled with WEFT_TRACE and run with +weft_trace=<dir>, it writes each beat that is
// handed over as a line of hex to <dir>/<NAME>.hex; otherwise it is nothing, in hardware too.
//
//   W     bits per beat        NAME  file stem, unique in the design
module weft_tap #(
    parameter int W = 8,
    // verilator lint_off UNUSEDPARAM
    parameter NAME = "tap"  // used where there is a trace
    // verilator lint_on UNUSEDPARAM
) (
    input logic         clk,
    input logic         rst,
    input logic [W-1:0] data,
    input logic         valid,
    input logic         ready
);
`ifdef WEFT_TRACE
  string dir;
  integer file = 0;
  initial begin
    if ($value$plusargs("weft_trace=%s", dir) != 0) begin
      file = $fopen($sformatf("%s/%s.hex", dir, NAME), "w");
      if (file == 0) $fatal(1, "weft_tap: cannot write %s/%s.hex", dir, NAME);
    end
  end
  always @(posedge clk) begin
    if (file != 0 && !rst && valid && ready) begin
      $fwrite(file, "%h\n", data);
      $fflush(file);  // a simulation that ends by $fatal is the one whose trace is read
    end
  end
`else
  // verilator lint_off UNUSED
  wire unused = &{1'b0, clk, rst, data, valid, ready};
  // verilator lint_on UNUSED
`endif
endmodule
