// The state of a recurrent unit, element by element (A19): from the gates to its code.
//
//   KIND    0 lstm: i, o, f and the candidate; c in units of 2^-CELL_FRACTION is kept
//           1 gru: z, r and the candidate; h in units of 2^-15 is kept
//   PE      elements of a beat      NB   beats of the state      GW   bits of the address of TANH      HW   bits of a code
//   TANH    ROM: 2^GW words of 17 bits, from the least on (lstm)
//
// Gates are 17 bits, in units of 2^-15. `nb`: the beat, one cycle before its gates `earlier` (those before the last, the first
// in the least significant bits) and `own` (the last); `first`, with the gates: the state was 0 before. `store`, two cycles after
// the gates: keep what was computed. `code` is the state's code, LATENCY cycles after the gates: lstm 7, gru 3.
module weft_recurrent_cell #(
    parameter int KIND = 0,
    parameter int PE = 1,
    parameter int NB = 1,
    parameter int GW = 12,
    parameter int HW = 8,
    parameter int GATE_FRACTION = 8,
    parameter int CELL_FRACTION = 11,
    parameter int STATE_FRACTION = 7,
    parameter TANH = "",
    // verilator lint_off UNUSEDPARAM
    parameter ROM_STYLE = "auto"
    // verilator lint_on UNUSEDPARAM
) (
    input  logic                                  clk,
    input  logic                                  en,
    input  logic [(NB > 1 ? $clog2(NB) : 1)-1:0] nb,
    input  logic                                  store,
    input  logic                                  first,
    input  logic [(KIND == 0 ? 3 : 2)*PE*17-1:0]  earlier,
    input  logic [PE*17-1:0]                      own,
    output logic [PE*HW-1:0]                      code
);
  localparam int YW = 17;
  localparam int NBW = NB > 1 ? $clog2(NB) : 1;
  localparam int PW = 2 * YW;
  localparam int ALIGN = KIND == 0 ? 15 - CELL_FRACTION : 0;
  localparam int SW = PW + 16;

  // What is kept: read with the gates, written three cycles later.
  logic [PE*16-1:0] mem[0:NB-1];
  logic [PE*16-1:0] kept;
  wire [PE*16-1:0] next;
  wire [NBW-1:0] wnb;
  weft_delay #(.W(NBW), .D(3)) wait_for_state (.clk(clk), .en(en), .d(nb), .q(wnb));
  always_ff @(posedge clk) begin
    if (en && store) mem[wnb] <= next;
    if (en) kept <= mem[nb];
  end

  generate
    for (genvar p = 0; p < PE; p = p + 1) begin : g_lane
      wire signed [YW-1:0] last = own[p*YW+:YW];
      wire signed [YW-1:0] old = first ? '0 : YW'($signed(kept[p*16+:16]));
      // Products, twice registered for the multiplier's own registers.
      logic signed [PW-1:0] a1, a2, b1, b2;
      wire signed [SW-1:0] sum = (SW'(a2) <<< ALIGN) + SW'(b2);
      if (KIND == 0) begin : g_lstm
        wire signed [YW-1:0] in = earlier[p*YW+:YW];
        wire signed [YW-1:0] forget = earlier[(2*PE+p)*YW+:YW];
        wire [YW-1:0] out;
        logic [15:0] c;
        logic [GW-1:0] addr;
        wire [GW-1:0] z;
        wire signed [YW-1:0] t;
        logic signed [PW-1:0] h1, h2;
        weft_delay #(.W(YW), .D(5)) wait_for_tanh (.clk(clk), .en(en), .d(earlier[(PE+p)*YW+:YW]), .q(out));
        weft_saturate #(.IW(SW), .N(30 - CELL_FRACTION), .OW(16)) cell_bounds (.x(sum), .y(next[p*16+:16]));
        weft_saturate #(.IW(16), .N(CELL_FRACTION - GATE_FRACTION), .OW(GW)) gate_bounds (.x(c), .y(z));
        weft_rom #(.WIDTH(YW), .DEPTH(1 << GW), .ROM(TANH), .ROM_STYLE(ROM_STYLE)) entries (
            .clk(clk), .en(en), .addr(addr), .q(t));
        weft_saturate #(.IW(PW), .N(30 - STATE_FRACTION), .OW(HW)) narrow (.x(h2), .y(code[p*HW+:HW]));
        always_ff @(posedge clk) begin
          if (en) begin
            a1   <= PW'(forget) * PW'(old);
            b1   <= PW'(in) * PW'(last);
            a2   <= a1;
            b2   <= b1;
            c    <= next[p*16+:16];
            addr <= {~z[GW-1], z[GW-2:0]};
            h1   <= PW'($signed(out)) * PW'(t);
            h2   <= h1;
          end
        end
      end else begin : g_gru
        wire signed [YW-1:0] update = earlier[p*YW+:YW];
        wire signed [YW-1:0] rest = YW'(1 << 15) - update;
        logic [15:0] h;
        weft_saturate #(.IW(SW), .N(15), .OW(16)) state_bounds (.x(sum), .y(next[p*16+:16]));
        weft_saturate #(.IW(16), .N(15 - STATE_FRACTION), .OW(HW)) narrow (.x(h), .y(code[p*HW+:HW]));
        always_ff @(posedge clk) begin
          if (en) begin
            a1 <= PW'(rest) * PW'(last);
            b1 <= PW'(update) * PW'(old);
            a2 <= a1;
            b2 <= b1;
            h  <= next[p*16+:16];
          end
        end
      end
    end
    if (KIND != 0) begin : g_unused
      // verilator lint_off UNUSED
      wire unused = &{1'b0, earlier[PE*YW+:PE*YW], earlier[0]};
      // verilator lint_on UNUSED
    end
  endgenerate
endmodule
