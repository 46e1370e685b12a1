#!/usr/bin/env python3
"""Tensor trains and Tucker-2: weights, operations, error of the weight and accuracy without training, at several ranks.

factors.py --models FOLDER --data FOLDER       without these: the examples and their samples
factors.py --native                            microseconds of native code per call, too, at batch 1 and 16

Calibration sees the first 1,000 samples of the training set, accuracy all of the test set; native code runs, int8. Operations are multiply-accumulates
per inference of the layers that the factorization was asked for; a layer that would cost more stays dense."""
import ctypes
import glob
import re
import subprocess
import time

from common import Failed, arguments, dataset, finish, model, table, weft

TRAINS = [f"tensor-train{{{how}}}" for how in ("rank=4", "rank=8", "rank=24 force=true", "rank=64 force=true")]
PRODUCTS = [f"tensor-train{{shapes=low-rank {how}}}" for how in ("rank=16", "rank=32", "rank=64", "rank=128", "error=0.4")]
CASES = {"fashion-mnist-mlp-300-100": ["", *TRAINS, *PRODUCTS, "tensor-train{shapes=low-rank rank=64},cluster{k=16}"],
         "fashion-mnist-lenet5": ["", *(f"tensor-train{{shapes=low-rank {how}}}" for how in ("rank=6", "rank=8", "rank=12", "rank=16", "error=0.2"))]}
COST = re.compile(r"layer '([^']+)': tensor-train needs (\d+) multiply-accumulates and (\d+) weights, dense (\d+) and (\d+)(; the layer stays)?")
ERROR = re.compile(r"layer '([^']+)': .* bytes \(tensor-train\{([^}]*)\}\), relative error ([0-9.e+-]+)")



def microseconds(out, batch):
    """The fastest of 30 runs of the library in `out`, on zeros."""
    library = ctypes.CDLL(glob.glob(out + "/cpu/lib*.so")[0])
    header = open(glob.glob(out + "/cpu/*.h")[0]).read()
    run = re.search(r"int (\w+)_run\(", header)[1]
    space = lambda n: ctypes.create_string_buffer(n + 64)
    aligned = lambda b: (ctypes.addressof(b) + 63) & ~63
    size = getattr(library, run + "_workspace_size")
    size.restype = ctypes.c_int64
    buffers = [space(1 << 20), space(1 << 20), space(size())]
    inputs, outputs = (ctypes.c_void_p * 1)(aligned(buffers[0])), (ctypes.c_void_p * 1)(aligned(buffers[1]))
    call, work = getattr(library, run + "_run"), ctypes.c_void_p(aligned(buffers[2]))
    best = 1e9
    for _ in range(30):
        start = time.perf_counter()
        for _ in range(50):
            call(inputs, outputs, ctypes.c_int64(batch), work)
        best = min(best, (time.perf_counter() - start) / 50)
    return 1e6 * best


options = arguments(__doc__, native="time native code")
rows, layers, results, failures = [], [], [], []
for name, recipes in CASES.items():
    path, files = model(options, name), dataset(options, "fashion-mnist")
    if not path or not files:
        continue
    calibration, test, flags = files
    for recipe in recipes:
        how = ["--compress=" + recipe] if recipe else []
        out = f"{options.folder.name}/{name}-{recipes.index(recipe)}"  # a loaded library must not change
        command = [options.weft, "compile", path, "--calib", calibration, "--calib-limit=1000", *flags, "--target=cpu", *how, "-o", out, "--force", "-v"]
        run = subprocess.run(command, capture_output=True, text=True)
        try:
            if run.returncode:
                raise Failed(run.stderr.strip())
            found, _ = weft(options, "eval", out, "--data", test, *flags)
        except Failed as failure:
            failures.append(f"{name}, {recipe}: {failure}")
            continue
        text = run.stdout + run.stderr
        times = [f"{microseconds(out, batch):.1f}" for batch in (1, 16)] if options.native else []
        errors = {m[1]: (m[2], float(m[3])) for m in ERROR.finditer(text)}
        macs = dense_macs = weights = dense_weights = 0
        for layer, m, w, dm, dw, stays in COST.findall(text):
            m, w, dm, dw = int(m), int(w), int(dm), int(dw)
            macs, weights = macs + (dm if stays else m), weights + (dw if stays else w)
            dense_macs, dense_weights = dense_macs + dm, dense_weights + dw
            shapes, error = errors.get(layer, ("", None))
            layers.append([name, recipe, layer, "no" if stays else "yes", dw, w, dm, m, "" if error is None else f"{error:.3f}"])
        accuracy = 100 * found["accuracy"]
        results.append({"model": name, "recipe": recipe, "accuracy": accuracy, "macs": macs, "weights": weights, "dense_macs": dense_macs,
                        "dense_weights": dense_weights, "samples": found["samples"]})
        rows.append([name, recipe or "int8", f"{accuracy:.2f} %", weights or None, macs or None, f"{weights / dense_weights:.2f}" if weights else "1",
                     f"{macs / dense_macs:.2f}" if macs else "1", found["samples"], *times])
table("Models", ["model", "recipe (int8)", "accuracy", "weights", "MACs", "weights, ratio", "MACs, ratio", "samples", *(["µs, batch 1", "µs, batch 16"] if options.native else [])], rows)
table("Layers", ["model", "recipe", "layer", "accepted", "weights dense", "factored", "MACs dense", "factored", "relative error"], layers)
finish(options, results, failures)
