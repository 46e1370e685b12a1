// Takes beats and writes them to <dir>/<NAME>.out.hex; where <dir>/<NAME>.expected.hex exists, compares with it.
// STALL = 0: always ready; else in about half of the cycles. Says when each frame ended, and checks TLAST and
// that an offered beat stays as it is until it is taken.
module weft_bench_sink #(
    parameter int W = 8,
    parameter int FRAME = 1,
    parameter NAME = "output"
) (
    input  logic         clk,
    input  logic         rst,
    input  logic [63:0]  cycle,
    input  logic [W-1:0] tdata,
    input  logic         tvalid,
    output logic         tready,
    input  logic         tlast,
    output logic         done,
    output logic [31:0]  errors
);
  reg [8*1024-1:0] dir;
  integer file, expected, got, seedArgument, framesArgument;
  reg [31:0] seed, lfsr;
  reg [63:0] taken, frames;
  reg [W-1:0] want, held;
  reg waiting;
  assign tready = seed == 0 || lfsr[5];
  assign done = taken == frames * FRAME;

  initial begin
    taken = 0;
    errors = 0;
    waiting = 1'b0;
    if ($value$plusargs("dir=%s", dir) == 0) $fatal(1, "weft_bench_sink: no +dir");
    if ($value$plusargs("stall=%d", seedArgument) == 0) seedArgument = 0;
    if ($value$plusargs("frames=%d", framesArgument) == 0) $fatal(1, "weft_bench_sink: no +frames");
    seed = seedArgument;
    frames = framesArgument;
    lfsr = seed * 32'd2246822519 + 32'd6789;
    file = $fopen($sformatf("%0s/%s.out.hex", dir, NAME), "w");
    if (file == 0) $fatal(1, "weft_bench_sink: cannot write %0s/%s.out.hex", dir, NAME);
    expected = $fopen($sformatf("%0s/%s.expected.hex", dir, NAME), "r");
  end

  always @(posedge clk) begin
    lfsr <= {lfsr[30:0], lfsr[31] ^ lfsr[21] ^ lfsr[1] ^ lfsr[0]};
    if (!rst) begin
      if (waiting && (!tvalid || tdata !== held)) begin
        $display("{\"event\": \"error\", \"port\": \"%s\", \"what\": \"an offered beat changed\", \"beat\": %0d}", NAME, taken);
        errors <= errors + 1;
      end
      waiting <= tvalid && !tready;
      held <= tdata;
      if (tvalid && tready && !done) begin
        $fwrite(file, "%h\n", tdata);
        taken <= taken + 1;
        if (tlast !== (taken % FRAME == FRAME - 1)) begin
          $display("{\"event\": \"error\", \"port\": \"%s\", \"what\": \"TLAST is wrong\", \"beat\": %0d}", NAME, taken);
          errors <= errors + 1;
        end
        if (taken % FRAME == FRAME - 1)
          $display("{\"event\": \"frame\", \"port\": \"%s\", \"frame\": %0d, \"cycle\": %0d}", NAME, taken / FRAME, cycle);
        if (expected != 0) begin
          got = $fscanf(expected, "%h\n", want);
          if (got != 1 || want !== tdata) begin
            if (errors < 10)
              $display("{\"event\": \"mismatch\", \"port\": \"%s\", \"beat\": %0d, \"got\": \"%h\", \"want\": \"%h\"}",
                       NAME, taken, tdata, want);
            errors <= errors + 1;
          end
        end
      end
    end
  end
  always @(posedge done) $fflush(file);
endmodule
