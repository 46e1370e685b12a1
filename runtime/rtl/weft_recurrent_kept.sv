// What a recurrent unit keeps of each element beside its code, in 16 bits (A19): c of an lstm, h of a gru.
//
//   PE, NB          elements of a beat, beats
//   HAS_INITIAL     1: a sequence begins with INITIAL, else with 0      INITIAL   ROM: NB words of PE elements
//
// `nb`: the beat that is read; `q` holds it one cycle later (with `en`), or what a sequence begins with where `first`, which comes
// with q. `store`: `d` is written as beat `wnb`.
module weft_recurrent_kept #(
    parameter int PE = 1,
    parameter int NB = 1,
    parameter int HAS_INITIAL = 0,
    parameter INITIAL = "",
    // verilator lint_off UNUSEDPARAM
    parameter ROM_STYLE = "auto"
    // verilator lint_on UNUSEDPARAM
) (
    input  logic                                  clk,
    input  logic                                  en,
    input  logic [(NB > 1 ? $clog2(NB) : 1)-1:0] nb,
    input  logic                                  first,
    output logic [PE*16-1:0]                      q,
    input  logic                                  store,
    input  logic [(NB > 1 ? $clog2(NB) : 1)-1:0] wnb,
    input  logic [PE*16-1:0]                      d
);
  logic [PE*16-1:0] mem[0:NB-1];
  logic [PE*16-1:0] stored;
  wire [PE*16-1:0] initial_state;
  always_ff @(posedge clk) begin
    if (en && store) mem[wnb] <= d;
    if (en) stored <= mem[nb];
  end
  generate
    if (HAS_INITIAL != 0) begin : g_initial
      weft_rom #(.WIDTH(PE * 16), .DEPTH(NB), .ROM(INITIAL), .ROM_STYLE(ROM_STYLE)) words (
          .clk(clk), .en(en), .addr(nb), .q(initial_state));
    end else begin : g_zero
      assign initial_state = '0;
    end
  endgenerate
  assign q = first ? initial_state : stored;
endmodule
