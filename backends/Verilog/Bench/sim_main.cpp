// Drives the clock of weft_bench for Verilator; everything else is in SystemVerilog, shared with Icarus.
#include "Vweft_bench.h"
#include "verilated.h"

int main(int argc, char **argv) {
  VerilatedContext context;
  context.commandArgs(argc, argv);
  Vweft_bench bench{&context};
  while (!context.gotFinish()) {
    bench.clk = 0;
    bench.eval();
    context.timeInc(1);
    bench.clk = 1;
    bench.eval();
    context.timeInc(1);
  }
  bench.final();
  return 0;
}
