// Drives the clock of weft_bench for Icarus.
`timescale 1ns / 1ps
module weft_bench_icarus;
  reg clk = 1'b0;
  always #1 clk = !clk;
  weft_bench bench (.clk(clk));
endmodule
