//===- PrunedProjection.cpp - weights that are pruned while they are trained ------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "passes/Compression/Algorithms/Pruning.h"
#include "passes/Training/Algorithms/ProjectionParts.h"

namespace weft::training {

static size_t elementOf(const PruningPattern &p, size_t position) { return p.elements.empty() ? position : static_cast<size_t>(p.elements[position]); }

std::vector<bool> prunedMask(const PruningPattern &p, const std::vector<float> &weight, double remaining) {
  std::vector<bool> mask(weight.size(), false);
  std::vector<float> energy(static_cast<size_t>(p.width));
  int64_t kept = p.kept + std::llround(static_cast<double>(p.width - p.kept) * remaining);
  for (int64_t row = 0; row < p.rows; row += p.height)
    for (int64_t column = 0; column < p.columns; column += p.width) {
      auto at = [&](int64_t r, int64_t c) { return elementOf(p, static_cast<size_t>((row + r) * p.columns + column + c)); };
      for (int64_t c = 0; c < p.width; ++c) {
        double square = 0;
        for (int64_t r = 0; r < p.height; ++r)
          square += static_cast<double>(weight[at(r, c)]) * weight[at(r, c)];
        energy[static_cast<size_t>(c)] = static_cast<float>(std::sqrt(square));
      }
      std::vector<bool> own = compression::keepGreatest(energy.data(), p.width, kept);
      for (int64_t c = 0; c < p.width; ++c)
        for (int64_t r = 0; r < p.height; ++r)
          mask[at(r, c)] = own[static_cast<size_t>(c)];
    }
  return mask;
}

namespace {

/// Kept elements are the inner projection's. One that has a structure for so many elements begins when the mask is final.
class Pruned : public Outer {
public:
  Pruned(PruningPattern pattern, std::vector<bool> mask, ProjectionPtr values, MaskSink sink)
      : Outer(std::move(values)), pattern(std::move(pattern)), mask(std::move(mask)), sink(std::move(sink)) {
    finalCount = static_cast<size_t>(std::count(this->mask.begin(), this->mask.end(), true));
    findPositions();
  }

  bool prunes() const override { return true; }
  void prune(const Numbers &numbers, double remaining) override {
    mask = prunedMask(pattern, numbers, remaining);
    findPositions();
  }
  /// What is not kept may come back, and stays.
  void settle(Numbers &numbers) override {
    Numbers settled = numbers;
    Outer::settle(settled);
    for (size_t i : positions)
      numbers[i] = settled[i];
  }
  void store(Numbers &numbers) override {
    Outer::store(numbers);
    sink(mask);
  }
  void save(Numbers &state) const override {
    state.insert(state.end(), mask.begin(), mask.end());
    Outer::save(state);
  }
  void restore(const Numbers &state, size_t &at) override {
    for (size_t i = 0; i < mask.size() && at < state.size(); ++i)
      mask[i] = state[at++] != 0;
    findPositions();
    Outer::restore(state, at);
  }

protected:
  void act(Numbers &numbers, const std::function<void(Numbers &)> &onInner) override {
    for (size_t k = 0; k < positions.size(); ++k)
      values[k] = numbers[positions[k]];
    if (positions.size() == finalCount || inner->isStateless())
      onInner(values);
    numbers.assign(mask.size(), 0.0f);
    for (size_t k = 0; k < positions.size(); ++k)
      numbers[positions[k]] = values[k];
  }

private:
  void findPositions() {
    positions.clear();
    for (size_t i = 0; i < mask.size(); ++i)
      if (mask[i])
        positions.push_back(i);
    values.resize(positions.size());
  }

  PruningPattern pattern;
  std::vector<bool> mask;
  std::vector<size_t> positions;
  size_t finalCount;
  Numbers values;
  MaskSink sink;
};

} // namespace

ProjectionPtr pruned(PruningPattern pattern, std::vector<bool> mask, ProjectionPtr values, MaskSink sink) {
  return std::make_unique<Pruned>(std::move(pattern), std::move(mask), std::move(values), std::move(sink));
}

} // namespace weft::training
