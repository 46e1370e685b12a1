#!/usr/bin/env python3
"""Every compression scheme on the same layers and networks, against int8 dense: what it stores, what that becomes in the netlist, how
long it takes, what it costs in accuracy, and that all executors return the same bits.

schemes.py [--models FOLDER --data FOLDER] [--only NAME] [--schemes "A;B"] [--synth] [--networks] [--native] [--cache FOLDER] [--minutes N]

Layers: 784x300 dense and 64→64 3x3 convolution on 8x8 pixels, Gaussian weights. Networks (--networks): the FashionMNIST MLP and LeNet-5,
trained; no scheme trains. All rows of a table aim at the same cycles per inference. Clash-free masks, pruned blocks and circulant blocks are
for those layers of a network that they divide.
--synth runs Yosys for 7-series (a minute and more a row); --native times the library against onnxruntime in one process (build bench-ort first).
--cache keeps what was measured, named by the digest of the files it was measured on: a run that was stopped goes on, and a changed compiler
repeats what its output changed."""
import glob
import hashlib
import json
import os
import subprocess
import sys

import make_layer
from common import ROOT, Failed, arguments, dataset, finish, model, noise, table, weft

# name, recipe, kinds it is for
SCHEMES = [
    ("int8 dense", "", "dense conv"),
    ("cluster K=16", "cluster{k=16}", "dense conv"),
    ("cluster K=8", "cluster{k=8}", "dense conv"),
    ("cluster K=16, scale per channel", "cluster{k=16 bits=8 scale=channel}", "dense conv"),
    ("delta 4 bits, fixed", "delta{width=4 scheme=fixed}", "dense conv"),
    ("delta 4 bits, consecutive", "delta{width=4 scheme=consecutive}", "dense conv"),
    ("sparsity clash-free 0.5", "sparsity{pattern=clash-free density=0.5}", "dense"),
    ("sparsity clash-free 0.25", "sparsity{pattern=clash-free density=0.25}", "dense"),
    ("sparsity 2:4", "sparsity{pattern=2:4}", "dense conv"),
    ("sparsity 1:4", "sparsity{pattern=1:4}", "dense conv"),
    ("sparsity threshold 0.25", "sparsity{pattern=threshold density=0.25}", "dense conv"),
    ("sparsity balanced 0.25", "sparsity{pattern=balanced density=0.25}", "dense conv"),
    ("block pruning 0.5", "block-prune{density=0.5}", "dense conv"),
    ("block pruning 0.25", "block-prune{density=0.25}", "dense conv"),
    ("tensor train, rank 16", "tensor-train{rank=16}", "dense conv"),
    ("tensor train, low-rank 64", "tensor-train{shapes=low-rank rank=64}", "dense"),
    ("block-circulant 4", "circulant{block=4}", "dense conv"),
    ("power of two", "power-of-two", "dense conv"),
    ("two powers of two", "power-of-two{terms=2}", "dense conv"),
    ("power-of-two basis of 4", "power-of-two{basis=4}", "dense conv"),
    ("bit planes 4", "bitplanes{bits=4}", "dense conv"),
    ("entropy of int8", "entropy", "dense conv"),
    ("cluster K=16, entropy", "cluster{k=16},entropy", "dense conv"),
    ("sparsity clash-free 0.25, cluster K=16", "sparsity{pattern=clash-free density=0.25},cluster{k=16}", "dense"),
    ("tensor train, rank 16, cluster K=16", "tensor-train{rank=16},cluster{k=16}", "dense conv"),
]
LAYERS = {"dense-784x300": ("dense", 784, 300), "conv-64x64x3x3": ("conv", 64, 64, 3, 8)}
# cycles, preprocessing, and the layers that blocks, groups and fan-ins of BLOCKED divide: not the last, which has 10 rows
NETWORKS = {"fashion-mnist-mlp-300-100": (3920, [], "/0/*|/2/*"),
            "fashion-mnist-delta-mlp": (3920, ["--preprocess=scale=1/255,mean=0.5,std=0.5"], "/6/*|/9/*|/12/*"),
            "fashion-mnist-lenet5": (19600, [], "/f/f.4/*|/f/f.9/*|/f/f.11/*")}
BLOCKED = ("sparsity{pattern=clash-free", "sparsity{pattern=2:4", "block-prune", "circulant")
CYCLES = {"dense-784x300": 14700, "conv-64x64x3x3": 147456}

options = arguments(__doc__, {"schemes": ("", "only these rows, by their names, separated by semicolons"), "cache": ("", "folder of results to reuse"),
                              "minutes": (20, "time for the synthesis of a row"),
                              "cycles": (0, "at most so many an inference, instead of those of the tables")},
                    synth="Yosys for every row", networks="the trained networks, too", native="time native code, too",
                    quick="no simulation: storage and accuracy")
chosen = [name for name in options.schemes.split(";") if name]
results, failures = [], []


def digest(*paths):
    """Of the names and contents of files and folders."""
    sha = hashlib.sha256()
    for path in paths:
        for file in sorted(glob.glob(path + "/**", recursive=True)) if os.path.isdir(path) else [path]:
            if os.path.isfile(file):
                sha.update(os.path.relpath(file, path).encode() + b"\0")
                with open(file, "rb") as f:
                    sha.update(f.read())
    return sha.hexdigest()[:24]


def remembered(what, paths, measure):
    """What `measure` returned for these files before, or returns now."""
    file = options.cache and os.path.join(options.cache, f"{what}-{digest(*paths)}.json")
    if file and os.path.exists(file):
        with open(file) as f:
            return json.load(f)
    found = measure()
    if file:
        os.makedirs(options.cache, exist_ok=True)
        with open(file, "w") as f:
            json.dump(found, f)
    return found


def identical(out, samples, flags):
    found, _ = weft(options, "verify", out, "--data", samples, *flags, "-n", "4")
    row = {"bits": found["result"]}
    for key in ("latency", "initiation_interval"):
        cycles = found.get(key, {})
        row[key] = cycles.get("counted", cycles.get("predicted"))
        if "counted" in cycles and cycles["counted"] != cycles["predicted"]:
            raise Failed(f"{key} was predicted as {cycles['predicted']}, counted {cycles['counted']}")
    return row


def accuracy(out, test, flags):
    found, _ = weft(options, "eval", out, "--data", test, *flags)
    return {"accuracy": 100 * found["accuracy"]}


def synthesized(out):
    found, _ = weft(options, "synth", out, minutes=options.minutes)
    return {key: found[key] for key in ("rom_bits", "lut", "ff", "bram", "dsp")}


def native(name, path, library):
    """Time of onnxruntime's fp32 over ours, and ours in microseconds."""
    peers = os.path.join(ROOT, "test", "peers", "node_modules", "onnxruntime-node")
    runtime = next(iter(glob.glob(peers + "/**/linux/x64/libonnxruntime.so.1", recursive=True)), None)
    if not runtime:
        raise Failed("onnxruntime is not installed: npm ci --prefix test/peers")
    prefix = "weft_" + os.path.basename(library)[3:-3].replace("-", "_")
    output = options.folder.name + "/native.jsonl"
    done = subprocess.run([os.path.join(os.path.dirname(options.weft), "bench-ort"), runtime, output, name, path, library, prefix, "1"],
                          capture_output=True, text=True)
    if done.returncode:
        raise Failed(f"bench-ort: exit code {done.returncode}: {done.stderr.strip()}")
    row = json.loads(open(output).readline())
    return {"native_us": row["weft_us"], "native_vs_ort": row["ratio"]}


def measure(name, path, scheme, recipe, cycles, calibration, test, flags):
    out = options.folder.name + "/out"
    how = ["--compress=" + recipe] if recipe else []
    targets = "cpu" if options.quick else "verilog,hls,cpu"
    report, _ = weft(options, "compile", path, "--calib", calibration, *flags, "--target=" + targets, f"--parallelism=cycles={cycles}", *how,
                     "-o", out, "--force")
    row = {"model": name, "scheme": scheme, "weight_bits": report["totals"]["weight_bits"], "macs": report["totals"].get("macs")}
    program, rtl = out + "/model.mlir", out + "/rtl"
    if not options.quick:
        row.update(remembered("verify", [program, rtl, out + "/hls"], lambda: identical(out, test or calibration, flags)))
    if test:
        row.update(remembered("accuracy", [program], lambda: accuracy(out, test, flags)))
    if options.synth and not options.quick:
        row.update(remembered("synth", [rtl], lambda: synthesized(out)))
    if options.native:
        library, = glob.glob(out + "/cpu/*.so")
        row.update(remembered("native", [library], lambda: native(name, path, library)))
    return row


def rows_of(name, path, cycles, kind, calibration, test, flags, layers=""):
    base = None
    for scheme, recipe, kinds in SCHEMES:
        if kind not in kinds.split() or (chosen and scheme not in chosen):
            continue
        if layers and recipe.startswith(BLOCKED):
            recipe = recipe.replace("{", "{layers=" + layers + " ", 1)
        try:
            row = measure(name, path, scheme, recipe, cycles, calibration, test, flags)
        except Failed as failure:
            failures.append(f"{name}, {scheme}: {failure}")
            continue
        base = base or row
        if "native_us" in row:
            row["native_vs_int8"] = row["native_vs_ort"] / base["native_vs_ort"]  # both against onnxruntime at the same time
        results.append(row)
        print(row, file=sys.stderr, flush=True)


def present(name):
    number = lambda row, key, form="{:,}": form.format(row[key]) if row.get(key) is not None else ""
    table(name, ["scheme", "weight bits", "MACs", "ROM bits", "LUT", "FF", "BRAM", "DSP", "latency", "interval", "all executors", "native / int8",
                 "native / onnxruntime fp32", "accuracy"],
          [[r["scheme"], r["weight_bits"], number(r, "macs"), number(r, "rom_bits"), number(r, "lut"), number(r, "ff"), number(r, "bram", "{:g}"), number(r, "dsp"),
            number(r, "latency"), number(r, "initiation_interval"), r.get("bits", ""), number(r, "native_vs_int8", "{:.2f}×"),
            number(r, "native_vs_ort", "{:.2f}×"), number(r, "accuracy", "{:.2f} %")] for r in results if r["model"] == name])


for name, shape in LAYERS.items():
    if options.only in name:
        path = f"{options.folder.name}/{name}.onnx"
        make_layer.write(path, *shape)
        rows_of(name, path, options.cycles or CYCLES[name], shape[0], noise(options, path, 64), None, [])
        present(name)
for name, (cycles, preprocess, layers) in NETWORKS.items():
    path, files = model(options, name), dataset(options, "fashion-mnist")
    if options.networks and path and files and (options.data or not preprocess):
        rows_of(name, path, options.cycles or cycles, "dense", files[0], files[1], preprocess or files[2], layers)
        present(name)
finish(options, results, failures)
