// What peepholes add to the gates of an lstm (A19): clamp(P · c >> N) to 16 bits, of the c before a step.
//
//   PE, NB, G                     elements of a beat, beats of the state, gates      N   shift
//   PEEPHOLES                     ROM: G*NB words of PE x 16 bits, row by row; 0 in gates that this c does not reach
//   HAS_INITIAL, INITIAL          what c begins with: those of weft_recurrent_kept
//
// `last`: a row's sum is at its end; `first`, one cycle later: of the first step of a sequence. `q` is what it gets, LATENCY 4 after
// `last`. `store`, `wnb`, `d`: the new c, as the cell keeps it.
module weft_recurrent_peephole #(
    parameter int PE = 1,
    parameter int NB = 1,
    parameter int G = 4,
    parameter int N = 15,
    parameter int HAS_INITIAL = 0,
    parameter PEEPHOLES = "",
    parameter INITIAL = "",
    parameter ROM_STYLE = "auto"
) (
    input  logic                                  clk,
    input  logic                                  rst,
    input  logic                                  en,
    input  logic                                  last,
    input  logic                                  first,
    output logic [PE*16-1:0]                      q,
    input  logic                                  store,
    input  logic [(NB > 1 ? $clog2(NB) : 1)-1:0] wnb,
    input  logic [PE*16-1:0]                      d
);
  localparam int NBW = NB > 1 ? $clog2(NB) : 1;
  localparam int RW = $clog2(G * NB);
  logic [NBW-1:0] nb;
  logic [RW-1:0] row;
  always_ff @(posedge clk) begin
    if (rst) begin
      nb  <= '0;
      row <= '0;
    end else if (en && last) begin
      nb  <= 32'(nb) == NB - 1 ? '0 : nb + 1'b1;
      row <= 32'(row) == G * NB - 1 ? '0 : row + 1'b1;
    end
  end
  wire [PE*16-1:0] c, factor;
  weft_recurrent_kept #(.PE(PE), .NB(NB), .HAS_INITIAL(HAS_INITIAL), .INITIAL(INITIAL), .ROM_STYLE(ROM_STYLE)) copy (
      .clk(clk), .en(en), .nb(nb), .first(first), .q(c), .store(store), .wnb(wnb), .d(d));
  weft_rom #(.WIDTH(PE * 16), .DEPTH(G * NB), .ROM(PEEPHOLES), .ROM_STYLE(ROM_STYLE)) factors (
      .clk(clk), .en(en), .addr(row), .q(factor));
  generate
    for (genvar p = 0; p < PE; p = p + 1) begin : g_lane
      logic signed [31:0] p1, p2;
      wire [15:0] bounded;
      weft_saturate #(.IW(32), .N(N), .OW(16)) bounds (.x(p2), .y(bounded));
      always_ff @(posedge clk) begin
        if (en) begin
          p1            <= 32'($signed(factor[p*16+:16])) * 32'($signed(c[p*16+:16]));
          p2            <= p1;
          q[p*16+:16] <= bounded;
        end
      end
    end
  endgenerate
endmodule
