#!/usr/bin/env python3
"""A detector in small: features are resized to twice their size by nearest neighbours, added to finer ones, and the outputs of both sizes stand one behind the
other; beside them the greatest of each channel, reduced in channels-last order.

    heads.py FOLDER       writes heads.onnxtext and x.npy there
"""
import os
import sys

import numpy as np

random = np.random.default_rng(3)


def constant(name, shape):
    values = ", ".join(f"{v:.4g}" for v in random.standard_normal(shape).ravel() * 0.4)
    dims = ", ".join(map(str, shape))
    return f"float[{dims}] {name} = {{{values}}}"


os.makedirs(sys.argv[1], exist_ok=True)
weights = [constant(f"w{i}", shape) for i, shape in enumerate([(4, 3, 3, 3), (4, 4, 3, 3), (6, 4, 1, 1)])]
with open(os.path.join(sys.argv[1], "heads.onnxtext"), "w") as file:
    file.write(f"""<ir_version: 8, opset_import: ["" : 17]>
heads (float[N, 3, 8, 8] x) => (float[N, 6, 80] boxes, float[N, 4] most)
<{", ".join(weights)}, float[4] scales = {{1.0, 1.0, 2.0, 2.0}}, int64[3] flat = {{0, 6, -1}}>
{{
  fine = Conv <pads = [1, 1, 1, 1]> (x, w0)
  fine_relu = Relu (fine)
  coarse = Conv <pads = [1, 1, 1, 1], strides = [2, 2]> (fine_relu, w1)
  coarse_relu = Relu (coarse)
  up = Resize <mode = "nearest", nearest_mode = "floor", coordinate_transformation_mode = "asymmetric"> (coarse_relu, , scales)
  both = Add (up, fine_relu)
  head_fine = Conv (both, w2)
  head_coarse = Conv (coarse_relu, w2)
  flat_fine = Reshape (head_fine, flat)
  flat_coarse = Reshape (head_coarse, flat)
  boxes = Concat <axis = 2> (flat_fine, flat_coarse)
  last = Transpose <perm = [0, 2, 3, 1]> (both)
  most = ReduceMax <axes = [1, 2], keepdims = 0> (last)
}}
""")
np.save(os.path.join(sys.argv[1], "x.npy"), random.standard_normal((8, 3, 8, 8)).astype(np.float32))
