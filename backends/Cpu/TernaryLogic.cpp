//===- TernaryLogic.cpp - truth tables as sequences of three-input steps ------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "backends/Cpu/TernaryLogic.h"
#include <algorithm>
#include <map>

using namespace weft::cpu;

bool TernaryProgram::evaluate(int address) const {
  std::vector<bool> value;
  for (int i = 0; i < kInputs; ++i)
    value.push_back(address >> i & 1);
  for (const TernaryStep &step : steps)
    value.push_back(step.truth >> (4 * value[step.operands[0]] + 2 * value[step.operands[1]] + value[step.operands[2]]) & 1);
  return result >= 0 ? static_cast<bool>(value[result]) : result == kOne;
}

namespace {

// --- functions of four variables: entry a is bit a, variable i is bit i of a

constexpr uint16_t kVariables[4] = {0xAAAA, 0xCCCC, 0xF0F0, 0xFF00};

/// f = second(first(three of the variables), the fourth, one of the three): two steps, or fewer.
struct Plan {
  uint8_t cost = 3;
  uint8_t first = 0, second = 0;
  uint8_t fourth = 0, again = 0; // variables
};

uint16_t apply(uint8_t truth, uint16_t a, uint16_t b, uint16_t c) {
  uint16_t f = 0;
  for (int i = 0; i < 8; ++i)
    if (truth >> i & 1)
      f |= (i & 4 ? a : ~a) & (i & 2 ? b : ~b) & (i & 1 ? c : ~c);
  return f;
}

/// The three variables other than `fourth`, the greatest first.
std::array<int, 3> others(int fourth) {
  std::array<int, 3> result;
  int n = 0;
  for (int v = 3; v >= 0; --v)
    if (v != fourth)
      result[n++] = v;
  return result;
}

class Plans {
public:
  Plans() : plans(1 << 16) {
    for (uint16_t f : {uint16_t(0), uint16_t(0xFFFF)})
      plans[f].cost = 0;
    for (int v = 0; v < 4; ++v) // a complement is free: what reads it takes it in
      plans[kVariables[v]].cost = plans[static_cast<uint16_t>(~kVariables[v])].cost = 0;
    for (int fourth = 0; fourth < 4; ++fourth)
      addOneStep(fourth);
    for (int fourth = 0; fourth < 4; ++fourth)
      addTwoSteps(fourth);
  }
  const Plan &operator[](uint16_t f) const { return plans[f]; }

private:
  void add(uint16_t f, const Plan &plan) {
    if (plans[f].cost > plan.cost)
      plans[f] = plan;
  }
  void addOneStep(int fourth) {
    auto [a, b, c] = others(fourth);
    for (int truth = 0; truth < 256; ++truth)
      add(apply(truth, kVariables[a], kVariables[b], kVariables[c]), {1, static_cast<uint8_t>(truth), 0, static_cast<uint8_t>(fourth), 0});
  }
  void addTwoSteps(int fourth) {
    auto [a, b, c] = others(fourth);
    for (int first = 1; first < 128; ++first) { // the others are complements
      uint16_t g = apply(first, kVariables[a], kVariables[b], kVariables[c]);
      for (int again : {a, b, c}) {
        uint16_t minterms[8];
        for (int i = 0; i < 8; ++i)
          minterms[i] = apply(1 << i, g, kVariables[fourth], kVariables[again]);
        for (int second = 0; second < 256; ++second) {
          uint16_t f = 0;
          for (int i = 0; i < 8; ++i)
            f |= second >> i & 1 ? minterms[i] : 0;
          add(f, {2, static_cast<uint8_t>(first), static_cast<uint8_t>(second), static_cast<uint8_t>(fourth), static_cast<uint8_t>(again)});
        }
      }
    }
  }
  std::vector<Plan> plans;
};

const Plans &plans() {
  static const Plans table;
  return table;
}

// --- functions of six variables as 64-bit tables

constexpr uint64_t kWideVariables[6] = {0xAAAAAAAAAAAAAAAA, 0xCCCCCCCCCCCCCCCC, 0xF0F0F0F0F0F0F0F0,
                                        0xFF00FF00FF00FF00, 0xFFFF0000FFFF0000, 0xFFFFFFFF00000000};

/// f with variable v fixed; it no longer depends on v.
uint64_t cofactor(uint64_t f, int v, bool value) {
  uint64_t half = f & (value ? kWideVariables[v] : ~kWideVariables[v]);
  int shift = 1 << v;
  return half | (value ? half >> shift : half << shift);
}

bool dependsOn(uint64_t f, int v) { return cofactor(f, v, false) != cofactor(f, v, true); }

class Synthesis {
public:
  /// An operand and whether it stands for its complement; `operand` −1: a constant 0 (or, complemented, 1).
  struct Literal {
    int operand;
    bool complement;
  };

  Literal build(uint64_t f);
  TernaryProgram finish(Literal literal);

private:
  static std::vector<int> support(uint64_t f);
  static uint16_t narrow(uint64_t f, const std::vector<int> &variables);
  static int cost(uint64_t f);
  static int splitCost(uint64_t f, int v);
  static int cheapestSplit(uint64_t f, const std::vector<int> &variables);
  Literal step(uint8_t truth, Literal a, Literal b, Literal c);
  Literal multiplex(int variable, Literal high, Literal low);
  Literal buildNarrow(uint64_t f, const std::vector<int> &variables);

  TernaryProgram program;
  std::map<uint64_t, Literal> built;
};

std::vector<int> Synthesis::support(uint64_t f) {
  std::vector<int> variables;
  for (int v = 0; v < 6; ++v)
    if (dependsOn(f, v))
      variables.push_back(v);
  return variables;
}

/// The table over at most four variables.
uint16_t Synthesis::narrow(uint64_t f, const std::vector<int> &variables) {
  uint16_t result = 0;
  for (int a = 0; a < 16; ++a) {
    int address = 0;
    for (size_t i = 0; i < variables.size(); ++i)
      address |= (a >> i & 1) << variables[i];
    result |= static_cast<uint16_t>(f >> address & 1) << a;
  }
  return result;
}

int Synthesis::splitCost(uint64_t f, int v) {
  uint64_t low = cofactor(f, v, false), high = cofactor(f, v, true);
  if (high == ~low)
    return cost(low) + 1;
  return cost(low) + cost(high) + 1;
}

int Synthesis::cheapestSplit(uint64_t f, const std::vector<int> &variables) {
  int best = variables.back(), least = 1 << 20;
  for (int v : variables)
    if (int c = splitCost(f, v); c < least)
      least = c, best = v;
  return best;
}

int Synthesis::cost(uint64_t f) {
  std::vector<int> variables = support(f);
  if (variables.size() <= 4)
    return plans()[narrow(f, variables)].cost;
  return splitCost(f, cheapestSplit(f, variables));
}

/// A step whose truth takes in the complements of its operands, and constants.
Synthesis::Literal Synthesis::step(uint8_t truth, Literal a, Literal b, Literal c) {
  const Literal operands[3] = {a, b, c};
  int filler = -1;
  for (const Literal &o : operands)
    filler = filler >= 0 ? filler : o.operand;
  uint8_t seen = 0;
  for (int i = 0; i < 8; ++i) {
    int address = 0;
    for (int j = 0; j < 3; ++j) {
      bool bit = operands[j].operand < 0 ? operands[j].complement : (i >> (2 - j) & 1) ^ operands[j].complement;
      address |= bit << (2 - j);
    }
    seen |= (truth >> address & 1) << i;
  }
  auto place = [&](const Literal &o) { return o.operand < 0 ? filler : o.operand; };
  program.steps.push_back({seen, {place(a), place(b), place(c)}});
  return {TernaryProgram::kInputs + static_cast<int>(program.steps.size()) - 1, false};
}

Synthesis::Literal Synthesis::multiplex(int variable, Literal high, Literal low) {
  if (high.operand == low.operand && high.complement == low.complement)
    return low;
  Literal select{variable, false};
  if (high.operand < 0 && low.operand < 0)
    return {variable, low.complement}; // low 0, high 1: the variable; the other way round: its complement
  return step(0xCA, select, high, low);
}

Synthesis::Literal Synthesis::buildNarrow(uint64_t f, const std::vector<int> &variables) {
  uint16_t table = narrow(f, variables);
  const Plan &plan = plans()[table];
  auto variable = [&](int i) { return Literal{i < static_cast<int>(variables.size()) ? variables[i] : variables.front(), false}; };
  if (plan.cost == 0) {
    if (variables.empty())
      return {-1, table != 0};
    return {variables.front(), (table & 1) != 0};
  }
  if (plan.cost == 3) { // split on one variable: two steps of three, and a multiplexer
    int v = variables.back();
    return multiplex(v, build(cofactor(f, v, true)), build(cofactor(f, v, false)));
  }
  auto [a, b, c] = others(plan.fourth);
  Literal first = step(plan.first, variable(a), variable(b), variable(c));
  return plan.cost == 1 ? first : step(plan.second, first, variable(plan.fourth), variable(plan.again));
}

Synthesis::Literal Synthesis::build(uint64_t f) {
  if (auto it = built.find(f); it != built.end())
    return it->second;
  if (auto it = built.find(~f); it != built.end())
    return {it->second.operand, !it->second.complement};
  std::vector<int> variables = support(f);
  Literal result;
  if (variables.size() <= 4) {
    result = buildNarrow(f, variables);
  } else {
    int v = cheapestSplit(f, variables);
    Literal high = build(cofactor(f, v, true)), low = build(cofactor(f, v, false));
    result = multiplex(v, high, low);
  }
  built[f] = result;
  return result;
}

TernaryProgram Synthesis::finish(Literal literal) {
  if (literal.operand < 0)
    program.result = literal.complement ? TernaryProgram::kOne : TernaryProgram::kZero;
  else if (literal.complement && literal.operand >= TernaryProgram::kInputs &&
           literal.operand - TernaryProgram::kInputs == static_cast<int>(program.steps.size()) - 1)
    program.steps.back().truth = ~program.steps.back().truth, program.result = literal.operand; // nothing else reads the last step
  else
    program.result = literal.complement ? step(0xF0, literal, literal, literal).operand : literal.operand;
  return std::move(program);
}

} // namespace

TernaryProgram weft::cpu::synthesizeTernary(uint64_t truth, int arity) {
  for (int v = arity; v < 6; ++v) // the table as one of six inputs
    truth = (truth & ~kWideVariables[v]) | (truth & ~kWideVariables[v]) << (1 << v);
  Synthesis synthesis;
  auto literal = synthesis.build(truth);
  return synthesis.finish(literal);
}

// --- two-input gates

namespace {

using Kind = BinaryGate::Kind;

uint8_t applyGate(Kind kind, uint8_t l, uint8_t r) {
  return kind == Kind::And ? l & r : kind == Kind::Or ? l | r : kind == Kind::Xor ? l ^ r : l & ~r;
}

/// Shortest formulas for all functions of three variables.
class Formulas {
public:
  Formulas() {
    cost.fill(kUnknown);
    for (uint8_t f : {0xF0, 0xCC, 0xAA, 0xFF, 0x00})
      cost[f] = 0;
    for (bool changed = true; changed;) {
      changed = false;
      for (int l = 0; l < 256; ++l)
        for (int r = 0; r < 256; ++r)
          changed |= cost[l] != kUnknown && cost[r] != kUnknown && relax(l, r);
    }
  }
  int append(uint8_t f, BinaryProgram &program) const {
    if (cost[f] == 0)
      return f == 0xF0 ? 0 : f == 0xCC ? 1 : f == 0xAA ? 2 : f == 0xFF ? BinaryProgram::kOnes : -1;
    int l = append(left[f], program), r = append(right[f], program);
    program.gates.push_back({kind[f], l, r});
    return BinaryProgram::kOnes + static_cast<int>(program.gates.size());
  }

private:
  static constexpr int kUnknown = 99;
  bool relax(uint8_t l, uint8_t r) {
    bool changed = false;
    for (Kind k : {Kind::And, Kind::Or, Kind::Xor, Kind::AndNot})
      if (uint8_t f = applyGate(k, l, r); cost[l] + cost[r] + 1 < cost[f]) {
        cost[f] = cost[l] + cost[r] + 1, kind[f] = k, left[f] = l, right[f] = r;
        changed = true;
      }
    return changed;
  }
  std::array<int, 256> cost;
  std::array<Kind, 256> kind;
  std::array<uint8_t, 256> left, right;
};

} // namespace

BinaryProgram weft::cpu::expandTernary(uint8_t truth) {
  static const Formulas formulas;
  BinaryProgram program;
  program.result = formulas.append(truth, program);
  return program;
}
