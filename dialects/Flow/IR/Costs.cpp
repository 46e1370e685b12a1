//===- Costs.cpp - what structures of the RTL library cost ---------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "dialects/Flow/IR/Costs.h"
#include "llvm/Support/MathExtras.h"

namespace weft::flow {

constexpr int64_t kLutRamBits = 1024;
/// Half a block RAM: 512 words of 36 bits, 1,024 of 18, 2,048 of 9, 4,096 of 4 …
constexpr int64_t kHalfBlockBits = 18 * 1024;

/// Halves of block RAMs side by side and behind each other, in the shape that needs the fewest.
static int64_t halfBlocks(int64_t depth, int64_t width) {
  int64_t fewest = INT64_MAX;
  for (int64_t words = 512; words <= 16384; words *= 2) {
    int64_t each = words <= 2048 ? kHalfBlockBits / words : 16384 / words; // narrow words have no parity bits
    fewest = std::min<int64_t>(fewest, llvm::divideCeil(depth, words) * llvm::divideCeil(width, each));
  }
  return fewest;
}

Resources memoryCost(int64_t depth, int64_t width, bool image) {
  Resources cost;
  int64_t bits = depth * width;
  if (image)
    cost.romBits = bits;
  if (bits <= kLutRamBits || depth <= 64) {
    cost.lut = image ? std::min<double>(width * std::max(depth, int64_t(16)) / 64.0, width) : bits / 32.0;
  } else {
    cost.bram = static_cast<double>(std::min(halfBlocks(depth, width), bits / 2048 + 1)) / 2;
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
  cost.romBits = static_cast<int64_t>(static_cast<double>(cost.romBits) * count);
  return cost;
}

int64_t treeStages(int64_t inputs) { return (llvm::Log2_64_Ceil(inputs) + 1) / 2; }

} // namespace weft::flow
