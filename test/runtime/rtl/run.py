#!/usr/bin/env python3
"""Benches of runtime/rtl: run.py [--keep DIR] [--only lint,icarus,…] [FILTER]

Each primitive is compared, in data and in the cycle of every handshake, with a golden model and with the
timing rules of docs/dataflow.md; then linted and synthesized. FILTER is a substring of case names."""

import argparse
import concurrent.futures
import os
import shutil
import sys
import tempfile

import bench
import cases_gather
import cases_mac
import cases_pointwise
import cases_recurrent
import cases_select
import cases_shift
import cases_sparse
import cases_stream
import cases_weights
import fuzz
import refusals
import synth

SEEDS = [0, 1, 2, 3]
BATCH = 16  # cases in one Verilator build


# Verilator cannot take a recursive module as the top; these are linted inside weft_mvu.
NOT_A_TOP = {"weft_adder_tree", "weft_prefix"}


def modules():
    return sorted(f[:-3] for f in os.listdir(bench.RTL) if f.endswith(".sv") and f[:-3] not in NOT_A_TOP)


def lint(top, file=None):
    """A module with its defaults, or a case's file: widths that only fit the defaults warn there."""
    rc, out = bench.call(["verilator", "--lint-only", "--timing", "-Wall", "-sv", "-y", bench.RTL, "-y", bench.HERE,
                          "--top-module", top, file or os.path.join(bench.RTL, top + ".sv")])
    return None if rc == 0 and "%Warning" not in out else out.strip().splitlines()[0]


def simulate(command, cases, seed, dir_):
    """Runs one seed of the cases which share a simulator; {name: why}."""
    expected = {c.name: bench.prepare(c, seed, dir_) for c in cases}
    cycles = max(bench.length(e) for e in expected.values())
    # Every second seed resets in the middle of the work: nothing of it may be left.
    reset_at = 23 + 17 * seed if seed % 2 else 0
    rc, out = bench.call(command + [f"+dir={dir_}", f"+weft_trace={dir_}", f"+cycles={cycles}",
                                    f"+reset_at={reset_at}"])
    if rc != 0 or "ERROR" in out or "WARNING" in out:
        return {c.name: out.strip()[:300] for c in cases}
    return {c.name: bench.judge(c, seed, dir_, expected[c.name]) for c in cases}


def icarus(case, root, netlist=False):
    dir_ = os.path.join(root, ("netlist_" if netlist else "icarus_") + case.name)
    os.makedirs(dir_, exist_ok=True)
    files = [bench.emit(case, dir_, netlist), bench.emit_top([case], dir_, "top")]
    if netlist:
        path, why = synth.netlist(case, dir_)
        if why:
            return why
        files.append(path)
    else:
        why = lint(f"case_{case.name}", files[0])
        if why:
            return why
    files += [os.path.join(bench.HERE, f) for f in ("tb_source.sv", "tb_sink.sv")]
    binary = os.path.join(dir_, "sim.vvp")
    rc, out = bench.call(["iverilog", "-g2012", "-DWEFT_TRACE", "-s", "top", "-y", bench.RTL, "-Y", ".sv", "-o", binary]
                         + files)
    if rc != 0 or out.strip():
        return out.strip()[:300]
    for seed in SEEDS[:2] if netlist else SEEDS:
        why = simulate(["vvp", "-n", binary], [case], seed, dir_)[case.name]
        if why:
            return f"seed {seed}: {why}"
    return None


def verilator(cases, root):
    """Builds of many cases: compiling is what takes the time, and of one function that evaluates all more than in proportion. {name: why}."""
    batches = [cases[i:i + BATCH] for i in range(0, len(cases), BATCH)]
    result = {}
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for part in pool.map(lambda i: verilator_batch(batches[i], os.path.join(root, f"verilator_{i}")), range(len(batches))):
            result.update(part)
    return result


def verilator_batch(cases, dir_):
    os.makedirs(dir_, exist_ok=True)
    files = [bench.emit(c, dir_) for c in cases] + [bench.emit_top(cases, dir_, "top")]
    files += [os.path.join(bench.HERE, f) for f in ("tb_source.sv", "tb_sink.sv")]
    rc, out = bench.call(["verilator", "--binary", "--timing", "-sv", "-DWEFT_TRACE", "-Wno-fatal", "-Wno-WIDTH", "-O1",
                          "--top-module", "top", "-j", "1", "-y", bench.RTL, "--Mdir", os.path.join(dir_, "obj"),
                          "-CFLAGS", "-O0", "-o", "sim"] + files)
    if rc != 0:
        return {c.name: out.strip()[-300:] for c in cases}
    result = {c.name: None for c in cases}
    for seed in SEEDS:
        for name, why in simulate([os.path.join(dir_, "obj", "sim")], cases, seed, dir_).items():
            result[name] = result[name] or (why and f"seed {seed}: {why}")
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("filter", nargs="?", default="")
    parser.add_argument("--keep", help="keep the working files in this folder")
    parser.add_argument("--only", default="lint,icarus,refuse,verilator,netlist,yosys")
    parser.add_argument("--fuzz", type=int, default=24, help="random parameter sets (default %(default)s)")
    parser.add_argument("--seed", default="0", help="what the random parameter sets follow from")
    args = parser.parse_args()
    root = args.keep or tempfile.mkdtemp(prefix="weft_rtl_")
    only = args.only.split(",")
    every = [c for m in (cases_stream, cases_gather, cases_mac, cases_shift, cases_weights, cases_pointwise, cases_recurrent, cases_select, cases_sparse) for c in m.cases()]
    every += fuzz.cases(args.fuzz, args.seed)
    cases = [c for c in every if args.filter in c.name]
    counts = {True: 0, False: 0}

    def report(name, why):
        counts[why is None] += 1
        print(f"PASS {name}" if why is None else f"FAIL {name}: {why}", flush=True)

    # Two workers; Verilator builds have their own turn, as they use both cores.
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        if "lint" in only:
            chosen = [m for m in modules() if args.filter in m]
            for m, why in zip(chosen, pool.map(lint, chosen)):
                report(f"lint/{m}", why)
        if "icarus" in only:
            for c, why in zip(cases, pool.map(lambda c: icarus(c, root), cases)):
                report(f"icarus/{c.name}", why)
        if "refuse" in only:
            chosen = [r for r in refusals.REFUSALS if args.filter in r[0]]
            for r, why in zip(chosen, pool.map(lambda r: refusals.run(r, root), chosen)):
                report(f"refuse/{r[0]}", why)
        if "netlist" in only:
            chosen = [c for c in cases if c.ports is None]
            for c, why in zip(chosen, pool.map(lambda c: icarus(c, root, netlist=True), chosen)):
                report(f"netlist/{c.name}", why)
        if "yosys" in only:
            chosen = [j for j in synth.JOBS if args.filter in j[0]]
            for j, why in zip(chosen, pool.map(lambda j: synth.run(j, root), chosen)):
                report(f"yosys/{j[0]}", why)
    both = [c for c in cases if c.verilator]
    if "verilator" in only and both:
        for name, why in verilator(both, root).items():
            report(f"verilator/{name}", why)
    if not args.keep:
        shutil.rmtree(root)
    print(f"{counts[True]} passed, {counts[False]} failed")
    return 1 if counts[False] or not counts[True] else 0


if __name__ == "__main__":
    sys.exit(main())
