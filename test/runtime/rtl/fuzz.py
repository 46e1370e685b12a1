"""Random parameter sets, legal by construction: run.py --fuzz N adds N of them."""

import random

import cases_gather
import cases_mac
import cases_pointwise
import cases_select
import cases_shift
import cases_sparse
import cases_stream
import cases_weights


def divisor(rng, n):
    return rng.choice([d for d in range(1, n + 1) if n % d == 0])


def window(rng, name):
    kh, kw, dh, dw = (rng.randint(1, 3) for _ in range(4))
    ih = dh * (kh - 1) + 1 + rng.randint(0, 4)
    iw = dw * (kw - 1) + 1 + rng.randint(0, 4)
    return cases_stream.window(name, rng.randint(1, 3), ih, iw, rng.randint(1, 3), kh, kw, rng.randint(1, 3),
                               rng.randint(1, 3), dh, dw, rng.randint(0, 1), bits=rng.randint(1, 9), frames=3)


def mvu(rng, name):
    k, n = rng.randint(1, 24), rng.randint(1, 12)
    return cases_mac.mvu(name, divisor(rng, k), divisor(rng, n), k, n, rng.randint(1, 9), rng.randint(0, 1),
                         rng.randint(1, 9), rng.randint(0, 1))


def aligned(rng, extent, block):
    """A divisor of `extent` that divides `block` or is a multiple of it."""
    return rng.choice([d for d in range(1, extent + 1) if extent % d == 0 and (block % d == 0 or d % block == 0)])


def source(rng, name):
    decoder = rng.choice(["stored", "lookup", "delta", "consecutive"])
    b = 1 if decoder == "consecutive" else rng.choice([1, 2, 3, 4, 6])
    k, n = b * rng.randint(1, 6), b * rng.randint(1, 4)
    simd, pe, ww = aligned(rng, k, b), aligned(rng, n, b), rng.randint(2, 9)
    ew = ww if decoder == "stored" else rng.randint(2, 5)
    runs = rng.choice([1, divisor(rng, k // simd)]) if decoder in ("delta", "consecutive") else 1
    groups = n
    if runs == 1 and decoder != "consecutive":
        groups = rng.choice([g for g in range(1, n // b + 1) if n // b % g == 0 and
                             max(pe, n // g) % min(pe, n // g) == 0])
    return cases_weights.source(name, decoder, simd, pe, k, n, ew, ww, rng.randint(1, 1 << ew) if decoder == "lookup" else 1,
                                groups, runs, rng.randint(0, 3) if decoder in ("delta", "consecutive") else 0, b,
                                rng.randint(1, 9), rng.randint(0, 1), rng.randint(0, 1))


def clustered(rng, name):
    while True:
        k, n, entries = rng.randint(1, 40), rng.randint(1, 12), rng.randint(1, 9)
        simd, pe, groups = divisor(rng, k), divisor(rng, n), divisor(rng, n)
        mults = rng.choice([divisor(rng, pe), pe * rng.randint(1, 4)])
        size = n // groups
        if k // simd >= -(-pe * entries // mults) and max(pe, size) % min(pe, size) == 0:
            return cases_mac.clustered(name, simd, pe, k, n, entries, mults, groups, rng.randint(1, 9),
                                       rng.randint(0, 1), rng.randint(1, 9))


def shift(rng, name):
    k, n = rng.randint(1, 24), rng.randint(1, 12)
    return cases_shift.shift(name, divisor(rng, k), divisor(rng, n), k, n, rng.randint(1, 9), rng.randint(0, 1),
                             rng.randint(2, 5), rng.randint(1, 3), rng.randint(0, 5))


def bitserial(rng, name):
    k, n = rng.randint(1, 24), rng.randint(1, 6)
    return cases_shift.bitserial(name, divisor(rng, k), divisor(rng, n), k, n, rng.randint(1, 9), rng.randint(0, 1),
                                 rng.randint(1, 6), rng.randint(0, 5), vectors=3)


def sparse(rng, name):
    while True:
        k = rng.choice([6, 8, 12, 16, 18, 24])
        fi, z, sweeps = divisor(rng, k), divisor(rng, k), rng.randint(1, 4)
        if z % fi and fi % z:
            continue
        edges = divisor(rng, z)
        n = sweeps * k // fi
        if (edges % fi and fi % edges) or n > 40:
            continue
        dither = rng.choice([None, "one", "each"]) if edges == z and fi < z else None
        return cases_sparse.sparse(name, z, edges, k, n, fi, rng.randint(1, 3), dither, rng.randint(1, 9), rng.randint(0, 1),
                                   rng.randint(1, 9), rng.randint(0, 1))


def gather(rng, name):
    share, lists, k = rng.randint(1, 4), rng.randint(1, 4), rng.randint(1, 24)
    edges, n = rng.randint(1, k), share * lists
    pe = rng.choice([divisor(rng, share), share * divisor(rng, lists)])
    load = rng.choice([d for d in (1, 2, 4, 8, 16) if k % d == 0])
    return cases_gather.gather(name, divisor(rng, edges), pe, k, n, edges, share, load, rng.randint(1, 9), rng.randint(0, 1),
                               rng.randint(1, 9), rng.randint(0, 1), rng.choice([0, rng.randint(2, 9)]))


def select(rng, name):
    of, share = rng.randint(1, 8), rng.randint(1, 3)
    groups, sets = rng.randint(1, 6), rng.randint(1, 4)
    k, n = of * groups, share * sets
    simd, pe = of * divisor(rng, groups), share * divisor(rng, sets)
    entries = rng.choice([0, rng.randint(2, 9)])
    return cases_select.select(name, simd, pe, k, n, of, rng.randint(1, of), share, rng.randint(1, 9), rng.randint(0, 1), rng.randint(1, 9),
                               rng.randint(0, 1), entries)


def dwu(rng, name):
    c = rng.randint(1, 9)
    return cases_mac.dwu(name, divisor(rng, c), c, rng.randint(1, 10), rng.randint(1, 9), rng.randint(0, 1),
                         rng.randint(1, 9), rng.randint(0, 1))


def output(rng, bits):
    """lo, hi and zero point of an output of `bits` bits."""
    least = rng.choice([0, -(1 << bits - 1)])
    lo, hi = sorted(rng.sample(range(least, least + (1 << bits)), 2))
    return dict(lo=lo, hi=hi, ow=bits)


def requantize_scale(rng, name):
    o = output(rng, rng.randint(1, 9))
    return cases_pointwise.requantize_scale(
        name, rng.randint(1, 3), rng.randint(1, 4), rng.randint(2, 34), rng.randint(0, 1), rng.randint(1, 18),
        zp=rng.randint(o["lo"], o["hi"]), shifts=(0, rng.randint(0, 47)), **o)


def requantize_shift(rng, name):
    o = output(rng, rng.randint(1, 9))
    return cases_pointwise.requantize_shift(
        name, rng.randint(1, 3), rng.randint(1, 4), rng.choice([None, rng.randint(0, 20)]), rng.randint(2, 34),
        rng.randint(0, 1), zp=rng.randint(o["lo"], o["hi"]), shifts=(0, rng.randint(0, 30)), **o)


def add(rng, name):
    o = output(rng, rng.randint(1, 9))
    return cases_pointwise.add(
        name, rng.randint(1, 3), rng.randint(-99999, 99999), rng.randint(-9, 9), rng.randint(-1 << 30, 1 << 30),
        rng.randint(0, 20), rng.randint(1, 16), rng.randint(0, 1), rng.randint(1, 16), rng.randint(0, 1),
        zp=rng.randint(o["lo"], o["hi"]), **o)


KINDS = [window, clustered, mvu, window, source, sparse, dwu, requantize_scale, requantize_shift, add, source, shift, bitserial, select, gather]


def cases(count, seed):
    for i in range(count):
        rng = random.Random(f"{seed}/{i}")
        kind = KINDS[i % len(KINDS)]
        yield kind(rng, f"fuzz_{kind.__name__}_{seed}_{i}")
