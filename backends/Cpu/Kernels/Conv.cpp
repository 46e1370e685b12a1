//===- Conv.cpp - which kernel a convolution takes ----------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "backends/Cpu/Constants.h"
#include "backends/Cpu/Kernels/Product.h"
#include "backends/Cpu/Kernels/Winograd.h"

using namespace mlir;
using namespace weft;
using namespace weft::cpu;

/// Of few pixels to a row nothing is gained, and other kernels may be faster.
bool cpu::convTakesPool(const Emitter &e, nn::ConvOp conv, nn::PoolOp pool, double tolerance) {
  constexpr int64_t kLeastColumns = 8;
  bool fits = isConstant(conv.getWeight()) && isConstant(conv.getBias()) && shapeOf(pool.getResult()).back() >= kLeastColumns;
  return fits && !takesWinograd(e, conv, tolerance);
}

LogicalResult cpu::emitConv(Kernel &k, nn::ConvOp op) {
  bool isComputed = !isConstant(op.getWeight()) || !isConstant(op.getBias());
  if (isComputed && !llvm::all_of(op->getOperands(), [](Value v) { return elementOf(v).isF32(); }))
    return emitConvOfComputedWeights(k, op), success();
  ArrayRef<int64_t> in = shapeOf(op.getInput()), out = shapeOf(op.getResult()), ws = shapeOf(op.getWeight());
  bool padded = llvm::any_of(op.getPadsBegin(), [](int64_t p) { return p; }) || llvm::any_of(op.getPadsEnd(), [](int64_t p) { return p; });
  if (op.getGroups() == 1 && !padded && in.drop_front(1) == ws.drop_front(1)) { // one window is the whole input
    k.walk({{0, 1}, {1, static_cast<int>(out.size())}});
    emitDense(k, {in[0], ShapedType::getNumElements(ws.drop_front(1)), ws[0], op.getInput(), op.getWeight(), op.getBias()});
    return success();
  }
  k.walk(anchorPartition(op));
  bool isDone = !isComputed && ((!k.group.pool && emitConvWinograd(k, op)) || emitConvChannels(k, op) || emitConvPointwise(k, op));
  if (!isDone)
    emitConvPixels(k, op);
  return success();
}
