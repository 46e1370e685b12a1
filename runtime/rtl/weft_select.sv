// One of N words. Written as a chain of comparisons because a variable part-select of a vector makes Yosys
// multiply the index, in DSPs if it is wide.
//
//   N  words        W  bits of a word        SW  bits of the index; past N-1 the result is word 0
module weft_select #(
    parameter int N  = 2,
    parameter int W  = 8,
    parameter int SW = 1
) (
    input  logic [N*W-1:0] d,
    input  logic [ SW-1:0] sel,
    output logic [  W-1:0] y
);
  function automatic [W-1:0] pick(input [N*W-1:0] words, input [SW-1:0] i);
    pick = words[W-1:0];
    for (int n = 1; n < N; n = n + 1) if (32'(i) == n) pick = words[n*W+:W];
  endfunction
  assign y = pick(d, sel);
endmodule
