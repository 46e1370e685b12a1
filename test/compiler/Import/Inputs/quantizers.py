"""Inputs for quantizers.onnxtext, and what its outputs are by the definitions of ONNX, onnxruntime, QONNX, FINN and MCT, in numpy.

    quantizers.py <folder>          writes x.npy and image.npy
    quantizers.py <folder> <out>    compares the outputs in <out>; prints the names of those that agree
"""
import sys

import numpy as np

F = np.float32
rng = np.random.default_rng(7)
x = rng.standard_normal((4, 6)).astype(F)
image = rng.standard_normal((2, 4, 3, 3)).astype(F)
w = np.array([(k + 1) * (1 - k % 2 * 2) for k in range(18)]).reshape(6, 3)
t6 = np.array([-1, 0, 1, -0.5, 0, 0.5, 0, 0, 0, -2, -1, 0, 0, 1, 2, 0.1, 0.2, 0.3], F).reshape(6, 3)
kernel = np.concatenate([np.arange(1, 17), -np.arange(1, 17)]).reshape(2, 4, 2, 2)


def codes(x, scale, zero, lo, hi):
    return np.clip(np.round(x / F(scale)) + zero, lo, hi)


def fake(x, scale, zero, lo, hi):
    return ((codes(x, scale, zero, lo, hi) - zero) * F(scale)).astype(F)


def real(q, scale, zero):
    return ((q - zero) * F(scale)).astype(F)


def dynamic(x):
    lo, hi = min(x.min(), F(0)), max(x.max(), F(0))
    scale = F((hi - lo) / F(255))
    zero = np.clip(np.round((F(0) - lo) / scale), 0, 255)
    return np.clip(np.round(x / scale) + zero, 0, 255), scale, zero


def expected():
    xs, xz, ys, yz = F(0.02), 128, F(0.03), 100
    u, i = codes(x, xs, xz, 0, 255), codes(image, xs, xz, 0, 255)
    q, qs, qz = dynamic(x)
    blocks_scale = np.repeat(np.arange(1, 9).reshape(4, 2).astype(F) / F(10), 3, axis=1)
    blocks_zero = np.repeat(np.array([0, 1, 2, 3, 0, -1, -2, -3]).reshape(4, 2), 3, axis=1)
    unsigned_scale = np.array([0.1, 0.2, 0.3, 0.4, 0.5, 0.6], F)
    uniform_scale = F((F(1.1) + F(0.7)) / 15)
    return {
        "narrow": fake(x, 0.3, 0, -3, 3),
        "unsigned": ((np.clip(np.round(x / unsigned_scale) + 3, 0, 15) - 3) * unsigned_scale).astype(F),
        "bipolar": np.where(x >= 0, F(0.5), F(-0.5)),
        "trunc": np.floor(codes(x, 0.01, 0, -128, 127) / 4) * F(0.01),
        "global": 2 * (x[..., None] >= np.array([-0.5, 0.25], F)).sum(-1) - 1,
        "each": F(0.5) * (x[..., None] >= t6).sum(-1).astype(F) + F(0.3),
        "uniform": fake(x, uniform_scale, np.round(F(0.7) / uniform_scale), 0, 15),
        "dynamic": ((q - qz) @ (w - np.array([1, 0, -1]))).astype(F) * qs,
        "fused": ((q - qz) @ (w - 2)).astype(F) * qs * xs,
        "pool": codes(average(real(i, xs, xz)), ys, yz, 0, 255),
        "sigmoid": codes((1 / (1 + np.exp(-real(u, xs, xz)))).astype(F), ys, yz, 0, 255),
        "concat": codes(np.concatenate([real(u, xs, xz), real(u, ys, yz)], 1), 0.05, -3, -128, 127),
        "conv": correlate(i - xz, kernel),
        "blocks": ((np.clip(np.round(x / blocks_scale) + blocks_zero, -128, 127) - blocks_zero) * blocks_scale).astype(F),
        "gemm": codes(((u - xz) @ w + np.array([100, -50, 7])) * (xs * F(0.2)), ys, yz, 0, 255),
        "tofloat": ((u - xz) @ w).astype(F) * (xs * np.array([0.1, 0.2, 0.3], F)),
    }


def average(a):
    return (a[:, :, :2, :2] + a[:, :, :2, 1:] + a[:, :, 1:, :2] + a[:, :, 1:, 1:]) / F(4)


def correlate(a, k):
    return np.stack([sum(np.einsum("nc,oc->no", a[:, :, r + p, c + s], k[:, :, p, s]) for p in range(2) for s in range(2))
                     for r in range(2) for c in range(2)], -1).reshape(2, 2, 2, 2)


folder = sys.argv[1]
if len(sys.argv) == 2:
    np.save(folder + "/x.npy", x)
    np.save(folder + "/image.npy", image)
else:
    for name, right in expected().items():
        left = np.load(f"{sys.argv[2]}/{name}.npy")
        # Codes may be one off where a real number lies at a tie, and sums are rounded otherwise.
        slack = 1 if left.dtype.kind in "iu" and name not in ("conv",) else 1e-5
        wrong = np.abs(left.astype(float) - right) > slack
        off = (left != right).mean() if left.dtype.kind in "iu" else 0
        print(name, "agrees" if left.shape == right.shape and not wrong.any() and off < 0.1 else f"differs: {left} expected {right}")
