#!/usr/bin/env python3
"""Which ONNX operators become hardware: each in the middle of a small network, from ONNX to RTL and HLS, bit by bit against the reference.

    test/hardware/operators.py [--weft WEFT] [--only NAME] [--jobs N] [--markdown docs/hardware.md]

Exit code 1 if an operator that has hardware differs, or one that has none is not refused with the reason that is noted here.
Needs numpy and iverilog.
"""
import argparse
import concurrent.futures
import os
import re
import subprocess
import sys
import tempfile

import numpy as np

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

# Operator, what it is in hardware or None, its nodes from `x` [N, 4, 6, 6] (or [N, 24, 6] for sequences) to `y`, initializers, and where it has no
# hardware a part of the reason.
IMAGE, SEQUENCE, VECTOR = "image", "sequence", "vector"


class Case:
    def __init__(self, name, hardware, nodes, constants="", on=IMAGE, refused=None):
        self.name, self.hardware, self.nodes, self.constants, self.on, self.refused = name, hardware, nodes, constants, on, refused


def weights(name, *shape):
    values = np.random.default_rng(len(name) + sum(shape)).standard_normal(shape).ravel() * 0.3
    return f"float[{', '.join(map(str, shape))}] {name} = {{{', '.join(f'{v:.4f}' for v in values)}}}"


def lstm(kind, gates, hidden=4, more=""):
    nodes = f"s = Transpose <perm = [2, 0, 1]> (x)\n  h, last = {kind} <hidden_size = {hidden}{more}> (s, w, r, b)\n  y = Squeeze (last, zero)"
    return nodes, ", ".join([weights("w", 1, gates * hidden, 4), weights("r", 1, gates * hidden, hidden), weights("b", 1, 2 * gates * hidden), "int64[1] zero = {0}"])


CASES = [
    Case("Conv", "window and matrix-vector unit", "y = Conv <pads = [1, 1, 1, 1], strides = [2, 1]> (x, w, b)", weights("w", 5, 4, 3, 3) + ", " + weights("b", 5)),
    Case("Conv, dilated", "the same", "y = Conv <dilations = [2, 2]> (x, w)", weights("w", 3, 4, 3, 3)),
    Case("Conv, groups", "a unit for each group", "y = Conv <group = 2> (x, w)", weights("w", 6, 2, 3, 3)),
    Case("Conv, depthwise", "depthwise unit", "y = Conv <group = 4, pads = [1, 1, 1, 1]> (x, w)", weights("w", 4, 1, 3, 3)),
    Case("Conv, 1-D", "window and matrix-vector unit", "y = Conv <pads = [1, 1]> (x, w)", weights("w", 5, 4, 3), on=SEQUENCE),
    Case("ConvTranspose", "zeros between pixels, then Conv", "y = ConvTranspose <strides = [2, 2]> (x, w)", weights("w", 4, 3, 2, 2)),
    Case("Gemm", "matrix-vector unit", "y = Gemm <transB = 1> (x, w, b)", weights("w", 5, 12) + ", " + weights("b", 5), on=VECTOR),
    Case("MatMul by a constant", "matrix-vector unit; along other dimensions than channels behind a reorder", "y = MatMul (x, w)", weights("w", 6, 3)),
    Case("MatMul of two activations", None, "t = Transpose <perm = [0, 1, 3, 2]> (x)\n  y = MatMul (x, t)", refused="floating point"),
    Case("MaxPool", "window and pool", "y = MaxPool <kernel_shape = [2, 3], strides = [2, 1]> (x)"),
    Case("AveragePool", "sum and requantizer", "y = AveragePool <kernel_shape = [2, 2]> (x)"),
    Case("GlobalAveragePool, ReduceMean", "the same", "y = GlobalAveragePool (x)"),
    Case("GlobalMaxPool, ReduceMax", "window and pool", "y = ReduceMax <axes = [2, 3]> (x)"),
    Case("BatchNormalization", "folded into a layer", "y = BatchNormalization (x, g, b, m, v)", "float[4] g = {1, 2, 0.5, 1}, float[4] b = {0, 1, 0, -1}, float[4] m = {0, 0.1, 0, 0}, float[4] v = {1, 1, 2, 1}"),
    Case("Relu, Clip, HardTanh", "bounds of a requantizer", "y = Clip (x, lo, hi)", "float lo = {0}, float hi = {0.7}"),
    Case("LeakyRelu", "table", "y = LeakyRelu <alpha = 0.1> (x)"),
    Case("Sigmoid, Tanh, Elu, Softplus, …", "table", "y = Sigmoid (x)"),
    Case("HardSwish, Swish, Gelu, Mish", "table", "s = Sigmoid (x)\n  y = Mul (x, s)"),
    Case("PRelu, one slope a channel", "two requantizers and an adder", "y = PRelu (x, a)", "float[4, 1, 1] a = {0.1, 0, 0.3, 1.5}"),
    Case("Add, Sub of two activations", "adder with rescaling", "r = Relu (x)\n  y = Add (x, r)"),
    Case("Mul of two activations", "multiplier and requantizer", "r = Conv (x, w)\n  y = Mul (x, r)", weights("w", 4, 4, 1, 1)),
    Case("squeeze and excite", "the same, behind a reorder that repeats the factors", "p = GlobalAveragePool (x)\n  q = Conv (p, w)\n  r = Relu (q)\n  t = Conv (r, v)\n  s = HardSigmoid (t)\n  y = Mul (x, s)", weights("w", 2, 4, 1, 1) + ", " + weights("v", 4, 2, 1, 1)),
    Case("Mul by a factor for each pixel", "the same", "r = Conv (x, w)\n  s = Sigmoid (r)\n  y = Mul (s, x)", weights("w", 1, 4, 1, 1)),
    Case("Mul, Add with a constant", "folded into a layer", "m = Mul (x, two)\n  y = Add (m, one)", "float two = {2}, float[4, 1, 1] one = {1, 0, -1, 1}"),
    Case("Concat of channels", "one beat after the other", "r = MaxPool <kernel_shape = [1, 1]> (x)\n  s = Conv (x, w)\n  y = Concat <axis = 1> (r, s)", weights("w", 3, 4, 1, 1)),
    Case("Concat of rows", "frames one behind the other", "p = MaxPool <kernel_shape = [2, 1]> (x)\n  y = Concat <axis = 2> (x, p)"),
    Case("Concat of columns", "rows one behind the other", "p = MaxPool <kernel_shape = [1, 2]> (x)\n  y = Concat <axis = 3> (x, p)"),
    Case("Split, Slice", "slice", "a, c = Split <axis = 1> (x, parts)\n  y = Sub (a, c)", "int64[2] parts = {2, 2}"),
    Case("Slice with steps", "reorder", "y = Slice (x, from, to, axes, by)", "int64[2] from = {0, 1}, int64[2] to = {6, 6}, int64[2] axes = {2, 3}, int64[2] by = {2, 2}"),
    Case("Gather at constant places", "reorder, where nested loops reach them", "y = Gather <axis = 1> (x, places)", "int64[2] places = {3, 1}"),
    Case("Pad, constant", "pad", "y = Pad (x, pads)", "int64[8] pads = {0, 0, 1, 0, 0, 0, 1, 2}"),
    Case("Pad, reflect or edge", None, "y = Pad <mode = \"reflect\"> (x, pads)", "int64[8] pads = {0, 0, 1, 0, 0, 0, 1, 2}", refused="pad"),
    Case("Resize, Upsample: nearest", "reorder that repeats", "y = Resize <mode = \"nearest\", nearest_mode = \"floor\", coordinate_transformation_mode = \"asymmetric\"> (x, , scales)", "float[4] scales = {1, 1, 2, 3}"),
    Case("Resize: linear, cubic, between layers", "MatMul by a constant along rows and columns", "u = Resize <mode = \"linear\"> (x, , scales)\n  y = Conv (u, w)", "float[4] scales = {1, 1, 2, 1.5}, " + weights("w", 2, 4, 1, 1)),
    Case("DepthToSpace", "reorder", "y = DepthToSpace <blocksize = 2> (x)"),
    Case("SpaceToDepth", "reorder", "y = SpaceToDepth <blocksize = 2> (x)"),
    Case("Transpose, Reshape, Flatten", "reorder before a layer that needs another order, else nothing", "t = Transpose <perm = [0, 2, 3, 1]> (x)\n  y = Reshape (t, s)", "int64[4] s = {0, 6, 6, 4}"),
    Case("channel shuffle", "reorder", "a = Reshape (x, s)\n  t = Transpose <perm = [0, 2, 1, 3, 4]> (a)\n  y = Reshape (t, u)", "int64[5] s = {0, 2, 2, 6, 6}, int64[4] u = {0, 4, 6, 6}"),
    Case("LSTM", "recurrent unit", *lstm("LSTM", 4), on=SEQUENCE),
    Case("GRU", "recurrent unit", *lstm("GRU", 3), on=SEQUENCE),
    Case("RNN", "recurrent unit", *lstm("RNN", 1), on=SEQUENCE),
    Case("Softmax, LayerNormalization, … inside", None, "y = Softmax <axis = 1> (x)", refused="floating point"),
]

SHAPES = {IMAGE: "float[N, 3, 6, 6]", SEQUENCE: "float[N, 3, 6]", VECTOR: "float[N, 9]"}
FIRST = {IMAGE: ("x = Conv (in, w_in)", weights("w_in", 4, 3, 1, 1)), SEQUENCE: ("x = Conv (in, w_in)", weights("w_in", 4, 3, 1)),
         VECTOR: ("x = MatMul (in, w_in)", weights("w_in", 9, 12))}


def model(case):
    """The operator between a layer and a table or a layer, so that it lies inside of the integers."""
    first, constant = FIRST[case.on]
    last = "Tanh (y)" if case.hardware else "Conv (y, w_out)"
    constants = ", ".join(c for c in (constant, case.constants, weights("w_out", 2, 4, 1, 1)) if c)
    return f"""<ir_version: 8, opset_import: ["" : 17]>
network ({SHAPES[case.on]} in) => (float[] out)
<{constants}>
{{
  {first}
  {case.nodes}
  out = {last}
}}
"""


def run(options, case):
    """None, or what is wrong."""
    with tempfile.TemporaryDirectory() as folder:
        path, samples, out = (os.path.join(folder, name) for name in ("network.onnxtext", "x.npy", "out"))
        with open(path, "w") as file:
            file.write(model(case))
        shape = (4, 9) if case.on == VECTOR else (4, 3, 6) if case.on == SEQUENCE else (4, 3, 6, 6)
        np.save(samples, np.random.default_rng(1).standard_normal(shape).astype(np.float32))
        compiled = subprocess.run([options.weft, "compile", path, "--calib", samples, "-o", out, "-q"], capture_output=True, text=True)
        said = compiled.stdout + compiled.stderr
        if case.hardware is None:
            return None if compiled.returncode == 2 and case.refused in said else f"expected to be refused with '{case.refused}', got exit code {compiled.returncode}: {said.strip()}"
        if compiled.returncode:
            return said.strip()
        verified = subprocess.run([options.weft, "verify", out, "--data", samples, "-n", "2", "--simulator=icarus"], capture_output=True, text=True)
        ok = verified.returncode == 0 and re.search(r"reference = native = hls = rtl = rtl, stalled\n(.*\n)*result +identical", verified.stdout)
        return None if ok else verified.stdout + verified.stderr


def markdown(cases):
    text = "# What hardware takes\n\nGenerated by `test/hardware/operators.py --markdown docs/hardware.md`, which compiles each operator inside of a small int8 network and compares RTL, HLS and native\ncode with the reference bit by bit.\n\n| ONNX | in hardware |\n|---|---|\n"
    for case in cases:
        text += f"| {case.name} | {case.hardware or '–'} |\n"
    return text + """
What has none stays in floating point. Before the first and behind the last layer that is free: it runs beside the hardware (`weft run`, `weft eval`), as softmax at the end of a
classifier does. Between layers there would be several cores, and `weft compile` refuses RTL and HLS with the names of the operators (`-v`); native code takes them all.

Shapes are fixed but for the batch, which is streamed: `--dim=NAME=SIZE` fixes others. One or two spatial dimensions; weights are constant.
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weft", default=os.path.join(ROOT, "build", "bin", "weft"))
    parser.add_argument("--only", default="", help="only operators whose names contain this")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--markdown", help="write the table to this file")
    options = parser.parse_args()
    cases = [case for case in CASES if options.only in case.name]
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        results = list(pool.map(lambda case: run(options, case), cases))
    failed = [(case, why) for case, why in zip(cases, results) if why]
    for case, why in failed:
        print(f"FAIL {case.name}: {why}")
    if options.markdown and not failed:
        with open(options.markdown, "w") as file:
            file.write(markdown(cases))
    print(f"{len(cases) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
