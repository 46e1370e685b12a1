//===- Costs.cpp - what structures of the RTL library cost ---------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "dialects/Flow/IR/Costs.h"
#include "llvm/Support/MathExtras.h"

namespace weft::flow {

constexpr int64_t kLutRamBits = 1024;
constexpr int64_t kBlockBits = 18 * 1024, kBlockWidth = 36;

Resources memoryCost(int64_t depth, int64_t width, bool image) {
  Resources cost;
  int64_t bits = depth * width;
  if (image)
    cost.romBits = bits;
  if (bits <= kLutRamBits || depth <= 64) {
    cost.lut = image ? std::min<double>(width * std::max(depth, int64_t(16)) / 64.0, width) : bits / 32.0;
  } else {
    int64_t byWidth = llvm::divideCeil(width, kBlockWidth) * llvm::divideCeil(depth, 512);
    cost.bram = std::max<int64_t>(llvm::divideCeil(bits, kBlockBits), std::min(byWidth, bits / 2048 + 1));
  }
  return cost;
}

Resources multiplierCost(int64_t a, int64_t b) {
  Resources cost;
  if (std::min(a, b) > 4)
    cost.dsp = llvm::divideCeil(std::max(a, b), 25) * llvm::divideCeil(std::min(a, b), 18);
  else
    cost.lut = a * b * 1.2, cost.ff = a + b;
  return cost;
}

Resources times(Resources cost, double count) {
  cost.lut *= count, cost.ff *= count, cost.bram *= count, cost.dsp *= count;
  return cost;
}

int64_t treeStages(int64_t inputs) { return (llvm::Log2_64_Ceil(inputs) + 1) / 2; }

} // namespace weft::flow
