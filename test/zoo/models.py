"""Finds models in a folder, and gives each of them inputs: shipped ones, or made up."""
import json
import os
import re
import tarfile
import zlib

import numpy as np

import onnxproto


class Case:
    """Inputs of one run, by name, and the outputs that the model's author got (by name or position), or none."""

    def __init__(self, source, inputs, outputs=None, classes=None):
        self.source, self.inputs, self.outputs, self.classes = source, inputs, outputs or {}, classes


def find(folder, only=""):
    """[(name, path)] of every .onnx file below a folder, sorted by name."""
    found = []
    for where, folders, files in os.walk(folder):
        folders.sort()
        for file in sorted(f for f in files if f.endswith(".onnx")):
            path = os.path.join(where, file)
            name = os.path.relpath(path, folder)[:-len(".onnx")]
            found.append((re.sub(r"/model$", "", name), path))
    return sorted((name, path) for name, path in found if only in name)


def read_pb(path):
    with open(path, "rb") as file:
        return onnxproto.tensor(file.read())


def data_sets(folder):
    """Paths of the test_data_set_* folders (ONNX's convention) in a folder."""
    return sorted(os.path.join(where, f) for where, folders, _ in os.walk(folder) for f in folders if f.startswith("test_data_set_"))


def numbered(folder, kind):
    files = [f for f in os.listdir(folder) if re.fullmatch(rf"{kind}_\d+\.pb", f)]
    return [os.path.join(folder, f) for f in sorted(files, key=lambda f: int(re.search(r"\d+", f)[0]))]


def of_data_set(folder, inputs, outputs):
    """A test_data_set_*: tensors go by their names where the graph has these, else by position."""
    def named(kind, ports):
        names = [p[0] for p in ports]
        result = {}
        for i, file in enumerate(numbered(folder, kind)):
            name, array = read_pb(file)
            result[name if name in names else names[i]] = array
        return result
    return Case("test_data_set", named("input", inputs), named("output", outputs))


def fitted(array, port):
    """The array in the type of an input, and in its shape where that is known and holds as many elements."""
    _, kind, dims = port
    array = array.astype(kind) if kind else array
    known = all(isinstance(d, int) for d in dims)
    return array.reshape(dims) if known and array.size == np.prod(dims, dtype=int) else array


def of_npz(path, inputs, outputs):
    """An .npz with arrays by the names of inputs and outputs; the lists `inputs` and `outputs`; or nothing that is known."""
    with np.load(path) as arrays:
        data = {name: arrays[name] for name in arrays.files}
    if "inputs" in data and "outputs" in data and data["inputs"].shape[:1] == (len(inputs),):
        case = Case(os.path.basename(path), {p[0]: fitted(a, p) for p, a in zip(inputs, data["inputs"])})
        if data["outputs"].dtype.kind == "i" and np.dtype(outputs[0][1]).kind == "f":
            case.classes = data["outputs"].reshape(1, -1).argmax(1)  # one-hot labels
        else:
            case.outputs = {p[0]: a for p, a in zip(outputs, data["outputs"])}
        return case
    if not all(p[0] in data for p in inputs):
        return None
    given = {p[0]: data.pop(p[0]) for p in inputs}
    results = {p[0]: data[p[0]] for p in outputs if p[0] in data}
    if not results and len(outputs) == len(data) == 1:
        results = {outputs[0][0]: next(iter(data.values()))}
    return Case(os.path.basename(path), given, results)


def shipped(path, inputs, outputs, scratch):
    """The cases that lie beside a model, at most three; archives (.tar.gz) beside it are searched, too."""
    folder = os.path.dirname(path)
    places = [folder]
    for file in sorted(f for f in os.listdir(folder) if f.endswith(".tar.gz")):
        place = os.path.join(scratch, file)
        with tarfile.open(os.path.join(folder, file)) as archive:
            members = [m for m in archive.getmembers() if m.isfile() and ".." not in m.name and not m.name.startswith("/")]
            archive.extractall(place, members)
        places.append(place)
    cases = []
    for place in places:
        cases += [of_data_set(f, inputs, outputs) for f in data_sets(place)]
        cases += [of_npz(os.path.join(where, f), inputs, outputs) for where, _, files in os.walk(place)
                  for f in sorted(files) if f.endswith(".npz")]
    if os.path.exists(os.path.join(folder, "input.npy")) and len(inputs) == 1:
        cases += of_npy(folder, inputs, outputs)
    return [case for case in cases if case][:3]


def of_npy(folder, inputs, outputs):
    """input.npy and expected_output.npy: outputs, or the classes of the samples."""
    given, expected = np.load(os.path.join(folder, "input.npy")), None
    if os.path.exists(os.path.join(folder, "expected_output.npy")):
        expected = np.load(os.path.join(folder, "expected_output.npy"))
    _, _, dims = inputs[0]
    one = given.shape[1:] if dims and dims[0] == 1 and len(given) > 1 else None
    samples = [given[i:i + 1] for i in range(len(given))] if one else [given]
    cases = []
    for i, sample in enumerate(samples):
        case = Case("input.npy", {inputs[0][0]: sample})
        if expected is not None and expected.dtype.kind == "i" and expected.ndim == 1:
            case.classes = expected[i:i + 1] if one else expected
        elif expected is not None:
            case.outputs = {outputs[0][0]: expected[i:i + 1] if one else expected}
        cases.append(case)
    return cases


def made_up(name, inputs, hints):
    """Random inputs, the same in every run: 0…1 for images and the like (rank 3 and more), a normal distribution for lists of
    features, every value for bytes, and 0 or 1 for wide integers. `hints` names sizes of dimensions and values of inputs."""
    rng = np.random.default_rng(zlib.crc32(name.encode()))
    dims, values, result = hints.get("dims", {}), hints.get("inputs", {}), {}
    for port, kind, shape in inputs:
        sizes = [d if isinstance(d, int) else dims.get(f"{port}[{i}]", dims.get(d, 2 if i == 0 else 16))
                 for i, d in enumerate(shape)]
        dtype = np.dtype(kind or "<f4")
        if port in values:
            result[port] = np.broadcast_to(np.array(values[port], dtype), sizes).copy()
        elif dtype.kind == "f":
            result[port] = (rng.random(sizes) if len(sizes) > 2 else rng.standard_normal(sizes)).astype(dtype)
        elif dtype.itemsize == 1:
            result[port] = rng.integers(0, 2 if dtype.kind == "b" else 256, sizes).astype(dtype)
        else:
            result[port] = rng.integers(0, 2, sizes).astype(dtype)
    return Case("random", result)


def hints_of(path):
    """Hints by model name: {"model": {"dims": {"batch": 1, "x[2]": 64}, "inputs": {"rate": 16000}}}."""
    if not path:
        return {}
    with open(path) as file:
        return json.load(file)
