// Offers the beats in <dir>/<NAME>.in.hex, one line each. STALL = 0: always; else a beat appears in about
// half of the cycles, by a generator seeded with STALL. An offer stays until it is taken.
module weft_bench_source #(
    parameter int W = 8,
    parameter int FRAME = 1,
    parameter NAME = "input"
) (
    input  logic         clk,
    input  logic         rst,
    input  logic [63:0]  cycle,
    output logic [W-1:0] tdata,
    output logic         tvalid,
    input  logic         tready,
    output logic         tlast
);
  reg [8*1024-1:0] dir;
  integer file, got;
  reg [31:0] seed, lfsr;
  reg [63:0] sent;
  reg [W-1:0] next;
  reg ended, first, pending;
  wire go = seed == 0 || lfsr[3];
  integer seedArgument;

  initial begin
    ended = 1'b0;
    sent = 0;
    first = 1'b1;
    pending = 1'b0;
    tdata = '0;
    if ($value$plusargs("dir=%s", dir) == 0) $fatal(1, "weft_bench_source: no +dir");
    if ($value$plusargs("stall=%d", seedArgument) == 0) seedArgument = 0;
    seed = seedArgument;
    lfsr = seed * 32'd2654435761 + 32'd12345;
    file = $fopen($sformatf("%0s/%s.in.hex", dir, NAME), "r");
    if (file == 0) $fatal(1, "weft_bench_source: cannot read %0s/%s.in.hex", dir, NAME);
  end

  // The first beat is fetched during reset, so that it is offered in the first cycle after it.
  assign tvalid = pending && !rst;
  assign tlast = tvalid && sent % FRAME == FRAME - 1;
  always @(posedge clk) begin
    lfsr <= {lfsr[30:0], lfsr[31] ^ lfsr[21] ^ lfsr[1] ^ lfsr[0]};
    if (tvalid && tready) begin
      if (first) $display("{\"event\": \"first\", \"port\": \"%s\", \"cycle\": %0d}", NAME, cycle);
      first <= 1'b0;
      sent <= sent + 1;
    end
    if (!pending || (tvalid && tready)) begin
      if (go && !ended) begin
        got = $fscanf(file, "%h\n", next);
        if (got != 1) ended <= 1'b1;
        tdata <= next;
        pending <= got == 1;
      end else begin
        pending <= 1'b0;
      end
    end
  end
endmodule
