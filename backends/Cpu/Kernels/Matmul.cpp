//===- Matmul.cpp - products of two computed matrices ------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "backends/Cpu/Kernels/Product.h"

using namespace mlir;
using namespace weft;
using namespace weft::cpu;

LogicalResult cpu::emitMatmul(Kernel &k, nn::MatmulOp op) {
  Emitter &e = k.e;
  auto l = cast<RankedTensorType>(op.getLhs().getType()), r = cast<RankedTensorType>(op.getRhs().getType());
  auto out = cast<RankedTensorType>(op.getType());
  k.walk(anchorPartition(op));
  int rank = out.getRank();
  int64_t rows = out.getDimSize(rank - 2), depth = l.getShape().back(), width = out.getDimSize(rank - 1);
  Arithmetic arithmetic = Arithmetic::choose(e, l.getElementType(), l.getElementType(), out.getElementType());
  arithmetic.dot4 = false;
  Value x = k.pointer(op.getLhs()), y = k.pointer(op.getRhs());
  auto batchStart = [&](RankedTensorType type, ArrayRef<Value> batch) {
    Value sum = e.index(0);
    int64_t stride = type.getDimSize(type.getRank() - 1) * type.getDimSize(type.getRank() - 2);
    for (int d = type.getRank() - 3; d >= 0; --d) {
      if (type.getDimSize(d) != 1)
        sum = e.add(sum, e.times(batch[d + (rank - type.getRank())], stride));
      stride *= type.getDimSize(d);
    }
    return sum;
  };
  TileShape shape = tileShape(e, arithmetic);
  ArrayRef<int64_t> batches = out.getShape().drop_back(2);
  bool shareBatches = llvm::any_of(batches, [&](int64_t n) { return e.balance(n) > 0.8; });
  auto eachBatch = [&](function_ref<void(ArrayRef<Value>)> body) { shareBatches ? e.shareNest(batches, body) : e.nest(batches, body); };
  eachBatch([&](ArrayRef<Value> batch) {
    Value left = batchStart(l, batch), right = batchStart(r, batch);
    auto block = [&](Value row, int64_t rowCount, Value col, int cols, int lanes) {
      Product product;
      product.rows = rowCount, product.cols = cols;
      product.left = [&](Value j, int, int i) {
        Value at = e.add(left, e.add(e.times(e.plus(row, i), depth), j));
        return e.splat(e.convert(e.load(x, at, l.getElementType()), arithmetic.accumulator), lanes);
      };
      product.right = [&](Value j, int, int c) {
        Value at = e.add(right, e.add(e.times(j, width), e.plus(col, c * lanes)));
        return e.convert(e.load(y, at, r.getElementType(), lanes), arithmetic.accumulator);
      };
      product.step = [&](Value sum, Value a, Value b) { return multiplyAdd(e, arithmetic, sum, a, b); };
      Type type = e.vec(arithmetic.accumulator, lanes);
      Value zero = isa<FloatType>(arithmetic.accumulator) ? e.number(type, 0) : e.integer(type, 0);
      auto sums = product.run(e, depth, 0, Product::Values(rowCount * cols, zero));
      for (int i = 0; i < rowCount; ++i)
        for (int c = 0; c < cols; ++c) {
          SmallVector<Value> at(batch.begin(), batch.end());
          at.append({e.plus(row, i), e.plus(col, c * lanes)});
          k.finish(sums[i * cols + c], at);
        }
    };
    auto band = [&](Value row, int64_t rowCount) {
      int64_t wide = shape.cols * arithmetic.lanes, whole = width / wide * wide;
      e.loop(0, whole, wide, [&](Value col) { block(row, rowCount, col, shape.cols, arithmetic.lanes); });
      coverRow(e, width - whole, arithmetic.lanes, [&](Value col, int lanes) { block(row, rowCount, e.plus(col, whole), 1, lanes); });
    };
    int64_t whole = rows / shape.rows, rest = rows % shape.rows;
    e.shareWithRest(whole, shape.rows, rest != 0, [&](Value row) { band(row, shape.rows); }, [&] { band(e.index(whole * shape.rows), rest); });
  });
  return success();
}
