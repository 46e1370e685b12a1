//===- Projection.cpp - the nearest weight that a code can store ---------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "passes/Training/Algorithms/ProjectionParts.h"

namespace weft::training {
namespace {

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

class AtLeast : public Projection {
public:
  explicit AtLeast(float bound) : bound(bound) {}
  void project(Numbers &numbers) override {
    for (float &x : numbers)
      x = std::max(x, bound);
  }

private:
  float bound;
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
ProjectionPtr exponential(float base) { return std::make_unique<Exponential>(base); }
ProjectionPtr atLeast(float bound) { return std::make_unique<AtLeast>(bound); }
ProjectionPtr scattered(std::vector<int64_t> positions, int64_t size, ProjectionPtr values) {
  return std::make_unique<Scattered>(std::move(positions), size, std::move(values));
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
