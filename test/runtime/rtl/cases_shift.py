"""Matrix-vector units without multipliers: sums of powers of two, and planes of bits."""

import random

from bench import Case, beats, pack
from cases_mac import mvu_steps, tree, values, weight_words
from timing import Process


def power(code, bits):
    """A15: the value of one code."""
    v = code & (1 << bits - 1) - 1
    magnitude = 0 if v == 0 else 1 << v - 1
    return -magnitude if code >> bits - 1 else magnitude


def shift(name, simd, pe, k, n, xw=8, xs=1, bits=4, terms=1, places=0, vectors=4, verilator=False):
    rng = random.Random(name)
    accw = xw + (1 << bits - 1) + terms + places + k.bit_length() + 2
    # Every code, the two zeros among them, and often the largest power.
    code = [[[rng.choice([rng.randrange(1 << bits), (1 << bits) - 1]) for _ in range(terms)] for _ in range(k)]
            for _ in range(n)]
    w = [[sum(power(c, bits) for c in cs) << places for cs in row] for row in code]
    b = values(rng, n, accw - 3, 1)
    x = [values(rng, k, xw, xs) for _ in range(vectors)]
    y = [sum(a * c for a, c in zip(v, w[o])) + b[o] for v in x for o in range(n)]
    sf, nf = k // simd, n // pe
    d = 4 + tree(simd * terms)
    stored = [[pack(cs, bits) for cs in row] for row in code]
    return Case(
        name, "weft_mvu_shift",
        dict(SIMD=simd, PE=pe, K=k, N=n, XW=xw, X_SIGNED=xs, TERMS=terms, WW=bits * terms, PLACES=places, ACCW=accw),
        [("s", simd * xw, beats(sum(x, []), simd, xw))], [("m", pe * accw, beats(y, pe, accw))],
        lambda: Process(mvu_steps(sf, nf), d),
        roms=dict(WEIGHTS=(pe * simd * bits * terms, weight_words(stored, simd, pe, bits * terms)),
                  BIAS=(pe * accw, beats(b, pe, accw))),
        latency=sf - 1 + d, interval=sf, verilator=verilator)


def shift_lookup(name, simd, pe, k, n, xw=8, xs=1, bits=4, terms=1, entries=5, groups=1, vectors=4, verilator=False):
    """Codes of powers out of codebooks: the weight source in front of the shifts."""
    rng = random.Random(name)
    eb = max(1, (entries - 1).bit_length())
    accw = xw + (1 << bits - 1) + terms + k.bit_length() + 2
    book = [[[rng.randrange(1 << bits) for _ in range(terms)] for _ in range(entries)] for _ in range(groups)]
    code = [[rng.randrange(entries) for _ in range(k)] for _ in range(n)]
    w = [[sum(power(c, bits) for c in book[o * groups // n][e]) for e in code[o]] for o in range(n)]
    b = values(rng, n, accw - 3, 1)
    x = [values(rng, k, xw, xs) for _ in range(vectors)]
    y = [sum(a * c for a, c in zip(v, w[o])) + b[o] for v in x for o in range(n)]
    sf, nf, beside = k // simd, n // pe, max(1, pe * groups // n)
    d = 5 + tree(simd * terms)
    table = [pack([pack(cs, bits) for g in range(beside) for cs in book[s * beside + g]], bits * terms)
             for s in range(groups // beside)]
    return Case(
        name, "weft_mvu_shift",
        dict(SIMD=simd, PE=pe, K=k, N=n, XW=xw, X_SIGNED=xs, TERMS=terms, WW=bits * terms, ACCW=accw, DECODER=1, EW=eb,
             ENTRIES=entries, GROUPS=groups),
        [("s", simd * xw, beats(sum(x, []), simd, xw))], [("m", pe * accw, beats(y, pe, accw))],
        lambda: Process(mvu_steps(sf, nf), d),
        roms=dict(WEIGHTS=(pe * simd * eb, weight_words(code, simd, pe, eb)),
                  TABLE=(beside * entries * bits * terms, table), BIAS=(pe * accw, beats(b, pe, accw))),
        latency=sf - 1 + d, interval=sf, verilator=verilator)


def bitserial(name, simd, pe, k, n, xw=8, xs=1, planes=4, places=0, vectors=3, verilator=False):
    rng = random.Random(name)
    accw = xw + planes + places + k.bit_length() + 2
    w = [values(rng, k, planes, 1) for _ in range(n)]
    b = values(rng, n, accw - 3, 1)
    x = [values(rng, k, xw, xs) for _ in range(vectors)]
    y = [sum(a * (c << places) for a, c in zip(v, w[o])) + b[o] for v in x for o in range(n)]
    sf, nf = k // simd, n // pe
    words = [pack([w[a * pe + p][s * simd + i] >> t & 1 for p in range(pe) for i in range(simd)], 1)
             for a in range(nf) for s in range(sf) for t in range(planes)]
    each = planes * xw
    steps = [((0,) if a == 0 and i == 0 else (), s == sf - 1 and i == each - 1)
             for a in range(nf) for s in range(sf) for i in range(each)]
    d = 5 + tree(simd)
    return Case(
        name, "weft_mvu_bitserial",
        dict(SIMD=simd, PE=pe, K=k, N=n, XW=xw, X_SIGNED=xs, PLANES=planes, PLACES=places, ACCW=accw),
        [("s", simd * xw, beats(sum(x, []), simd, xw))], [("m", pe * accw, beats(y, pe, accw))],
        lambda: Process(steps, d),
        roms=dict(WEIGHTS=(pe * simd, words), BIAS=(pe * accw, beats(b, pe, accw))),
        latency=sf * each - 1 + d, interval=sf * each, verilator=verilator)


def cases():
    return [
        shift("shift_base", 4, 2, 16, 6, verilator=True),
        shift("shift_scalar", 1, 1, 5, 3),
        shift("shift_terms", 2, 3, 12, 6, terms=2, places=3, xs=0, verilator=True),
        shift("shift_full", 6, 5, 6, 5, terms=3, bits=3),
        shift("shift_ternary", 8, 2, 16, 4, bits=2, xw=1, xs=0),
        shift("shift_wide", 5, 1, 10, 2, bits=5, xw=12),
        shift("shift_one", 1, 1, 1, 1),
        shift_lookup("shift_lookup", 4, 2, 16, 6, verilator=True),
        shift_lookup("shift_lookup_groups", 2, 4, 12, 8, terms=2, bits=3, entries=8, groups=4, xs=0),
        bitserial("bitserial_base", 4, 2, 16, 4, verilator=True),
        bitserial("bitserial_scalar", 1, 1, 3, 2, xw=3, planes=2),
        bitserial("bitserial_shifted", 8, 2, 16, 4, xs=0, planes=3, places=5, verilator=True),
        bitserial("bitserial_full", 6, 5, 6, 5, xw=4, planes=2),
        bitserial("bitserial_binary", 16, 2, 32, 4, xw=1, xs=0, planes=1),
        bitserial("bitserial_one", 1, 1, 1, 1, xw=2, planes=1),
    ]
