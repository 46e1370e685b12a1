"""Units which move beats: queue, width, fork, concat, pad, window, AXI4-Stream."""

import random

from bench import Case, beats
from cases_mac import values
from timing import Fifo, Window


def data(rng, n, bits):
    return [rng.getrandbits(bits) for _ in range(n)]


def fifo(name, w, depth, block, verilator=False):
    x = data(random.Random(name), 6 * depth + 60, w)
    return Case(name, "weft_fifo", dict(W=w, DEPTH=depth, BLOCK=block), [("s", w, x)], [("m", w, x)],
                lambda: Fifo(depth), latency=1, interval=1 if depth > 1 else 2, verilator=verilator)


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


def cases():
    return [
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
    ]
