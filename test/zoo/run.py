#!/usr/bin/env python3
"""Runs every model of a folder through weft and compares with onnxruntime and with the outputs that lie beside it.

    test/zoo/run.py --models <folder> [--json zoo.json] [--markdown zoo.md]

Each .onnx file below the folder is imported, run natively and by the reference interpreter, and compared with onnxruntime (installed
by `npm ci --ignore-scripts --prefix test/peers`; without it that column is empty). Inputs are test_data_set_*/ (ONNX's convention), an .npz with
arrays by the names of the inputs, or input.npy, where one of these lies beside the model; otherwise they are random and the same in
every run. `--hints` is a JSON file with sizes for named dimensions and values for inputs:

    {"my-model": {"dims": {"batch": 1, "length": 64}, "inputs": {"sample_rate": 16000}}}

Two results are equal if integers are equal, and floats differ by no more than 1e-4 (half floats: 2e-2) of the greatest magnitude of the
output. With --rtl every model is also compiled to SystemVerilog, calibrated with its inputs. Exit code 1 if weft and a peer differ, or weft crashes.
"""
import argparse
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time

import numpy as np

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import models  # noqa: E402
import onnxproto  # noqa: E402
import report  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PEERS = os.path.join(ROOT, "test", "peers")
TOLERANCE = 1e-4
STEPS_SHARE = 0.01  # of the elements that a quantizer may put one step aside, as sums before it are rounded in another order
HALF_TOLERANCE = 2e-2  # half floats have three digits, and every executor rounds elsewhere


class Gap(Exception):
    """A step that did not work, with the reason."""


def call(options, command):
    """Runs a program within the bounds of time and memory; returns its standard output."""
    limit = int(options.memory * 2**30)
    def bound():
        if "node" not in command[0]:  # its virtual machine reserves more than it uses
            resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=options.timeout, preexec_fn=bound)
    except subprocess.TimeoutExpired:
        raise Gap(f"takes longer than {options.timeout:g} s") from None
    except OSError as error:
        raise Gap(f"cannot run {command[0]}: {error}") from None
    if done.returncode == 0:
        return done.stdout
    if done.returncode < 0 or done.returncode == 70:
        raise Gap(f"crash (exit code {done.returncode})")
    lines = [line for line in done.stderr.splitlines() if "rror" in line] or done.stderr.splitlines() or ["no message"]
    raise Gap(reason_of(done.stdout, re.sub(r"(?<!\S)/\S*/", "", lines[0])))  # without the folders of files


def reason_of(stdout, line):
    """The reasons of unsupported nodes from the JSON on stdout, or the first line of the errors."""
    try:
        nodes = json.loads(stdout)["unsupported"]
    except (ValueError, KeyError, TypeError):
        return line.removeprefix("weft: error: ")[:300]
    kinds = {}
    for node in nodes:
        kind = (node["domain"] + "::" if node["domain"] else "") + node["op_type"] + ": " + node["reason"]
        kinds[kind] = kinds.get(kind, 0) + 1
    return "; ".join(f"{kind} (× {n})" if n > 1 else kind for kind, n in kinds.items()) or line[:300]


def file_name(port):
    return "".join(c if c.isascii() and c.isalnum() or c in "-_." else "_" for c in port) + ".npy"


def read_outputs(folder, outputs):
    return {port: np.load(os.path.join(folder, file_name(port))) for port, _, _ in outputs
            if os.path.exists(os.path.join(folder, file_name(port)))}


class Model:
    """One model on its way through the checks; `result` is its row."""

    def __init__(self, options, name, path, hints, scratch):
        self.options, self.path, self.scratch = options, path, scratch
        self.inputs, self.outputs = onnxproto.ports(path)
        self.cases = models.shipped(path, self.inputs, self.outputs, scratch) or [models.made_up(name, self.inputs, hints)]
        operators = onnxproto.operators(path)
        self.isQuantized = any("Quant" in name or "QLinear" in name or "Integer" in name for name in operators)
        self.result = {"model": name, "operators": operators, "inputs": self.cases[0].source}

    def step(self, name, action):
        """Runs one check: its value is kept in the row; a failure is kept as {"gap": reason}."""
        start = time.monotonic()
        try:
            value = action()
        except Gap as gap:
            self.result[name] = {"gap": str(gap)}
            return None
        self.result[name] = {"ok": True, "seconds": round(time.monotonic() - start, 2)}
        if isinstance(value, dict) and "error" in value:
            tolerance = value.pop("tolerance")
            few = self.isQuantized and value["share"] <= STEPS_SHARE
            self.result[name].update(value, ok=value["error"] <= tolerance or few)
        return value

    def dims(self):
        """Flags that give named dimensions the sizes of the first case."""
        sizes = {}
        for port, _, dims in self.inputs:
            for i, d in enumerate(dims):
                if isinstance(d, str):
                    sizes[d if d.strip("?") else f"{port}[{i}]"] = self.cases[0].inputs[port].shape[i]
        return [f"--dim={name}={size}" for name, size in sizes.items()]

    def load(self):
        """Imports as it is; where only the sizes of dimensions are missing, with these."""
        self.flags = []
        try:
            return json.loads(call(self.options, [self.options.weft, "info", self.path, "--json"]))
        except Gap:
            if not self.dims():
                raise
            self.flags = self.dims()
            return json.loads(call(self.options, [self.options.weft, "info", self.path, "--json", *self.flags]))

    def run(self, executor):
        """Outputs of every case, natively or by the reference interpreter."""
        return [self.results_of(i, executor, [self.options.weft, "run", self.path, *self.flags, f"--with={executor}", "-q"],
                                lambda name, file: ["-i", f"{name}={file}"], lambda folder: ["-o", folder])
                for i in range(len(self.cases))]

    def run_peer(self, *flags):
        script = ["node", os.path.join(PEERS, "onnxruntime.mjs"), self.path]
        return [self.results_of(i, "peer", script, lambda name, file: [f"{name}={file}"], lambda folder: [folder], flags)
                for i in range(len(self.cases))]

    def results_of(self, i, executor, command, feed, into, flags=()):
        folder = os.path.join(self.scratch, f"{executor}-{i}")
        shutil.rmtree(folder, ignore_errors=True)
        feeds = []
        for name, array in self.cases[i].inputs.items():
            file = os.path.join(self.scratch, f"in-{i}-{len(feeds)}.npy")
            np.save(file, np.ascontiguousarray(array))
            feeds += feed(name, file)
        call(self.options, [*command, *into(folder), *feeds, *flags])
        return read_outputs(folder, self.outputs)

    def compile(self):
        """To SystemVerilog, calibrated with the inputs of the first case."""
        samples = os.path.join(self.scratch, "calibration.npz")
        np.savez(samples, **self.cases[0].inputs)
        folder = os.path.join(self.scratch, "out")
        call(self.options, [self.options.weft, "compile", self.path, *self.flags, "--target=verilog", f"--calib={samples}", "-o", folder, "-q"])
        with open(os.path.join(folder, "report.json")) as file:
            return json.load(file)["hardware"]


def compare(found, expected):
    """The greatest difference of outputs, relative to the greatest magnitude of each; infinite for integers that differ. `share` of the
    elements of that output differ by more than the tolerance."""
    worst = {"error": 0.0, "output": None, "share": 0.0, "tolerance": TOLERANCE}
    for name, right in expected.items():
        left = found.get(name)
        if left is None or left.size != right.size or left.shape != right.shape and left.squeeze().shape != right.squeeze().shape:
            raise Gap(f"output '{name}' has shape {None if left is None else list(left.shape)}, expected {list(right.shape)}")
        result = {"output": name, "tolerance": HALF_TOLERANCE if right.dtype == np.float16 else TOLERANCE}
        result["error"], result["share"] = difference(left.reshape(right.shape), right, result["tolerance"])
        worst = max(worst, result, key=lambda r: r["error"] / r["tolerance"])
    return worst


def difference(left, right, tolerance):
    """(error, share) of two arrays of one shape, as `compare` says."""
    if right.dtype.kind in "biu" or not right.size:
        return (0.0 if np.array_equal(left, right) else float("inf")), float((left != right).mean()) if right.size else 0.0
    left, right = left.astype(np.float64), right.astype(np.float64)
    same = (left == right) | (np.isnan(left) & np.isnan(right))
    errors = np.where(same, 0, np.abs(np.where(same, 0, left) - np.where(same, 0, right))) / max(np.nanmax(np.abs(right)), 1e-30)
    errors = np.where(np.isnan(errors), np.inf, errors)
    return float(errors.max()), float((errors > tolerance).mean())


def worst_of(left, right):
    return max((compare(a, b) for a, b in zip(left, right)), key=lambda c: c["error"])


def classes_of(outputs):
    """The class that a model's first output says: its only number, or the index of the greatest."""
    first = next(iter(outputs.values()))
    return first.reshape(-1) if first.dtype.kind in "iu" else first.reshape(len(first), -1).argmax(1)


def compare_shipped(model, found):
    expected = [case for case in model.cases if case.outputs]
    if expected:
        return worst_of([f for f, case in zip(found, model.cases) if case.outputs], [case.outputs for case in expected])
    for outputs, case in zip(found, model.cases):
        if not np.array_equal(classes_of(outputs), case.classes):
            return {"error": float("inf"), "output": "class", "share": 1.0, "tolerance": TOLERANCE}
    return {"error": 0.0, "output": "class", "share": 0.0, "tolerance": TOLERANCE}


def check_peer(model, native):
    """Against onnxruntime as it is; if its fused integer kernels round otherwise, node by node. Returns its outputs, or None."""
    peer = model.step("onnxruntime", model.run_peer)
    if not peer or not native:
        return None
    model.step("match", lambda: worst_of(native, peer))
    if model.result["match"].get("ok") or not model.isQuantized:
        return peer
    fused, peer = model.result["match"], model.run_peer("--unfused")
    model.step("match", lambda: worst_of(native, peer))
    model.result["match"]["fused"] = fused.get("error")
    return peer


def check(options, name, path, hints):
    with tempfile.TemporaryDirectory(prefix="weft-zoo-") as scratch:
        try:
            model = Model(options, name, path, hints, scratch)
        except (ValueError, StopIteration, IndexError, KeyError) as error:
            return {"model": name, "operators": {}, "import": {"gap": f"not readable: {error}"}}
        info = model.step("import", model.load)
        native = None
        if info:
            if model.flags:
                model.result["import"]["dims"] = [flag.removeprefix("--dim=") for flag in model.flags]
            native = model.step("native", lambda: model.run("native"))
            reference = model.step("reference", lambda: model.run("reference"))
            if native and reference:
                model.step("agree", lambda: worst_of(native, reference))
        peer = None if options.no_peer else check_peer(model, native)
        if native and any(case.outputs or case.classes is not None for case in model.cases):
            model.step("shipped", lambda: compare_shipped(model, native))
            if not model.result["shipped"].get("ok") and model.result.get("match", {}).get("ok"):
                shipped = model.result["shipped"]  # by an executor that onnxruntime contradicts, too
                shipped.update(ok=True, peer=worst_of(peer, [case.outputs for case in model.cases])["error"])
        if options.rtl and info:
            hardware = model.step("rtl", model.compile)
            if hardware:
                model.result["rtl"].update({k: hardware.get(k) for k in ("latency", "initiation_interval")})
        return model.result


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", required=True, help="folder of .onnx files, at any depth")
    parser.add_argument("--weft", default=os.path.join(ROOT, "build", "bin", "weft"))
    parser.add_argument("--hints", default=os.path.join(ROOT, "test", "zoo", "hints.json"), help="JSON with sizes and inputs (default: test/zoo/hints.json)")
    parser.add_argument("--only", default="", help="only models whose names contain this")
    parser.add_argument("--json", help="write the results to this file")
    parser.add_argument("--markdown", help="write the table to this file")
    parser.add_argument("--rtl", action="store_true", help="also compile every model to SystemVerilog")
    parser.add_argument("--timeout", type=float, default=120, help="seconds for each step of a model (default: 120)")
    parser.add_argument("--memory", type=float, default=8, help="GB of address space for weft (default: 8)")
    options = parser.parse_args()
    options.no_peer = not os.path.isdir(os.path.join(PEERS, "node_modules", "onnxruntime-node"))
    hints, results = models.hints_of(options.hints), []
    for name, path in models.find(options.models, options.only):
        results.append(check(options, name, path, hints.get(name, {})))
        print(report.line(results[-1]), flush=True)
    print("\n" + report.summary(results))
    if options.json:
        with open(options.json, "w") as file:
            json.dump({"tolerance": TOLERANCE, "models": results}, file, indent=1)
            file.write("\n")
    if options.markdown:
        with open(options.markdown, "w") as file:
            file.write(report.markdown(results))
    sys.exit(1 if any(report.is_wrong(r) for r in results) else 0)


if __name__ == "__main__":
    main()
