//===- Delta.cpp - numbers as small differences -------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/Algorithms/Delta.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace weft::compression {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

int64_t step(const DeltaFormat &f) { return int64_t(1) << f.shift; }
int64_t leastDelta(const DeltaFormat &f) { return -(int64_t(1) << (f.width - 1)); }
int64_t greatestDelta(const DeltaFormat &f) { return (int64_t(1) << (f.width - 1)) - 1; }
int64_t floorDiv(int64_t a, int64_t b) { return a >= 0 ? a / b : -((-a + b - 1) / b); }
int64_t ceilDiv(int64_t a, int64_t b) { return -floorDiv(-a, b); }

/// The nearest difference from `from` to `value` whose weight is one of the format.
int64_t nearestDelta(double value, int64_t from, const DeltaFormat &f) {
  int64_t least = std::max(leastDelta(f), ceilDiv(f.least - from, step(f)));
  int64_t greatest = std::min(greatestDelta(f), floorDiv(f.greatest - from, step(f)));
  double ideal = std::nearbyint((value - static_cast<double>(from)) / static_cast<double>(step(f)));
  return static_cast<int64_t>(std::clamp(ideal, static_cast<double>(least), static_cast<double>(greatest)));
}

bool holdsZero(const double *values, size_t count) {
  return std::any_of(values, values + count, [](double v) { return std::fabs(v) < 0.5; });
}

/// References that a run of fixed differences may have: multiples of the step, from which 0 is a difference away if the run has zeros.
std::pair<int64_t, int64_t> referenceBounds(const DeltaFormat &f, bool zero) {
  int64_t least = ceilDiv(f.least, step(f)), greatest = floorDiv(f.greatest, step(f));
  if (!zero)
    return {least, greatest};
  return {std::max(least, -greatestDelta(f)), std::min(greatest, -leastDelta(f))};
}

/// The reference that the rule asks for, of the kind that `bounds` allow; not for `best`.
int64_t ruledReference(const double *values, size_t count, const DeltaFormat &f, std::pair<int64_t, int64_t> bounds) {
  std::vector<double> sorted(values, values + count);
  double at = count ? values[0] : 0;
  if (f.reference == DeltaReference::median && count) {
    std::nth_element(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(count / 2), sorted.end());
    at = sorted[count / 2];
  } else if (f.reference == DeltaReference::midRange && count) {
    auto [low, high] = std::minmax_element(values, values + count);
    at = (*low + *high) / 2;
  }
  double multiple = std::nearbyint(at / static_cast<double>(step(f)));
  return static_cast<int64_t>(std::clamp(multiple, static_cast<double>(bounds.first), static_cast<double>(bounds.second))) * step(f);
}

/// To the nearest integer, to even on a tie; |x| < 2^51. The compiler makes vectors of it, of std::nearbyint calls.
double rounded(double x) {
  constexpr double kShift = 6755399441055744.0; // 1.5 · 2^52
  return (x + kShift) - kShift;
}

double fixedError(const double *values, size_t count, const DeltaFormat &f, int64_t reference) {
  auto least = static_cast<double>(std::max(leastDelta(f), ceilDiv(f.least - reference, step(f))));
  auto greatest = static_cast<double>(std::min(greatestDelta(f), floorDiv(f.greatest - reference, step(f))));
  auto from = static_cast<double>(reference), unit = static_cast<double>(step(f));
  double errors[4] = {};
  for (size_t i = 0; i < count; ++i) {
    double wanted = (values[i] - from) / unit;
    double e = wanted - std::min(std::max(rounded(wanted), least), greatest);
    errors[i % 4] += e * e;
  }
  return (errors[0] + errors[1] + errors[2] + errors[3]) * unit * unit;
}

/// Going down from the middle and from the median: the error of a reference falls towards the best one.
int64_t bestFixedReference(const double *values, size_t count, const DeltaFormat &f) {
  auto bounds = referenceBounds(f, holdsZero(values, count));
  int64_t best = bounds.first;
  double least = kInfinity;
  for (DeltaReference start : {DeltaReference::midRange, DeltaReference::median}) {
    DeltaFormat ruled = f;
    ruled.reference = start;
    int64_t at = ruledReference(values, count, ruled, bounds) / step(f);
    double error = fixedError(values, count, f, at * step(f));
    for (int64_t sign : {1, -1})
      for (int64_t next = at + sign; next >= bounds.first && next <= bounds.second; next += sign) {
        double there = fixedError(values, count, f, next * step(f));
        if (there >= error)
          break;
        error = there, at = next;
      }
    if (error < least)
      least = error, best = at;
  }
  return best * step(f);
}

/// Consecutive differences of least squared error: the shortest path through the weights that each position could have.
class Trellis {
public:
  Trellis(const double *values, size_t count, const DeltaFormat &format) : values(values), count(count), f(format) {
    auto [low, high] = std::minmax_element(values, values + count);
    double s = static_cast<double>(step(f));
    first = std::max(ceilDiv(f.least, step(f)), static_cast<int64_t>(std::floor(*low / s)) - 1);
    last = std::min(floorDiv(f.greatest, step(f)), static_cast<int64_t>(std::ceil(*high / s)) + 1);
    if (first > last) // all numbers are outside of the format
      first = last = std::clamp(first, ceilDiv(f.least, step(f)), floorDiv(f.greatest, step(f)));
  }

  /// Weights of the positions as multiples of the step. `before`: the multiple in front of the first, if it is not free.
  std::vector<int64_t> solve(const int64_t *before);
  bool isSmall() const { return states() <= 1024; }

private:
  size_t states() const { return static_cast<size_t>(last - first + 1); }
  double cost(size_t i, size_t state) const {
    double e = values[i] - static_cast<double>((first + static_cast<int64_t>(state)) * step(f));
    return e * e;
  }
  void start(size_t i, const int64_t *before);
  void advance(size_t i, uint16_t *from);

  const double *values;
  size_t count;
  DeltaFormat f;
  int64_t first, last;
  std::vector<double> costs, next; ///< per state: of the best path to it
  std::vector<size_t> window;
};

void Trellis::start(size_t i, const int64_t *before) {
  bool reached = false;
  for (size_t k = 0; k < states(); ++k) {
    int64_t delta = before ? first + static_cast<int64_t>(k) - *before : 0;
    bool legal = delta >= leastDelta(f) && delta <= greatestDelta(f);
    costs[k] = legal ? cost(i, k) : kInfinity;
    reached |= legal;
  }
  if (!reached) // the nearest is as near as it gets
    costs[*before < first ? 0 : states() - 1] = 0;
}

/// costs[k] becomes the least error of paths to weight k at position i; from[k] its predecessor. The window of predecessors slides with k.
void Trellis::advance(size_t i, uint16_t *from) {
  auto n = static_cast<int64_t>(states());
  size_t head = 0, tail = 0; // of the window: predecessors of rising cost
  int64_t entering = 0;
  for (int64_t k = 0; k < n; ++k) {
    // k = predecessor + d: predecessors k − greatest … k − least.
    for (; entering < n && entering <= k - leastDelta(f); ++entering) {
      while (tail > head && costs[window[tail - 1]] > costs[static_cast<size_t>(entering)])
        --tail;
      window[tail++] = static_cast<size_t>(entering);
    }
    while (static_cast<int64_t>(window[head]) < k - greatestDelta(f))
      ++head;
    from[k] = static_cast<uint16_t>(window[head]);
    next[static_cast<size_t>(k)] = costs[window[head]] + cost(i, static_cast<size_t>(k));
  }
  costs.swap(next);
}

std::vector<int64_t> Trellis::solve(const int64_t *before) {
  constexpr size_t kPiece = size_t(1) << 14;
  std::vector<int64_t> path(count);
  std::vector<uint16_t> from(std::min(count, kPiece) * states());
  costs.resize(states()), next.resize(states()), window.resize(states());
  for (size_t begin = 0; begin < count; begin += kPiece) {
    size_t length = std::min(kPiece, count - begin);
    start(begin, begin != 0 ? &path[begin - 1] : before);
    for (size_t i = 1; i < length; ++i)
      advance(begin + i, &from[i * states()]);
    auto state = static_cast<size_t>(std::min_element(costs.begin(), costs.end()) - costs.begin());
    for (size_t i = length; i-- > 0; state = from[i * states() + state])
      path[begin + i] = first + static_cast<int64_t>(state);
  }
  return path;
}

double squaredError(const double *values, const DeltaFormat &f, const DeltaRun &run) {
  double error = 0;
  int64_t before = run.reference;
  for (size_t i = 0; i < run.deltas.size(); ++i) {
    int64_t weight = (f.consecutive ? before : run.reference) + run.deltas[i] * step(f);
    before = weight;
    error += std::pow(values[i] - static_cast<double>(weight), 2);
  }
  return error;
}

/// Differences of the numbers themselves; clipped further where the decoder would leave the format.
DeltaRun encodeOpenLoop(const double *values, size_t count, const DeltaFormat &f, int64_t reference) {
  DeltaRun run{reference, {}, 0};
  double before = static_cast<double>(reference);
  int64_t decoded = reference;
  for (size_t i = 0; i < count; ++i) {
    double wanted = std::nearbyint((std::nearbyint(values[i]) - before) / static_cast<double>(step(f)));
    wanted = std::clamp(wanted, static_cast<double>(leastDelta(f)), static_cast<double>(greatestDelta(f)));
    int64_t delta = nearestDelta(static_cast<double>(decoded) + wanted * static_cast<double>(step(f)), decoded, f);
    run.deltas.push_back(delta);
    decoded += delta * step(f);
    before = std::nearbyint(values[i]);
  }
  run.squaredError = squaredError(values, f, run);
  return run;
}

/// Each difference the nearest to what the decoder has: for formats of so many weights that all paths are too many.
DeltaRun encodeGreedily(const double *values, size_t count, const DeltaFormat &f, int64_t reference) {
  DeltaRun run{reference, {}, 0};
  int64_t decoded = reference;
  for (size_t i = 0; i < count; ++i) {
    run.deltas.push_back(nearestDelta(values[i], decoded, f));
    decoded += run.deltas.back() * step(f);
  }
  run.squaredError = squaredError(values, f, run);
  return run;
}

/// The multiple of the step that is nearest and one of the format.
int64_t nearestMultiple(double value, const DeltaFormat &f) {
  return std::clamp(static_cast<int64_t>(std::nearbyint(value / static_cast<double>(step(f)))), ceilDiv(f.least, step(f)),
                    floorDiv(f.greatest, step(f)));
}

/// From `reference`; `free`: the reference becomes the first weight.
DeltaRun encodeClosedLoop(const double *values, size_t count, const DeltaFormat &f, int64_t reference, bool free) {
  DeltaRun run{reference, {}, 0};
  if (count == 0)
    return run;
  int64_t before = floorDiv(reference, step(f)), offset = reference - before * step(f);
  // References of given runs need not be multiples of the step: the numbers are moved instead.
  std::vector<double> moved(values, values + count);
  DeltaFormat grid = f;
  grid.least -= offset, grid.greatest -= offset;
  for (double &v : moved)
    v -= static_cast<double>(offset);
  Trellis trellis(moved.data(), count, grid);
  if (!trellis.isSmall())
    return encodeGreedily(values, count, f, free ? nearestMultiple(values[0], f) * step(f) : reference);
  std::vector<int64_t> path = trellis.solve(free ? nullptr : &before);
  if (free)
    before = path[0], run.reference = before * step(f);
  for (int64_t multiple : path) {
    run.deltas.push_back(std::clamp(multiple - before, leastDelta(f), greatestDelta(f)));
    before += run.deltas.back();
  }
  run.squaredError = squaredError(values, f, run);
  return run;
}

} // namespace

DeltaRun encodeRun(const double *values, size_t count, const DeltaFormat &f, int64_t reference) {
  if (f.consecutive)
    return f.openLoop ? encodeOpenLoop(values, count, f, reference) : encodeClosedLoop(values, count, f, reference, false);
  DeltaRun run{reference, {}, 0};
  for (size_t i = 0; i < count; ++i)
    run.deltas.push_back(nearestDelta(values[i], reference, f));
  run.squaredError = squaredError(values, f, run);
  return run;
}

/// What the format's rule says, for fixed differences.
static int64_t fixedReference(const double *values, size_t count, const DeltaFormat &f) {
  return f.reference == DeltaReference::best ? bestFixedReference(values, count, f)
                                             : ruledReference(values, count, f, referenceBounds(f, holdsZero(values, count)));
}

DeltaRun encodeRun(const double *values, size_t count, const DeltaFormat &f) {
  if (!f.consecutive)
    return encodeRun(values, count, f, fixedReference(values, count, f));
  if (f.reference == DeltaReference::best && !f.openLoop)
    return encodeClosedLoop(values, count, f, 0, true);
  return encodeRun(values, count, f, ruledReference(values, count, f, referenceBounds(f, false)));
}

//===--- scales ---------------------------------------------------------------------------===//

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
  double best = finest, bestError = kInfinity;
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
  double least = kInfinity;
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
