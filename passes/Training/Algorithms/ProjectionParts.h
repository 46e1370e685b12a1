//===- ProjectionParts.h - what projections are made of ------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef PASSES_TRAINING_ALGORITHMS_PROJECTIONPARTS_H
#define PASSES_TRAINING_ALGORITHMS_PROJECTIONPARTS_H

#include "passes/Training/Algorithms/Projection.h"

#include <algorithm>
#include <cmath>

namespace weft::training {

using Numbers = Projection::Numbers;

/// Half to even for |x| < 2^22, without a call, so that loops become vectors.
inline float nearest(float x) {
  constexpr float magic = 12582912.0f; // 1.5 · 2^23
  return (x + magic) - magic;
}

inline std::vector<int64_t> asIntegers(const Numbers &numbers) {
  std::vector<int64_t> result(numbers.size());
  for (size_t i = 0; i < numbers.size(); ++i)
    result[i] = static_cast<int64_t>(numbers[i]);
  return result;
}

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

  bool prunes() const override { return inner->prunes(); }
  void prune(const Numbers &numbers, double remaining) override {
    Numbers copy = numbers;
    act(copy, [&](Numbers &own) { inner->prune(own, remaining); });
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

} // namespace weft::training

#endif // PASSES_TRAINING_ALGORITHMS_PROJECTIONPARTS_H
