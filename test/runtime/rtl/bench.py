"""What a case is, and how one is built, run and judged. The cases themselves: cases_*.py."""

import os
import random
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
RTL = os.path.normpath(os.path.join(HERE, "../../../runtime/rtl"))


class Case:
    """One module with one set of parameters and one set of data.

    inputs, outputs: lists of (bus, bits, beats); entries of the same bus are concatenated, first lowest.
    roms: {parameter: (bits, words)}, or of several memories (bits, [words of each])}. model: callable giving a fresh timing model.
    latency, interval: where given, first output cycle and steady-state distance of outputs without stalls.
    ports: {port: expression} in place of the regular ones. tap: watch output 0 with weft_tap.
    stable: False where valid may fall because another output's ready did."""

    def __init__(self, name, module, params, inputs, outputs, model, roms=None, latency=None,
                 interval=None, ports=None, tap=False, stable=True, verilator=False):
        self.name, self.module, self.params = name, module, params
        self.inputs, self.outputs, self.model = inputs, outputs, model
        self.roms = roms or {}
        self.latency, self.interval = latency, interval
        self.ports = ports
        self.tap = tap
        self.stable = stable
        self.verilator = verilator


def pack(elements, bits):
    """Elements to one beat, the first least significant."""
    word = 0
    for i, e in enumerate(elements):
        word |= (e & ((1 << bits) - 1)) << (i * bits)
    return word


def beats(elements, lanes, bits):
    return [pack(elements[i : i + lanes], bits) for i in range(0, len(elements), lanes)]


def write_hex(path, bits, words):
    digits = (bits + 3) // 4
    with open(path, "w") as f:
        f.writelines(f"{w:0{digits}x}\n" for w in words)


class Raw(str):
    """A parameter value written as it is."""


def literal(value):
    return f'"{value}"' if isinstance(value, str) and not isinstance(value, Raw) else f"{value}"


def parameters(case, dir_):
    """The unit's parameters, with ROM images written to `dir_`."""
    params = dict(case.params)
    for p, (bits, words) in case.roms.items():
        if isinstance(words[0], list):  # memories of their own
            params[p] = os.path.join(dir_, f"{case.name}.{p}")
            for i, memory in enumerate(words):
                write_hex(f"{params[p]}{i:04}.hex", bits, memory)
        else:
            params[p] = os.path.join(dir_, f"{case.name}.{p}.hex")
            write_hex(params[p], bits, words)
    return params


def emit(case, dir_, netlist=False):
    """A module `case_<name>` with the unit (or net_<name>, made of it by Yosys), its sources and sinks."""
    lines = [f"module case_{case.name} (input logic clk, input logic rst, input logic [31:0] cycle);"]
    ports = []
    for kind, entries in (("source", case.inputs), ("sink", case.outputs)):
        buses = {}
        for i, (bus, bits, data) in enumerate(entries):
            n = f"{kind}{i}"
            lines.append(f"  wire [{bits}-1:0] {n}_d; wire {n}_v, {n}_r;")
            count = f".BEATS({len(data)}), " if kind == "source" else ""
            lines.append(
                f'  tb_{kind} #(.W({bits}), {count}.NAME("{case.name}.{n}")) {n} (.clk(clk), .rst(rst),'
                f" .cycle(cycle), .data({n}_d), .valid({n}_v), .ready({n}_r));")
            buses.setdefault(bus, []).insert(0, n)
        for bus, ns in buses.items():
            for port, suffix in (("data", "d"), ("valid", "v"), ("ready", "r")):
                ports.append(f".{bus}_{port}({{{', '.join(f'{n}_{suffix}' for n in ns)}}})")
    if case.ports is not None:
        ports = [f".{p}({e})" for p, e in case.ports.items()]
    if case.tap:
        lines.append(f'  weft_tap #(.W({case.outputs[0][1]}), .NAME("{case.name}.tap")) tap (.clk(clk), .rst(rst),'
                     " .data(sink0_d), .valid(sink0_v), .ready(sink0_r));")
    args = ", ".join(f".{k}({literal(v)})" for k, v in parameters(case, dir_).items())
    unit = f"net_{case.name}" if netlist else f"{case.module} #({args})"
    lines.append(f"  {unit} dut (.clk(clk), .rst(rst), {', '.join(ports)});")
    lines.append("endmodule")
    path = os.path.join(dir_, f"case_{case.name}.sv")
    with open(path, "w") as f:
        f.write("\n".join(lines) + "\n")
    return path


def emit_top(cases, dir_, name):
    body = "\n".join(f"  case_{c.name} u_{c.name} (.clk(clk), .rst(rst), .cycle(cycle));" for c in cases)
    path = os.path.join(dir_, f"{name}.sv")
    with open(path, "w") as f:
        f.write(f"""module {name};
  logic clk = 1'b0, rst = 1'b1;
  logic [31:0] cycle = 0;
  integer cycles, reset_at, ticks = 0;
  always #5 clk = !clk;
  initial begin
    if ($value$plusargs("cycles=%d", cycles) == 0) $fatal(1, "no +cycles");
    if ($value$plusargs("reset_at=%d", reset_at) == 0) reset_at = 0;
  end
  // Three cycles of reset; where asked, one more in the middle, after which all starts again.
  always @(posedge clk) begin
    ticks <= ticks + 1;
    rst <= ticks < 3 || (reset_at != 0 && cycle == reset_at);
    cycle <= rst ? 0 : cycle + 1;
    if (reset_at != 0 && cycle == reset_at) reset_at <= 0;
    if (reset_at == 0 && !rst && cycle == cycles) $finish;
  end
{body}
endmodule
""")
    return path


def patterns(case, seed):
    """Stall patterns. Seed 0 never stalls; the others from busy to mostly stalled, per port."""
    rng = random.Random(f"{case.name}/{seed}")

    def one():
        p = 1.0 if seed == 0 else rng.choice([0.2, 0.5, 0.9, 1.0])
        return sum(1 << i for i in range(1024) if rng.random() < p)

    return [one() for _ in case.inputs], [one() for _ in case.outputs]


def prepare(case, seed, dir_):
    """Writes stimulus; returns the expected handshake cycles."""
    offers, readies = patterns(case, seed)
    for kind, entries, pats in (("source", case.inputs, offers), ("sink", case.outputs, readies)):
        for i, ((_, bits, data), pattern) in enumerate(zip(entries, pats)):
            base = os.path.join(dir_, f"{case.name}.{kind}{i}")
            write_hex(base + ".stall", 1024, [pattern])
            if kind == "source":
                write_hex(base + ".hex", bits, data + [0])
    return schedule_of(case, offers, readies)


def schedule_of(case, offers, readies):
    from timing import schedule

    return schedule(case.model(), [len(d) for _, _, d in case.inputs],
                    [len(d) for _, _, d in case.outputs], offers, readies)


def length(expected):
    return max(c for log in expected[0] + expected[1] for c in log) + 40


def log(case, port, dir_):
    """Rows of a port's log since the last reset."""
    with open(os.path.join(dir_, f"{case.name}.{port}.log")) as f:
        rows = [line.split() for line in f]
    resets = [i for i, r in enumerate(rows) if r == ["reset"]]
    return rows[resets[-1] + 1:]


def judge(case, seed, dir_, expected):
    """None, or why the run was wrong."""
    for i, (bus, _, data) in enumerate(case.inputs):
        got = [int(r[0]) for r in log(case, f"source{i}", dir_)]
        if got != expected[0][i]:
            return difference(f"input {i}: accepted in cycle", got, expected[0][i])
    for i, (bus, bits, data) in enumerate(case.outputs):
        rows = log(case, f"sink{i}", dir_)
        if not case.stable:
            rows = [r for r in rows if "unstable" not in r]
        if any("unstable" in r for r in rows):
            cycle = next(r[0] for r in rows if "unstable" in r)
            return f"output {i}: changed while valid and not ready, cycle {cycle}"
        digits = (bits + 3) // 4
        why = difference(f"output {i}: data", [r[1] for r in rows], [f"{d:0{digits}x}" for d in data])
        why = why or difference(f"output {i}: given in cycle", [int(r[0]) for r in rows], expected[1][i])
        if why:
            return why
    if case.tap:
        with open(os.path.join(dir_, f"{case.name}.tap.hex")) as f:
            seen = [int(line, 16) for line in f][-len(case.outputs[0][2]):]
        why = difference("tap", seen, case.outputs[0][2])
        if why:
            return why
    if seed == 0:
        first = expected[1][0]
        if case.latency is not None and first[0] != case.latency:
            return f"first output in cycle {first[0]}, documented {case.latency}"
        if case.interval and len(first) > 2 and first[-1] - first[-2] != case.interval:
            return f"outputs {first[-1] - first[-2]} cycles apart, documented {case.interval}"
    return None


def difference(what, got, want):
    if got == want:
        return None
    for i, (g, w) in enumerate(zip(got, want)):
        if g != w:
            return f"{what} {g}, expected {w} (beat {i})"
    return f"{what}: {len(got)} beats, expected {len(want)}"


def call(args, timeout=120):
    r = subprocess.run(args, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=timeout)
    return r.returncode, r.stdout
