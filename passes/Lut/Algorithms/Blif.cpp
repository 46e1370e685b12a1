//===- Blif.cpp - networks of tables as BLIF ---------------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Lut/Algorithms/Abc.h"
#include "passes/Lut/Algorithms/NetworkBuilder.h"

#include <map>
#include <sstream>

using namespace weft::reference;

namespace weft::lut {

static std::string nameOf(const LutNetwork &network, int32_t signal) {
  return signal < network.inputs ? "i" + std::to_string(signal) : "t" + std::to_string(signal - network.inputs);
}

std::string toBlif(const LutNetwork &network) {
  std::ostringstream out;
  out << ".model lut\n.inputs";
  for (int32_t i = 0; i < network.inputs; ++i)
    out << " i" << i;
  out << "\n.outputs";
  for (size_t i = 0; i < network.outputs.size(); ++i)
    out << " o" << i;
  out << "\n";
  for (size_t t = 0; t < network.tables.size(); ++t) {
    const LutTable &table = network.tables[t];
    out << ".names";
    for (int k = 0; k < table.arity; ++k)
      out << " " << nameOf(network, table.fanIns[k]);
    out << " t" << t << "\n";
    for (uint64_t a = 0; a < uint64_t(1) << table.arity; ++a)
      if (table.truth >> a & 1) {
        for (int k = 0; k < table.arity; ++k)
          out << (a >> k & 1);
        out << (table.arity ? " 1\n" : "1\n");
      }
  }
  for (size_t i = 0; i < network.outputs.size(); ++i)
    out << ".names " << nameOf(network, network.outputs[i]) << " o" << i << "\n1 1\n";
  out << ".end\n";
  return out.str();
}

namespace {

/// One .names of a BLIF file.
struct Names {
  std::vector<std::string> fanIns;
  std::vector<std::string> cubes; // input part
  bool value = true;
};

Result<uint64_t> truthOf(const std::string &name, const Names &names) {
  const size_t arity = names.fanIns.size();
  if (arity > LutTable::kMaxArity)
    return error("BLIF node ", name, " has ", arity, " fan-ins, expected at most ", LutTable::kMaxArity);
  uint64_t truth = 0;
  for (uint64_t a = 0; a < uint64_t(1) << arity; ++a)
    for (const std::string &cube : names.cubes) {
      bool covers = true;
      for (size_t k = 0; k < arity; ++k)
        covers &= cube[k] == '-' || (cube[k] == '1') == (a >> k & 1);
      if (covers)
        truth |= uint64_t(1) << a;
    }
  return names.value ? truth : ~truth & LutTable::mask(static_cast<int>(arity));
}

/// Lines with continuations joined and comments removed.
std::vector<std::vector<std::string>> linesOf(const std::string &text) {
  std::vector<std::vector<std::string>> lines;
  std::istringstream in(text);
  std::string line, joined;
  while (std::getline(in, line)) {
    line = line.substr(0, line.find('#'));
    if (!line.empty() && line.back() == '\\') {
      joined += line.substr(0, line.size() - 1) + " ";
      continue;
    }
    std::istringstream words(joined + line);
    joined.clear();
    std::vector<std::string> parts;
    for (std::string word; words >> word;)
      parts.push_back(word);
    if (!parts.empty())
      lines.push_back(std::move(parts));
  }
  return lines;
}

/// Adds nodes in topological order, whatever the file's.
class Reader {
public:
  Reader(int32_t inputs) : builder(inputs) {
    for (int32_t i = 0; i < inputs; ++i)
      signals["i" + std::to_string(i)] = i;
  }
  std::map<std::string, Names> nodes;

  Result<int32_t> signalOf(const std::string &root) {
    std::vector<std::string> stack{root};
    while (!stack.empty()) {
      const std::string name = stack.back();
      if (signals.count(name)) {
        stack.pop_back();
        continue;
      }
      auto node = nodes.find(name);
      if (node == nodes.end() || stack.size() > nodes.size() * 7 + 7)
        return error("BLIF has no driver for ", name);
      std::vector<int32_t> fanIns;
      for (const std::string &fanIn : node->second.fanIns) {
        if (auto found = signals.find(fanIn); found != signals.end())
          fanIns.push_back(found->second);
        else
          stack.push_back(fanIn);
      }
      if (fanIns.size() != node->second.fanIns.size())
        continue;
      Result<uint64_t> truth = truthOf(name, node->second);
      if (!truth)
        return truth.failure();
      signals[name] = builder.add(fanIns, *truth);
      stack.pop_back();
    }
    return signals.at(root);
  }
  NetworkBuilder builder;

private:
  std::map<std::string, int32_t> signals;
};

} // namespace

Result<LutNetwork> fromBlif(const std::string &text, int32_t inputs, int32_t outputs) {
  Reader reader(inputs);
  Names *current = nullptr;
  for (const std::vector<std::string> &line : linesOf(text)) {
    if (line[0] == ".names" && line.size() >= 2) {
      current = &reader.nodes[line.back()];
      current->fanIns.assign(line.begin() + 1, line.end() - 1);
    } else if (line[0][0] == '.') {
      current = nullptr;
    } else if (current) {
      const bool isConstant = current->fanIns.empty();
      const std::string cube = isConstant ? "" : line[0];
      if (cube.size() != current->fanIns.size() || line.size() != (isConstant ? 1 : 2))
        return error("BLIF has the line '", line[0], "' under a node of ", current->fanIns.size(), " fan-ins");
      current->cubes.push_back(cube);
      current->value = line.back() == "1";
    }
  }
  std::vector<int32_t> signals;
  for (int32_t i = 0; i < outputs; ++i) {
    Result<int32_t> signal = reader.signalOf("o" + std::to_string(i));
    if (!signal)
      return signal.failure();
    signals.push_back(*signal);
  }
  return reader.builder.finish(signals);
}

} // namespace weft::lut
