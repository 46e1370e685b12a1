#!/usr/bin/env python3
"""Accuracy without training and weight storage of the patterns of sparsity, on MLPs with all but the last layer pruned.

sparsity.py --models FOLDER --data FOLDER      without these: the example and its 1,000 samples"""
from common import Failed, arguments, dataset, finish, model, table, weft

MODELS = {"fashion-mnist-mlp-300-100": ("fashion-mnist", "/0/Gemm|/2/Gemm"), "mnist-mlp-300-100": ("mnist", "/0/Gemm|/2/Gemm")}
STEPS = ["sparsity{density=1", "sparsity{type=3 density=0.5", "sparsity{type=2 density=0.5", "sparsity{type=1 density=0.5",
         "sparsity{type=1 z=2 density=0.5", "sparsity{pattern=random density=0.5", "sparsity{pattern=structured density=0.5",
         "sparsity{pattern=2:4", "sparsity{pattern=threshold density=0.5", "block-prune{block=4x0 density=0.5",
         "sparsity{type=3 density=0.25", "sparsity{type=2 density=0.25", "sparsity{type=1 density=0.25",
         "sparsity{pattern=1:4", "sparsity{pattern=threshold density=0.25"]

options = arguments(__doc__)
rows, results, failures = [], [], []
for name, (data, layers) in MODELS.items():
    path, files = model(options, name), dataset(options, data)
    if not path or not files:
        continue
    calibration, test, flags = files
    for step in STEPS:
        recipe = f"{step} layers={layers}}}"
        try:
            out = options.folder.name + "/out"
            report, _ = weft(options, "compile", path, "--calib", calibration, "--calib-limit=1000", *flags, "--target=cpu",
                             f"--compress={recipe}", "-o", out, "--force")
            found, _ = weft(options, "eval", out, "--data", test, *flags)
        except Failed as failure:
            failures.append(f"{name}, {recipe}: {failure}")
            continue
        accuracy, bits = 100 * found["accuracy"], report["totals"]["weight_bits"]
        results.append({"model": name, "recipe": recipe, "samples": found["samples"], "accuracy": accuracy, "weight_bits": bits})
        rows.append([name, step + "}", f"{accuracy:.2f} %", bits, found["samples"]])
table("Sparsity", ["model", "step", "accuracy", "weight bits", "samples"], rows)
finish(options, results, failures)
