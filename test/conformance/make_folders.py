#!/usr/bin/env python3
"""make_folders.py [folder]: writes operators that ONNX's own test folders lack as folders of the same form.

Each is a model of one node, random inputs, and the outputs that onnxruntime gives for them (test/peers). The folders are in the
repository, so that only this script needs onnxruntime; weft-conformance runs them.
"""
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

ROOT = pathlib.Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "test/bench"))
from onnxfile import field  # noqa: E402

KINDS = {"float32": 1, "uint8": 2, "int8": 3, "int32": 6, "int64": 7, "bool": 9, "float16": 10, "float64": 11}
MS = "com.microsoft"


def signed(n):
    return n & (1 << 64) - 1


def tensor(name, array):
    kind = KINDS[str(array.dtype)]
    return b"".join(field(1, d) for d in array.shape) + field(2, kind) + field(8, name) + field(9, array.tobytes())


def attribute(name, value):
    if isinstance(value, float):
        return field(5, field(1, name) + bytes([2 << 3 | 5]) + np.float32(value).tobytes() + field(20, 1))
    if isinstance(value, int):
        return field(5, field(1, name) + field(3, signed(value)) + field(20, 2))
    if isinstance(value, str):
        return field(5, field(1, name) + field(4, value) + field(20, 3))
    if all(isinstance(v, float) for v in value):
        return field(5, field(1, name) + field(7, np.array(value, np.float32).tobytes()) + field(20, 6))
    return field(5, field(1, name) + b"".join(field(8, signed(v)) for v in value) + field(20, 7))


def value_info(number, name, array):
    shape = b"".join(field(1, field(1, d)) for d in array.shape)
    kind = KINDS[str(array.dtype)]
    return field(number, field(1, name) + field(2, field(1, field(1, kind) + field(2, shape))))


def model(case, outputs):
    names = [f"x{i}" if x is not None else "" for i, x in enumerate(case["inputs"])]
    node = b"".join(field(1, n) for n in names) + b"".join(field(2, n) for n in outputs) + field(4, case["op"])
    node += b"".join(attribute(k, v) for k, v in case["attributes"].items()) + field(7, case["domain"])
    graph = field(1, node) + field(2, case["name"])
    for i, x in enumerate(case["inputs"]):
        if x is None:
            continue
        graph += field(5, tensor(names[i], x)) if i in case["constants"] else value_info(11, names[i], x)
    for name, y in outputs.items():  # known by name alone before onnxruntime has computed it
        graph += field(12, field(1, name)) if y is None else value_info(12, name, y)
    opsets = field(8, field(1, "") + field(2, case["opset"])) + field(8, field(1, MS) + field(2, 1))
    return field(1, 8) + field(7, graph) + opsets


def cases():
    random = np.random.default_rng(7)
    found = []

    def f(*shape, scale=1.0):
        return (random.standard_normal(shape) * scale).astype(np.float32)

    def i(*values, dtype=np.int64):
        return np.array(values, dtype)

    def add(name, op, inputs, attributes=None, outputs=1, domain="", opset=17, constants=()):
        found.append(dict(name=name, op=op, inputs=inputs, attributes=attributes or {}, outputs=outputs, domain=domain, opset=opset,
                          constants=constants))

    # Transposed convolution.
    add("convtranspose_groups_stride2", "ConvTranspose", [f(2, 4, 5, 4), f(4, 3, 3, 2), f(6)],
        dict(group=2, strides=[2, 3], pads=[1, 0, 0, 1], output_padding=[1, 0]))
    add("convtranspose_3d_dilated", "ConvTranspose", [f(1, 2, 3, 4, 3), f(2, 2, 2, 3, 2)],
        dict(strides=[2, 1, 2], dilations=[1, 2, 3]))
    add("convtranspose_1d_cropped", "ConvTranspose", [f(1, 3, 6), f(3, 2, 5)], dict(strides=[2], pads=[4, 3]))
    add("convtranspose_same_lower", "ConvTranspose", [f(1, 2, 4, 4), f(2, 1, 3, 3)], dict(strides=[2, 2], auto_pad="SAME_LOWER"))
    add("convtranspose_kernel1_stride3", "ConvTranspose", [f(1, 2, 3, 2), f(2, 2, 1, 1)], dict(strides=[3, 2]))
    # Pools.
    add("lppool_2d", "LpPool", [f(1, 2, 6, 7)], dict(kernel_shape=[3, 2], strides=[2, 2], pads=[1, 0, 0, 1], p=3))
    add("lppool_1d", "LpPool", [f(1, 3, 8)], dict(kernel_shape=[3], p=1))
    add("globallppool", "GlobalLpPool", [f(2, 3, 4, 5)], dict(p=2))
    add("maxpool_3d_indices", "MaxPool", [f(1, 2, 5, 4, 6)],
        dict(kernel_shape=[2, 3, 2], strides=[2, 1, 2], pads=[1, 1, 0, 0, 1, 1], dilations=[1, 1, 2]), outputs=2)
    add("maxpool_2d_indices_column", "MaxPool", [f(2, 2, 6, 5)], dict(kernel_shape=[2, 2], strides=[2, 2], ceil_mode=1, storage_order=1), outputs=2)
    add("averagepool_3d_ceil_counted", "AveragePool", [f(1, 2, 5, 6, 4)],
        dict(kernel_shape=[2, 3, 3], strides=[2, 2, 2], pads=[0, 1, 1, 1, 1, 1], ceil_mode=1, count_include_pad=1), opset=19)
    add("averagepool_dilated", "AveragePool", [f(1, 2, 7, 8)], dict(kernel_shape=[2, 3], dilations=[2, 2], pads=[1, 1, 1, 1]), opset=19)
    # Resize.
    for mode, coordinates, size in (("linear", "half_pixel_symmetric", [5, 9]), ("cubic", "half_pixel", [9, 4]), ("linear", "align_corners", [7, 3]),
                                    ("linear", "asymmetric", [11, 2]), ("cubic", "pytorch_half_pixel", [3, 11])):
        add(f"resize_{mode}_{coordinates}", "Resize", [f(1, 2, 6, 5), None, None, i(1, 2, *size)],
            dict(mode=mode, coordinate_transformation_mode=coordinates), opset=19, constants=(3,))
    add("resize_nearest_opset10", "Resize", [f(1, 1, 4, 6), np.array([1, 1, 0.5, 2.5], np.float32)], dict(mode="nearest"), opset=10, constants=(1,))
    add("upsample_linear_opset9", "Upsample", [f(1, 2, 3, 4), np.array([1, 1, 2, 3], np.float32)], dict(mode="linear"), opset=9, constants=(1,))
    # Sampling.
    grid = (random.random((2, 4, 3, 2)) * 3 - 1.5).astype(np.float32)
    for mode in ("bilinear", "nearest", "bicubic"):
        for padding in ("zeros", "border", "reflection"):
            for corners in (0, 1):
                add(f"gridsample_{mode}_{padding}_{corners}", "GridSample", [f(2, 3, 5, 4), grid],
                    dict(mode=mode, padding_mode=padding, align_corners=corners), opset=16)
    rois = np.array([[0, 0, 6, 5], [1.5, 2, 4, 7.5], [-2, -1, 9, 3]], np.float32)
    for mode in ("avg", "max"):
        add(f"roialign_{mode}", "RoiAlign", [f(2, 3, 8, 7), rois, i(0, 1, 1)],
            dict(mode=mode, output_height=3, output_width=2, sampling_ratio=2, spatial_scale=0.75), opset=16)
    add("roialign_opset10", "RoiAlign", [f(1, 2, 8, 7), rois[:2], i(0, 0)], dict(output_height=2, output_width=2, sampling_ratio=1), opset=10)
    add("affinegrid_2d", "AffineGrid", [f(2, 2, 3), i(2, 3, 4, 5)], dict(align_corners=0), opset=20, constants=(1,))
    add("affinegrid_3d", "AffineGrid", [f(1, 3, 4), i(1, 2, 3, 2, 4)], dict(align_corners=1), opset=20, constants=(1,))
    add("col2im", "Col2Im", [f(1, 12, 12), i(6, 5), i(2, 3)], dict(strides=[2, 1], pads=[1, 0, 1, 0]), opset=18, constants=(1, 2))
    add("centercroppad", "CenterCropPad", [f(3, 8, 5), i(5, 8)], dict(axes=[1, 2]), opset=18, constants=(1,))
    # Normalizations.
    add("groupnorm_opset21", "GroupNormalization", [f(2, 6, 3, 4), f(6), f(6)], dict(num_groups=3), opset=21)
    add("lpnorm_1", "LpNormalization", [f(3, 4, 5)], dict(p=1, axis=1))
    add("lpnorm_2", "LpNormalization", [f(3, 4, 5)], dict(p=2))
    add("layernorm_outputs", "LayerNormalization", [f(2, 3, 4), f(3, 4), f(3, 4)], dict(axis=1, epsilon=0.01), outputs=3)
    add("rmsnorm", "RMSNormalization", [f(2, 3, 8), f(8)], dict(epsilon=0.01), opset=23)
    # Products.
    for index, equation in enumerate(("bij,bkj->bik", "...ij,...jk->...ik", "bshd,bthd->bhst", "ij,jk,kl->il", "ii->i", "i,j", "iji->j", "ab,cd->")):
        shapes = {"b": 2, "i": 3, "j": 4, "k": 5, "l": 2, "s": 3, "t": 4, "h": 2, "d": 3, "a": 2, "c": 3}
        inputs = [f(*([2, 3] if "." in term else []), *[shapes[x] for x in term.replace(".", "")]) for term in equation.split("->")[0].split(",")]
        add(f"einsum_{index}", "Einsum", inputs, dict(equation=equation))
    # Transformers.
    add("gelu_tanh", "Gelu", [f(3, 5)], dict(approximate="tanh"), opset=20)
    add("rotary", "RotaryEmbedding", [f(2, 4, 3, 8), f(9, 4), f(9, 4), i(1, 2, 3, 4, 5, 8).reshape(2, 3)], {}, opset=23)
    add("rotary_interleaved_3d", "RotaryEmbedding", [f(2, 3, 16), f(2, 3, 2), f(2, 3, 2)], dict(interleaved=1, num_heads=2, rotary_embedding_dim=4), opset=23)
    mask = random.random((3, 5)) < 0.7
    mask[:, 0] = True
    add("attention_4d_mask", "Attention", [f(2, 4, 3, 6), f(2, 4, 5, 6), f(2, 4, 5, 7), mask], dict(scale=0.3), opset=23)
    add("attention_3d_grouped", "Attention", [f(2, 3, 24), f(2, 5, 12), f(2, 5, 12)], dict(q_num_heads=4, kv_num_heads=2), opset=23)
    add("attention_causal_softcap", "Attention", [f(1, 2, 4, 6), f(1, 2, 4, 6), f(1, 2, 4, 6)], dict(is_causal=1, softcap=2.0), opset=23)
    add("attention_past", "Attention", [f(1, 2, 2, 4), f(1, 2, 2, 4), f(1, 2, 2, 4), f(2, 5), f(1, 2, 3, 4), f(1, 2, 3, 4)], {}, outputs=3, opset=23)
    ms = dict(domain=MS)
    add("ms_biasgelu", "BiasGelu", [f(3, 8), f(8)], **ms)
    add("ms_fastgelu", "FastGelu", [f(3, 8), f(8)], **ms)
    add("ms_gelu", "Gelu", [f(3, 8)], **ms)
    add("ms_quickgelu", "QuickGelu", [f(3, 8)], dict(alpha=1.5), **ms)
    add("ms_skiplayernorm", "SkipLayerNormalization", [f(2, 3, 8), f(2, 3, 8), f(8), f(8), f(8)], dict(epsilon=0.001), **ms)
    add("ms_skipsimplified", "SkipSimplifiedLayerNormalization", [f(2, 3, 8), f(2, 3, 8), f(8), f(8)], dict(epsilon=0.001), **ms)
    add("ms_embedlayernorm", "EmbedLayerNormalization", [i(1, 4, 2, 0, 3, 3, dtype=np.int32).reshape(2, 3), i(0, 1, 1, 0, 0, 1, dtype=np.int32).reshape(2, 3),
                                                         f(5, 8), f(4, 8), f(2, 8), f(8), f(8)], dict(epsilon=0.001), outputs=2, **ms)
    add("ms_fusedmatmul", "FusedMatMul", [f(2, 4, 3), f(2, 5, 4)], dict(transA=1, transB=1, alpha=0.5), **ms)
    add("ms_fusedgemm", "FusedGemm", [f(3, 4), f(5, 4), f(5)], dict(transB=1, activation="LeakyRelu", activation_alpha=0.2), **ms)
    add("ms_fusedconv", "FusedConv", [f(1, 2, 5, 5), f(3, 2, 3, 3), f(3)], dict(activation="Clip", activation_params=[-0.5, 1.5], pads=[1, 1, 1, 1]), **ms)
    add("ms_attention", "Attention", [f(2, 4, 8), f(8, 24), f(24), i(3, 4, dtype=np.int32)], dict(num_heads=2), **ms)
    add("ms_attention_causal", "Attention", [f(1, 4, 8), f(8, 24), f(24)], dict(num_heads=4, unidirectional=1), **ms)
    add("ms_attention_past", "Attention", [f(1, 2, 8), f(8, 24), f(24), None, f(2, 1, 2, 3, 4)], dict(num_heads=2, unidirectional=1), outputs=2, **ms)
    add("ms_multihead", "MultiHeadAttention", [f(2, 3, 8), f(2, 5, 8), f(2, 5, 8), f(24), None, f(1, 2, 3, 5)], dict(num_heads=2), **ms)
    add("ms_rotary", "RotaryEmbedding", [f(2, 3, 16), i(2), f(9, 4), f(9, 4)], {}, **ms)
    return found


def write(case, folder):
    names = [f"y{n}" for n in range(case["outputs"])]
    with tempfile.TemporaryDirectory() as work:
        work = pathlib.Path(work)
        (work / "model.onnx").write_bytes(model(case, {n: None for n in names}))
        given = []
        for n, x in enumerate(case["inputs"]):
            if x is not None and n not in case["constants"]:
                np.save(work / f"x{n}.npy", x)
                given.append(f"x{n}={work}/x{n}.npy")
        run = subprocess.run(["node", ROOT / "test/peers/onnxruntime.mjs", work / "model.onnx", work / "out", *given, "--unfused"],
                             capture_output=True, text=True)
        if run.returncode:
            print(f"{case['name']}: onnxruntime: {next((x for x in run.stderr.splitlines() if 'Error' in x), run.returncode)}")
            return
        outputs = {n: np.load(work / "out" / f"{n}.npy") for n in names}
    data = folder / case["name"] / "test_data_set_0"
    data.mkdir(parents=True, exist_ok=True)
    (folder / case["name"] / "model.onnx").write_bytes(model(case, outputs))
    present = [(f"x{n}", x) for n, x in enumerate(case["inputs"]) if x is not None and n not in case["constants"]]
    for kind, arrays in (("input", present), ("output", outputs.items())):
        for n, (name, array) in enumerate(arrays):
            (data / f"{kind}_{n}.pb").write_bytes(tensor(name, array))


if __name__ == "__main__":
    target = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).parent / "folders"
    for one in cases():
        write(one, target)
