#!/usr/bin/env python3
"""Runs every layer of tests of a build folder and counts them together.

GoogleTest programs, the lit suite and the bench of the RTL library report each of their cases; this script adds them up, prints
what failed in full, and ends with `N passed, N failed`. Exit code 1 where anything failed or nothing ran.
"""
import concurrent.futures
import json
import os
import re
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class Tally:
    def __init__(self):
        self.passed = self.failed = self.skipped = 0
        self.failures = []

    def add(self, layer, passed, failed, skipped, seconds, failures=()):
        self.passed += passed
        self.failed += failed
        self.skipped += skipped
        self.failures += [f"{layer}: {name}" for name in failures]
        print(f"{layer}: {passed} passed, {failed} failed, {skipped} skipped  ({seconds:.0f} s)", flush=True)


def run_program(build, test):
    """One GoogleTest program: its cases as passed, failures, skipped, and seconds; and what to show if it failed."""
    start, failures, passed, skipped = time.time(), [], 0, 0
    with tempfile.TemporaryDirectory() as folder:
        report = os.path.join(folder, "report.json")
        done = subprocess.run(test["command"] + [f"--gtest_output=json:{report}", "--gtest_brief=1"], cwd=build, capture_output=True, text=True)
        if os.path.exists(report):
            with open(report) as file:
                for suite in json.load(file)["testsuites"]:
                    for case in suite["testsuite"]:
                        if case.get("failures"):
                            failures.append(f"{suite['name']}.{case['name']}")
                        elif case.get("result") == "SKIPPED":
                            skipped += 1
                        else:
                            passed += 1
    if done.returncode != 0 and not failures:  # a crash or a program that could not start
        failures.append(f"exit code {done.returncode}")
    return passed, failures, skipped, time.time() - start, done.stdout[-8000:] + done.stderr[-4000:] if done.returncode else ""


def run_unit(build, tally):
    """Every GoogleTest program that ctest knows, one on each processor."""
    listing = json.loads(subprocess.run(["ctest", "--show-only=json-v1"], cwd=build, capture_output=True, text=True, check=True).stdout)
    tests = [test for test in listing["tests"] if test["name"].startswith("unit/")]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for test, (passed, failures, skipped, seconds, output) in zip(tests, pool.map(lambda test: run_program(build, test), tests)):
            if output:
                print(output, flush=True)
            tally.add(test["name"], passed, len(failures), skipped, seconds, failures)


def run_lit(build, tally):
    start = time.time()
    lit = next(p for p in ["/usr/lib/llvm-22/bin/lit"] if os.path.exists(p))
    with tempfile.TemporaryDirectory() as folder:
        report = os.path.join(folder, "lit.json")
        done = subprocess.run([lit, "-v", "--order=lexical", "--output", report, os.path.join(build, "test")],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if not os.path.exists(report):
            print(done.stdout[-8000:])
            tally.add("lit", 0, 1, 0, time.time() - start, ["lit did not finish"])
            return
        with open(report) as file:
            tests = json.load(file)["tests"]
    good = [t for t in tests if t["code"] in ("PASS", "XFAIL", "FLAKYPASS")]
    skipped = [t for t in tests if t["code"] in ("UNSUPPORTED", "SKIPPED", "EXCLUDED")]
    bad = [t for t in tests if t not in good and t not in skipped]
    for test in bad:
        print(f"---- {test['name']}\n{test['output'][-6000:]}")
    tally.add("lit", len(good), len(bad), len(skipped), time.time() - start, [t["name"] for t in bad])


def run_counted(layer, command, tally):
    """A runner of its own that prints `PASS name` and `FAIL name: why` lines."""
    start = time.time()
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    passed = len(re.findall(r"^PASS ", done.stdout, re.M))
    skipped = len(re.findall(r"^SKIP ", done.stdout, re.M))
    failures = re.findall(r"^FAIL (.*)$", done.stdout, re.M)
    if done.returncode != 0 or passed == 0:
        print(done.stdout[-8000:], flush=True)
        failures = failures or [f"exit code {done.returncode}"]
    tally.add(layer, passed, len(failures), skipped, time.time() - start, failures)


def main():
    build = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else os.path.join(ROOT, "build"))
    tally = Tally()
    run_unit(build, tally)
    run_lit(build, tally)
    rtl = os.path.join(ROOT, "test", "runtime", "rtl", "run.py")
    if os.path.exists(rtl):
        run_counted("runtime/rtl", [sys.executable, rtl], tally)
    conformance = os.path.join(build, "bin", "weft-conformance")
    if os.path.isdir("/usr/share/libonnx-testdata/data") and os.path.exists(conformance):
        baseline = os.path.join(ROOT, "test", "conformance", "baseline.txt")
        run_counted("conformance", [conformance, f"--baseline={baseline}"], tally)
    else:
        tally.add("conformance", 0, 0, 1, 0)
    for failure in tally.failures:
        print(f"FAILED {failure}")
    if tally.skipped:
        print(f"{tally.skipped} skipped: a tool is not installed, or the test is nightly")
    print(f"{tally.passed} passed, {tally.failed} failed")
    sys.exit(1 if tally.failed or not tally.passed else 0)


if __name__ == "__main__":
    main()
