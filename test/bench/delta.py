#!/usr/bin/env python3
"""Accuracy and weight storage of delta encoding without training, on whole test sets.

delta.py --models FOLDER --data FOLDER      without these: an example and its samples

The network of the paper, fashion-mnist-delta-mlp, if the folder has it. Weights become differences of 2 to 4 bits, activations int8;
native code runs. Storage counts weights as stored, differences and references, against the 8 bits each of int8."""
from common import Failed, arguments, dataset, finish, model, table, weft

MODELS = {"fashion-mnist-delta-mlp": ["--preprocess=scale=1/255,mean=0.5,std=0.5"], "fashion-mnist-mlp-300-100": None}
VARIANTS = {"float": ["--quantize=none"], "int8": ["--quantize=int8"]}
for scheme in ("fixed", "consecutive"):
    for width in (4, 3, 2):
        for granularity in ("row", "layer"):
            VARIANTS[f"delta{{width={width} scheme={scheme} granularity={granularity}}}"] = None
VARIANTS["delta{width=4 scheme=fixed granularity=layer reference=first}"] = None
VARIANTS["delta{width=4 scheme=fixed granularity=layer reference=median}"] = None
VARIANTS["delta{width=4 scheme=fixed granularity=layer scale=range offset=3 per-tensor=true}"] = None
VARIANTS["delta{width=4 scheme=consecutive granularity=layer loop=open reference=first offset=3 per-tensor=true}"] = None

options = arguments(__doc__, quick="only int8 and the first variant of each scheme")
if options.quick:
    VARIANTS = {v: how for v, how in VARIANTS.items() if v == "int8" or ("width=4" in v and "granularity=row" in v)}
rows, results, failures = [], [], []
for name, preprocess in MODELS.items():
    path, files = model(options, name), dataset(options, "fashion-mnist")
    if not path or not files:
        continue
    calibration, test, flags = files
    flags = preprocess if preprocess and options.data else flags
    bits8 = None
    for variant, how in VARIANTS.items():
        try:
            out = options.folder.name + "/out"
            report, _ = weft(options, "compile", path, "--calib", calibration, "--calib-limit=1000", *flags, "--target=cpu",
                             *(how or ["--quantize=int8", "--compress=" + variant]), "-o", out, "--force")
            found, _ = weft(options, "eval", out, "--data", test, *flags)
        except Failed as failure:
            failures.append(f"{name}, {variant}: {failure}")
            continue
        accuracy, bits = 100 * found["accuracy"], report["totals"]["weight_bits"]
        bits8 = bits if variant == "int8" else bits8
        results.append({"model": name, "variant": variant, "samples": found["samples"], "accuracy": accuracy, "weight_bits": bits})
        rows.append([name, variant, f"{accuracy:.2f} %", bits, f"{100 * bits / bits8:.1f} %" if bits8 else "", found["samples"]])
table("Delta encoding", ["model", "weights", "accuracy", "weight bits", "of int8", "samples"], rows)
finish(options, results, failures)
