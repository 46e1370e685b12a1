// Matrix-vector unit, clustered weights (A3 by A9): inputs are added up by code, and each sum is multiplied
// once by its codebook entry. PE outputs need MULTS multipliers, not PE*SIMD; the bits are those of weft_mvu.
//
//   SIMD, PE, K, N, XW, X_SIGNED, ACCW   as in weft_mvu
//   CB          bits of a code               ENTRIES   codebook entries of a group, <= 2^CB
//   GROUPS      codebooks; output n uses group n*GROUPS/N. PE divides N/GROUPS or N/GROUPS divides PE
//   WW          bits of a signed entry       MULTS     multipliers; divides PE, or PE divides it
//   CODES       ROM: NF*SF words of PE*SIMD codes, in the order of weft_mvu's WEIGHTS
//   CODEBOOK    ROM: with PG = max(1, PE*GROUPS/N) groups side by side, word s*ENTRIES+k holds entry k of
//               groups s*PG .. s*PG+PG-1, the first least significant (GROUPS = 1: the codebook itself)
//   BIAS        ROM: NF words of PE signed ACCW-bit biases
//
// Steps as weft_mvu. After the last step of an output the sums drain through the multipliers in
// DRAIN = ceil(PE*ENTRIES/MULTS) cycles while the next output accumulates, hence SF >= DRAIN.
// LATENCY D = 5 + ceil(log4(SIMD)) + ceil(log4(MULTS/PE)) + DRAIN  (the middle term 0 if MULTS <= PE).
module weft_mvu_clustered #(
    parameter int SIMD = 1,
    parameter int PE = 1,
    parameter int K = 1,
    parameter int N = 1,
    parameter int XW = 8,
    parameter int X_SIGNED = 1,
    parameter int CB = 1,
    parameter int ENTRIES = 1,
    parameter int GROUPS = 1,
    parameter int WW = 8,
    parameter int MULTS = 1,
    parameter int ACCW = 32,
    parameter CODES = "",
    parameter CODEBOOK = "",
    parameter BIAS = "",
    parameter ROM_STYLE = "auto"
) (
    input  logic               clk,
    input  logic               rst,
    input  logic [SIMD*XW-1:0] s_data,
    input  logic               s_valid,
    output logic               s_ready,
    output logic [PE*ACCW-1:0] m_data,
    output logic               m_valid,
    input  logic               m_ready
);
  localparam int SF = K / SIMD;
  localparam int NF = N / PE;
  localparam int PEU = MULTS < PE ? MULTS : PE;  // outputs served at a time
  localparam int SUBS = PE / PEU;                // turns until all are served
  localparam int READS = MULTS / PEU;            // entries multiplied at a time, per output
  localparam int KSTEPS = (ENTRIES + READS - 1) / READS;
  localparam int DRAIN = SUBS * KSTEPS;
  localparam int TREE = ($clog2(SIMD) + 1) / 2;
  localparam int PTREE = ($clog2(READS) + 1) / 2;
  localparam int LAST = 2 + TREE + PTREE;        // drain stage at the accumulator's input
  localparam int LATENCY = 3 + LAST + DRAIN;
  localparam int CAW = SF * NF > 1 ? $clog2(SF * NF) : 1;
  localparam int NFW = NF > 1 ? $clog2(NF) : 1;
  localparam int KW = $clog2(KSTEPS + 1);
  localparam int SW = $clog2(SUBS + 1);
  localparam int XE = XW + (X_SIGNED != 0 ? 0 : 1);
  localparam int BW = XE + $clog2(SF);
  localparam int TW = BW + $clog2(SIMD);
  localparam int PW = TW + WW;
  localparam int QW = PW + $clog2(READS) < ACCW ? PW + $clog2(READS) : ACCW;

`ifndef SYNTHESIS
  initial begin
    if (SF * SIMD != K || NF * PE != N)
      $fatal(1, "weft_mvu_clustered: SIMD must divide K and PE must divide N");
    if (PEU * SUBS != PE || PEU * READS != MULTS)
      $fatal(1, "weft_mvu_clustered: MULTS %0d must divide PE %0d or be a multiple of it", MULTS, PE);
    if (SF < DRAIN)
      $fatal(1, "weft_mvu_clustered: SF %0d is less than the drain of %0d cycles; raise MULTS", SF, DRAIN);
    if (ENTRIES > (1 << CB)) $fatal(1, "weft_mvu_clustered: %0d entries need more than CB bits", ENTRIES);
    if (LATENCY != 5 + TREE + PTREE + DRAIN) $fatal(1, "weft_mvu_clustered: LATENCY");
  end
`endif

  // Accumulating side. act[i], lst[i]: stage i holds a step, the last step of an output.
  logic [2:1] act, lst;
  logic fresh, bank;
  wire en = !m_valid || m_ready;
  wire fire, last;
  wire [SIMD*XW-1:0] x1;
  logic [SIMD*XW-1:0] x2;
  logic [CAW-1:0] caddr;
  wire [PE*SIMD*CB-1:0] c1;
  logic [PE*SIMD*CB-1:0] c2;

  weft_mvu_input #(.W(SIMD * XW), .SF(SF), .NF(NF)) feed (
      .clk(clk), .rst(rst), .en(en), .s_data(s_data), .s_valid(s_valid), .s_ready(s_ready),
      .fire(fire), .last(last), .x(x1));
  weft_rom #(.WIDTH(PE * SIMD * CB), .DEPTH(SF * NF), .ROM(CODES), .ROM_STYLE(ROM_STYLE)) codes (
      .clk(clk), .en(en), .addr(caddr), .q(c1));

  wire step = en && act[2];
  always_ff @(posedge clk) begin
    if (rst) begin
      caddr <= '0;
      act   <= '0;
      lst   <= '0;
      fresh <= 1'b1;
      bank  <= 1'b0;
    end else begin
      if (fire) caddr <= 32'(caddr) == SF * NF - 1 ? '0 : caddr + 1'b1;
      if (en) begin
        act <= {act[1], fire};
        lst <= {lst[1], fire && last};
      end
      if (step) begin
        fresh <= lst[2];
        bank  <= bank ^ lst[2];
      end
    end
  end
  always_ff @(posedge clk) begin
    if (en) begin
      x2 <= x1;
      c2 <= c1;
    end
  end

  // Draining side: turn `sub`, entries k*READS .. k*READS+READS-1.
  logic draining;
  wire [KW-1:0] k0, k1, k2;
  wire [SW-1:0] sub0, sub1, sub2;
  wire end0, end1, end2;
  logic [LAST:1] dact;
  logic [LAST+1:1] dend;
  assign m_valid = dend[LAST+1];
  always_ff @(posedge clk) begin
    if (rst) begin
      draining <= 1'b0;
      dact <= '0;
      dend <= '0;
    end else if (en) begin
      draining <= lst[2] || (draining && !end0);
      dact <= LAST'({dact, draining});
      dend <= (LAST + 1)'({dend, draining && end0});
    end
  end
  // The same walk three times: where the sums are read, where the codebook is, where products arrive. Three
  // small counters cost less than delaying their values.
  wire at_book;
  generate
    if (TREE == 0) begin : g_near
      assign at_book = draining;
    end else begin : g_far
      assign at_book = dact[TREE];
    end
  endgenerate
  weft_drain_walk #(.KSTEPS(KSTEPS), .SUBS(SUBS)) walk0 (
      .clk(clk), .rst(rst), .step(en && draining), .k(k0), .sub(sub0), .done(end0));
  weft_drain_walk #(.KSTEPS(KSTEPS), .SUBS(SUBS)) walk1 (
      .clk(clk), .rst(rst), .step(en && at_book), .k(k1), .sub(sub1), .done(end1));
  weft_drain_walk #(.KSTEPS(KSTEPS), .SUBS(SUBS)) walk2 (
      .clk(clk), .rst(rst), .step(en && dact[LAST]), .k(k2), .sub(sub2), .done(end2));

  wire [READS*CB-1:0] entry;
  wire [READS-1:0] exists;
  generate
    for (genvar r = 0; r < READS; r = r + 1) begin : g_entry
      wire [31:0] e = 32'(k0) * READS + r;
      assign exists[r] = e < ENTRIES;
      assign entry[r*CB+:CB] = e[CB-1:0];
    end
  endgenerate

  wire [MULTS*WW-1:0] weights;
  weft_codebook #(.N(N), .PE(PE), .GROUPS(GROUPS), .ENTRIES(ENTRIES), .WW(WW), .PEU(PEU), .READS(READS),
                  .KW(KW), .SW(SW), .CODEBOOK(CODEBOOK)) book (
      .clk(clk), .rst(rst), .en(en), .next(at_book && end1), .k(k1), .sub(sub1), .weights(weights));

  logic [NFW-1:0] baddr;
  wire [PE*ACCW-1:0] bias;
  always_ff @(posedge clk) begin
    if (rst) baddr <= '0;
    else if (en && dend[LAST-1]) baddr <= 32'(baddr) == NF - 1 ? '0 : baddr + 1'b1;
  end
  weft_rom #(.WIDTH(PE * ACCW), .DEPTH(NF), .ROM(BIAS)) biases (
      .clk(clk), .en(en), .addr(baddr), .q(bias));

  generate
    for (genvar u = 0; u < PEU; u = u + 1) begin : g_unit
      // Sums of this turn's output: entry-major, so that each entry's lanes stand together for its tree.
      logic [READS*SIMD*BW-1:0] picked;
      for (genvar s = 0; s < SIMD; s = s + 1) begin : g_lane
        wire [XW-1:0] xb = x2[s*XW+:XW];
        wire [XE-1:0] xe = X_SIGNED != 0 ? XE'($signed(xb)) : XE'(xb);
        wire [SUBS*READS*BW-1:0] choice;
        wire [READS*BW-1:0] chosen;
        for (genvar t = 0; t < SUBS; t = t + 1) begin : g_turn
          wire [CB-1:0] code = c2[((t*PEU+u)*SIMD+s)*CB+:CB];
          weft_bucket #(.XE(XE), .BW(BW), .CB(CB), .READS(READS)) bucket (
              .clk(clk), .step(step), .fresh(fresh), .last(lst[2]), .bank(bank), .x(xe), .code(code),
              .entry(entry), .exists(exists), .sum(choice[t*READS*BW+:READS*BW]));
`ifndef SYNTHESIS
          always @(posedge clk)
            if (!rst && step && 32'(code) >= ENTRIES)
              $fatal(1, "weft_mvu_clustered: code %0d is not in a codebook of %0d", code, ENTRIES);
`endif
        end
        weft_select #(.N(SUBS), .W(READS * BW), .SW(SW)) pick (.d(choice), .sel(sub0), .y(chosen));
        for (genvar r = 0; r < READS; r = r + 1) begin : g_read
          always_ff @(posedge clk) if (en) picked[(r*SIMD+s)*BW+:BW] <= chosen[r*BW+:BW];
        end
      end

      logic [READS*PW-1:0] prod;
      wire [QW-1:0] part;
      for (genvar r = 0; r < READS; r = r + 1) begin : g_mul
        wire signed [TW-1:0] sum;
        wire signed [WW-1:0] w = weights[(u*READS+r)*WW+:WW];
        weft_adder_tree #(.N(SIMD), .IW(BW), .OW(TW)) tree (
            .clk(clk), .en(en), .a(picked[r*SIMD*BW+:SIMD*BW]), .y(sum));
        always_ff @(posedge clk) if (en) prod[r*PW+:PW] <= sum * w;
      end
      weft_adder_tree #(.N(READS), .IW(PW), .OW(QW)) combine (.clk(clk), .en(en), .a(prod), .y(part));
      for (genvar t = 0; t < SUBS; t = t + 1) begin : g_acc
        localparam int P = t * PEU + u;
        logic [ACCW-1:0] acc;
        always_ff @(posedge clk)
          if (en && dact[LAST] && 32'(sub2) == t)
            acc <= (k2 == '0 ? bias[P*ACCW+:ACCW] : acc) + ACCW'($signed(part));
        assign m_data[P*ACCW+:ACCW] = acc;
      end
    end
  endgenerate
  // The third walk's end is that of dend.
  // verilator lint_off UNUSED
  wire unused = &{1'b0, end2};
  // verilator lint_on UNUSED
endmodule
