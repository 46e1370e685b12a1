//===- InterpolationTest.cpp - what Resize reads along one axis -------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
// Expected values are those of the examples in ONNX's documentation of Resize.
#include "compiler/Import/Interpolation.h"
#include "gtest/gtest.h"

using namespace weft::import;

namespace {

/// The image resized along both axes.
std::vector<double> resize(const Interpolation &how, const std::vector<double> &image, const ResizedAxis &axis) {
  Taps taps = interpolate(how, axis);
  std::vector<double> rows(axis.in * axis.out), result(axis.out * axis.out);
  for (int64_t y = 0; y < axis.in; ++y)
    for (int64_t x = 0; x < axis.out; ++x)
      for (int64_t t = 0; t < taps.taps; ++t)
        rows[y * axis.out + x] += taps.weight[x * taps.taps + t] * image[y * axis.in + taps.index[x * taps.taps + t]];
  for (int64_t y = 0; y < axis.out; ++y)
    for (int64_t x = 0; x < axis.out; ++x)
      for (int64_t t = 0; t < taps.taps; ++t)
        result[y * axis.out + x] += taps.weight[y * taps.taps + t] * rows[taps.index[y * taps.taps + t] * axis.out + x];
  return result;
}

std::vector<double> count(int64_t n) {
  std::vector<double> values;
  for (int64_t i = 1; i <= n; ++i)
    values.push_back(static_cast<double>(i));
  return values;
}

void expectNear(const std::vector<double> &found, const std::vector<double> &expected) {
  ASSERT_EQ(found.size(), expected.size());
  for (size_t i = 0; i < found.size(); ++i)
    EXPECT_NEAR(found[i], expected[i], 1e-5) << "element " << i;
}

} // namespace

TEST(Interpolation, LinearAntialias) {
  Interpolation how{InterpolationMode::linear, CoordinateMode::half_pixel, {}, -0.75, false, /*antialias=*/true};
  expectNear(resize(how, count(16), {4, 2, 0.6}), {2.875, 4.5, 9.375, 11.0});
}

TEST(Interpolation, CubicAntialias) {
  Interpolation how{InterpolationMode::cubic, CoordinateMode::half_pixel, {}, -0.75, false, /*antialias=*/true};
  expectNear(resize(how, count(16), {4, 2, 0.6}), {2.5180721, 4.2858863, 9.589329, 11.357142});
}

TEST(Interpolation, Cubic) {
  Interpolation how{InterpolationMode::cubic};
  expectNear(resize(how, count(16), {4, 3, 0.8}), {1.47119141, 2.78125, 4.08251953, 6.71142578, 8.02148438, 9.32275391, 11.91650391, 13.2265625, 14.52783203});
  how.cubicA = -0.5, how.excludeOutside = true;
  expectNear(resize(how, count(16), {4, 3, 0.8}), {1.36812675, 2.6695014, 4.0133367, 6.57362535, 7.875, 9.2188353, 11.94896657, 13.25034122, 14.59417652});
}

TEST(Interpolation, LinearAlignCorners) {
  Interpolation how{InterpolationMode::linear, CoordinateMode::align_corners};
  expectNear(resize(how, {1, 2, 3, 4}, {2, 4, 2}),
             {1, 1.33333333, 1.66666667, 2, 1.66666667, 2, 2.33333333, 2.66666667, 2.33333333, 2.66666667, 3, 3.33333333, 3, 3.33333333, 3.66666667, 4});
}

TEST(Interpolation, NearestRoundsAsItsModeSays) {
  auto places = [](NearestMode mode, CoordinateMode coordinates, const ResizedAxis &axis) {
    return interpolate({InterpolationMode::nearest, coordinates, mode}, axis).index;
  };
  using List = std::vector<int64_t>;
  EXPECT_EQ(places(NearestMode::floor, CoordinateMode::align_corners, {4, 8, 2}), (List{0, 0, 0, 1, 1, 2, 2, 3}));
  EXPECT_EQ(places(NearestMode::ceil, CoordinateMode::half_pixel, {4, 8, 2}), (List{0, 1, 1, 2, 2, 3, 3, 3}));
  EXPECT_EQ(places(NearestMode::round_prefer_ceil, CoordinateMode::asymmetric, {4, 8, 2}), (List{0, 1, 1, 2, 2, 3, 3, 3}));
  EXPECT_EQ(places(NearestMode::round_prefer_floor, CoordinateMode::asymmetric, {4, 8, 2}), (List{0, 0, 1, 1, 2, 2, 3, 3}));
  EXPECT_EQ(places(NearestMode::simple, CoordinateMode::asymmetric, {4, 2, 0.6}), (List{0, 2}));
}

TEST(Interpolation, CropReadsItsRegion) {
  Interpolation how{InterpolationMode::linear, CoordinateMode::tf_crop_and_resize};
  Taps taps = interpolate(how, {4, 3, 0.75, 0.4, 0.6});
  EXPECT_EQ(taps.outside, (std::vector<bool>{false, false, false}));
  EXPECT_EQ(taps.index[0], 1); // 0.4 · 3 = 1.2
  EXPECT_NEAR(taps.weight[1], 0.2, 1e-12);
  EXPECT_EQ(interpolate(how, {4, 3, 0.75, 0.5, 1.5}).outside, (std::vector<bool>{false, false, true}));
}

TEST(Interpolation, WeightsAddUpToOne) {
  for (InterpolationMode mode : {InterpolationMode::linear, InterpolationMode::cubic})
    for (bool exclude : {false, true})
      for (bool antialias : {false, true})
        for (ResizedAxis axis : {ResizedAxis{1, 5, 5}, {7, 3, 3.0 / 7}, {3, 8, 8.0 / 3}, {50, 1, 0.02}}) {
          Taps taps = interpolate({mode, CoordinateMode::half_pixel, {}, -0.75, exclude, antialias}, axis);
          for (int64_t o = 0; o < axis.out; ++o) {
            double sum = 0;
            for (int64_t t = 0; t < taps.taps; ++t) {
              sum += taps.weight[o * taps.taps + t];
              EXPECT_LT(static_cast<uint64_t>(taps.index[o * taps.taps + t]), static_cast<uint64_t>(axis.in));
            }
            EXPECT_NEAR(sum, 1, 1e-12);
          }
        }
}
