#!/usr/bin/env python3
"""Accuracy of models that were trained with their compression in the loop, on whole test sets.

train.py --models FOLDER --data FOLDER      without these: an example and its samples, to see that it runs
train.py … --cache FOLDER --minutes 60      finished trainings are kept there and not done again, a stopped one goes on; begins no other after an hour
train.py … --markdown FILE                  writes the table, which is that of docs/training.md, to a file
train.py … --verify 20                      compiles the first seed's models to RTL, HLS and native code and compares their bits on so many test samples

Each row is a weft train, from a trained model or from new weights, whose result is compiled to native code: accuracy is that of the compiled integers
(of floating point where a row says f32). Means over --seeds seeds. Storage counts weights as they are stored, masks and codebooks included, against those of
the dense f32 network."""
import hashlib
import json
import os
import statistics
import time

import make_arch
from common import Failed, arguments, dataset, finish, model, table, weft

FINE = ["--lr=0.0005", "--fixed-scales"]
DISTILLED = FINE + ["--distill=0.7"]
SCRATCH = ["--from-scratch", "--optimizer=adamw", "--weight-decay=0.01", "--lr=0.004", "--schedule=one-cycle"]
SPARSE = ["--from-scratch", "--optimizer=adamw", "--weight-decay=0.03", "--lr=0.01", "--schedule=one-cycle"]
SYMMETRIC = ["--preprocess=scale=1/255,mean=0.5,std=0.5"]


class Group:
    """Rows that train the same network on the same data. `network` is the name of a model, (columns, sizes) of one to write with new weights, or a file
    beside this one.
    The baseline is the float model, or the first row of a group that trains from scratch. `weights` is their number in the dense network where
    factors leave fewer layers' worth to compare with."""

    def __init__(self, name, network, data, epochs, rows, preprocess=None, weights=0):
        self.name, self.network, self.data, self.epochs, self.rows = name, network, data, epochs, rows
        self.preprocess, self.weights = preprocess, weights


class Row:
    """One kind of training: least accuracy, or greatest loss against the baseline, and least factor of storage that are to be reached."""

    def __init__(self, name, flags, least=None, loss=None, times=None):
        self.name, self.flags, self.least, self.loss, self.times = name, flags, least, loss, times

    def target(self):
        wanted = [f"≥ {self.least:g} %" if self.least else "", f"≤ {self.loss:g} lost" if self.loss is not None else "", f"≥ {self.times:g} ×" if self.times else ""]
        return ", ".join(w for w in wanted if w)

    def reached(self, accuracy, baseline, times):
        if not self.target():
            return ""
        missed = [self.least and accuracy < self.least - 1e-9, self.loss is not None and baseline - accuracy > self.loss + 1e-9,
                  self.times and times < self.times - 1e-9]
        return "no" if any(missed) else "yes"


def delta(how):
    return FINE + [f"--compress=delta{{{how}}}"]


def pruned(density, epochs):
    return ["--lr=0.001", f"--prune-epochs={epochs}", f"--compress=sparsity{{pattern=threshold density={density}}}"]


def no_longer(flags, epochs):
    """Flags of a shorter training."""
    return [f"--prune-epochs={min(epochs, int(f.split('=')[1]))}" if f.startswith("--prune-epochs=") else f for f in flags]


def sparse(how, junction="layers=*0*"):
    return SPARSE + [f"--compress=sparsity{{{how} {junction}}}"]


TRAIN = "tensor-train{shapes=4x4x2x16:7x4x2x16 rank=16 force=true layers=fc0},tensor-train{shapes=1x10:32x16 rank=16 force=true layers=fc1}"
GROUPS = [
    Group("clustering, MNIST MLP 300-100", "mnist-mlp-300-100", "mnist", 6, [
        Row("K = 8", DISTILLED + ["--compress=cluster{k=8}"], loss=0.1, times=10),
        Row("K = 4", DISTILLED + ["--compress=cluster{k=4}"], loss=0.4, times=15)]),
    Group("clustering, FashionMNIST MLP 300-100", "fashion-mnist-mlp-300-100", "fashion-mnist", 8, [
        Row("K = 8", DISTILLED + ["--compress=cluster{k=8}"], loss=0.1, times=10),
        Row("K = 4", DISTILLED + ["--compress=cluster{k=4}"], loss=0.4, times=15)]),
    Group("composed, FashionMNIST LeNet-5", "fashion-mnist-lenet5", "fashion-mnist", 16, [
        Row("dense layers: 1 of 8, 1 of 4; 8 values of 4 bits (convolutions 16)", ["--lr=0.001", "--distill=0.7", "--quantize=w4a8",
            "--compress=sparsity{pattern=1:8 layers=*9/Gemm},sparsity{pattern=1:4 layers=*11/Gemm},cluster{k=16 layers=*Conv},cluster{k=8 layers=*Gemm}"],
            loss=0.5, times=30)]),
    Group("pruning, FashionMNIST MLP 300-100", "fashion-mnist-mlp-300-100", "fashion-mnist", 8, [
        Row(f"{share} of the weights, {name}", pruned(density, epochs)) for density, share in ((0.05, "5 %"), (0.02, "2 %"))
        for name, epochs in (("pruned at once", 0), ("pruned in 5 epochs", 5))]),
    # The second of the two junctions stays dense: 38.3 % of all edges are 37.5 % of the first's.
    Group("pre-defined sparsity, MNIST 784-112-10", (28, (112, 10)), "mnist", 20, [
        Row("dense", SPARSE),
        Row("38.3 %, random", sparse("density=0.375 pattern=random"), loss=0.1),
        *(Row(f"{share}, {kind}", sparse(how)) for density, share in ((0.5, "50.6 %"), (0.25, "25.9 %"), (1 / 16, "7.4 %"), (1 / 56, "3.0 %"))
          for kind, how in [(f"type {t}", f"fan-out={round(112 * density)} type={t}") for t in (1, 2, 3)] +
          [("random", f"density={density:.6f} pattern=random")])]),
    Group("block-circulant, MNIST 784-512-10", (28, (512, 10)), "mnist", 20, [
        Row("dense", SCRATCH),
        Row("block 8, first layer", SPARSE + ["--compress=circulant{block=8 layers=fc0}"], loss=0.5)]),
    Group("tensor train, FashionMNIST 896-512-10", (32, (512, 10)), "fashion-mnist", 10, [
        Row("rank 16, f32", ["--from-scratch", "--quantize=none", "--lr=0.004", "--schedule=one-cycle", f"--compress={TRAIN}"], least=88.5, times=31)],
        weights=896 * 512 + 512 * 10),
    Group("tensor train in fixed point, FashionMNIST 896-512-10", "tensor_train.onnxtext", "fashion-mnist", 7, [
        Row("rank 16 that shrinks, 4-bit cores", ["--from-scratch", "--low-precision", "--quantize=w4a8", "--lr=0.006", "--rank-prior=1e-5", "--rank-threshold=0.35",
            "--compress=" + TRAIN.replace("fc0", "h").replace("fc1", "y")], least=86.5, times=292)], weights=896 * 512 + 512 * 10),
    Group("batch norm from new weights, FashionMNIST MLP 150-16-400-120-84", "fashion-mnist-delta-mlp", "fashion-mnist", 3, [
        Row(name, ["--from-scratch", f"--quantize={bits}", "--lr=0.003", "--schedule=one-cycle"]) for name, bits in (("f32", "none"), ("int8", "int8"), ("w4a8", "w4a8"))],
        SYMMETRIC),
    # Half of 8 bits, but for the references: one for each layer.
    Group("deltas, FashionMNIST MLP 150-16-400-120-84", "fashion-mnist-delta-mlp", "fashion-mnist", 6, [
        Row("int8", FINE),
        Row("4 bits, fixed, a reference a layer", delta("width=4 scheme=fixed granularity=layer"), least=89, times=7.99),
        Row("4 bits, fixed, a reference a row", delta("width=4 scheme=fixed")),
        Row("3 bits, fixed, a reference a row", delta("width=3 scheme=fixed"), least=88.5),
        Row("2 bits, fixed, a reference a row", delta("width=2 scheme=fixed"), least=87),
        Row("4 bits, consecutive, a reference a row", delta("width=4 scheme=consecutive"), least=88.5)], SYMMETRIC),
]


class Bench:
    def __init__(self, options):
        self.options, self.start, self.failures = options, time.monotonic(), []
        self.cache = options.cache or options.folder.name
        os.makedirs(self.cache, exist_ok=True)

    def minutes_left(self):
        return self.options.minutes and max(0.01, self.options.minutes - (time.monotonic() - self.start) / 60)

    def network(self, group):
        if isinstance(group.network, str) and group.network.endswith(".onnxtext"):
            return os.path.join(os.path.dirname(os.path.abspath(__file__)), group.network) if self.options.only in group.network else None
        if isinstance(group.network, str):
            return model(self.options, group.network)
        columns, sizes = group.network
        name = "mlp-" + "-".join(map(str, (28 * columns, *sizes)))
        if self.options.only not in name:
            return None
        path = os.path.join(self.cache, name + ".onnx")
        make_arch.make(path, columns, sizes)
        return path

    def train(self, group, row, path, files, seed):
        """The numbers of one training, from the cache where they are there, or None where time is over; and its folder."""
        training, test, flags = files
        epochs = 1 if self.options.quick else self.options.epochs or group.epochs
        flags = [*flags, *no_longer(row.flags, epochs), "--epochs", str(epochs), "--seed", str(seed)]
        command = ["train", path, "--data", training, "--val", test, *flags]
        key = f"{group.name}-{row.name}-{seed}-" + hashlib.sha256(" ".join(command[:1] + [os.path.basename(path)] + flags).encode()).hexdigest()[:8]
        base = os.path.join(self.cache, "".join(c if c.isalnum() else "-" for c in key))
        if os.path.exists(base + ".json"):
            with open(base + ".json") as file:
                return json.load(file), base
        if self.options.minutes and self.minutes_left() < 0.1:
            return None, base
        how = "--resume" if os.path.exists(base + "/checkpoint.bin") else "--force"
        try:
            found, seconds = weft(self.options, *command, "-o", base, how, minutes=self.minutes_left())
        except Failed as failure:
            if "more than" in str(failure):
                return None, base  # the next call goes on from the checkpoint
            raise
        dense = 32 * group.weights or found["compression"] * found["weight_bits"]
        result = {"group": group.name, "weights": row.name, "seed": seed, "epochs": epochs, "seconds": seconds,
                  "accuracy": 100 * found.get("accuracy_compiled", found["accuracy"]), "times": found.get("model_ratio", dense / found["weight_bits"]),
                  "float": 100 * found["accuracy_float"] if "accuracy_float" in found else None, "before": 100 * found["accuracy_before"], "flags": flags}
        with open(base + ".json", "w") as file:
            json.dump(result, file)
        print(f"{group.name}, {row.name}, seed {seed}: {result['accuracy']:.2f} % in {seconds:.0f} s", flush=True)
        return result, base

    def verify(self, row, base, files):
        """Compiles what was trained for all targets: whether they return the same bits, and their accuracy."""
        training, test, flags = files
        if os.path.exists(base + ".verified.json"):
            with open(base + ".verified.json") as file:
                return json.load(file)
        out = os.path.join(self.options.folder.name, "compiled")
        calibration = ["--calib", training, *flags] if "--quantize=none" in row.flags else []
        weft(self.options, "compile", base + "/model.mlir", *calibration, "--parallelism=cycles=20000", "-o", out, "--force")
        compared, _ = weft(self.options, "verify", out, "--data", test, *flags, "-n", str(self.options.verify))
        found, _ = weft(self.options, "eval", out, "--data", test, *flags)
        result = {"vectors": self.options.verify, "identical": compared["result"] == "identical", "calibrated": bool(calibration), "accuracy_executors": 100 * found["accuracy"]}
        with open(base + ".verified.json", "w") as file:
            json.dump(result, file)
        return result

    def group(self, group, seed):
        path, files = self.network(group), dataset(self.options, group.data)
        if not path or not files or self.options.group not in group.name:
            return
        if group.preprocess and self.options.data:
            files = *files[:2], group.preprocess
        for row in group.rows:
            try:
                result, base = self.train(group, row, path, files, seed)
                if result and self.options.verify and seed == 1:
                    result = {**result, **self.verify(row, base, files)}
                yield group, row, result
            except Failed as failure:
                self.failures.append(f"{group.name}, {row.name}: {failure}")


def executors(result):
    """Whether all executors return the same bits, at the accuracy that training reported; what was trained in f32 is calibrated and has its own."""
    if "identical" not in result:
        return ""
    if not result["identical"] or not result["calibrated"] and result["accuracy_executors"] != result["accuracy"]:
        return "no"
    return f"yes, int8 {result['accuracy_executors']:.2f} %" if result["calibrated"] else "yes"


def lines(results):
    """The table's rows: a row for all seeds of one kind of training."""
    for group in GROUPS:
        baseline = None
        for row in group.rows:
            found = [r for g, w, r in results if g is group and w is row]
            if not found:
                continue
            accuracy, times = statistics.mean(r["accuracy"] for r in found), statistics.mean(r["times"] for r in found)
            if baseline is None:
                baseline = found[0]["float"] or accuracy
            before = found[0]["before"] if found[0]["float"] else None
            yield [group.name, row.name, f"{baseline:.2f} %", f"{before:.2f} %" if before else "", f"{accuracy:.2f} %",
                   " ".join(f"{r['accuracy']:.2f}" for r in found), f"{times:.2f} ×", row.target(), row.reached(accuracy, baseline, times), found[0]["epochs"],
                   executors(found[0])]


def main():
    options = arguments(__doc__, {"seeds": (3, "trainings of each"), "epochs": (0, "instead of each row's own; 0: those"), "group": ("", "only groups whose names contain this"),
                                  "verify": (0, "test samples on which all executors are compared"), "cache": ("", "folder of finished trainings"), "minutes": (0.0, "begin no training after these; 0: no end"),
                                  "markdown": ("", "file for the table")}, quick="one epoch of one seed")
    bench, results = Bench(options), []
    for seed in range(1, (1 if options.quick else options.seeds) + 1):
        for group in GROUPS:
            results += [(g, w, r) for g, w, r in bench.group(group, seed) if r]
    header = ["network", "weights", "baseline", "compressed, untrained", "trained, mean", "each seed", "less than f32", "to reach", "reached", "epochs", "RTL = HLS = native"]
    text = table("Trained in the loop", header, list(lines(results)))
    if options.markdown:
        with open(options.markdown, "w") as file:
            file.write(text)
    finish(options, [r for _, _, r in results], bench.failures)


if __name__ == "__main__":
    main()
