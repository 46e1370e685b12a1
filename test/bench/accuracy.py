#!/usr/bin/env python3
"""Accuracy and weight storage, float against quantized and clustered, on whole test sets.

accuracy.py --models FOLDER --data FOLDER      without these: the examples and their samples

Calibration sees the first 1,000 samples of the training set, accuracy all of the test set; native code runs.
Storage counts weights as stored, codes and codebooks, without biases."""
from common import Failed, arguments, dataset, finish, model, table, weft

MODELS = {"fashion-mnist-mlp-300-100": "fashion-mnist", "fashion-mnist-lenet5": "fashion-mnist", "mnist-mlp-300-100": "mnist",
          "mnist-mlp-112": "mnist", "digits-mlp-32": "digits", "mnist-cntk-opset8": "mnist", "mnist-cnn-root": "mnist"}
RAW = {"mnist-cntk-opset8"}  # takes pixels 0…255
VARIANTS = {"float": ["--quantize=none"], "int8": ["--quantize=int8"], "w4a8": ["--quantize=w4a8"], "int4": ["--quantize=int4"],
            "cluster{k=16}": ["--quantize=none", "--compress=cluster{k=16}"],
            "cluster{k=16} + int8": ["--quantize=int8", "--compress=cluster{k=16}"]}

options = arguments(__doc__)
rows, results, failures = [], [], []
for name, data in MODELS.items():
    path, files = model(options, name), dataset(options, data, name in RAW)
    if not path or not files:
        continue
    calibration, test, flags = files
    float_accuracy = None
    for variant, how in VARIANTS.items():
        try:
            out = options.folder.name + "/out"
            report, _ = weft(options, "compile", path, "--calib", calibration, "--calib-limit=1000", *flags, "--target=cpu", *how,
                             "-o", out, "--force")
            found, _ = weft(options, "eval", out, "--data", test, *flags)
        except Failed as failure:
            failures.append(f"{name}, {variant}: {failure}")
            continue
        accuracy, bits = 100 * found["accuracy"], report["totals"]["weight_bits"]
        float_accuracy = accuracy if float_accuracy is None else float_accuracy
        before = report["totals"]["weight_bits_before"]
        results.append({"model": name, "variant": variant, "samples": found["samples"], "accuracy": accuracy,
                        "change": accuracy - float_accuracy, "weight_bits": bits, "ratio": before / bits})
        rows.append([name, variant, f"{accuracy:.2f} %", "" if variant == "float" else f"{accuracy - float_accuracy:+.2f}", bits,
                     f"{before / bits:.2f}×", found["samples"]])
table("Accuracy", ["model", "weights and activations", "accuracy", "change", "weight bits", "smaller", "samples"], rows)
finish(options, results, failures)
