// Gives each beat to N outputs at once (T5).
//
//   W  bits per beat        N  outputs; m_data, m_valid, m_ready are N side by side, output 0 lowest
//
// LATENCY D = 0: transfers when the input is valid and all outputs are ready. An output's valid waits for
// the ready of the others but never for its own. Each output needs a FIFO, whose ready does not fall before
// it was given a beat; else valid could fall again without a transfer.
module weft_fork #(
    parameter int W = 8,
    parameter int N = 2
) (
    input  logic           clk,
    input  logic           rst,
    input  logic [W-1:0]   s_data,
    input  logic           s_valid,
    output logic           s_ready,
    output logic [N*W-1:0] m_data,
    output logic [N-1:0]   m_valid,
    input  logic [N-1:0]   m_ready
);
  assign s_ready = &m_ready;
  assign m_data  = {N{s_data}};
  generate
    for (genvar i = 0; i < N; i = i + 1) begin : g_out
      localparam logic [N-1:0] SELF = N'(1) << i;
      assign m_valid[i] = s_valid && (&(m_ready | SELF));
    end
  endgenerate
  // A fork has no state; the ports are those of every module.
  // verilator lint_off UNUSED
  wire unused = &{1'b0, clk, rst};
  // verilator lint_on UNUSED
endmodule
