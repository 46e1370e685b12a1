"""Units which move beats: queue, width, fork, concat, pad, window, AXI4-Stream."""

import random

from bench import Case, Raw, beats
from timing import Fifo, Fork, Process, Window, Wire


def data(rng, n, bits):
    return [rng.getrandbits(bits) for _ in range(n)]


def fifo(name, w, depth, block, verilator=False):
    x = data(random.Random(name), 6 * depth + 60, w)
    return Case(name, "weft_fifo", dict(W=w, DEPTH=depth, BLOCK=block), [("s", w, x)], [("m", w, x)],
                lambda: Fifo(depth), latency=1, interval=1 if depth > 1 else 2, tap=True, verilator=verilator)


def window(name, lanes, ih, iw, fold, kh, kw, sh=1, sw=1, dh=1, dw=1, depthwise=0, depth=0, bits=5,
           frames=3, verilator=False):
    rng = random.Random(name)
    oh, ow = (ih - dh * (kh - 1) - 1) // sh + 1, (iw - dw * (kw - 1) - 1) // sw + 1
    span = ((kh - 1) * dh * iw + (kw - 1) * dw + 1) * fold
    held = depth or span + ((sh - 1) * iw + sw) * fold
    frame = ih * iw * fold
    taps = [(i, j) for i in range(kh) for j in range(kw)]
    inner = [(c, i, j) for c in range(fold) for i, j in taps] if depthwise else \
            [(c, i, j) for i, j in taps for c in range(fold)]
    # Element (h, w, c) by its index in D1's order: golden data and need() from the same definition.
    at = [(h, w, ((h * sh + i * dh) * iw + w * sw + j * dw) * fold + c)
          for h in range(oh) for w in range(ow) for c, i, j in inner]
    x = data(rng, frame * frames, lanes * bits)
    y = [x[f * frame + a] for f in range(frames) for _, _, a in at]

    def need(p):
        f, s = divmod(p, len(at))
        return f * frame + at[s][2] + 1

    def limit(p):
        f, s = divmod(p, len(at))
        return f * frame + (at[s][0] * sh * iw + at[s][1] * sw) * fold + held

    return Case(
        name, "weft_window",
        dict(LANES=lanes, BITS=bits, IH=ih, IW=iw, FOLD=fold, KH=kh, KW=kw, SH=sh, SW=sw, DH=dh, DW=dw,
             DEPTHWISE=depthwise, DEPTH=depth),
        [("s", lanes * bits, x)], [("m", lanes * bits, y)], lambda: Window(need, limit),
        latency=need(0) + 1, verilator=verilator)


def reorder(name, w, counts, strides, frames=4, frame=0, base=0, verilator=False):
    """counts and strides: outermost loop first, as in flow.reorder. A frame is as many beats as are read, or `frame`."""
    start = base + sum((1 - count) * stride for count, stride in zip(counts, strides) if stride < 0)
    at = [start]
    for count, stride in zip(counts, strides):
        at = [a + i * stride for a in at for i in range(count)]
    steps = len(at)
    frame = frame or steps
    x = data(random.Random(name), frame * frames, w)
    y = [x[f * frame + a] for f in range(frames) for a in at]
    moves, inside = [], 0
    for count, stride in zip(reversed(counts), reversed(strides)):
        moves.append((stride - inside) & 0xFFFFFFFF)
        inside += (count - 1) * stride
    packed = lambda v: Raw(f"{32 * len(v)}'h{sum(n << 32 * i for i, n in enumerate(v)):x}")
    return Case(name, "weft_reorder",
                dict(W=w, FRAME=frame, LOOPS=len(counts), COUNTS=packed(counts[::-1]), MOVES=packed(moves), START=start),
                [("s", w, x)], [("m", w, y)],
                lambda: Window(lambda p: (p // steps + 1) * frame, lambda p: (p // steps + 2) * frame),
                latency=frame + 1, verilator=verilator)


def width_up(name, bits, narrow, wide, verilator=False):
    r = wide // narrow
    x = data(random.Random(name), 20 * r, narrow * bits)
    y = [sum(v << i * narrow * bits for i, v in enumerate(x[j : j + r])) for j in range(0, len(x), r)]
    return Case(name, "weft_width_up", dict(BITS=bits, IN=narrow, OUT=wide), [("s", narrow * bits, x)],
                [("m", wide * bits, y)], lambda: Process([((0,), i == r - 1) for i in range(r)], 1),
                latency=r, interval=r, verilator=verilator)


def width_down(name, bits, wide, narrow, verilator=False):
    r = wide // narrow
    x = data(random.Random(name), 20, wide * bits)
    mask = (1 << narrow * bits) - 1
    y = [v >> i * narrow * bits & mask for v in x for i in range(r)]
    return Case(name, "weft_width_down", dict(BITS=bits, IN=wide, OUT=narrow), [("s", wide * bits, x)],
                [("m", narrow * bits, y)], lambda: Process([((0,) if i == 0 else (), True) for i in range(r)], 1),
                latency=1, interval=1, verilator=verilator)


def gearbox(name, bits, taken, given, verilator=False):
    """Steps from the rule's words: one takes where fewer than a beat is held, and gives where a beat then is."""
    elements = data(random.Random(name), 12 * taken * given, bits)
    steps, held = [], 0
    for _ in range(max(taken, given)):
        takes = held < given
        held += taken * takes
        steps.append(((0,) if takes else (), held >= given))
        held -= given * (held >= given)
    assert held == 0
    return Case(name, "weft_gearbox", dict(BITS=bits, IN=taken, OUT=given), [("s", taken * bits, beats(elements, taken, bits))],
                [("m", given * bits, beats(elements, given, bits))], lambda: Process(steps, 1),
                latency=(given + taken - 1) // taken, verilator=verilator)


def fork(name, w, n, verilator=False):
    x = data(random.Random(name), 60, w)
    return Case(name, "weft_fork", dict(W=w, N=n), [("s", w, x)], [("m", w, x)] * n, Fork,
                latency=0, interval=1, stable=False, verilator=verilator)


def concat(name, w, counts, rounds=8, verilator=False):
    rng = random.Random(name)
    x = [data(rng, c * rounds, w) for c in counts]
    y = [v for r in range(rounds) for i, c in enumerate(counts) for v in x[i][r * c : (r + 1) * c]]
    packed = sum(c << 32 * i for i, c in enumerate(counts))
    return Case(name, "weft_concat", dict(W=w, N=len(counts), BEATS=Raw(f"{32 * len(counts)}'h{packed:x}")),
                [("s", w, v) for v in x], [("m", w, y)],
                lambda: Process([((i,), True) for i, c in enumerate(counts) for _ in range(c)], 1),
                latency=1, interval=1, verilator=verilator)


def pad(name, lanes, bits, ih, iw, fold, pads, value, frames=3, verilator=False):
    pt, pl, pb, pr = pads
    x = data(random.Random(name), ih * iw * fold * frames, lanes * bits)
    fill = sum((value & (1 << bits) - 1) << bits * i for i in range(lanes))
    inside = [pt <= h < pt + ih and pl <= w < pl + iw
              for h in range(pt + ih + pb) for w in range(pl + iw + pr) for _ in range(fold)]
    it = iter(x)
    y = [next(it) if i else fill for _ in range(frames) for i in inside]
    while not inside[len(y) % len(inside)]:
        y.append(fill)  # the next frame's padding does not wait for its data
    return Case(name, "weft_pad",
                dict(LANES=lanes, BITS=bits, IH=ih, IW=iw, FOLD=fold, PT=pt, PL=pl, PB=pb, PR=pr, VALUE=value),
                [("s", lanes * bits, x)], [("m", lanes * bits, y)],
                lambda: Process([((0,) if i else (), True) for i in inside], 1), latency=1, verilator=verilator)


def slice_(name, w, ih, iw, fold, box, frames=3, verilator=False):
    h0, h1, w0, w1, f0, f1 = box
    x = data(random.Random(name), ih * iw * fold * frames, w)
    inside = [h0 <= h < h1 and w0 <= c < w1 and f0 <= f < f1
              for h in range(ih) for c in range(iw) for f in range(fold)]
    y = [v for i, v in enumerate(x) if inside[i % len(inside)]]
    return Case(name, "weft_slice", dict(W=w, IH=ih, IW=iw, FOLD=fold, H0=h0, H1=h1, W0=w0, W1=w1, F0=f0, F1=f1),
                [("s", w, x)], [("m", w, y)], lambda: Process([((0,), i) for i in inside], 1),
                latency=inside.index(True) + 1, verilator=verilator)


def axis_in(name, w, frame, wrong=None, frames=4, verilator=False):
    """A beat carries TLAST above the data; the output has frame_error there."""
    t = (w + 7) // 8 * 8
    d = data(random.Random(name), frame * frames, w)
    ends = [i % frame == frame - 1 for i in range(len(d))]
    if wrong is not None:
        ends[wrong] = not ends[wrong]
    x = [v | e << t for v, e in zip(d, ends)]
    y = [v | (wrong is not None and i > wrong) << w for i, v in enumerate(d)]
    return Case(name, "weft_axis_in", dict(W=w, FRAME=frame), [("s", t + 1, x)], [("m", w + 1, y)], Wire,
                ports=dict(s_axis_tdata=f"source0_d[{t - 1}:0]", s_axis_tlast=f"source0_d[{t}]",
                           s_axis_tvalid="source0_v", s_axis_tready="source0_r", m_data=f"sink0_d[{w - 1}:0]",
                           frame_error=f"sink0_d[{w}]", m_valid="sink0_v", m_ready="sink0_r"),
                latency=0, interval=1, verilator=verilator)


def axis_out(name, w, frame, frames=4, verilator=False):
    t = (w + 7) // 8 * 8
    x = data(random.Random(name), frame * frames, w)
    y = [v | (i % frame == frame - 1) << t for i, v in enumerate(x)]
    return Case(name, "weft_axis_out", dict(W=w, FRAME=frame), [("s", w, x)], [("m", t + 1, y)], Wire,
                ports=dict(s_data="source0_d", s_valid="source0_v", s_ready="source0_r",
                           m_axis_tdata=f"sink0_d[{t - 1}:0]", m_axis_tlast=f"sink0_d[{t}]",
                           m_axis_tvalid="sink0_v", m_axis_tready="sink0_r"),
                latency=0, interval=1, verilator=verilator)


def cases():
    return [
        width_up("width_up_4", 3, 2, 8, verilator=True),
        width_up("width_up_3", 8, 1, 3),
        width_up("width_up_same", 5, 2, 2),
        width_down("width_down_4", 3, 8, 2, verilator=True),
        width_down("width_down_3", 8, 3, 1),
        width_down("width_down_same", 5, 2, 2),
        gearbox("gearbox_8_5", 8, 8, 5, verilator=True),
        gearbox("gearbox_5_8", 8, 5, 8, verilator=True),
        gearbox("gearbox_3_2", 1, 3, 2),
        gearbox("gearbox_2_3", 7, 2, 3),
        gearbox("gearbox_2_17", 3, 2, 17),
        gearbox("gearbox_17_2", 3, 17, 2),
        fork("fork_2", 9, 2, verilator=True),
        fork("fork_5", 4, 5),
        fork("fork_1", 4, 1),
        concat("concat_2", 6, [3, 1], verilator=True),
        concat("concat_4", 11, [1, 4, 2, 1]),
        concat("concat_1", 4, [2]),
        pad("pad_same", 2, 4, 4, 5, 2, (1, 1, 1, 1), -3, verilator=True),
        pad("pad_uneven", 1, 8, 3, 4, 1, (0, 2, 1, 0), 200),
        pad("pad_none", 3, 2, 3, 3, 1, (0, 0, 0, 0), 0),
        pad("pad_1d", 1, 5, 1, 6, 3, (0, 3, 0, 1), 7),
        slice_("slice_crop", 7, 5, 6, 2, (1, 4, 0, 5, 0, 2), verilator=True),
        slice_("slice_channels", 4, 3, 3, 5, (0, 3, 0, 3, 2, 4)),
        axis_in("axis_in_9", 9, 5, verilator=True),
        axis_in("axis_in_early", 16, 4, wrong=5),
        axis_in("axis_in_missing", 3, 3, wrong=5),
        axis_in("axis_in_one", 8, 1),
        axis_out("axis_out_9", 9, 5, verilator=True),
        axis_out("axis_out_one", 8, 1),
        fifo("fifo_2", 8, 2, 0),
        fifo("fifo_1", 5, 1, 0),
        fifo("fifo_5", 13, 5, 0, verilator=True),
        fifo("fifo_block_2", 4, 2, 1),
        fifo("fifo_block_7", 9, 7, 1, verilator=True),
        fifo("fifo_block_100", 33, 100, 1),
        window("window_3x3", 2, 6, 7, 2, 3, 3, verilator=True),
        window("window_3x3_depthwise", 2, 6, 7, 3, 3, 3, depthwise=1, verilator=True),
        window("window_stride2", 1, 7, 7, 2, 3, 3, sh=2, sw=2),
        window("window_stride_drop", 1, 8, 8, 1, 3, 3, sh=2, sw=2),
        window("window_pool2", 3, 6, 6, 2, 2, 2, sh=2, sw=2, depthwise=1),
        window("window_dilated", 1, 9, 8, 1, 3, 3, dh=2, dw=3),
        window("window_1d", 4, 1, 20, 2, 1, 5, sw=2),
        window("window_1d_dilated", 1, 1, 16, 1, 1, 3, dw=4),
        window("window_rect", 1, 5, 6, 3, 2, 4, sh=3, sw=1, depthwise=1),
        window("window_1x1_stride", 2, 7, 6, 2, 1, 1, sh=3, sw=2),
        window("window_global", 1, 4, 4, 2, 4, 4, depthwise=1, frames=5),
        window("window_identity", 1, 3, 3, 1, 1, 1, frames=5),
        window("window_tight", 1, 6, 5, 2, 3, 3, depth=26),
        window("window_deep", 1, 6, 5, 2, 3, 3, depth=61, sh=2),
        reorder("reorder_transpose", 9, [5, 3], [1, 5], verilator=True),
        reorder("reorder_runs", 4, [3, 4, 2], [2, 6, 1]),
        reorder("reorder_four_loops", 7, [2, 3, 2, 2], [2, 8, 4, 1], verilator=True),
        reorder("reorder_backward", 6, [4, 3], [-3, 1], verilator=True),
        reorder("reorder_mirrored", 6, [2, 5, 3], [15, -3, -1]),
        reorder("reorder_one_beat", 5, [1], [1], frames=9),
        reorder("reorder_identity", 5, [7], [1]),
        reorder("reorder_repeat", 6, [2, 2, 3, 2, 2], [6, 0, 2, 0, 1], frame=12, verilator=True),
        reorder("reorder_select", 6, [2, 3], [-5, 1], frame=11, base=2, verilator=True),
    ]
