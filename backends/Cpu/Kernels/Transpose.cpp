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
  int lanes = e.target.lanes;
  auto eachMatrix = [&](function_ref<void(Value)> body) { e.balance(count) < 0.8 ? e.loop(0, count, 1, body) : e.share(0, count, 1, body); };
  eachMatrix([&](Value matrix) {
    Value start = e.times(matrix, rows * columns);
    auto block = [&](Value row, int rowCount, Value column, int columnCount) {
      SmallVector<Value> v(lanes, e.number(e.vec(storage, lanes), 0));
      for (int i = 0; i < rowCount; ++i)
        v[i] = e.rawLoad(e.at(x, e.add(start, e.add(e.times(e.plus(row, i), columns), column)), storage), storage, lanes, columnCount);
      transposeLanes(e, v);
      for (int i = 0; i < columnCount; ++i)
        e.rawStore(v[i], e.at(k.out, e.add(start, e.add(e.times(e.plus(column, i), rows), row)), storage), rowCount);
    };
    auto band = [&](Value row, int rowCount) {
      int64_t whole = columns / lanes * lanes;
      e.loop(0, whole, lanes, [&](Value column) { block(row, rowCount, column, lanes); });
      if (whole < columns)
        block(row, rowCount, e.index(whole), columns - whole);
    };
    int64_t whole = rows / lanes;
    e.shareWithRest(whole, lanes, rows % lanes != 0, [&](Value row) { band(row, lanes); }, [&] { band(e.index(whole * lanes), rows % lanes); });
  });
}
