//===- Pool.cpp - pooling ---------------------------------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "backends/Cpu/Constants.h"
#include "backends/Cpu/Kernels/Planes.h"
#include "backends/Cpu/Kernels/Product.h"

using namespace mlir;
using namespace weft;
using namespace weft::cpu;

namespace {

class PoolKernel {
public:
  PoolKernel(Kernel &k, nn::PoolOp op) : k(k), e(k.e), op(op) {
    auto copy = [](ArrayRef<int64_t> a) { return SmallVector<int64_t>(a.begin(), a.end()); };
    window = Window::of(op);
    element = elementOf(op.getInput());
    accumulator = computeType(elementOf(op.getResult()));
    ArrayRef<int64_t> in = shapeOf(op.getInput()), out = shapeOf(op.getResult());
    inDims = copy(in.drop_front(2)), outDims = copy(out.drop_front(2));
  }
  void emit();

private:
  Value fill();
  Value combine(Value l, Value r) { return op.getKind() == nn::PoolKind::max ? k.e.maximum(l, r) : e.add(l, r); }
  Value load(const Planes &planes, const Window &w, Value at, int lanes);
  Value windowSum(const Planes &planes, const Window &w, Value corner, int lanes);
  Value average(Value sum, Value outPixel);
  bool takesRowsFirst();
  void cover(const Planes &planes, const Window &w, ArrayRef<int64_t> dims, function_ref<void(Value, Value, int)> body);
  Planes poolRows(const Planes &planes, Window &columns);
  void plane(Value n, Value c, const Planes &planes);

  Kernel &k;
  Emitter &e;
  nn::PoolOp op;
  Window window;
  Type element, accumulator;
  SmallVector<int64_t> inDims, outDims;
  Value rowBase, reciprocals;
};

/// Padding never wins a maximum; it is 0 in an average and `pad_value` in a sum (A6).
Value PoolKernel::fill() {
  Type storage = storageType(element);
  if (op.getKind() == nn::PoolKind::max) {
    if (isa<FloatType>(storage))
      return e.number(storage, -std::numeric_limits<double>::infinity());
    unsigned bits = element.getIntOrFloatBitWidth();
    return e.integer(storage, isUnsigned(element) ? 0 : bits == 64 ? INT64_MIN : -(int64_t(1) << (bits - 1)));
  }
  int64_t value = op.getKind() == nn::PoolKind::sum ? op.getPadValue() : 0;
  return isa<FloatType>(storage) ? e.number(storage, value) : e.integer(storage, value);
}

/// What the window's tap of `lanes` neighbouring results reads.
Value PoolKernel::load(const Planes &planes, const Window &w, Value at, int lanes) {
  return e.convert(e.widen(loadStrided(e, planes.base, at, w.strides.back(), planes.element, lanes), element), accumulator);
}

Value PoolKernel::windowSum(const Planes &planes, const Window &w, Value corner, int lanes) {
  auto offsets = w.tapOffsets(planes.dims);
  Value sum = load(planes, w, e.plus(corner, offsets[0]), lanes);
  if (offsets.size() <= 64) {
    for (size_t i = 1; i < offsets.size(); ++i)
      sum = combine(sum, load(planes, w, e.plus(corner, offsets[i]), lanes));
    return sum;
  }
  Value table = k.pool.address(e.b, e.loc, "pool" + llvm::utohexstr(reinterpret_cast<uintptr_t>(op.getOperation())), [&] {
    return toBytes(std::vector<int64_t>(offsets.begin(), offsets.end()));
  });
  return e.loopCarry(e.index(1), e.index(offsets.size()), 1, {sum}, [&](Value i, ValueRange carried) {
    Value offset = e.rawLoad(e.at(table, i, e.i64()), e.i64(), 1);
    return SmallVector<Value>{combine(carried[0], load(planes, w, e.add(corner, offset), lanes))};
  })[0];
}

Value PoolKernel::average(Value sum, Value outPixel) {
  if (op.getKind() != nn::PoolKind::average)
    return sum;
  int lanes = e.lanesOf(sum);
  Value divisor = reciprocals ? e.rawLoad(e.at(reciprocals, outPixel, accumulator), accumulator, lanes)
                              : Value(isa<FloatType>(accumulator) ? e.number(sum.getType(), window.taps()) : e.integer(sum.getType(), window.taps()));
  if (isa<FloatType>(accumulator))
    return arith::DivFOp::create(e.b, e.loc, sum, divisor);
  return arith::DivSIOp::create(e.b, e.loc, sum, divisor);
}

/// Calls body(place of the result, first tap, lanes) to cover results of `dims`.
void PoolKernel::cover(const Planes &planes, const Window &w, ArrayRef<int64_t> dims, function_ref<void(Value, Value, int)> body) {
  auto pitch = planes.pitches();
  int64_t stride = w.strides.back();
  int lanes = stride <= 2 ? (accumulator.getIntOrFloatBitWidth() == 64 ? std::max(1, e.target.lanes / 2) : e.target.lanes) : 1;
  e.nest(dims.drop_back(), [&](ArrayRef<Value> rows) {
    Value corner = e.index(0), out = e.index(0);
    for (size_t d = 0; d < rows.size(); ++d) {
      corner = e.add(corner, e.times(rows[d], w.strides[d] * pitch[d]));
      out = e.add(e.times(out, dims[d]), rows[d]);
    }
    out = e.times(out, dims.back());
    coverRow(e, dims.back(), lanes, [&](Value i, int width) { body(e.add(out, i), e.add(corner, e.times(i, stride)), width); });
  });
}

/// Greatest elements of the windows' rows, for every row; `columns` is what is left to do.
Planes PoolKernel::poolRows(const Planes &planes, Window &columns) {
  Planes result{rowBase, planes.element, 1, {planes.dims[0], outDims[1]}, true};
  Window rows = window;
  rows.kernel[0] = rows.strides[0] = rows.dilations[0] = 1;
  columns.kernel[1] = columns.strides[1] = columns.dilations[1] = 1;
  cover(planes, rows, result.dims, [&](Value to, Value corner, int lanes) { e.store(windowSum(planes, rows, corner, lanes), rowBase, to, element); });
  return result;
}

void PoolKernel::plane(Value n, Value c, const Planes &planes) {
  Planes source = planes;
  Window w = window;
  if (rowBase)
    source = poolRows(planes, w);
  cover(source, w, outDims, [&](Value to, Value corner, int lanes) { k.finish(average(windowSum(source, w, corner, lanes), to), {n, c, to}); });
}

/// Elements inside the input per output position, for averages that do not count padding.
std::vector<double> insideCounts(const Window &window, ArrayRef<int64_t> inDims, ArrayRef<int64_t> outDims) {
  std::vector<double> counts{1};
  for (size_t d = 0; d < inDims.size(); ++d) {
    std::vector<double> next;
    for (double c : counts)
      for (int64_t o = 0; o < outDims[d]; ++o) {
        int64_t inside = 0;
        for (int64_t i = 0; i < window.kernel[d]; ++i) {
          int64_t p = o * window.strides[d] + i * window.dilations[d] - window.begin[d];
          inside += p >= 0 && p < inDims[d];
        }
        next.push_back(c * inside);
      }
    counts = std::move(next);
  }
  return counts;
}

/// The greatest element of a window is the greatest of its rows' greatest: of 13 × 13 elements 26 are read, not 169. Worth it where rows are
/// in several windows.
bool PoolKernel::takesRowsFirst() {
  constexpr int64_t kLeastRow = 3;
  return op.getKind() == nn::PoolKind::max && outDims.size() == 2 && window.kernel[0] > window.strides[0] && std::min(window.kernel[0], window.kernel[1]) >= kLeastRow;
}

void PoolKernel::emit() {
  ArrayRef<int64_t> in = shapeOf(op.getInput());
  std::optional<Planes> padded;
  if (window.isPadded())
    e.each([&] { padded = allocatePadded(k, storageType(element), 1, inDims, window, fill(), /*own=*/true); });
  if (window.isPadded() && op.getKind() == nn::PoolKind::average && !op.getCountIncludePad())
    reciprocals = k.pool.address(e.b, e.loc, "counts" + llvm::utohexstr(reinterpret_cast<uintptr_t>(op.getOperation())), [&] {
      ConstantPool::Bytes bytes;
      for (double count : insideCounts(window, inDims, outDims))
        appendElement(bytes, accumulator, std::max(count, 1.0), static_cast<int64_t>(std::max(count, 1.0)));
      return bytes;
    });
  if (takesRowsFirst())
    e.each([&] { rowBase = k.ownScratch(window.padded(inDims)[0] * outDims[1] * storageBytes(element)); });
  Value x = k.pointer(op.getInput());
  e.shareNest({in[0], in[1]}, [&](ArrayRef<Value> i) {
    Planes source{Value(), storageType(element), 1, inDims, false};
    source.base = e.at(x, e.times(e.add(e.times(i[0], in[1]), i[1]), source.planeSize()), source.element);
    if (padded) {
      writeInterior(k, source, *padded, window);
      source = *padded;
    }
    plane(i[0], i[1], source);
  });
}

} // namespace

LogicalResult cpu::emitPool(Kernel &k, nn::PoolOp op) {
  k.walk(anchorPartition(op));
  PoolKernel(k, op).emit();
  return success();
}
