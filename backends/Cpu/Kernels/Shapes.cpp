//===- Shapes.cpp - operations that move elements, and pointwise loops ---------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "backends/Cpu/Kernels/Patches.h"
#include "backends/Cpu/Kernels/Product.h"
#include "backends/Cpu/Kernels/Strided.h"
#include "backends/Cpu/Kernels/Transpose.h"
#include "backends/Cpu/Threads.h"
#include "dialects/Lut/IR/LutOps.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace weft;
using namespace weft::cpu;

namespace {

SmallVector<int64_t> rowMajor(ArrayRef<int64_t> shape) {
  SmallVector<int64_t> strides(shape.size(), 1);
  for (int d = static_cast<int>(shape.size()) - 2; d >= 0; --d)
    strides[d] = strides[d + 1] * shape[d + 1];
  return strides;
}

SmallVector<int64_t> copyOf(ArrayRef<int64_t> a) { return SmallVector<int64_t>(a.begin(), a.end()); }

} // namespace

void cpu::copyStrided(Emitter &e, Type storage, Value from, Value fromStart, SmallVector<int64_t> fromStrides, Value to, Value toStart,
                      SmallVector<int64_t> toStrides, SmallVector<int64_t> extents) {
  for (int d = static_cast<int>(extents.size()) - 2; d >= 0; --d) {
    bool merge = fromStrides[d] == fromStrides[d + 1] * extents[d + 1] && toStrides[d] == toStrides[d + 1] * extents[d + 1];
    if (!merge && extents[d] != 1 && extents[d + 1] != 1)
      continue;
    if (extents[d + 1] == 1) // keep the strides of the dimension that moves
      fromStrides[d + 1] = fromStrides[d], toStrides[d + 1] = toStrides[d];
    extents[d + 1] *= extents[d];
    extents.erase(extents.begin() + d), fromStrides.erase(fromStrides.begin() + d), toStrides.erase(toStrides.begin() + d);
  }
  if (extents.empty())
    extents = {1}, fromStrides = toStrides = {1};
  int lanes = fromStrides.back() == 1 && toStrides.back() == 1 ? 16 : 1;
  if (extents.size() == 1)
    return shareRow(e, extents[0], lanes, [&](Value j, int width) {
      Value s = e.add(fromStart, e.times(j, fromStrides.back())), t = e.add(toStart, e.times(j, toStrides.back()));
      e.rawStore(e.rawLoad(e.at(from, s, storage), storage, width), e.at(to, t, storage));
    });
  e.shareNest(ArrayRef<int64_t>(extents).drop_back(), [&](ArrayRef<Value> i) {
    Value source = fromStart, target = toStart;
    for (size_t d = 0; d < i.size(); ++d) {
      source = e.add(source, e.times(i[d], fromStrides[d]));
      target = e.add(target, e.times(i[d], toStrides[d]));
    }
    coverRow(e, extents.back(), lanes, [&](Value j, int width) {
      Value s = e.add(source, e.times(j, fromStrides.back())), t = e.add(target, e.times(j, toStrides.back()));
      e.rawStore(e.rawLoad(e.at(from, s, storage), storage, width), e.at(to, t, storage));
    });
  });
}

LogicalResult cpu::emitTranspose(Kernel &k, nn::TransposeOp op) {
  if (elementOf(op.getInput()).isF32() && swapsMatrices(op.getPerm())) {
    transposeMatrices(k, op);
    return success();
  }
  auto in = rowMajor(shapeOf(op.getInput())), out = rowMajor(shapeOf(op.getResult()));
  SmallVector<int64_t> from;
  for (int64_t p : op.getPerm())
    from.push_back(in[p]);
  copyStrided(k.e, storageType(elementOf(op.getResult())), k.pointer(op.getInput()), k.e.index(0), from, k.out, k.e.index(0), out,
              copyOf(shapeOf(op.getResult())));
  return success();
}

LogicalResult cpu::emitConcat(Kernel &k, nn::ConcatOp op) {
  auto out = rowMajor(shapeOf(op.getResult()));
  int64_t start = 0;
  for (Value input : op.getInputs()) {
    copyStrided(k.e, storageType(elementOf(input)), k.pointer(input), k.e.index(0), rowMajor(shapeOf(input)), k.out,
                k.e.index(start * out[op.getAxis()]), out, copyOf(shapeOf(input)));
    start += shapeOf(input)[op.getAxis()];
  }
  return success();
}

LogicalResult cpu::emitSlice(Kernel &k, nn::SliceOp op) {
  auto in = rowMajor(shapeOf(op.getInput()));
  int64_t start = 0;
  SmallVector<int64_t> from;
  for (size_t d = 0; d < in.size(); ++d) {
    bool all = op.getSizes()[d] == -1;
    start += all ? 0 : op.getStarts()[d] * in[d];
    from.push_back(in[d] * (all ? 1 : op.getSteps()[d]));
  }
  copyStrided(k.e, storageType(elementOf(op.getResult())), k.pointer(op.getInput()), k.e.index(start), from, k.out, k.e.index(0),
              rowMajor(shapeOf(op.getResult())), copyOf(shapeOf(op.getResult())));
  return success();
}

/// Where output coordinate `i` reads along one dimension; `inside` is narrowed for constant padding.
static Value padSource(Emitter &e, nn::PadMode mode, Value i, int64_t low, int64_t size, Value &inside) {
  Value p = e.plus(i, -low), zero = e.index(0), last = e.index(size - 1);
  switch (mode) {
  case nn::PadMode::constant: {
    Value ok = arith::CmpIOp::create(e.b, e.loc, arith::CmpIPredicate::ult, p, e.index(size));
    inside = arith::AndIOp::create(e.b, e.loc, inside, ok);
    return e.select(ok, p, zero);
  }
  case nn::PadMode::edge: return e.minimum(e.maximum(p, zero), last);
  case nn::PadMode::reflect: {
    Value positive = e.maximum(p, e.sub(zero, p));
    return e.minimum(positive, e.sub(e.index(2 * (size - 1)), positive));
  }
  case nn::PadMode::wrap: {
    Value rest = arith::RemSIOp::create(e.b, e.loc, p, e.index(size));
    return e.select(e.less(rest, zero), e.plus(rest, size), rest);
  }
  }
  llvm_unreachable("every pad mode is handled");
}

LogicalResult cpu::emitPad(Kernel &k, nn::PadOp op) {
  Emitter &e = k.e;
  auto shape = shapeOf(op.getInput());
  auto in = rowMajor(shape), out = rowMajor(shapeOf(op.getResult()));
  Type storage = storageType(elementOf(op.getResult()));
  double value = op.getValue().convertToDouble();
  Value fill = isa<FloatType>(storage) ? e.number(storage, value) : e.integer(storage, static_cast<int64_t>(value));
  Value x = k.pointer(op.getInput());
  e.nest(shapeOf(op.getResult()), [&](ArrayRef<Value> i) {
    Value inside = e.integer(e.b.getI1Type(), 1), source = e.index(0), target = e.index(0);
    for (size_t d = 0; d < i.size(); ++d) {
      source = e.add(source, e.times(padSource(e, op.getMode(), i[d], op.getLow()[d], shape[d], inside), in[d]));
      target = e.add(target, e.times(i[d], out[d]));
    }
    Value loaded = e.rawLoad(e.at(x, source, storage), storage, 1);
    e.rawStore(op.getMode() == nn::PadMode::constant ? e.select(inside, loaded, fill) : loaded, e.at(k.out, target, storage));
  });
  return success();
}

LogicalResult cpu::emitGather(Kernel &k, nn::GatherOp op) {
  Emitter &e = k.e;
  ArrayRef<int64_t> data = shapeOf(op.getData());
  int64_t axis = op.getAxis(), outer = 1, inner = 1, length = data[axis];
  for (int64_t d = 0; d < static_cast<int64_t>(data.size()); ++d)
    (d < axis ? outer : inner) *= d == axis ? 1 : data[d];
  int64_t count = cast<RankedTensorType>(op.getIndices().getType()).getNumElements();
  Type storage = storageType(elementOf(op.getResult())), indexType = elementOf(op.getIndices());
  Value x = k.pointer(op.getData()), indices = k.pointer(op.getIndices());
  e.nest({outer, count}, [&](ArrayRef<Value> i) {
    Value row = e.convert(e.load(indices, i[1], indexType), e.i64());
    row = e.select(e.less(row, e.index(0)), e.plus(row, length), row);
    row = e.minimum(e.maximum(row, e.index(0)), e.index(length - 1)); // a wrong index never leaves the table
    copyStrided(e, storage, x, e.times(e.add(e.times(i[0], length), row), inner), {1}, k.out,
                e.times(e.add(e.times(i[0], count), i[1]), inner), {1}, {inner});
  });
  return success();
}

/// The coarsest partition that every operand follows.
static Partition coarsest(const Group &group) {
  ArrayRef<int64_t> shape = group.shape();
  Partition partition;
  for (int d = 0; d < static_cast<int>(shape.size()); ++d) {
    if (!partition.empty()) {
      Partition merged{{partition.back().first, d + 1}};
      bool all = llvm::all_of(group.ops, [&](Operation *op) {
        for (unsigned i = 0; i < op->getNumOperands(); ++i)
          if (!group.contains(op->getOperand(i)) && !collapse(operandStrides(op, i), shape, merged))
            return false;
        return true;
      });
      if (all) {
        partition.back().second = d + 1;
        continue;
      }
    }
    partition.push_back({d, d + 1});
  }
  return partition;
}

LogicalResult cpu::emitPointwise(Kernel &k) {
  Emitter &e = k.e;
  Partition partition = coarsest(k.group);
  if (partition.empty())
    partition = {{0, 0}};
  k.walk(partition);
  bool tables = llvm::any_of(k.group.ops, [](Operation *op) { return isa<nn::TableOp>(op); });
  int lanes = k.isVectorizable() && !tables ? e.target.lanes : 1;
  auto cover = [&](auto coverRow, ArrayRef<Value> outer) {
    coverRow(e, k.extents().back(), lanes, [&](Value i, int width) {
      SmallVector<Value> indices(outer.begin(), outer.end());
      indices.push_back(i);
      k.produce(indices, width);
    });
  };
  ArrayRef<int64_t> outer = k.extents().drop_back();
  if (ShapedType::getNumElements(outer) == 1) {
    e.nest(outer, [&](ArrayRef<Value> i) { cover(shareRow, i); });
    return success();
  }
  e.shareNest(outer, [&](ArrayRef<Value> i) { cover(coverRow, i); });
  return success();
}

static LogicalResult emitAnchor(Kernel &k) {
  Operation *anchor = k.group.anchor;
  if (!anchor)
    return emitPointwise(k);
  return llvm::TypeSwitch<Operation *, LogicalResult>(anchor)
      .Case([&](lut::NetworkOp op) { return emitLut(k, op); })
      .Case([&](nn::LinearOp op) { return emitLinear(k, op); })
      .Case([&](nn::MatmulOp op) { return emitMatmul(k, op); })
      .Case([&](nn::RecurrentOp op) { return emitRecurrent(k, op); })
      .Case([&](nn::QrecurrentOp op) { return emitQrecurrent(k, op); })
      .Case([&](nn::ConvOp op) { return emitConv(k, op); })
      .Case([&](nn::PoolOp op) { return emitPool(k, op); })
      .Case([&](nn::ReduceOp op) { return emitReduce(k, op); })
      .Case([&](nn::ArgReduceOp op) { return emitArgReduce(k, op); })
      .Case([&](nn::SoftmaxOp op) { return emitSoftmax(k, op); })
      .Case([&](nn::TransposeOp op) { return emitTranspose(k, op); })
      .Case([&](nn::ConcatOp op) { return emitConcat(k, op); })
      .Case([&](nn::SliceOp op) { return emitSlice(k, op); })
      .Case([&](nn::PadOp op) { return emitPad(k, op); })
      .Case([&](nn::GatherOp op) { return emitGather(k, op); })
      .Case([&](nn::GatherNdOp op) { return emitGatherNd(k, op); })
      .Case([&](nn::ScatterNdOp op) { return emitScatterNd(k, op); })
      .Case([&](nn::TopKOp op) { return emitTopK(k, op); })
      .Case([&](nn::ScanOp op) { return emitScan(k, op); })
      .Case([&](nn::PatchesOp op) { return emitPatches(k, op); })
      .Case([&](nn::FoldOp op) { return emitFold(k, op); })
      .Case([&](nn::RowProductsOp op) { return emitRowProducts(k, op); })
      .Case([&](nn::MaxPoolGradientOp op) { return emitMaxPoolGradient(k, op); })
      .Default([](Operation *op) { return op->emitOpError("has no native kernel"); });
}

/// Anchors whose kernels divide their work between threads; of the others one thread does all.
static bool isShareable(Operation *anchor) {
  return !anchor || isa<nn::LinearOp, nn::MatmulOp, nn::ConvOp, nn::PoolOp, nn::ReduceOp, nn::SoftmaxOp, nn::TransposeOp, nn::ConcatOp, nn::SliceOp, nn::PatchesOp,
                        nn::FoldOp, nn::RowProductsOp, nn::MaxPoolGradientOp>(anchor);
}

LogicalResult cpu::emitKernel(Kernel &k) {
  if (!isShareable(k.group.anchor) || workOf(k.group) < k.leastSharedWork) {
    LogicalResult result = success();
    k.e.first([&] { result = emitAnchor(k); });
    return result;
  }
  return emitAnchor(k);
}
