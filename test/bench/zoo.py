#!/usr/bin/env python3
"""Native code against onnxruntime over a folder of models: time ratio per model and geometric mean, compile time, peak memory.

    ninja -C build weft-cpu-package bench-ort && npm ci --ignore-scripts --prefix test/peers
    test/bench/zoo.py --models MODELS --json zoo.json [--threads 1] [--batches 1,16] [--only NAME]

Every .onnx below MODELS is compiled for the batch it says (a dynamic first dimension: any), and timed in one process with
onnxruntime, in alternating slices, each model in a process of its own. A ratio is onnxruntime's time over weft's: above 1
weft is faster. Models that either of them refuses are listed with the reason and are in no mean.
"""
import glob
import math
import os
import re
import resource
import subprocess
import sys

import common

BUILD = os.path.join(common.ROOT, "build")
PEERS = os.path.join(common.ROOT, "test", "peers")


def compiled(options, path, name):
    """Packages a model; returns (library, prefix, seconds, megabytes), or the reason why not."""
    folder = os.path.join(options.folder.name, name)
    result = subprocess.Popen([os.path.join(BUILD, "bin", "weft-cpu-package"), path, name, folder], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True)
    out, err = result.communicate()
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024  # of all so far: an upper bound
    seconds = re.search(r"packaged in ([\d.]+) s", out)
    if result.returncode or not seconds:
        lines = [line for line in (err + out).splitlines() if line.strip()]
        return lines[-1].split("error: ")[-1] if lines else f"exit code {result.returncode}"
    prefix = "weft_" + re.sub(r"[^A-Za-z0-9]", "_", name)
    return os.path.join(folder, "cpu", f"lib{name}.so"), prefix, float(seconds[1]), peak


def timed(options, library, path, name, package, batch):
    """One row of bench-ort, or the reason why there is none."""
    out = os.path.join(options.folder.name, "row.json")
    command = [os.path.join(BUILD, "bin", "bench-ort"), "--threads", str(options.threads), library, out, name, path, package[0], package[1],
               str(batch)]
    try:
        result = subprocess.run(command, capture_output=True, text=True, timeout=300)
    except subprocess.TimeoutExpired:
        return "took more than five minutes"
    if result.returncode:
        return (result.stderr.strip().splitlines() or [f"exit code {result.returncode}"])[-1][:120]
    with open(out) as file:
        rows = file.read().splitlines()
    return common.json.loads(rows[0]) if rows else None


def mean(rows):
    return math.exp(sum(math.log(row["ratio"]) for row in rows) / len(rows)) if rows else float("nan")


def main():
    options = common.arguments(__doc__, {"threads": (1, "threads of both"), "batches": ("1", "batch sizes, by commas")})
    library = next(iter(glob.glob(PEERS + "/node_modules/**/linux/x64/libonnxruntime.so.1", recursive=True)), None)
    if not library:
        sys.exit("zoo.py: no onnxruntime in test/peers; run: npm ci --ignore-scripts --prefix test/peers")
    rows, refused = [], []
    paths = sorted(glob.glob(os.path.join(options.models, "**", "*.onnx"), recursive=True))
    for path in paths:
        parts = os.path.relpath(path, options.models)[:-5].split(os.sep)
        name = "-".join(part for part in parts if part != "model") or "model"
        if options.only not in name:
            continue
        package = compiled(options, path, name)
        if isinstance(package, str):
            refused.append({"model": name, "reason": package})
            print(f"{name:40} {package[:100]}", flush=True)
            continue
        for batch in map(int, options.batches.split(",")):
            row = timed(options, library, path, name, package, batch)
            if isinstance(row, dict):
                rows.append({**row, "compile_s": package[2], "peak_mb": round(package[3]), "threads": options.threads,
                             "int8": bool(re.search("int8|qdq|quant", name))})
                print(f"{name:40} {batch:3} {row['ort_us']:11.1f} {row['weft_us']:11.1f} {row['ratio']:6.2f}x  {package[2]:6.2f} s  "
                      f"difference {row['difference']:.1e}", flush=True)
            elif row:
                refused.append({"model": name, "reason": row})
                print(f"{name:40} {row[:100]}", flush=True)
    for batch in map(int, options.batches.split(",")):
        for kind, is_int8 in (("fp32", False), ("int8", True)):
            of = [row for row in rows if row["batch"] == batch and row["int8"] == is_int8]
            if of:
                slowest = min(of, key=lambda row: row["ratio"])
                print(f"{kind}, batch {batch}, threads {options.threads}: geometric mean {mean(of):.2f}x of {len(of)} models, "
                      f"least {slowest['ratio']:.2f}x ({slowest['model']})")
    if options.json:
        with open(options.json, "w") as file:
            common.json.dump({"rows": rows, "refused": refused}, file, indent=1)


if __name__ == "__main__":
    main()
