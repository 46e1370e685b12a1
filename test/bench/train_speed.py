#!/usr/bin/env python3
"""Seconds of an epoch of weft train and of PyTorch on the same cores, alternating.

train_speed.py --models FOLDER --data FOLDER      (needs PyTorch: apt-get install python3-torch)

The MLP of the delta paper with batch norm in training mode, and LeNet-5; batch 128, Adam, the same 60,000 samples in memory, no augmentation. Both run
with as many threads as there are cores and with one; of each the faster counts."""
import gzip
import os
import statistics
import sys
import time

from common import Failed, arguments, dataset, finish, model, table, weft

try:
    import numpy
    import torch
except ImportError:
    sys.exit("PyTorch is not installed: apt-get install python3-torch")


def mlp():
    layers = []
    for inputs, outputs in ((784, 150), (150, 16), (16, 400), (400, 120), (120, 84), (84, 10)):
        layers += [torch.nn.Linear(inputs, outputs, bias=False), torch.nn.BatchNorm1d(outputs), torch.nn.Hardtanh()]
    return torch.nn.Sequential(torch.nn.Flatten(), *layers[:-1])


def lenet():
    n = torch.nn
    return n.Sequential(n.Conv2d(1, 8, 5), n.ReLU(), n.MaxPool2d(2), n.Conv2d(8, 16, 5), n.ReLU(), n.MaxPool2d(2), n.Flatten(), n.Linear(256, 120), n.ReLU(),
                        n.Linear(120, 84), n.ReLU(), n.Linear(84, 10))


def load(folder):
    with gzip.open(os.path.join(folder, "train-images-idx3-ubyte.gz")) as file:
        x = numpy.frombuffer(file.read(), "uint8", offset=16).reshape(-1, 1, 28, 28).astype("float32") / 255
    with gzip.open(os.path.join(folder, "train-labels-idx1-ubyte.gz")) as file:
        y = numpy.frombuffer(file.read(), "uint8", offset=8).astype("int64")
    return torch.tensor(x), torch.tensor(y)


def torch_epoch(network, optimizer, x, y, threads):
    torch.set_num_threads(threads)
    start = time.monotonic()
    order = torch.randperm(len(x))
    for first in range(0, len(x) - 127, 128):
        rows = order[first:first + 128]
        optimizer.zero_grad(set_to_none=True)
        torch.nn.functional.cross_entropy(network(x[rows]), y[rows]).backward()
        optimizer.step()
    return time.monotonic() - start


def weft_epoch(options, path, folder, flags, threads):
    """Seconds of an epoch, from the times that the command keeps."""
    found, _ = weft(options, "train", path, "--from-scratch", "--quantize=none", "--data", folder, *flags, "--epochs=1", f"--threads={threads}", "-o",
                    options.folder.name + "/out", "--force", "-q")
    return found["epoch_seconds"][0]


options = arguments(__doc__, {"rounds": (3, "epochs of each")})
rows, results, failures = [], [], []
for name, make in (("fashion-mnist-delta-mlp", mlp), ("fashion-mnist-lenet5", lenet)):
    path, files = model(options, name), dataset(options, "fashion-mnist")
    if not path or not files or not options.data:
        continue
    x, y = load(files[0])
    network = make()
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    cores = len(os.sched_getaffinity(0))
    counts = sorted({cores, 1}, reverse=True)
    label = lambda who, threads: f"{who}, {threads} thread{'s' if threads > 1 else ''}"
    seconds = {label(who, n): [] for who in ("weft", "PyTorch") for n in counts}
    try:
        for _ in range(options.rounds):
            for n in counts:
                seconds[label("weft", n)].append(weft_epoch(options, path, files[0], files[2], n))
                seconds[label("PyTorch", n)].append(torch_epoch(network, optimizer, x, y, n))
    except Failed as failure:
        failures.append(f"{name}: {failure}")
        continue
    best = {who: min(min(v) for k, v in seconds.items() if k.startswith(who)) for who in ("weft", "PyTorch")}
    ratio = best["PyTorch"] / best["weft"]
    results.append({"model": name, "seconds": seconds, "ratio": ratio})
    for k, v in seconds.items():
        rows.append([name, k, f"{min(v):.2f} s", f"{statistics.median(v):.2f} s", f"{ratio:.2f}" if min(v) == best["weft"] and k.startswith("weft") else ""])
table("An epoch of 60,000 samples, batch 128", ["model", "", "fastest", "median", "times faster than PyTorch"], rows)
finish(options, results, failures)
