//===- Augment.cpp - images that vary ------------------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "passes/Training/Algorithms/Augment.h"

#include "runtime/reference/Masks.h"
#include <algorithm>
#include <cmath>
#include <sstream>

namespace weft::training {

/// "name{n}" as n; 0 where it is not that.
static int64_t amountOf(const std::string &item, const std::string &name) {
  if (item.size() < name.size() + 3 || item.compare(0, name.size() + 1, name + "{") != 0 || item.back() != '}')
    return 0;
  std::string digits = item.substr(name.size() + 1, item.size() - name.size() - 2);
  bool isNumber = digits.size() <= 4 && std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
  return isNumber ? std::stoll(digits) : 0;
}

std::string parseAugmentation(const std::string &text, Augmentation &augmentation) {
  std::stringstream items(text);
  for (std::string item; std::getline(items, item, ',');) {
    int64_t shift = amountOf(item, "shift"), crop = amountOf(item, "crop");
    if (item == "flip" && !augmentation.flip)
      augmentation.flip = true;
    else if (shift > 0 && augmentation.shift == 0)
      augmentation.shift = shift;
    else if (crop > 0 && augmentation.crop == 0)
      augmentation.crop = crop;
    else
      return "expected shift{pixels}, crop{pixels} and flip, each once at most, found '" + item + "'";
  }
  return augmentation.isNone() ? "expected shift{pixels}, crop{pixels} or flip, found nothing" : "";
}

namespace {
/// Where a pixel of the result is in the image, along one direction.
struct Axis {
  int64_t size;
  double start = 0, step = 1;
  int64_t shift = 0;
  bool isMirrored = false;

  double sourceOf(int64_t i) const {
    int64_t shifted = std::clamp<int64_t>((isMirrored ? size - 1 - i : i) - shift, 0, size - 1);
    return std::clamp(start + static_cast<double>(shifted) * step, 0.0, static_cast<double>(size - 1));
  }
};
} // namespace

void augment(const Augmentation &a, const std::vector<int64_t> &shape, uint64_t seed, int64_t epoch, int64_t sample, const float *from, float *to) {
  reference::SplitMix64 random((seed * 0x9E3779B97F4A7C15u + static_cast<uint64_t>(epoch)) * 0xD1342543DE82EF95u + static_cast<uint64_t>(sample));
  random.next();
  Axis axes[2] = {{shape[1]}, {shape[2]}};
  for (Axis &axis : axes) { // the same draws, whatever is asked for
    axis.start = static_cast<double>(random.below(a.crop + 1));
    axis.shift = random.below(2 * a.shift + 1) - a.shift;
    axis.step = axis.size > 1 ? static_cast<double>(axis.size - 1 - a.crop) / static_cast<double>(axis.size - 1) : 1;
  }
  axes[1].isMirrored = random.below(2) == 1 && a.flip;
  int64_t width = shape[2], area = shape[1] * width;
  for (int64_t y = 0; y < shape[1]; ++y)
    for (int64_t x = 0; x < width; ++x) {
      double row = axes[0].sourceOf(y), column = axes[1].sourceOf(x);
      auto top = static_cast<int64_t>(row), left = static_cast<int64_t>(column);
      int64_t bottom = std::min(top + 1, shape[1] - 1), right = std::min(left + 1, width - 1);
      double v = row - static_cast<double>(top), u = column - static_cast<double>(left);
      for (int64_t c = 0; c < shape[0]; ++c) {
        const float *plane = from + c * area;
        double upper = plane[top * width + left] * (1 - u) + plane[top * width + right] * u;
        double lower = plane[bottom * width + left] * (1 - u) + plane[bottom * width + right] * u;
        to[c * area + y * width + x] = static_cast<float>(upper * (1 - v) + lower * v);
      }
    }
}

} // namespace weft::training
