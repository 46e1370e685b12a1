"""Matrix-vector unit with lists of inputs (A11b), from the lists and not from the RTL."""

import random

from bench import Case, Raw, beats, pack
from cases_mac import tree, values, weight_words
from cases_weights import table_words
from timing import Banks


def gather(name, simd, pe, k, n, edges, share=1, load=1, xw=8, xs=1, ww=8, ws=1, entries=0, groups=1, vectors=4, verilator=False):
    """`edges` of k inputs count, for `share` outputs at a time. `entries`: weights are codes into `groups` codebooks of so many."""
    rng = random.Random(name)
    steps, sets, lists = edges // simd, max(1, pe // share), n // share
    accw = xw + ww + edges.bit_length() + 2
    inputs = [sorted(rng.sample(range(k), edges)) for _ in range(lists)]
    w = [values(rng, edges, ww, ws) for _ in range(n)]
    if entries:
        book = [values(rng, entries, ww, ws) for _ in range(groups)]
        code = [[rng.randrange(entries) for _ in range(edges)] for _ in range(n)]
        w = [[book[o * groups // n][c] for c in code[o]] for o in range(n)]
    b = values(rng, n, accw - 3, 1)
    x = [values(rng, k, xw, xs) for _ in range(vectors)]
    y = [sum(v[i] * a for i, a in zip(inputs[o // share], w[o])) + b[o] for v in x for o in range(n)]

    # Memory s has edges s*steps to (s+1)*steps-1 of every list: words from the first to the last one that any list needs.
    parts = [[i[s * steps : s * steps + steps] for s in range(simd)] for i in inputs]
    first = [min(p[s][0] for p in parts) // load for s in range(simd)]
    depth = max(p[s][-1] // load - first[s] + 1 for p in parts for s in range(simd))
    gap = lambda p, t: p[t + 1] - p[t] - 1 if t + 1 < steps else 0
    gw = max([gap(p, t) for list_ in parts for p in list_ for t in range(steps)] + [1]).bit_length()
    bits = max(1, (depth * load - 1).bit_length())
    side = [sum(parts[g : g + sets], []) for g in range(0, lists, sets)]
    starts = [pack([p[0] - first[i % simd] * load for i, p in enumerate(row)], bits) for row in side]
    gaps = [pack([gap(p, t) for p in row], gw) for row in side for t in range(steps)]

    mixed = lambda rows: [[row[s * steps + t] for t in range(steps) for s in range(simd)] for row in rows]
    params = dict(SIMD=simd, PE=pe, K=k, N=n, E=edges, SHARE=share, LOAD=load, DEPTH=depth, GW=gw, XW=xw, X_SIGNED=xs, WW=ww,
                  W_SIGNED=ws, ACCW=accw, FIRST=Raw("{" + ", ".join(f"32'd{f}" for f in reversed(first)) + "}"))
    roms = dict(WEIGHTS=(pe * simd * ww, weight_words(mixed(w), simd, pe, ww)), BIAS=(pe * accw, beats(b, pe, accw)),
                STARTS=(sets * simd * bits, starts))
    if steps > 1:
        roms["GAPS"] = (sets * simd * gw, gaps)
    if entries:
        params.update(DECODER=1, EW=(entries - 1).bit_length(), ENTRIES=entries, GROUPS=groups)
        roms["WEIGHTS"] = (pe * simd * params["EW"], weight_words(mixed(code), simd, pe, params["EW"]))
        roms["TABLE"] = (max(1, pe * groups // n) * entries * ww, table_words(book, pe, n, 1, ww))
    d = 4 + (entries > 0) + tree(simd)
    return Case(
        name, "weft_mvu_gather", params,
        [("s", load * xw, beats(sum(x, []), load, xw))], [("m", pe * accw, beats(y, pe, accw))],
        lambda: Banks(k // load, n // pe * steps, steps, d), roms=roms, verilator=verilator)


def cases():
    return [
        gather("gather_block", 4, 2, 24, 8, 12, share=4, verilator=True),
        gather("gather_sets", 2, 6, 16, 12, 8, share=3, load=4, verilator=True),
        gather("gather_rows", 3, 1, 20, 5, 6, load=2, xs=0, verilator=True),
        gather("gather_rows_sets", 1, 4, 12, 8, 5, load=4, ws=0),
        gather("gather_all", 2, 2, 8, 4, 8, share=2),
        gather("gather_one", 1, 1, 9, 4, 1, xw=3, ww=2),
        gather("gather_one_list", 4, 6, 16, 6, 8, share=6, load=8, vectors=9),
        gather("gather_one_step", 6, 2, 16, 4, 6, share=2, load=16),
        gather("gather_one_vector_step", 3, 4, 8, 4, 3, share=4, load=8, vectors=9),
        gather("gather_passes", 2, 1, 12, 6, 6, share=3, load=4, xw=5, ww=3),
        gather("gather_codes", 4, 2, 24, 8, 12, share=4, load=8, entries=5, verilator=True),
        gather("gather_codes_groups", 2, 4, 16, 12, 4, share=2, load=2, entries=4, groups=3),
    ]
