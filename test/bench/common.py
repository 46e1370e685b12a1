"""What the benchmarks share: running weft, finding models and data, and tables."""
import argparse
import array
import json
import os
import random
import shlex
import signal
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
EXAMPLES = os.path.join(ROOT, "examples")


def arguments(description, values=None, **flags):
    """Parses the common flags, `flags`, which are boolean: name=help, and `values`: {name: (default, help)}."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weft", default=os.path.join(ROOT, "build", "bin", "weft"))
    parser.add_argument("--models", default=EXAMPLES, help="folder of <model>/model.onnx (default: examples/)")
    parser.add_argument("--data", help="folder of the data sets: fashion-mnist/ and mnist/ as IDX files, digits/*.npz "
                        "(default: the samples in examples/data)")
    parser.add_argument("--json", help="write the results to this file, too")
    parser.add_argument("--only", default="", help="only models whose names contain this")
    for name, text in flags.items():
        parser.add_argument("--" + name, action="store_true", help=text)
    for name, (default, text) in (values or {}).items():
        parser.add_argument("--" + name, type=type(default), default=default, help=f"{text} (default: {default})")
    options = parser.parse_args()
    options.folder = tempfile.TemporaryDirectory(prefix="weft-bench-")
    return options


class Failed(Exception):
    pass


def run(command, minutes=0):
    """What a command prints. Fails where it does, or takes longer than `minutes` (0: any time); what it started ends with it."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
    try:
        out, errors = process.communicate(timeout=60 * minutes or None)
    except BaseException as stopped:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        if isinstance(stopped, subprocess.TimeoutExpired):
            raise Failed(f"more than {minutes} minutes (--minutes=N waits longer): {shlex.join(command)}") from None
        raise
    if process.returncode:
        raise Failed(f"exit code {process.returncode}: {shlex.join(command)}\n{errors.strip()}")
    return out


def weft(options, *args, minutes=0):
    """Runs weft with --json; returns what it printed and the seconds it took."""
    start = time.monotonic()
    out = run([options.weft, *args, "--json"], minutes)
    return json.loads(out), time.monotonic() - start


def model(options, name):
    """Path of a model, or None where the folder lacks it or --only leaves it out."""
    path = os.path.join(options.models, name, "model.onnx")
    return path if os.path.exists(path) and options.only in name else None


def dataset(options, name, raw=False):
    """(calibration, test, flags) of digits, mnist or fashion-mnist. Pixels of IDX files are 0…255; the flags make 0…1 of
    them unless `raw`. None where there is no such data."""
    if not options.data:
        files = {"digits": ("digits-train.npz", "digits-test.npz"),
                 "fashion-mnist": ("fashion-mnist-calibration-256.npz", "fashion-mnist-test-1000.npz")}
        return (*(os.path.join(EXAMPLES, "data", f) for f in files[name]), []) if name in files else None
    folder = os.path.join(options.data, name)
    if not os.path.isdir(folder):
        return None
    if name == "digits":
        return os.path.join(folder, "train.npz"), os.path.join(folder, "test.npz"), []
    return folder, folder, [] if raw else ["--preprocess=scale=1/255"]


def noise(options, path, samples=16):
    """Path of an .npy: random samples 0…1 for a model without data: timing and bits do not depend on what they show."""
    found, _ = weft(options, "info", path)
    shape = [d or 1 for d in found["inputs"][0]["shape"]]
    shape[0], count = samples, 1
    for d in shape:
        count *= d
    header = repr({"descr": "<f4", "fortran_order": False, "shape": tuple(shape)}).encode()
    header += b" " * (-(len(header) + 11) % 64) + b"\n"
    rng = random.Random(1)
    file = options.folder.name + "/noise.npy"
    with open(file, "wb") as f:
        f.write(b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header)
        array.array("f", (rng.random() for _ in range(count))).tofile(f)
    return file


def table(title, header, rows):
    """Prints a table in Markdown; returns its lines."""
    cells = [[f"{c:,}" if isinstance(c, int) else "" if c is None else str(c) for c in row] for row in [header, *rows]]
    widths = [max(len(row[i]) for row in cells) for i in range(len(header))]
    lines = ["| " + " | ".join(c.ljust(w) for c, w in zip(row, widths)) + " |" for row in cells]
    lines.insert(1, "|" + "|".join("-" * (w + 2) for w in widths) + "|")
    text = "\n".join(lines) + "\n"
    print(f"\n{title}\n\n{text}", end="", flush=True)
    return text


def finish(options, results, failures):
    if options.json:
        with open(options.json, "w") as file:
            json.dump(results, file, indent=1)
            file.write("\n")
    for failure in failures:
        print(f"\nfailed: {failure}", file=sys.stderr)
    sys.exit(1 if failures else 0)
