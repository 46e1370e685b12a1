#!/usr/bin/env python3
"""Native code against onnxruntime over a folder of models: time ratio per model and geometric mean, compile time, peak memory.

    ninja -C build weft-cpu-package bench-ort && npm ci --ignore-scripts --prefix test/peers
    test/bench/zoo.py --models MODELS [--threads 1,2] [--batches 1,16] [--json zoo.json] [--markdown speed.md] [--only NAME]

Every .onnx below MODELS is compiled for the batch it says (a dynamic first dimension: any; other open dimensions: test/zoo/hints.json) and
timed in one process with onnxruntime, in alternating slices, each model in a process of its own. A ratio is onnxruntime's time over
weft's: above 1 weft is faster. One thread counts processor time, more the clock. Models that either of them refuses are listed with
the reason and are in no mean. Needs numpy.
"""
import glob
import math
import os
import re
import subprocess
import sys

import common

sys.path.insert(0, os.path.join(common.ROOT, "test", "zoo"))
import models  # noqa: E402
import onnxproto  # noqa: E402

BUILD = os.path.join(common.ROOT, "build")
PEERS = os.path.join(common.ROOT, "test", "peers")


class Refused(Exception):
    pass


def last_line(text, otherwise):
    lines = [line for line in text.splitlines() if line.strip()]
    said = [line for line in lines if line.startswith("onnxruntime: ") or "error: " in line] or lines[-1:]
    return re.sub(r"(?<!\S)/\S*/", "", said[0].split("error: ")[-1])[:160] if said else otherwise  # without the folders of files


class Model:
    """One model: its inputs, and the packages made of it."""

    def __init__(self, options, path, name, hints):
        self.options, self.path, self.name, self.hints = options, path, name, hints
        self.inputs, self.outputs = onnxproto.ports(path)
        self.is_int8 = any("Quant" in op or "QLinear" in op or "Integer" in op for op in onnxproto.operators(path))
        self.folder = os.path.join(options.folder.name, name)

    def takes_batches(self):
        """Dimension 0 of every input is open, and nothing else."""
        return all(dims and [i for i, d in enumerate(dims) if isinstance(d, str)] == [0] for _, _, dims in self.inputs)

    def case(self, batch):
        """Inputs of so many samples."""
        hints = dict(self.hints)
        if self.takes_batches():
            hints["dims"] = {f"{port}[0]": batch for port, _, _ in self.inputs}
        return models.made_up(self.name, self.inputs, hints).inputs

    def dims(self, case):
        """Flags that give all open dimensions the sizes of a case."""
        return [f"--dim={d if d.strip('?') else f'{port}[{i}]'}={case[port].shape[i]}" for port, _, dims in self.inputs
                for i, d in enumerate(dims) if isinstance(d, str)]

    def package(self, threads):
        """Compiles; (library, seconds of processor time, megabytes at the peak). Sizes are fixed only where the package needs them."""
        program = os.path.join(BUILD, "bin", "weft-cpu-package")
        for flags in ([], self.dims(self.case(1))):
            process = subprocess.Popen([program, self.path, self.name, self.folder, f"--threads={threads}", f"--tolerance={self.options.tolerance}", *flags], stdout=subprocess.PIPE,
                                       stderr=subprocess.STDOUT, text=True)
            out = process.stdout.read()
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            self.is_fixed = bool(flags)
            if process.returncode == 0:
                return os.path.join(self.folder, "cpu", f"lib{self.name}.so"), round(usage.ru_utime + usage.ru_stime, 2), round(usage.ru_maxrss / 1024)
            if not flags and not self.dims(self.case(1)):
                break
        raise Refused(last_line("\n".join(line for line in out.splitlines() if "packaged in" not in line), f"exit code {process.returncode}"))

    def shapes(self, batch):
        """--shape and --bytes of bench-ort: inputs as made up, outputs as the header of the package says."""
        flags = []
        for i, (port, array) in enumerate(self.case(batch).items()):
            file = os.path.join(self.folder, f"in-{i}.bin")
            array.tofile(file)
            flags += ["--shape", f"{port}=" + "x".join(map(str, array.shape)), "--bytes", f"{port}={file}"]
        with open(os.path.join(self.folder, "cpu", f"{self.name}.h")) as file:
            outputs = re.findall(r"_OUTPUT\d+_SIZE \d+ /\* (.*): \S+ \[(.*?)\] as", file.read())
        for port, dims in outputs:
            shape = [int(d) for d in dims.split(", ") if d]
            if batch > 1:
                shape[0] *= batch
            flags += ["--shape", f"{port}=" + "x".join(map(str, shape))]
        return flags

    def timed(self, runtime, library, batch, threads):
        out = os.path.join(self.folder, "row.json")
        command = [os.path.join(BUILD, "bin", "bench-ort"), "--threads", str(threads), *self.shapes(batch), runtime, out, self.name, self.path,
                   library, "weft_" + re.sub(r"[^A-Za-z0-9]", "_", self.name), str(batch)]
        try:
            result = subprocess.run(command, capture_output=True, text=True, timeout=300)
        except subprocess.TimeoutExpired:
            raise Refused("took more than five minutes") from None
        if result.returncode:
            raise Refused(last_line(result.stderr, f"exit code {result.returncode}"))
        with open(out) as file:
            return common.json.loads(file.read())


def mean(rows):
    return math.exp(sum(math.log(row["ratio"]) for row in rows) / len(rows))


def measure(options, runtime, model, refused):
    """Rows of one model: for each number of threads and each batch it takes."""
    rows = []
    for threads in map(int, options.threads.split(",")):
        if threads > 1 and options.least > max((row["weft_us"] for row in rows), default=options.least):
            continue
        try:
            library, seconds, megabytes = model.package(threads)
            for batch in map(int, options.batches.split(",")):
                if batch > 1 and (model.is_fixed or not model.takes_batches()):
                    continue
                try:
                    row = model.timed(runtime, library, batch, threads)
                except Refused:
                    if batch > 1 and rows:
                        continue  # its result has room for one sample
                    raise
                rows.append({**row, "threads": threads, "compile_s": seconds, "peak_mb": megabytes, "int8": model.is_int8})
                print(f"{model.name:40} {threads} {batch:3} {row['ort_us']:11.1f} {row['weft_us']:11.1f} {row['ratio']:6.2f}x  {seconds:6.2f} s "
                      f"{megabytes:5} MB  difference {row['difference']:.1e}", flush=True)
        except Refused as reason:
            refused.append({"model": model.name, "threads": threads, "reason": str(reason)})
            print(f"{model.name:40} {threads} {reason}", flush=True)
            break
    return rows


def summary(rows):
    """[kind, threads, batch, number of models, geometric mean, how many are below 1, least ratio, its model]."""
    lines = []
    for threads, batch in sorted({(row["threads"], row["batch"]) for row in rows}):
        for kind, is_int8 in (("fp32, fp16", False), ("int8", True)):
            of = [row for row in rows if (row["threads"], row["batch"], row["int8"]) == (threads, batch, is_int8)]
            if of:
                least = min(of, key=lambda row: row["ratio"])
                lines.append([kind, threads, batch, len(of), f"{mean(of):.2f}×", sum(row["ratio"] < 1 for row in of), f"{least['ratio']:.2f}×", least["model"]])
    return lines


def markdown(rows, refused):
    def table(header, lines):
        return "".join("| " + " | ".join(str(c) for c in line) + " |\n" for line in [header, ["---"] * len(header), *lines])
    text = "# Native code against onnxruntime\n\nGenerated by `test/bench/zoo.py`, which says how it is measured. Ratios are onnxruntime's time over weft's.\n\n"
    text += table(["models", "threads", "batch", "number", "geometric mean", "below 1", "least", "of"], summary(rows)) + "\n"
    kinds = sorted({(row["threads"], row["batch"]) for row in rows})
    title = {kind: f"{kind[0]} thread{'s' if kind[0] > 1 else ''}, batch {kind[1]}" for kind in kinds}
    lines = []
    for model in sorted({row["model"] for row in rows}):
        own = {(row["threads"], row["batch"]): row for row in rows if row["model"] == model}
        first = own[min(own)]
        lines.append([model, "int8" if first["int8"] else "", f"{first['ort_us']:.1f}", f"{first['weft_us']:.1f}"] +
                     [(f"{own[k]['ratio']:.2f}×" if own[k]["ratio"] >= 1 else f"**{own[k]['ratio']:.2f}×**") if k in own else "" for k in kinds] +
                     [f"{first['difference']:.0e}", first["compile_s"], first["peak_mb"]])
    text += table(["model", "", "onnxruntime, µs", "weft, µs"] + [title[k] for k in kinds] + ["difference", "compiled in, s of processor time", "MB at the peak"], lines)
    if refused:
        text += "\n## Not timed\n\n" + table(["model", "reason"], [[r["model"], r["reason"].replace("|", "\\|")] for r in refused])
    return text


def main():
    options = common.arguments(__doc__, {"threads": ("1", "threads of both, by commas"), "batches": ("1", "batch sizes, by commas"),
                                         "least": (0.0, "microseconds that a model takes on one thread to be worth more"),
                                         "tolerance": (0.0, "weft's --tolerance: 1e-5 allows Winograd"), "markdown": ("", "write the tables to this file")})
    runtime = next(iter(glob.glob(PEERS + "/node_modules/**/linux/x64/libonnxruntime.so.1", recursive=True)), None)
    if not runtime:
        sys.exit("zoo.py: no onnxruntime in test/peers; run: npm ci --ignore-scripts --prefix test/peers")
    hints, rows, refused = models.hints_of(os.path.join(common.ROOT, "test", "zoo", "hints.json")), [], []
    for name, path in models.find(options.models, options.only):
        rows += measure(options, runtime, Model(options, path, name.replace(os.sep, "-"), hints.get(name, {})), refused)
    for line in summary(rows):
        print("{}, {} threads, batch {}: geometric mean of {} {}, {} below 1, least {} ({})".format(*line))
    if options.json:
        with open(options.json, "w") as file:
            common.json.dump({"rows": rows, "refused": refused}, file, indent=1)
    if options.markdown:
        with open(options.markdown, "w") as file:
            file.write(markdown(rows, refused))


if __name__ == "__main__":
    main()
