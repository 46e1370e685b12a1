"""Synthesis checks: what each unit becomes, and that Yosys reads the same meaning as the simulators do."""

import os
import random
import re

import bench

MVU = dict(SIMD=4, PE=4, K=144, N=32, XW=8, WW=8, ACCW=24)
# All weights of a layer in parallel: they are constants.
UNROLLED = dict(SIMD=16, PE=4, K=16, N=4, XW=8, WW=8, ACCW=24)
# name, module, parameters, {ROM parameter: (bits, words) or (bits, words, share of bytes that are not 0)}, flow, {cell: (least, most)}
JOBS = [
    ("mvu_dense", "weft_mvu", MVU, dict(WEIGHTS=(128, 288), BIAS=(96, 8)), "xilinx",
     dict(DSP48E1=(16, 16), RAMB=(1, 4))),
    ("mvu_lookup", "weft_mvu", dict(MVU, DECODER=1, EW=4, ENTRIES=16),
     dict(WEIGHTS=(64, 288), TABLE=(128, 1), BIAS=(96, 8)), "xilinx", dict(DSP48E1=(16, 16), RAMB=(1, 2))),
    ("mvu_lookup_rows", "weft_mvu", dict(MVU, DECODER=1, EW=4, ENTRIES=16, GROUPS=32),
     dict(WEIGHTS=(64, 288), TABLE=(512, 8), BIAS=(96, 8)), "xilinx", dict(DSP48E1=(16, 16), RAMB=(1, 2))),
    ("mvu_delta", "weft_mvu", dict(MVU, DECODER=2, EW=4, GROUPS=32),
     dict(WEIGHTS=(64, 288), TABLE=(32, 8), BIAS=(96, 8)), "xilinx", dict(DSP48E1=(16, 16), RAMB=(1, 2))),
    ("mvu_consecutive", "weft_mvu", dict(MVU, DECODER=3, EW=4, GROUPS=32),
     dict(WEIGHTS=(64, 288), TABLE=(32, 8), BIAS=(96, 8)), "xilinx", dict(DSP48E1=(16, 16), RAMB=(1, 2))),
    ("mvu_circulant", "weft_mvu", dict(MVU, BLOCK=4),
     dict(WEIGHTS=(32, 288), BIAS=(96, 8)), "xilinx", dict(DSP48E1=(16, 16), RAMB=(0, 1))),
    ("mvu_circulant_rotated", "weft_mvu", dict(MVU, BLOCK=8),
     dict(WEIGHTS=(64, 72), BIAS=(96, 8)), "xilinx", dict(DSP48E1=(16, 16), RAMB=(0, 1))),
    ("mvu_clustered", "weft_mvu_clustered",
     dict(MVU, CB=4, ENTRIES=16, MULTS=2), dict(CODES=(64, 288), CODEBOOK=(8, 16), BIAS=(96, 8)), "xilinx",
     dict(DSP48E1=(2, 2), RAMB=(1, 2))),
    ("mvu_shift", "weft_mvu_shift", dict(SIMD=4, PE=4, K=144, N=32, WW=4, ACCW=24),
     dict(WEIGHTS=(64, 288), BIAS=(96, 8)), "xilinx", dict(DSP48E1=(0, 0), RAMB=(1, 2), LUT=(300, 1500))),
    ("mvu_bitserial", "weft_mvu_bitserial", dict(SIMD=36, PE=4, K=144, N=32, XW=8, PLANES=3, ACCW=24),
     dict(WEIGHTS=(144, 96), BIAS=(96, 8)), "xilinx", dict(DSP48E1=(0, 0), LUT=(300, 1500))),
    # Zeros are no multipliers, no adders and no memory.
    ("unrolled", "weft_mvu", UNROLLED, dict(WEIGHTS=(512, 1), BIAS=(96, 1)), "xilinx", dict(DSP48E1=(50, 64), RAMB=(0, 0))),
    ("unrolled_quarter", "weft_mvu", UNROLLED, dict(WEIGHTS=(512, 1, 0.25), BIAS=(96, 1)), "xilinx", dict(DSP48E1=(10, 24), LUT=(0, 600), RAMB=(0, 0))),
    ("unrolled_none", "weft_mvu", UNROLLED, dict(WEIGHTS=(512, 1, 0), BIAS=(96, 1)), "xilinx", dict(DSP48E1=(0, 0), LUT=(0, 100), RAMB=(0, 0))),
    # A quarter and a half of the multipliers, and of the memory but for indices.
    ("select_2_4", "weft_mvu_select", dict(MVU, OF=4, KEEP=2), dict(WEIGHTS=(64, 288), INDICES=(16, 288), BIAS=(96, 8)), "xilinx",
     dict(DSP48E1=(8, 8), RAMB=(1, 3))),
    ("select_1_4", "weft_mvu_select", dict(MVU, OF=4, KEEP=1), dict(WEIGHTS=(32, 288), INDICES=(8, 288), BIAS=(96, 8)), "xilinx",
     dict(DSP48E1=(4, 4), RAMB=(1, 2))),
    # Half of the inputs of 4 outputs at a time: half of the memory but for gaps, and half of the steps.
    ("gather", "weft_mvu_gather",
     dict(MVU, E=72, SHARE=4, LOAD=2, DEPTH=24, GW=3, FIRST=bench.Raw("128'h00000030_00000020_00000010_00000000")),
     dict(WEIGHTS=(128, 144), GAPS=(12, 144), STARTS=(24, 8), BIAS=(96, 8)), "xilinx", dict(DSP48E1=(16, 16), RAMB=(0, 3), RAM64M=(4, 32))),
    # No memory of indices: weights, and inputs in memories of LUTs.
    ("sparse_mvu", "weft_sparse_mvu", dict(Z=8, FI=16, K=64, N=16, XW=8, WW=8, ACCW=24, TYPE=2),
     dict(WEIGHTS=(64, 32), BIAS=(24, 16), STARTS=(24, 4)), "xilinx", dict(DSP48E1=(8, 8), RAMB=(0, 1), RAM32M=(8, 32))),
    ("window", "weft_window", dict(LANES=4, IH=34, IW=34, FOLD=8), {}, "xilinx", dict(RAMB=(1, 2), DSP48E1=(0, 0))),
    ("gearbox", "weft_gearbox", dict(IN=8, OUT=5), {}, "xilinx", dict(DSP48E1=(0, 0), LUT=(100, 400))),
    ("fifo_deep", "weft_fifo", dict(W=32, DEPTH=512), {}, "xilinx", dict(RAMB=(1, 1))),
    ("fifo_shallow", "weft_fifo", dict(W=32, DEPTH=16), {}, "xilinx", dict(RAM32M=(5, 6), RAMB=(0, 0))),
    ("requantize_scale", "weft_requantize_scale", dict(LANES=2, FOLD=4, ACCW=24),
     dict(PARAMS=(44, 4)), "xilinx", dict(DSP48E1=(2, 2))),
    ("table", "weft_table", dict(LANES=1, XW=12, OW=8), dict(TABLE=(8, 4096)), "xilinx", dict(RAMB=(1, 1))),
    ("window_ice40", "weft_window", dict(LANES=4, IH=10, IW=34, FOLD=2), {}, "ice40", dict(SB_RAM40=(2, 16))),
    ("mvu_ice40", "weft_mvu", dict(MVU, SIMD=2, PE=2, K=64, N=8), dict(WEIGHTS=(32, 128), BIAS=(48, 4)), "ice40",
     dict(SB_MAC16=(4, 4), SB_RAM40=(1, 4))),
]
FLOWS = {"xilinx": "synth_xilinx -flatten -noiopad", "ice40": "synth_ice40 -dsp"}
SOURCES = os.path.join(bench.RTL, "*.sv")


def cells(text):
    """Cell counts of the last `stat`, block RAMs of any size under their family's name."""
    counts = {}
    for name, n in re.findall(r"^ +([A-Z_0-9]+) +(\d+)$", text[text.rfind("=== "):], re.M):
        counts[name] = int(n)
        family = re.match(r"RAMB|SB_RAM40|LUT|FD|SB_DFF", name)
        if family and family[0] != name:
            counts[family[0]] = counts.get(family[0], 0) + int(n)
    return counts


def synthesize(module, params, roms, flow, dir_, name):
    rng = random.Random(name)
    args = [f"-set {k} {bench.literal(v)}" for k, v in params.items()]
    for p, (bits, words, *kept) in roms.items():
        path = os.path.join(dir_, f"synth_{name}.{p}.hex")
        image = [rng.getrandbits(bits) for _ in range(words)]
        for i in range(0, bits if kept else 0, 8):
            image = [w if rng.random() < kept[0] else w & ~(255 << i) for w in image]
        bench.write_hex(path, bits, image)
        args.append(f'-set {p} "{path}"')
    script = (f"read_verilog -sv -defer {SOURCES}; chparam {' '.join(args)} {module};"
              f" hierarchy -check -top {module}; {FLOWS[flow]}; check -assert; stat")
    return bench.call(["yosys", "-p", script])


def run(job, root):
    """None, or why not."""
    name, module, params, roms, flow, limits = job
    rc, out = synthesize(module, params, roms, flow, root, name)
    if rc != 0:
        return out.strip().splitlines()[-1]
    counts = cells(out)
    if os.environ.get("WEFT_SYNTH_COUNTS"):  # for the table of runtime/rtl/README.md
        print(name, counts)
    for cell, (least, most) in limits.items():
        if not least <= counts.get(cell, 0) <= most:
            return f"{counts.get(cell, 0)} {cell}, expected {least} to {most}"
    return None


def netlist(case, dir_):
    """Replaces the unit of a case by what Yosys makes of it; (path, None) or (None, why)."""
    ports = ["input logic clk", "input logic rst"]
    for kind, entries in (("in", case.inputs), ("out", case.outputs)):
        there, back = ("input", "output") if kind == "in" else ("output", "input")
        for bus in dict.fromkeys(e[0] for e in entries):
            n = [e[1] for e in entries if e[0] == bus]
            ports.append(f"{there} logic [{sum(n)}-1:0] {bus}_data, {there} logic [{len(n)}-1:0] {bus}_valid,"
                         f" {back} logic [{len(n)}-1:0] {bus}_ready")
    args = ", ".join(f".{k}({bench.literal(v)})" for k, v in bench.parameters(case, dir_).items())
    top = os.path.join(dir_, f"net_{case.name}.sv")
    with open(top, "w") as f:
        f.write(f"module net_{case.name}({', '.join(ports)});\n  {case.module} #({args}) u (.*);\nendmodule\n")
    path = os.path.join(dir_, f"net_{case.name}.v")
    rc, out = bench.call(["yosys", "-q", "-p", f"read_verilog -sv -defer {SOURCES}; read_verilog -sv {top};"
                          f" hierarchy -check -top net_{case.name}; proc; flatten; opt; wreduce; opt; memory -nomap; opt -full;"
                          f" check -assert; write_verilog -noattr {path}"])
    return (path, None) if rc == 0 else (None, out.strip()[-300:])
