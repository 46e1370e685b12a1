#!/usr/bin/env python3
"""Writes a network of one layer with Gaussian weights as ONNX: make_layer.py <model.onnx> dense <inputs> <outputs>, or
make_layer.py <model.onnx> conv <input channels> <output channels> <kernel> <image size>, 'same' padding. A ReLU follows. No packages are needed."""
import array
import random
import sys

from onnxfile import FLOAT, field, tensor, varint

INT = 2  # AttributeProto.type


def shaped(number, name, dims):
    """A float graph input or output; the first dimension is the batch."""
    shape = field(1, field(2, "N")) + b"".join(field(1, field(1, d)) for d in dims)
    return field(number, field(1, name) + field(2, field(1, field(1, FLOAT) + field(2, shape))))


def node(kind, name, inputs, output, attributes=()):
    return field(1, b"".join(field(1, i) for i in inputs) + field(2, output) + field(3, name) + field(4, kind) + b"".join(attributes))


def integers(name, values):
    """An attribute of integers; a single one where `values` is an int."""
    if isinstance(values, int):
        return field(5, field(1, name) + field(3, values) + field(20, INT))
    return field(5, field(1, name) + b"".join(varint(8 << 3) + varint(v) for v in values) + field(20, 7))


def gaussian(shape, deviation, rng):
    count = 1
    for d in shape:
        count *= d
    return array.array("f", (rng.gauss(0, deviation) for _ in range(count))).tobytes()


def write(path, kind, *numbers):
    rng = random.Random(1)
    if kind == "dense":
        inputs, outputs = numbers
        weight, bias = [outputs, inputs], [outputs]
        layer = node("Gemm", "layer", ["x", "w", "b"], "y", [integers("transB", 1)])
        first, last = [inputs], [outputs]
    else:
        inputs, outputs, kernel, size = numbers
        weight, bias = [outputs, inputs, kernel, kernel], [outputs]
        layer = node("Conv", "layer", ["x", "w", "b"], "y", [integers("pads", [kernel // 2] * 4), integers("kernel_shape", [kernel] * 2)])
        first, last = [inputs, size, size], [outputs, size, size]
    fan = 1
    for d in weight[1:]:
        fan *= d
    graph = (tensor("w", FLOAT, weight, gaussian(weight, (2 / fan) ** 0.5, rng)) + tensor("b", FLOAT, bias, gaussian(bias, 0.05, rng)) +
             layer + node("Relu", "relu", ["y"], "z") + field(2, "layer") + shaped(11, "x", first) + shaped(12, "z", last))
    with open(path, "wb") as f:
        f.write(field(1, 8) + field(7, graph) + field(8, field(1, "") + field(2, 13)))


if __name__ == "__main__":
    write(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:]))
