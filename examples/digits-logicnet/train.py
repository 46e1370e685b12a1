#!/usr/bin/env python3
"""Trains a LogicNets-style network on 8x8 digits and writes it as ONNX: few inputs per neuron, 2-bit activations.

usage: train.py <folder of digits-train.npz and digits-test.npz> <model.onnx> [--form logicnet|binary]
Needs numpy and PyTorch (Debian: python3-torch). Deterministic on one machine.

logicnet: 64 pixels of 4 bits -> 128 neurons of 3 inputs -> 64 of 6 -> 10 of 8; weights of 6 bits, 2-bit activations.
binary:   64 pixels of 2 bits -> 32 dense neurons -> 32 -> 10; weights -1 and +1, 2-bit activations (as QONNX's TFC 1W2A).
The inputs of a neuron are its greatest weights after a dense start, then fixed (Umuroglu et al., FPL 2020, choose them at random).
"""
import argparse
import struct

import numpy as np
import torch
from torch import nn

FLOAT, INT8, INT32, UINT4, UINT2 = 1, 3, 6, 21, 25


# --- the network ---------------------------------------------------------------------------------------------------

class Round(torch.autograd.Function):
    """Rounding with a straight-through gradient."""

    @staticmethod
    def forward(context, x):
        return torch.round(x)

    @staticmethod
    def backward(context, gradient):
        return gradient


class Layer(nn.Module):
    """A linear layer with `fan_in` inputs per neuron, batch norm, and codes 0 .. levels of step `scale`."""

    def __init__(self, inputs, outputs, fan_in, levels, weight_bits):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs) / np.sqrt(min(inputs, 4 * fan_in)))
        self.norm = nn.BatchNorm1d(outputs)
        self.fan_in, self.levels, self.weight_bits = fan_in, levels, weight_bits
        self.scale = 0.7 if levels else 1.0
        self.register_buffer("mask", torch.ones(outputs, inputs))

    def prune(self, keep):
        keep = max(keep, self.fan_in)
        threshold = (self.weight * self.mask).abs().topk(min(keep, self.weight.shape[1]), dim=1).values[:, -1:]
        self.mask = ((self.weight * self.mask).abs() >= threshold).float()

    def weight_scale(self):
        if self.weight_bits == 1:
            return (self.weight * self.mask).abs().sum(1, keepdim=True) / self.mask.sum(1, keepdim=True)
        return (self.weight * self.mask).abs().amax(1, keepdim=True).clamp(min=1e-6) / (2 ** (self.weight_bits - 1) - 1)

    def codes(self):
        if self.weight_bits == 1:
            return torch.where(self.weight >= 0, 1.0, -1.0) + (self.weight - self.weight.detach()).clamp(-1, 1)
        return Round.apply(self.weight * self.mask / self.weight_scale())

    def forward(self, x):
        y = self.norm(nn.functional.linear(x, self.codes() * self.weight_scale()))
        if not self.levels:
            return y
        return Round.apply((y / self.scale).clamp(0, self.levels)) * self.scale


def network(form):
    if form == "binary":
        return nn.Sequential(Layer(64, 32, 64, 3, 1), Layer(32, 32, 32, 3, 1), Layer(32, 10, 32, 0, 1))
    return nn.Sequential(Layer(64, 128, 3, 3, 6), Layer(128, 64, 6, 3, 6), Layer(64, 10, 8, 0, 6))


def accuracy(model, x, labels):
    model.eval()
    with torch.no_grad():
        return (model(x).argmax(1) == labels).float().mean().item()


def train(form, x, labels, test_x, test_labels, epochs=240):
    torch.manual_seed(1)
    torch.set_num_threads(1)
    model = network(form)
    optimizer = torch.optim.Adam(model.parameters(), lr=4e-3)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs)
    for epoch in range(epochs):
        model.train()
        for part in torch.randperm(len(x)).split(64):
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(x[part]), labels[part]).backward()
            optimizer.step()
        schedule.step()
        if epoch < epochs // 2:
            for layer in model:
                layer.prune(int(layer.weight.shape[1] * (1 - epoch / (epochs // 2 - 1)) ** 3))
        if epoch % 40 == 39:
            print(f"epoch {epoch + 1}: train {accuracy(model, x, labels):.4f}, test {accuracy(model, test_x, test_labels):.4f}")
    model.eval()
    return model


# --- ONNX ----------------------------------------------------------------------------------------------------------

def varint(n):
    out = b""
    while True:
        n, low = n >> 7, n & 127
        out += bytes([low | (128 if n else 0)])
        if not n:
            return out


def field(number, value):
    """A protobuf field: an int as varint, a float as 32 bits, bytes or str as length-delimited."""
    if isinstance(value, float):
        return varint(number << 3 | 5) + struct.pack("<f", value)
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    value = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(value)) + value


def tensor(name, kind, array):
    raw = np.ascontiguousarray(array).tobytes()
    return field(5, b"".join(field(1, d) for d in np.shape(array)) + field(2, kind) + field(8, name) + field(9, raw))


def node(kind, inputs, output, **integers):
    attributes = b"".join(field(5, field(1, k) + field(3, v) + field(20, 2)) for k, v in integers.items())
    return field(1, b"".join(field(1, i) for i in inputs) + field(2, output) + field(3, output) + field(4, kind) + attributes)


def port(number, name, size):
    shape = field(1, field(2, "N")) + field(1, field(1, size))
    return field(number, field(1, name) + field(2, field(1, field(1, FLOAT) + field(2, shape))))


def export(model, path, input_scale, logits_scale, code):
    """QDQ: weights int8 with one scale per neuron, biases int32, activations `code` (uint4, uint2) behind a clip."""
    parts = [tensor("zero", code, np.zeros((), np.uint8)), tensor("zero8", INT8, np.zeros((), np.int8)),
             tensor("input_scale", FLOAT, np.float32(input_scale)), tensor("lo", FLOAT, np.float32(0)),
             node("QuantizeLinear", ["pixels", "input_scale", "zero"], "pixels.q"),
             node("DequantizeLinear", ["pixels.q", "input_scale", "zero"], "h0")]
    scale = input_scale
    for i, layer in enumerate(model):
        outputs = layer.weight.shape[0]
        gain = (layer.norm.weight / torch.sqrt(layer.norm.running_var + layer.norm.eps)).detach().double()
        sign = torch.where(gain < 0, -1.0, 1.0)
        codes = (layer.codes() * layer.mask * sign[:, None]).detach().numpy().astype(np.int8)
        weight_scale = (layer.weight_scale()[:, 0].double() * gain.abs()).detach().numpy().astype(np.float32)
        bias = (layer.norm.bias - layer.norm.running_mean * gain).detach().numpy()
        bias_scale = (weight_scale * np.float32(scale)).astype(np.float32)
        name = f"fc{i + 1}"
        parts += [tensor(f"{name}.weight", INT8, codes), tensor(f"{name}.weight.scale", FLOAT, weight_scale),
                  tensor(f"{name}.weight.zero", INT8, np.zeros(outputs, np.int8)),
                  tensor(f"{name}.bias", INT32, np.round(bias / bias_scale).astype(np.int32)),
                  tensor(f"{name}.bias.scale", FLOAT, bias_scale),
                  tensor(f"{name}.bias.zero", INT32, np.zeros(outputs, np.int32)),
                  node("DequantizeLinear", [f"{name}.weight", f"{name}.weight.scale", f"{name}.weight.zero"], f"{name}.w", axis=0),
                  node("DequantizeLinear", [f"{name}.bias", f"{name}.bias.scale", f"{name}.bias.zero"], f"{name}.b", axis=0),
                  node("Gemm", [f"h{i}", f"{name}.w", f"{name}.b"], name, transB=1)]
        if layer.levels:
            scale = layer.scale
            parts += [tensor(f"{name}.scale", FLOAT, np.float32(scale)), tensor(f"{name}.hi", FLOAT, np.float32(layer.levels * scale)),
                      node("Clip", [name, "lo", f"{name}.hi"], f"{name}.clip"),
                      node("QuantizeLinear", [f"{name}.clip", f"{name}.scale", "zero"], f"{name}.q"),
                      node("DequantizeLinear", [f"{name}.q", f"{name}.scale", "zero"], f"h{i + 1}")]
        else:
            parts += [tensor("logits.scale", FLOAT, np.float32(logits_scale)),
                      node("QuantizeLinear", [name, "logits.scale", "zero8"], "logits.q"),
                      node("DequantizeLinear", ["logits.q", "logits.scale", "zero8"], "logits")]
    parts += [port(11, "pixels", 64), port(12, "logits", 10)]
    graph = field(2, "digits") + b"".join(parts)
    with open(path, "wb") as out:
        # uint4 came with opset 21, uint2 with 25
        version, opset = (10, 21) if code == UINT4 else (13, 25)
        out.write(field(1, version) + field(2, "weft") + field(7, graph) + field(8, field(2, opset)))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("data")
    parser.add_argument("model")
    parser.add_argument("--form", choices=["logicnet", "binary"], default="logicnet")
    options = parser.parse_args()
    # What the network sees: 16 or 4 grey levels.
    top, code = (15, UINT4) if options.form == "logicnet" else (3, UINT2)
    input_scale = 1.0 / top
    sets = []
    for part in "train", "test":
        data = np.load(f"{options.data}/digits-{part}.npz")
        names = list(data.keys())
        pixels = torch.tensor(data[names[0]].astype(np.float32).reshape(-1, 64))
        labels = torch.tensor(data[names[1]].astype(np.int64))
        sets += [torch.round(pixels / input_scale).clamp(0, top) * input_scale, labels]
    model = train(options.form, *sets)
    with torch.no_grad():
        greatest = model(sets[0]).abs().max().item()
    export(model, options.model, input_scale, greatest / 127, code)
    print(f"{options.model}: train {accuracy(model, sets[0], sets[1]):.4f}, test {accuracy(model, sets[2], sets[3]):.4f}")


if __name__ == "__main__":
    main()
