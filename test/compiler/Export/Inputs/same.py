#!/usr/bin/env python3
"""same.py exported.onnx module.mlir data.np{y,z} samples tolerance [steps | unfused]

Runs the exported model with onnxruntime (test/peers) and the module that it was exported from with weft's reference interpreter, and
compares every output: no element may differ by more than the tolerance, relative to the greatest expected magnitude. With `steps`, up to
that share of elements may differ by one step of the output's scale: onnxruntime's optimizer fuses quantized layers into integer kernels, which
round ties of inner layers otherwise. With `unfused` it runs node by node. Exit code 1 otherwise.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

ROOT = pathlib.Path(__file__).parents[4]


def outputs(folder):
    return {path.name: np.load(path).astype(np.float64) for path in sorted(pathlib.Path(folder).glob("*.npy"))}


def step_of(values):
    """The least distance of two different values: the scale of a quantized output."""
    distances = np.diff(np.unique(values))
    return distances[distances > 1e-9].min() if (distances > 1e-9).any() else 0.0


def compare(name, found, expected, tolerance, share):
    if found.shape != expected.shape:
        return f"{name}: shapes differ: found {found.shape}, expected {expected.shape}"
    difference = np.abs(found - expected)
    allowed = tolerance * max(1e-30, np.abs(expected).max())
    far = (difference > allowed).mean()
    print(f"{name}: greatest relative difference {difference.max() / max(1e-30, np.abs(expected).max()):.3g}, beyond the tolerance {far:.4f}")
    if far <= share and difference.max() <= step_of(expected) * 1.001 + allowed:
        return None
    return None if far == 0 else f"{name}: {far:.4f} of the elements differ by more than {tolerance}"


def main():
    model, module, data, samples, tolerance = sys.argv[1:6]
    unfused = sys.argv[6:] == ["unfused"]
    share = float(sys.argv[6]) if len(sys.argv) > 6 and not unfused else 0.0
    weft = os.environ.get("WEFT", "weft")
    with tempfile.TemporaryDirectory() as folder:
        arrays = np.load(data)
        x = (arrays if isinstance(arrays, np.ndarray) else arrays["x" if "x" in arrays else arrays.files[0]])[: int(samples)].astype(np.float32)
        info = subprocess.run([weft, "info", module, "--json"], check=True, capture_output=True, text=True).stdout
        np.save(f"{folder}/x.npy", x.reshape([-1] + json.loads(info)["inputs"][0]["shape"][1:]))
        subprocess.run(["node", ROOT / "test/peers/onnxruntime.mjs", model, f"{folder}/found", f"={folder}/x.npy"] +
                       (["--unfused"] if unfused else []), check=True)
        subprocess.run([weft, "run", module, "--with=reference", "-i", f"{folder}/x.npy", "-o", f"{folder}/expected", "-q"], check=True)
        found, expected = outputs(f"{folder}/found"), outputs(f"{folder}/expected")
    if found.keys() != expected.keys() or not expected:
        sys.exit(f"outputs differ: found {sorted(found)}, expected {sorted(expected)}")
    errors = [e for name in expected if (e := compare(name, found[name], expected[name], float(tolerance), share))]
    sys.exit("\n".join(errors) or 0)


if __name__ == "__main__":
    main()
