//===- ScaledProjection.cpp - numbers times scales -------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "passes/Training/Algorithms/ProjectionParts.h"

namespace weft::training {
namespace {

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
  /// Magnitudes are those of weights, whatever the scales of their rows.
  void prune(const Numbers &numbers, double remaining) override { inner->prune(numbers, remaining); }
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

} // namespace

ProjectionPtr scaled(std::vector<float> scales, ProjectionPtr inner, RealSink scalesTo) {
  return std::make_unique<Scaled>(std::move(scales), std::move(inner), std::move(scalesTo));
}

} // namespace weft::training
