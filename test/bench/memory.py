#!/usr/bin/env python3
"""Time and memory to compile models of many weights: made-up dense networks whose weights lie beside the model.

    test/bench/memory.py [--weft build/bin/weft] [--megabytes 100,1000]

Memory is the greatest resident set of `weft compile --target=cpu`, pages of the mapped weights included. Needs numpy.
"""
import os
import shutil
import subprocess
import sys
import time

import common
import numpy as np
from onnxfile import FLOAT, field, node, value, write

SIDE = 2048  # a layer has SIDE × SIDE weights: 16 MB


def external(name, dims, location, offset, length):
    """An initializer whose elements are in another file."""
    entries = b"".join(field(13, field(1, key) + field(2, str(text))) for key, text in (("location", location), ("offset", offset), ("length", length)))
    return field(5, b"".join(field(1, d) for d in dims) + field(2, FLOAT) + field(8, name) + entries + field(14, 1))


def make(folder, layers):
    """Writes model.onnx and weights.bin; returns the path of the model."""
    rng, size, parts = np.random.default_rng(1), SIDE * SIDE * 4, []
    with open(os.path.join(folder, "weights.bin"), "wb") as file:
        for i in range(layers):
            rng.standard_normal((SIDE, SIDE), dtype=np.float32).tofile(file)
            parts += [external(f"w{i}", [SIDE, SIDE], "weights.bin", i * size, size), node("MatMul", [f"x{i}", f"w{i}"], f"y{i}"), node("Relu", [f"y{i}"], f"x{i + 1}")]
    path = os.path.join(folder, "model.onnx")
    write(path, [*parts, value(11, "x0", FLOAT, SIDE), value(12, f"x{layers}", FLOAT, SIDE)], "made-up")
    return path


def main():
    options = common.arguments(__doc__, {"megabytes": ("100,1000", "of weights, by commas")})
    rows = []
    for megabytes in map(int, options.megabytes.split(",")):
        layers = max(1, round(megabytes * 1e6 / (SIDE * SIDE * 4)))
        weights, out = layers * SIDE * SIDE * 4, os.path.join(options.folder.name, "out")
        path, start = make(options.folder.name, layers), time.monotonic()
        process = subprocess.Popen([options.weft, "compile", path, "--quantize=none", "--target=cpu", "-o", out, "--force", "-q"])
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            sys.exit(f"memory.py: weft ended with {process.returncode}")
        rows.append({"weights_mb": round(weights / 1e6), "seconds": round(time.monotonic() - start, 2), "processor_s": round(usage.ru_utime + usage.ru_stime, 2),
                     "peak_mb": round(usage.ru_maxrss * 1024 / 1e6), "times_weights": round(usage.ru_maxrss * 1024 / weights, 2)})
        shutil.rmtree(out)
    common.table("Compilation of dense networks", list(rows[0]), [list(row.values()) for row in rows])
    common.finish(options, rows, [])


if __name__ == "__main__":
    main()
