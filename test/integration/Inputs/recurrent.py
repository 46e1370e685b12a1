#!/usr/bin/env python3
"""recurrent.py FOLDER FORM: a recurrent layer as ONNX has it, a dense layer on what it gives out, and samples for them.

bidirectional   an LSTM in both directions, all steps, as PyTorch exports it
steps           the same, of which two steps are used
lengths         the same, clipped, where the one sequence ends before the last step
initial         a backward LSTM that begins with given states
peepholes       an LSTM with peepholes, which begins with a given c
coupled         the same, whose input and forget gates are coupled
reset           a GRU as ONNX has it by default: the reset comes before the product
reset-initial   the same, which begins with a given state
learned         an LSTM, the second of two layers, with states for a batch of any size, repeated as PyTorch does it, with Expand and Tile"""
import random
import struct
import sys

T, INPUTS, HIDDEN = 6, 4, 4
folder, form = sys.argv[1:]
source = random.Random(1)


def tensor(name, *shape):
    count = 1
    for extent in shape:
        count *= extent
    values = ", ".join(f"{source.uniform(-0.8, 0.8):.4f}" for _ in range(count))
    return f"float[{', '.join(map(str, shape))}] {name} = {{{values}}}"


def both_directions(length, used=T):
    """Everything is transposed, as exporters do it."""
    samples = 1 if length else "N"
    return f"""g (float[{samples}, {T}, {INPUTS}] x) => (float[{samples}, {used}, 2] y)
<{tensor("w", 2, 4 * HIDDEN, INPUTS)}, {tensor("r", 2, 4 * HIDDEN, HIDDEN)}, {tensor("b", 2, 8 * HIDDEN)}, {tensor("v", 2 * HIDDEN, 2)},
 int64[3] flat = {{0, 0, -1}}, int64[1] one = {{1}}, int64[1] end = {{{1 + used}}}{", int32[1] lengths = {" + str(length) + "}" if length else ""}>
{{
  s = Transpose <perm = [1, 0, 2]> (x)
  h, h_n, c_n = LSTM <hidden_size = {HIDDEN}, direction = "bidirectional"{", clip = 0.5" if length else ""}> (s, w, r, b{", lengths" if length else ""})
  p = Transpose <perm = [0, 2, 1, 3]> (h)
  q = Reshape (p, flat)
  o = Transpose <perm = [1, 0, 2]> (q)
{"  u = Slice (o, one, end, one)" if used < T else ""}
  y = MatMul ({"u" if used < T else "o"}, v)
}}
"""


def last_state(operator, gates, attributes, operands, samples, before="", parameters=()):
    """The final state goes into the dense layer. `operands`: those behind the bias, with their shapes; () for those that `before` makes
    of `parameters`."""
    names = ", ".join(name for name, _ in operands)
    constants = ", ".join(tensor(name, *shape) for name, shape in [
        ("w", (1, gates * HIDDEN, INPUTS)), ("r", (1, gates * HIDDEN, HIDDEN)), ("b", (1, 2 * gates * HIDDEN)), ("v", (HIDDEN, 2)), *operands, *parameters] if shape)
    return f"""g (float[{samples}, {T}, {INPUTS}] x) => (float[{samples}, 2] y)
<{constants}, int64[2] flat = {{-1, {HIDDEN}}}, int64[1] zero = {{0}}, int64[1] one = {{1}}, int64[1] layers = {{2}}, int64[1] size = {{{HIDDEN}}}>
{{{before}
  s = Transpose <perm = [1, 0, 2]> (x)
  steps, end = {operator} <hidden_size = {HIDDEN}{attributes}> (s, w, r, b{", " + names if names else ""})
  q = Reshape (end, flat)
  y = MatMul (q, v)
}}
"""


state, none = (1, 1, HIDDEN), ("", ())
peepholes = [none, none, ("c", state), ("p", (1, 3 * HIDDEN))]
repeated = """
  shape = Shape (x)
  batch = Gather <axis = 0> (shape, zero)
  all = Concat <axis = 0> (layers, batch, size)
  states = Expand (h, all)
  h0 = Slice (states, one, size, zero)
  times = Concat <axis = 0> (one, batch, one)
  c0 = Tile (c, times)"""
models = {
    "bidirectional": lambda: both_directions(0),
    "steps": lambda: both_directions(0, 2),
    "lengths": lambda: both_directions(4),
    "initial": lambda: last_state("LSTM", 4, ', direction = "reverse"', [none, ("h0", state), ("c", state)], 1),
    "peepholes": lambda: last_state("LSTM", 4, "", peepholes, 1),
    "coupled": lambda: last_state("LSTM", 4, ", input_forget = 1", peepholes, 1),
    "reset": lambda: last_state("GRU", 3, "", [], "N"),
    "learned": lambda: last_state("LSTM", 4, "", [none, ("h0", ()), ("c0", ())], "N", repeated, [("h", (2, 1, HIDDEN)), ("c", state)]),
    "reset-initial": lambda: last_state("GRU", 3, "", [none, ("h0", state)], 1),
}
with open(f"{folder}/model.onnxtext", "w") as file:
    file.write('<ir_version: 8, opset_import: ["" : 14]>\n' + models[form]())
shape, values = (8, T, INPUTS), [source.uniform(-1, 1) for _ in range(8 * T * INPUTS)]
header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}".encode()
header += b" " * (63 - (len(header) + 10) % 64) + b"\n"
with open(f"{folder}/x.npy", "wb") as file:
    file.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + struct.pack(f"<{len(values)}f", *values))
