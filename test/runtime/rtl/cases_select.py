"""Matrix-vector unit for n of every m inputs (A11n), and in blocks of outputs (A11b), from the masks and not from the RTL."""

import random

from bench import Case, beats, pack
from cases_mac import mvu_steps, tree, values, weight_words
from cases_weights import table_words
from timing import Process


def select(name, simd, pe, k, n, of, keep, share=1, xw=8, xs=1, ww=8, ws=1, entries=0, groups=1, vectors=4, verilator=False):
    """Of every `of` inputs, `keep` count for `share` outputs at a time. `entries`: weights are codes into `groups` codebooks of so many."""
    rng = random.Random(name)
    edges, lanes = k // of * keep, simd // of * keep
    accw = xw + ww + edges.bit_length() + 2
    index = [[i for _ in range(k // of) for i in sorted(rng.sample(range(of), keep))] for _ in range(n // share)]
    w = [values(rng, edges, ww, ws) for _ in range(n)]
    if entries:
        book = [values(rng, entries, ww, ws) for _ in range(groups)]
        code = [[rng.randrange(entries) for _ in range(edges)] for _ in range(n)]
        w = [[book[o * groups // n][c] for c in code[o]] for o in range(n)]
    b = values(rng, n, accw - 3, 1)
    x = [values(rng, k, xw, xs) for _ in range(vectors)]
    y = [sum(v[e // keep * of + index[o // share][e]] * w[o][e] for e in range(edges)) + b[o] for v in x for o in range(n)]
    sf, nf, bits = k // simd, n // pe, max(1, (of - 1).bit_length())
    params = dict(SIMD=simd, PE=pe, K=k, N=n, OF=of, KEEP=keep, SHARE=share, XW=xw, X_SIGNED=xs, WW=ww, W_SIGNED=ws, ACCW=accw)
    roms = dict(WEIGHTS=(pe * lanes * ww, weight_words(w, lanes, pe, ww)), BIAS=(pe * accw, beats(b, pe, accw)),
                INDICES=(pe // share * lanes * bits, weight_words(index, lanes, pe // share, bits)))
    if entries:
        params.update(DECODER=1, EW=(entries - 1).bit_length(), ENTRIES=entries, GROUPS=groups)
        roms["WEIGHTS"] = (pe * lanes * params["EW"], weight_words(code, lanes, pe, params["EW"]))
        roms["TABLE"] = (max(1, pe * groups // n) * entries * ww, table_words(book, pe, n, 1, ww))
    d = 4 + (entries > 0) + tree(lanes)
    return Case(
        name, "weft_mvu_select", params,
        [("s", simd * xw, beats(sum(x, []), simd, xw))], [("m", pe * accw, beats(y, pe, accw))],
        lambda: Process(mvu_steps(sf, nf), d), roms=roms, latency=sf - 1 + d, interval=sf, verilator=verilator)


def cases():
    return [
        select("select_2_4", 8, 2, 16, 6, 4, 2, verilator=True),
        select("select_1_4", 4, 1, 16, 3, 4, 1, xs=0, verilator=True),
        select("select_1_2", 2, 3, 8, 6, 2, 1, xw=4, ww=3),
        select("select_3_5", 10, 2, 20, 4, 5, 3, ws=0),
        select("select_all", 3, 2, 6, 4, 3, 3),
        select("select_shared", 8, 4, 16, 8, 8, 3, share=4, verilator=True),
        select("select_shared_sets", 4, 4, 12, 8, 4, 2, share=2),
        select("select_codes", 8, 2, 16, 4, 4, 2, entries=5, verilator=True),
        select("select_codes_groups", 4, 2, 8, 6, 4, 1, entries=4, groups=3),
        select("select_codes_shared", 4, 4, 8, 8, 4, 2, share=2, entries=3, groups=8),
        select("select_unrolled", 8, 4, 8, 4, 4, 2),
        select("select_one_group", 6, 1, 6, 5, 6, 2),
    ]
