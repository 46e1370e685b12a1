#!/usr/bin/env python3
"""What the hardware costs and how long it takes to make it.

hardware.py [--models FOLDER --data FOLDER] [--large] [--bitstream] [--compile] [--verify [--full]]      (no flag: the first table)

Clustered against int8 dense layers at equal cycles per inference, by Yosys; an iCE40 UP5K bitstream; the time to compile
ResNet-8 to every target; and latency and initiation interval, predicted by the cost model and counted in simulation."""
import os
import resource
import sys

from common import Failed, arguments, dataset, finish, model, noise, table, weft

options = arguments(__doc__, large="the first table also for fashion-mnist-mlp-300-100 (minutes)", bitstream="place, route and pack",
                    compile="time compiling ResNet-8", verify="simulate ten models (minutes)",
                    full="with --verify: 1,000 images for the MLPs, 200 for LeNet-5")
results, failures = {}, []
out = options.folder.name + "/out"


def attempt(section, name, measure):
    """Appends what `measure` returns to a section of the results, or its failure to the failures."""
    try:
        results.setdefault(section, []).append({"model": name, **measure()})
        print(results[section][-1], file=sys.stderr)  # some of it takes minutes
    except Failed as failure:
        failures.append(f"{section}, {name}: {failure}")


def clustered(name, data, cycles):
    path, files = model(options, name), dataset(options, data)
    for variant, how in (("int8", []), ("cluster{k=8} + int8", ["--compress=cluster{k=8}"])):
        def measure():
            report, _ = weft(options, "compile", path, "--calib", files[0], *files[2], "--target=verilog", f"--parallelism=cycles={cycles}",
                             *how, "-o", out, "--force")
            found, _ = weft(options, "synth", out)
            return {"variant": variant, "interval": report["hardware"]["initiation_interval"], **found}
        if path and files:
            attempt("clustered", name, measure)


def bitstream():
    path, files = model(options, "digits-mlp-32"), dataset(options, "digits")
    weft(options, "compile", path, "--calib", files[0], "--target=verilog", "--device=ice40-up5k", "--parallelism=cycles=512", "-o", out,
         "--force")
    found, seconds = weft(options, "synth", out, "--bitstream")
    return {**found, "seconds": seconds, "bytes": os.path.getsize(os.path.join(out, found["bitstream"]))}


def compile_time(path):
    calibration = noise(options, path, 256)
    wall, processor = [], []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        _, seconds = weft(options, "compile", path, "--calib", calibration, "-o", out, "--force")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        wall.append(seconds)
        processor.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return {"seconds": sorted(wall)[1], "least_seconds": min(wall), "processor_seconds": sorted(processor)[1]}


def verify(path, data, vectors):
    files = data and dataset(options, data)
    calibration, flags = (files[0], files[2]) if files else (noise(options, path), [])
    report, _ = weft(options, "compile", path, "--calib", calibration, *flags, "-o", out, "--force")
    samples = ["--data", files[1], *flags] if files else ["--data", calibration]
    found, seconds = weft(options, "verify", out, *samples, "-n", str(vectors))
    return {key: found.get(key) for key in ("result", "vectors", "latency", "initiation_interval")} | {"seconds": seconds}


def cycles(found):
    """Predicted / counted; too few vectors have no interval to count."""
    return f"{found['predicted']:,} / {found['counted']:,}" if found and "counted" in found else "not counted"


VERIFIED = [("digits-mlp-32", "digits", 20), ("mnist-mlp-112", "mnist", 10), ("fashion-mnist-mlp-300-100", "fashion-mnist", 10),
            ("fashion-mnist-lenet5", "fashion-mnist", 4), ("mnist-cntk-opset8", "mnist", 4), ("mnist-cnn-root", "mnist", 3),
            ("mlperf-tiny-resnet8-fp32", None, 3), ("mlperf-tiny-kws-fp32-derived", None, 3), ("mlperf-tiny-ad-fp32", None, 4),
            ("neudet-cnn-v1-qdq-int8", None, 3)]

FULL = {"digits-mlp-32": 360, "mnist-mlp-112": 1000, "fashion-mnist-mlp-300-100": 1000, "fashion-mnist-lenet5": 200}

if not (options.bitstream or options.compile or options.verify) or options.large:
    clustered("digits-mlp-32", "digits", 64)
    if options.large:
        clustered("fashion-mnist-mlp-300-100", "fashion-mnist", 4096)
    table("Clustered and int8 dense layers at equal cycles per inference (Yosys, 7-series)",
          ["model", "layers", "cycles per inference", "DSP", "LUT", "of these RAM", "FF", "BRAM"],
          [[r["model"], r["variant"], r["interval"], r["dsp"], r["lut"], r["lut_ram"], r["ff"], r["bram"]] for r in results.get("clustered", [])])
if options.bitstream:
    attempt("bitstream", "digits-mlp-32", bitstream)
    table("iCE40 UP5K (Yosys, nextpnr-ice40, icepack)", ["model", "LUT of 5,280", "FF", "BRAM of 30", "DSP of 8", "MHz", "bitstream, bytes", "seconds"],
          [[r["model"], r["lut"], r["ff"], r["bram"], r["dsp"], f"{r['mhz']:.1f}", r["bytes"], f"{r['seconds']:.0f}"] for r in results.get("bitstream", [])])
if options.compile:
    path = model(options, "mlperf-tiny-resnet8-fp32")
    if path:
        attempt("compile", "mlperf-tiny-resnet8-fp32", lambda: compile_time(path))
    table("`weft compile` to all targets, 256 samples for calibration", ["model", "seconds (median of 3)", "least", "processor seconds (median)"],
          [[r["model"], *(f"{r[k]:.2f}" for k in ("seconds", "least_seconds", "processor_seconds"))] for r in results.get("compile", [])])
if options.verify:
    for name, data, vectors in VERIFIED:
        path = model(options, name)
        if options.full:
            vectors = FULL.get(name, vectors)
        if path:
            attempt("verify", name, lambda: verify(path, data, vectors))
    table("`weft verify`: cycles predicted / counted", ["model", "result", "vectors", "latency", "initiation interval", "seconds"],
          [[r["model"], r["result"], r["vectors"], cycles(r["latency"]), cycles(r["initiation_interval"]), f"{r['seconds']:.0f}"] for r in results.get("verify", [])])
finish(options, results, failures)
