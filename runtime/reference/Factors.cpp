//===- Factors.cpp - what factorized weights evaluate to ----------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "runtime/reference/Factors.h"

namespace weft::reference {

static bool isF32(const Tensor &t) { return t.type() == ElementType::f32(); }

Result<Tensor> tensorTrain(const std::vector<const Tensor *> &cores) {
  // w[i, j, r] of the cores so far: their rows, their columns, and the open bond.
  std::vector<double> w{1.0};
  int64_t rows = 1, columns = 1, bond = 1;
  for (const Tensor *core : cores) {
    if (!isF32(*core) || core->rank() != 4 || core->dim(0) != bond)
      return error("expected cores [r, m, n, r'] of f32 that begin with the bond ", bond, ", found ", core->type().name(), " ",
                   toString(core->shape()), " (A12)");
    int64_t m = core->dim(1), n = core->dim(2), next = core->dim(3);
    std::vector<double> wider(static_cast<size_t>(rows * m * columns * n * next));
    for (int64_t i = 0; i < rows; ++i)
      for (int64_t im = 0; im < m; ++im)
        for (int64_t j = 0; j < columns; ++j)
          for (int64_t r = 0; r < bond; ++r) {
            double left = w[(i * columns + j) * bond + r];
            const float *block = core->floats().data() + (r * m + im) * n * next;
            double *out = wider.data() + ((i * m + im) * columns + j) * n * next;
            for (int64_t k = 0; k < n * next; ++k)
              out[k] += left * block[k];
          }
    w = std::move(wider);
    rows *= m, columns *= n, bond = next;
  }
  if (cores.empty() || bond != 1)
    return error("expected cores whose last bond is 1, found ", bond, " (A12)");
  return Tensor::ofFloats({rows, columns}, std::vector<float>(w.begin(), w.end()));
}

Result<Tensor> tucker(const Tensor &output, const Tensor &core, const Tensor &input) {
  if (!isF32(output) || !isF32(core) || !isF32(input) || output.rank() != 2 || core.rank() < 2 || input.rank() != 2 ||
      output.dim(1) != core.dim(0) || core.dim(1) != input.dim(0))
    return error("expected [O, r1], [r1, r2, k...] and [r2, C] of f32, found ", toString(output.shape()), ", ", toString(core.shape()),
                 " and ", toString(input.shape()), " (A12c)");
  int64_t outputs = output.dim(0), r1 = core.dim(0), r2 = core.dim(1), channels = input.dim(1);
  int64_t taps = core.size() / std::max<int64_t>(1, r1 * r2);
  Shape shape = core.shape();
  shape[0] = outputs, shape[1] = channels;
  Tensor w(ElementType::f32(), shape);
  for (int64_t o = 0; o < outputs; ++o)
    for (int64_t t = 0; t < taps; ++t)
      for (int64_t c = 0; c < channels; ++c) {
        double sum = 0;
        for (int64_t a = 0; a < r1; ++a)
          for (int64_t b = 0; b < r2; ++b)
            sum += static_cast<double>(output.floats()[o * r1 + a]) * core.floats()[(a * r2 + b) * taps + t] *
                   input.floats()[b * channels + c];
        w.floats()[(o * channels + c) * taps + t] = static_cast<float>(sum);
      }
  return w;
}

namespace {
/// Where the product with a basis finds its numbers.
struct BasisRuns {
  int64_t rows, columns, groups, size, channels;

  /// The column of position p (stream order where there are channels).
  int64_t column(int64_t p) const { return channels == 0 ? p : p % channels * (columns / channels) + p / channels; }

  /// Calls `f(element of the weight, coefficients, basis)` where the last two give the k-th factor of the element's sum.
  template <typename F> void forEach(F f) const {
    for (int64_t r = 0; r < rows; ++r)
      for (int64_t p = 0; p < columns; ++p) {
        int64_t first = p - p % size, c = p % size, group = r * groups / rows;
        f(r * columns + column(p), [&](int64_t b) { return r * columns + column(first + b); },
          [&](int64_t b) { return (group * size + b) * size + c; });
      }
  }
};
} // namespace

Result<Tensor> basisProduct(const Tensor &coefficients, const Tensor &basis, int64_t channels, ElementType type) {
  int64_t rows = coefficients.rank() > 0 ? coefficients.dim(0) : 0, columns = rows > 0 ? coefficients.size() / rows : 0;
  if (basis.rank() != 3 || basis.dim(1) < 1 || basis.dim(1) != basis.dim(2) || basis.dim(0) < 1 || rows % basis.dim(0) != 0 ||
      columns % basis.dim(1) != 0 || channels < 0 || (channels > 0 && columns % channels != 0))
    return error("expected coefficients [R, K...] and bases [G, s, s] with G dividing R and s dividing K, found ",
                 toString(coefficients.shape()), " and ", toString(basis.shape()), " (A14)");
  BasisRuns runs{rows, columns, basis.dim(0), basis.dim(1), channels};
  Tensor w(type, coefficients.shape());
  if (type.isFloat()) {
    runs.forEach([&](int64_t at, auto coefficient, auto entry) {
      double sum = 0;
      for (int64_t b = 0; b < runs.size; ++b)
        sum += coefficients.asDouble(coefficient(b)) * basis.asDouble(entry(b));
      w.floats()[at] = static_cast<float>(sum);
    });
    return w;
  }
  if (!coefficients.type().isInteger() || !basis.type().isInteger() || coefficients.type().bits + basis.type().bits > 48)
    return error("expected integers of together at most 48 bits, found ", coefficients.type().name(), " and ", basis.type().name(), " (A14)");
  bool fits = true;
  runs.forEach([&](int64_t at, auto coefficient, auto entry) {
    int64_t sum = 0;
    for (int64_t b = 0; b < runs.size; ++b)
      sum += coefficients.integers()[coefficient(b)] * basis.integers()[entry(b)];
    fits &= type.least() <= sum && sum <= type.greatest();
    w.integers()[at] = sum;
  });
  if (!fits)
    return error("a weight does not fit ", type.name(), " (A14)");
  return w;
}

} // namespace weft::reference
