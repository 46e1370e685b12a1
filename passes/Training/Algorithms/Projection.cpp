//===- Projection.cpp - the nearest weight that a code can store ---------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "passes/Training/Algorithms/Projection.h"

#include <algorithm>
#include <cmath>

namespace weft::training {
namespace {

using Numbers = Projection::Numbers;

/// Half to even for |x| < 2^22, without a call, so that loops become vectors.
inline float nearest(float x) {
  constexpr float magic = 12582912.0f; // 1.5 · 2^23
  return (x + magic) - magic;
}

std::vector<int64_t> asIntegers(const Numbers &numbers) {
  std::vector<int64_t> result(numbers.size());
  for (size_t i = 0; i < numbers.size(); ++i)
    result[i] = static_cast<int64_t>(numbers[i]);
  return result;
}

class Integers : public Projection {
public:
  Integers(int64_t least, int64_t greatest, Sink sink) : least(static_cast<float>(least)), greatest(static_cast<float>(greatest)), sink(std::move(sink)) {}
  void project(Numbers &numbers) override {
    for (float &x : numbers)
      x = nearest(std::min(std::max(x, least), greatest));
  }
  bool isStateless() const override { return true; }
  void store(Numbers &numbers) override {
    project(numbers);
    sink(asIntegers(numbers));
  }

private:
  float least, greatest;
  Sink sink;
};

class Reals : public Projection {
public:
  explicit Reals(RealSink sink) : sink(std::move(sink)) {}
  void project(Numbers &) override {}
  void store(Numbers &numbers) override { sink(numbers); }

private:
  RealSink sink;
};

/// One whose operand is another: what happens to the inner numbers is the same for all three actions.
class Outer : public Projection {
public:
  explicit Outer(ProjectionPtr inner) : inner(std::move(inner)) {}
  void project(Numbers &numbers) override {
    act(numbers, [&](Numbers &own) { inner->project(own); });
  }
  void store(Numbers &numbers) override {
    act(numbers, [&](Numbers &own) { inner->store(own); });
  }
  void adapt(const Numbers &numbers) override {
    Numbers copy = numbers;
    act(copy, [&](Numbers &own) { inner->adapt(own); });
  }

  bool settles() const override { return inner->settles(); }
  void settle(Numbers &numbers) override {
    act(numbers, [&](Numbers &own) { inner->settle(own); });
  }
  void save(Numbers &state) const override { inner->save(state); }
  void restore(const Numbers &state, size_t &at) override { inner->restore(state, at); }
  bool isStateless() const override { return inner->isStateless(); }

protected:
  virtual void act(Numbers &numbers, const std::function<void(Numbers &)> &onInner) = 0;
  ProjectionPtr inner;
};

class Scaled : public Outer {
public:
  Scaled(std::vector<float> scales, ProjectionPtr inner, RealSink sink) : Outer(std::move(inner)), sink(std::move(sink)) { set(std::move(scales)); }

  void store(Numbers &numbers) override {
    Outer::store(numbers);
    if (isLearned())
      sink(scales);
  }
  void adapt(const Numbers &numbers) override {
    if (isLearned())
      set(best(numbers));
    Outer::adapt(numbers);
  }
  void save(Numbers &state) const override {
    if (isLearned())
      state.insert(state.end(), scales.begin(), scales.end());
    Outer::save(state);
  }
  void restore(const Numbers &state, size_t &at) override {
    if (isLearned() && at + scales.size() <= state.size()) {
      set({state.begin() + static_cast<int64_t>(at), state.begin() + static_cast<int64_t>(at + scales.size())});
      at += scales.size();
    }
    Outer::restore(state, at);
  }

protected:
  void act(Numbers &numbers, const std::function<void(Numbers &)> &onInner) override {
    multiply(numbers, inverse);
    onInner(numbers);
    multiply(numbers, scales);
  }

private:
  /// Of one run with a scale: what it loses, and the scales that its codes ask for.
  struct Fit {
    double error = 0, leastSquares = 0, widest = 0;
  };

  bool isLearned() const { return sink && inner->isStateless(); }
  void set(std::vector<float> values) {
    scales = std::move(values);
    inverse.clear();
    for (float s : scales)
      inverse.push_back(s != 0 ? 1 / s : 0);
  }
  void multiply(Numbers &numbers, const std::vector<float> &factors) const {
    size_t run = numbers.size() / factors.size();
    for (size_t r = 0; r < factors.size(); ++r)
      for (size_t i = 0; i < run; ++i)
        numbers[r * run + i] *= factors[r];
  }

  std::vector<Fit> fits(const Numbers &numbers) {
    Numbers codes = numbers;
    multiply(codes, inverse);
    inner->project(codes);
    std::vector<Fit> all(scales.size());
    size_t run = numbers.size() / scales.size();
    for (size_t r = 0; r < scales.size(); ++r) {
      double product = 0, square = 0, greatest = 0;
      for (size_t i = r * run; i < (r + 1) * run; ++i) {
        double x = numbers[i], code = codes[i], lost = x - code * scales[r];
        all[r].error += lost * lost, product += x * code, square += code * code;
        if (std::abs(x) > greatest && code != 0)
          greatest = std::abs(x), all[r].widest = x / code;
      }
      all[r].leastSquares = square > 0 ? product / square : 0;
    }
    return all;
  }

  std::vector<float> best(const Numbers &numbers) {
    std::vector<float> chosen = scales, before = scales;
    std::vector<Fit> now = fits(numbers);
    std::vector<double> errors;
    for (const Fit &fit : now)
      errors.push_back(fit.error);
    for (double Fit::*candidate : {&Fit::leastSquares, &Fit::widest}) {
      std::vector<float> tried = before;
      for (size_t r = 0; r < tried.size(); ++r)
        if (now[r].*candidate > 0)
          tried[r] = static_cast<float>(now[r].*candidate);
      set(tried);
      std::vector<Fit> found = fits(numbers);
      for (size_t r = 0; r < tried.size(); ++r)
        if (found[r].error < errors[r])
          errors[r] = found[r].error, chosen[r] = tried[r];
    }
    return chosen;
  }

  std::vector<float> scales, inverse;
  RealSink sink;
};

class Exponential : public Projection {
public:
  explicit Exponential(float base) : base(base) {}
  void project(Numbers &numbers) override {
    for (float &x : numbers)
      x = static_cast<float>(base * std::exp(static_cast<double>(x)));
  }

private:
  float base;
};

class Scattered : public Outer {
public:
  Scattered(std::vector<int64_t> positions, int64_t size, ProjectionPtr values)
      : Outer(std::move(values)), positions(std::move(positions)), size(size), kept(this->positions.size()) {}

protected:
  void act(Numbers &numbers, const std::function<void(Numbers &)> &onInner) override {
    for (size_t k = 0; k < positions.size(); ++k)
      kept[k] = numbers[positions[k]];
    onInner(kept);
    numbers.assign(size, 0.0f);
    for (size_t k = 0; k < positions.size(); ++k)
      numbers[positions[k]] = kept[k];
  }

private:
  std::vector<int64_t> positions;
  int64_t size;
  Numbers kept;
};

class Clustered : public Projection {
public:
  Clustered(Codebooks books, ProjectionPtr inner, Sink sink) : books(std::move(books)), inner(std::move(inner)), sink(std::move(sink)) {}

  void project(Numbers &numbers) override {
    follow(numbers);
    Numbers entries = books.entries;
    inner->project(entries);
    spread(numbers, entries);
  }
  void store(Numbers &numbers) override {
    follow(numbers);
    Numbers entries = books.entries;
    inner->store(entries);
    spread(numbers, entries);
    sink({books.codes.begin(), books.codes.end()});
  }
  void adapt(const Numbers &numbers) override {
    follow(numbers);
    size_t run = numbers.size() / books.groups, count = books.entries.size() / books.groups;
    for (int64_t g = 0; g < books.groups; ++g) {
      std::sort(books.entries.begin() + g * count, books.entries.begin() + (g + 1) * count);
      assign(numbers.data() + g * run, run, books.entries.data() + g * count, count, books.codes.data() + g * run);
    }
  }

  bool settles() const override { return true; }
  void settle(Numbers &numbers) override {
    follow(numbers);
    size_t run = numbers.size() / books.groups, count = books.entries.size() / books.groups;
    for (int64_t g = 0; count > 1 && g < books.groups; ++g) {
      const float *book = books.entries.data() + g * count;
      float below = book[0] - (book[1] - book[0]) / 2, above = book[count - 1] + (book[count - 1] - book[count - 2]) / 2;
      for (size_t i = g * run; i < (g + 1) * run; ++i)
        numbers[i] = std::min(std::max(numbers[i], below), above);
    }
    before = numbers;
  }
  void save(Numbers &state) const override {
    state.insert(state.end(), books.entries.begin(), books.entries.end());
    state.insert(state.end(), books.codes.begin(), books.codes.end());
  }
  void restore(const Numbers &state, size_t &at) override {
    if (at + books.entries.size() + books.codes.size() > state.size())
      return;
    for (float &entry : books.entries)
      entry = state[at++];
    for (uint8_t &code : books.codes)
      code = static_cast<uint8_t>(state[at++]);
    before.clear();
  }

private:
  /// An entry moves by the mean of what its members moved by since the last call, which is its exact gradient; what they are does not matter, so
  /// that it does not jump when others are assigned to it.
  void follow(const Numbers &numbers) {
    if (before.size() == numbers.size()) {
      size_t run = numbers.size() / books.groups, count = books.entries.size() / books.groups;
      std::vector<double> sums(books.entries.size(), 0);
      std::vector<int64_t> members(books.entries.size(), 0);
      for (int64_t g = 0; g < books.groups; ++g)
        for (size_t i = g * run; i < (g + 1) * run; ++i) {
          sums[g * count + books.codes[i]] += numbers[i] - before[i];
          ++members[g * count + books.codes[i]];
        }
      for (size_t k = 0; k < sums.size(); ++k)
        if (members[k])
          books.entries[k] += static_cast<float>(sums[k] / static_cast<double>(members[k]));
    }
    before = numbers;
  }
  /// Codes of the nearest of ascending entries.
  static void assign(const float *numbers, size_t size, const float *book, size_t count, uint8_t *codes) {
    Numbers middles(count - 1);
    for (size_t k = 0; k + 1 < count; ++k)
      middles[k] = (book[k] + book[k + 1]) / 2;
    if (count > 16) {
      for (size_t i = 0; i < size; ++i)
        codes[i] = static_cast<uint8_t>(std::lower_bound(middles.begin(), middles.end(), numbers[i]) - middles.begin());
      return;
    }
    std::fill(codes, codes + size, uint8_t(0)); // loops without branches, which become vectors
    for (float middle : middles)
      for (size_t i = 0; i < size; ++i)
        codes[i] += numbers[i] > middle;
  }
  void spread(Numbers &numbers, const Numbers &entries) const {
    size_t run = numbers.size() / books.groups, count = entries.size() / books.groups;
    for (int64_t g = 0; g < books.groups; ++g)
      for (size_t i = g * run; i < (g + 1) * run; ++i)
        numbers[i] = entries[g * count + books.codes[i]];
  }
  Codebooks books;
  Numbers before; // the numbers of the last call
  ProjectionPtr inner;
  Sink sink;
};

class Differences : public Projection {
public:
  Differences(DeltaCode code, Sink references, Sink deltas)
      : code(std::move(code)), toReferences(std::move(references)), toDeltas(std::move(deltas)) {
    low = -(1 << (this->code.width - 1)), high = -low - 1, unit = static_cast<float>(1 << this->code.shift);
  }

  void project(Numbers &numbers) override {
    size_t run = numbers.size() / code.references.size();
    for (size_t g = 0; g < code.references.size(); ++g) {
      auto reference = static_cast<float>(code.references[g]);
      if (code.positions.empty() && !code.consecutive)
        fixedRun(numbers.data() + g * run, run, reference);
      else
        walk(numbers, g * run, run, reference);
    }
  }
  void store(Numbers &numbers) override {
    project(numbers);
    std::vector<int64_t> deltas(numbers.size());
    size_t run = numbers.size() / code.references.size();
    for (size_t g = 0; g < code.references.size(); ++g) {
      auto before = static_cast<float>(code.references[g]);
      for (size_t i = g * run; i < (g + 1) * run; ++i) {
        size_t at = element(i);
        deltas[at] = static_cast<int64_t>((numbers[at] - before) / unit);
        if (code.consecutive)
          before = numbers[at];
      }
    }
    toReferences(code.references);
    toDeltas(deltas);
  }

private:
  size_t element(size_t i) const { return code.positions.empty() ? i : static_cast<size_t>(code.positions[i]); }
  /// Differences that keep the weight within its type.
  std::pair<float, float> bounds(float before) const {
    return {std::max(low, std::ceil((code.least - before) / unit)), std::min(high, std::floor((code.greatest - before) / unit))};
  }
  void fixedRun(float *numbers, size_t count, float reference) const {
    auto [least, greatest] = bounds(reference);
    float inverse = 1 / unit;
    for (size_t i = 0; i < count; ++i)
      numbers[i] = reference + unit * nearest(std::min(std::max((numbers[i] - reference) * inverse, least), greatest));
  }
  void walk(Numbers &numbers, size_t first, size_t count, float before) const {
    for (size_t i = first; i < first + count; ++i) {
      float &x = numbers[element(i)];
      auto [least, greatest] = bounds(before);
      x = before + unit * nearest(std::min(std::max((x - before) / unit, least), greatest));
      if (code.consecutive)
        before = x;
    }
  }
  DeltaCode code;
  Sink toReferences, toDeltas;
  float low, high, unit;
};

class Levels : public Projection {
public:
  Levels(std::vector<int64_t> all, Sink sink) : sink(std::move(sink)) {
    for (int64_t level : all)
      levels.push_back(static_cast<float>(level));
    for (size_t i = 1; i < levels.size(); ++i)
      middles.push_back((levels[i - 1] + levels[i]) / 2);
  }
  void project(Numbers &numbers) override {
    for (float &x : numbers)
      x = levels[std::upper_bound(middles.begin(), middles.end(), x) - middles.begin()];
  }
  bool isStateless() const override { return true; }
  void store(Numbers &numbers) override {
    project(numbers);
    sink(asIntegers(numbers));
  }

private:
  std::vector<float> levels, middles;
  Sink sink;
};

class Binary : public Projection {
public:
  explicit Binary(Sink sink) : sink(std::move(sink)) {}
  void project(Numbers &numbers) override {
    for (float &v : numbers)
      v = v < 0 ? -1.0f : 1.0f;
  }
  void store(Numbers &numbers) override {
    project(numbers);
    sink({numbers.begin(), numbers.end()});
  }
  bool settles() const override { return true; }
  void settle(Numbers &numbers) override {
    for (float &v : numbers)
      v = std::clamp(v, -1.0f, 1.0f);
  }

private:
  Sink sink;
};

class Shared : public Outer {
public:
  Shared(std::vector<int64_t> owner, int64_t leafSize, ProjectionPtr leaf) : Outer(std::move(leaf)), owner(std::move(owner)), counts(leafSize, 0) {
    for (int64_t o : this->owner)
      ++counts[o];
  }
  /// Elements that are one have one scale.
  bool isStateless() const override { return false; }

protected:
  void act(Numbers &numbers, const std::function<void(Numbers &)> &onInner) override {
    std::vector<double> sums(counts.size(), 0);
    for (size_t i = 0; i < owner.size(); ++i)
      sums[owner[i]] += numbers[i];
    Numbers leaf(counts.size());
    for (size_t k = 0; k < leaf.size(); ++k)
      leaf[k] = static_cast<float>(sums[k] / static_cast<double>(std::max<int64_t>(1, counts[k])));
    onInner(leaf);
    for (size_t i = 0; i < owner.size(); ++i)
      numbers[i] = leaf[owner[i]];
  }

private:
  std::vector<int64_t> owner, counts;
};

} // namespace

ProjectionPtr roundToIntegers(int64_t least, int64_t greatest, Sink sink) { return std::make_unique<Integers>(least, greatest, std::move(sink)); }
ProjectionPtr keepReal(RealSink sink) { return std::make_unique<Reals>(std::move(sink)); }
ProjectionPtr scaled(std::vector<float> scales, ProjectionPtr inner, RealSink scalesTo) {
  return std::make_unique<Scaled>(std::move(scales), std::move(inner), std::move(scalesTo));
}
ProjectionPtr exponential(float base) { return std::make_unique<Exponential>(base); }
ProjectionPtr scattered(std::vector<int64_t> positions, int64_t size, ProjectionPtr values) {
  return std::make_unique<Scattered>(std::move(positions), size, std::move(values));
}
ProjectionPtr clustered(Codebooks codebooks, ProjectionPtr entries, Sink codes) {
  return std::make_unique<Clustered>(std::move(codebooks), std::move(entries), std::move(codes));
}
ProjectionPtr differences(DeltaCode code, Sink references, Sink deltas) {
  return std::make_unique<Differences>(std::move(code), std::move(references), std::move(deltas));
}
ProjectionPtr nearestLevel(std::vector<int64_t> levels, Sink sink) { return std::make_unique<Levels>(std::move(levels), std::move(sink)); }
ProjectionPtr binary(Sink sink) { return std::make_unique<Binary>(std::move(sink)); }
ProjectionPtr shared(std::vector<int64_t> owner, int64_t leafSize, ProjectionPtr leaf) {
  return std::make_unique<Shared>(std::move(owner), leafSize, std::move(leaf));
}

} // namespace weft::training
