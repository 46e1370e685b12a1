// Stored vectors of circulant blocks to the elements of a step, in weft_weights, whose header gives the parameters.
//
//   VC    vectors side by side in a word      WORD   elements of a word
//
// `word` belongs to the step of the cycle before; `row`: `step` is the last of a row. LATENCY 0 where PE and SIMD are
// multiples of BLOCK: wires; else 1: vectors are rotated.
module weft_circulant #(
    parameter int SIMD = 1,
    parameter int PE = 1,
    parameter int BLOCK = 1,
    parameter int EW = 8,
    parameter int VC = 1,
    parameter int WORD = 1
) (
    input  logic                  clk,
    input  logic                  rst,
    input  logic                  en,
    input  logic                  step,
    input  logic                  row,
    input  logic [   WORD*EW-1:0] word,
    output logic [PE*SIMD*EW-1:0] e
);
  function automatic int gcd(input int a, input int b);
    gcd = 1;
    for (int i = 2; i <= a; i = i + 1) if (a % i == 0 && b % i == 0) gcd = i;
  endfunction
  // Rotations are multiples of UNIT.
  localparam int UNIT = gcd(PE < BLOCK ? PE : BLOCK, SIMD < BLOCK ? SIMD : BLOCK);
  localparam int TURNS = BLOCK / UNIT;

  generate
    if (TURNS == 1) begin : g_wires
      for (genvar p = 0; p < PE; p = p + 1) begin : g_row
        for (genvar s = 0; s < SIMD; s = s + 1) begin : g_column
          localparam int AT = (p / BLOCK * VC + s / BLOCK) * BLOCK + (p % BLOCK + BLOCK - s % BLOCK) % BLOCK;
          assign e[(p*SIMD+s)*EW+:EW] = word[AT*EW+:EW];
        end
      end
      // verilator lint_off UNUSED
      wire unused = &{1'b0, clk, rst, en, step, row};
      // verilator lint_on UNUSED
    end else begin : g_rotate
      localparam int TW = $clog2(TURNS);
      localparam int BACK = TURNS - SIMD / UNIT % TURNS;  // a step further along the row
      localparam int DOWN = PE / UNIT % TURNS;            // a row of steps further down
      logic [TW-1:0] turn, turn1;
      wire [TW+1:0] moved = (TW + 2)'(turn) + (TW + 2)'(BACK) + (row ? (TW + 2)'(DOWN) : '0);
      wire [TW+1:0] once = 32'(moved) >= TURNS ? moved - (TW + 2)'(TURNS) : moved;
      wire [TW+1:0] twice = 32'(once) >= TURNS ? once - (TW + 2)'(TURNS) : once;
      always_ff @(posedge clk) begin
        if (rst) turn <= '0;
        else if (step) turn <= twice[TW-1:0];
        if (en) turn1 <= turn;
      end
      // verilator lint_off UNUSED
      wire unused = &{1'b0, twice[TW+1:TW]};
      // verilator lint_on UNUSED
      for (genvar p = 0; p < PE; p = p + 1) begin : g_row
        for (genvar s = 0; s < SIMD; s = s + 1) begin : g_column
          localparam int VECTOR = (p / BLOCK * VC + s / BLOCK) * BLOCK;
          wire [TURNS*EW-1:0] choice;
          wire [EW-1:0] chosen;
          logic [EW-1:0] held;
          for (genvar t = 0; t < TURNS; t = t + 1) begin : g_turn
            localparam int AT = VECTOR + (p % BLOCK + BLOCK - s % BLOCK + t * UNIT) % BLOCK;
            assign choice[t*EW+:EW] = word[AT*EW+:EW];
          end
          weft_select #(.N(TURNS), .W(EW), .SW(TW)) pick (.d(choice), .sel(turn1), .y(chosen));
          always_ff @(posedge clk) if (en) held <= chosen;
          assign e[(p*SIMD+s)*EW+:EW] = held;
        end
      end
    end
  endgenerate
endmodule
