//===- Interpolation.cpp - what Resize reads along one axis -----------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Import/Interpolation.h"
#include <algorithm>
#include <cmath>

using namespace weft::import;

/// The place of output coordinate x in the input. As ONNX's reference implementation and its test data, lengths that come
/// of a scale are not rounded here.
static double placeOf(CoordinateMode mode, const ResizedAxis &axis, int64_t x) {
  auto at = static_cast<double>(x), in = static_cast<double>(axis.in);
  double length = axis.scale * in, centred = (at + 0.5) / axis.scale - 0.5;
  switch (mode) {
  case CoordinateMode::half_pixel: return centred;
  case CoordinateMode::half_pixel_symmetric: {
    double offset = in / 2 * (1 - static_cast<double>(axis.out) / length);
    return offset + centred;
  }
  case CoordinateMode::pytorch_half_pixel: return axis.out > 1 ? centred : 0;
  case CoordinateMode::align_corners: return length == 1 || axis.out == 1 ? 0 : at * (in - 1) / (length - 1);
  case CoordinateMode::asymmetric: return at / axis.scale;
  case CoordinateMode::tf_half_pixel_for_nn: return (at + 0.5) / axis.scale;
  case CoordinateMode::tf_crop_and_resize: {
    double span = (axis.roiEnd - axis.roiStart) * (in - 1);
    double inside = axis.out == 1 ? span / 2 : at * span / static_cast<double>(axis.out - 1);
    return axis.roiStart * (in - 1) + inside;
  }
  }
  return 0;
}

static int64_t nearest(NearestMode mode, bool shrinks, double place) {
  double below = std::floor(place), ratio = place - below;
  switch (mode) {
  case NearestMode::round_prefer_floor: return static_cast<int64_t>(below) + (ratio > 0.5);
  case NearestMode::round_prefer_ceil: return static_cast<int64_t>(below) + (ratio >= 0.5);
  case NearestMode::floor: return static_cast<int64_t>(below);
  case NearestMode::ceil: return static_cast<int64_t>(std::ceil(place));
  case NearestMode::simple: return static_cast<int64_t>(shrinks ? std::ceil(place) : below);
  }
  return 0;
}

/// Keys' kernel (R. Keys, Cubic convolution interpolation, 1981) and the triangle, at distance x.
static double kernel(const Interpolation &how, double x) {
  x = std::fabs(x);
  if (how.mode == InterpolationMode::linear)
    return std::max(0.0, 1 - x);
  double a = how.cubicA;
  if (x <= 1)
    return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
}

/// Weights of the taps of one output element around `place`, the first of which reads `first`.
static void weigh(const Interpolation &how, double shrink, double place, int64_t first, int64_t in, int64_t taps, Taps &result) {
  std::vector<double> weights(taps);
  double sum = 0;
  for (int64_t t = 0; t < taps; ++t) {
    int64_t at = first + t;
    bool skip = how.excludeOutside && (at < 0 || at >= in);
    weights[t] = skip ? 0 : kernel(how, shrink * (static_cast<double>(at) - place));
    sum += weights[t];
  }
  bool normalized = how.excludeOutside || how.antialias;
  for (int64_t t = 0; t < taps; ++t) {
    result.index.push_back(std::clamp<int64_t>(first + t, 0, in - 1));
    result.weight.push_back(normalized && sum != 0 ? weights[t] / sum : weights[t]);
  }
}

Taps weft::import::interpolate(const Interpolation &how, const ResizedAxis &axis) {
  Taps result;
  double shrink = how.antialias ? std::min(axis.scale, 1.0) : 1.0;
  int64_t reach = how.mode == InterpolationMode::cubic ? 2 : 1;
  auto begin = static_cast<int64_t>(std::floor(-static_cast<double>(reach) / shrink)) + 1;
  if (how.mode != InterpolationMode::nearest)
    result.taps = 2 * (1 - begin);
  for (int64_t x = 0; x < axis.out; ++x) {
    double place = placeOf(how.coordinates, axis, x);
    bool crops = how.coordinates == CoordinateMode::tf_crop_and_resize;
    result.outside.push_back(crops && (place < 0 || place > static_cast<double>(axis.in - 1)));
    place = std::clamp<double>(place, -1e9, 1e9);
    if (how.mode == InterpolationMode::nearest) {
      result.index.push_back(std::clamp<int64_t>(nearest(how.nearest, axis.scale < 1, place), 0, axis.in - 1));
      result.weight.push_back(1);
      continue;
    }
    weigh(how, shrink, place, static_cast<int64_t>(std::floor(place)) + begin, axis.in, result.taps, result);
  }
  return result;
}
