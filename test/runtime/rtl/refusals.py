"""What a unit must refuse, and with which words: nothing wrong may run on silently."""

import os

import bench

CLUSTERED = dict(SIMD=1, PE=1, K=4, N=1, CB=2, ENTRIES=4, MULTS=1)
# name, module, parameters, {ROM parameter: (bits, words)}, words of the refusal
REFUSALS = [
    ("rom_unnamed", "weft_table", dict(XW=3), {}, "does not hold 8 words"),
    ("rom_missing", "weft_table", dict(XW=3, TABLE="no_such_image.hex"), {}, "does not hold 8 words"),
    ("rom_short", "weft_table", dict(XW=3), dict(TABLE=(8, [1, 2, 3])), "does not hold 8 words"),
    ("mvu_simd", "weft_mvu", dict(SIMD=3, K=8), {}, "SIMD must divide K"),
    ("mvu_pe", "weft_mvu", dict(PE=3, N=8), {}, "PE must divide N"),
    ("shift_simd", "weft_mvu_shift", dict(SIMD=3, K=8), {}, "SIMD must divide K"),
    ("shift_bits", "weft_mvu_shift", dict(WW=6), {}, "1 terms of 6 bits are no codes, expected 2 to 5 bits each"),
    ("bitserial_pe", "weft_mvu_bitserial", dict(PE=3, N=8), {}, "PE must divide N"),
    ("dwu_pe", "weft_dwu", dict(PE=3, C=8), {}, "PE must divide C"),
    ("clustered_drain", "weft_mvu_clustered", dict(CLUSTERED, SIMD=2), {}, "less than the drain of 4 cycles"),
    ("clustered_mults", "weft_mvu_clustered", dict(CLUSTERED, PE=4, N=4, K=16, MULTS=3), {}, "must divide PE"),
    ("clustered_bits", "weft_mvu_clustered", dict(CLUSTERED, CB=1), {}, "need more than CB bits"),
    ("clustered_groups", "weft_mvu_clustered", dict(CLUSTERED, N=6, PE=2, K=8, GROUPS=2), {}, "do not align"),
    ("clustered_code", "weft_mvu_clustered", dict(CLUSTERED, ENTRIES=3),
     dict(CODES=(2, [0, 1, 3, 2]), CODEBOOK=(8, [1, 2, 3]), BIAS=(32, [0])), "code 3 is not in a codebook of 3"),
    ("weights_code_bits", "weft_mvu", dict(DECODER=1, EW=1, ENTRIES=3), {}, "1 bits do not fit"),
    ("weights_bits", "weft_mvu", dict(EW=4), {}, "4 bits do not fit"),
    ("weights_groups", "weft_mvu", dict(DECODER=1, K=8, N=6, PE=2, GROUPS=2), {}, "do not align with PE 2"),
    ("weights_runs", "weft_mvu", dict(DECODER=2, K=12, N=2, SIMD=4, GROUPS=2, RUNS=2), {}, "SIMD must divide the 6 columns"),
    ("weights_consecutive", "weft_mvu", dict(DECODER=3, K=4, N=2), {}, "have a reference in each row"),
    ("weights_block", "weft_mvu", dict(BLOCK=4, K=12, N=8, SIMD=3), {}, "must divide BLOCK 4"),
    ("weights_code", "weft_mvu", dict(DECODER=1, EW=2, ENTRIES=3, K=4),
     dict(WEIGHTS=(2, [0, 1, 3, 2]), TABLE=(24, [0]), BIAS=(32, [0])), "code 3 is not in a codebook of 3"),
    ("sparse_edges", "weft_sparse_mvu", dict(Z=4, FI=6, K=12, N=4), {}, "must divide the fan-in 6 or be a multiple"),
    ("sparse_fan_in", "weft_sparse_mvu", dict(Z=3, FI=3, K=8, N=8), {}, "the fan-in 3 must divide K = 8"),
    ("sparse_memories", "weft_sparse_mvu", dict(Z=2, FI=2, K=8, N=4, TURNS=3), {}, "must divide K = 8"),
    ("gather_load", "weft_mvu_gather", dict(LOAD=3, K=6), {}, "LOAD 3 must be a power of two that divides K = 6"),
    ("gather_share", "weft_mvu_gather", dict(PE=2, N=6, SHARE=3), {}, "PE 2 must divide SHARE 3 or be a multiple of it"),
    ("gather_simd", "weft_mvu_gather", dict(SIMD=2, E=3, K=4), {}, "SIMD must divide E"),
    ("select_groups", "weft_mvu_select", dict(SIMD=4, K=12, N=1, OF=3), {}, "SIMD 4 must hold whole groups of 3 inputs"),
    ("select_kept", "weft_mvu_select", dict(SIMD=2, K=4, N=1, OF=2, KEEP=3), {}, "of which 3 are kept"),
    ("select_share", "weft_mvu_select", dict(PE=3, N=6, SHARE=2), {}, "PE 3 must be a multiple of SHARE 2"),
    ("select_simd", "weft_mvu_select", dict(SIMD=4, K=6), {}, "SIMD must divide K"),
    ("window_large", "weft_window", dict(KH=4), {}, "the window is larger than the frame"),
    ("window_small_buffer", "weft_window", dict(DEPTH=8), {}, "less than the span 9"),
    ("reorder_counts", "weft_reorder", dict(FRAME=4, START=4), {}, "the loops read beats 4 to 4 of a frame of 4"),
    ("bias_missing", "weft_bias", dict(BEATS=3), {}, "does not hold 3 words"),
    ("width_up", "weft_width_up", dict(IN=2, OUT=3), {}, "IN must divide OUT"),
    ("width_down", "weft_width_down", dict(IN=3, OUT=2), {}, "OUT must divide IN"),
    ("gearbox", "weft_gearbox", dict(IN=3, OUT=1), {}, "a beat of one element is for weft_width_up or weft_width_down"),
]


def run(refusal, root):
    """None, or why not: the unit runs for a few cycles on zeros and must stop."""
    name, module, params, roms, words = refusal
    params = dict(params)
    for p, (bits, image) in roms.items():
        params[p] = os.path.join(root, f"refuse_{name}.{p}.hex")
        bench.write_hex(params[p], bits, image)
    args = ", ".join(f".{k}({bench.literal(v)})" for k, v in params.items())
    path = os.path.join(root, f"refuse_{name}.sv")
    with open(path, "w") as f:
        f.write(f"""module refuse;
  logic clk = 1'b0, rst = 1'b1;
  always #5 clk = !clk;
  initial begin #22 rst = 1'b0; #200 $finish; end
  {module} #({args}) u (.clk(clk), .rst(rst), .s_data('0), .s_valid(1'b1), .s_ready(), .m_data(), .m_valid(),
                        .m_ready(1'b1));
endmodule
""")
    binary = path + ".vvp"
    rc, out = bench.call(["iverilog", "-g2012", "-s", "refuse", "-y", bench.RTL, "-Y", ".sv", "-o", binary, path])
    if rc == 0:
        rc, out = bench.call(["vvp", "-n", binary])
    if rc == 0 or words not in out:
        return f"expected a refusal with '{words}', got {rc}: {out.strip()[:200]}"
    return None
