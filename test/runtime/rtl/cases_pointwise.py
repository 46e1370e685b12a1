"""Units with one step per beat: requantize, add, multiply, table."""

import random

from bench import Case, Raw, beats, pack
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


def requantize_shift(name, lanes, fold, shift=None, accw=20, acc_signed=1, zp=0, lo=-128, hi=127, ow=8,
                     shifts=(0, 14), pixels=30, verilator=False):
    """shift: one for all channels; without it each channel has its own."""
    rng = random.Random(name)
    n = [shift if shift is not None else rng.randint(*shifts) for _ in range(lanes * fold)]
    x = values(rng, pixels * fold * lanes, accw, acc_signed)
    top = (1 << accw - acc_signed) - 1
    for i in range(0, len(x), 2):  # ties and results in range
        x[i] = clamp(((rng.randint(lo, hi) - zp) << n[i % len(n)] + 1 | 1 << n[i % len(n)]) >> 1,
                     -top - 1 if acc_signed else 0, top)
    y = [scale(a, 1, n[i % len(n)], zp, lo, hi) for i, a in enumerate(x)]
    own = shift is None
    return Case(
        name, "weft_requantize_shift",
        dict(LANES=lanes, FOLD=fold, ACCW=accw, ACC_SIGNED=acc_signed, SHIFT=-1 if own else shift, ZP=zp,
             LO=lo, HI=hi, OW=ow),
        [("s", lanes * accw, beats(x, lanes, accw))], [("m", lanes * ow, beats(y, lanes, ow))],
        lambda: Process([((0,), True)], 3), roms=dict(SHIFTS=(lanes * 6, beats(n, lanes, 6))) if own else {},
        latency=3, interval=1, verilator=verilator)


def requantize_threshold(name, lanes, fold, accw=12, acc_signed=1, lo=0, hi=3, ow=2, pixels=40, verilator=False):
    rng = random.Random(name)
    least, most = (-(1 << accw - 1), (1 << accw - 1) - 1) if acc_signed else (0, (1 << accw) - 1)
    t = [sorted(rng.choice([least, most + 1, rng.randint(least, most), rng.randint(least, most)])
                for _ in range(hi - lo)) for _ in range(lanes * fold)]
    x = values(rng, pixels * fold * lanes, accw, acc_signed)
    for i in range(0, len(x), 2):  # at a threshold, or just below
        x[i] = clamp(rng.choice(t[i % len(t)]) - rng.randint(0, 1), least, most)
    y = [lo + sum(a >= k for k in t[i % len(t)]) for i, a in enumerate(x)]
    tw = accw + 2 - acc_signed
    words = [pack(sum(t[f * lanes : (f + 1) * lanes], []), tw) for f in range(fold)]
    return Case(
        name, "weft_requantize_threshold",
        dict(LANES=lanes, FOLD=fold, ACCW=accw, ACC_SIGNED=acc_signed, TW=tw, LO=lo, HI=hi, OW=ow),
        [("s", lanes * accw, beats(x, lanes, accw))], [("m", lanes * ow, beats(y, lanes, ow))],
        lambda: Process([((0,), True)], 3), roms=dict(THRESHOLDS=(lanes * (hi - lo) * tw, words)),
        latency=3, interval=1, verilator=verilator)


def add(name, lanes, ma, mb, c, n, aw=8, asn=1, bw=8, bsn=1, zp=0, lo=-128, hi=127, ow=8, verilator=False):
    rng = random.Random(name)
    a, b = values(rng, 100 * lanes, aw, asn), values(rng, 100 * lanes, bw, bsn)
    y = [clamp(((p * ma + q * mb + c + (1 << n - 1 if n else 0)) >> n) + zp, lo, hi) for p, q in zip(a, b)]
    return Case(
        name, "weft_add",
        dict(LANES=lanes, AW=aw, A_SIGNED=asn, BW=bw, B_SIGNED=bsn, MA=ma, MB=mb,
             C=Raw(f"{'-' if c < 0 else ''}64'sd{abs(c)}"), N=n, ZP=zp, LO=lo, HI=hi, OW=ow),
        [("a", lanes * aw, beats(a, lanes, aw)), ("b", lanes * bw, beats(b, lanes, bw))],
        [("m", lanes * ow, beats(y, lanes, ow))], lambda: Process([((0, 1), True)], 4),
        latency=4, interval=1, verilator=verilator)


def multiply(name, lanes, za, zb, aw=8, asn=1, bw=8, bsn=1, ow=18, verilator=False):
    rng = random.Random(name)
    a, b = values(rng, 100 * lanes, aw, asn), values(rng, 100 * lanes, bw, bsn)
    y = [(p - za) * (q - zb) for p, q in zip(a, b)]
    return Case(
        name, "weft_multiply", dict(LANES=lanes, AW=aw, A_SIGNED=asn, ZA=za, BW=bw, B_SIGNED=bsn, ZB=zb, OW=ow),
        [("a", lanes * aw, beats(a, lanes, aw)), ("b", lanes * bw, beats(b, lanes, bw))],
        [("m", lanes * ow, beats(y, lanes, ow))], lambda: Process([((0, 1), True)], 3),
        latency=3, interval=1, verilator=verilator)


def table(name, lanes, xw, xs, ow, verilator=False):
    rng = random.Random(name)
    t = [rng.getrandbits(ow) for _ in range(1 << xw)]
    x = values(rng, 100 * lanes, xw, xs)
    y = [t[v + (1 << xw - 1 if xs else 0)] for v in x]
    return Case(
        name, "weft_table", dict(LANES=lanes, XW=xw, X_SIGNED=xs, OW=ow),
        [("s", lanes * xw, beats(x, lanes, xw))], [("m", lanes * ow, beats(y, lanes, ow))],
        lambda: Process([((0,), True)], 1), roms=dict(TABLE=(ow, t)), latency=1, interval=1, verilator=verilator)


def bias(name, lanes, beats_, bits=20, frames=4, verilator=False):
    rng = random.Random(name)
    top = 1 << bits - 2
    b = [rng.randint(-top, top - 1) for _ in range(lanes * beats_)]
    x = [rng.randint(-top, top - 1) for _ in range(lanes * beats_ * frames)]
    y = [v + b[i % len(b)] for i, v in enumerate(x)]
    return Case(name, "weft_bias", dict(LANES=lanes, BITS=bits, BEATS=beats_),
                [("s", lanes * bits, beats(x, lanes, bits))], [("m", lanes * bits, beats(y, lanes, bits))],
                lambda: Process([((0,), True)], 2), roms=dict(BIAS=(lanes * bits, beats(b, lanes, bits))),
                latency=2, interval=1, verilator=verilator)


def cases():
    return [
        bias("bias_4x3", 4, 3, verilator=True),
        bias("bias_one", 1, 1, bits=6),
        requantize_shift("requantize_shift_one", 3, 1, shift=6, verilator=True),
        requantize_shift("requantize_shift_zero", 1, 1, shift=0, accw=6),
        requantize_shift("requantize_shift_own", 2, 3, zp=5, verilator=True),
        requantize_shift("requantize_shift_unsigned", 1, 2, acc_signed=0, lo=0, hi=15, ow=4),
        requantize_threshold("requantize_threshold_2bit", 2, 3, verilator=True),
        requantize_threshold("requantize_threshold_sign", 4, 1, lo=-1, hi=0, ow=1),
        requantize_threshold("requantize_threshold_signed", 1, 4, lo=-8, hi=7, ow=4, acc_signed=0),
        add("add_base", 2, 13107, -20000, 12345, 14, verilator=True),
        add("add_plain", 1, 1, 1, 0, 0, lo=-256, hi=254, ow=9),
        add("add_mixed", 3, 300, 77, -(1 << 34), 10, asn=0, bw=5, bsn=1, zp=-9, aw=16),
        add("add_one_bit", 4, -1, 1, 1, 1, aw=1, asn=0, bw=1, bsn=0, lo=0, hi=1, ow=1),
        add("add_large", 1, 2000000000, -2000000000, (1 << 45) + 7, 33, lo=0, hi=255, ow=8),
        multiply("multiply_base", 2, 128, -128, asn=0, verilator=True),
        multiply("multiply_plain", 1, 0, 0, ow=16),
        multiply("multiply_mixed", 3, 3, 0, aw=4, asn=0, bw=6, bsn=1, ow=10),
        multiply("multiply_one_bit", 4, 1, 0, aw=1, asn=0, bw=1, bsn=0, ow=2),
        multiply("multiply_wide", 1, -32768, 65535, aw=16, bw=16, bsn=0, ow=33, verilator=True),
        table("table_signed", 2, 6, 1, 8, verilator=True),
        table("table_unsigned", 1, 8, 0, 5),
        table("table_bit", 3, 1, 0, 4),
        table("table_sign", 1, 1, 1, 4),
        requantize_scale("requantize_scale_base", 2, 3, verilator=True),
        requantize_scale("requantize_scale_uint8", 1, 4, zp=7, lo=0, hi=255, shifts=(10, 24)),
        requantize_scale("requantize_scale_relu", 4, 1, zp=-128, lo=-128, hi=127, shifts=(14, 22)),
        requantize_scale("requantize_scale_tiny", 3, 2, accw=5, mw=4, lo=-8, hi=7, ow=4, shifts=(0, 6)),
        requantize_scale("requantize_scale_wide", 1, 2, accw=40, zp=-3, lo=-30000, hi=32767, ow=16),
        requantize_scale("requantize_scale_unsigned", 2, 2, accw=16, acc_signed=0, lo=0, hi=15, ow=4, shifts=(8, 26)),
    ]
