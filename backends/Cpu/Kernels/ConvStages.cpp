//===- ConvStages.cpp - the input of a convolution as its products read it -----------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "backends/Cpu/Kernels/ConvStages.h"
#include "backends/Cpu/Kernels/RawRows.h"

using namespace mlir;
using namespace weft;
using namespace weft::cpu;

ConvStages::ConvStages(Kernel &k, nn::ConvOp op, const Arithmetic &arithmetic)
    : bytesFirst(arithmetic.dot4 && shapeOf(op.getWeight())[1] < 3), k(k), e(k.e), op(op), arithmetic(arithmetic), window(Window::of(op)),
      input(elementOf(op.getInput())), inChannels(shapeOf(op.getWeight())[1]), inDims(shapeOf(op.getInput()).drop_front(2)),
      outDims(shapeOf(op.getResult()).drop_front(2)) {
  SmallVector<int64_t> ones(inDims.size(), 1), zeros(inDims.size(), 0);
  noWindow = {ones, ones, zeros, zeros, ones};
  outDims[0] = rowsNeeded(k.group, outDims[0]);
}

Arithmetic ConvStages::choose(Kernel &k, nn::ConvOp op) {
  Arithmetic arithmetic = Arithmetic::choose(k.e, elementOf(op.getInput()), elementOf(op.getWeight()), elementOf(op.getResult()));
  int64_t inChannels = shapeOf(op.getWeight())[1];
  bool tooFew = inChannels * Window::of(op).taps() < 8 || (op.getGroups() > 1 && inChannels < 4); // to share four ways
  if (tooFew)
    arithmetic.dot4 = arithmetic.flipSign = false;
  return arithmetic;
}

/// The value of the padding as the stage stores it.
Value ConvStages::fill() const {
  Type storage = storageType(input);
  if (isa<FloatType>(storage))
    return e.number(storage, op.getPadValue());
  if (!arithmetic.dot4 || bytesFirst)
    return e.integer(storage, op.getPadValue());
  int64_t byte = (op.getPadValue() & 255) ^ (arithmetic.flipSign ? 128 : 0);
  return e.integer(e.b.getI32Type(), byte * 0x01010101);
}

void ConvStages::allocate(bool own) {
  Type i32 = e.b.getI32Type();
  bool pack = arithmetic.dot4 && !bytesFirst;
  bool split = window.isStrided() && !bytesFirst && window.taps() * ShapedType::getNumElements(outDims) > ShapedType::getNumElements(inDims) / 2;
  bool gather = bytesFirst || (window.isStrided() && !split);
  Type element = pack ? i32 : storageType(input);
  planes = pack ? llvm::divideCeil(inChannels, 4) : inChannels;
  dims = window.padded(inDims);
  if (pack || (window.isPadded() && !split))
    padded = allocatePadded(k, element, planes, inDims, window, fill(), own);
  if (gather) {
    planes *= window.taps();
    gathered = allocatePadded(k, element, planes, outDims, noWindow, Value(), own);
    dims = outDims;
  }
  if (bytesFirst) {
    packed = allocatePadded(k, i32, llvm::divideCeil(planes, 4), outDims, noWindow, Value(), own);
    planes = packed->count;
  }
  if (split) {
    phaseWindow = window;
    if (padded)
      phaseWindow.begin = phaseWindow.end = noWindow.begin;
    phases.emplace(phaseWindow, padded ? ArrayRef<int64_t>(dims) : ArrayRef<int64_t>(inDims));
    phased = phases->allocate(k, element, planes, fill(), own);
    dims.assign(phases->extents().begin(), phases->extents().end());
  }
  tapOffsets = gather ? SmallVector<int64_t>{0} : split ? phases->tapOffsets() : window.tapOffsets(dims);
}

Planes ConvStages::run(Value from) const {
  Planes current{from, storageType(input), inChannels, inDims, false};
  if (padded || phased || gathered || packed)
    e.barrier(); // borders are there, and the last group is done
  auto goOn = [&](const Planes &done) {
    e.barrier();
    current = done;
  };
  if (arithmetic.dot4 && !bytesFirst) {
    packInterior(k, current, *padded, window, arithmetic.flipSign);
    goOn(*padded);
  } else if (padded) {
    writeInterior(k, current, *padded, window);
    goOn(*padded);
  }
  if (phased) {
    phases->split(k, current, *phased);
    goOn(*phased);
  }
  if (gathered) {
    gatherWindows(k, current, *gathered, window);
    goOn(*gathered);
  }
  if (packed) {
    packInterior(k, current, *packed, noWindow, arithmetic.flipSign);
    goOn(*packed);
  }
  return current;
}
