// Stored elements to weights, in weft_weights, whose header gives the parameters.
//
//   WAIT  cycles by which `e` is later than a memory read in the cycle of `step`
//
// `e` belongs to the step 1 + WAIT cycles ago. LATENCY 1 from `e` to `w`; DECODER = 3: 1 + ceil(log4(SIMD)).
module weft_decode #(
    parameter int SIMD = 1,
    parameter int PE = 1,
    parameter int K = 1,
    parameter int N = 1,
    parameter int WW = 8,
    parameter int EW = 8,
    parameter int DECODER = 1,
    parameter int ENTRIES = 1,
    parameter int GROUPS = 1,
    parameter int RUNS = 1,
    parameter int SHIFT = 0,
    parameter int WAIT = 0,
    parameter TABLE = ""
) (
    input  logic                  clk,
    input  logic                  rst,
    input  logic                  en,
    input  logic                  step,
    input  logic                  last,
    input  logic [PE*SIMD*EW-1:0] e,
    output logic [PE*SIMD*WW-1:0] w
);
  localparam int SF = K / SIMD;
  localparam int SIZE = N / GROUPS;                             // rows of a group
  localparam int PG = PE > SIZE ? PE / SIZE : 1;                // groups side by side
  localparam bit BY_STEP = RUNS > 1 || DECODER == 3;            // a word stays for steps, and not for rows
  localparam int STAY = BY_STEP ? SF / RUNS : SIZE > PE ? SIZE / PE : 1;
  localparam int DEPTH = GROUPS / PG * RUNS;
  localparam int AW = DEPTH > 1 ? $clog2(DEPTH) : 1;
  localparam int SW = STAY > 1 ? $clog2(STAY) : 1;
  localparam int WIDTH = PG * ENTRIES * WW;
  localparam int PREFIX = DECODER == 3 ? ($clog2(SIMD) + 1) / 2 : 0;

`ifndef SYNTHESIS
  initial begin
    if (SIZE * GROUPS != N || (PE > SIZE ? PE % SIZE : SIZE % PE) != 0)
      $fatal(1, "weft_weights: %0d groups of %0d rows do not align with PE %0d", GROUPS, N, PE);
    if (RUNS > 1 && (GROUPS != N || SF / RUNS * RUNS != SF))
      $fatal(1, "weft_weights: SIMD must divide the %0d columns of a run", K / RUNS);
  end
`endif

  // The table's word of the step; it is of the same cycle as `e` behind WAIT + PREFIX stages.
  logic [AW-1:0] addr;
  logic [SW-1:0] stay;
  wire count = step && (BY_STEP || last);
  wire leave = 32'(stay) == STAY - 1;
  always_ff @(posedge clk) begin
    if (rst) begin
      addr <= '0;
      stay <= '0;
    end else if (count) begin
      stay <= leave ? '0 : stay + 1'b1;
      if (leave) addr <= 32'(addr) == DEPTH - 1 ? '0 : addr + 1'b1;
    end
  end
  wire [AW-1:0] taddr;
  weft_delay #(.W(AW), .D(WAIT + PREFIX)) late (.clk(clk), .en(en), .d(addr), .q(taddr));
  wire [WIDTH-1:0] entries;
  weft_rom #(.WIDTH(WIDTH), .DEPTH(DEPTH), .ROM(TABLE)) words (.clk(clk), .en(en), .addr(taddr), .q(entries));

  generate
    if (DECODER == 1) begin : g_lookup
`ifndef SYNTHESIS
      logic [WAIT:0] act;
      always_ff @(posedge clk) begin
        if (rst) act <= '0;
        else if (en) act <= (WAIT + 1)'({act, step});
      end
`endif
      for (genvar p = 0; p < PE; p = p + 1) begin : g_row
        for (genvar s = 0; s < SIMD; s = s + 1) begin : g_column
          wire [EW-1:0] code = e[(p*SIMD+s)*EW+:EW];
          // Bit by bit: one bit of a vector is a multiplexer, an element of it would be a multiplication as well.
          for (genvar b = 0; b < WW; b = b + 1) begin : g_bit
            wire [(1<<EW)-1:0] column;
            for (genvar k = 0; k < (1 << EW); k = k + 1) begin : g_entry
              assign column[k] = entries[((p*PG/PE)*ENTRIES+(k<ENTRIES?k:0))*WW+b];
            end
            always_ff @(posedge clk) if (en) w[(p*SIMD+s)*WW+b] <= column[code];
          end
`ifndef SYNTHESIS
          always @(posedge clk)
            if (!rst && en && act[WAIT] && 32'(code) >= ENTRIES)
              $fatal(1, "weft_weights: code %0d is not in a codebook of %0d", code, ENTRIES);
`endif
        end
      end
    end else begin : g_delta
      logic [WAIT+PREFIX:0] act, first;  // a step is in the stage, and begins a run
      always_ff @(posedge clk) begin
        if (rst) act <= '0;
        else if (en) act <= (WAIT + PREFIX + 1)'({act, step});
        if (en) first <= (WAIT + PREFIX + 1)'({first, stay == '0});
      end
      for (genvar p = 0; p < PE; p = p + 1) begin : g_row
        wire [WW-1:0] reference = entries[(p*PG/PE)*WW+:WW];
        wire [SIMD*WW-1:0] delta, sum;
        for (genvar s = 0; s < SIMD; s = s + 1) begin : g_column
          assign delta[s*WW+:WW] = WW'($signed(e[(p*SIMD+s)*EW+:EW])) << SHIFT;
        end
        if (DECODER == 3) begin : g_consecutive
          weft_prefix #(.N(SIMD), .W(WW)) prefix (.clk(clk), .en(en), .d(delta), .q(sum));
        end else begin : g_fixed
          assign sum = delta;
        end
        logic [WW-1:0] previous;
        wire [WW-1:0] from = DECODER == 2 || first[WAIT+PREFIX] ? reference : previous;
        for (genvar s = 0; s < SIMD; s = s + 1) begin : g_weight
          wire [WW-1:0] weight = from + sum[s*WW+:WW];
          always_ff @(posedge clk) if (en) w[(p*SIMD+s)*WW+:WW] <= weight;
          if (s == SIMD - 1) begin : g_last
            always_ff @(posedge clk) if (en && act[WAIT+PREFIX]) previous <= weight;
          end
        end
      end
    end
  endgenerate
endmodule
