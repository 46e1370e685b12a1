//===- LutSchedule.cpp - a netlist of truth tables as straight-line code ------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "backends/Cpu/LutSchedule.h"
#include <algorithm>
#include <map>

using namespace weft::cpu;
using weft::reference::LutNetwork;
using weft::reference::LutTable;

namespace {

class Scheduler {
public:
  Scheduler(const LutNetwork &network, const std::vector<int32_t> &inputSlot, int32_t inputSlots, size_t chunkSteps)
      : network(network), chunkSteps(chunkSteps), slotOf(inputSlot), lastUse(network.signals(), -1) {
    schedule.zero = inputSlots, schedule.slots = inputSlots + 1;
    slotOf.resize(network.signals(), -1);
  }
  LutSchedule run();

private:
  void findLastUses();
  void table(int32_t t);
  int32_t operand(int32_t signal);
  int32_t add(TernaryStep step);
  void release(const LutTable &table, int32_t t);
  void flush();

  const LutNetwork &network;
  size_t chunkSteps;
  LutSchedule schedule;
  std::vector<int32_t> slotOf, lastUse; // of a signal; the table that reads it last
  std::vector<int32_t> free;
  // the chunk in the making
  LutChunk chunk;
  size_t steps = 0;
  std::map<int32_t, int32_t> valueOf; // of a signal; −1, −2: constants
  std::map<std::pair<int, std::array<int, 3>>, int32_t> known;
};

void Scheduler::findLastUses() {
  for (size_t t = 0; t < network.tables.size(); ++t)
    for (int i = 0; i < network.tables[t].arity; ++i)
      lastUse[network.tables[t].fanIns[i]] = t;
  for (int32_t output : network.outputs)
    lastUse[output] = network.tables.size();
}

int32_t Scheduler::operand(int32_t signal) {
  if (auto it = valueOf.find(signal); it != valueOf.end())
    return it->second;
  chunk.code.push_back({slotOf[signal], {}});
  return valueOf[signal] = chunk.code.size() - 1;
}

/// A step with its operands in falling order, so that equal ones are found.
int32_t Scheduler::add(TernaryStep step) {
  std::array<int, 3> by = {0, 1, 2};
  std::stable_sort(by.begin(), by.end(), [&](int l, int r) { return step.operands[l] > step.operands[r]; });
  TernaryStep sorted{0, {}};
  for (int i = 0; i < 8; ++i) {
    int address = 0;
    for (int j = 0; j < 3; ++j)
      address |= (i >> (2 - j) & 1) << (2 - by[j]);
    sorted.truth |= (step.truth >> address & 1) << i;
  }
  for (int j = 0; j < 3; ++j)
    sorted.operands[j] = step.operands[by[j]];
  auto [it, isNew] = known.try_emplace({sorted.truth, sorted.operands}, chunk.code.size());
  if (isNew) {
    chunk.code.push_back({-1, sorted});
    ++steps;
  }
  return it->second;
}

void Scheduler::release(const LutTable &table, int32_t t) {
  std::vector<int32_t> done;
  for (int i = 0; i < table.arity; ++i)
    if (lastUse[table.fanIns[i]] == t)
      done.push_back(slotOf[table.fanIns[i]]);
  std::sort(done.begin(), done.end());
  done.erase(std::unique(done.begin(), done.end()), done.end());
  free.insert(free.end(), done.begin(), done.end());
}

void Scheduler::table(int32_t t) {
  const LutTable &table = network.tables[t];
  int32_t signal = network.inputs + t;
  if (lastUse[signal] >= 0) {
    // Constant fan-ins of this chunk are plain loads elsewhere; here they are folded by reading their slot, too.
    TernaryProgram program = synthesizeTernary(table.truth, table.arity);
    std::vector<int32_t> values(TernaryProgram::kInputs + program.steps.size());
    std::vector<bool> read(TernaryProgram::kInputs, false);
    for (const TernaryStep &step : program.steps)
      for (int o : step.operands)
        if (o < TernaryProgram::kInputs)
          read[o] = true;
    if (program.result >= 0 && program.result < TernaryProgram::kInputs)
      read[program.result] = true;
    for (int i = 0; i < table.arity; ++i)
      if (read[i])
        values[i] = operand(table.fanIns[i]);
    for (size_t s = 0; s < program.steps.size(); ++s) {
      TernaryStep step = program.steps[s];
      for (int &o : step.operands)
        o = values[o];
      values[TernaryProgram::kInputs + s] = add(step);
    }
    int32_t value = program.result >= 0 ? values[program.result] : program.result;
    release(table, t);
    if (free.empty())
      free.push_back(schedule.slots++);
    slotOf[signal] = free.back();
    free.pop_back();
    if (value >= 0)
      valueOf[signal] = value;
    chunk.stores.push_back({chunk.code.size(), value, slotOf[signal]});
  } else {
    release(table, t);
  }
  if (steps >= chunkSteps)
    flush();
}

void Scheduler::flush() {
  if (!chunk.code.empty() || !chunk.stores.empty())
    schedule.chunks.push_back(std::move(chunk));
  chunk = LutChunk(), steps = 0;
  valueOf.clear(), known.clear();
}

LutSchedule Scheduler::run() {
  findLastUses();
  for (size_t t = 0; t < network.tables.size(); ++t)
    table(t);
  flush();
  for (int32_t output : network.outputs)
    schedule.outputSlots.push_back(slotOf[output]);
  return std::move(schedule);
}

} // namespace

LutSchedule weft::cpu::scheduleLut(const LutNetwork &network, const std::vector<int32_t> &inputSlot, int32_t inputSlots, size_t chunkSteps) {
  return Scheduler(network, inputSlot, inputSlots, chunkSteps).run();
}
