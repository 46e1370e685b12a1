"""products.py FOLDER quantized | float: a network of products of activations and samples for it.

`float` squeezes and excites behind a convolution, masks pixels, and gates one branch by another. `quantized` is of QuantizeLinear and
DequantizeLinear pairs around Mul, of which onnxruntime makes QLinearMul."""
import sys

import numpy as np

folder, kind = sys.argv[1:]
rng = np.random.default_rng(5)


def weights(name, *shape):
    values = rng.standard_normal(shape).ravel() / np.sqrt(np.prod(shape[1:]))
    return f"float[{', '.join(map(str, shape))}] {name} = {{{', '.join(f'{v:.4f}' for v in values)}}}"


def pair(name, number):
    """Codes of `name` and back, with parameters `number`."""
    return f"  {name}_q = QuantizeLinear ({name}, s{number}, z{number})\n  {name}_d = DequantizeLinear ({name}_q, s{number}, z{number})\n"


if kind == "float":
    constants = ", ".join([weights("w", 4, 3, 1, 1), weights("squeeze", 2, 4, 1, 1), weights("excite", 4, 2, 1, 1), weights("look", 1, 4, 1, 1), weights("out_w", 2, 4, 1, 1)])
    body = """  a = Conv (x, w)
  p = GlobalAveragePool (a)
  q = Conv (p, squeeze)
  r = Relu (q)
  t = Conv (r, excite)
  s = HardSigmoid (t)
  e = Mul (a, s)
  l = Conv (e, look)
  m = Sigmoid (l)
  g = Mul (m, e)
  h = Tanh (a)
  k = Mul (g, h)
  n = Relu (k)
  y = Conv (n, out_w)
"""
else:
    constants = "float s0 = {0.02}, uint8 z0 = {120}, float s1 = {0.004}, uint8 z1 = {0}, float s2 = {0.011}, uint8 z2 = {130}, float s3 = {0.015}, uint8 z3 = {60}"
    body = pair("x", 0) + "  p = GlobalMaxPool (x_d)\n" + pair("p", 0) + "  s = Sigmoid (p_d)\n" + pair("s", 1)
    body += "  e = Mul (x_d, s_d)\n" + pair("e", 2) + "  h = Sigmoid (x_d)\n" + pair("h", 1) + "  g = Mul (h_d, x_d)\n" + pair("g", 3)
    body += "  y = Identity (e_d)\n  gated = Identity (g_d)\n"
with open(f"{folder}/model.onnxtext", "w") as file:
    file.write(f'<ir_version: 8, opset_import: ["" : 17]>\nproducts (float[N, 3, 6, 5] x) => (float[N, {"2, 6, 5] y" if kind == "float" else "3, 6, 5] y, float[N, 3, 6, 5] gated"})\n<{constants}>\n{{\n{body}}}\n')
np.save(f"{folder}/x.npy", rng.standard_normal((40, 3, 6, 5)).astype(np.float32))
