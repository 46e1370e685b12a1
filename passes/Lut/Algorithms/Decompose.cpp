//===- Decompose.cpp - truth tables to networks of K-input tables ---------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Lut/Algorithms/Decompose.h"

#include <algorithm>
#include <map>

namespace weft::lut {

namespace {

using Functions = std::vector<TruthTable>;
using Signals = std::vector<int32_t>;

//===--- Shannon expansion -------------------------------------------------------------===//

class Shannon {
public:
  Shannon(NetworkBuilder &builder, int arity) : builder(builder), arity(arity) {}

  int32_t add(PartialFunction f, Signals variables) {
    for (int k = f.on.variables() - 1; k >= 0; --k)
      if (f.dropVariable(k))
        variables.erase(variables.begin() + k);
    for (bool value : {false, true})
      if (f.canBe(value))
        return builder.constant(value);
    if (f.on.variables() <= arity)
      return builder.add(variables, f.known().word());
    auto [entry, isNew] = memo.try_emplace({variables, f.known(), f.care}, 0);
    if (isNew)
      entry->second = split(f, variables);
    return entry->second;
  }

private:
  struct Key {
    Signals variables;
    TruthTable on, care;
    bool operator<(const Key &o) const {
      return variables != o.variables ? variables < o.variables : on == o.on ? care < o.care : on < o.on;
    }
  };

  /// Expands by the variable whose cofactors depend on the fewest variables, and by a second one where a table has room.
  int32_t split(const PartialFunction &f, const Signals &variables) {
    const int first = best(f);
    std::vector<PartialFunction> parts = cofactors({f}, first);
    Signals rest = variables;
    rest.erase(rest.begin() + first);
    Signals select = {variables[first]};
    if (arity >= 6 && f.on.variables() > arity + 1) {
      const int second = best(parts[0]);
      parts = cofactors(parts, second);
      select.push_back(rest[second]);
      rest.erase(rest.begin() + second);
    }
    Signals fanIns = select;
    for (const PartialFunction &part : parts)
      fanIns.push_back(add(part, rest));
    const size_t selects = select.size();
    uint64_t truth = 0;
    for (uint64_t a = 0; a < uint64_t(1) << fanIns.size(); ++a) {
      // The parts are in the order of (first, second), the second fastest.
      const uint64_t which = selects == 1 ? a & 1 : (a & 1) * 2 + (a >> 1 & 1);
      truth |= (a >> (selects + which) & 1) << a;
    }
    return builder.add(fanIns, truth);
  }

  static std::vector<PartialFunction> cofactors(const std::vector<PartialFunction> &parts, int k) {
    std::vector<PartialFunction> result;
    for (const PartialFunction &f : parts)
      for (bool value : {false, true})
        result.push_back({f.on.cofactor(k, value), f.care.cofactor(k, value)});
    return result;
  }

  static int support(PartialFunction f) {
    int count = 0;
    for (int k = f.on.variables() - 1; k >= 0; --k)
      count += !f.dropVariable(k);
    return count;
  }

  int best(const PartialFunction &f) const {
    int chosen = f.on.variables() - 1, least = 1 << 20;
    for (int k = f.on.variables() - 1; k >= 0; --k) {
      int cost = 0;
      for (const PartialFunction &part : cofactors({f}, k))
        cost += support(part);
      if (cost < least) {
        least = cost;
        chosen = k;
      }
    }
    return chosen;
  }

  NetworkBuilder &builder;
  int arity;
  std::map<Key, int32_t> memo;
};

//===--- functional decomposition -----------------------------------------------------------===//

/// The functions together with what they care about.
struct Bundle {
  Functions on;
  TruthTable care;
  int variables() const { return care.variables(); }
};

/// Which class each address of the bound variables belongs to. Two addresses are compatible if no function tells them
/// apart where both care.
struct Classes {
  std::vector<int> of;
  int count = 0;
  int bits() const {
    int b = 0;
    while (1 << b < count)
      ++b;
    return b;
  }
};

uint64_t scatter(uint64_t value, const std::vector<int> &positions) {
  uint64_t a = 0;
  for (size_t i = 0; i < positions.size(); ++i)
    a |= (value >> i & 1) << positions[i];
  return a;
}

std::vector<int> others(int variables, const std::vector<int> &bound) {
  std::vector<int> result;
  for (int k = 0; k < variables; ++k)
    if (std::find(bound.begin(), bound.end(), k) == bound.end())
      result.push_back(k);
  return result;
}

/// Columns as entries 0, 1, 2 (2: don't care), merged greedily from first to last. Gives up above `limit` classes.
Classes classify(const Bundle &f, const std::vector<int> &bound, int limit) {
  const std::vector<int> free = others(f.variables(), bound);
  const uint64_t rows = uint64_t(1) << free.size(), outputs = f.on.size();
  std::vector<std::vector<uint8_t>> classes;
  Classes result;
  for (uint64_t b = 0; b < uint64_t(1) << bound.size(); ++b) {
    std::vector<uint8_t> column;
    column.reserve(rows * outputs);
    for (uint64_t r = 0; r < rows; ++r) {
      const uint64_t a = scatter(b, bound) | scatter(r, free);
      const bool cares = f.care.get(a);
      for (const TruthTable &on : f.on)
        column.push_back(cares ? on.get(a) : 2);
    }
    auto compatible = [&](const std::vector<uint8_t> &known) {
      for (size_t i = 0; i < column.size(); ++i)
        if (known[i] != 2 && column[i] != 2 && known[i] != column[i])
          return false;
      return true;
    };
    auto found = std::find_if(classes.begin(), classes.end(), compatible);
    if (found == classes.end()) {
      if (static_cast<int>(classes.size()) >= limit)
        return {{}, limit + 1};
      found = classes.insert(classes.end(), column);
    } else {
      for (size_t i = 0; i < column.size(); ++i)
        if ((*found)[i] == 2)
          (*found)[i] = column[i];
    }
    result.of.push_back(static_cast<int>(found - classes.begin()));
  }
  result.count = static_cast<int>(classes.size());
  return result;
}

/// Numbers classes by how often their functions are 1, so that the code of a sum is an ordered one.
void orderClasses(const Bundle &f, const std::vector<int> &bound, Classes &classes) {
  const std::vector<int> free = others(f.variables(), bound);
  std::vector<std::pair<uint64_t, int>> weight(classes.count);
  std::vector<bool> seen(classes.count, false);
  for (uint64_t b = 0; b < classes.of.size(); ++b) {
    const int c = classes.of[b];
    if (seen[c])
      continue;
    seen[c] = true;
    weight[c] = {0, c};
    for (uint64_t r = 0; r < uint64_t(1) << free.size(); ++r) {
      const uint64_t a = scatter(b, bound) | scatter(r, free);
      for (size_t o = 0; o < f.on.size(); ++o)
        weight[c].first += f.care.get(a) && f.on[o].get(a) ? uint64_t(1) << o : 0;
    }
  }
  std::sort(weight.begin(), weight.end());
  std::vector<int> rank(classes.count);
  for (int i = 0; i < classes.count; ++i)
    rank[weight[i].second] = i;
  for (int &c : classes.of)
    c = rank[c];
}

/// A bound set of `size` variables with few classes: pairs first, then grown by the variable that adds fewest.
std::vector<int> boundSet(const Bundle &f, int size) {
  std::vector<int> bound;
  int least = 1 << 30;
  for (int i = 0; i < f.variables(); ++i)
    for (int j = i + 1; j < f.variables(); ++j)
      if (int count = classify(f, {i, j}, 4).count; count < least) {
        least = count;
        bound = {i, j};
      }
  while (static_cast<int>(bound.size()) < size) {
    least = 1 << 30;
    int chosen = -1;
    for (int k : others(f.variables(), bound)) {
      std::vector<int> larger = bound;
      larger.push_back(k);
      if (int count = classify(f, larger, std::min(least, 1 << size)).count; count < least) {
        least = count;
        chosen = k;
      }
    }
    bound.push_back(chosen);
  }
  std::sort(bound.begin(), bound.end());
  return bound;
}

/// f with the bound variables replaced by the bits of their class; those come last.
Bundle quotient(const Bundle &f, const std::vector<int> &bound, const Classes &classes) {
  const std::vector<int> free = others(f.variables(), bound);
  const int n = static_cast<int>(free.size()) + classes.bits();
  Bundle g{Functions(f.on.size(), TruthTable(n)), TruthTable(n)};
  for (uint64_t b = 0; b < classes.of.size(); ++b)
    for (uint64_t r = 0; r < uint64_t(1) << free.size(); ++r) {
      const uint64_t from = scatter(b, bound) | scatter(r, free), to = r | uint64_t(classes.of[b]) << free.size();
      if (!f.care.get(from))
        continue;
      g.care.set(to, true);
      for (size_t o = 0; o < f.on.size(); ++o)
        if (f.on[o].get(from))
          g.on[o].set(to, true);
    }
  return g;
}

Signals functional(NetworkBuilder &builder, Bundle f, Signals variables, int arity);

/// Every function by Shannon expansion.
Signals expand(NetworkBuilder &builder, const Bundle &f, const Signals &variables, int arity) {
  Shannon shannon(builder, arity);
  Signals result;
  for (const TruthTable &on : f.on)
    result.push_back(shannon.add({on, f.care}, variables));
  return result;
}

/// One step of functional decomposition, then on with the rest; Shannon expansion where no bound set has few classes.
Signals functional(NetworkBuilder &builder, Bundle f, Signals variables, int arity) {
  if (f.variables() <= arity)
    return expand(builder, f, variables, arity);
  const std::vector<int> bound = boundSet(f, std::min(arity, f.variables() - 1));
  Classes classes = classify(f, bound, 1 << (bound.size() - 1));
  if (classes.bits() >= static_cast<int>(bound.size()))
    return expand(builder, f, variables, arity);
  orderClasses(f, bound, classes);
  Signals next, fanIns;
  for (int k : others(f.variables(), bound))
    next.push_back(variables[k]);
  for (int k : bound)
    fanIns.push_back(variables[k]);
  for (int c = 0; c < classes.bits(); ++c) {
    uint64_t truth = 0;
    for (uint64_t b = 0; b < classes.of.size(); ++b)
      truth |= uint64_t(classes.of[b] >> c & 1) << b;
    next.push_back(builder.add(fanIns, truth));
  }
  return functional(builder, quotient(f, bound, classes), next, arity);
}

/// Removes variables that no function needs.
void reduceSupport(Bundle &f, Signals &variables) {
  for (int k = f.variables() - 1; k >= 0; --k) {
    const TruthTable care0 = f.care.cofactor(k, false), care1 = f.care.cofactor(k, true), both = care0 & care1;
    bool needed = false;
    for (const TruthTable &on : f.on)
      needed |= !((on.cofactor(k, false) ^ on.cofactor(k, true)) & both).isConstant(false);
    if (needed)
      continue;
    for (TruthTable &on : f.on)
      on = (on.cofactor(k, false) & care0) | (on.cofactor(k, true) & care1);
    f.care = care0 | care1;
    variables.erase(variables.begin() + k);
  }
}

} // namespace

std::vector<int32_t> decompose(NetworkBuilder &builder, const std::vector<TruthTable> &functions, const TruthTable &care,
                               const std::vector<int32_t> &variables, int arity) {
  Bundle all{functions, care};
  Signals support = variables;
  reduceSupport(all, support);
  std::vector<LutNetwork> ways;
  auto tryOut = [&](auto way) {
    NetworkBuilder trial(all.variables());
    Signals inputs;
    for (int k = 0; k < all.variables(); ++k)
      inputs.push_back(k);
    ways.push_back(trial.finish(way(trial, inputs)));
  };
  tryOut([&](NetworkBuilder &b, const Signals &inputs) { return expand(b, all, inputs, arity); });
  tryOut([&](NetworkBuilder &b, const Signals &inputs) { return functional(b, all, inputs, arity); });
  tryOut([&](NetworkBuilder &b, const Signals &inputs) {
    Signals result;
    for (const TruthTable &on : all.on) {
      Bundle one{{on}, all.care};
      Signals own = inputs;
      reduceSupport(one, own);
      result.push_back(functional(b, one, own, arity)[0]);
    }
    return result;
  });
  auto smaller = [](const LutNetwork &a, const LutNetwork &b) { return a.tables.size() < b.tables.size(); };
  return builder.append(*std::min_element(ways.begin(), ways.end(), smaller), support);
}

} // namespace weft::lut
