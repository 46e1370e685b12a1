//===- Patches.cpp - windows as columns, back, and their products ------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "backends/Cpu/Kernels/Patches.h"

using namespace mlir;
using namespace weft;
using namespace weft::cpu;

namespace {

/// Where one tap meets the image: per dimension the windows [lo, hi) that have it inside, and the pixel of window 0.
struct Tap {
  SmallVector<int64_t> lo, hi, shift;
  bool isWhole = true; // no window has it in the padding
};

/// Windows over planes of `dims`.
class Windows {
public:
  template <typename Op>
  Windows(Op op, ArrayRef<int64_t> spatial)
      : dims(spatial.begin(), spatial.end()), kernel(op.getKernel()), strides(op.getStrides()), dilations(op.getDilations()), begin(op.getPadsBegin()) {
    for (size_t d = 0; d < dims.size(); ++d) {
      int64_t room = dims[d] + op.getPadsBegin()[d] + op.getPadsEnd()[d] - dilations[d] * (kernel[d] - 1) - 1;
      extents.push_back(room / strides[d] + 1);
      taps *= kernel[d], pixels *= dims[d], windows *= extents.back();
    }
  }

  Tap tap(int64_t t) const {
    Tap result;
    result.lo.resize(dims.size()), result.hi.resize(dims.size()), result.shift.resize(dims.size());
    for (int d = static_cast<int>(dims.size()) - 1; d >= 0; --d) {
      int64_t shift = t % kernel[d] * dilations[d] - begin[d], s = strides[d];
      t /= kernel[d];
      result.shift[d] = shift;
      result.lo[d] = std::min(extents[d], shift < 0 ? (-shift + s - 1) / s : 0);
      result.hi[d] = std::max(result.lo[d], std::min(extents[d], dims[d] > shift ? (dims[d] - shift + s - 1) / s : 0));
      result.isWhole = result.isWhole && result.lo[d] == 0 && result.hi[d] == extents[d];
    }
    return result;
  }

  /// Calls row(pixel, window, length) for the rows of windows which have the tap inside: the pixel and the window a row begins with.
  void rows(Emitter &e, const Tap &tap, function_ref<void(Value, Value, int64_t)> row) const {
    SmallVector<int64_t> counts;
    for (size_t d = 0; d < dims.size(); ++d)
      counts.push_back(tap.hi[d] - tap.lo[d]);
    if (llvm::is_contained(counts, 0))
      return;
    e.nest(ArrayRef<int64_t>(counts).drop_back(), [&](ArrayRef<Value> i) {
      Value pixel = e.index(0), window = e.index(0);
      for (size_t d = 0; d < dims.size(); ++d) {
        Value at = d < i.size() ? e.plus(i[d], tap.lo[d]) : e.index(tap.lo[d]);
        pixel = e.add(e.times(pixel, dims[d]), e.plus(e.times(at, strides[d]), tap.shift[d]));
        window = e.add(e.times(window, extents[d]), at);
      }
      row(pixel, window, counts.back());
    });
  }

  SmallVector<int64_t> dims, extents;
  ArrayRef<int64_t> kernel, strides, dilations, begin;
  int64_t taps = 1, pixels = 1, windows = 1;
};

} // namespace

LogicalResult cpu::emitPatches(Kernel &k, nn::PatchesOp op) {
  Emitter &e = k.e;
  ArrayRef<int64_t> in = shapeOf(op.getInput());
  Windows w(op, in.drop_front(2));
  Type storage = storageType(elementOf(op.getInput()));
  Value x = k.pointer(op.getInput());
  int64_t step = w.strides.back();
  e.share(0, in[0] * in[1], 1, [&](Value plane) {
    Value image = e.times(plane, w.pixels), columns = e.times(plane, w.taps * w.windows);
    for (int64_t t = 0; t < w.taps; ++t) {
      Tap tap = w.tap(t);
      Value to = e.plus(columns, t * w.windows);
      if (!tap.isWhole)
        coverRow(e, w.windows, e.target.lanes, [&](Value i, int lanes) {
          e.rawStore(e.number(e.vec(storage, lanes), op.getPadValue().convertToDouble()), e.at(k.out, e.add(to, i), storage));
        });
      w.rows(e, tap, [&](Value pixel, Value window, int64_t length) {
        Value source = e.add(image, pixel), target = e.add(to, window);
        coverRow(e, length, step == 1 ? e.target.lanes : 1, [&](Value i, int lanes) {
          e.rawStore(e.rawLoad(e.at(x, e.add(source, e.times(i, step)), storage), storage, lanes), e.at(k.out, e.add(target, i), storage));
        });
      });
    }
  });
  return success();
}

LogicalResult cpu::emitFold(Kernel &k, nn::FoldOp op) {
  Emitter &e = k.e;
  ArrayRef<int64_t> out = shapeOf(op.getResult());
  Windows w(op, op.getSpatial());
  Type storage = storageType(elementOf(op.getInput()));
  Value x = k.pointer(op.getInput());
  int64_t step = w.strides.back();
  e.share(0, out[0] * out[1], 1, [&](Value plane) {
    Value image = e.times(plane, w.pixels), columns = e.times(plane, w.taps * w.windows);
    coverRow(e, w.pixels, e.target.lanes, [&](Value i, int lanes) {
      e.rawStore(e.number(e.vec(storage, lanes), 0), e.at(k.out, e.add(image, i), storage));
    });
    for (int64_t t = 0; t < w.taps; ++t)
      w.rows(e, w.tap(t), [&](Value pixel, Value window, int64_t length) {
        Value target = e.add(image, pixel), source = e.add(e.plus(columns, t * w.windows), window);
        coverRow(e, length, step == 1 ? e.target.lanes : 1, [&](Value i, int lanes) {
          Value at = e.at(k.out, e.add(target, e.times(i, step)), storage);
          e.rawStore(e.add(e.rawLoad(at, storage, lanes), e.rawLoad(e.at(x, e.add(source, i), storage), storage, lanes)), at);
        });
      });
  });
  return success();
}

/// (v[0] + v[8]) + …: halves are added until one lane is left.
static Value sumOfLanes(Emitter &e, Value v) {
  for (int width = e.lanesOf(v) / 2; width >= 1; width /= 2) {
    SmallVector<int64_t> low, high;
    for (int i = 0; i < width; ++i)
      low.push_back(i), high.push_back(width + i);
    v = e.add(vector::ShuffleOp::create(e.b, e.loc, v, v, low), vector::ShuffleOp::create(e.b, e.loc, v, v, high));
  }
  return isa<VectorType>(v.getType()) ? Value(vector::ExtractOp::create(e.b, e.loc, v, 0)) : v;
}

/// Elements of a row are lanes; a tile of rows × columns of sums stays in registers over all samples.
LogicalResult cpu::emitRowProducts(Kernel &k, nn::RowProductsOp op) {
  Emitter &e = k.e;
  ArrayRef<int64_t> l = shapeOf(op.getLhs()), r = shapeOf(op.getRhs());
  int64_t samples = l[0], rows = l[1], columns = r[1], length = l[2];
  Type element = elementOf(op.getLhs()), type = computeType(element);
  Value x = k.pointer(op.getLhs()), y = k.pointer(op.getRhs());
  int lanes = e.target.lanes, tail = length % lanes;
  int64_t whole = length - tail;
  k.walk(anchorPartition(op));
  if (k.group.contains(op.getRhs())) {
    emitWeightGradient(k, op, op.getRhs().getDefiningOp<nn::PatchesOp>());
    return success();
  }
  auto tile = [&](Value row, int64_t rowCount, Value column, int64_t columnCount) {
    SmallVector<Value> sums(rowCount * columnCount, e.number(e.vec(type, lanes), 0));
    auto step = [&](Value sample, Value p, ValueRange carried, int count) {
      SmallVector<Value> next(carried.begin(), carried.end()), right;
      auto load = [&](Value base, int64_t perSample, Value first, int64_t i) {
        Value at = e.add(e.times(e.add(e.times(sample, perSample), e.plus(first, i)), length), p);
        return e.load(base, at, element, lanes, count);
      };
      for (int64_t c = 0; c < columnCount; ++c)
        right.push_back(load(y, columns, column, c));
      for (int64_t o = 0; o < rowCount; ++o) {
        Value left = load(x, rows, row, o);
        for (int64_t c = 0; c < columnCount; ++c)
          next[o * columnCount + c] = e.fma(left, right[c], next[o * columnCount + c]);
      }
      return next;
    };
    sums = e.loopCarry(e.index(0), e.index(samples), 1, sums, [&](Value sample, ValueRange outer) {
      SmallVector<Value> carried(outer.begin(), outer.end());
      if (whole)
        carried = e.loopCarry(e.index(0), e.index(whole), lanes, carried, [&](Value p, ValueRange inner) { return step(sample, p, inner, 0); });
      return tail ? step(sample, e.index(whole), carried, tail) : carried;
    });
    for (int64_t o = 0; o < rowCount; ++o)
      for (int64_t c = 0; c < columnCount; ++c)
        k.finish(sumOfLanes(e, sums[o * columnCount + c]), {e.plus(row, o), e.plus(column, c)});
  };
  int64_t tileRows = std::min<int64_t>(rows, 4), tileColumns = std::min<int64_t>(columns, lanes == 16 ? 5 : 2);
  auto band = [&](Value row, int64_t rowCount) {
    int64_t full = columns / tileColumns * tileColumns;
    e.loop(0, full, tileColumns, [&](Value column) { tile(row, rowCount, column, tileColumns); });
    if (full < columns)
      tile(row, rowCount, e.index(full), columns - full);
  };
  int64_t full = rows / tileRows;
  e.shareWithRest(full, tileRows, rows % tileRows, [&](Value row) { band(row, tileRows); }, [&] { band(e.index(full * tileRows), rows % tileRows); });
  return success();
}
