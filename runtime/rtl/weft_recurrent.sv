// Recurrent unit: LSTM, GRU or RNN over a sequence (A19). Gates are rows of one matrix-vector unit,
// taken one gate after the other; the state stays here.
//
//   KIND              0 lstm, 1 gru, 2 rnn      H   elements of the state      T   steps of a sequence
//   LAST              1: only the last state is given out
//   SIMD, PE          elements of the state that are multiplied, rows that are computed at a time; both divide H, and one the other
//   GW                bits of a gate, signed: of the input, and of the tables' address
//   HW                bits of the state's codes, signed
//   WW … ROM_STYLE    the weight [G*H, H] and its source: weft_weights with K = H, N = G*H (G = 4, 3 or 1 gates)
//   ACCW              signed accumulator bits   BIAS   ROM: G*H/PE words of PE biases
//   MW, NW, FOLD      bits of the unsigned multiplier and the shift; FOLD = G*H/PE, or 1: one word for all
//   PARAMS            ROM: FOLD words of PE x {n[NW], m[MW]}
//   TABLES            ROM: 2^(GW+1) words of 17 bits, sigmoid and then tanh, each from the least z on
//   TANH              ROM: the second half of TABLES (lstm: c goes through its own)
//   GATE_FRACTION, CELL_FRACTION, STATE_FRACTION, PEEPHOLE_FRACTION      bits behind the binary point (A19)
//   HAS_INITIAL_H     1: a sequence begins with INITIAL_H, ROM: H/SIMD words of SIMD codes; else with 0
//   HAS_INITIAL_STATE 1: and with INITIAL_STATE, c or h of a gru, ROM: H/PE words of PE x 16 bits
//   HAS_PEEPHOLES     lstm, 1: PEEPHOLES, ROM: G*H/PE words of PE x 16 bits, those of i and f (0 for o and the candidate), and
//                     OUT_PEEPHOLES, H/PE such words; SIGMOID: the first half of TABLES
//   INPUT_FORGET      lstm, 1: it forgets 1 - i; the rows of its forget gate are read, and change nothing
//   RESET_FIRST       gru, 1: the reset comes before the product with the state
//
// Steps of a sequence: t < T, gate < G, nb < H/PE, sf < H/SIMD. Consumes PE rows of the input at sf = H/SIMD-1, emits PE elements
// there for the last gate. After a gate GAP idle steps (gru: so that there are 7 steps or more; with RESET_FIRST LATENCY-2 after the
// reset gate alone), after the last of all WAIT = LATENCY-1, in which the state arrives.
// LATENCY D = M + (lstm 15, with peepholes 18, gru 14, with RESET_FIRST 11, rnn 7), M = 3 + WL + ceil(log4(SIMD)) that of the
// matrix-vector unit.
module weft_recurrent #(
    parameter int KIND = 0,
    parameter int H = 1,
    parameter int T = 1,
    parameter int LAST = 0,
    parameter int SIMD = 1,
    parameter int PE = 1,
    parameter int GW = 12,
    parameter int HW = 8,
    parameter int WW = 8,
    parameter int W_SIGNED = 1,
    parameter int ACCW = 32,
    parameter int DECODER = 0,
    parameter int EW = WW,
    parameter int ENTRIES = 1,
    parameter int GROUPS = 1,
    parameter int RUNS = 1,
    parameter int SHIFT = 0,
    parameter int BLOCK = 1,
    parameter int MW = 16,
    parameter int NW = 6,
    parameter int FOLD = 1,
    parameter int GATE_FRACTION = 8,
    parameter int CELL_FRACTION = 11,
    parameter int STATE_FRACTION = 7,
    parameter int PEEPHOLE_FRACTION = 0,
    parameter int HAS_INITIAL_H = 0,
    parameter int HAS_INITIAL_STATE = 0,
    parameter int HAS_PEEPHOLES = 0,
    parameter int INPUT_FORGET = 0,
    parameter int RESET_FIRST = 0,
    parameter WEIGHTS = "",
    parameter TABLE = "",
    parameter BIAS = "",
    parameter PARAMS = "",
    parameter TABLES = "",
    parameter TANH = "",
    parameter SIGMOID = "",
    parameter INITIAL_H = "",
    parameter INITIAL_STATE = "",
    parameter PEEPHOLES = "",
    parameter OUT_PEEPHOLES = "",
    parameter ROM_STYLE = "auto"
) (
    input  logic             clk,
    input  logic             rst,
    input  logic [PE*GW-1:0] s_data,
    input  logic             s_valid,
    output logic             s_ready,
    output logic [PE*HW-1:0] m_data,
    output logic             m_valid,
    input  logic             m_ready
);
  localparam int G = KIND == 0 ? 4 : KIND == 1 ? 3 : 1;
  localparam int SF = H / SIMD;
  localparam int NB = H / PE;
  localparam int TREE = ($clog2(SIMD) + 1) / 2;
  localparam int WL = 1 + (PE < BLOCK || SIMD < BLOCK ? 1 : 0) + (DECODER == 0 ? 0 : DECODER == 3 ? 1 + TREE : 1);
  localparam int M = 3 + WL + TREE;           // sums
  localparam int MASKED = KIND == 1 ? RESET_FIRST : 0;
  localparam int PEEP = KIND == 0 ? HAS_PEEPHOLES : 0;
  localparam int A = M + (KIND == 1 && MASKED == 0 ? 8 : 5); // address of the tables
  localparam int B = A + 1;                   // their entries
  localparam int LATENCY = A + (PEEP != 0 ? 13 : KIND == 0 ? 10 : KIND == 1 ? 6 : 2);
  localparam int WAIT = LATENCY - 1;
  localparam int GAP = MASKED != 0 ? LATENCY - 2 : KIND == 1 && SF * NB < 7 ? 7 - SF * NB : 0;
  localparam int YW = 17;
  localparam int SFW = SF > 1 ? $clog2(SF) : 1;
  localparam int NBW = NB > 1 ? $clog2(NB) : 1;
  localparam int GC = G > 1 ? $clog2(G) : 1;
  localparam int TC = T > 1 ? $clog2(T) : 1;
  localparam int IC = $clog2(WAIT + GAP + 1);
  localparam int RW = G * NB > 1 ? $clog2(G * NB) : 1;
  localparam int FW = FOLD > 1 ? $clog2(FOLD) : 1;

`ifndef SYNTHESIS
  initial if (SF * SIMD != H || NB * PE != H) $fatal(1, "weft_recurrent: SIMD and PE must divide H");
`endif

  //--- steps -------------------------------------------------------------------------------
  logic [SFW-1:0] sf;
  logic [NBW-1:0] nb;
  logic [GC-1:0] gate;
  logic [TC-1:0] t;
  logic [IC-1:0] idle;
  logic bank;
  wire en = !m_valid || m_ready;
  wire busy = idle == '0;
  wire sum_ends = 32'(sf) == SF - 1;
  wire gate_ends = sum_ends && 32'(nb) == NB - 1;
  wire last_gate = 32'(gate) == G - 1;
  wire last_step = 32'(t) == T - 1;
  wire step = en && busy && (!sum_ends || s_valid);
  assign s_ready = en && busy && sum_ends;
  always_ff @(posedge clk) begin
    if (rst) begin
      sf   <= '0;
      nb   <= '0;
      gate <= '0;
      t    <= '0;
      idle <= '0;
      bank <= 1'b1;
    end else if (step) begin
      sf <= sum_ends ? '0 : sf + 1'b1;
      if (sum_ends) nb <= gate_ends ? '0 : nb + 1'b1;
      if (gate_ends) begin
        gate <= last_gate ? '0 : gate + 1'b1;
        idle <= last_gate ? IC'(WAIT) : MASKED != 0 && 32'(gate) != 1 ? '0 : IC'(GAP);
        if (last_gate) t <= last_step ? '0 : t + 1'b1;
        if (last_gate) bank <= !bank;
      end
    end else if (en && !busy) begin
      idle <= idle - 1'b1;
    end
  end

  // What stage i holds: a step, the last of its sums, of the last gate, of the second one, of the first step of a sequence, a result.
  logic [M-1:1] act;
  logic [LATENCY:1] lst, fin, mid, zero;
  logic [LATENCY:1] res;
  assign m_valid = res[LATENCY];
  always_ff @(posedge clk) begin
    if (rst) begin
      act <= '0;
      lst <= '0;
      res <= '0;
    end else if (en) begin
      act <= (M - 1)'({act, step});
      lst <= LATENCY'({lst, step && sum_ends});
      res <= LATENCY'({res, step && sum_ends && last_gate && (LAST == 0 || last_step)});
    end
    if (en) begin
      fin  <= LATENCY'({fin, last_gate});
      mid  <= LATENCY'({mid, 32'(gate) == 1});
      zero <= LATENCY'({zero, 32'(t) == 0});
    end
  end

  //--- sums: weight · state + bias ----------------------------------------------------------------
  wire [SIMD*HW-1:0] held, initial_h, masked, xw;  // in stage 1
  wire [PE*SIMD*WW-1:0] ww;
  logic [PE*HW-1:0] code;  // of the stage before the result
  weft_recurrent_state #(.H(H), .SIMD(SIMD), .PE(PE), .W(HW)) state (
      .clk(clk), .rst(rst), .en(en), .bank(bank), .beat(sf), .q(held),
      .write(en && lst[LATENCY-1] && fin[LATENCY-1]), .d(code));
  weft_weights #(.SIMD(SIMD), .PE(PE), .K(H), .N(G * H), .WW(WW), .EW(EW), .DECODER(DECODER), .ENTRIES(ENTRIES),
                 .GROUPS(GROUPS), .RUNS(RUNS), .SHIFT(SHIFT), .BLOCK(BLOCK), .WEIGHTS(WEIGHTS), .TABLE(TABLE),
                 .ROM_STYLE(ROM_STYLE)) weights (
      .clk(clk), .rst(rst), .en(en), .step(step), .last(sum_ends), .take(1'b1), .w(ww));
  weft_delay #(.W(SIMD * HW), .D(WL - 1)) wait_for_weights (
      .clk(clk), .en(en), .d(MASKED != 0 && fin[1] ? masked : zero[1] ? initial_h : held), .q(xw));
  generate
    if (HAS_INITIAL_H != 0) begin : g_initial
      weft_rom #(.WIDTH(SIMD * HW), .DEPTH(SF), .ROM(INITIAL_H), .ROM_STYLE(ROM_STYLE)) codes (
          .clk(clk), .en(en), .addr(sf), .q(initial_h));
    end else begin : g_zero
      assign initial_h = '0;
    end
  endgenerate

  logic [RW-1:0] baddr;
  logic [FW-1:0] paddr;
  logic fresh;
  wire [PE*ACCW-1:0] bias, acc;
  wire [PE*(MW+NW)-1:0] params;
  always_ff @(posedge clk) begin
    if (rst) begin
      baddr <= '0;
      paddr <= '0;
      fresh <= 1'b1;
    end else if (en) begin
      if (lst[M-2]) baddr <= 32'(baddr) == G * NB - 1 ? '0 : baddr + 1'b1;
      if (lst[M-1]) paddr <= 32'(paddr) == FOLD - 1 ? '0 : paddr + 1'b1;
      if (act[M-1]) fresh <= lst[M-1];
    end
  end
  weft_rom #(.WIDTH(PE * ACCW), .DEPTH(G * NB), .ROM(BIAS)) biases (.clk(clk), .en(en), .addr(baddr), .q(bias));
  weft_rom #(.WIDTH(PE * (MW + NW)), .DEPTH(FOLD), .ROM(PARAMS)) scales (.clk(clk), .en(en), .addr(paddr), .q(params));
  weft_dot #(.SIMD(SIMD), .PE(PE), .XW(HW), .X_SIGNED(1), .WW(WW), .W_SIGNED(W_SIGNED), .ACCW(ACCW)) dot (
      .clk(clk), .en(en), .x(xw), .w(ww), .add(act[M-1]), .start(fresh), .bias(bias), .y(acc));

  //--- gates: their tables ---------------------------------------------------------------------------
  wire [PE*GW-1:0] xa;  // input, in stage A-1
  weft_delay #(.W(PE * GW), .D(A - 1)) wait_for_sums (.clk(clk), .en(en), .d(s_data), .q(xa));

  // Where stages B and M+3 are in a gate, and in which.
  logic [NBW-1:0] nb_b, nb_r;
  logic [GC-1:0] gate_b;
  always_ff @(posedge clk) begin
    if (rst) begin
      nb_b   <= '0;
      nb_r   <= '0;
      gate_b <= '0;
    end else if (en) begin
      if (lst[B]) begin
        nb_b <= 32'(nb_b) == NB - 1 ? '0 : nb_b + 1'b1;
        if (32'(nb_b) == NB - 1) gate_b <= 32'(gate_b) == G - 1 ? '0 : gate_b + 1'b1;
      end
      if (lst[M+3]) nb_r <= 32'(nb_r) == NB - 1 ? '0 : nb_r + 1'b1;
    end
  end

  wire [PE*YW-1:0] y;      // entries, in stage B
  wire [PE*YW-1:0] reset;  // of a gru, in stage M+4
  wire [PE*YW-1:0] sums;   // in stage B
  wire [PE*16-1:0] peep;   // what peepholes add, in stage A-1
  wire [PE*16-1:0] old, next;  // c or h of a gru: in stage B+1, B+3
  wire [NBW-1:0] wnb;
  generate
    if (PEEP != 0) begin : g_peepholes
      weft_recurrent_peephole #(.PE(PE), .NB(NB), .G(G), .N(CELL_FRACTION + PEEPHOLE_FRACTION - GATE_FRACTION),
                                .HAS_INITIAL(HAS_INITIAL_STATE), .PEEPHOLES(PEEPHOLES), .INITIAL(INITIAL_STATE),
                                .ROM_STYLE(ROM_STYLE)) peepholes (
          .clk(clk), .rst(rst), .en(en), .last(lst[M]), .first(zero[M+1]), .q(peep), .store(lst[B+3] && fin[B+3]), .wnb(wnb), .d(next));
    end else begin : g_no_peepholes
      assign peep = '0;
    end
    for (genvar p = 0; p < PE; p = p + 1) begin : g_gate
      localparam int PW = ACCW + MW;
      wire signed [MW:0] multiplier = $signed({1'b0, params[p*(MW+NW)+:MW]});
      logic signed [PW:0] q1, q2, q3;
      logic [NW-1:0] n1, n2;
      wire signed [PW:0] twice = q2 <<< 1;
      wire [15:0] q4d;
      logic [15:0] q4;
      wire [YW-1:0] q;  // what the state adds, in stage A-1
      wire [GW-1:0] z;
      logic [GW:0] addr;
      weft_saturate #(.IW(PW + 1), .N(1), .OW(16)) narrow (.x(q3), .y(q4d));
      wire signed [YW+1:0] sum = (YW + 2)'($signed(q)) + (YW + 2)'($signed(xa[p*GW+:GW]));
      weft_saturate #(.IW(YW + 2), .N(0), .OW(GW)) bounds (.x(sum + (YW + 2)'($signed(peep[p*16+:16]))), .y(z));
      always_ff @(posedge clk) begin
        if (en) begin
          q1   <= (PW + 1)'($signed(acc[p*ACCW+:ACCW])) * (PW + 1)'(multiplier);
          n1   <= params[p*(MW+NW)+MW+:NW];
          q2   <= q1;
          n2   <= n1;
          q3   <= twice >>> n2;
          q4   <= q4d;
          // The tables begin with the least z: its sign bit is turned. The last gate's is the tanh.
          addr <= {fin[A-1], ~z[GW-1], z[GW-2:0]};
        end
      end
      if (PEEP != 0) begin : g_sum
        weft_delay #(.W(YW), .D(2)) wait_for_entries (.clk(clk), .en(en), .d(sum[YW-1:0]), .q(sums[p*YW+:YW]));
      end else begin : g_no_sum
        assign sums[p*YW+:YW] = '0;
      end
      if (KIND == 1 && MASKED == 0) begin : g_reset
        // The candidate's sum is scaled by the reset gate; 2^15 leaves the others as they are.
        logic signed [2*YW-1:0] p5, p6;
        logic [YW-1:0] q7;
        wire [YW-1:0] q7d;
        wire signed [YW-1:0] factor = fin[M+4] ? reset[p*YW+:YW] : YW'(1 << 15);
        weft_saturate #(.IW(2 * YW), .N(15), .OW(YW)) scaled (.x(p6), .y(q7d));
        always_ff @(posedge clk) begin
          if (en) begin
            p5 <= (2 * YW)'($signed(q4)) * (2 * YW)'(factor);
            p6 <= p5;
            q7 <= q7d;
          end
        end
        assign q = q7;
      end else begin : g_plain
        assign q = YW'($signed(q4));
      end
      weft_rom #(.WIDTH(YW), .DEPTH(2 << GW), .ROM(TABLES), .ROM_STYLE(ROM_STYLE)) entries (
          .clk(clk), .en(en), .addr(addr), .q(y[p*YW+:YW]));
    end
  endgenerate

  //--- the cell ----------------------------------------------------------------------------------
  // Gates before the last wait for it, element by element. Stage B+1 has them, and its own entries.
  wire [(G > 1 ? G - 1 : 1)*PE*YW-1:0] earlier;
  logic [PE*YW-1:0] own;
  always_ff @(posedge clk) if (en) own <= y;
  generate
    for (genvar i = 0; i < G - 1; i = i + 1) begin : g_before
      logic [PE*YW-1:0] mem[0:NB-1];
      logic [PE*YW-1:0] r;
      always_ff @(posedge clk) begin
        if (en && lst[B] && 32'(gate_b) == i) mem[nb_b] <= PEEP != 0 && i == 1 ? sums : y;
        if (en) r <= mem[nb_b];
      end
      assign earlier[i*PE*YW+:PE*YW] = r;
      if (KIND == 1 && i == 1 && MASKED == 0) begin : g_early
        logic [PE*YW-1:0] e;
        always_ff @(posedge clk) if (en) e <= mem[nb_r];
        assign reset = e;
      end
    end
    if (KIND == 2) begin : g_rnn
      assign reset = '0;
      assign earlier = '0;
      assign old = '0;
      assign next = '0;
      assign wnb = '0;
      for (genvar p = 0; p < PE; p = p + 1) begin : g_lane
        weft_saturate #(.IW(YW), .N(15 - STATE_FRACTION), .OW(HW)) narrow (.x(y[p*YW+:YW]), .y(code[p*HW+:HW]));
      end
    end else begin : g_cell
      if (KIND == 0 || MASKED != 0) begin : g_none
        assign reset = '0;
      end
      weft_recurrent_cell #(.KIND(KIND), .PE(PE), .NB(NB), .GW(GW), .HW(HW), .GATE_FRACTION(GATE_FRACTION),
                            .CELL_FRACTION(CELL_FRACTION), .STATE_FRACTION(STATE_FRACTION), .HAS_INITIAL(HAS_INITIAL_STATE),
                            .COUPLED(INPUT_FORGET), .HAS_PEEPHOLES(PEEP), .PEEPHOLE_FRACTION(PEEPHOLE_FRACTION), .TANH(TANH),
                            .SIGMOID(SIGMOID), .INITIAL(INITIAL_STATE), .PEEPHOLES(OUT_PEEPHOLES), .ROM_STYLE(ROM_STYLE)) element (
          .clk(clk), .en(en), .nb(nb_b), .store(lst[B+3] && fin[B+3]), .first(zero[B+1]), .earlier(earlier), .own(own), .old(old),
          .next(next), .wnb(wnb), .code(code));
    end
    if (MASKED != 0) begin : g_masked
      // The state under its reset gate: another memory, which the last gate multiplies.
      logic signed [2*YW-1:0] r1[0:PE-1], r2[0:PE-1];
      wire [PE*HW-1:0] reset_code;
      for (genvar p = 0; p < PE; p = p + 1) begin : g_lane
        weft_saturate #(.IW(2 * YW), .N(30 - STATE_FRACTION), .OW(HW)) narrow (.x(r2[p]), .y(reset_code[p*HW+:HW]));
        always_ff @(posedge clk) begin
          if (en) begin
            r1[p] <= (2 * YW)'($signed(own[p*YW+:YW])) * (2 * YW)'($signed(old[p*16+:16]));
            r2[p] <= r1[p];
          end
        end
      end
      weft_recurrent_state #(.H(H), .SIMD(SIMD), .PE(PE), .W(HW)) reset_state (
          .clk(clk), .rst(rst), .en(en), .bank(!bank), .beat(sf), .q(masked), .write(en && lst[B+3] && mid[B+3]), .d(reset_code));
    end else begin : g_unmasked
      assign masked = '0;
    end
  endgenerate
  always_ff @(posedge clk) if (en) m_data <= code;
  // Stages that hold no gate of a kind read nothing of it.
  // verilator lint_off UNUSED
  wire unused = &{1'b0, fin, mid, zero, nb_r, gate_b, reset, sums, earlier, own, old, next, wnb};
  // verilator lint_on UNUSED
endmodule
