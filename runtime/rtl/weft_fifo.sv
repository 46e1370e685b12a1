// First-in first-out queue: what stands between any two processes.
//
//   W      bits per beat
//   DEPTH  beats held, >= 1 (the compiler uses >= 2: depth 1 cannot pass a beat every cycle)
//   BLOCK  0: asynchronous read (LUTRAM or registers); 1: block RAM. The default switches at 64 beats.
//          Visible timing is the same for both.
//
// Contract: s_ready = (count != DEPTH), m_valid = (count != 0), both from registers; a beat written in
// cycle t can be read in t+1. No combinational path from one side to the other.
// LATENCY 1.
module weft_fifo #(
    parameter int W = 8,
    parameter int DEPTH = 2,
    parameter int BLOCK = DEPTH > 64 ? 1 : 0
) (
    input  logic         clk,
    input  logic         rst,
    input  logic [W-1:0] s_data,
    input  logic         s_valid,
    output logic         s_ready,
    output logic [W-1:0] m_data,
    output logic         m_valid,
    input  logic         m_ready
);
  localparam int AW = DEPTH > 1 ? $clog2(DEPTH) : 1;
  localparam int CW = $clog2(DEPTH + 1);

  logic [CW-1:0] count;
  logic [AW-1:0] wptr, rptr;
  wire push = s_valid && s_ready;
  wire pop = m_valid && m_ready;
  wire [AW-1:0] wnext = 32'(wptr) == DEPTH - 1 ? '0 : wptr + 1'b1;
  wire [AW-1:0] rnext = 32'(rptr) == DEPTH - 1 ? '0 : rptr + 1'b1;

  assign s_ready = 32'(count) != DEPTH;
  assign m_valid = count != '0;

  always_ff @(posedge clk) begin
    if (rst) begin
      count <= '0;
      wptr  <= '0;
      rptr  <= '0;
    end else begin
      if (push) wptr <= wnext;
      if (pop) rptr <= rnext;
      if (push != pop) count <= push ? count + 1'b1 : count - 1'b1;
    end
  end

  generate
    if (BLOCK != 0) begin : g_block
      // Block RAM answers a cycle late, so the head is read one cycle ahead: the address is the pointer
      // after this cycle's pop. A beat written to that very address is caught on its way (`fresh`).
      (* ram_style = "block" *)
      logic [W-1:0] mem[0:DEPTH-1];
      logic [W-1:0] q, caught;
      logic fresh;
      wire [AW-1:0] raddr = pop ? rnext : rptr;
      always_ff @(posedge clk) begin
        if (push) mem[wptr] <= s_data;
        q <= mem[raddr];
        caught <= s_data;
        fresh <= push && wptr == raddr;
      end
      assign m_data = fresh ? caught : q;
    end else begin : g_lut
      // No ram_style: "distributed" is an error where there is no LUTRAM (iCE40), which uses registers.
      logic [W-1:0] mem[0:DEPTH-1];
      always_ff @(posedge clk) if (push) mem[wptr] <= s_data;
      assign m_data = mem[rptr];
    end
  endgenerate
endmodule
