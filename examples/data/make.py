#!/usr/bin/env python3
"""Makes the small data files of the examples from the published data sets.

Usage: make.py <folder with fashion-mnist/ and digits/> — only needed to rebuild what is checked in.
"""
import gzip
import os
import sys

import numpy as np


def idx(path):
    with gzip.open(path) as file:
        magic = int.from_bytes(file.read(4), "big")
        dims = [int.from_bytes(file.read(4), "big") for _ in range(magic & 255)]
        return np.frombuffer(file.read(), np.uint8).reshape(dims)


def save(name, x, y):
    np.savez_compressed(os.path.join(os.path.dirname(os.path.abspath(__file__)), name), x=x, y=y)


root = sys.argv[1]
fashion = os.path.join(root, "fashion-mnist")
x = idx(os.path.join(fashion, "train-images-idx3-ubyte.gz"))[:256].reshape(-1, 1, 28, 28)
save("fashion-mnist-calibration-256.npz", (x / np.float32(255)).astype(np.float32),
     idx(os.path.join(fashion, "train-labels-idx1-ubyte.gz"))[:256].astype(np.int64))
test = np.load(os.path.join(fashion, "test-1000.npz"))
save("fashion-mnist-test-1000.npz", test["x"], test["y"])
for part in ["train", "test"]:
    digits = np.load(os.path.join(root, "digits", part + ".npz"))
    save(f"digits-{part}.npz", digits["x"], digits["y"])
