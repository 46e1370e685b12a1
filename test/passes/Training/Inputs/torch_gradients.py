"""Differentiates an MLP with batch norm and hard tanh, and a LeNet, by weft and by PyTorch. usage: torch_gradients.py FOLDER"""
import os
import subprocess
import sys

import numpy
import torch

folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)


class Text:
    """Writes a function of nn operations."""

    def __init__(self):
        self.lines, self.arguments, self.values, self.count = [], [], {}, 0

    def argument(self, name, value):
        # Dimension 0 of an input counts samples: there is one.
        self.arguments.append(name)
        self.values[name] = value
        return self.reshape(("%" + name, (1, *value.shape)), value.shape)

    def reshape(self, value, shape):
        return self.op("reshape {shape = array<i64: " + ", ".join(map(str, shape)) + ">}", [value], shape)

    def op(self, text, operands, shape, element="f32"):
        self.count += 1
        types = ", ".join(self.type(s) for _, s in operands)
        names = ", ".join(n for n, _ in operands)
        words = text.split(" {")
        head, attributes = words[0], " {" + words[1] if len(words) > 1 else ""
        self.lines.append(f"  %v{self.count} = nn.{head} {names}{attributes} : {types} -> {self.type(shape, element)}")
        return f"%v{self.count}", shape

    @staticmethod
    def type(shape, element="f32"):
        return "tensor<" + "".join(f"{d}x" for d in shape) + element + ">"

    def write(self, result):
        result = self.reshape(result, (1, *result[1]))
        head = ", ".join(f'%{a}: {self.type((1, *self.values[a].shape))} {{nn.name = "{a}"}}' for a in self.arguments)
        body = "\n".join(self.lines)
        return f"func.func @main({head}) -> {self.type(result[1])} {{\n{body}\n  return {result[0]} : {self.type(result[1])}\n}}\n"


def ints(*values):
    return "array<i64: " + ", ".join(map(str, values)) + ">"


def window(stride, kernel=None):
    text = f"strides = {ints(stride, stride)}, pads_begin = {ints(0, 0)}, pads_end = {ints(0, 0)}, dilations = {ints(1, 1)}"
    return (f"kernel = {ints(kernel, kernel)}, " if kernel else "") + text


def mlp(random):
    t, n = Text(), 16
    p = {"x": random.normal(size=(n, 30)), "w1": random.normal(size=(20, 30)) * 0.3, "b1": random.normal(size=20), "g": random.normal(size=20),
         "s": random.normal(size=20), "w2": random.normal(size=(5, 20)) * 0.3, "b2": random.normal(size=5), "w3": random.normal(size=(4, 5)),
         "b3": random.normal(size=4)}
    p = {k: v.astype("float32") for k, v in p.items()}
    a = {k: t.argument(k, v) for k, v in p.items()}
    h = t.op("linear", [a["x"], a["w1"], a["b1"]], (n, 20))
    mean = t.op("reduce mean {axes = array<i64: 0>, keepdims = true}", [h], (1, 20))
    c = t.op("binary sub", [h, mean], (n, 20))
    square = t.op("binary mul", [c, c], (n, 20))
    var = t.op("reduce mean {axes = array<i64: 0>, keepdims = true}", [square], (1, 20))
    root = t.op("unary sqrt", [var], (1, 20))
    h = t.op("binary div", [c, root], (n, 20))
    h = t.op("binary mul", [h, a["g"]], (n, 20))
    h = t.op("binary add", [h, a["s"]], (n, 20))
    h = t.op("clip {min = -1.0, max = 1.0}", [h], (n, 20))
    h = t.op("unary sigmoid", [t.op("linear", [h, a["w2"], a["b2"]], (n, 5))], (n, 5))
    y = t.op("softmax {axis = 1 : i64, log = true}", [t.op("linear", [h, a["w3"], a["b3"]], (n, 4))], (n, 4))

    def reference(q):
        h = torch.nn.functional.linear(q["x"], q["w1"], q["b1"])
        h = torch.nn.functional.batch_norm(h, None, None, q["g"], q["s"], training=True, eps=0)
        h = torch.sigmoid(torch.nn.functional.linear(torch.nn.functional.hardtanh(h), q["w2"], q["b2"]))
        return torch.log_softmax(torch.nn.functional.linear(h, q["w3"], q["b3"]), 1)

    return t, y, reference


def lenet(random):
    t, n = Text(), 4
    p = {"x": random.normal(size=(n, 1, 16, 16)), "w1": random.normal(size=(3, 1, 5, 5)) * 0.3, "b1": random.normal(size=3), "w2": random.normal(size=(4, 3, 3, 3)) * 0.3,
         "b2": random.normal(size=4), "w3": random.normal(size=(10, 16)) * 0.3, "b3": random.normal(size=10), "w4": random.normal(size=(4, 10)),
         "b4": random.normal(size=4)}
    p = {k: v.astype("float32") for k, v in p.items()}
    a = {k: t.argument(k, v) for k, v in p.items()}
    h = t.op("conv {" + window(1) + ", groups = 1 : i64}", [a["x"], a["w1"], a["b1"]], (n, 3, 12, 12))
    h = t.op("pool max {" + window(2, 2) + "}", [t.op("unary relu", [h], (n, 3, 12, 12))], (n, 3, 6, 6))
    h = t.op("conv {" + window(1) + ", groups = 1 : i64}", [h, a["w2"], a["b2"]], (n, 4, 4, 4))
    h = t.op("pool average {" + window(2, 2) + "}", [t.op("unary relu", [h], (n, 4, 4, 4))], (n, 4, 2, 2))
    h = t.reshape(h, (n, 16))
    h = t.op("unary tanh", [t.op("linear", [h, a["w3"], a["b3"]], (n, 10))], (n, 10))
    y = t.op("softmax {axis = 1 : i64, log = true}", [t.op("linear", [h, a["w4"], a["b4"]], (n, 4))], (n, 4))

    def reference(q):
        f = torch.nn.functional
        h = f.max_pool2d(torch.relu(f.conv2d(q["x"], q["w1"], q["b1"])), 2)
        h = f.avg_pool2d(torch.relu(f.conv2d(h, q["w2"], q["b2"])), 2).flatten(1)
        h = torch.tanh(f.linear(h, q["w3"], q["b3"]))
        return torch.log_softmax(f.linear(h, q["w4"], q["b4"]), 1)

    return t, y, reference


for name, network in (("mlp", mlp), ("lenet", lenet)):
    random = numpy.random.default_rng(1)
    t, y, reference = network(random)
    g = random.normal(size=y[1]).astype("float32")
    source, differentiated = f"{folder}/{name}.mlir", f"{folder}/{name}-gradients.mlir"
    with open(source, "w") as file:
        file.write(t.write(y))
    subprocess.run(["weft-opt", source, "--pass-pipeline=builtin.module(func.func(nn-differentiate))", "-o", differentiated], check=True)
    text = open(differentiated).read()
    inputs = {**t.values, f"input{len(t.values)}": g}
    files = []
    for i, (key, value) in enumerate(inputs.items()):
        numpy.save(f"{folder}/{name}-{i}.npy", value[None])
        files.append(f"{key}={folder}/{name}-{i}.npy")
    flags = [flag for file in files for flag in ("-i", file)]
    subprocess.run(["weft", "run", differentiated, *flags, "-o", f"{folder}/{name}-out", "-q"], check=True)
    q = {k: torch.tensor(v, requires_grad=True) for k, v in t.values.items()}
    reference(q).backward(torch.tensor(g))
    worst = 0
    for i, key in enumerate(t.arguments):
        found = numpy.load(f"{folder}/{name}-out/output{i + 1}.npy")
        expected = q[key].grad.numpy()
        # The gradient of a bias before a batch norm is 0: what rounding leaves of it is not compared with itself.
        worst = max(worst, float(abs(found[0] - expected).max() / max(abs(expected).max(), 0.1)))
        assert not numpy.isnan(found).any()
    print(f"{name}: {len(t.arguments)} gradients, greatest relative difference {worst:.1e}")
