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


def clustered(name, simd, pe, k, n, entries, mults, groups=1, xw=8, xs=1, ww=8, cb=None, vectors=4,
              verilator=False):
    rng = random.Random(name)
    cb = cb or max(1, (entries - 1).bit_length())
    accw = xw + ww + k.bit_length() + 2
    book = [values(rng, entries, ww, 1) for _ in range(groups)]
    code = [[rng.randrange(entries) for _ in range(k)] for _ in range(n)]
    w = [[book[o * groups // n][c] for c in code[o]] for o in range(n)]
    b = values(rng, n, accw - 3, 1)
    x = [values(rng, k, xw, xs) for _ in range(vectors)]
    y = [sum(a * c for a, c in zip(v, w[o])) + b[o] for v in x for o in range(n)]
    sf, nf = k // simd, n // pe
    beside = max(1, pe * groups // n)
    words = [pack([book[s * beside + g][e] for g in range(beside)], ww)
             for s in range(groups // beside) for e in range(entries)]
    drain = -(-pe * entries // mults)
    d = 5 + tree(simd) + tree(max(1, mults // pe)) + drain
    return Case(
        name, "weft_mvu_clustered",
        dict(SIMD=simd, PE=pe, K=k, N=n, XW=xw, X_SIGNED=xs, CB=cb, ENTRIES=entries, GROUPS=groups, WW=ww,
             MULTS=mults, ACCW=accw),
        [("s", simd * xw, beats(sum(x, []), simd, xw))], [("m", pe * accw, beats(y, pe, accw))],
        lambda: Process(mvu_steps(sf, nf), d),
        roms=dict(CODES=(pe * simd * cb, weight_words(code, simd, pe, cb)), CODEBOOK=(beside * ww, words),
                  BIAS=(pe * accw, beats(b, pe, accw))),
        latency=sf - 1 + d, interval=sf, verilator=verilator)


def dwu(name, pe, c, taps, xw=8, xs=1, ww=8, ws=1, pixels=6, verilator=False):
    rng = random.Random(name)
    accw = xw + ww + taps.bit_length() + 2
    w = [values(rng, taps, ww, ws) for _ in range(c)]
    b = values(rng, c, accw - 3, 1)
    x, y = [], []
    for _ in range(pixels):
        for f in range(c // pe):
            tap = [values(rng, pe, xw, xs) for _ in range(taps)]
            x += [pack(t, xw) for t in tap]
            y += [sum(tap[t][p] * w[f * pe + p][t] for t in range(taps)) + b[f * pe + p] for p in range(pe)]
    weights = [pack([w[f * pe + p][t] for p in range(pe)], ww) for f in range(c // pe) for t in range(taps)]
    return Case(
        name, "weft_dwu",
        dict(PE=pe, C=c, T=taps, XW=xw, X_SIGNED=xs, WW=ww, W_SIGNED=ws, ACCW=accw),
        [("s", pe * xw, x)], [("m", pe * accw, beats(y, pe, accw))],
        lambda: Process([((0,), t == taps - 1) for t in range(taps)], 4),
        roms=dict(WEIGHTS=(pe * ww, weights), BIAS=(pe * accw, beats(b, pe, accw))),
        latency=taps - 1 + 4, interval=taps, verilator=verilator)


def pool(name, lanes, taps, mode, bits=8, signed=1, outputs=14, fold=1, verilator=False):
    """fold > 1: whole frames of `taps` pixels of `fold` beats."""
    rng = random.Random(name)
    obits = bits if mode == "max" else bits + taps.bit_length()
    x, y = [], []
    for _ in range(outputs // fold):
        tap = [values(rng, fold * lanes, bits, signed) for _ in range(taps)]
        x += [word for t in tap for word in beats(t, lanes, bits)]
        y += beats([(max if mode == "max" else sum)(t[i] for t in tap) for i in range(fold * lanes)], lanes, obits)
    return Case(
        name, "weft_pool",
        dict(LANES=lanes, T=taps, FOLD=fold, BITS=bits, SIGNED=signed, SUM=int(mode == "sum"), OW=obits),
        [("s", lanes * bits, x)], [("m", lanes * obits, y)],
        lambda: Process([((0,), t == taps - 1) for t in range(taps) for _ in range(fold)], 1),
        latency=(taps - 1) * fold + 1, interval=taps if fold == 1 else None, verilator=verilator)


def cases():
    return [
        clustered("clustered_base", 2, 2, 16, 6, 4, 2, verilator=True),
        clustered("clustered_tight", 2, 2, 16, 4, 8, 2),  # SF equals the drain
        clustered("clustered_shared", 1, 4, 24, 8, 5, 2, verilator=True),
        clustered("clustered_one_mult", 4, 3, 64, 6, 5, 1, xs=0),
        clustered("clustered_reads", 4, 2, 24, 4, 11, 4, verilator=True),
        # All sums read at once: with one memory for them, synthesis takes gigabytes.
        clustered("clustered_reads_all", 2, 1, 32, 3, 16, 16),
        clustered("clustered_reads_two_banks", 1, 1, 32, 3, 8, 2, xs=0),
        clustered("clustered_reads3", 1, 1, 4, 3, 8, 3),
        clustered("clustered_reads_odd", 1, 2, 4, 4, 4, 6),
        clustered("clustered_sf1", 4, 2, 4, 4, 3, 6),
        clustered("clustered_per_output", 2, 4, 16, 8, 4, 4, groups=8, verilator=True),
        clustered("clustered_per_output_shared", 2, 4, 32, 8, 4, 2, groups=8),
        clustered("clustered_groups_wide", 2, 4, 16, 16, 4, 4, groups=2),
        clustered("clustered_groups_narrow", 2, 4, 32, 8, 5, 2, groups=4),
        clustered("clustered_two", 3, 1, 9, 1, 2, 1, xw=4, ww=3),
        clustered("clustered_single", 1, 1, 3, 2, 1, 1),
        dwu("dwu_base", 2, 6, 9, verilator=True),
        dwu("dwu_one_fold", 4, 4, 9, xs=0, ws=0),
        dwu("dwu_one_tap", 1, 3, 1),
        dwu("dwu_narrow", 3, 6, 5, xw=2, ww=1, ws=0),
        pool("pool_max", 2, 4, "max", verilator=True),
        pool("pool_max_unsigned", 3, 9, "max", signed=0),
        pool("pool_max_one", 1, 1, "max"),
        pool("pool_sum", 2, 4, "sum", verilator=True),
        pool("pool_frame_two", 2, 5, "sum", fold=2, verilator=True),
        pool("pool_frame_three", 1, 4, "max", fold=3, bits=5, verilator=True),
        pool("pool_frame_many", 3, 3, "max", signed=0, fold=7),
        pool("pool_frame_one", 2, 1, "sum", fold=4, bits=3),
        pool("pool_sum_unsigned", 1, 49, "sum", signed=0, bits=4),
        mvu("mvu_base", 4, 2, 16, 6, verilator=True),
        mvu("mvu_scalar", 1, 1, 5, 3),
        mvu("mvu_full", 6, 5, 6, 5, verilator=True),
        mvu("mvu_sf1", 8, 1, 8, 4, xs=0),
        mvu("mvu_nf1", 2, 3, 12, 3, ws=0),
        mvu("mvu_binary", 16, 4, 64, 8, xw=1, xs=0, ww=1, ws=0),
        mvu("mvu_wide", 17, 2, 34, 4, xw=16, ww=12, xs=0, ws=0),
        mvu("mvu_one", 1, 1, 1, 1),
    ]
