"""rectifiers.py FOLDER: model.onnxtext, a quantized network whose LeakyRelu and PRelu read sums and codes, and x.npy for it."""
import sys

import numpy as np

folder = sys.argv[1]
rng = np.random.default_rng(11)


def codes(name, *shape):
    values = rng.integers(-100, 101, shape).ravel()
    return f"int8[{', '.join(map(str, shape))}] {name} = {{{', '.join(map(str, values))}}}"


def pair(name):
    return f"  {name}_q = QuantizeLinear ({name}, s, z)\n  {name}_d = DequantizeLinear ({name}_q, s, z)\n"


constants = ", ".join([codes("w", 4, 3, 1, 1), codes("v", 4, 4, 1, 1), "float s = {0.0317}, uint8 z = {100}, float t = {0.0079}, int8 n = {0}",
                       "float[4, 1, 1] slopes = {0.21, 0, 0.73, 1.43}"])
body = pair("x") + """  w_d = DequantizeLinear (w, t, n)
  a = Conv (x_d, w_d)
  b = LeakyRelu <alpha = 0.13> (a)
""" + pair("b") + """  c = PRelu (b_d, slopes)
""" + pair("c") + """  v_d = DequantizeLinear (v, t, n)
  d = Conv (c_d, v_d)
  e = PRelu (d, slopes)
""" + pair("e") + "  y = Identity (e_d)\n  between = Identity (c_d)\n"
with open(f"{folder}/model.onnxtext", "w") as file:
    file.write(f'<ir_version: 8, opset_import: ["" : 17]>\nrectifiers (float[N, 3, 5, 4] x) => (float[N, 4, 5, 4] y, float[N, 4, 5, 4] between)\n<{constants}>\n{{\n{body}}}\n')
np.save(f"{folder}/x.npy", rng.standard_normal((20, 3, 5, 4)).astype(np.float32))
