// Input side of the matrix-vector units: the step counter, and the buffer which gives a vector again to the
// steps nf > 0.
//
//   W   bits of an input beat        SF  beats per vector        NF  times the vector is used
//
// `fire`: a step fires in this cycle (T2); `last`: it is sf = SF-1. `x` is its beat, one cycle later
// (stage 1). NF = 1 has no buffer. LATENCY 1.
module weft_mvu_input #(
    parameter int W  = 8,
    parameter int SF = 1,
    parameter int NF = 1
) (
    input  logic         clk,
    input  logic         rst,
    input  logic         en,
    input  logic [W-1:0] s_data,
    input  logic         s_valid,
    output logic         s_ready,
    output logic         fire,
    output logic         last,
    output logic [W-1:0] x
);
  localparam int SFW = SF > 1 ? $clog2(SF) : 1;
  localparam int NFW = NF > 1 ? $clog2(NF) : 1;

  logic [SFW-1:0] sf;
  logic [NFW-1:0] nf;
  wire take = nf == '0;
  assign s_ready = en && take;
  assign fire = en && (!take || s_valid);
  assign last = 32'(sf) == SF - 1;
  always_ff @(posedge clk) begin
    if (rst) begin
      sf <= '0;
      nf <= '0;
    end else if (fire) begin
      sf <= last ? '0 : sf + 1'b1;
      if (last) nf <= 32'(nf) == NF - 1 ? '0 : nf + 1'b1;
    end
  end

  logic [W-1:0] direct;
  always_ff @(posedge clk) if (en) direct <= s_data;

  generate
    if (NF > 1) begin : g_again
      logic [W-1:0] mem[0:SF-1];
      logic [W-1:0] q;
      logic taken;
      always_ff @(posedge clk) begin
        if (s_ready && s_valid) mem[sf] <= s_data;
        if (en) q <= mem[sf];
        if (en) taken <= take;
      end
      assign x = taken ? direct : q;
    end else begin : g_once
      assign x = direct;
    end
  endgenerate
endmodule
