//===- LutNetwork.cpp - a netlist of K-input truth tables ------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "runtime/reference/LutNetwork.h"

#include <algorithm>

namespace weft::reference {

Status LutNetwork::check() const {
  if (inputs < 0)
    return error("has ", inputs, " input bits, expected 0 or more (A18)");
  for (size_t t = 0; t < tables.size(); ++t) {
    const LutTable &table = tables[t];
    if (table.arity < 0 || table.arity > LutTable::kMaxArity)
      return error("table ", t, " has ", table.arity, " fan-ins, expected 0 to ", LutTable::kMaxArity, " (A18)");
    const int64_t limit = inputs + static_cast<int64_t>(t);
    for (int k = 0; k < table.arity; ++k)
      if (table.fanIns[k] < 0 || table.fanIns[k] >= limit)
        return error("table ", t, " reads signal ", table.fanIns[k], ", expected one before it, 0 to ", limit - 1, " (A18)");
    if (table.truth & ~LutTable::mask(table.arity))
      return error("table ", t, " sets entries beyond the ", 1 << table.arity, " that its ", table.arity,
                   " fan-ins address (A18)");
  }
  for (size_t i = 0; i < outputs.size(); ++i)
    if (outputs[i] < 0 || outputs[i] >= signals())
      return error("output bit ", i, " is signal ", outputs[i], ", expected 0 to ", signals() - 1, " (A18)");
  return done();
}

std::vector<uint8_t> LutNetwork::evaluate(const std::vector<uint8_t> &bits) const {
  std::vector<uint8_t> signal(bits);
  for (const LutTable &table : tables) {
    int address = 0;
    for (int k = 0; k < table.arity; ++k)
      address |= signal[table.fanIns[k]] << k;
    signal.push_back(table.truth >> address & 1);
  }
  std::vector<uint8_t> result;
  for (int32_t output : outputs)
    result.push_back(signal[output]);
  return result;
}

/// A table for 64 samples: Shannon expansion, the last fan-in first.
static uint64_t evaluateTable(const LutTable &table, const std::vector<uint64_t> &signal) {
  uint64_t part[1 << LutTable::kMaxArity];
  for (int a = 0; a < 1 << table.arity; ++a)
    part[a] = table.truth >> a & 1 ? ~uint64_t(0) : 0;
  for (int k = table.arity - 1; k >= 0; --k)
    for (int a = 0; a < 1 << k; ++a)
      part[a] ^= (part[a] ^ part[a | 1 << k]) & signal[table.fanIns[k]];
  return part[0];
}

std::vector<uint64_t> LutNetwork::evaluateWords(const std::vector<uint64_t> &words) const {
  std::vector<uint64_t> signal(words);
  signal.reserve(signals());
  for (const LutTable &table : tables)
    signal.push_back(evaluateTable(table, signal));
  std::vector<uint64_t> result;
  for (int32_t output : outputs)
    result.push_back(signal[output]);
  return result;
}

std::vector<int32_t> LutNetwork::levels() const {
  std::vector<int32_t> level(signals(), 0);
  for (size_t t = 0; t < tables.size(); ++t)
    for (int k = 0; k < tables[t].arity; ++k)
      level[inputs + t] = std::max(level[inputs + t], level[tables[t].fanIns[k]] + 1);
  return level;
}

/// The bits of `count` ≤ 64 samples from `first` on, one word per bit.
static std::vector<uint64_t> gatherWords(const Tensor &x, int64_t first, int64_t count) {
  const int64_t elements = x.dim(0) ? x.size() / x.dim(0) : 0, bits = x.type().bits;
  std::vector<uint64_t> words(elements * bits, 0);
  for (int64_t s = 0; s < count; ++s)
    for (int64_t j = 0; j < elements; ++j)
      for (int64_t b = 0; b < bits; ++b)
        words[j * bits + b] |= (static_cast<uint64_t>(x.integers()[(first + s) * elements + j]) >> b & 1) << s;
  return words;
}

/// The other way: `words` into the elements of `count` samples of `y`.
static void scatterWords(const std::vector<uint64_t> &words, int64_t first, int64_t count, Tensor &y) {
  const int64_t elements = y.size() / y.dim(0), bits = y.type().bits;
  for (int64_t s = 0; s < count; ++s)
    for (int64_t j = 0; j < elements; ++j) {
      uint64_t raw = 0;
      for (int64_t b = 0; b < bits; ++b)
        raw |= (words[j * bits + b] >> s & 1) << b;
      if (y.type().isSigned && bits < 64 && raw >> (bits - 1))
        raw |= ~uint64_t(0) << bits;
      y.integers()[(first + s) * elements + j] = static_cast<int64_t>(raw);
    }
}

Result<Tensor> lutNetwork(const LutNetwork &network, const Tensor &x, ElementType type, const Shape &shape) {
  if (Status valid = network.check(); !valid)
    return valid.failure();
  if (!x.type().isInteger() || !type.isInteger() || x.rank() < 1)
    return error("expected integers [N, ...] to integers, found ", x.type().name(), " ", toString(x.shape()), " to ",
                 type.name(), " (A18)");
  const int64_t elements = elementCount(Shape(x.shape().begin() + 1, x.shape().end()));
  if (elements * x.type().bits != network.inputs)
    return error("a sample of ", elements, " x ", x.type().name(), " does not fill ", network.inputs, " input bits (A18)");
  if (elementCount(shape) * type.bits != static_cast<int64_t>(network.outputs.size()))
    return error(network.outputs.size(), " output bits do not fill ", elementCount(shape), " x ", type.name(), " (A18)");
  Shape whole = shape;
  whole.insert(whole.begin(), x.dim(0));
  Tensor y(type, whole);
  for (int64_t first = 0; first < x.dim(0); first += 64) {
    const int64_t count = std::min<int64_t>(64, x.dim(0) - first);
    scatterWords(network.evaluateWords(gatherWords(x, first, count)), first, count, y);
  }
  return y;
}

} // namespace weft::reference
