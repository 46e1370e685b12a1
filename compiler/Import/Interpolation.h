//===- Interpolation.h - what Resize reads along one axis ---------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef COMPILER_IMPORT_INTERPOLATION_H
#define COMPILER_IMPORT_INTERPOLATION_H

#include <cstdint>
#include <vector>

namespace weft::import {

/// Where in the input an output coordinate lies: `coordinate_transformation_mode` of ONNX's Resize.
enum class CoordinateMode {
  half_pixel,
  half_pixel_symmetric,
  pytorch_half_pixel,
  align_corners,
  asymmetric,
  tf_half_pixel_for_nn,
  tf_crop_and_resize
};
enum class InterpolationMode { nearest, linear, cubic };
/// `simple`, before opset 11: the floor, or where the output is smaller the ceiling (as onnxruntime).
enum class NearestMode { round_prefer_floor, round_prefer_ceil, floor, ceil, simple };

/// Resize's attributes that concern one axis.
struct Interpolation {
  InterpolationMode mode = InterpolationMode::nearest;
  CoordinateMode coordinates = CoordinateMode::half_pixel;
  NearestMode nearest = NearestMode::round_prefer_floor;
  /// Keys' parameter of the cubic kernel.
  double cubicA = -0.75;
  /// Elements outside of the input weigh nothing; else they repeat the border.
  bool excludeOutside = false;
  /// The kernel grows where the output is smaller.
  bool antialias = false;
};

/// One axis: `in` elements become `out`. `scale` is out / in, or what was given and rounded to `out`; the region of interest
/// is in parts of the input.
struct ResizedAxis {
  int64_t in = 1, out = 1;
  double scale = 1;
  double roiStart = 0, roiEnd = 1;
};

/// Output element o is Σ_t weight[o·taps + t] · input[index[o·taps + t]]; `outside[o]`: it lies outside of the region that
/// tf_crop_and_resize reads, and has the extrapolation value.
struct Taps {
  int64_t taps = 1;
  std::vector<int64_t> index;
  std::vector<double> weight;
  std::vector<bool> outside;
};

/// What every output element reads. `axis.in` and `axis.out` are at least 1, `axis.scale` is positive.
Taps interpolate(const Interpolation &interpolation, const ResizedAxis &axis);

} // namespace weft::import

#endif // COMPILER_IMPORT_INTERPOLATION_H
