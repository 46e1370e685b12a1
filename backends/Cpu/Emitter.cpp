//===- Emitter.cpp - short forms for writing loops over buffers -----------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "backends/Cpu/Emitter.h"
#include <limits>

using namespace mlir;
using namespace weft::cpu;

Type weft::cpu::storageType(Type element) {
  MLIRContext *context = element.getContext();
  if (element.isF64())
    return element;
  if (isa<FloatType>(element))
    return Float32Type::get(context);
  unsigned bits = element.getIntOrFloatBitWidth();
  return IntegerType::get(context, bits <= 8 ? 8 : bits <= 16 ? 16 : bits <= 32 ? 32 : 64);
}

Type weft::cpu::computeType(Type element) {
  MLIRContext *context = element.getContext();
  if (isa<FloatType>(element))
    return storageType(element);
  unsigned bits = element.getIntOrFloatBitWidth();
  return IntegerType::get(context, bits < 32 || (bits == 32 && !isUnsigned(element)) ? 32 : 64);
}

int64_t weft::cpu::storageBytes(Type element) { return storageType(element).getIntOrFloatBitWidth() / 8; }

bool weft::cpu::isUnsigned(Type element) {
  return element.isUnsignedInteger() || element.isInteger(1);
}

// --- types and constants

Type Emitter::vec(Type scalar, int lanes) { return lanes == 1 ? scalar : VectorType::get({lanes}, scalar); }

int Emitter::lanesOf(Value v) {
  auto type = dyn_cast<VectorType>(v.getType());
  return type ? type.getNumElements() : 1;
}

Value Emitter::index(int64_t value) { return arith::ConstantIntOp::create(b, loc, i64(), value); }

Value Emitter::number(Type type, double value) {
  auto scalar = FloatAttr::get(getElementTypeOrSelf(type), value);
  if (auto vector = dyn_cast<VectorType>(type))
    return arith::ConstantOp::create(b, loc, DenseElementsAttr::get(vector, scalar.getValue()));
  return arith::ConstantOp::create(b, loc, scalar);
}

Value Emitter::integer(Type type, int64_t value) {
  auto scalar = IntegerAttr::get(getElementTypeOrSelf(type), APInt(getElementTypeOrSelf(type).getIntOrFloatBitWidth(), value, true, true));
  if (auto vector = dyn_cast<VectorType>(type))
    return arith::ConstantOp::create(b, loc, DenseElementsAttr::get(vector, scalar.getValue()));
  return arith::ConstantOp::create(b, loc, scalar);
}

Value Emitter::splat(Value scalar, int lanes) {
  return lanes == 1 ? scalar : vector::BroadcastOp::create(b, loc, vec(scalar.getType(), lanes), scalar).getResult();
}

// --- arithmetic

static bool isFloat(Value v) { return isa<FloatType>(getElementTypeOrSelf(v.getType())); }

Value Emitter::add(Value l, Value r) {
  return isFloat(l) ? b.createOrFold<arith::AddFOp>(loc, l, r) : b.createOrFold<arith::AddIOp>(loc, l, r);
}
Value Emitter::sub(Value l, Value r) {
  return isFloat(l) ? b.createOrFold<arith::SubFOp>(loc, l, r) : b.createOrFold<arith::SubIOp>(loc, l, r);
}
Value Emitter::mul(Value l, Value r) {
  return isFloat(l) ? b.createOrFold<arith::MulFOp>(loc, l, r) : b.createOrFold<arith::MulIOp>(loc, l, r);
}
Value Emitter::fma(Value l, Value r, Value acc) {
  if (isFloat(l) && target.fusedMultiplyAdd)
    return LLVM::FMAOp::create(b, loc, l.getType(), l, r, acc);
  return add(mul(l, r), acc);
}
Value Emitter::less(Value l, Value r) { return greater(r, l); }
Value Emitter::greater(Value l, Value r) {
  if (isFloat(l))
    return arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OGT, l, r);
  return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::sgt, l, r);
}
Value Emitter::atLeast(Value l, Value r) {
  if (isFloat(l))
    return arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OGE, l, r);
  return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::sge, l, r);
}
Value Emitter::select(Value condition, Value l, Value r) { return arith::SelectOp::create(b, loc, condition, l, r); }
Value Emitter::maximum(Value l, Value r) {
  return isFloat(l) ? select(greater(l, r), l, r) : Value(arith::MaxSIOp::create(b, loc, l, r));
}
Value Emitter::minimum(Value l, Value r) {
  return isFloat(l) ? select(less(l, r), l, r) : Value(arith::MinSIOp::create(b, loc, l, r));
}

Value Emitter::bitcast(Value v, Type scalar) {
  return v.getType() == scalar ? v : Value(LLVM::BitcastOp::create(b, loc, scalar, v));
}

Value Emitter::convert(Value v, Type scalar) {
  Type from = getElementTypeOrSelf(v.getType()), to = vec(scalar, lanesOf(v));
  if (from == scalar)
    return v;
  unsigned fromBits = from.getIntOrFloatBitWidth(), toBits = scalar.getIntOrFloatBitWidth();
  bool fromFloat = isa<FloatType>(from), toFloat = isa<FloatType>(scalar);
  if (fromFloat && toFloat)
    return fromBits < toBits ? Value(arith::ExtFOp::create(b, loc, to, v)) : Value(arith::TruncFOp::create(b, loc, to, v));
  if (fromFloat)
    return arith::FPToSIOp::create(b, loc, to, v);
  if (toFloat)
    return arith::SIToFPOp::create(b, loc, to, v);
  return fromBits < toBits ? b.createOrFold<arith::ExtSIOp>(loc, to, v) : b.createOrFold<arith::TruncIOp>(loc, to, v);
}

// --- memory

Value Emitter::at(Value base, Value offset, Type storage) {
  APInt constant;
  if (matchPattern(offset, m_ConstantInt(&constant)) && constant.isZero())
    return base;
  return LLVM::GEPOp::create(b, loc, base.getType(), storage, base, ValueRange{offset}, LLVM::GEPNoWrapFlags::inbounds);
}

Value Emitter::mask(int lanes, int count) {
  SmallVector<bool> bits(lanes, false);
  std::fill(bits.begin(), bits.begin() + count, true);
  return arith::ConstantOp::create(b, loc, DenseElementsAttr::get(VectorType::get({lanes}, b.getI1Type()), bits));
}

Value Emitter::rawLoad(Value pointer, Type storage, int lanes, int count) {
  unsigned align = storage.getIntOrFloatBitWidth() / 8;
  Type type = vec(storage, lanes);
  if (count == 0 || count == lanes)
    return LLVM::LoadOp::create(b, loc, type, pointer, align);
  Value zero = isa<FloatType>(storage) ? number(type, 0) : integer(type, 0);
  return LLVM::MaskedLoadOp::create(b, loc, type, pointer, mask(lanes, count), zero, b.getI32IntegerAttr(align), UnitAttr());
}

void Emitter::rawStore(Value value, Value pointer, int count) {
  Type storage = getElementTypeOrSelf(value.getType());
  unsigned align = storage.getIntOrFloatBitWidth() / 8;
  int lanes = lanesOf(value);
  if (count == 0 || count == lanes) {
    LLVM::StoreOp::create(b, loc, value, pointer, align);
  } else if (storage.getIntOrFloatBitWidth() < 32) { // LLVM 22 writes 32 bits for a masked byte that was truncated
    for (int first = 0, part = lanes; first < count; first += part) {
      part = llvm::bit_floor(unsigned(count - first));
      Value some = part == 1 ? vector::ExtractOp::create(b, loc, value, first).getResult()
                             : vector::ExtractStridedSliceOp::create(b, loc, value, ArrayRef<int64_t>{first}, ArrayRef<int64_t>{part}, ArrayRef<int64_t>{1}).getResult();
      LLVM::StoreOp::create(b, loc, some, at(pointer, first, storage), align);
    }
  } else {
    LLVM::MaskedStoreOp::create(b, loc, value, pointer, mask(lanes, count), b.getI32IntegerAttr(align));
  }
}

Value Emitter::widen(Value stored, Type element) {
  Type scalar = computeType(element), type = vec(scalar, lanesOf(stored));
  if (stored.getType() == type)
    return stored;
  return isUnsigned(element) ? b.createOrFold<arith::ExtUIOp>(loc, type, stored) : b.createOrFold<arith::ExtSIOp>(loc, type, stored);
}

Value Emitter::wrap(Value value, Type element) {
  if (isa<FloatType>(element))
    return value;
  unsigned have = getElementTypeOrSelf(value.getType()).getIntOrFloatBitWidth(), bits = element.getIntOrFloatBitWidth();
  if (bits >= have)
    return value;
  Value narrow = arith::TruncIOp::create(b, loc, vec(b.getIntegerType(bits), lanesOf(value)), value);
  return isUnsigned(element) ? Value(arith::ExtUIOp::create(b, loc, value.getType(), narrow))
                             : Value(arith::ExtSIOp::create(b, loc, value.getType(), narrow));
}

Value Emitter::rounded(Value value, Type element) {
  bool isHalf = element.isF16();
  if (!isHalf && !element.isBF16())
    return value;
  int lanes = lanesOf(value), dropped = isHalf ? 13 : 16;
  if (isHalf && target.avx2) { // F16C comes with it: two instructions
    Value half = arith::TruncFOp::create(b, loc, vec(element, lanes), value);
    return arith::ExtFOp::create(b, loc, value.getType(), half);
  }
  Type words = vec(b.getI32Type(), lanes), floats = vec(b.getF32Type(), lanes);
  auto word = [&](int64_t v) { return integer(words, v); };
  Value bits = bitcast(value, words);
  Value odd = arith::AndIOp::create(b, loc, arith::ShRUIOp::create(b, loc, bits, word(dropped)), word(1));
  Value up = add(add(bits, word((1 << (dropped - 1)) - 1)), odd);
  Value result = bitcast(arith::AndIOp::create(b, loc, up, word(-(int64_t(1) << dropped))), floats);
  if (isHalf) {
    auto float32 = [&](double v) { return number(floats, v); };
    Value magnitude = LLVM::FAbsOp::create(b, loc, floats, result), own = LLVM::FAbsOp::create(b, loc, floats, value);
    auto withSign = [&](Value v) -> Value { return LLVM::CopySignOp::create(b, loc, floats, v, value); };
    result = select(greater(magnitude, float32(65504)), withSign(float32(std::numeric_limits<double>::infinity())), result);
    // Subnormal halves are multiples of 2^-24, as are floats just above one half.
    Value small = withSign(sub(add(own, float32(0.5)), float32(0.5)));
    result = select(less(own, float32(6.103515625e-05)), small, result);
  }
  return select(arith::CmpFOp::create(b, loc, arith::CmpFPredicate::UNO, value, value), value, result);
}

Value Emitter::load(Value base, Value offset, Type element, int lanes, int count) {
  Type storage = storageType(element);
  return widen(rawLoad(at(base, offset, storage), storage, lanes, count), element);
}

void Emitter::store(Value value, Value base, Value offset, Type element, int count) {
  Type storage = storageType(element);
  rawStore(rounded(convert(value, storage), element), at(base, offset, storage), count);
}

Value Emitter::gather(Value base, Value indices, Type storage) {
  int lanes = lanesOf(indices);
  if (lanes == 1)
    return rawLoad(at(base, b.createOrFold<arith::ExtUIOp>(loc, i64(), indices), storage), storage, 1);
  Type pointers = VectorType::get({lanes}, base.getType());
  Value wide = b.createOrFold<arith::ExtUIOp>(loc, vec(i64(), lanes), indices);
  Value addresses = LLVM::GEPOp::create(b, loc, pointers, storage, base, ValueRange{wide}, LLVM::GEPNoWrapFlags::inbounds);
  return LLVM::masked_gather::create(b, loc, vec(storage, lanes), addresses, mask(lanes, lanes), ValueRange(),
                                     b.getI32IntegerAttr(storage.getIntOrFloatBitWidth() / 8));
}

void Emitter::prefetch(Value pointer) {
  LLVM::Prefetch::create(b, loc, pointer, /*rw=*/0u, /*hint=*/3u, /*cache=*/1u);
}

// --- control

void Emitter::loop(Value lo, Value hi, int64_t step, function_ref<void(Value)> body) {
  loopCarry(lo, hi, step, {}, [&](Value iv, ValueRange) {
    body(iv);
    return List<Value>();
  });
}

void Emitter::loop(int64_t lo, int64_t hi, int64_t step, function_ref<void(Value)> body) {
  if (hi <= lo)
    return;
  if (lo + step >= hi)
    return body(index(lo));
  loop(index(lo), index(hi), step, body);
}

SmallVector<Value> Emitter::loopCarry(Value lo, Value hi, int64_t step, ValueRange inits,
                                      function_ref<List<Value>(Value, ValueRange)> body) {
  auto op = scf::ForOp::create(b, loc, lo, hi, index(step), inits, [&](OpBuilder &, Location, Value, ValueRange) {});
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(op.getBody());
  List<Value> results = body(op.getInductionVar(), op.getRegionIterArgs());
  b.setInsertionPointToEnd(op.getBody());
  if (op.getBody()->empty() || !op.getBody()->back().hasTrait<OpTrait::IsTerminator>())
    scf::YieldOp::create(b, loc, results);
  return List<Value>(op.getResults().begin(), op.getResults().end());
}

void Emitter::nestFrom(ArrayRef<int64_t> extents, int shared, List<Value> &indices, function_ref<void(ArrayRef<Value>)> body) {
  if (indices.size() == extents.size())
    return body(indices);
  auto inside = [&](Value iv) {
    indices.push_back(iv);
    nestFrom(extents, shared, indices, body);
    indices.pop_back();
  };
  if (static_cast<int>(indices.size()) == shared)
    return share(0, extents[shared], 1, inside);
  loop(0, extents[indices.size()], 1, inside);
}

void Emitter::nest(ArrayRef<int64_t> extents, function_ref<void(ArrayRef<Value>)> body) {
  List<Value> indices;
  nestFrom(extents, /*shared=*/-1, indices, body);
}

Value Emitter::intrinsic(StringRef name, Type result, ValueRange args) {
  return LLVM::CallIntrinsicOp::create(b, loc, result, b.getStringAttr(name), args).getResult(0);
}
