#!/usr/bin/env python3
"""Writes golden.npz beside it: operators computed by numpy and by Python's unbounded integers, written apart from
runtime/reference so that the two can be compared. Arrays are named <case>.<operand>; `y` is the result."""
import itertools
import math
import os

import numpy as np

rng = np.random.default_rng(2022)
golden = {}


def save(case, **arrays):
    for name, value in arrays.items():
        golden[f"{case}.{name}"] = np.asarray(value)


def windows(shape, kernel, strides, begin, end, dilations):
    """For each output position: the list of (tap, input position or None for padding)."""
    out = [(n + b + e - d * (k - 1) - 1) // s + 1
           for n, k, s, b, e, d in zip(shape, kernel, strides, begin, end, dilations)]
    for position in itertools.product(*map(range, out)):
        taps = []
        for tap in itertools.product(*map(range, kernel)):
            at = tuple(p * s + t * d - b for p, s, t, d, b in zip(position, strides, tap, dilations, begin))
            taps.append((tap, at if all(0 <= a < n for a, n in zip(at, shape)) else None))
        yield out, position, taps


def conv(x, w, b, groups, pad, strides, begin, end, dilations, dtype):
    per, y = w.shape[0] // groups, None
    for out, position, taps in windows(x.shape[2:], w.shape[2:], strides, begin, end, dilations):
        if y is None:
            y = np.zeros((x.shape[0], w.shape[0], *out), dtype)
        for n, o in itertools.product(range(x.shape[0]), range(w.shape[0])):
            total = b[o].item()
            for c in range(w.shape[1]):
                for tap, at in taps:
                    value = pad if at is None else x[(n, o // per * w.shape[1] + c, *at)].item()
                    total += w[(o, c, *tap)].item() * value
            y[(n, o, *position)] = total
    return y


def convs():
    attributes = dict(strides=[2, 1], begin=[1, 0], end=[2, 3], dilations=[1, 2])
    x = rng.integers(0, 256, (2, 4, 7, 5))
    w = rng.integers(-128, 128, (6, 2, 3, 2))
    b = rng.integers(-9999, 9999, 6)
    save("conv_int", x=x, w=w, b=b, y=conv(x, w, b, 2, 3, dtype="i8", **attributes), **attributes)
    x, w, b = (a.astype("f4") / 64 for a in (x, w, b))
    save("conv_float", x=x, w=w, b=b, y=conv(x, w, b, 2, 0, dtype="f8", **attributes), **attributes)
    for name, rank in (("conv_1d", 1), ("conv_3d", 3)):
        attributes = dict(strides=[1, 2, 2][:rank], begin=[2, 0, 1][:rank], end=[0, 1, 1][:rank], dilations=[1] * rank)
        x, w, b = rng.normal(size=(1, 3, *[5] * rank)), rng.normal(size=(2, 3, *[3] * rank)), rng.normal(size=2)
        save(name, x=x, w=w, b=b, y=conv(x, w, b, 1, 0, dtype="f8", **attributes), **attributes)


def pools():
    attributes = dict(kernel=[3, 2], strides=[2, 2], begin=[1, 1], end=[1, 0], dilations=[1, 2])
    x = rng.integers(-128, 128, (2, 3, 6, 7))
    results = {"max": [], "sum": [], "average": [], "average_padded": []}
    for n, c in itertools.product(range(2), range(3)):
        for out, _, taps in windows(x.shape[2:], *attributes.values()):
            inside = [x[(n, c, *at)].item() for _, at in taps if at is not None]
            results["max"].append(max(inside))
            results["sum"].append(sum(inside) + 5 * (len(taps) - len(inside)))
            results["average"].append(sum(inside) / len(inside))
            results["average_padded"].append(sum(inside) / len(taps))
    shape = (2, 3, *out)
    save("pool", x=x, **attributes, **{k: np.reshape(v, shape) for k, v in results.items()})


def linears():
    # Products of 45 and 30 bits: partial sums leave 64 bits, the results (nearly) cancel.
    x = rng.integers(-2**45, 2**45, (3, 16))
    w = rng.integers(-2**30, 2**30, (2, 16))
    x[:, 1::2], w[:, 1::2] = x[:, ::2], -w[:, ::2]
    b = rng.integers(-2**40, 2**40, 2)
    y = [[sum(int(a) * int(c) for a, c in zip(r, o)) + int(bias) for o, bias in zip(w, b)] for r in x]
    save("linear_wide", x=x, w=w, b=b, y=np.array(y, "i8"))
    x, w, b = rng.normal(size=(2, 3, 37)).astype("f4"), rng.normal(size=(5, 37)).astype("f4"), rng.normal(size=5).astype("f4")
    save("linear_float", x=x, w=w, b=b, y=x.astype("f8") @ w.T.astype("f8") + b)
    a, b = rng.normal(size=(2, 1, 3, 4)), rng.normal(size=(5, 4, 2))
    save("matmul", a=a, b=b, y=a @ b)


def quantizes():
    special = [0.0, -0.0, 0.5, 1.5, 2.5, -0.5, -1.5, 0.25, 0.75, 1e30, -1e30, np.inf, -np.inf, np.nan, 126.5, 127.5, -128.5, -129]
    x = np.concatenate([np.array(special, "f4"), rng.normal(scale=60, size=200).astype("f4")])
    for bits, signed, zero, scale in [(8, 1, 0, 1.0), (8, 0, 128, 0.5), (4, 1, -3, 7.3), (2, 0, 1, 0.1), (16, 1, 100, 1 / 3), (1, 0, 0, 1.0)]:
        lo, hi = (-2**(bits - 1), 2**(bits - 1) - 1) if signed else (0, 2**bits - 1)
        scaled = (x / np.float32(scale)).astype("f8")
        q = np.clip(np.rint(np.nan_to_num(scaled, nan=-1e40)) + zero, lo, hi).astype("i8")
        save(f"quantize_{bits}_{signed}", x=x, scale=np.float32(scale), zero=zero, q=q,
             y=(np.float32(scale) * (q - zero).astype("f4")).astype("f4"))


def requantizes():
    acc = np.concatenate([np.array([0, 1, -1, 2**31 - 1, -2**31, 2**40, -2**40]), rng.integers(-2**20, 2**20, 89)]).reshape(2, 3, 16)
    m, n = np.array([1, 40000, 65535]), np.array([0, 17, 31])
    # floor(v/2^n + 1/2) with unbounded integers; n = 0 adds nothing.
    half = lambda v, n: v if n == 0 else (2 * v + 2**n) // 2**(n + 1)
    y = [[[min(max(half(int(a) * int(m[c]), int(n[c])) - 3, -100), 90) for a in acc[i, c]] for c in range(3)] for i in range(2)]
    save("requantize", acc=acc, m=m, n=n, y=y)
    b = rng.integers(-2**20, 2**20, acc.shape)
    y = [min(max(half(int(p) * -77 + int(q) * 12345 + 99, 14) + 5, 0), 255) for p, q in zip(acc.flat, b.flat)]
    save("qadd", a=acc, b=b, y=np.reshape(y, acc.shape))
    t = np.sort(rng.integers(-1000, 1000, (3, 15)), axis=1)
    t[1, 4:8] = t[1, 4]
    x = rng.integers(-1200, 1200, (2, 3, 40))
    x[0, :, :15] = t
    y = np.stack([[np.searchsorted(t[c], x[i, c], side="right") for c in range(3)] for i in range(2)]) - 8
    save("threshold", x=x, t=t, y=y)


def elementwise():
    x = np.concatenate([np.linspace(-8, 8, 65), [-100.0, 100.0, 0.5, 1.5, -2.5]])
    sigmoid, softplus = 1 / (1 + np.exp(-x)), np.logaddexp(0, x)
    erf = np.vectorize(math.erf)
    elu = lambda a: np.where(x < 0, a * np.expm1(np.minimum(x, 0)), x)
    functions = dict(
        relu=np.maximum(x, 0), sigmoid=sigmoid, tanh=np.tanh(x), exp=np.exp(x), neg=-x, abs=np.abs(x), erf=erf(x),
        floor=np.floor(x), ceil=np.ceil(x), round=np.rint(x), sign=np.sign(x), leaky_relu=np.where(x < 0, 0.3 * x, x),
        elu=elu(0.3), selu=0.7 * elu(0.3), hard_sigmoid=np.clip(0.3 * x + 0.7, 0, 1),
        hard_swish=x * np.clip(x / 6 + 0.5, 0, 1), softplus=softplus, softsign=x / (1 + np.abs(x)), sin=np.sin(x),
        cos=np.cos(x), thresholded_relu=np.where(x > 0.3, x, 0),
        celu=np.maximum(x, 0) + np.minimum(0, 0.3 * np.expm1(np.minimum(x, 0) / 0.3)), mish=x * np.tanh(softplus))
    save("unary", x=x, gelu=0.5 * x * (1 + erf(x / np.sqrt(2))),
         gelu_tanh=0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))), **functions)
    p = np.abs(x) + 0.1
    save("unary_positive", x=p, log=np.log(p), sqrt=np.sqrt(p), reciprocal=1 / p)
    a, b = rng.normal(size=(3, 1, 5)), rng.normal(size=(4, 1))
    save("binary", a=a, b=b, add=a + b, sub=a - b, mul=a * b, div=a / b, max=np.maximum(a, b), min=np.minimum(a, b),
         pow=np.abs(a)**b, prelu=np.where(a < 0, a * b, a), mod=np.fmod(a, b), less=a < b, greater_equal=a >= b)
    a, b = rng.integers(-20, 20, (2, 30)), rng.integers(1, 7, 30) * rng.choice([-1, 1], 30)
    save("binary_int", a=a, b=b, mod=np.fmod(a, b), div=np.trunc(a / b).astype("i8"), mul=a * b)
    h = np.concatenate([rng.normal(size=500, scale=s) for s in (1, 1e-6, 1e5, 3e-8)]).astype("f4")
    save("half", x=h, y=h.astype("f2"))


def reductions():
    x = rng.normal(size=(2, 3, 4, 5))
    axes = (1, 3)
    positive = np.abs(x)
    save("reduce", x=x, sum=x.sum(axes), mean=x.mean(axes), max=x.max(axes), min=x.min(axes), prod=x.prod(axes),
         sum_square=(x * x).sum(axes), l1=positive.sum(axes), l2=np.sqrt((x * x).sum(axes)),
         log_sum_exp=np.log(np.exp(x).sum(axes)), argmax=x.argmax(2), argmin=x.argmin(2),
         softmax=np.exp(x) / np.exp(x).sum(1, keepdims=True))


def shapes():
    x = np.arange(24).reshape(2, 3, 4)
    save("shape", x=x, transpose=x.transpose(2, 0, 1), concat=np.concatenate([x, x[:, :1]], 1), slice=x[:, 2:0:-1, 1:4:2],
         gather=np.take(x, [[0, -1], [1, 1]], 1), broadcast=np.broadcast_to(x[:, :1], (2, 2, 3, 4)),
         **{f"pad_{mode}": np.pad(x, ((0, 1), (2, 1), (3, 2)), mode) for mode in ("reflect", "edge", "wrap")},
         pad_constant=np.pad(x, ((0, 1), (2, 1), (3, 2)), constant_values=7))


def angles():
    x = rng.uniform(-0.99, 0.99, 40)
    save("unary_inner", x=x, acos=np.arccos(x), asin=np.arcsin(x), atanh=np.arctanh(x))
    x = rng.normal(size=40, scale=3)
    save("unary_any", x=x, asinh=np.arcsinh(x), atan=np.arctan(x), cosh=np.cosh(x), sinh=np.sinh(x), tan=np.tan(x))
    x = 1 + np.abs(rng.normal(size=40, scale=3))
    save("unary_outer", x=x, acosh=np.arccosh(x))
    a, b = rng.integers(0, 256, (3, 1, 5)), rng.integers(0, 256, (4, 1))
    n = b % 10
    save("bitwise", a=a, b=b, n=n, bitwise_and=a & b, bitwise_or=a | b, bitwise_xor=a ^ b, bitwise_not=255 - a,
         shift_left=(a << n) & 255, shift_right=a >> n)
    a, b = rng.integers(-20, 20, (2, 30)), rng.integers(1, 7, 30) * rng.choice([-1, 1], 30)
    save("floor_mod", a=a, b=b, y=np.mod(a, b))


def indexing():
    x = rng.integers(0, 9, (3, 4, 5))
    tuples = np.array([[2, -1], [0, 0], [2, -1]])
    save("gather_nd", x=x, i=tuples, y=x[tuples[:, 0], tuples[:, 1]])
    along = rng.integers(-5, 5, (3, 4, 2))
    save("gather_batch", x=x, i=along[..., None], y=np.take_along_axis(x, along, 2))
    updates = rng.integers(0, 9, (3, 5))
    for kind, apply in (("replace", lambda old, new: new), ("add", np.add), ("mul", np.multiply), ("max", np.maximum), ("min", np.minimum)):
        y = x.copy()
        for place, update in zip(tuples, updates):
            y[tuple(place)] = apply(y[tuple(place)], update)
        save(f"scatter_{kind}", x=x, i=tuples, u=updates, y=y)
    save("sort", x=x, least=np.argsort(x, 1, kind="stable"), greatest=np.argsort(-x, 1, kind="stable")[:, :3])
    save("scan", x=x, sum=np.cumsum(x, 1), prod=np.cumprod(x, 2), reverse=np.cumsum(x[:, ::-1], 1)[:, ::-1],
         exclusive=np.cumsum(x, 1) - x)


def products():
    a, b = rng.integers(-128, 128, (2, 3, 4, 5)), rng.integers(-128, 128, (2, 3, 1, 1))
    a[0, 0, 0, :2], b[0, 0] = [-128, 127], -128
    save("qmul", a=a.astype("i1"), b=b.astype("i1"), y=(a - 100) * (b - 120))


for write in (convs, pools, linears, quantizes, requantizes, elementwise, reductions, shapes, angles, indexing, products):
    write()
np.savez_compressed(os.path.join(os.path.dirname(os.path.abspath(__file__)), "golden.npz"), **golden)
