// Drives the byte-wide top `TOP: bytes of +in (hex, one a line), bytes that come back to +out, with random pauses on both
// sides unless +stall=0. Ends after +bytes.
`timescale 1ns / 1ps
module pins_bench;
  reg clk = 1'b0, rst = 1'b1, tx_ready = 1'b0;
  wire rx_ready, tx_valid;
  wire [7:0] tx_data;
  reg [7:0] rx_data, next;
  reg rx_valid = 1'b0;
  reg [8*1024-1:0] in, out;
  integer source, sink, bytes, stall, got, taken = 0, cycle = 0;
  always #1 clk = !clk;
  `TOP dut (.clk(clk), .rst(rst), .rx_data(rx_data), .rx_valid(rx_valid), .rx_ready(rx_ready), .tx_data(tx_data),
            .tx_valid(tx_valid), .tx_ready(tx_ready));
  initial begin
    if (!$value$plusargs("in=%s", in) || !$value$plusargs("out=%s", out) || !$value$plusargs("bytes=%d", bytes))
      $fatal(1, "pins_bench: +in, +out and +bytes are needed");
    if (!$value$plusargs("stall=%d", stall)) stall = 1;
    source = $fopen(in, "r");
    sink = $fopen(out, "w");
    if (source == 0 || sink == 0) $fatal(1, "pins_bench: cannot open %0s or %0s", in, out);
  end
  always @(posedge clk) begin
    cycle <= cycle + 1;
    if (cycle == 8) rst <= 1'b0;
    if (cycle == 1000000) $fatal(1, "pins_bench: %0d of %0d bytes after %0d cycles", taken, bytes, cycle);
    if (cycle > 16) begin
      tx_ready <= stall == 0 || $random % 2 == 0;
      if (tx_valid && tx_ready) begin
        $fwrite(sink, "%h\n", tx_data);
        taken = taken + 1;
        if (taken == bytes) begin
          $fclose(sink);
          $finish;
        end
      end
      if (!rx_valid || rx_ready) begin
        rx_valid <= 1'b0;
        if (stall == 0 || $random % 2 == 0) begin
          got = $fscanf(source, "%h\n", next);
          rx_valid <= got == 1;
          rx_data <= next;
        end
      end
    end
  end
endmodule
