#!/usr/bin/env python3
"""bidirectional.py FOLDER [LENGTH]: a bidirectional LSTM with a dense layer on all of its steps, as PyTorch exports it, and samples for it.
LENGTH: of the one sequence, whose gates are clipped."""
import random
import struct
import sys

T, INPUTS, HIDDEN = 6, 4, 4
length = int(sys.argv[2]) if len(sys.argv) > 2 else 0
source = random.Random(1)


def tensor(name, *shape):
    count = 1
    for extent in shape:
        count *= extent
    values = ", ".join(f"{source.uniform(-0.8, 0.8):.4f}" for _ in range(count))
    return f"float[{', '.join(map(str, shape))}] {name} = {{{values}}}"


with open(sys.argv[1] + "/bidirectional.onnxtext", "w") as file:
    file.write(f"""<ir_version: 8, opset_import: ["" : 14]>
g (float[{1 if length else "N"}, {T}, {INPUTS}] x) => (float[{1 if length else "N"}, {T}, 2] y)
<{tensor("w", 2, 4 * HIDDEN, INPUTS)}, {tensor("r", 2, 4 * HIDDEN, HIDDEN)}, {tensor("b", 2, 8 * HIDDEN)}, {tensor("v", 2 * HIDDEN, 2)},
 int64[3] flat = {{0, 0, -1}}{", int32[1] lengths = {" + str(length) + "}" if length else ""}>
{{
  s = Transpose <perm = [1, 0, 2]> (x)
  h, h_n, c_n = LSTM <hidden_size = {HIDDEN}, direction = "bidirectional"{", clip = 0.5" if length else ""}> (s, w, r, b{", lengths" if length else ""})
  p = Transpose <perm = [0, 2, 1, 3]> (h)
  q = Reshape (p, flat)
  o = Transpose <perm = [1, 0, 2]> (q)
  y = MatMul (o, v)
}}
""")
shape, values = (8, T, INPUTS), [source.uniform(-1, 1) for _ in range(8 * T * INPUTS)]
header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}".encode()
header += b" " * (63 - (len(header) + 10) % 64) + b"\n"
with open(sys.argv[1] + "/x.npy", "wb") as file:
    file.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + struct.pack(f"<{len(values)}f", *values))
