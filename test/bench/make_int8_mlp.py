#!/usr/bin/env python3
"""Writes one int8 multilayer perceptron twice: as ONNX in QDQ form (what onnxruntime fuses to QGemm), and as an integer
@main in the nn dialect. make_int8_mlp.py <out folder> [sizes...]; no packages are needed."""
import random
import struct
import sys

from onnxfile import FLOAT, INT32, INT8, UINT8, node, tensor, value, write


def layer(i, depth, outputs, rng, onnx, mlir):
    weights = [[rng.randint(-127, 127) for _ in range(depth)] for _ in range(outputs)]
    bias = [rng.randint(-2000, 2000) for _ in range(outputs)]
    onnx.append(tensor(f"w{i}", INT8, [depth, outputs], struct.pack(f"{depth * outputs}b", *(weights[n][k] for k in range(depth) for n in range(outputs)))))
    onnx.append(tensor(f"b{i}", INT32, [outputs], struct.pack(f"<{outputs}i", *bias)))
    onnx.append(node("DequantizeLinear", [f"q{i}", "one", "zu8"], f"x{i}"))
    onnx.append(node("DequantizeLinear", [f"w{i}", "small", "zi8"], f"wf{i}"))
    onnx.append(node("DequantizeLinear", [f"b{i}", "small", "zi32"], f"bf{i}"))
    onnx.append(node("Gemm", [f"x{i}", f"wf{i}", f"bf{i}"], f"y{i}"))
    onnx.append(node("QuantizeLinear", [f"y{i}", "one", "zu8"], f"q{i + 1}"))
    rows = ", ".join(str(r) for r in weights)
    mlir.append(f"  %w{i} = nn.constant dense<[{rows}]> : tensor<{outputs}x{depth}xi8>\n"
                f"  %b{i} = nn.constant dense<{bias}> : tensor<{outputs}xi32>\n"
                f"  %a{i} = nn.linear %q{i}, %w{i}, %b{i} : tensor<?x{depth}xui8>, tensor<{outputs}x{depth}xi8>, tensor<{outputs}xi32> -> tensor<?x{outputs}xi32>\n"
                f"  %q{i + 1} = nn.requantize %a{i}, %m, %n {{zero_point = 0 : i64, lo = 0 : i64, hi = 255 : i64}} : "
                f"tensor<?x{outputs}xi32>, tensor<1xi32>, tensor<1xi32> -> tensor<?x{outputs}xui8>\n")


def main():
    out, sizes = sys.argv[1], [int(a) for a in sys.argv[2:]] or [784, 300, 100, 10]
    rng, mlir = random.Random(1), []
    onnx = [tensor("one", FLOAT, [], struct.pack("<f", 1)), tensor("small", FLOAT, [], struct.pack("<f", 2.0 ** -12)),
            tensor("zu8", UINT8, [], b"\0"), tensor("zi8", INT8, [], b"\0"), tensor("zi32", INT32, [], b"\0" * 4)]
    for i in range(len(sizes) - 1):
        layer(i, sizes[i], sizes[i + 1], rng, onnx, mlir)
    last = len(sizes) - 1
    onnx += [value(11, "q0", UINT8, sizes[0]), value(12, f"q{last}", UINT8, sizes[-1])]
    write(out + "/model.onnx", onnx, "mlp")
    with open(out + "/model.mlir", "w") as f:
        f.write(f"func.func @main(%q0: tensor<?x{sizes[0]}xui8>) -> tensor<?x{sizes[-1]}xui8> {{\n"
                "  %m = nn.constant dense<16384> : tensor<1xi32>\n  %n = nn.constant dense<26> : tensor<1xi32>\n"
                + "".join(mlir) + f"  return %q{last} : tensor<?x{sizes[-1]}xui8>\n}}\n")


if __name__ == "__main__":
    main()
