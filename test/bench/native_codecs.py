#!/usr/bin/env python3
"""Times native code of compressed weights against onnxruntime on the same network in fp32.

native_codecs.py [--only CASE] [--size N] [--core C] [--json FILE]          build first: ninja weft weft-cpu-package bench-ort

Each case is one N × N dense layer (N = 4096), written as ONNX with weights that the scheme represents exactly, so that both
compute the same function; netlists of truth tables, which onnxruntime has no operator for, are timed alone. Both run in one process on one core in alternating slices; a ratio is the median of 41 rounds.
Bit planes are one library, cut at run time to fewer planes. onnxruntime is the one that test/peers pins (npm installs it). Needs numpy."""
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
    "planes-8-int8": (lambda: gaussian(1, (N, N)), INT8 + ["--compress=bitplanes{bits=8}"]),
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
    cuts = [(f"{name}, {n} planes", f"{prefix}:{n}") for n in (8, 6, 5, 4, 3, 2)] if "planes" in name else [(name, prefix)]
    return [a for batch in (1, SAMPLES) for label, entry in cuts for a in (label, model, library, entry, str(batch))]


PARITY = [int("".join(str(bin(a).count("1") & 1) for a in reversed(range(1 << n))), 2) for n in range(7)]


def lut_network(inputs, layers, width, results, fan_in=6):
    """Text of a netlist of random tables in layers: arities, fan-ins, tables, outputs. Where the last layer is wider than the
    results, trees of parities make them of it: fewer bits to move out, and no table without a use."""
    rng, fan_ins, tables, first, previous = np.random.default_rng(10), [], [], 0, inputs
    for _ in range(layers):
        for _ in range(width):
            fan_ins += (first + rng.choice(previous, fan_in, replace=False)).tolist()
            tables.append(int(rng.integers(-2**63, 2**63 - 1)))
        first, previous = first + previous, width
    arities, outputs = [fan_in] * len(tables), list(range(first, first + width))
    if results < width:
        found = []
        for part in range(results):
            signals = outputs[part::results]
            while len(signals) > 1:
                group, signals = signals[:fan_in], signals[fan_in:]
                signals.append(inputs + len(tables))
                fan_ins += group
                arities.append(len(group))
                truth = PARITY[len(group)]
                tables.append(truth - (1 << 64) if truth >> 63 else truth)
            found += signals
        outputs = found
    text = lambda kind, values: f"array<{kind}: " + ", ".join(map(str, values)) + ">"
    return (f"{{arities = {text('i32', arities)}, fan_ins = {text('i32', fan_ins)}, tables = {text('i64', tables)}, "
            f"outputs = {text('i32', outputs)}}}")


# Names: types of a sample's elements, their bytes, and bits of the result. Bits in bytes of their own, and eight to a byte.
LUTS = {"lut-3x1000": ("784xui1", "1000xui1", 784, 1000, 1000), "lut-3x1000-packed": ("98xui8", "125xui8", 98, 125, 1000),
        "lut-3x1000-packed-8-results": ("98xui8", "1xui8", 98, 1, 8), "lut-3x1000-8-results": ("784xui1", "8xui1", 784, 8, 8)}


def prepare_lut(name, inputs, outputs, in_bytes, out_bytes, results):
    folder = os.path.join(options.folder.name, name)
    os.mkdir(folder)
    with open(folder + "/model.mlir", "w") as f:
        f.write(f"func.func @main(%x: tensor<?x{inputs}>) -> tensor<?x{outputs}> {{\n  %y = lut.network %x {lut_network(784, 3, 1000, results)} : "
                f"tensor<?x{inputs}> -> tensor<?x{outputs}>\n  return %y : tensor<?x{outputs}>\n}}\n")
    package = os.path.join(os.path.dirname(options.weft), "weft-cpu-package")
    done = subprocess.run([package, folder + "/model.mlir", "lut", folder], stdout=sys.stderr)
    if done.returncode:
        raise Failed(f"weft-cpu-package: exit code {done.returncode}")
    return [a for batch in (1, 64, 512, 1024, 4096) for a in (name, f"{in_bytes}:{out_bytes}", folder + "/cpu/liblut.so", "weft_lut", str(batch))]


runs, failures = [], []
for name, (make, flags) in CASES.items():
    if options.only in name:
        try:
            runs += prepare(name, make, flags)
        except Failed as failure:
            failures.append(str(failure))
for name, types in LUTS.items():
    if options.only in name:
        try:
            runs += prepare_lut(name, *types)
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
      [[r["model"], r["batch"], f"{r['ort_us']:.1f}", f"{r['weft_us']:.1f}", f"{r['ratio']:.2f}×", f"{r['difference']:.1e}"] for r in results if "ratio" in r])
table("Netlists of 3 × 1000 random tables of 6 inputs, 784 input bits, transpositions included, one core", ["inputs and outputs", "batch", "weft, µs", "million inferences a second"],
      [[r["model"], r["batch"], f"{r['weft_us']:.2f}", f"{r['per_second'] / 1e6:.2f}"] for r in results if "ratio" not in r])
finish(options, results, failures)
