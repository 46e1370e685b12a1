#!/usr/bin/env python3
"""What --tolerance gains: native code of every model with it against the same without, one thread, one sample.

    test/bench/winograd.py --models MODELS [--tolerance 1e-5] [--only NAME] [--json winograd.json]

Both packages are timed in this process in alternating slices of thread processor time; medians count. Models whose code is the same, and
those that are compiled only with their open dimensions given, are left out. Needs numpy.
"""
import ctypes
import filecmp
import math
import os
import re
import statistics
import sys
import time

import common
import numpy as np

sys.path.insert(0, os.path.join(common.ROOT, "test", "zoo"))
import models  # noqa: E402

SLICES, SLICE = 41, 0.02  # of seconds
TYPES = {"float": np.float32, "double": np.float64, **{f"{u}int{n}_t": np.dtype(f"{u}int{n}").type for u in ("", "u") for n in (8, 16, 32, 64)}}


class Package:
    """A library in memory, with one random sample."""

    def __init__(self, folder):
        name = next(f[:-2] for f in os.listdir(folder) if f.endswith(".o"))
        with open(os.path.join(folder, name + ".h")) as file:
            header = file.read()
        prefix = re.search(r"int (\w+)_run\(", header)[1]
        sizes = {kind: [(int(size), TYPES[of]) for size, of in re.findall(rf"_{kind}\d+_SIZE (\d+) /\* .* as (\w+),", header)] for kind in ("INPUT", "OUTPUT")}
        rng = np.random.default_rng(1)
        self.inputs = [rng.random(size).astype(of) for size, of in sizes["INPUT"]]
        self.outputs = [np.zeros(size, of) for size, of in sizes["OUTPUT"]]
        self.workspace = np.zeros(int(re.search(r"_WORKSPACE_SIZE (\d+)", header)[1]) + 64, np.uint8)
        self.function = getattr(ctypes.CDLL(os.path.join(folder, f"lib{name}.so")), prefix + "_run")
        pointers = [(ctypes.c_void_p * len(arrays))(*(a.ctypes.data for a in arrays)) for arrays in (self.inputs, self.outputs)]
        self.arguments = [*pointers, ctypes.c_int64(1), ctypes.c_void_p((self.workspace.ctypes.data + 63) // 64 * 64)]

    def seconds(self, calls):
        start = time.clock_gettime(time.CLOCK_THREAD_CPUTIME_ID)
        for _ in range(calls):
            self.function(*self.arguments)
        return (time.clock_gettime(time.CLOCK_THREAD_CPUTIME_ID) - start) / calls


def compiled(options, path, name, tolerance):
    """Folder of the package."""
    out = os.path.join(options.folder.name, name, str(tolerance))
    os.makedirs(os.path.dirname(out), exist_ok=True)
    common.run([options.weft, "compile", path, "--quantize=none", "--target=cpu", f"--tolerance={tolerance}", "-o", out, "-q"])
    return os.path.join(out, "cpu")


def measure(options, path, name):
    """A row, or None where both are the same."""
    folders = [compiled(options, path, name, tolerance) for tolerance in (0, options.tolerance)]
    objects = [os.path.join(f, next(o for o in os.listdir(f) if o.endswith(".o"))) for f in folders]
    if filecmp.cmp(*objects, shallow=False):
        return None
    packages = [Package(folder) for folder in folders]
    for package in packages:
        package.seconds(1)
    calls = max(1, round(SLICE / packages[0].seconds(1)))
    times = [[package.seconds(calls) for package in packages] for _ in range(SLICES)]
    without, with_it = (1e6 * statistics.median(column) for column in zip(*times))
    difference = max(float(np.abs(a.astype(float) - b).max() / max(1e-30, np.abs(a).max())) for a, b in zip(packages[0].outputs, packages[1].outputs))
    return {"model": name, "without_us": round(without, 1), "with_us": round(with_it, 1), "gain": round(without / with_it, 3), "difference": f"{difference:.0e}"}


def main():
    options = common.arguments(__doc__, {"tolerance": (1e-5, "of the code that is compared")})
    rows, same, refused = [], 0, 0
    for name, path in models.find(options.models, options.only):
        try:
            row = measure(options, path, name.replace(os.sep, "-"))
        except common.Failed:
            refused += 1
            continue
        if row:
            rows.append(row)
            print(*row.values(), flush=True)
        else:
            same += 1
    if rows:
        common.table("Native code with a tolerance", list(rows[0]), [list(row.values()) for row in rows])
        mean = math.exp(sum(math.log(row["gain"]) for row in rows) / len(rows))
        print(f"geometric mean of {len(rows)} models {mean:.2f}, least {min(row['gain'] for row in rows):.2f}; {same} have the same code, {refused} were not compiled")
    common.finish(options, rows, [])


if __name__ == "__main__":
    main()
