#!/usr/bin/env python3
"""Accuracy of models that were trained with their compression in the loop, on whole test sets.

train.py --models FOLDER --data FOLDER      without these: an example and its samples, to see that it runs

Each row is a weft train, from the trained model or from new weights, whose result weft compile makes native code of: the accuracy is that of the
compiled integers. Means over --seeds seeds. Storage counts weights as they are stored."""
import os
import statistics

from common import Failed, arguments, dataset, finish, model, table, weft

SYMMETRIC = ["--preprocess=scale=1/255,mean=0.5,std=0.5"]
FINE = ["--lr=0.0005"]
SCRATCH = ["--from-scratch", "--optimizer=adamw", "--weight-decay=0.01"]
#        group, model, data, preprocessing, variants: {name: flags}
GROUPS = [
    ("delta", "fashion-mnist-delta-mlp", "fashion-mnist", SYMMETRIC, 10, {
        "int8": FINE,
        "4 bits, fixed, a reference a layer": FINE + ["--compress=delta{width=4 scheme=fixed granularity=layer}"],
        "4 bits, fixed, a reference a row": FINE + ["--compress=delta{width=4 scheme=fixed}"],
        "3 bits, fixed, a reference a row": FINE + ["--compress=delta{width=3 scheme=fixed}"],
        "2 bits, fixed, a reference a row": FINE + ["--compress=delta{width=2 scheme=fixed}"],
        "4 bits, consecutive": FINE + ["--compress=delta{width=4 scheme=consecutive}"]}),
    ("clustering", "mnist-mlp-300-100", "mnist", None, 10, {
        "K = 8": FINE + ["--compress=cluster{k=8}"],
        "K = 4": FINE + ["--compress=cluster{k=4}"]}),
    ("clustering", "fashion-mnist-mlp-300-100", "fashion-mnist", None, 10, {
        "K = 8": FINE + ["--compress=cluster{k=8}"],
        "K = 4": FINE + ["--compress=cluster{k=4}"]}),
    # The second of the two junctions stays dense: 38.3 % of all edges are 37.5 % of the first's.
    ("sparsity", "mnist-mlp-112", "mnist", None, 15, {
        "dense": SCRATCH,
        **{f"38.3 %, type {t}": SCRATCH + [f"--compress=sparsity{{density=0.375 type={t} layers=*0*}}"] for t in (1, 2, 3)},
        "38.3 %, random": SCRATCH + ["--compress=sparsity{density=0.375 pattern=random layers=*0*}"],
        **{f"3.0 %, type {t}": SCRATCH + [f"--compress=sparsity{{fan-out=2 type={t} layers=*0*}}"] for t in (1, 2, 3)},
        "3.0 %, random": SCRATCH + ["--compress=sparsity{density=0.01786 pattern=random layers=*0*}"]}),
    ("composed", "fashion-mnist-lenet5", "fashion-mnist", None, 15, {
        "int8": FINE,
        "1 of 4, K = 4": FINE + ["--compress=sparsity{pattern=1:4},cluster{k=4}"],
        "clash-free 25 %, K = 16": FINE + ["--compress=sparsity{density=0.25},cluster{k=16}"]}),
    ("circulant", "mnist-mlp-112", "mnist", None, 10, {
        "block 8": FINE + ["--compress=circulant{block=8}"]}),
]

options = arguments(__doc__, {"seeds": (3, "trainings of each"), "epochs": (0, "instead of each row's own; 0: those"), "group": ("", "only this group")},
                    quick="one epoch of one seed")
rows, results, failures = [], [], []
for group, name, data, preprocess, epochs, variants in GROUPS:
    path, files = model(options, name), dataset(options, data)
    if not path or not files or options.group not in group:
        continue
    training, test, flags = files
    flags = preprocess if preprocess and options.data else flags
    for variant, how in variants.items():
        reports = []
        for seed in range(1, (1 if options.quick else options.seeds) + 1):
            out = f"{options.folder.name}/out"
            count = 1 if options.quick else options.epochs or epochs
            try:
                found, seconds = weft(options, "train", path, "--data", training, "--val", test, *flags, *how, "--epochs", str(count), "--seed", str(seed),
                                      "-o", out, "--force")
            except Failed as failure:
                failures.append(f"{name}, {variant}: {failure}")
                break
            reports.append({"group": group, "model": name, "variant": variant, "seed": seed, "epochs": count, "seconds": seconds,
                            "accuracy": 100 * found["accuracy_compiled"], "float": 100 * found["accuracy_float"] if "accuracy_float" in found else None,
                            "before": 100 * found["accuracy_before"], "compression": found["compression"]})
            print(f"{name}, {variant}, seed {seed}: {reports[-1]['accuracy']:.2f} % in {seconds:.0f} s", flush=True)
        if not reports:
            continue
        results += reports
        accuracies = [r["accuracy"] for r in reports]
        first = reports[0]
        rows.append([group, name, variant, f"{first['float']:.2f} %" if first["float"] else "", f"{first['before']:.2f} %", f"{statistics.mean(accuracies):.2f} %",
                     " ".join(f"{a:.2f}" for a in accuracies), f"{first['compression']:.2f}", count])
table("Trained in the loop", ["", "model", "weights", "float", "before", "trained, mean", "each seed", "times less than f32", "epochs"], rows)
finish(options, results, failures)
