// Multiply and accumulate: what matrix-vector units have behind their inputs. Weights, products, adder trees, accumulators.
//
//   SIMD, PE          products of an output and outputs of a step
//   SHARE             outputs that multiply the same inputs: all (PE) or a divisor of them
//   K, N              weights of an output, and outputs; SIMD divides K, PE divides N
//   XW, X_SIGNED      input element         WW, W_SIGNED   weight         ACCW   signed accumulator bits
//   DECODER, EW, ENTRIES, GROUPS, RUNS, SHIFT, BLOCK, MEMORIES, WORDS, WEIGHTS, TABLE, ROM_STYLE
//                     how the weights are stored: weft_weights
//   BIAS              ROM: N/PE words of PE signed ACCW-bit biases
//
// `fire`: a step fires; `last`: it is the last one of its outputs; `take`: it needs weights of these memories. `x` is what the step multiplies, a cycle later (stage 1): input s of
// outputs p with p/SHARE = q is element q*SIMD+s. All stages move with `en`, and `fire` implies it.
// LATENCY D = 3 + WL + ceil(log4(SIMD)) from `fire`, WL that of weft_weights: memories, operands, products, the tree, accumulator.
module weft_mac #(
    parameter int SIMD = 1,
    parameter int PE = 1,
    parameter int SHARE = PE,
    parameter int K = 1,
    parameter int N = 1,
    parameter int XW = 8,
    parameter int X_SIGNED = 1,
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
    parameter int MEMORIES = 0,
    parameter logic [(MEMORIES > 0 ? MEMORIES : 1)*32-1:0] WORDS = '0,
    parameter WEIGHTS = "",
    parameter TABLE = "",
    parameter BIAS = "",
    parameter ROM_STYLE = "auto"
) (
    input  logic                          clk,
    input  logic                          rst,
    output logic                          en,
    input  logic                          fire,
    input  logic                          last,
    input  logic [(MEMORIES > 0 ? MEMORIES : 1)-1:0] take,
    input  logic [PE/SHARE*SIMD*XW-1:0]   x,
    output logic [PE*ACCW-1:0]            m_data,
    output logic                          m_valid,
    input  logic                          m_ready
);
  localparam int NF = N / PE;
  localparam int TREE = ($clog2(SIMD) + 1) / 2;
  localparam int WL = 1 + (PE < BLOCK || SIMD < BLOCK ? 1 : 0) + (DECODER == 0 ? 0 : DECODER == 3 ? 1 + TREE : 1);
  localparam int LATENCY = 3 + WL + TREE;
  localparam int NFW = NF > 1 ? $clog2(NF) : 1;
  localparam int XN = PE / SHARE * SIMD;

  // act[i], lst[i]: stage i holds a step, holds the last step of an output.
  logic [LATENCY-1:1] act;
  logic [LATENCY:1] lst;
  assign en = !m_valid || m_ready;
  assign m_valid = lst[LATENCY];
  always_ff @(posedge clk) begin
    if (rst) begin
      act <= '0;
      lst <= '0;
    end else if (en) begin
      act <= (LATENCY - 1)'({act, fire});
      lst <= LATENCY'({lst, fire && last});
    end
  end

  // Stage WL: the weights of the step, and its inputs, which wait for them.
  wire [XN*XW-1:0] xw;
  wire [PE*SIMD*WW-1:0] ww;
  weft_weights #(.SIMD(SIMD), .PE(PE), .K(K), .N(N), .WW(WW), .EW(EW), .DECODER(DECODER), .ENTRIES(ENTRIES),
                 .GROUPS(GROUPS), .RUNS(RUNS), .SHIFT(SHIFT), .BLOCK(BLOCK), .MEMORIES(MEMORIES), .WORDS(WORDS), .WEIGHTS(WEIGHTS), .TABLE(TABLE),
                 .ROM_STYLE(ROM_STYLE)) weights (
      .clk(clk), .rst(rst), .en(en), .step(fire), .last(last), .take(take), .w(ww));
  weft_delay #(.W(XN * XW), .D(WL - 1)) wait_for_weights (.clk(clk), .en(en), .d(x), .q(xw));

  // Bias of the step in stage LATENCY-2, so that it meets the tree's result in stage LATENCY-1.
  logic [NFW-1:0] baddr;
  wire [PE*ACCW-1:0] bias;
  always_ff @(posedge clk) begin
    if (rst) baddr <= '0;
    else if (en && lst[LATENCY-2]) baddr <= 32'(baddr) == NF - 1 ? '0 : baddr + 1'b1;
  end
  weft_rom #(.WIDTH(PE * ACCW), .DEPTH(NF), .ROM(BIAS)) biases (
      .clk(clk), .en(en), .addr(baddr), .q(bias));

  // From stage WL+1 on. The accumulator is the output register; `fresh`: the next step starts a new sum.
  logic fresh;
  always_ff @(posedge clk) begin
    if (rst) fresh <= 1'b1;
    else if (en && act[LATENCY-1]) fresh <= lst[LATENCY-1];
  end
  weft_dot #(.SIMD(SIMD), .PE(PE), .SHARE(SHARE), .XW(XW), .X_SIGNED(X_SIGNED), .WW(WW), .W_SIGNED(W_SIGNED), .ACCW(ACCW)) dot (
      .clk(clk), .en(en), .x(xw), .w(ww), .add(act[LATENCY-1]), .start(fresh), .bias(bias), .y(m_data));
endmodule
