#!/usr/bin/env python3
"""Writes recurrent.npz beside it: LSTM, GRU and RNN of PyTorch, what PyTorch lacks by numpy, and rule A19 in Python's integers.
Arrays are named <case>.<operand>; needs python3-torch."""
import os
import random
import sys

import numpy as np
import torch

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../../../../runtime/rtl"))
from cases_recurrent import GATES, Cell, clamp  # noqa: E402

torch.manual_seed(7)
rng = np.random.default_rng(7)
golden = {}
# Places of ONNX's gates among PyTorch's.
ORDER = {"lstm": (0, 3, 1, 2), "gru": (1, 0, 2), "rnn": (0,)}


def save(case, **arrays):
    for name, value in arrays.items():
        golden[f"{case}.{name}"] = np.asarray(value)


def reordered(kind, tensor, hidden):
    a = tensor.detach().double().numpy()
    return np.concatenate([a[g * hidden:(g + 1) * hidden] for g in ORDER[kind]])


def torch_case(kind, n=3, t=5, inputs=4, hidden=6):
    """Both directions of a bidirectional layer with initial states and lengths."""
    layer = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU, "rnn": torch.nn.RNN}[kind](inputs, hidden, batch_first=True, bidirectional=True).double()
    x = torch.randn(n, t, inputs, dtype=torch.float64)
    h0, c0 = torch.randn(2, n, hidden, dtype=torch.float64) / 2, torch.randn(2, n, hidden, dtype=torch.float64)
    lengths = torch.tensor([5, 2, 4])
    packed = torch.nn.utils.rnn.pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
    y, end = layer(packed, (h0, c0) if kind == "lstm" else h0)
    y = torch.nn.utils.rnn.pad_packed_sequence(y, batch_first=True, total_length=t)[0]
    end_h, end_c = end if kind == "lstm" else (end, c0)
    for d, suffix in enumerate(("", "_reverse")):
        w, r, bw, br = (reordered(kind, getattr(layer, f"{name}_l0{suffix}"), hidden) for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"))
        save(kind + suffix, x=x.numpy() @ w.T + bw, r=r, b=br, h=h0[d].numpy(), c=c0[d].numpy(), lengths=lengths.numpy(),
             y=y[:, :, d * hidden:(d + 1) * hidden].detach().numpy(), end_h=end_h[d].detach().numpy(), end_c=end_c[d].detach().numpy())


def sigmoid(v):
    return 1 / (1 + np.exp(-v))


def lstm_extras(n=2, t=4, hidden=3, clip=0.7):
    """Peepholes, coupled gates, a clip, other functions: the formulas of ONNX's LSTM."""
    x, r, b, p = rng.normal(size=(n, t, 4 * hidden)), rng.normal(size=(4 * hidden, hidden)), rng.normal(size=4 * hidden), rng.normal(size=3 * hidden)

    def run(peep, coupled, clip, f=sigmoid, g=np.tanh, out=np.tanh):
        h, c, y = np.zeros((n, hidden)), np.zeros((n, hidden)), []
        bound = (lambda v: np.clip(v, -clip, clip)) if clip else (lambda v: v)
        for s in range(t):
            i, o, forget, z = np.split(x[:, s] + h @ r.T + b, 4, axis=1)
            pi, po, pf = np.split(peep, 3)
            i = f(bound(i + pi * c))
            forget = 1 - i if coupled else f(bound(forget + pf * c))
            c = forget * c + i * g(bound(z))
            h = f(bound(o + po * c)) * out(bound(c))
            y.append(np.concatenate([h, c], axis=1))
        return np.stack(y, axis=1)

    save("lstm_extras", x=x, r=r, b=b, p=p, peepholes=run(p, False, 0), coupled=run(0 * p, True, 0), clipped=run(p, False, clip),
         functions=run(0 * p, False, 0, lambda v: np.clip(0.2 * v + 0.5, 0, 1), lambda v: v / (1 + np.abs(v)), lambda v: np.maximum(v, 0)))


def gru_before(n=2, t=4, hidden=3):
    """A reset before the product (linear_before_reset = 0)."""
    x, r, b, h, y = rng.normal(size=(n, t, 3 * hidden)), rng.normal(size=(3 * hidden, hidden)), rng.normal(size=3 * hidden), np.zeros((n, hidden)), []
    for s in range(t):
        xz, xr, xh = np.split(x[:, s], 3, axis=1)
        (rz, rr, rh), (bz, br, bh) = np.split(r, 3), np.split(b, 3)
        z, reset = sigmoid(xz + h @ rz.T + bz), sigmoid(xr + h @ rr.T + br)
        h = (1 - z) * np.tanh(xh + (reset * h) @ rh.T + bh) + z * h
        y.append(h)
    save("gru_before", x=x, r=r, b=b, y=np.stack(y, axis=1))


def integers(kind, hidden, gate_bits, code_bits, fractions, n=2, t=6, name=None, initial=False, peepholes=False, **more):
    random.seed(kind)
    rows = GATES[kind] * hidden
    r = rng.integers(-128, 128, (rows, hidden))
    b, m, shift = rng.integers(-9999, 9999, rows), rng.integers(1 << 15, 1 << 16, rows), rng.integers(19, 27, rows)
    if initial:
        bound = 1 << code_bits - 1
        more["initial"] = (rng.integers(-bound, bound, hidden).tolist(), rng.integers(-(1 << 15), 1 << 15, hidden).tolist())
    if peepholes:
        more.update(peepholes=rng.integers(-(1 << 15), 1 << 15, 3 * hidden).tolist(), peephole_fraction=13)
    cell = Cell(kind, hidden, gate_bits, code_bits, fractions, r.tolist(), b.tolist(), m.tolist(), shift.tolist(), **more)
    x = [[[clamp(int(v), gate_bits) for v in rng.normal(size=rows, scale=1.5 * 2**fractions[0])] for _ in range(t)] for _ in range(n)]
    save("int_" + (name or kind), p=cell.peepholes, h=cell.initial[0], s=cell.initial[1], x=x, r=r, b=b, m=m, n=shift, sigmoid=cell.sigmoid, tanh=cell.tanh, fractions=fractions, y=[cell.run(s) for s in x])


for kind in GATES:
    torch_case(kind)
lstm_extras()
gru_before()
integers("lstm", 7, 10, 8, (6, 11, 7))
integers("gru", 5, 10, 8, (6, 10, 7))
integers("rnn", 4, 8, 12, (5, 5, 11))
integers("lstm", 5, 10, 8, (6, 10, 7), name="peepholes", initial=True, peepholes=True)
integers("lstm", 4, 10, 8, (6, 12, 7), name="coupled", peepholes=True, input_forget=True)
integers("gru", 5, 10, 12, (6, 10, 11), name="reset_first", initial=True, reset_first=True)
np.savez_compressed(os.path.join(HERE, "recurrent.npz"), **golden)
