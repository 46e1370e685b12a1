"""Cycle model of the timing rules T1-T5 of docs/dataflow.md, written from the rules and not from the RTL.

A model answers, for each cycle, which inputs are ready and which outputs are valid, and then moves on.
`schedule` runs one against stall patterns; the bench demands the RTL's handshakes in the same cycles."""


class Process:
    """T1-T3. `steps` is a list, repeated for ever, of (inputs consumed, outputs emitted by)."""

    def __init__(self, steps, latency):
        self.steps, self.at = steps, 0
        self.pipe = [False] * latency

    def evaluate(self, valid, ready):
        self.en = not (self.pipe[-1] and not ready[0])
        takes, _ = self.steps[self.at]
        self.fire = self.en and all(valid[i] for i in takes)
        s_ready = [
            self.en and i in takes and all(valid[j] for j in takes if j != i)
            for i in range(len(valid))
        ]
        return s_ready, [self.pipe[-1]]

    def tick(self, taken, given):
        if self.en:
            self.pipe = [self.fire and self.steps[self.at][1]] + self.pipe[:-1]
        if self.fire:
            self.at = (self.at + 1) % len(self.steps)


class Window:
    """T4: need and limit are functions of the number of the read step."""

    def __init__(self, need, limit, latency=1):
        self.need, self.limit = need, limit
        self.read = self.count = 0
        self.pipe = [False] * latency

    def evaluate(self, valid, ready):
        self.en = not (self.pipe[-1] and not ready[0])
        self.fire = self.en and self.need(self.read) <= self.count
        return [self.count < self.limit(self.read)], [self.pipe[-1]]

    def tick(self, taken, given):
        if self.en:
            self.pipe = [self.fire] + self.pipe[:-1]
        self.read += self.fire
        self.count += taken[0]


class Banks:
    """T7: vectors of `load` beats into two banks; each takes `steps` steps for one output after the other, of which the last emits."""

    def __init__(self, load, steps, latency):
        self.load, self.steps, self.emits = load, sum(steps), [t + 1 == each for each in steps for t in range(each)]
        self.fired = self.count = 0
        self.pipe = [False] * latency

    def evaluate(self, valid, ready):
        self.en = not (self.pipe[-1] and not ready[0])
        vector = self.fired // self.steps
        self.fire = self.en and (vector + 1) * self.load <= self.count
        return [self.count < (vector + 2) * self.load], [self.pipe[-1]]

    def tick(self, taken, given):
        if self.en:
            self.pipe = [self.fire and self.emits[self.fired % self.steps]] + self.pipe[:-1]
        self.fired += self.fire
        self.count += taken[0]


class Fifo:
    def __init__(self, depth):
        self.depth, self.count = depth, 0

    def evaluate(self, valid, ready):
        return [self.count != self.depth], [self.count != 0]

    def tick(self, taken, given):
        self.count += taken[0] - given[0]


class Fork:
    """T5; an output is valid when the others are ready, so that valid never waits for its own ready."""

    def evaluate(self, valid, ready):
        others = [all(r for j, r in enumerate(ready) if j != i) for i in range(len(ready))]
        return [all(ready)], [valid[0] and o for o in others]

    def tick(self, taken, given):
        pass


class Wire:
    def evaluate(self, valid, ready):
        return [ready[0]], [valid[0]]

    def tick(self, taken, given):
        pass


def schedule(model, beats_in, beats_out, offers, readies):
    """Cycles of the handshakes on each input and output; offers, readies: 1024-bit patterns."""
    ins = [[] for _ in beats_in]
    outs = [[] for _ in beats_out]
    hold = [False] * len(ins)
    cycle, idle = 0, 0
    while any(len(i) < n for i, n in zip(ins, beats_in)) or any(
        len(o) < n for o, n in zip(outs, beats_out)
    ):
        bit = cycle % 1024
        hold = [h or bool(p >> bit & 1) for h, p in zip(hold, offers)]
        valid = [h and len(i) < n for h, i, n in zip(hold, ins, beats_in)]
        ready = [bool(p >> bit & 1) for p in readies]
        s_ready, m_valid = model.evaluate(valid, ready)
        taken = [v and r for v, r in zip(valid, s_ready)]
        given = [v and r for v, r in zip(m_valid, ready)]
        model.tick(taken, given)
        for log, hit in zip(ins + outs, taken + given):
            if hit:
                log.append(cycle)
        hold = [h and not t for h, t in zip(hold, taken)]
        idle = 0 if any(taken + given) else idle + 1
        if idle > 4000:
            raise RuntimeError(f"the model itself is stuck in cycle {cycle}")
        cycle += 1
    return ins, outs
