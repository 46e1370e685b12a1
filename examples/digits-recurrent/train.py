#!/usr/bin/env python3
"""Trains an LSTM or a GRU on 8x8 digits, row after row, and writes it as ONNX.

usage: train.py <folder of digits-train.npz and digits-test.npz> <model.onnx> [--cell lstm|gru] [--hidden 16]
Needs numpy and PyTorch (Debian: python3-torch). Deterministic on one machine.

64 pixels -> 8 steps of 8 -> the last state -> 10 logits.
"""
import argparse
import os
import sys

import numpy as np
import torch
from torch import nn

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../digits-logicnet"))
from train import FLOAT, field, port, tensor  # noqa: E402

INT64 = 7
# Places of ONNX's gates among PyTorch's.
ORDER = {"lstm": (0, 3, 1, 2), "gru": (1, 0, 2)}


class Network(nn.Module):
    def __init__(self, cell, hidden):
        super().__init__()
        self.cell = {"lstm": nn.LSTM, "gru": nn.GRU}[cell](8, hidden, batch_first=True)
        self.head = nn.Linear(hidden, 10)

    def forward(self, x):
        return self.head(self.cell(x.reshape(-1, 8, 8))[0][:, -1])


def accuracy(model, x, labels):
    with torch.no_grad():
        return (model(x).argmax(1) == labels).float().mean().item()


def train(cell, hidden, x, labels, test_x, test_labels, epochs=120):
    torch.manual_seed(1)
    torch.set_num_threads(1)
    model = Network(cell, hidden)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2, weight_decay=1e-4)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs)
    for epoch in range(epochs):
        for part in torch.randperm(len(x)).split(64):
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(x[part]), labels[part]).backward()
            optimizer.step()
        schedule.step()
        if epoch % 40 == 39:
            print(f"epoch {epoch + 1}: train {accuracy(model, x, labels):.4f}, test {accuracy(model, test_x, test_labels):.4f}")
    return model


def attribute(name, value):
    """An integer or a list of integers."""
    if isinstance(value, int):
        return field(5, field(1, name) + field(3, value) + field(20, 2))
    return field(5, field(1, name) + b"".join(field(8, v) for v in value) + field(20, 7))


def node(kind, inputs, outputs, **attributes):
    return field(1, b"".join(field(1, i) for i in inputs) + b"".join(field(2, o) for o in outputs) + field(3, outputs[-1]) +
                 field(4, kind) + b"".join(attribute(k, v) for k, v in attributes.items()))


def onnx_order(cell, hidden, parameter):
    gates = parameter.detach().numpy().reshape(len(ORDER[cell]), hidden, -1)
    return np.concatenate([gates[g] for g in ORDER[cell]])


def export(model, cell, hidden, path):
    layer = model.cell
    w, r, bw, br = (onnx_order(cell, hidden, p) for p in (layer.weight_ih_l0, layer.weight_hh_l0, layer.bias_ih_l0, layer.bias_hh_l0))
    more = {"linear_before_reset": 1} if cell == "gru" else {}
    parts = [tensor("rows", INT64, np.array([-1, 8, 8], np.int64)), tensor("W", FLOAT, w[None]), tensor("R", FLOAT, r[None]),
             tensor("B", FLOAT, np.concatenate([bw[:, 0], br[:, 0]])[None]),
             tensor("head.w", FLOAT, model.head.weight.detach().numpy()), tensor("head.b", FLOAT, model.head.bias.detach().numpy()),
             tensor("axis", INT64, np.array([0], np.int64)),
             node("Reshape", ["pixels", "rows"], ["samples"]), node("Transpose", ["samples"], ["steps"], perm=[1, 0, 2]),
             node(cell.upper(), ["steps", "W", "R", "B"], ["", "cell"], hidden_size=hidden, **more),
             node("Squeeze", ["cell", "axis"], ["state"]), node("Gemm", ["state", "head.w", "head.b"], ["logits"], transB=1)]
    graph = b"".join(parts) + field(2, "digits") + port(11, "pixels", 64) + port(12, "logits", 10)
    with open(path, "wb") as f:
        f.write(field(1, 8) + field(2, "weft") + field(7, graph) + field(8, field(2, 14)))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data")
    parser.add_argument("model")
    parser.add_argument("--cell", choices=["lstm", "gru"], default="lstm")
    parser.add_argument("--hidden", type=int, default=16)
    args = parser.parse_args()
    parts = [np.load(os.path.join(args.data, f"digits-{part}.npz")) for part in ("train", "test")]
    x, labels, test_x, test_labels = (torch.from_numpy(p[k]) for p in parts for k in ("x", "y"))
    x, test_x = x.reshape(-1, 64), test_x.reshape(-1, 64)
    export(train(args.cell, args.hidden, x, labels.long(), test_x, test_labels.long()), args.cell, args.hidden, args.model)


if __name__ == "__main__":
    main()
