#!/usr/bin/env python3
"""Seconds of an epoch of weft train and of PyTorch on the same cores, alternating.

train_speed.py --models FOLDER --data FOLDER      (needs PyTorch: apt-get install python3-torch)

The MLP of the delta paper with batch norm in training mode, and LeNet-5; batch 128, Adam, the same 60,000 samples in memory, no augmentation. PyTorch runs
with as many threads as there are cores and with one; the faster counts."""
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


def weft_epochs(options, path, folder, flags, epochs):
    """Seconds of each epoch, from the times that the command keeps."""
    found, _ = weft(options, "train", path, "--from-scratch", "--quantize=none", "--data", folder, *flags, "--epochs", str(epochs), "-o",
                    options.folder.name + "/out", "--force", "-q")
    return found["epoch_seconds"]


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
    seconds = {"weft": [], f"PyTorch, {cores} threads": [], "PyTorch, 1 thread": []}
    for _ in range(options.rounds):
        try:
            seconds["weft"] += weft_epochs(options, path, files[0], files[2], 1)
        except Failed as failure:
            failures.append(f"{name}: {failure}")
            break
        seconds[f"PyTorch, {cores} threads"].append(torch_epoch(network, optimizer, x, y, cores))
        seconds["PyTorch, 1 thread"].append(torch_epoch(network, optimizer, x, y, 1))
    if not seconds["weft"]:
        continue
    best = {k: min(v) for k, v in seconds.items()}
    ratio = min(v for k, v in best.items() if k != "weft") / best["weft"]
    results.append({"model": name, "seconds": seconds, "ratio": ratio})
    for k, v in seconds.items():
        rows.append([name, k, f"{min(v):.2f} s", f"{statistics.median(v):.2f} s", f"{ratio:.2f}" if k == "weft" else ""])
table("An epoch of 60,000 samples, batch 128", ["model", "", "fastest", "median", "times faster than PyTorch"], rows)
finish(options, results, failures)
