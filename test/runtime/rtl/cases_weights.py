"""weft_mvu with weights from weft_weights: lookup, deltas, circulant blocks."""

import random

from bench import Case, beats, pack
from cases_mac import mvu_steps, tree, values
from timing import Process


def circulant(vectors, b):
    """vectors[i][j][t] to rows: w[i*b+u][j*b+v] = vectors[i][j][(u-v) mod b] (A13)."""
    return [[row[k // b][(n % b - k % b) % b] for k in range(len(row) * b)] for row in vectors for n in range(b)]


def stored_words(vectors, b, simd, pe, bits):
    """The words of WEIGHTS, from the header of weft_weights; b = 1: vectors[n][k][0]."""
    pu, su = max(pe, b), max(simd, b)
    rows, columns = len(vectors), len(vectors[0])
    return [pack([vectors[nu + io][su_ + jo][t] for io in range(pu // b) for jo in range(su // b) for t in range(b)], bits)
            for nu in range(0, rows, pu // b) for su_ in range(0, columns, su // b)]


def table_words(groups, pe, n, runs, bits):
    """The words of TABLE: entries of groups side by side; runs: groups[n*runs+run]."""
    if runs > 1:
        return [pack([groups[(nf + p) * runs + run][0] for p in range(pe)], bits)
                for nf in range(0, n, pe) for run in range(runs)]
    beside = max(1, pe * len(groups) // n)
    return [pack(sum(groups[s : s + beside], []), bits) for s in range(0, len(groups), beside)]


def wrapped(value, bits, signed):
    """`value` modulo 2^bits, as a signed or unsigned number."""
    least = -(1 << bits - 1) if signed else 0
    return (value - least) % (1 << bits) + least


def source(name, decoder, simd, pe, k, n, ew=4, ww=8, entries=1, groups=1, runs=1, shift=0, b=1, xw=8, xs=1, ws=1,
           vectors=4, verilator=False):
    rng = random.Random(name)
    accw = xw + ww + k.bit_length() + 2
    stored = [[values(rng, b, ew, decoder == "delta" or decoder == "consecutive" or (decoder == "stored" and ws))
               for _ in range(k // b)] for _ in range(n // b)]
    if decoder == "lookup":
        stored = [[[rng.randrange(entries) for _ in v] for v in row] for row in stored]
    table = [values(rng, entries, ww, ws) for _ in range(groups * runs)]
    e = circulant(stored, b)
    w = []
    for row in range(n):
        w.append([])
        for column in range(k):
            group = table[row * runs + column * runs // k] if runs > 1 else table[row * groups // n]
            value = e[row][column]
            if decoder == "lookup":
                value = group[value]
            elif decoder == "delta":
                value = wrapped(group[0] + (value << shift), ww, ws)
            elif decoder == "consecutive":
                before = group[0] if column % (k // runs) == 0 else w[-1][-1]
                value = wrapped(before + (value << shift), ww, ws)
            w[-1].append(value)
    bias = values(rng, n, accw - 3, 1)
    x = [values(rng, k, xw, xs) for _ in range(vectors)]
    y = [sum(a * c for a, c in zip(v, w[o])) + bias[o] for v in x for o in range(n)]
    sf, nf = k // simd, n // pe
    wl = 1 + (pe < b or simd < b) + {"stored": 0, "lookup": 1, "delta": 1, "consecutive": 1 + tree(simd)}[decoder]
    d = 3 + wl + tree(simd)
    roms = dict(WEIGHTS=(max(pe, b) * max(simd, b) // b * ew, stored_words(stored, b, simd, pe, ew)),
                BIAS=(pe * accw, beats(bias, pe, accw)))
    if decoder != "stored":
        beside = pe if runs > 1 else max(1, pe * groups // n)
        roms["TABLE"] = (beside * entries * ww, table_words(table, pe, n, runs, ww))
    return Case(
        name, "weft_mvu",
        dict(SIMD=simd, PE=pe, K=k, N=n, XW=xw, X_SIGNED=xs, WW=ww, W_SIGNED=ws, ACCW=accw, EW=ew,
             DECODER=["stored", "lookup", "delta", "consecutive"].index(decoder), ENTRIES=entries, GROUPS=groups,
             RUNS=runs, SHIFT=shift, BLOCK=b),
        [("s", simd * xw, beats(sum(x, []), simd, xw))], [("m", pe * accw, beats(y, pe, accw))],
        lambda: Process(mvu_steps(sf, nf), d), roms=roms, latency=sf - 1 + d, interval=sf, verilator=verilator)


def cases():
    return [
        source("weights_lookup", "lookup", 4, 2, 16, 6, entries=16, verilator=True),
        source("weights_lookup_odd", "lookup", 3, 2, 9, 4, ew=3, entries=5, ws=0, xs=0),
        source("weights_lookup_rows", "lookup", 2, 2, 8, 6, entries=4, groups=6, ew=2, verilator=True),
        source("weights_lookup_groups", "lookup", 2, 2, 8, 8, entries=4, groups=2, ew=2),
        source("weights_lookup_wide", "lookup", 2, 4, 8, 8, entries=4, groups=4, ew=2),
        source("weights_delta", "delta", 4, 2, 16, 6, verilator=True),
        source("weights_delta_rows", "delta", 2, 3, 8, 6, groups=6, shift=2, verilator=True),
        source("weights_delta_runs", "delta", 2, 3, 12, 6, groups=6, runs=3, ew=2),
        source("weights_delta_full", "delta", 6, 4, 6, 4, groups=4, ew=3),
        source("weights_consecutive", "consecutive", 4, 2, 16, 6, groups=6, verilator=True),
        source("weights_consecutive_one", "consecutive", 1, 1, 7, 3, groups=3, ew=2, shift=1),
        source("weights_consecutive_runs", "consecutive", 5, 2, 20, 4, groups=4, runs=2, ew=3),
        source("weights_consecutive_wide", "consecutive", 17, 1, 17, 2, groups=2, xw=3),
        source("weights_circulant_wires", "stored", 8, 4, 16, 8, ew=8, b=4, verilator=True),
        source("weights_circulant_scalar", "stored", 1, 1, 8, 8, ew=8, b=4),
        source("weights_circulant_low", "stored", 8, 2, 16, 8, ew=8, b=4, verilator=True),
        source("weights_circulant_narrow", "stored", 2, 8, 12, 8, ew=5, ww=5, b=4),
        source("weights_circulant_both", "stored", 2, 4, 16, 16, ew=8, b=8, verilator=True),
        source("weights_circulant_coprime", "stored", 3, 2, 12, 12, ew=8, b=6),
        source("weights_circulant_lookup", "lookup", 2, 2, 8, 12, entries=11, groups=3, b=4, verilator=True),
        source("weights_circulant_lookup_wires", "lookup", 4, 4, 8, 8, entries=16, b=4),
        source("weights_circulant_delta", "delta", 1, 4, 6, 8, groups=4, b=2, verilator=True),
    ]
