"""Writes a binary multilayer perceptron 64-96-10 for the digits in the text form of ONNX: weights and activations of BipolarQuant. usage: binary_mlp.py FILE"""
import random
import sys

rng = random.Random(1)


def weights(name, rows, columns):
    return f"float[{rows}, {columns}] {name} = {{{', '.join(str(rng.choice((-1, 1))) for _ in range(rows * columns))}}}"


with open(sys.argv[1], "w") as file:
    file.write(f"""<ir_version: 8, opset_import: ["" : 13, "qonnx.custom_op.general" : 1]>
binary_mlp (float[N, 64] x) => (float[N, 10] y)
<{weights("w1", 64, 96)}, {weights("w2", 96, 10)}, float[96] c1 = {{{', '.join(['0'] * 96)}}}, float[10] c2 = {{{', '.join(['0'] * 10)}}},
float s = {{0.125}}, float one = {{1.0}}>
{{
  v1 = qonnx.custom_op.general.BipolarQuant(w1, s)
  v2 = qonnx.custom_op.general.BipolarQuant(w2, s)
  h = Gemm(x, v1, c1)
  r = qonnx.custom_op.general.BipolarQuant(h, one)
  y = Gemm(r, v2, c2)
}}
""")
