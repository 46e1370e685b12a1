//===- BoxSelection.cpp - the boxes that non-maximum suppression keeps --------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Import/Ops/BoxSelection.h"
#include "llvm/ADT/STLExtras.h"

using namespace weft::import;

namespace {
struct Box {
  double top, left, bottom, right;
  double area() const { return (bottom - top) * (right - left); }
};
} // namespace

static Box readBox(const BoxSelection &selection, const HostTensor &boxes, int64_t at) {
  double v[4];
  for (int64_t i = 0; i < 4; ++i)
    v[i] = boxes.real(4 * at + i);
  if (selection.centered)
    return {v[1] - v[3] / 2, v[0] - v[2] / 2, v[1] + v[3] / 2, v[0] + v[2] / 2};
  return {std::min(v[0], v[2]), std::min(v[1], v[3]), std::max(v[0], v[2]), std::max(v[1], v[3])};
}

/// Intersection over union.
static double overlapOf(const Box &a, const Box &b) {
  double height = std::min(a.bottom, b.bottom) - std::max(a.top, b.top), width = std::min(a.right, b.right) - std::max(a.left, b.left);
  if (height <= 0 || width <= 0)
    return 0;
  return height * width / (a.area() + b.area() - height * width);
}

llvm::SmallVector<int64_t> weft::import::selectBoxes(const BoxSelection &selection, const HostTensor &boxes, const HostTensor &scores) {
  int64_t batches = scores.shape()[0], classes = scores.shape()[1], count = scores.shape()[2];
  llvm::SmallVector<int64_t> result;
  for (int64_t line = 0; line < batches * classes; ++line) {
    auto scoreOf = [&](int64_t i) { return scores.real(line * count + i); };
    llvm::SmallVector<int64_t> order;
    for (int64_t i = 0; i < count; ++i)
      if (scoreOf(i) > selection.leastScore)
        order.push_back(i);
    llvm::stable_sort(order, [&](int64_t a, int64_t b) { return scoreOf(a) > scoreOf(b); });
    llvm::SmallVector<Box> kept;
    for (int64_t i : order) {
      Box box = readBox(selection, boxes, line / classes * count + i);
      if (static_cast<int64_t>(kept.size()) >= selection.limit)
        break;
      if (llvm::any_of(kept, [&](const Box &other) { return overlapOf(box, other) > selection.overlap; }))
        continue;
      kept.push_back(box);
      result.append({line / classes, line % classes, i});
    }
  }
  return result;
}
