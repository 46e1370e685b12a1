//===- DeltaScales.cpp - weights as differences of integers, and the scales of these --------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/Algorithms/DeltaReferences.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace weft::compression {

namespace {

/// Scales are chosen on about so many numbers, at least 256 for each.
constexpr size_t kSampled = size_t(1) << 18;

class ScaleSearch {
public:
  ScaleSearch(const float *values, size_t rows, size_t columns, const DeltaOptions &options)
      : values(values), rows(rows), columns(columns), options(options),
        most(std::clamp<size_t>(kSampled / (options.perRow ? rows : 1), 256, 4096)) {}

  DeltaWeights encode();

private:
  /// Numbers first … first + count of the whole as multiples of `scale`; of many, eight pieces that are enough to tell scales apart.
  std::vector<double> sample(size_t first, size_t count, double scale) const {
    constexpr size_t kPieces = 8;
    size_t pieces = count > most ? kPieces : 1, length = std::min(count, most) / pieces;
    std::vector<double> result;
    for (size_t p = 0; p < pieces; ++p)
      for (size_t i = 0; i < length; ++i)
        result.push_back(values[first + count / pieces * p + i] / scale);
    return result;
  }
  double greatest(size_t first, size_t count) const {
    double bound = 0;
    for (size_t i = first; i < first + count; ++i)
      bound = std::max(bound, std::fabs(static_cast<double>(values[i])));
    return bound;
  }
  /// Error of numbers first … first + count in runs of `run`, with this scale and, if given, this reference.
  /// `fitted`, if wanted: the scale with which the same integers have the least error.
  double errorOf(size_t first, size_t count, size_t run, double scale, const int64_t *reference, double *fitted = nullptr) const;
  double chooseScale(size_t first, size_t count, const int64_t *reference, double *error = nullptr) const;
  int64_t sharedReference() const;
  void finishScales(DeltaWeights &result) const;

  const float *values;
  size_t rows, columns;
  const DeltaOptions &options;
  size_t most; ///< numbers of a sample
};

double ScaleSearch::errorOf(size_t first, size_t count, size_t run, double scale, const int64_t *reference, double *fitted) const {
  const DeltaFormat &f = options.format;
  double error = 0, product = 0, square = 0;
  // Runs evenly spread.
  size_t runCount = std::max<size_t>(1, count / run), wanted = std::max<size_t>(1, most / std::min(run, most));
  size_t every = std::max<size_t>(1, runCount / wanted);
  for (size_t r = 0; r < runCount; r += every) {
    std::vector<double> u = sample(first + r * run, run, scale);
    if (!fitted && !f.consecutive) {
      error += fixedError(u.data(), u.size(), f, reference ? *reference : fixedReference(u.data(), u.size(), f));
      continue;
    }
    DeltaRun encoded = reference && !f.consecutive ? encodeRun(u.data(), u.size(), f, *reference) : encodeRun(u.data(), u.size(), f);
    error += encoded.squaredError;
    int64_t before = encoded.reference;
    for (size_t i = 0; i < u.size(); ++i) {
      int64_t weight = (f.consecutive ? before : encoded.reference) + encoded.deltas[i] * step(f);
      before = weight;
      product += u[i] * static_cast<double>(weight), square += static_cast<double>(weight * weight);
    }
  }
  if (fitted)
    *fitted = square > 0 && product > 0 ? scale * product / square : scale;
  return error * scale * scale;
}

/// The scale of least error: a grid of ratios between what a difference reaches and the greatest number, then between its neighbours, then
/// what least squares make of the integers.
double ScaleSearch::chooseScale(size_t first, size_t count, const int64_t *reference, double *least) const {
  const DeltaFormat &f = options.format;
  double bound = greatest(first, count), reach = std::ldexp(1.0, static_cast<int>(f.width - 1 + f.shift));
  double finest = bound / static_cast<double>(std::max<int64_t>(1, f.greatest));
  if (bound == 0 || !options.searchScale) {
    if (least)
      *least = bound == 0 ? 0 : errorOf(first, count, std::min(count, rows * columns / options.runs), finest, reference);
    return finest;
  }
  size_t run = std::min(count, rows * columns / options.runs);
  double best = finest, bestError = std::numeric_limits<double>::infinity();
  auto consider = [&](double scale) {
    scale = std::max(scale, finest);
    double error = errorOf(first, count, run, scale, reference);
    if (error < bestError)
      bestError = error, best = scale;
  };
  for (double ratio = 0.15; ratio < 2.6; ratio *= 1.15)
    if (double scale = bound * ratio / reach; scale * 1.15 > finest)
      consider(scale);
  for (double factor : {0.93, 1.07, 0.97, 1.03})
    consider(best * factor);
  for (int i = 0; i < 3; ++i) {
    double fitted = best;
    errorOf(first, count, run, best, reference, &fitted);
    consider(fitted);
  }
  if (least)
    *least = bestError;
  return best;
}

/// One reference for rows that have scales of their own: what is least in sum over the rows, each with its best scale.
int64_t ScaleSearch::sharedReference() const {
  const DeltaFormat &f = options.format;
  auto bounds = referenceBounds(f, true);
  if (f.reference != DeltaReference::best) {
    // The scales follow from a reference and the other way round: take those of a reference of 0.
    int64_t zero = 0;
    std::vector<double> all;
    for (size_t r = 0; r < rows; ++r) {
      double scale = chooseScale(r * columns, columns, &zero);
      std::vector<double> row = sample(r * columns, columns, scale > 0 ? scale : 1);
      all.insert(all.end(), row.begin(), row.end());
    }
    return ruledReference(all.data(), all.size(), f, bounds);
  }
  // At most 17 of them, then their neighbours.
  int64_t stride = std::max<int64_t>(1, (bounds.second - bounds.first) / 16), best = 0;
  double least = std::numeric_limits<double>::infinity();
  size_t every = std::max<size_t>(1, rows / 64);
  auto consider = [&](int64_t multiple) {
    int64_t reference = std::clamp(multiple, bounds.first, bounds.second) * step(f);
    double total = 0, error = 0;
    for (size_t r = 0; r < rows; r += every) {
      chooseScale(r * columns, columns, &reference, &error);
      total += error;
    }
    if (total < least)
      least = total, best = reference;
  };
  for (int64_t multiple = bounds.first; multiple <= bounds.second; multiple += stride)
    consider(multiple);
  for (int64_t finer = stride / 2; finer >= 1; finer /= 2)
    for (int64_t around = best / step(f), sign = -1; sign <= 1; sign += 2)
      consider(around + sign * finer);
  return best;
}

/// Rows of zeros get the greatest scale, and no scale is so small beside it that a bias would overflow.
void ScaleSearch::finishScales(DeltaWeights &result) const {
  float most = *std::max_element(result.scales.begin(), result.scales.end());
  for (float &s : result.scales)
    s = most == 0 ? 1.0f : s == 0 ? most : std::max(s, std::ldexp(most, -20));
}

DeltaWeights ScaleSearch::encode() {
  DeltaWeights result;
  size_t scales = options.perRow ? rows : 1, each = rows * columns / scales, run = rows * columns / options.runs;
  // A reference that rows with scales of their own share is chosen first. Consecutive differences leave their reference at once.
  bool shared = !options.format.consecutive && run > each;
  int64_t reference = shared ? sharedReference() : 0;
  for (size_t g = 0; g < scales; ++g)
    result.scales.push_back(static_cast<float>(chooseScale(g * each, each, shared ? &reference : nullptr)));
  finishScales(result);
  for (size_t first = 0; first < rows * columns; first += run) {
    std::vector<double> u(run);
    for (size_t i = 0; i < run; ++i)
      u[i] = values[first + i] / static_cast<double>(result.scales[(first + i) / each]);
    DeltaRun encoded = shared ? encodeRun(u.data(), run, options.format, reference) : encodeRun(u.data(), run, options.format);
    result.references.push_back(encoded.reference);
    result.deltas.insert(result.deltas.end(), encoded.deltas.begin(), encoded.deltas.end());
  }
  return result;
}

} // namespace

DeltaWeights encodeWeights(const float *values, size_t rows, size_t columns, const DeltaOptions &options) {
  return ScaleSearch(values, rows, columns, options).encode();
}

} // namespace weft::compression
