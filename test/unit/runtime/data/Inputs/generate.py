#!/usr/bin/env python3
"""Writes the fixtures beside it with numpy, the reference for its own formats. Needs numpy and nothing else."""
import gzip
import os
import struct

import numpy as np

here = os.path.dirname(os.path.abspath(__file__))


def path(name):
    return os.path.join(here, name)


# One array of every dtype that is read: -3 … (0 … for unsigned ones) in steps that every type holds.
for dtype in ["b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", ">i2", ">u4", ">f4", ">f8"]:
    signed = np.dtype(dtype).kind in "if"
    values = (np.arange(6) - (3 if signed else 0)).reshape(2, 3).astype(dtype)
    if np.dtype(dtype).kind == "f":
        values = values / np.array(2, dtype)
    np.save(path("dtype-" + dtype.replace(">", "big-") + ".npy"), values.astype(dtype))

cube = np.arange(24, dtype="f4").reshape(2, 3, 4)
np.save(path("fortran.npy"), np.asfortranarray(cube))
np.save(path("scalar.npy"), np.float32(2.5))
np.save(path("empty.npy"), np.zeros((0, 3), "f4"))
for version in [(1, 0), (2, 0), (3, 0)]:
    with open(path(f"version-{version[0]}.npy"), "wb") as f:
        np.lib.format.write_array(f, cube, version=version)
np.save(path("object.npy"), np.array([{"a": 1}, None], dtype=object), allow_pickle=True)
np.save(path("complex.npy"), np.array([1j], dtype="c8"))
np.save(path("structured.npy"), np.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f4")]))

x = np.arange(2 * 1 * 2 * 2, dtype="f4").reshape(2, 1, 2, 2)
y = np.array([1, 0], dtype="i8")
np.savez(path("stored.npz"), x=x, y=y)
np.savez_compressed(path("deflated.npz"), x=x, y=y)
np.savez(path("named.npz"), left=x, right=x + 1, labels=y)


def idx(values, code):
    head = struct.pack(">BBBB", 0, 0, code, values.ndim) + struct.pack(f">{values.ndim}I", *values.shape)
    return head + values.tobytes()


os.makedirs(path("idx"), exist_ok=True)
images = np.arange(3 * 2 * 2, dtype="u1").reshape(3, 2, 2) * 20
with open(path("idx/t10k-images-idx3-ubyte.gz"), "wb") as f:
    f.write(gzip.compress(idx(images, 8), mtime=0))
with open(path("idx/t10k-labels-idx1-ubyte"), "wb") as f:
    f.write(idx(np.array([2, 1, 0], "u1"), 8))
with open(path("idx/train-images-idx3-ubyte"), "wb") as f:
    f.write(idx(np.zeros((1, 2, 2), ">i2"), 0x0B))
