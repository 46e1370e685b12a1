//===- ConvCosts.cpp - what the kernels of a convolution are estimated to take --------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "backends/Cpu/Kernels/ConvCosts.h"
#include "backends/Cpu/Kernels/Planes.h"
#include "backends/Cpu/Kernels/Product.h"

using namespace mlir;
using namespace weft;
using namespace weft::cpu;

bool cpu::isStoredAsFloats(nn::ConvOp op) {
  auto isF32 = [](Value v) { return storageType(elementOf(v)).isF32(); };
  return llvm::all_of(op->getOperands(), isF32) && isF32(op.getResult());
}

/// Two products a cycle, as many reads, four cycles until a sum can be used again; weights of a panel that are not near come half a
/// vector a cycle, less from the last cache.
ChannelTile cpu::channelTile(const Emitter &e, nn::ConvOp op) {
  constexpr int64_t kNearBytes = 24 << 10, kCacheBytes = 1 << 20;
  ArrayRef<int64_t> out = shapeOf(op.getResult()), weight = shapeOf(op.getWeight());
  int64_t lanes = e.target.lanes, vectors = llvm::divideCeil(out[1], lanes), registers = tileShape(e, {}).registers;
  int64_t steps = ShapedType::getNumElements(weight.drop_front());
  bool isFar = out[1] * steps * 4 > kCacheBytes;
  ChannelTile least{0, 0, false, isFar, INFINITY};
  for (int64_t panels = llvm::divideCeil(vectors, 4); panels <= vectors; ++panels) {
    int64_t c = llvm::divideCeil(vectors, panels);
    for (bool inRow : {true, false}) {
      int64_t length = inRow ? out.back() : ShapedType::getNumElements(out.drop_front(2)), most = std::max<int64_t>(1, inRow ? registers / c : std::min<int64_t>(registers / c, 8));
      int64_t r = llvm::divideCeil(length, llvm::divideCeil(length, most));
      double products = r * c, cost = std::max({products / 2, (r + c) / 2.0, 4.0});
      if (c * lanes * steps * 4 > kNearBytes)
        cost = std::max(cost, 2.0 * c) + (isFar ? 0.25 * c : 0);
      cost = cost / products + (inRow ? 0 : 0.015); // addresses
      if (cost < least.cost - 1e-9)
        least = {r, c, inRow, isFar, cost};
    }
  }
  return least;
}

/// Elements of the input that are moved for a vector of results.
static double movedElements(nn::ConvOp op, ArrayRef<int64_t> dims) {
  ArrayRef<int64_t> out = shapeOf(op.getResult());
  return double(shapeOf(op.getWeight())[1] * ShapedType::getNumElements(dims)) / (out[1] * ShapedType::getNumElements(out.drop_front(2)));
}

/// Products, and transposes of what comes and goes.
double cpu::channelsCost(const Emitter &e, nn::ConvOp op) {
  int64_t outputs = shapeOf(op.getResult())[1], lanes = e.target.lanes;
  if (!isStoredAsFloats(op) || op.getGroups() != 1 || outputs < lanes)
    return INFINITY;
  double products = ShapedType::getNumElements(shapeOf(op.getWeight()).drop_front()) * channelTile(e, op).cost;
  return products * llvm::alignTo(outputs, lanes) / outputs + 12 + 7 * movedElements(op, shapeOf(op.getInput()).drop_front(2));
}

/// Products with what vectors waste, raw sums, and copies of padded or strided planes.
double cpu::pixelsCost(const Emitter &e, nn::ConvOp op) {
  constexpr int64_t kNearBytes = 40 << 10;
  Window window = Window::of(op);
  ArrayRef<int64_t> out = shapeOf(op.getResult());
  SmallVector<int64_t> dims = window.padded(shapeOf(op.getInput()).drop_front(2));
  int64_t pitched = 1, pitch = 1, rowSize = 1, pixels = 1, depth = shapeOf(op.getWeight())[1];
  for (int d = static_cast<int>(dims.size()) - 1; d >= 0; --d) {
    pitched += (out[d + 2] - 1) * pitch, pixels *= out[d + 2], rowSize *= d > 0 ? dims[d] : 1;
    pitch *= llvm::divideCeil(dims[d], window.strides[d]);
  }
  int64_t nearRows = 1 + (window.kernel[0] - 1) * window.dilations[0];
  bool hasGaps = pitched != pixels, isNear = depth * nearRows * rowSize * 4 < kNearBytes;
  double waste = double(llvm::alignTo(pitched, e.target.lanes)) / pixels, copies = window.isStrided() ? 6 : window.isPadded() ? 3 : 0;
  return window.taps() * depth / 2.0 * waste * (isNear ? 1 : 1.15) + (hasGaps ? 10 : 4) + copies * movedElements(op, dims);
}
