#!/usr/bin/env python3
"""What entropy coding saves: bits a weight, and the size of model.mlir, with and without the step `entropy`, for the models of examples/.

entropy.py [--models FOLDER --data FOLDER] [--only NAME]"""
import os

from common import Failed, arguments, dataset, finish, model, table, weft

options = arguments(__doc__)
MODELS = [("digits-mlp-32", "digits"), ("fashion-mnist-lenet5", "fashion-mnist"), ("fashion-mnist-mlp-300-100", "fashion-mnist")]
rows, results, failures = [], [], []
for name, data in MODELS:
    path, samples = model(options, name), dataset(options, data)
    if not path or not samples:
        continue
    calibration, _, flags = samples
    for recipe in ["", "cluster{k=16}", "cluster{k=64}"]:
        row = [name, recipe or "int8"]
        try:
            for step in ["", "entropy"]:
                chosen = ",".join(filter(None, [recipe, step]))
                out = os.path.join(options.folder.name, "out")
                report, _ = weft(options, "compile", path, "--calib", calibration, *flags, "--target=cpu", "-o", out, "--force",
                                 *(["--compress=" + chosen] if chosen else []))
                weights = report["totals"]["weight_bits_before"] // 32
                row += [f"{report['totals']['weight_bits'] / weights:.2f}", os.path.getsize(os.path.join(out, "model.mlir"))]
        except Failed as failure:
            failures.append(f"{name}, {recipe}: {failure}")
            continue
        rows.append([row[0], f"`{row[1]}`" if recipe else row[1], row[2], row[4], row[3], row[5]])
        results.append(dict(zip(["model", "recipe", "bits", "bits_coded", "bytes", "bytes_coded"], rows[-1])))
table("Entropy codes", ["model", "recipe", "bits a weight", "with `entropy`", "model.mlir", "with `entropy`"], rows)
finish(options, {"entropy": results}, failures)
