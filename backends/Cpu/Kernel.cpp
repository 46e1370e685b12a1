//===- Kernel.cpp - one kernel being written --------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "backends/Cpu/Kernel.h"
#include "backends/Cpu/Constants.h"

using namespace mlir;
using namespace weft;
using namespace weft::cpu;

Value Kernel::pointer(Value operand) {
  Value root = bufferRoot(operand);
  if (isConstant(root))
    return pool.address(e.b, e.loc, constantKey(root) + ".plain", [&] { return storageImage(root); });
  assert(buffers.count(root) && "operand without a buffer");
  return buffers.lookup(root);
}

Value Kernel::scratch(int64_t bytes) {
  Value base = e.at(scratchBase, scratchBytes, e.b.getI8Type());
  scratchBytes += llvm::alignTo(bytes + 64, 64);
  return base;
}

Value Kernel::ownScratch(int64_t bytes) {
  if (!threadNumber)
    return scratch(bytes);
  int64_t each = llvm::alignTo(bytes + 64, 64);
  Value base = e.at(scratchBase, e.plus(e.times(threadNumber, each), scratchBytes), e.b.getI8Type());
  scratchBytes += each * e.threads;
  return base;
}

void Kernel::walk(Partition p) {
  partition = std::move(p);
  ArrayRef<int64_t> shape = group.shape();
  SmallVector<int64_t> strides(shape.size());
  int64_t stride = 1;
  for (int64_t d = shape.size() - 1; d >= 0; --d) {
    strides[d] = stride;
    stride *= shape[d];
  }
  resultStrides = *collapse(strides, shape, partition);
  walkExtents.clear();
  for (auto [begin, end] : partition) {
    int64_t extent = 1;
    for (int d = begin; d < end; ++d)
      extent *= shape[d];
    walkExtents.push_back(extent);
  }
  contiguous = true;
  for (Operation *op : group.ops)
    for (unsigned i = 0; i < op->getNumOperands() && isPointwise(op); ++i) {
      auto own = collapse(operandStrides(op, i), shape, partition);
      if (!group.contains(op->getOperand(i)) && own && !own->empty() && own->back() > 1)
        contiguous = false;
    }
}

Value Kernel::offset(ArrayRef<int64_t> strides, ArrayRef<Value> indices) {
  Value sum = e.index(0);
  for (auto [stride, i] : llvm::zip(strides, indices))
    if (stride != 0)
      sum = e.add(sum, e.times(i, stride));
  return sum;
}

Value Kernel::operand(Operation *op, unsigned i, ArrayRef<Value> indices, int lanes, int count) {
  Value v = op->getOperand(i);
  if (group.contains(v))
    return evaluate(v, indices, lanes, count);
  Type element = elementOf(v);
  auto type = cast<RankedTensorType>(v.getType());
  if (isConstant(v) && type.getNumElements() == 1) {
    auto tensor = constantTensor(v);
    Type vec = e.vec(computeType(element), lanes);
    return isa<FloatType>(element) ? e.number(vec, tensor.asDouble(0)) : e.integer(vec, tensor.asInteger(0));
  }
  auto strides = collapse(operandStrides(op, i), group.shape(), partition);
  assert(strides && "operand does not follow the walk");
  Value at = offset(*strides, indices);
  if (!strides->empty() && strides->back() != 0)
    return e.load(pointer(v), at, element, lanes, count);
  return e.splat(e.load(pointer(v), at, element), lanes);
}

/// Σ_k [x ≥ T[c, k]] with the thresholds laid out [k][c], so that channels may be lanes (A4t).
Value Kernel::threshold(nn::ThresholdOp op, Value x, ArrayRef<Value> indices, int count) {
  auto type = cast<RankedTensorType>(op.getThresholds().getType());
  int64_t channels = type.getDimSize(0), levels = type.getDimSize(1);
  assert(isConstant(op.getThresholds()) && "thresholds are constants");
  int lanes = e.lanesOf(x);
  Type element = getElementTypeOrSelf(x.getType());
  Value base = pool.address(e.b, e.loc, constantKey(op.getThresholds()) + ".levels" + std::to_string(element.getIntOrFloatBitWidth()), [&] {
    ConstantPool::Bytes bytes;
    auto t = constantTensor(op.getThresholds());
    // A threshold outside of the input's type acts as its bounds do.
    for (int64_t k = 0; k < levels; ++k)
      for (int64_t c = 0; c < channels; ++c)
        appendElement(bytes, element, 0, element.isInteger(32) ? std::clamp<int64_t>(t.asInteger(c * levels + k), INT32_MIN, INT32_MAX) : t.asInteger(c * levels + k));
    return bytes;
  });
  auto strides = collapse(operandStrides(op, 1), group.shape(), partition);
  Value channel = offset(*strides, indices);
  bool alongLanes = !strides->empty() && strides->back() != 0;
  Value start = e.integer(x.getType(), op.getLo());
  auto step = [&](Value k, Value sum) -> Value {
    Value at = e.add(e.times(k, channels), channel);
    Value t = alongLanes ? e.load(base, at, element, lanes, count) : e.splat(e.load(base, at, element), lanes);
    return e.add(sum, arith::ExtUIOp::create(e.b, e.loc, x.getType(), e.atLeast(x, t)));
  };
  if (levels <= 8) {
    for (int64_t k = 0; k < levels; ++k)
      start = step(e.index(k), start);
    return start;
  }
  return e.loopCarry(e.index(0), e.index(levels), 1, {start}, [&](Value k, ValueRange sum) {
    return SmallVector<Value>{step(k, sum[0])};
  })[0];
}

Value Kernel::table(nn::TableOp op, Value x) {
  Type from = elementOf(op.getInput()), to = elementOf(op.getResult());
  unsigned bits = from.getIntOrFloatBitWidth();
  int64_t least = isUnsigned(from) ? 0 : -(int64_t(1) << (bits - 1));
  Value base = pointer(op.getTable());
  int lanes = e.lanesOf(x);
  Value index = e.convert(e.sub(x, e.integer(x.getType(), least)), e.i64());
  if (lanes == 1)
    return e.load(base, index, to);
  Value result = e.integer(e.vec(computeType(to), lanes), 0);
  for (int lane = 0; lane < lanes; ++lane) {
    Value entry = e.load(base, vector::ExtractOp::create(e.b, e.loc, index, lane), to);
    result = vector::InsertOp::create(e.b, e.loc, entry, result, lane);
  }
  return result;
}

/// A20. Lanes are neighbours, for they are stored next to each other.
Value Kernel::stochasticRound(nn::StochasticRoundOp op, Value x, Value seed, ArrayRef<Value> indices) {
  int lanes = e.lanesOf(x);
  Type words = e.vec(e.b.getI32Type(), lanes);
  auto word = [&](uint32_t v) { return e.integer(words, static_cast<int32_t>(v)); };
  auto mix = [&](Value h, int shift) -> Value {
    return arith::XOrIOp::create(e.b, e.loc, h, arith::ShRUIOp::create(e.b, e.loc, h, word(shift)));
  };
  Value index = e.splat(e.convert(offset(resultStrides, indices), e.b.getI32Type()), lanes);
  if (lanes > 1) {
    SmallVector<int32_t> places;
    for (int i = 0; i < lanes; ++i)
      places.push_back(i);
    auto type = cast<VectorType>(words);
    index = e.add(index, arith::ConstantOp::create(e.b, e.loc, DenseElementsAttr::get(type, ArrayRef<int32_t>(places))));
  }
  Value key = e.add(seed, word(static_cast<uint32_t>(op.getStream()) * 0x85EBCA6Bu));
  Value h = arith::XOrIOp::create(e.b, e.loc, e.mul(index, word(0x9E3779B1u)), key);
  h = e.mul(mix(h, 16), word(0x7FEB352Du));
  h = mix(e.mul(mix(h, 15), word(0x846CA68Bu)), 16);
  Value top = arith::ShRUIOp::create(e.b, e.loc, h, word(8));
  Value u = e.mul(e.convert(top, e.b.getF32Type()), e.number(x.getType(), 0x1p-24));
  Value floor = math.floor(x), up = e.greater(e.sub(x, floor), u);
  return e.select(up, e.add(floor, e.number(x.getType(), 1)), floor);
}

Value Kernel::evaluate(Value nnValue, ArrayRef<Value> indices, int lanes, int count) {
  if (Value known = computed.lookup(nnValue))
    return known;
  Operation *op = nnValue.getDefiningOp();
  assert(group.contains(nnValue) && "only values of the group are evaluated");
  SmallVector<Value> args{operand(op, 0, indices, lanes, count)};
  Value result;
  if (auto t = dyn_cast<nn::ThresholdOp>(op)) {
    result = threshold(t, args[0], indices, count);
  } else if (auto t = dyn_cast<nn::TableOp>(op)) {
    result = table(t, args[0]);
  } else if (auto r = dyn_cast<nn::StochasticRoundOp>(op)) {
    result = stochasticRound(r, args[0], operand(op, 1, indices, lanes, count), indices);
  } else {
    for (unsigned i = 1; i < op->getNumOperands(); ++i)
      args.push_back(op->getOperand(i) == op->getOperand(0) ? args[0] : operand(op, i, indices, lanes, count));
    result = e.rounded(applyPointwise(math, e, op, args), elementOf(nnValue));
  }
  computed[nnValue] = result;
  return result;
}

Value Kernel::beforePool(Value anchorValue, ArrayRef<Value> indices) {
  Value result = group.anchor->getResult(0);
  computed.clear();
  computed[result] = e.rounded(anchorValue, elementOf(result));
  return evaluate(group.pool.getInput(), indices, e.lanesOf(anchorValue));
}

void Kernel::finish(Value value, ArrayRef<Value> indices, int count) {
  if (sink)
    return sink(value, indices, count);
  computed.clear();
  Value result = (group.pool ? group.pool : group.anchor)->getResult(0);
  computed[result] = e.rounded(value, elementOf(result));
  produce(indices, e.lanesOf(value), count);
}

void Kernel::produce(ArrayRef<Value> indices, int lanes, int count) {
  Value value = evaluate(group.result(), indices, lanes, count);
  computed.clear();
  e.store(value, out, offset(resultStrides, indices), elementOf(group.result()), count);
}

/// What is left of a row after whole vectors, in halves, quarters, ….
static void coverRest(Emitter &e, int64_t whole, int64_t extent, int lanes, function_ref<void(Value, int)> body) {
  for (int part = lanes / 2; part >= 1 && whole < extent; part /= 2)
    if (extent - whole >= part) {
      body(e.index(whole), part);
      whole += part;
    }
}

void cpu::coverRow(Emitter &e, int64_t extent, int lanes, function_ref<void(Value, int)> body) {
  int64_t whole = extent / lanes * lanes;
  e.loop(0, whole, lanes, [&](Value i) { body(i, lanes); });
  coverRest(e, whole, extent, lanes, body);
}

void cpu::shareRow(Emitter &e, int64_t extent, int lanes, function_ref<void(Value, int)> body) {
  int64_t whole = extent / lanes * lanes;
  e.shareWithRest(extent / lanes, lanes, whole < extent, [&](Value i) { body(i, lanes); }, [&] { coverRest(e, whole, extent, lanes, body); });
}
