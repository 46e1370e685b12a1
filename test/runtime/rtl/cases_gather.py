"""Matrix-vector unit with lists of inputs (A11b), from the lists and not from the RTL."""

import random

from bench import Case, Raw, beats, pack
from cases_mac import tree, values, weight_words
from cases_weights import table_words
from timing import Banks


def ragged(name, simd, pe, k, n, edges, share=1, load=1, gw=2, empty=(), xw=8, ws=1, ww=8, entries=0, groups=1, vectors=4, verilator=False):
    """Up to `edges` of k inputs count, more or less for each list, with gaps of gw bits; the outputs in `empty` have no edges."""
    rng = random.Random(name)
    escape, accw, sets = (1 << gw) - 1, xw + ww + k.bit_length() + 2, max(1, pe // share)
    lists = []
    for g in range(n // share):
        alive = any(o not in empty for o in range(g * share, g * share + share))
        lists.append(sorted(rng.sample(range(k), rng.randint(1, edges))) if alive else [])
    book = [values(rng, entries, ww, ws) for _ in range(groups)]
    code = [[rng.randrange(entries or 1) for _ in lists[o // share]] if o not in empty else [] for o in range(n)]
    w = [[book[o * groups // n][c] for c in code[o]] if entries else values(rng, len(code[o]), ww, ws) for o in range(n)]
    b = values(rng, n, accw - 3, 1)
    x = [values(rng, k, xw, 1) for _ in range(vectors)]
    y = [sum(v[i] * a for i, a in zip(lists[o // share], w[o])) + b[o] for v in x for o in range(n)]

    # A list as (gap, place in it) with escapes; a memory takes its part of them from the first that is no escape on.
    parts, steps = [], []
    for g in range(0, len(lists), sets):
        chains = []
        for inputs in lists[g : g + sets]:
            chain, at = [], 0
            for place, i in enumerate(inputs):
                chain += [(escape, None)] * ((i - at) // escape) + [((i - at) % escape, place)]
                at = i + 1
            chains.append(chain)
        each = max(1, max(-(-len(c) // simd) for c in chains))
        steps.append(each)
        for chain in chains:
            for s in range(simd):
                part = chain[s * each : s * each + each]
                while part and part[0][1] is None:
                    part = part[1:]
                parts.append(part + [(escape, None)] * (each - len(part)))
    input_of = lambda part, place: lists[part // simd][place]
    used = lambda s: [input_of(i, p) // load for i in range(s, len(parts), simd) for _, p in parts[i] if p is not None]
    first = [min(used(s), default=0) for s in range(simd)]
    depth = max([max(used(s)) - first[s] + 1 for s in range(simd) if used(s)])
    bits = max(1, (depth * load).bit_length())
    start = lambda i: depth * load if parts[i][0][1] is None else input_of(i, parts[i][0][1]) - first[i % simd] * load
    lanes = sets * simd
    side = [range(a, a + lanes) for a in range(0, len(parts), lanes)]
    starts = [pack([start(i) for i in row], bits) for row in side]
    gaps = [pack([parts[i][t + 1][0] if t + 1 < each else 0 for i in row], gw) for row, each in zip(side, steps) for t in range(each)]
    tw = max(1, (max(steps) - 1).bit_length())
    per, counts, pattern, ew = n // pe // len(steps), [], [], (entries - 1).bit_length() if entries else ww
    words, rows = [[] for _ in range(lanes)], pe // sets  # of each memory, and of a word
    for f in range(n // pe):
        outputs, each = range(f * pe, f * pe + pe), steps[f // per]
        idle = all(o in empty for o in outputs)
        counts.append(each - 1 | idle << tw)
        pattern.append(1 if idle else each)
        for t in range(pattern[-1]):
            for i in range(lanes):
                mine = outputs[i // simd * rows : (i // simd + 1) * rows]
                place = parts[mine[0] // share * simd + i % simd][t][1]
                if place is not None and not idle:
                    words[i].append(pack([0 if o in empty else (code if entries else w)[o][place] for o in mine], ew))
    words = [memory or [0] for memory in words]
    params = dict(SIMD=simd, PE=pe, K=k, N=n, E=max(steps) * simd, SHARE=share, LOAD=load, DEPTH=depth, GW=gw, XW=xw, X_SIGNED=1, WW=ww, W_SIGNED=ws,
                  ACCW=accw, RAGGED=1, GAP_WORDS=len(gaps))
    packed = lambda numbers: Raw("{" + ", ".join(f"32'd{i}" for i in reversed(numbers)) + "}")
    params.update(FIRST=packed(first), WORDS=packed([len(memory) for memory in words]))
    roms = dict(WEIGHTS=(rows * ew, words), BIAS=(pe * accw, beats(b, pe, accw)), STARTS=(lanes * bits, starts), COUNTS=(tw + 1, counts))
    if max(steps) > 1:
        roms["GAPS"] = (lanes * gw, gaps)
    if entries:
        params.update(DECODER=1, EW=ew, ENTRIES=entries, GROUPS=groups)
        roms["TABLE"] = (max(1, pe * groups // n) * entries * ww, table_words(book, pe, n, 1, ww))
    return Case(
        name, "weft_mvu_gather", params, [("s", load * xw, beats(sum(x, []), load, xw))], [("m", pe * accw, beats(y, pe, accw))],
        lambda: Banks(k // load, pattern, 4 + (entries > 0) + tree(simd)), roms=roms, verilator=verilator)


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
        lambda: Banks(k // load, [steps] * (n // pe), d), roms=roms, verilator=verilator)


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
        ragged("gather_ragged", 3, 1, 40, 7, 12, gw=2, verilator=True),
        ragged("gather_ragged_codes", 2, 2, 24, 8, 10, share=4, load=2, gw=3, entries=5, groups=2, empty=(0, 1, 4, 5, 6, 7), verilator=True),
        ragged("gather_ragged_empty", 4, 1, 16, 6, 9, share=3, load=4, gw=1, empty=(0, 2, 3, 4, 5)),
        ragged("gather_ragged_last", 2, 1, 16, 4, 8, share=2, gw=2, empty=(1, 3)),
        ragged("gather_ragged_sets", 2, 4, 20, 12, 8, share=2, load=2, gw=2, empty=(0, 1, 2, 3)),
        ragged("gather_ragged_one_step", 9, 2, 18, 4, 7, load=2, gw=2),
    ]
