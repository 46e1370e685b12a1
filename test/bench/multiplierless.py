#!/usr/bin/env python3
"""Accuracy of weights without multipliers, without training, on whole test sets: powers of two, bit planes, powers times a basis.

multiplierless.py --models FOLDER --data FOLDER      without these: the examples and their samples

Calibration sees the first 1,000 samples of the training set, accuracy all of the test set; activations have 8 bits; native code runs."""
from common import Failed, arguments, dataset, finish, model, table, weft

MODELS = {"fashion-mnist-mlp-300-100": "fashion-mnist", "fashion-mnist-lenet5": "fashion-mnist"}
RECIPES = ["", "power-of-two{bits=3}", "power-of-two{bits=4}", "power-of-two{bits=5}", "power-of-two{bits=3 terms=2}",
           "power-of-two{bits=4 terms=2}", "power-of-two{basis=4}", "power-of-two{basis=4 terms=2}", *(f"bitplanes{{bits={n}}}" for n in (2, 3, 4, 5, 6))]

# A basis of 4 divides no image of one channel: that layer has plain powers.
FIRST = {"fashion-mnist-lenet5": "/f/f.0/Conv"}


def recipe_for(name, recipe):
    """Steps of which one is for the first layer, where the scheme is not."""
    if name not in FIRST or "basis" not in recipe:
        return recipe
    plain = recipe.replace("{basis=4}", "{basis=0}").replace("basis=4 ", "")
    return f"{plain[:-1]} layers={FIRST[name]}}},{recipe[:-1]} layers=/f/f.4/Conv|/f/f.9/Gemm|/f/f.11/Gemm|/f/f.13/Gemm}}"


options = arguments(__doc__)
rows, results, failures = [], [], []
for name, data in MODELS.items():
    path, files = model(options, name), dataset(options, data)
    if not path or not files:
        continue
    calibration, test, flags = files
    for recipe in RECIPES:
        try:
            out = options.folder.name + "/out"
            how = [f"--compress={recipe_for(name, recipe)}"] if recipe else []
            report, _ = weft(options, "compile", path, "--calib", calibration, "--calib-limit=1000", *flags, "--target=cpu", "--quantize=int8",
                             *how, "-o", out, "--force")
            found, _ = weft(options, "eval", out, "--data", test, *flags)
        except Failed as failure:
            failures.append(f"{name}, {recipe}: {failure}")
            continue
        bits = report["totals"]["weight_bits"]
        results.append({"model": name, "recipe": recipe, "samples": found["samples"], "accuracy": 100 * found["accuracy"], "weight_bits": bits})
        rows.append([name, recipe or "int8", f"{100 * found['accuracy']:.2f} %", bits, found["samples"]])
table("Accuracy without multipliers", ["model", "weights", "accuracy", "weight bits", "samples"], rows)
finish(options, results, failures)
