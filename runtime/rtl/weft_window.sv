// Sliding window over a stream of frames (D4), with a circular buffer of a few rows (T4).
//
//   LANES, BITS   elements per beat, bits per element
//   IH, IW, FOLD  input rows, columns, beats per pixel (C/LANES). Padding is weft_pad's, upstream
//   KH, KW        window        SH, SW  stride        DH, DW  dilation
//   DEPTHWISE     0: dense order kh, kw, c-fold; 1: depthwise order c-fold, kh, kw
//   DEPTH         buffer beats; 0: SPAN + ((SH-1)*IW + SW)*FOLD, with which neither side starves where the
//                 other does not; at least SPAN
//   RAM_STYLE     "auto" | "block" | "distributed"
// A 1-D window has IH = KH = 1.
//
// With SPAN = ((KH-1)*DH*IW + (KW-1)*DW + 1)*FOLD and read step p of frame f at (oh, ow, kh, kw, cf):
//   need(p)  = f*IH*IW*FOLD + ((oh*SH + kh*DH)*IW + ow*SW + kw*DW)*FOLD + cf + 1
//   limit(p) = f*IH*IW*FOLD + (oh*SH*IW + ow*SW)*FOLD + DEPTH
// Read steps per frame OH*OW*KH*KW*FOLD, each emits. LATENCY D = 1.
module weft_window #(
    parameter int LANES = 1,
    parameter int BITS = 8,
    parameter int IH = 3,
    parameter int IW = 3,
    parameter int FOLD = 1,
    parameter int KH = 3,
    parameter int KW = 3,
    parameter int SH = 1,
    parameter int SW = 1,
    parameter int DH = 1,
    parameter int DW = 1,
    parameter int DEPTHWISE = 0,
    parameter int DEPTH = 0,
    // verilator lint_off UNUSEDPARAM
    parameter RAM_STYLE = "auto"  // used in an attribute, which Verilator drops
    // verilator lint_on UNUSEDPARAM
) (
    input  logic                  clk,
    input  logic                  rst,
    input  logic [LANES*BITS-1:0] s_data,
    input  logic                  s_valid,
    output logic                  s_ready,
    output logic [LANES*BITS-1:0] m_data,
    output logic                  m_valid,
    input  logic                  m_ready
);
  localparam int OH = (IH - DH * (KH - 1) - 1) / SH + 1;
  localparam int OW = (IW - DW * (KW - 1) - 1) / SW + 1;
  localparam int FRAME = IH * IW * FOLD;
  localparam int SPAN = ((KH - 1) * DH * IW + (KW - 1) * DW + 1) * FOLD;
  localparam int BUF = DEPTH != 0 ? DEPTH : SPAN + ((SH - 1) * IW + SW) * FOLD;
  localparam int AW = BUF > 1 ? $clog2(BUF) : 1;
  // Beat numbers are kept modulo 2^PB; any two in flight differ by less than FRAME + SPAN + BUF.
  localparam int PB = $clog2(FRAME + SPAN + BUF + 1) + 1;

  // The five loops, innermost first: iterations N*, beats moved per iteration C*.
  localparam int N0 = DEPTHWISE != 0 ? KW : FOLD;
  localparam int N1 = DEPTHWISE != 0 ? KH : KW;
  localparam int N2 = DEPTHWISE != 0 ? FOLD : KH;
  localparam int C0 = DEPTHWISE != 0 ? DW * FOLD : 1;
  localparam int C1 = DEPTHWISE != 0 ? DH * IW * FOLD : DW * FOLD;
  localparam int C2 = DEPTHWISE != 0 ? 1 : DH * IW * FOLD;
  localparam int C3 = SW * FOLD;
  localparam int C4 = SH * IW * FOLD;
  // Move of the read position when loop i advances and all inside it restart.
  localparam int B1 = (N0 - 1) * C0;
  localparam int B2 = B1 + (N1 - 1) * C1;
  localparam int B3 = B2 + (N2 - 1) * C2;
  localparam int B4 = B3 + (OW - 1) * C3;
  localparam int B5 = B4 + (OH - 1) * C4;
  localparam int D1 = C1 - B1;
  localparam int D2 = C2 - B2;
  localparam int D3 = C3 - B3;
  localparam int D4 = C4 - B4;
  localparam int D5 = FRAME - B5;

`ifndef SYNTHESIS
  initial begin
    if (OH < 1 || OW < 1 || DH * (KH - 1) >= IH || DW * (KW - 1) >= IW)
      $fatal(1, "weft_window: the window is larger than the frame");
    if (BUF < SPAN) $fatal(1, "weft_window: DEPTH %0d is less than the span %0d: it would never emit", BUF, SPAN);
  end
`endif

  logic [(N0 > 1 ? $clog2(N0) : 1)-1:0] i0;
  logic [(N1 > 1 ? $clog2(N1) : 1)-1:0] i1;
  logic [(N2 > 1 ? $clog2(N2) : 1)-1:0] i2;
  logic [(OW > 1 ? $clog2(OW) : 1)-1:0] i3;
  logic [(OH > 1 ? $clog2(OH) : 1)-1:0] i4;
  wire e0 = 32'(i0) == N0 - 1;
  wire e1 = e0 && 32'(i1) == N1 - 1;
  wire e2 = e1 && 32'(i2) == N2 - 1;
  wire e3 = e2 && 32'(i3) == OW - 1;
  wire e4 = e3 && 32'(i4) == OH - 1;

  // count: beats accepted. pos: beat the next read step wants. top: limit(p).
  logic [PB-1:0] count, pos, top;
  logic [AW-1:0] waddr, raddr;
  wire signed [PB-1:0] ahead = $signed(count - pos);
  wire signed [PB-1:0] room = $signed(top - count);
  wire en = !m_valid || m_ready;
  wire fire = en && ahead > 0;
  wire push = s_valid && s_ready;
  assign s_ready = room > 0;

  wire [PB-1:0] move = e4 ? PB'(D5) : e3 ? PB'(D4) : e2 ? PB'(D3) : e1 ? PB'(D2) : e0 ? PB'(D1) : PB'(C0);
  wire [PB-1:0] lift = e4 ? PB'(FRAME - (OH - 1) * C4 - (OW - 1) * C3) : e3 ? PB'(C4 - (OW - 1) * C3) : PB'(C3);
  // The same move on buffer addresses, made non-negative so that one conditional subtraction wraps it.
  wire [AW:0] turn = (AW + 1)'(e4 ? (D5 % BUF + BUF) % BUF : e3 ? (D4 % BUF + BUF) % BUF :
                               e2 ? (D3 % BUF + BUF) % BUF : e1 ? (D2 % BUF + BUF) % BUF :
                               e0 ? (D1 % BUF + BUF) % BUF : C0 % BUF);
  wire [AW:0] rsum = {1'b0, raddr} + turn;
  wire [AW-1:0] rnext = AW'(32'(rsum) >= BUF ? rsum - (AW + 1)'(BUF) : rsum);

  always_ff @(posedge clk) begin
    if (rst) begin
      {i0, i1, i2, i3, i4} <= '0;
      count <= '0;
      pos <= '0;
      top <= PB'(BUF);
      waddr <= '0;
      raddr <= '0;
      m_valid <= 1'b0;
    end else begin
      if (push) begin
        count <= count + 1'b1;
        waddr <= 32'(waddr) == BUF - 1 ? '0 : waddr + 1'b1;
      end
      if (en) m_valid <= fire;
      if (fire) begin
        i0 <= e0 ? '0 : i0 + 1'b1;
        if (e0) i1 <= e1 ? '0 : i1 + 1'b1;
        if (e1) i2 <= e2 ? '0 : i2 + 1'b1;
        if (e2) i3 <= e3 ? '0 : i3 + 1'b1;
        if (e3) i4 <= e4 ? '0 : i4 + 1'b1;
        pos <= pos + move;
        raddr <= rnext;
        if (e2) top <= top + lift;
      end
    end
  end

  // A step never reads the beat being written: it waits for ahead > 0, and `top` protects what is still read.
  (* ram_style = RAM_STYLE *)
  logic [LANES*BITS-1:0] mem[0:BUF-1];
  always_ff @(posedge clk) begin
    if (push) mem[waddr] <= s_data;
    if (en) m_data <= mem[raddr];
  end
endmodule
