#!/usr/bin/env python3
"""LUTs of layers as netlists of tables, against the same tables as plain case statements, by Yosys (synth_xilinx).

lut.py [--models FOLDER] [--all] [--minutes N]

Of each layer the first 8 neurons are compared (--all: every neuron, an hour): weft's netlist of these neurons, as the RTL has it for Xilinx, and
case statements: one per neuron where it has at most 12 input bits; of larger ones (binary layers) one per table of the netlist that weft makes
without ABC. MUXF7 and MUXF8, of which only the case statements need many, are not counted as LUTs. The last table is the netlist of all layers together.
A run of Yosys that takes longer than --minutes is given up."""
import os
import re

from common import Failed, arguments, finish, model, run, table

NETWORKS = [("digits-logicnet", ["fc1", "fc2"]), ("digits-binary", ["fc1", "fc2"])]
CASE_BITS = 12
options = arguments(__doc__, {"minutes": (5, "time for a run of Yosys")}, all="every neuron, not the first 8 of each layer")
results, failures = {"layers": [], "networks": []}, []


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

    def module(self, outputs, table):
        """A module of the tables that these signals need, each as `table(t, names of its fan-ins, truth)` says."""
        def name(s):
            return f"x[{s}]" if s < self.inputs else f"t{s - self.inputs}"
        lines = [f"module top(input [{self.inputs - 1}:0] x, output [{len(outputs) - 1}:0] y);"]
        for t in self.cone(outputs)[0]:
            fan_ins, truth = self.tables[t]
            lines.append(table(t, [name(f) for f in fan_ins], truth) if fan_ins else f"wire t{t} = {truth & 1};")
        return "\n".join(lines + [f"assign y[{i}] = {name(o)};" for i, o in enumerate(outputs)] + ["endmodule"])

    def primitives(self, outputs):
        """The module as weft's RTL has it for Xilinx."""
        def primitive(t, inputs, truth):
            ports = "".join(f", .I{k}({x})" for k, x in enumerate(inputs))
            entries = 1 << len(inputs)
            return f"wire t{t}; LUT{len(inputs)} #(.INIT({entries}'h{truth & ((1 << entries) - 1):x})) lut{t} (.O(t{t}){ports});"
        return self.module(outputs, primitive)

    def table_cases(self, outputs):
        """One case statement per table."""
        def statement(t, inputs, truth):
            rows = "\n".join(f"  {len(inputs)}'d{a}: t{t} = 1'b{truth >> a & 1};" for a in range(1 << len(inputs)))
            return f"reg t{t}; always @* case ({{{', '.join(reversed(inputs))}}})\n{rows}\nendcase"
        return self.module(outputs, statement)

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


def first_neurons(network):
    return network.outputs[:None if options.all else 8 * network.result_bits]


def compare(name, path, layer):
    network, proofs = mapped(path, f"lut{{layers={layer}}}")
    outputs = first_neurons(network)
    if any(len(network.cone(outputs[i:i + network.result_bits])[1]) > CASE_BITS for i in range(0, len(outputs), network.result_bits)):
        plain, _ = mapped(path, f"lut{{layers={layer} tool=none}}")
        kind, case = "tables", plain.table_cases(first_neurons(plain))
    else:
        kind, case = "neurons", network.cases(outputs)
    netlist, case = luts(network.primitives(outputs)), luts(case)
    results["layers"].append({"model": name, "layer": layer, "neurons": len(outputs) // network.result_bits, "proof": proofs[0][1], "cases_of": kind,
                              "lut": netlist, "case_lut": case, "ratio": netlist / case})


def whole(name, path):
    network, proofs = mapped(path, "lut")
    results["networks"].append({"model": name, "tables": len(network.tables), "lut": luts(network.primitives(network.outputs)),
                                "proofs": [f"{layer}: {how}" for layer, how in proofs]})


for name, layers in NETWORKS:
    path = model(options, name)
    for measure, arguments_ in ([(compare, (name, path, layer)) for layer in layers] + [(whole, (name, path))]) if path else []:
        try:
            measure(*arguments_)
        except Failed as failure:
            failures.append(f"{name}: {failure}")

table("Layers", ["model", "layer", "neurons", "case statements of", "LUT, weft", "LUT, case", "ratio"],
      [[r["model"], r["layer"], r["neurons"], r["cases_of"], r["lut"], r["case_lut"], f"{r['ratio']:.2f}"] for r in results["layers"]])
table("Networks", ["model", "tables", "LUT", "proved"],
      [[r["model"], r["tables"], r["lut"], "; ".join(r["proofs"])] for r in results["networks"]])
finish(options, results, failures)
