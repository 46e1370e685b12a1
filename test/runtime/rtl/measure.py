#!/usr/bin/env python3
"""The table of multiplier-free units in runtime/rtl/README.md: measure.py [FILTER]. Yosys, 7-series; codes, planes and weights are random."""

import sys
import tempfile

import synth

BASE = dict(K=144, N=32, XW=8, ACCW=24)


def dense(simd, pe, bits=8):
    return "weft_mvu", dict(BASE, SIMD=simd, PE=pe, WW=bits), dict(
        WEIGHTS=(simd * pe * bits, 144 * 32 // (simd * pe)), BIAS=(pe * 24, 32 // pe))


def shift(simd, pe, bits, terms):
    return "weft_mvu_shift", dict(BASE, SIMD=simd, PE=pe, WW=bits * terms, TERMS=terms), dict(
        WEIGHTS=(simd * pe * bits * terms, 144 * 32 // (simd * pe)), BIAS=(pe * 24, 32 // pe))


def bitserial(simd, pe, planes):
    return "weft_mvu_bitserial", dict(BASE, SIMD=simd, PE=pe, PLANES=planes), dict(
        WEIGHTS=(simd * pe, 144 * 32 // (simd * pe) * planes), BIAS=(pe * 24, 32 // pe))


def unrolled(unit, *args):
    """All of a layer of 16 inputs and 8 outputs at once: its constants are wires."""
    module, parameters, roms = unit(16, 8, *args)
    return module, dict(parameters, K=16, N=8), {name: (bits, 1) for name, (bits, _) in roms.items()}


# name, unit, steps of a vector per fold of weft_mvu
ROWS = [
    ("dense, 8 bits", dense(4, 4)), ("dense, 8 bits", dense(8, 8)), ("dense, 4 bits", dense(8, 8, 4)),
    ("shift, 1 term of 3 bits", shift(4, 4, 3, 1)), ("shift, 1 term of 4 bits", shift(4, 4, 4, 1)),
    ("shift, 2 terms of 4 bits", shift(4, 4, 4, 2)), ("shift, 1 term of 5 bits", shift(4, 4, 5, 1)),
    ("shift, 1 term of 4 bits", shift(8, 8, 4, 1)), ("shift, 2 terms of 4 bits", shift(8, 8, 4, 2)),
    ("bit-serial, 2 planes", bitserial(72, 4, 2)), ("bit-serial, 4 planes", bitserial(36, 4, 4)),
    ("bit-serial, 4 planes", bitserial(72, 8, 4)), ("bit-serial, 8 planes", bitserial(144, 16, 8)),
    ("dense, 8 bits, unrolled", unrolled(dense)), ("shift, 1 term of 4 bits, unrolled", unrolled(shift, 4, 1)),
]

print("| unit | SIMD, PE | steps a vector | DSP48E1 | LUT | FF | LUTRAM | BRAM36 | ROM bits |")
print("|---|---|---|---|---|---|---|---|---|")
with tempfile.TemporaryDirectory() as folder:
    for name, (module, p, roms) in ROWS:
        if not all(part in name for part in sys.argv[1:]):
            continue
        rc, out = synth.synthesize(module, p, roms, "xilinx", folder, name.replace(" ", "_").replace(",", ""))
        if rc:
            sys.exit(out.strip().splitlines()[-1])
        c = synth.cells(out)
        get = lambda *names: sum(c.get(n, 0) for n in names)
        steps = p["K"] // p["SIMD"] * (p["N"] // p["PE"]) * (p["PLANES"] * p["XW"] if "PLANES" in p else 1)
        rom = sum(bits * words for parameter, (bits, words) in roms.items() if parameter != "BIAS")
        bram = get("RAMB36E1") + get("RAMB18E1") / 2
        print(f"| {name} | {p['SIMD']}, {p['PE']} | {steps:,} | {get('DSP48E1')} | {get('LUT')} | {get('FD')} |"
              f" {get('RAM32M', 'RAM64X1S', 'RAM64M')} | {bram:g} | {rom:,} |", flush=True)
