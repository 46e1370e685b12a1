// Read-only memory, one synchronous read port. Every coefficient memory of the library is one of these.
//
//   WIDTH      bits per word
//   DEPTH      words
//   ROM        $readmemh image: DEPTH words, word 0 first
//   ROM_STYLE  "auto" | "block" | "distributed": passed to synthesis as rom_style and ram_style
//
// LATENCY 1: `addr` in cycle t with `en` gives `q` in t+1.
// A missing, short or unnamed image is an error in simulation and in synthesis: read as zeros it would look
// like a small, wrong network. (Yosys reads modules with their defaults unless told `read_verilog -defer`:
// without -defer it stops here on the image named "".)
module weft_rom #(
    parameter int WIDTH = 8,
    parameter int DEPTH = 1,
    parameter ROM = "",
    // verilator lint_off UNUSEDPARAM
    parameter ROM_STYLE = "auto"  // used in attributes, which Verilator drops
    // verilator lint_on UNUSEDPARAM
) (
    input  logic                                        clk,
    input  logic                                        en,
    input  logic [(DEPTH > 1 ? $clog2(DEPTH) : 1)-1:0] addr,
    output logic [WIDTH-1:0]                            q
);
`ifdef SYNTHESIS
  generate
    if (DEPTH == 1) begin : g_constant
      // As a memory, a word becomes a constant only when multipliers have been mapped: those by zero, too.
      (* mem2reg *)
      logic [WIDTH-1:0] word[0:0];
      initial $readmemh(ROM, word);
      always_ff @(posedge clk) begin
        word[0] <= word[0];
        if (en) q <= word[0];
      end
    end else begin : g_memory
      (* rom_style = ROM_STYLE, ram_style = ROM_STYLE *)
      logic [WIDTH-1:0] mem[0:DEPTH-1];
      initial $readmemh(ROM, mem);
      always_ff @(posedge clk) if (en) q <= mem[addr];
    end
  endgenerate
`else
  // Simulators only warn of a missing or short file, and a two-state one then reads zeros. A last word
  // which keeps what was there before, once zeros and once ones, was not in the file.
  logic [WIDTH-1:0] mem[0:DEPTH-1];
  logic [WIDTH-1:0] first;
  initial begin
    mem[DEPTH-1] = '0;
    $readmemh(ROM, mem, 0, DEPTH - 1);
    first = mem[DEPTH-1];
    mem[DEPTH-1] = '1;
    $readmemh(ROM, mem, 0, DEPTH - 1);
    if (first !== mem[DEPTH-1] || (^first) === 1'bx)
      $fatal(1, "weft_rom: '%s' does not hold %0d words of %0d bits", ROM, DEPTH, WIDTH);
  end
  always_ff @(posedge clk) if (en) q <= mem[addr];
`endif
endmodule
