"""Matrix-vector units, depthwise unit, pool."""

import random

from bench import Case, beats, pack
from timing import Process


def tree(n):
    """Stages of weft_adder_tree: ceil(log4(n))."""
    stages = 0
    while n > 1:
        n, stages = (n + 3) // 4, stages + 1
    return stages


def values(rng, n, bits, signed):
    lo, hi = (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)
    # The extremes are where widths go wrong.
    return [rng.choice([lo, hi, rng.randint(lo, hi), rng.randint(lo, hi)]) for _ in range(n)]


def mvu_steps(sf, nf):
    return [((0,) if n == 0 else (), s == sf - 1) for n in range(nf) for s in range(sf)]


def weight_words(w, simd, pe, bits):
    n, k = len(w), len(w[0])
    return [pack([w[a * pe + p][b * simd + s] for p in range(pe) for s in range(simd)], bits)
            for a in range(n // pe) for b in range(k // simd)]


def mvu(name, simd, pe, k, n, xw=8, xs=1, ww=8, ws=1, vectors=4, verilator=False):
    rng = random.Random(name)
    accw = xw + ww + k.bit_length() + 2
    w = [values(rng, k, ww, ws) for _ in range(n)]
    b = values(rng, n, accw - 3, 1)
    x = [values(rng, k, xw, xs) for _ in range(vectors)]
    y = [sum(a * c for a, c in zip(v, w[o])) + b[o] for v in x for o in range(n)]
    sf, nf = k // simd, n // pe
    d = 4 + tree(simd)
    return Case(
        name, "weft_mvu",
        dict(SIMD=simd, PE=pe, K=k, N=n, XW=xw, X_SIGNED=xs, WW=ww, W_SIGNED=ws, ACCW=accw),
        [("s", simd * xw, beats(sum(x, []), simd, xw))], [("m", pe * accw, beats(y, pe, accw))],
        lambda: Process(mvu_steps(sf, nf), d),
        roms=dict(WEIGHTS=(pe * simd * ww, weight_words(w, simd, pe, ww)),
                  BIAS=(pe * accw, beats(b, pe, accw))),
        latency=sf - 1 + d, interval=sf, verilator=verilator)


def cases():
    return [
        mvu("mvu_base", 4, 2, 16, 6, verilator=True),
        mvu("mvu_scalar", 1, 1, 5, 3),
        mvu("mvu_full", 6, 5, 6, 5, verilator=True),
        mvu("mvu_sf1", 8, 1, 8, 4, xs=0),
        mvu("mvu_nf1", 2, 3, 12, 3, ws=0),
        mvu("mvu_binary", 16, 4, 64, 8, xw=1, xs=0, ww=1, ws=0),
        mvu("mvu_wide", 17, 2, 34, 4, xw=16, ww=12, xs=0, ws=0),
        mvu("mvu_one", 1, 1, 1, 1),
    ]
