// The state of a recurrent unit, element by element (A19): from the gates to its code.
//
//   KIND    0 lstm: i, o, f and the candidate; c in units of 2^-CELL_FRACTION is kept
//           1 gru: z, r and the candidate; h in units of 2^-15 is kept
//   PE      elements of a beat      NB   beats of the state      GW   bits of the address of TANH      HW   bits of a code
//   TANH    ROM: 2^GW words of 17 bits, from the least on (lstm)
//   HAS_INITIAL, INITIAL    what c, or h, begins with: those of weft_recurrent_kept
//   COUPLED                 lstm, 1: it forgets 1 - i
//   HAS_PEEPHOLES           lstm, 1: o comes as its sum, and SIGMOID (ROM, as TANH) takes it when P · c of the new c is added.
//   PEEPHOLES               ROM: NB words of PE x 16 bits, P of the output gate in units of 2^-PEEPHOLE_FRACTION
//
// Gates are 17 bits, in units of 2^-15. `nb`: the beat, one cycle before its gates `earlier` (those before the last, the first
// in the least significant bits) and `own` (the last); `first`, with the gates: of the first step of a sequence. `old`, with the gates:
// what was kept. `store`, two cycles after the gates: keep `next`, of the beat `wnb`. `code` is the state's code, LATENCY cycles after
// the gates: lstm 7, with peepholes 10, gru 3.
module weft_recurrent_cell #(
    parameter int KIND = 0,
    parameter int PE = 1,
    parameter int NB = 1,
    parameter int GW = 12,
    parameter int HW = 8,
    parameter int GATE_FRACTION = 8,
    parameter int CELL_FRACTION = 11,
    parameter int STATE_FRACTION = 7,
    parameter int HAS_INITIAL = 0,
    parameter int COUPLED = 0,
    parameter int HAS_PEEPHOLES = 0,
    parameter int PEEPHOLE_FRACTION = 0,
    parameter TANH = "",
    parameter SIGMOID = "",
    parameter INITIAL = "",
    parameter PEEPHOLES = "",
    parameter ROM_STYLE = "auto"
) (
    input  logic                                  clk,
    input  logic                                  en,
    input  logic [(NB > 1 ? $clog2(NB) : 1)-1:0] nb,
    input  logic                                  store,
    input  logic                                  first,
    input  logic [(KIND == 0 ? 3 : 2)*PE*17-1:0]  earlier,
    input  logic [PE*17-1:0]                      own,
    output logic [PE*16-1:0]                      old,
    output logic [PE*16-1:0]                      next,
    output logic [(NB > 1 ? $clog2(NB) : 1)-1:0] wnb,
    output logic [PE*HW-1:0]                      code
);
  localparam int YW = 17;
  localparam int NBW = NB > 1 ? $clog2(NB) : 1;
  localparam int PW = 2 * YW;
  localparam int ALIGN = KIND == 0 ? 15 - CELL_FRACTION : 0;
  localparam int SW = PW + 16;

  // What is kept: read with the gates, written three cycles later.
  weft_delay #(.W(NBW), .D(3)) wait_for_state (.clk(clk), .en(en), .d(nb), .q(wnb));
  weft_recurrent_kept #(.PE(PE), .NB(NB), .HAS_INITIAL(HAS_INITIAL), .INITIAL(INITIAL), .ROM_STYLE(ROM_STYLE)) kept (
      .clk(clk), .en(en), .nb(nb), .first(first), .q(old), .store(store), .wnb(wnb), .d(next));
  wire [PE*16-1:0] peepholes;  // of the output gate, with the new c

  generate
    if (KIND == 0 && HAS_PEEPHOLES != 0) begin : g_peepholes
      weft_rom #(.WIDTH(PE * 16), .DEPTH(NB), .ROM(PEEPHOLES), .ROM_STYLE(ROM_STYLE)) factors (
          .clk(clk), .en(en), .addr(wnb), .q(peepholes));
    end else begin : g_no_peepholes
      assign peepholes = '0;
    end
    for (genvar p = 0; p < PE; p = p + 1) begin : g_lane
      wire signed [YW-1:0] last = own[p*YW+:YW];
      wire signed [YW-1:0] was = YW'($signed(old[p*16+:16]));
      // Products, twice registered for the multiplier's own registers.
      logic signed [PW-1:0] a1, a2, b1, b2;
      wire signed [SW-1:0] sum = (SW'(a2) <<< ALIGN) + SW'(b2);
      if (KIND == 0) begin : g_lstm
        wire signed [YW-1:0] in = earlier[p*YW+:YW];
        wire signed [YW-1:0] forget = COUPLED != 0 ? YW'(1 << 15) - in : $signed(earlier[(2*PE+p)*YW+:YW]);
        wire [YW-1:0] out;   // with t1
        wire signed [YW-1:0] t1;
        logic [15:0] c;
        logic [GW-1:0] addr;
        wire [GW-1:0] z;
        wire signed [YW-1:0] t;
        logic signed [PW-1:0] h1, h2;
        if (HAS_PEEPHOLES != 0) begin : g_late
          // The output gate's sum waits for c; its entry comes three cycles behind that of c.
          logic signed [31:0] p1, p2;
          wire [15:0] p3d;
          logic [15:0] p3;
          wire [YW-1:0] sum_of_out;
          wire [GW-1:0] zo;
          logic [GW-1:0] oaddr;
          weft_delay #(.W(YW), .D(6)) wait_for_peephole (.clk(clk), .en(en), .d(earlier[(PE+p)*YW+:YW]), .q(sum_of_out));
          weft_delay #(.W(YW), .D(3)) wait_for_out (.clk(clk), .en(en), .d(t), .q(t1));
          weft_saturate #(.IW(32), .N(CELL_FRACTION + PEEPHOLE_FRACTION - GATE_FRACTION), .OW(16)) added (.x(p2), .y(p3d));
          weft_saturate #(.IW(YW + 2), .N(0), .OW(GW)) out_bounds (
              .x((YW + 2)'($signed(sum_of_out)) + (YW + 2)'($signed(p3))), .y(zo));
          weft_rom #(.WIDTH(YW), .DEPTH(1 << GW), .ROM(SIGMOID), .ROM_STYLE(ROM_STYLE)) out_entries (
              .clk(clk), .en(en), .addr(oaddr), .q(out));
          always_ff @(posedge clk) begin
            if (en) begin
              p1    <= 32'($signed(peepholes[p*16+:16])) * 32'($signed(c));
              p2    <= p1;
              p3    <= p3d;
              oaddr <= {~zo[GW-1], zo[GW-2:0]};
            end
          end
        end else begin : g_early
          weft_delay #(.W(YW), .D(5)) wait_for_tanh (.clk(clk), .en(en), .d(earlier[(PE+p)*YW+:YW]), .q(out));
          assign t1 = t;
        end
        weft_saturate #(.IW(SW), .N(30 - CELL_FRACTION), .OW(16)) cell_bounds (.x(sum), .y(next[p*16+:16]));
        weft_saturate #(.IW(16), .N(CELL_FRACTION - GATE_FRACTION), .OW(GW)) gate_bounds (.x(c), .y(z));
        weft_rom #(.WIDTH(YW), .DEPTH(1 << GW), .ROM(TANH), .ROM_STYLE(ROM_STYLE)) entries (
            .clk(clk), .en(en), .addr(addr), .q(t));
        weft_saturate #(.IW(PW), .N(30 - STATE_FRACTION), .OW(HW)) narrow (.x(h2), .y(code[p*HW+:HW]));
        always_ff @(posedge clk) begin
          if (en) begin
            a1   <= PW'(forget) * PW'(was);
            b1   <= PW'(in) * PW'(last);
            a2   <= a1;
            b2   <= b1;
            c    <= next[p*16+:16];
            addr <= {~z[GW-1], z[GW-2:0]};
            h1   <= PW'($signed(out)) * PW'(t1);
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
            b1 <= PW'(update) * PW'(was);
            a2 <= a1;
            b2 <= b1;
            h  <= next[p*16+:16];
          end
        end
      end
    end
    // verilator lint_off UNUSED
    wire unused = &{1'b0, earlier, peepholes};
    // verilator lint_on UNUSED
  endgenerate
endmodule
