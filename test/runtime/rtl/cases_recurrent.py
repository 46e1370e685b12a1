"""Recurrent units, against rule A19 in Python's integers."""

import math
import random

from bench import Case, beats, pack
from cases_mac import tree, values, weight_words
from timing import Process

GATES = {"lstm": 4, "gru": 3, "rnn": 1}
TAIL = {"lstm": 15, "gru": 14, "rnn": 7, "peepholes": 18, "reset_first": 11}


def shifted(x, n):
    return x if n == 0 else (x + (1 << n - 1)) >> n


def clamp(x, bits):
    return max(-(1 << bits - 1), min((1 << bits - 1) - 1, x))


def tables(bits, fraction):
    """Sigmoid and tanh in units of 2^-15, from the least argument on."""
    z = [v / (1 << fraction) for v in range(-(1 << bits - 1), 1 << bits - 1)]
    return [round(32768 / (1 + math.exp(-v))) for v in z], [round(32768 * math.tanh(v)) for v in z]


class Cell:
    """What a case computes: all sequences of `x` (rows of gates), one result row for each step."""

    def __init__(self, kind, h, gw, hw, fractions, w, b, m, n, initial=None, peepholes=None, peephole_fraction=0, input_forget=False, reset_first=False):
        self.kind, self.h, self.gw, self.hw = kind, h, gw, hw
        self.initial = initial or ([0] * h, [0] * h)  # codes of h, what is kept
        self.peepholes, self.peephole_fraction = peepholes or [0] * (3 * h), peephole_fraction  # i, o, f
        self.input_forget, self.reset_first = input_forget, reset_first
        self.gate_fraction, self.cell_fraction, self.state_fraction = fractions
        self.w, self.b, self.m, self.n = w, b, m, n
        self.sigmoid, self.tanh = tables(gw, self.gate_fraction)

    def look(self, table, z):
        return table[clamp(z, self.gw) + (1 << self.gw - 1)]

    def run(self, x):
        h, kept, rows = list(self.initial[0]), list(self.initial[1]), []
        for row in x:
            q = self.product(h)
            if self.reset_first:
                reset = [self.look(self.sigmoid, row[self.h + j] + q[self.h + j]) for j in range(self.h)]
                masked = [clamp(shifted(r * s, 30 - self.state_fraction), self.hw) for r, s in zip(reset, kept)]
                q[2 * self.h:] = self.product(masked)[2 * self.h:]
            h = [self.element(row, q, kept, j) for j in range(self.h)]
            rows.append(h)
        return rows

    def product(self, state):
        sums = [sum(a * c for a, c in zip(w, state)) + b for w, b in zip(self.w, self.b)]
        return [clamp(shifted(s * m, n), 16) for s, m, n in zip(sums, self.m, self.n)]

    def element(self, x, q, kept, j):
        def peep(which):
            by = self.cell_fraction + self.peephole_fraction - self.gate_fraction
            return clamp(shifted(self.peepholes[which * self.h + j] * kept[j], by), 16)

        def at(gate):
            return gate * self.h + j

        def added(gate):
            return x[at(gate)] + q[at(gate)]

        def sigmoid(gate, more=0):
            return self.look(self.sigmoid, added(gate) + more)

        if self.kind == "lstm":
            i, g = sigmoid(0, peep(0)), self.look(self.tanh, added(3))
            f = 32768 - i if self.input_forget else sigmoid(2, peep(2))
            kept[j] = clamp(shifted((f * kept[j] << 15 - self.cell_fraction) + i * g, 30 - self.cell_fraction), 16)
            t = self.look(self.tanh, shifted(kept[j], self.cell_fraction - self.gate_fraction))
            return clamp(shifted(sigmoid(1, peep(1)) * t, 30 - self.state_fraction), self.hw)
        if self.kind == "gru":
            z, r = sigmoid(0), sigmoid(1)
            n = self.look(self.tanh, x[at(2)] + (q[at(2)] if self.reset_first else shifted(r * q[at(2)], 15)))
            kept[j] = clamp(shifted((32768 - z) * n + z * kept[j], 15), 16)
            return clamp(shifted(kept[j], 15 - self.state_fraction), self.hw)
        return clamp(shifted(self.look(self.tanh, added(0)), 15 - self.state_fraction), self.hw)


def steps_of(gates, sf, nb, gap, wait, t, last):
    """Steps of one sequence; the process repeats them."""
    steps = []
    for step in range(t):
        for g in range(gates):
            for beat in range(nb):
                steps += [((), False)] * (sf - 1)
                steps.append(((0,), g == gates - 1 and (not last or step == t - 1)))
            steps += [((), False)] * (gap(g) if g < gates - 1 else wait)
    return steps


def recurrent(name, kind, h, t, simd, pe, gw=10, hw=8, fractions=(6, 10, 7), last=0, same=False, sequences=2, verilator=False,
              initial=False, peephole_fraction=None, input_forget=False, reset_first=False):
    rng = random.Random(name)
    gates, gate_fraction = GATES[kind], fractions[0]
    rows, accw = gates * h, hw + 8 + h.bit_length() + 2
    w = [values(rng, h, 8, 1) for _ in range(rows)]
    b = values(rng, rows, accw - 4, 1)
    m = [rng.randrange(1 << 15, 1 << 16) for _ in range(1 if same else rows)]
    n = [rng.randrange(18, 27) for _ in range(1 if same else rows)]
    begins = (values(rng, h, hw, 1), values(rng, h, 16, 1)) if initial else None
    peepholes = values(rng, 3 * h, 16, 1) if peephole_fraction is not None else None
    cell = Cell(kind, h, gw, hw, fractions, w, b, m * (rows if same else 1), n * (rows if same else 1), begins, peepholes,
                peephole_fraction or 0, input_forget, reset_first)
    # Not only extremes, which saturate all that follows.
    x = [[[clamp(int(rng.gauss(0, 1.5) * (1 << gate_fraction)), gw) for _ in range(rows)] for _ in range(t)] for _ in range(sequences)]
    y = [cell.run(sequence) for sequence in x]
    if last:
        y = [sequence[-1:] for sequence in y]
    sf, nb = h // simd, h // pe
    d = 4 + tree(simd) + TAIL["peepholes" if peepholes else "reset_first" if reset_first else kind]

    def gap(gate):
        if reset_first:
            return d - 2 if gate == 1 else 0
        return max(0, 7 - sf * nb) if kind == "gru" else 0

    fold = 1 if same else rows // pe
    mw, nw = 16, 5
    params = [sum(((n[(f * pe + p) % len(n)] << mw | m[(f * pe + p) % len(m)]) << (p * (mw + nw))) for p in range(pe))
              for f in range(fold)]
    both = cell.sigmoid + cell.tanh
    flat_x = [v for sequence in x for row in sequence for v in row]
    flat_y = [v for sequence in y for row in sequence for v in row]
    params_of = dict(INPUT_FORGET=int(input_forget), RESET_FIRST=int(reset_first))
    roms = {}
    if initial:
        params_of.update(HAS_INITIAL_H=1, HAS_INITIAL_STATE=int(kind != "rnn"))
        roms.update(INITIAL_H=(simd * hw, beats(begins[0], simd, hw)), INITIAL_STATE=(pe * 16, beats(begins[1], pe, 16)))
    if peepholes:
        params_of.update(HAS_PEEPHOLES=1, PEEPHOLE_FRACTION=peephole_fraction)
        none, (i, o, f) = [0] * h, (peepholes[g * h:(g + 1) * h] for g in range(3))
        roms.update(PEEPHOLES=(pe * 16, beats(i + none + f + none, pe, 16)), OUT_PEEPHOLES=(pe * 16, beats(o, pe, 16)),
                    SIGMOID=(17, [v & 0x1FFFF for v in cell.sigmoid]))
    return Case(
        name, "weft_recurrent",
        dict(params_of, KIND=list(GATES).index(kind), H=h, T=t, LAST=last, SIMD=simd, PE=pe, GW=gw, HW=hw, WW=8, ACCW=accw, MW=mw, NW=nw,
             FOLD=fold, GATE_FRACTION=fractions[0], CELL_FRACTION=fractions[1], STATE_FRACTION=fractions[2]),
        [("s", pe * gw, beats(flat_x, pe, gw))], [("m", pe * hw, beats(flat_y, pe, hw))],
        lambda: Process(steps_of(gates, sf, nb, gap, d - 1, t, last), d),
        roms=dict(roms, WEIGHTS=(pe * simd * 8, weight_words(w, simd, pe, 8)), BIAS=(pe * accw, beats(b, pe, accw)),
                  PARAMS=(pe * (mw + nw), params), TABLES=(17, [v & 0x1FFFF for v in both]), TANH=(17, [v & 0x1FFFF for v in cell.tanh])),
        verilator=verilator)


def cases():
    return [
        recurrent("recurrent_lstm", "lstm", 8, 4, 4, 2, verilator=True),
        recurrent("recurrent_lstm_one", "lstm", 3, 5, 1, 1),
        recurrent("recurrent_lstm_full", "lstm", 6, 3, 6, 6, last=1),
        recurrent("recurrent_lstm_wide", "lstm", 8, 3, 2, 4, same=True, gw=12, hw=12, fractions=(8, 8, 11)),
        recurrent("recurrent_lstm_exact", "lstm", 4, 6, 2, 2, hw=6, fractions=(5, 15, 5)),
        recurrent("recurrent_gru", "gru", 8, 4, 2, 4, verilator=True),
        recurrent("recurrent_gru_gap", "gru", 4, 4, 4, 4),
        recurrent("recurrent_gru_one", "gru", 5, 3, 1, 1, last=1, same=True),
        recurrent("recurrent_gru_exact", "gru", 6, 4, 3, 3, hw=16, fractions=(6, 10, 15)),
        recurrent("recurrent_rnn", "rnn", 8, 5, 4, 2, verilator=True),
        recurrent("recurrent_rnn_full", "rnn", 4, 6, 4, 4, last=1),
        recurrent("recurrent_lstm_initial", "lstm", 8, 3, 2, 4, initial=True),
        recurrent("recurrent_gru_initial", "gru", 4, 4, 4, 1, initial=True),
        recurrent("recurrent_rnn_initial", "rnn", 6, 3, 2, 6, initial=True, hw=5, fractions=(6, 6, 4)),
        recurrent("recurrent_lstm_peepholes", "lstm", 8, 4, 4, 2, peephole_fraction=15, initial=True, verilator=True),
        recurrent("recurrent_lstm_peepholes_one", "lstm", 3, 4, 3, 1, peephole_fraction=13, fractions=(6, 15, 7)),
        recurrent("recurrent_lstm_peepholes_full", "lstm", 4, 4, 4, 4, peephole_fraction=12, fractions=(6, 6, 7), last=1),
        recurrent("recurrent_lstm_coupled", "lstm", 6, 4, 3, 3, input_forget=True),
        recurrent("recurrent_lstm_coupled_peepholes", "lstm", 4, 5, 1, 2, input_forget=True, peephole_fraction=14),
        recurrent("recurrent_gru_reset_first", "gru", 8, 4, 2, 4, reset_first=True, initial=True, verilator=True),
        recurrent("recurrent_gru_reset_first_one", "gru", 3, 4, 1, 1, reset_first=True, same=True),
        recurrent("recurrent_gru_reset_first_full", "gru", 4, 5, 4, 4, reset_first=True, hw=12, fractions=(6, 10, 11), last=1),
    ]
