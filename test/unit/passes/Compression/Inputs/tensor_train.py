#!/usr/bin/env python3
"""Writes tensor_train.inc: singular values and errors of truncated trains of a known matrix, by numpy alone.

The matrix is w[i, j] = sin(0.7 i + 0.3 j) + cos(0.13 i j), 12 x 20, as f32. Run with /usr/bin/python3 or any numpy."""

import os
import numpy as np

ROWS, COLUMNS = (3, 4), (4, 5)
i, j = np.meshgrid(np.arange(12), np.arange(20), indexing="ij")
w = (np.sin(0.7 * i + 0.3 * j) + np.cos(0.13 * i * j)).astype(np.float32)


def train_error(rows, columns, rank):
    """Relative error of TT-SVD with every bond cut to `rank`."""
    d = len(rows)
    t = w.astype(np.float64).reshape(*rows, *columns).transpose([k for p in range(d) for k in (p, d + p)])
    full, rest, cores, bond = t, t.reshape(1, -1), [], 1
    for k in range(d - 1):
        u, s, v = np.linalg.svd(rest.reshape(bond * rows[k] * columns[k], -1), full_matrices=False)
        r = min(rank, int((s > 1e-12 * s[0]).sum()))
        cores.append(u[:, :r])
        rest, bond = s[:r, None] * v[:r], r
    back = rest
    for core in reversed(cores):
        back = core @ back.reshape(core.shape[1], -1)
    return np.linalg.norm(full.reshape(-1) - back.reshape(-1)) / np.linalg.norm(full)


here = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(here, "tensor_train.inc"), "w") as f:
    f.write("// Made by tensor_train.py: rank, error with shapes 3x4:4x5, error with shapes 2x2x3:2x2x5.\n")
    for rank in (1, 2, 3, 5, 8, 12):
        f.write(f"{{{rank}, {train_error((3, 4), (4, 5), rank):.9e}, {train_error((2, 2, 3), (2, 2, 5), rank):.9e}}},\n")
