//===- Compose.cpp - operators written as formulas of others ----------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Import/Ops/Compose.h"
#include "compiler/Import/Ops/Counting.h"

using namespace mlir;
using namespace weft;
using namespace weft::import;

Value Compose::list(List<double> values, Type element, List<int64_t> shape) {
  if (!element || node.failed())
    return {};
  if (!isa<FloatType>(element)) {
    (void)node.unsupported("its elements are no floats");
    return {};
  }
  return node.makeConstant(HostTensor::ofDoubles(RankedTensorType::get(shape, element), values), node.name());
}

Value Compose::list(List<int64_t> values, Type element, List<int64_t> shape) {
  if (!element || node.failed())
    return {};
  if (!isa<IntegerType>(element)) {
    (void)node.unsupported("its elements are no integers");
    return {};
  }
  return node.makeConstant(HostTensor::ofIntegers(RankedTensorType::get(shape, element), values), node.name());
}

Value Compose::iota(int64_t count, Type element, int64_t axis, int64_t rank) {
  return element && !node.failed() ? countAlong(node, count, axis, rank, element) : Value();
}

Value Compose::concat(List<Value> parts, int64_t axis) {
  if (parts.size() == 1)
    return parts[0];
  SmallVector<Value> all(parts);
  return node.create<nn::ConcatOp>(node.elementType(parts[0]), all, axis);
}

Value Compose::slice(Value x, int64_t axis, int64_t start, int64_t size, int64_t step) {
  if (!x)
    return {};
  int64_t rank = node.rank(x);
  if (start == 0 && step == 1 && node.shape(x)[axis] == size)
    return x;
  SmallVector<int64_t> starts(rank, 0), sizes, steps(rank, 1);
  for (int64_t d : node.shape(x))
    sizes.push_back(ShapedType::isDynamic(d) ? -1 : d);
  starts[axis] = start, sizes[axis] = size, steps[axis] = step;
  return node.create<nn::SliceOp>(node.elementType(x), x, starts, sizes, steps);
}

Value Compose::pad(Value x, List<int64_t> low, List<int64_t> high, double value) {
  auto none = [](int64_t p) { return p == 0; };
  if (llvm::all_of(low, none) && llvm::all_of(high, none))
    return x;
  return node.create<nn::PadOp>(node.elementType(x), x, low, high, nn::PadMode::constant, APFloat(value));
}

Value Compose::padAxis(Value x, int64_t axis, int64_t low, int64_t high, double value) {
  SmallVector<int64_t> before(node.rank(x), 0), after(node.rank(x), 0);
  if (!x)
    return {};
  before[axis] = low, after[axis] = high;
  return pad(x, before, after, value);
}

Value Compose::along(Value vector, int64_t axis, int64_t rank) {
  if (!vector)
    return {};
  SmallVector<Dim> to = dims(vector);
  int64_t after = rank - axis - static_cast<int64_t>(to.size());
  if (after < 0) {
    (void)node.invalid("has an operand of rank " + Twine(to.size()) + " where rank 1 is expected");
    return {};
  }
  to.append(after, Dim(1));
  return node.reshapeTo(vector, to);
}

Value Compose::unsqueeze(Value x, int64_t axis) {
  SmallVector<Dim> to = dims(x);
  if (!x)
    return {};
  to.insert(to.begin() + axis, Dim(1));
  return node.reshapeTo(x, to);
}

Value Compose::squeeze(Value x, int64_t axis) {
  SmallVector<Dim> to = dims(x);
  if (!x)
    return {};
  to.erase(to.begin() + axis);
  return node.reshapeTo(x, to);
}

SmallVector<int64_t> weft::import::movedAxis(int64_t rank, int64_t from, int64_t to) {
  SmallVector<int64_t> perm = llvm::to_vector(llvm::seq<int64_t>(0, rank));
  perm.erase(perm.begin() + from);
  perm.insert(perm.begin() + to, from);
  return perm;
}
