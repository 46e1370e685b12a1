"""Operators that are newer than libonnx-testdata: newer.onnxtext against numpy. Arguments: write FOLDER, or check FOLDER RESULTS."""
import sys

import numpy as np

rng = np.random.default_rng(1)
x = rng.normal(size=(4, 5)).astype("f4")
a, b = rng.integers(0, 256, (3, 4)).astype("u1"), rng.integers(0, 256, 4).astype("u1")
i, u = np.array([[0, 3], [-1, 1], [2, 4], [1, 0]]), rng.normal(size=(4, 2)).astype("f4")
flags, h = rng.integers(0, 2, (3, 4)).astype(bool), rng.uniform(0, 9, (4, 5)).astype("f2")

cache, new, at = rng.normal(size=(2, 3, 6, 4)).astype("f4"), rng.normal(size=(2, 3, 2, 4)).astype("f4"), np.array([1, 4])


def cached(starts, wraps):
    y = cache.copy()
    for n, start in enumerate(starts):
        for t in range(2):
            y[n, :, (start + t) % 6 if wraps else start + t] = new[n, :, t]
    return y


def scattered(better):
    y = x.copy()
    for r in range(4):
        for c in range(2):
            y[r, i[r, c]] = better(y[r, i[r, c]], u[r, c])
    return y


if sys.argv[1] == "write":
    np.savez(sys.argv[2] + "/in.npz", x=x, a=a, b=b, i=i, u=u, flags=flags, h=h, cache=cache, new=new, at=at)
    sys.exit()
expected = {
    "crop": np.pad(x[1:3], ((0, 0), (1, 1))), "crop_axis": x, "band": a & b, "bor": a | b, "bxor": a ^ b, "bnot": ~a,
    "smax": scattered(max), "smin": scattered(min), "p0": x[:, :2], "p1": x[:, 2:4], "p2": x[:, 4:],
    "lse": np.log(np.exp(x).sum(-1, keepdims=True)), "any": flags.max(-1, keepdims=True), "all": flags.min(0, keepdims=True),
    "root": np.sqrt(h), "linear": cached(at, False),
    "circular": cached([5, 3], True), "start": cached([0, 0], False), "mean": h.astype("f4").mean(-1).astype("f2"),
}
for name, wanted in expected.items():
    found = np.load(f"{sys.argv[2]}/{name}.npy")
    exact = wanted.dtype.kind != "f" or name in ("crop", "crop_axis", "smax", "smin", "p0", "p1", "p2", "linear", "circular", "start")
    good = found.dtype == wanted.dtype and found.shape == wanted.shape and np.allclose(found, wanted, 0 if exact else 1e-3, 0 if exact else 1e-6)
    assert good, f"{name}: found {found!r}, expected {wanted!r}"
