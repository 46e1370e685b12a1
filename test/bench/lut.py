#!/usr/bin/env python3
"""LUTs of layers as netlists of tables, against the same tables as plain case statements, by Yosys (synth_xilinx).

lut.py [--models FOLDER] [--all] [--minutes N]

Of each layer whose neurons have at most 12 input bits the first 8 neurons are compared (--all: every neuron, an hour): weft's
netlist of these neurons, printed as the RTL has it, and one case statement per neuron. MUXF7 and MUXF8, of which only the
case statements need many, are not counted as LUTs. The last column is the netlist of all layers together, as weft emits it.
A run of Yosys that takes longer than --minutes is given up."""
import os
import re

from common import Failed, arguments, finish, model, run, table

NETWORKS = [("digits-logicnet", ["fc1", "fc2"]), ("digits-binary", [])]
CASE_BITS = 12
options = arguments(__doc__, {"minutes": (5, "time for a run of Yosys")}, all="every neuron, not the first 8 of each layer")
results, failures = {"layers": [], "networks": []}, []


def formula(truth, inputs):
    """As LutPrinter.cpp has it: choices between the cofactors of the last input, of bit a of `truth` at address a."""
    size = 1 << len(inputs)
    truth &= (1 << size) - 1
    if truth in (0, (1 << size) - 1):
        return f"1'b{truth & 1}"
    half = size // 2
    ones, x, rest = (1 << half) - 1, inputs[-1], inputs[:-1]
    low, high = truth & ones, truth >> half
    if low == high:
        return formula(low, rest)
    if low == high ^ ones:
        return x if low == 0 else "~" + x if high == 0 else f"({x} ^ {formula(low, rest)})"
    if low == 0 or high == ones:
        return f"({x} & {formula(high, rest)})" if low == 0 else f"({x} | {formula(low, rest)})"
    if high == 0 or low == ones:
        return f"(~{x} & {formula(low, rest)})" if high == 0 else f"(~{x} | {formula(high, rest)})"
    return f"({x} ? {formula(high, rest)} : {formula(low, rest)})"


class Network:
    """The first lut.network of a file of IR."""

    def __init__(self, text):
        match = re.search(r"lut\.network %\S+ \{(.*?)\} : tensor<\?x(\d+)xu?i(\d+)> -> tensor<\?x(\d+)xu?i(\d+)>", text, re.S)
        if not match:
            raise Failed("found no lut.network")
        lists = {name: [int(v) for v in values.split(",") if v.strip()]
                 for name, values in re.findall(r"(\w+) = array<i\d+(?:: ([^>]*))?>", match.group(1))}
        self.inputs = int(match.group(2)) * int(match.group(3))
        self.result_bits = int(match.group(5))
        self.outputs, self.tables, at = lists["outputs"], [], 0
        for arity, truth in zip(lists["arities"], lists["tables"]):
            self.tables.append((lists["fan_ins"][at:at + arity], truth % (1 << 64)))
            at += arity

    def cone(self, outputs):
        """The tables that these signals need, in order."""
        needed = set(outputs)
        for t in range(len(self.tables) - 1, -1, -1):
            if self.inputs + t in needed:
                needed.update(self.tables[t][0])
        return [t for t in range(len(self.tables)) if self.inputs + t in needed], sorted(s for s in needed if s < self.inputs)

    def functions(self, outputs):
        """Each signal as a number whose bit a is its value at address a of the inputs that matter; and those inputs."""
        tables, inputs = self.cone(outputs)
        size = 1 << len(inputs)
        everything, values = (1 << size) - 1, {}
        for k, signal in enumerate(inputs):
            block = ((1 << (1 << k)) - 1) << (1 << k)
            values[signal] = sum(block << (i << (k + 1)) for i in range(size >> (k + 1)))
        for t in tables:
            fan_ins, truth = self.tables[t]
            parts = [everything if truth >> a & 1 else 0 for a in range(1 << len(fan_ins))]
            for k in range(len(fan_ins) - 1, -1, -1):
                x = values[fan_ins[k]]
                parts = [parts[a] & ~x | parts[a | 1 << k] & x for a in range(1 << k)]
            values[self.inputs + t] = parts[0]
        return [values[o] for o in outputs], inputs

    def assigns(self, outputs):
        """The module as weft's RTL has it."""
        def name(s):
            return f"x[{s}]" if s < self.inputs else f"t{s - self.inputs}"
        lines = [f"module top(input [{self.inputs - 1}:0] x, output [{len(outputs) - 1}:0] y);"]
        for t in self.cone(outputs)[0]:
            fan_ins, truth = self.tables[t]
            lines.append(f"wire t{t} = {formula(truth, [name(f) for f in fan_ins])};")
        return "\n".join(lines + [f"assign y[{i}] = {name(o)};" for i, o in enumerate(outputs)] + ["endmodule"])

    def cases(self, outputs):
        """One case statement per neuron."""
        lines = [f"module top(input [{self.inputs - 1}:0] x, output reg [{len(outputs) - 1}:0] y);"]
        for first in range(0, len(outputs), self.result_bits):
            values, inputs = self.functions(outputs[first:first + self.result_bits])
            lines.append(f"always @* case ({{{', '.join(f'x[{s}]' for s in reversed(inputs))}}})")
            for a in range(1 << len(inputs)):
                code = sum((v >> a & 1) << b for b, v in enumerate(values))
                lines.append(f"  {len(inputs)}'d{a}: y[{first + self.result_bits - 1}:{first}] = {self.result_bits}'d{code};")
            lines.append("endcase")
        return "\n".join(lines + ["endmodule"])


def luts(text):
    """LUT1 to LUT6 that Yosys makes of a module."""
    path = os.path.join(options.folder.name, "top.sv")
    with open(path, "w") as f:
        f.write(text)
    script = f"read_verilog -sv {path}; synth_xilinx -flatten -noiopad; tee -o {path}.txt stat"
    run(["yosys", "-q", "-p", script], options.minutes)
    with open(path + ".txt") as f:
        return sum(int(n) for n in re.findall(r"^\s+LUT[1-6]\s+(\d+)", f.read(), re.M))


def mapped(path, recipe):
    file = os.path.join(options.folder.name, "mapped.mlir")
    command = [options.weft, "compile", path, f"--compress={recipe}", "--compile-to=integer", "-o", file, "-q"]
    run(command)
    with open(file) as f:
        text = f.read()
    return Network(text), re.findall(r'"(\S+): ((?:enumerated|\d+ sums)[^"]*)"', text)


def compare(name, path, layer):
    network, proofs = mapped(path, f"lut{{layers={layer}}}")
    bits = network.result_bits
    groups = [network.outputs[i:i + bits] for i in range(0, len(network.outputs), bits)]
    groups = [g for g in groups if len(network.cone(g)[1]) <= CASE_BITS][:None if options.all else 8]
    outputs = [o for g in groups for o in g]
    netlist, case = luts(network.assigns(outputs)), luts(network.cases(outputs))
    results["layers"].append({"model": name, "layer": layer, "neurons": len(groups), "proof": proofs[0][1], "lut": netlist,
                              "case_lut": case, "ratio": netlist / case})


def whole(name, path):
    network, proofs = mapped(path, "lut")
    results["networks"].append({"model": name, "tables": len(network.tables), "lut": luts(network.assigns(network.outputs)),
                                "proofs": [f"{layer}: {how}" for layer, how in proofs]})


for name, layers in NETWORKS:
    path = model(options, name)
    for measure, arguments_ in ([(compare, (name, path, layer)) for layer in layers] + [(whole, (name, path))]) if path else []:
        try:
            measure(*arguments_)
        except Failed as failure:
            failures.append(f"{name}: {failure}")

table("Layers", ["model", "layer", "neurons", "LUT, weft", "LUT, case", "ratio"],
      [[r["model"], r["layer"], r["neurons"], r["lut"], r["case_lut"], f"{r['ratio']:.2f}"] for r in results["layers"]])
table("Networks", ["model", "tables", "LUT", "proved"],
      [[r["model"], r["tables"], r["lut"], "; ".join(r["proofs"])] for r in results["networks"]])
finish(options, results, failures)
