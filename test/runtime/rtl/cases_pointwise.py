"""Units with one step per beat: requantize, add, table."""

import random

from bench import Case, beats, pack
from cases_mac import values
from timing import Process


def clamp(v, lo, hi):
    return min(max(v, lo), hi)


def scale(acc, m, n, z, lo, hi):
    """A4s as written; Python integers are exact and >> is floor."""
    return clamp(((acc * m + (1 << n - 1 if n else 0)) >> n) + z, lo, hi)


def requantize_scale(name, lanes, fold, accw=24, acc_signed=1, mw=16, zp=0, lo=-128, hi=127, ow=8,
                     shifts=(0, 47), pixels=12, verilator=False):
    rng = random.Random(name)
    m = values(rng, lanes * fold, mw, 0)
    n = [rng.randint(*shifts) for _ in m]
    x = values(rng, pixels * fold * lanes, accw, acc_signed)
    # Half of the accumulators near a rounding tie or in range of the result, where errors show.
    for i in range(0, len(x), 2):
        c = i % len(m)
        near = ((rng.randint(lo, hi) - zp) << n[c] + 1 | 1 << n[c]) // 2 // max(m[c], 1)
        top = (1 << accw - acc_signed) - 1
        x[i] = clamp(near, -top - 1 if acc_signed else 0, top)
    y = [scale(a, m[i % len(m)], n[i % len(m)], zp, lo, hi) for i, a in enumerate(x)]
    words = [pack([n[f * lanes + l] << mw | m[f * lanes + l] for l in range(lanes)], mw + 6)
             for f in range(fold)]
    return Case(
        name, "weft_requantize_scale",
        dict(LANES=lanes, FOLD=fold, ACCW=accw, ACC_SIGNED=acc_signed, MW=mw, NW=6, ZP=zp, LO=lo, HI=hi, OW=ow),
        [("s", lanes * accw, beats(x, lanes, accw))], [("m", lanes * ow, beats(y, lanes, ow))],
        lambda: Process([((0,), True)], 5), roms=dict(PARAMS=(lanes * (mw + 6), words)),
        latency=5, interval=1, verilator=verilator)


def cases():
    return [
        requantize_scale("requantize_scale_base", 2, 3, verilator=True),
        requantize_scale("requantize_scale_uint8", 1, 4, zp=7, lo=0, hi=255, shifts=(10, 24)),
        requantize_scale("requantize_scale_relu", 4, 1, zp=-128, lo=-128, hi=127, shifts=(14, 22)),
        requantize_scale("requantize_scale_tiny", 3, 2, accw=5, mw=4, lo=-8, hi=7, ow=4, shifts=(0, 6)),
        requantize_scale("requantize_scale_wide", 1, 2, accw=40, zp=-3, lo=-30000, hi=32767, ow=16),
        requantize_scale("requantize_scale_unsigned", 2, 2, accw=16, acc_signed=0, lo=0, hi=15, ow=4, shifts=(8, 26)),
    ]
