//===- NetworkBuilder.cpp - netlists without redundancy, table by table ---------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Lut/Algorithms/NetworkBuilder.h"

#include <algorithm>

namespace weft::lut {

namespace {

/// Truth tables of at most 6 variables, one at a time.
struct Small {
  std::vector<int32_t> fanIns;
  uint64_t truth;

  int arity() const { return static_cast<int>(fanIns.size()); }
  bool at(uint64_t address) const { return truth >> address & 1; }
  /// Keeps the addresses that `full` gives for each address without variable k.
  template <typename F>
  void remove(int k, F full) {
    uint64_t result = 0;
    for (uint64_t a = 0; a < uint64_t(1) << (arity() - 1); ++a) {
      const uint64_t low = a & ((uint64_t(1) << k) - 1), high = (a >> k) << (k + 1);
      result |= uint64_t(at(full(low | high))) << a;
    }
    truth = result;
    fanIns.erase(fanIns.begin() + k);
  }
  /// The function of the inverted variable k.
  void flip(int k) {
    uint64_t result = 0;
    for (uint64_t a = 0; a < uint64_t(1) << arity(); ++a)
      result |= uint64_t(at(a ^ uint64_t(1) << k)) << a;
    truth = result;
  }
  bool dependsOn(int k) const {
    for (uint64_t a = 0; a < uint64_t(1) << arity(); ++a)
      if (at(a) != at(a ^ uint64_t(1) << k))
        return true;
    return false;
  }
  void sort() {
    std::vector<int> order(arity());
    for (int i = 0; i < arity(); ++i)
      order[i] = i;
    std::sort(order.begin(), order.end(), [&](int a, int b) { return fanIns[a] < fanIns[b]; });
    Small sorted{{}, 0};
    for (int i : order)
      sorted.fanIns.push_back(fanIns[i]);
    for (uint64_t a = 0; a < uint64_t(1) << arity(); ++a) {
      uint64_t from = 0;
      for (int i = 0; i < arity(); ++i)
        from |= (a >> i & 1) << order[i];
      sorted.truth |= uint64_t(at(from)) << a;
    }
    *this = sorted;
  }
};

} // namespace

int NetworkBuilder::constantOf(int32_t signal) const {
  if (signal < network.inputs || network.tables[signal - network.inputs].arity != 0)
    return -1;
  return static_cast<int>(network.tables[signal - network.inputs].truth);
}

int32_t NetworkBuilder::add(std::vector<int32_t> fanIns, uint64_t truth) {
  Small f{std::move(fanIns), truth};
  f.truth &= LutTable::mask(f.arity());
  for (int k = f.arity() - 1; k >= 0; --k)
    if (int value = constantOf(f.fanIns[k]); value >= 0)
      f.remove(k, [&](uint64_t a) { return a | uint64_t(value) << k; });
  for (int k = 0; absorbInverters && k < f.arity(); ++k)
    if (const int32_t t = f.fanIns[k] - network.inputs; t >= 0 && network.tables[t].arity == 1) {
      f.fanIns[k] = network.tables[t].fanIns[0];
      f.flip(k);
    }
  for (int k = f.arity() - 1; k > 0; --k)
    for (int j = 0; j < k; ++j)
      if (f.fanIns[j] == f.fanIns[k]) {
        f.remove(k, [&](uint64_t a) { return a | (a >> j & 1) << k; });
        break;
      }
  for (int k = f.arity() - 1; k >= 0; --k)
    if (!f.dependsOn(k))
      f.remove(k, [](uint64_t a) { return a; });
  if (f.arity() == 1 && f.truth == 2)
    return f.fanIns[0];
  f.sort();
  auto [entry, isNew] = known.try_emplace({f.fanIns, f.truth}, network.signals());
  if (isNew) {
    LutTable table;
    table.arity = f.arity();
    table.truth = f.truth;
    std::copy(f.fanIns.begin(), f.fanIns.end(), table.fanIns.begin());
    network.tables.push_back(table);
  }
  return entry->second;
}

std::vector<int32_t> NetworkBuilder::append(const LutNetwork &other, const std::vector<int32_t> &inputs) {
  std::vector<int32_t> signal(inputs);
  for (const LutTable &table : other.tables) {
    std::vector<int32_t> fanIns;
    for (int k = 0; k < table.arity; ++k)
      fanIns.push_back(signal[table.fanIns[k]]);
    signal.push_back(add(std::move(fanIns), table.truth));
  }
  std::vector<int32_t> outputs;
  for (int32_t output : other.outputs)
    outputs.push_back(signal[output]);
  return outputs;
}

LutNetwork NetworkBuilder::finish(std::vector<int32_t> outputs) const {
  std::vector<bool> needed(network.signals(), false);
  for (int32_t output : outputs)
    needed[output] = true;
  for (int32_t t = tables() - 1; t >= 0; --t)
    if (needed[network.inputs + t])
      for (int k = 0; k < network.tables[t].arity; ++k)
        needed[network.tables[t].fanIns[k]] = true;
  LutNetwork result;
  result.inputs = network.inputs;
  std::vector<int32_t> moved(network.signals());
  for (int32_t s = 0; s < network.signals(); ++s) {
    if (s < network.inputs) {
      moved[s] = s;
    } else if (needed[s]) {
      moved[s] = result.signals();
      LutTable table = network.tables[s - network.inputs];
      for (int k = 0; k < table.arity; ++k)
        table.fanIns[k] = moved[table.fanIns[k]];
      result.tables.push_back(table);
    }
  }
  for (int32_t output : outputs)
    result.outputs.push_back(moved[output]);
  return result;
}

} // namespace weft::lut
