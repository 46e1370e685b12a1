//===- Transpose.cpp - matrices transposed in registers ----------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "backends/Cpu/Kernels/Transpose.h"

using namespace mlir;
using namespace weft;
using namespace weft::cpu;

void cpu::transposeLanes(Emitter &e, SmallVector<Value> &v) {
  int lanes = v.size();
  for (int width = lanes / 2; width >= 1; width /= 2) // swaps blocks of width × width
    for (int i = 0; i < lanes; ++i) {
      if (i & width)
        continue;
      SmallVector<int64_t> low, high;
      for (int l = 0; l < lanes; ++l) {
        low.push_back(l & width ? lanes + l - width : l);
        high.push_back(l & width ? lanes + l : l + width);
      }
      Value a = v[i], b = v[i + width];
      v[i] = vector::ShuffleOp::create(e.b, e.loc, a, b, low);
      v[i + width] = vector::ShuffleOp::create(e.b, e.loc, a, b, high);
    }
}

void cpu::transposeBlocks(Emitter &e, int64_t rows, int64_t columns, bool share, function_ref<Value(Value, Value, int)> load,
                          function_ref<void(Value, Value, Value, int)> store) {
  int lanes = e.target.lanes;
  auto block = [&](Value row, int rowCount, Value column, int columnCount) {
    SmallVector<Value> v;
    for (int i = 0; i < rowCount; ++i)
      v.push_back(load(e.plus(row, i), column, columnCount));
    v.resize(lanes, v.front());
    transposeLanes(e, v);
    for (int i = 0; i < columnCount; ++i)
      store(row, e.plus(column, i), v[i], rowCount);
  };
  e.inSteps(rows, lanes, share, [&](Value row, int64_t rowCount) {
    e.inSteps(columns, lanes, false, [&](Value column, int64_t columnCount) { block(row, rowCount, column, columnCount); });
  });
}

bool cpu::swapsMatrices(ArrayRef<int64_t> perm) {
  int64_t rank = perm.size();
  for (int64_t d = 0; d < rank - 2; ++d)
    if (perm[d] != d)
      return false;
  return rank >= 2 && perm[rank - 1] == rank - 2;
}

void cpu::transposeMatrices(Kernel &k, nn::TransposeOp op) {
  Emitter &e = k.e;
  ArrayRef<int64_t> shape = cast<RankedTensorType>(op.getInput().getType()).getShape();
  int64_t rows = shape[shape.size() - 2], columns = shape.back(), count = 1;
  for (int64_t d : shape.drop_back(2))
    count *= d;
  Type storage = storageType(cast<RankedTensorType>(op.getType()).getElementType());
  Value x = k.pointer(op.getInput());
  bool share = e.balance(count) < 0.8;
  auto matrix = [&](Value i) {
    Value start = e.times(i, rows * columns);
    transposeBlocks(
        e, rows, columns, share,
        [&](Value row, Value column, int some) { return e.rawLoad(e.at(x, e.add(start, e.add(e.times(row, columns), column)), storage), storage, e.target.lanes, some); },
        [&](Value row, Value column, Value v, int some) { e.rawStore(v, e.at(k.out, e.add(start, e.add(e.times(column, rows), row)), storage), some); });
  };
  share ? e.loop(0, count, 1, matrix) : e.share(0, count, 1, matrix);
}
