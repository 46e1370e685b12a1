#!/usr/bin/env python3
"""Writes a multilayer perceptron of images with new weights as ONNX, to be trained from scratch: make_arch.py <model.onnx> <columns> <sizes…>.
Inputs are [N, 784]; `columns` above 28 pads the 28 x 28 pixels with zeros on the right, as 896 = 28 x 32 inputs need. ReLU between layers. No packages are needed."""
import array
import random
import struct
import sys

from make_layer import integers
from onnxfile import FLOAT, field, node, tensor, value, write

INT64 = 7


def attributed(kind, inputs, output, attributes):
    return field(1, b"".join(field(1, i) for i in inputs) + field(2, output) + field(4, kind) + b"".join(attributes))


def shape(name, numbers):
    return tensor(name, INT64, [len(numbers)], struct.pack(f"<{len(numbers)}q", *numbers))


def make(path, columns, sizes):
    rng, parts, x = random.Random(1), [], "image"
    if columns > 28:
        parts += [shape("rows", [-1, 28, 28]), shape("pads", [0, 0, 0, 0, 0, columns - 28]), shape("flat", [-1, 28 * columns]),
                  node("Reshape", ["image", "rows"], "square"), node("Pad", ["square", "pads"], "padded"), node("Reshape", ["padded", "flat"], "x0")]
        x = "x0"
    for i, (inputs, outputs) in enumerate(zip([28 * columns, *sizes], sizes)):
        deviation = (2 / inputs) ** 0.5
        weight = array.array("f", (rng.gauss(0, deviation) for _ in range(outputs * inputs))).tobytes()
        parts += [tensor(f"fc{i}.weight", FLOAT, [outputs, inputs], weight), tensor(f"fc{i}.bias", FLOAT, [outputs], bytes(4 * outputs))]
        last = i + 1 == len(sizes)
        y = "scores" if last else f"y{i}"
        parts.append(attributed("Gemm", [x, f"fc{i}.weight", f"fc{i}.bias"], y, [field(3, f"fc{i}"), integers("transB", 1)]))
        if not last:
            x = f"x{i + 1}"
            parts.append(node("Relu", [y], x))
    write(path, parts + [value(11, "image", FLOAT, 784), value(12, "scores", FLOAT, sizes[-1])], "mlp")


if __name__ == "__main__":
    make(sys.argv[1], int(sys.argv[2]), [int(s) for s in sys.argv[3:]])
