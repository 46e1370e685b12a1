//===- Proof.cpp - tables against the arithmetic they replace ---------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Lut/Algorithms/Proof.h"

#include <algorithm>
#include <map>
#include <set>

using namespace weft::reference;

namespace weft::lut {

Cone coneOf(const LutNetwork &network, const std::vector<int32_t> &outputs, const std::vector<int32_t> &cut) {
  Cone cone;
  std::map<int32_t, int32_t> moved;
  for (int32_t signal : cut) {
    moved.try_emplace(signal, static_cast<int32_t>(cone.inputs.size()));
    cone.inputs.push_back(signal);
  }
  std::vector<bool> needed(network.signals(), false);
  for (int32_t output : outputs)
    needed[output] = true;
  for (int32_t s = network.signals() - 1; s >= network.inputs; --s)
    if (needed[s] && !moved.count(s))
      for (int k = 0; k < network.tables[s - network.inputs].arity; ++k)
        needed[network.tables[s - network.inputs].fanIns[k]] = true;
  for (int32_t s = 0; s < network.inputs; ++s)
    if (needed[s] && moved.try_emplace(s, static_cast<int32_t>(cone.inputs.size())).second)
      cone.inputs.push_back(s);
  cone.network.inputs = static_cast<int32_t>(cone.inputs.size());
  for (int32_t s = network.inputs; s < network.signals(); ++s) {
    if (!needed[s] || !moved.try_emplace(s, cone.network.signals()).second)
      continue;
    LutTable table = network.tables[s - network.inputs];
    for (int k = 0; k < table.arity; ++k)
      table.fanIns[k] = moved.at(table.fanIns[k]);
    cone.network.tables.push_back(table);
  }
  for (int32_t output : outputs)
    cone.network.outputs.push_back(moved.at(output));
  return cone;
}

namespace {

/// Words whose bit s is variable k of the address first + s: all addresses of n variables, 64 at a time.
std::vector<uint64_t> addresses(uint64_t first, int variables) {
  static const uint64_t low[] = {0xAAAAAAAAAAAAAAAA, 0xCCCCCCCCCCCCCCCC, 0xF0F0F0F0F0F0F0F0,
                                 0xFF00FF00FF00FF00, 0xFFFF0000FFFF0000, 0xFFFFFFFF00000000};
  std::vector<uint64_t> words;
  for (int k = 0; k < variables; ++k)
    words.push_back(k < 6 ? low[k] : first >> k & 1 ? ~uint64_t(0) : 0);
  return words;
}

/// The low bits of sample s as a number.
uint64_t valueOf(const std::vector<uint64_t> &words, uint64_t s) {
  uint64_t value = 0;
  for (size_t b = 0; b < words.size(); ++b)
    value |= (words[b] >> s & 1) << b;
  return value;
}

uint64_t lowBits(int64_t code, int bits) {
  return bits >= 64 ? static_cast<uint64_t>(code) : static_cast<uint64_t>(code) & ((uint64_t(1) << bits) - 1);
}

} // namespace

Result<uint64_t> proveByEnumeration(const LutNetwork &network, const std::vector<int32_t> &outputs, const Layer &layer,
                                    const Neuron &neuron) {
  const std::vector<int> varying = layer.varyingBits();
  std::vector<int32_t> variables;
  for (int32_t element : neuron.elements)
    for (int bit : varying)
      variables.push_back(element * layer.bits + bit);
  const Cone cone = coneOf(network, outputs, variables);
  const auto n = static_cast<int>(variables.size()), width = static_cast<int>(varying.size());
  if (cone.inputs.size() != variables.size())
    return error("the tables read input bit ", cone.inputs[variables.size()], ", which is none of the neuron's");
  if (n > TruthTable::kMaxVariables)
    return error("has ", n, " input bits, expected at most ", TruthTable::kMaxVariables);
  uint64_t compared = 0;
  for (uint64_t first = 0; first < uint64_t(1) << n; first += 64) {
    const std::vector<uint64_t> result = cone.network.evaluateWords(addresses(first, n));
    for (uint64_t a = first; a < std::min(first + 64, uint64_t(1) << n); ++a) {
      int64_t sum = neuron.bias;
      bool inRange = true;
      for (size_t i = 0; i < neuron.elements.size(); ++i) {
        const int64_t x = layer.decode(layer.rawOf(varying, a >> (i * width)));
        inRange &= layer.lo <= x && x <= layer.hi;
        sum += neuron.weights[i] * x;
      }
      if (!inRange)
        continue;
      ++compared;
      const uint64_t wanted = lowBits(neuron.codeOf(sum), layer.resultBits), found = valueOf(result, a - first);
      if (wanted != found)
        return error("address ", a, " gives code bits ", found, ", the sum ", sum, " asks for ", wanted);
    }
  }
  return compared;
}

/// The columns say the neuron's sum: for each input bit, what it adds when it goes from 0 to 1, and what is added when all
/// are 0. Both sides are affine in the bits, so that is enough.
static Status proveColumns(const LutNetwork &network, const SumCertificate &sum, const Layer &layer, const Neuron &neuron) {
  std::map<int32_t, int64_t> slope; // input bit → what it adds
  int64_t offset = sum.base;
  for (size_t k = 0; k < sum.columns.size(); ++k)
    for (int32_t signal : sum.columns[k]) {
      int64_t sign = 1;
      if (signal >= network.inputs) {
        const LutTable &table = network.tables[signal - network.inputs];
        if (table.arity != 1 || table.truth != 1 || table.fanIns[0] >= network.inputs)
          return error("column ", k, " holds signal ", signal, ", which is no input bit and no inverted one");
        signal = table.fanIns[0];
        offset += int64_t(1) << k;
        sign = -1;
      }
      slope[signal] += sign * (int64_t(1) << k);
    }
  const std::vector<int> varying = layer.varyingBits();
  const int64_t zero = layer.decode(layer.rawOf(varying, 0));
  int64_t wantedOffset = neuron.bias;
  for (size_t i = 0; i < neuron.elements.size(); ++i) {
    wantedOffset += neuron.weights[i] * zero;
    for (size_t v = 0; v < varying.size(); ++v)
      slope[neuron.elements[i] * layer.bits + varying[v]] -=
          neuron.weights[i] * (layer.decode(layer.rawOf(varying, uint64_t(1) << v)) - zero);
  }
  for (auto [bit, difference] : slope)
    if (difference != 0)
      return error("input bit ", bit, " adds ", difference, " too much to the sum");
  if (offset != wantedOffset)
    return error("the sum of zeros is ", offset, ", expected ", wantedOffset);
  return done();
}

/// All combinations of a counter's inputs; equal inputs are equal, constants constant.
static Status proveCompressor(const LutNetwork &network, const Compressor &c) {
  std::vector<int32_t> distinct = c.inputs;
  std::sort(distinct.begin(), distinct.end());
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
  const Cone cone = coneOf(network, c.outputs, distinct);
  if (cone.inputs.size() != distinct.size() || distinct.size() > 6)
    return error("a counter of column ", c.column, " reads signals that it does not count");
  const std::vector<uint64_t> words = addresses(0, static_cast<int>(distinct.size()));
  const std::vector<uint64_t> result = cone.network.evaluateWords(words);
  for (uint64_t a = 0; a < uint64_t(1) << distinct.size(); ++a) {
    uint64_t count = 0;
    bool possible = true;
    for (size_t i = 0; i < distinct.size(); ++i)
      if (distinct[i] >= network.inputs && network.tables[distinct[i] - network.inputs].arity == 0)
        possible &= network.tables[distinct[i] - network.inputs].truth == (a >> i & 1);
    for (int32_t input : c.inputs)
      count += a >> (std::find(distinct.begin(), distinct.end(), input) - distinct.begin()) & 1;
    if (possible && valueOf(result, a) != count)
      return error("a counter of column ", c.column, " counts ", valueOf(result, a), ", expected ", count);
  }
  return done();
}

/// Every bit that is put into a column is counted once, and one is left.
static Status proveAccounts(const SumCertificate &sum) {
  std::vector<std::multiset<int32_t>> columns;
  for (const std::vector<int32_t> &column : sum.columns)
    columns.emplace_back(column.begin(), column.end());
  for (const Compressor &c : sum.compressors) {
    columns.resize(std::max<size_t>(columns.size(), c.column + c.outputs.size()));
    for (int32_t input : c.inputs) {
      auto found = columns[c.column].find(input);
      if (found == columns[c.column].end())
        return error("a counter counts signal ", input, ", which is not in column ", c.column);
      columns[c.column].erase(found);
    }
    for (size_t i = 0; i < c.outputs.size(); ++i)
      columns[c.column + i].insert(c.outputs[i]);
  }
  for (size_t k = 0; k < columns.size(); ++k)
    if (columns[k].size() > 1 || k >= sum.sum.size() || (columns[k].size() == 1 && *columns[k].begin() != sum.sum[k]))
      return error("column ", k, " holds ", columns[k].size(), " bits at the end, expected bit ", k, " of the sum");
  return done();
}

/// Whether the bits of a sum can have this value: constants are constant, equal signals equal.
static bool isConsistent(const LutNetwork &network, const std::vector<int32_t> &sum, uint64_t value) {
  for (size_t i = 0; i < sum.size(); ++i) {
    if (sum[i] >= network.inputs && network.tables[sum[i] - network.inputs].arity == 0 &&
        network.tables[sum[i] - network.inputs].truth != (value >> i & 1))
      return false;
    for (size_t j = 0; j < i; ++j)
      if (sum[i] == sum[j] && (value >> i & 1) != (value >> j & 1))
        return false;
  }
  return true;
}

Status proveBySum(const LutNetwork &network, const std::vector<int32_t> &outputs, const SumCertificate &sum,
                  const Layer &layer, const Neuron &neuron) {
  if (Status columns = proveColumns(network, sum, layer, neuron); !columns)
    return columns;
  for (const Compressor &c : sum.compressors)
    if (Status counts = proveCompressor(network, c); !counts)
      return counts;
  if (Status accounts = proveAccounts(sum); !accounts)
    return accounts;
  const Cone cone = coneOf(network, outputs, sum.sum);
  const auto width = static_cast<int>(sum.sum.size());
  if (cone.inputs.size() != sum.sum.size() || width > TruthTable::kMaxVariables)
    return error("the code reads signals that are not the sum's");
  for (uint64_t first = 0; first < uint64_t(1) << width; first += 64) {
    const std::vector<uint64_t> result = cone.network.evaluateWords(addresses(first, width));
    for (uint64_t s = 0; s < std::min<uint64_t>(64, (uint64_t(1) << width) - first); ++s) {
      const int64_t index = sum.base + static_cast<int64_t>(first + s) - neuron.least;
      if (index < 0 || index >= static_cast<int64_t>(neuron.codes.size()) || !isConsistent(network, sum.sum, first + s))
        continue;
      if (valueOf(result, s) != lowBits(neuron.codes[index], layer.resultBits))
        return error("sum ", index + neuron.least, " gives code bits ", valueOf(result, s), ", expected ", neuron.codes[index]);
    }
  }
  return done();
}

} // namespace weft::lut
