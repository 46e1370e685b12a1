"""Sparse matrix-vector unit of clash-free masks (A11c), from the interleaver's formula and not from the RTL."""

import random

from bench import Case, beats, pack
from cases_mac import tree, values
from cases_weights import table_words
from timing import Banks


def sparse(name, z, edges, k, n, fi, kind, dither=None, xw=8, xs=1, ww=8, ws=1, entries=0, groups=1,
           vectors=4, verilator=False):
    """A mask of z memories, processed with `edges` a cycle. `dither`: None, "one" for all sweeps, or "each". `entries`: weights
    are codes into `groups` codebooks of so many."""
    rng = random.Random(name)
    sweeps, rows, turns = n * fi // k, k // z, z // edges
    accw = xw + ww + fi.bit_length() + 2
    start = {}
    for s in range(sweeps):
        for m in range(z):
            if kind == 1:
                start[s, m] = rng.sample(range(rows), rows)
            else:
                first = start[0, m][0] if kind == 3 and s else rng.randrange(rows)
                start[s, m] = [(first + r) % rows for r in range(rows)]
    lanes = [list(range(z))] * sweeps
    if dither:
        lanes = [rng.sample(range(z), z) for _ in range(1 if dither == "one" else sweeps)]
        lanes = lanes * sweeps if dither == "one" else lanes

    # Edge e = s·K + r·z + m goes from input t·z + v[m] to output e div fi.
    weight = values(rng, n * fi, ww, ws)
    if entries:
        book = [values(rng, entries, ww, ws) for _ in range(groups)]
        code = [rng.randrange(entries) for _ in weight]
        weight = [book[e // fi * groups // n][c] for e, c in enumerate(code)]
    left = [start[s, m][r] * z + lanes[s][m] for s in range(sweeps) for r in range(rows) for m in range(z)]
    assert all(len(set(left[o * fi:o * fi + fi])) == fi for o in range(n))
    b = values(rng, n, accw - 3, 1)
    x = [values(rng, k, xw, xs) for _ in range(vectors)]
    y = [sum(v[left[e]] * weight[e] for e in range(o * fi, o * fi + fi)) + b[o] for v in x for o in range(n)]

    # Images: start rows by memory, whichever lane reads it.
    bits, lane_bits = max(1, (rows - 1).bit_length()), max(1, (z - 1).bit_length())
    kind = 2 if kind == 3 and dither == "each" else kind
    images = []
    for s in range(1 if kind == 3 else sweeps):
        for row in range(rows if kind == 1 else 1):
            at = {lanes[s][m]: start[s, m][row] for m in range(z)}
            images += beats([at[m] for m in range(z)], edges, bits)
    pe, sf = max(1, edges // fi), max(1, fi // edges)
    roms = dict(WEIGHTS=(edges * ww, beats(weight, edges, ww)), BIAS=(pe * accw, beats(b, pe, accw)))
    if rows * turns > 1:
        roms["STARTS"] = (edges * bits, images)
    params = dict(Z=edges, FI=fi, K=k, N=n, TURNS=turns, TYPE=kind, XW=xw, X_SIGNED=xs, WW=ww, W_SIGNED=ws, ACCW=accw)
    if entries:
        params.update(DECODER=1, EW=(entries - 1).bit_length(), ENTRIES=entries, GROUPS=groups)
        roms["WEIGHTS"] = (edges * params["EW"], beats(code, edges, params["EW"]))
        roms["TABLE"] = (max(1, pe * groups // n) * entries * ww, table_words(book, pe, n, 1, ww))
    if dither:
        params["DITHERS"] = 1 if dither == "one" else sweeps
        roms["LANES"] = (z * lane_bits, [pack(v, lane_bits) for v in lanes[:params["DITHERS"]]])
    d, load, steps = 4 + (entries > 0) + tree(min(edges, fi)), k // edges, n * fi // edges
    return Case(
        name, "weft_sparse_mvu", params,
        [("s", edges * xw, beats(sum(x, []), edges, xw))], [("m", pe * accw, beats(y, pe, accw))],
        lambda: Banks(load, [sf] * (steps // sf), d), roms=roms, latency=load + sf - 1 + d, interval=sf, verilator=verilator)


def cases():
    return [
        sparse("sparse_type3", 4, 4, 16, 8, 4, 3, verilator=True),
        sparse("sparse_type2", 4, 4, 16, 8, 8, 2, verilator=True),
        sparse("sparse_type1", 4, 4, 16, 8, 4, 1, verilator=True),
        sparse("sparse_type3_turns", 8, 2, 24, 6, 12, 3, verilator=True),
        sparse("sparse_type2_turns", 6, 3, 36, 6, 12, 2),
        sparse("sparse_type1_turns", 8, 1, 24, 6, 8, 1, xs=0),
        sparse("sparse_wide", 8, 8, 24, 12, 2, 2, verilator=True),
        sparse("sparse_wide_turns", 8, 4, 24, 12, 2, 2, ws=0),
        sparse("sparse_dither_one", 8, 8, 24, 12, 2, 2, dither="one"),
        sparse("sparse_dither_each", 8, 8, 24, 12, 2, 3, dither="each", verilator=True),
        sparse("sparse_dither_type1", 6, 6, 18, 6, 3, 1, dither="each"),
        sparse("sparse_codes", 4, 4, 16, 8, 8, 2, entries=5, verilator=True),
        sparse("sparse_codes_groups", 8, 8, 24, 12, 2, 1, entries=4, groups=3, ww=6),
        sparse("sparse_full", 6, 6, 12, 3, 12, 2),
        sparse("sparse_one_row", 8, 8, 8, 4, 4, 3),
        sparse("sparse_one_row_dither", 8, 8, 8, 8, 4, 2, dither="each"),
        sparse("sparse_two_rows", 8, 8, 16, 4, 4, 2, vectors=9),
        sparse("sparse_one_sweep", 3, 3, 12, 4, 3, 1, vectors=9),
        sparse("sparse_scalar", 1, 1, 5, 5, 1, 1, xw=3, ww=2),
        sparse("sparse_odd", 7, 7, 35, 10, 7, 3, xw=5, ww=3),
    ]
