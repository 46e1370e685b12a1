#!/usr/bin/env python3
"""Times native code of compressed weights against onnxruntime on the same network in fp32.

native_codecs.py [--only CASE] [--size N] [--core C] [--json FILE]          build first: ninja weft bench-ort

Each case is one N × N dense layer (N = 4096), written as ONNX with weights that the scheme represents exactly, so that both
compute the same function. Both run in one process on one core in alternating slices; a ratio is the median of 41 rounds.
onnxruntime is the one that test/peers pins (npm installs it). Needs numpy."""
import glob
import json
import os
import subprocess
import sys

import numpy as np

from common import ROOT, Failed, arguments, finish, table, weft
import onnxfile

options = arguments(__doc__, values={"size": (4096, "inputs and outputs of the dense layers"), "core": (1, "the processor that runs both")})
N, SAMPLES = options.size, 16


def layer(path, weights):
    """y = x W + b; `weights` are [outputs, inputs]."""
    outputs, inputs = weights.shape
    bias = np.random.default_rng(2).standard_normal(outputs).astype("<f4")
    onnxfile.write(path, [onnxfile.tensor("w", onnxfile.FLOAT, [inputs, outputs], weights.T.astype("<f4").tobytes()),
                          onnxfile.tensor("b", onnxfile.FLOAT, [outputs], bias.tobytes()), onnxfile.node("Gemm", ["x", "w", "b"], "y"),
                          onnxfile.value(11, "x", onnxfile.FLOAT, inputs), onnxfile.value(12, "y", onnxfile.FLOAT, outputs)], "layer")


def gaussian(seed, shape):
    return np.random.default_rng(seed).standard_normal(shape, dtype=np.float32) / np.float32(N ** 0.5)


def clustered(k):
    """Weights from k values."""
    return np.sort(gaussian(3, k))[np.random.default_rng(4).integers(0, k, (N, N))]


def sparse(density):
    """Weights of which a share, anywhere, is not zero."""
    return gaussian(5, (N, N)) * (np.random.default_rng(6).random((N, N), dtype=np.float32) < density)


def block_sparse(density, rows=16, columns=4):
    """Whole blocks of weights are zero."""
    kept = np.random.default_rng(7).random((N // rows, N // columns)) < density
    return gaussian(8, (N, N)) * np.kron(kept, np.ones((rows, columns), np.float32))


FLOAT, INT8 = ["--quantize=none"], ["--quantize=int8"]
CASES = {
    "dense": (lambda: gaussian(1, (N, N)), FLOAT),
    "clustered-k16": (lambda: clustered(16), FLOAT + ["--compress=cluster{k=16}"]),
    "clustered-k16-int8": (lambda: clustered(16), INT8 + ["--compress=cluster{k=16}"]),
    "dense-int8": (lambda: gaussian(1, (N, N)), INT8),
    "sparse-50": (lambda: sparse(0.5), FLOAT),
    "sparse-75": (lambda: sparse(0.25), FLOAT),
    "sparse-90": (lambda: sparse(0.1), FLOAT),
    "sparse-90-int8": (lambda: sparse(0.1), INT8),
    "blocks-75": (lambda: block_sparse(0.25), FLOAT),
}


def onnxruntime():
    peers = os.path.join(ROOT, "test", "peers")
    found = lambda: glob.glob(os.path.join(peers, "node_modules", "**", "linux", "x64", "libonnxruntime.so.1"), recursive=True)
    if not found():
        subprocess.run(["npm", "ci", "--ignore-scripts", "--prefix", peers], check=True, stdout=subprocess.DEVNULL)
    return found()[0]


def prepare(name, make, flags):
    """Compiles one case; returns bench-ort's arguments, one set for each batch size."""
    folder = os.path.join(options.folder.name, name)
    os.mkdir(folder)
    model, calibration = os.path.join(folder, "model.onnx"), os.path.join(folder, "calibration.npy")
    layer(model, make())
    if flags[0] != FLOAT[0]:
        np.save(calibration, np.random.default_rng(9).random((16, N), dtype=np.float32))
        flags = flags + ["--calib", calibration]
    weft(options, "compile", model, "--target=cpu", *flags, "-o", folder + "/out", "--force")
    library, = glob.glob(folder + "/out/cpu/*.so")
    prefix = "weft_" + "".join(c if c.isalnum() else "_" for c in os.path.basename(library)[3:-3])
    return [a for batch in (1, SAMPLES) for a in (name, model, library, prefix, str(batch))]


runs, failures = [], []
for name, (make, flags) in CASES.items():
    if options.only in name:
        try:
            runs += prepare(name, make, flags)
        except Failed as failure:
            failures.append(str(failure))
results = []
if runs:
    out = os.path.join(options.folder.name, "results.jsonl")
    bench = os.path.join(os.path.dirname(options.weft), "bench-ort")
    done = subprocess.run(["taskset", "-c", str(options.core), bench, onnxruntime(), out, *runs], stdout=sys.stderr)
    if done.returncode:
        failures.append(f"bench-ort: exit code {done.returncode}")
    else:
        results = [json.loads(line) for line in open(out)]
table(f"Native code against onnxruntime fp32, {N} × {N}, one core", ["weights", "batch", "onnxruntime, µs", "weft, µs", "ratio", "difference"],
      [[r["model"], r["batch"], f"{r['ort_us']:.1f}", f"{r['weft_us']:.1f}", f"{r['ratio']:.2f}×", f"{r['difference']:.1e}"] for r in results])
finish(options, results, failures)
