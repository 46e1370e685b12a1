//===- BitPlanes.cpp - products with a matrix of bit planes, cut at run time --------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
// A line of a plane is a vector of dwords: an output's bits for 32 inputs. Lines follow each other input by input, then output by
// output, then plane by plane, so that planes that are cut off are not read. Two ways read the same lines:
//  - populations: inputs are sliced into planes, too; AND, population count, add (time: planes × bits of an input);
//  - bytes: lines of up to eight planes are transposed in registers to lines of bytes, four to a lane, for products of bytes.
// The first is as fast where planes × bits is 8, and portable; the second wins beyond. Inputs are made unsigned by an offset, and weights by
// flipping the top plane; constants and the sum of a sample's inputs take both back (modulo 2^32: true sums fit, A3).
#include "backends/Cpu/Constants.h"
#include "backends/Cpu/Kernels/Product.h"
#include "backends/Cpu/Prepare.h"
#include "passes/Compression/PlaneCut.h"
#include "passes/Evaluation/Evaluator.h"

using namespace mlir;
using namespace weft;
using namespace weft::cpu;
using compression::kLeastPlanes;
using compression::PlaneLayer;

namespace {

/// Inputs of a line.
constexpr int64_t kLine = 32;
/// Planes times bits of an input up to which populations are counted.
constexpr int64_t kCountedWork = 8;

class BitPlaneKernel {
public:
  BitPlaneKernel(Kernel &k, const Dense &d, PlaneLayer layer)
      : k(k), e(k.e), d(d), layer(std::move(layer)), planes(this->layer.planes()), shift(this->layer.weight.getShift()), i8(e.b.getI8Type()),
        i32(e.b.getI32Type()), input(elementOf(d.input)), inputBits(input.getIntOrFloatBitWidth()),
        offset(isUnsigned(input) ? 0 : int64_t(1) << (inputBits - 1)), lanes(e.target.lanes), groups(llvm::divideCeil(d.outputs, lanes)),
        lines(llvm::divideCeil(d.depth, kLine)), row(e.vec(i32, lanes)) {
    arithmetic = Arithmetic::choose(e, input, i8, elementOf(d.bias));
    arithmetic.flipSign = false;
  }
  void emit();

private:
  using Values = SmallVector<Value>;
  bool takesBytes(int64_t kept) const { return arithmetic.dot4 && planes <= 8 && kept * inputBits > kCountedWork; }
  ConstantPool::Bytes packPlanes();
  ConstantPool::Bytes packBias();
  int64_t offsetFactor(int64_t kept, bool isSigned) const;
  Value shiftLeft(Value v, int64_t by) { return by ? Value(arith::ShLIOp::create(e.b, e.loc, v, e.integer(v.getType(), by))) : v; }
  Value shiftRight(Value v, int64_t by) { return by ? Value(arith::ShRUIOp::create(e.b, e.loc, v, e.integer(v.getType(), by))) : v; }
  Value both(Value l, Value r) { return arith::AndIOp::create(e.b, e.loc, l, r); }
  Value merge(int64_t mask, Value l, Value r);
  Value inputs(Value sample, Value line, int64_t count);
  Value line(Value plane, Value group, Value at);
  void prepare(llvm::function_ref<void(Value inputs, Value sample, Value line)> store);
  void finish(Value sum, Value sample, Value group, bool last);
  void eachGroup(llvm::function_ref<void(Value group, bool last)> body);
  // bytes
  Values bytesOf(Values lines);
  void multiply(int64_t kept);
  void multiplyTile(int64_t kept, Value group, bool last, Value firstSample, int samples);
  // populations
  void count(Value kept);
  Value countPlane(Value plane, Value group, Value sample);

  Kernel &k;
  Emitter &e;
  const Dense &d;
  PlaneLayer layer;
  int64_t planes, shift;
  Type i8, i32, input;
  int64_t inputBits, offset;
  int lanes;
  int64_t groups, lines;
  Type row;
  Arithmetic arithmetic;
  Value x, w, b, factors, prepared, totals;
};

/// [plane][group][line][lane], the top plane flipped.
ConstantPool::Bytes BitPlaneKernel::packPlanes() {
  reference::Tensor bits = constantTensor(layer.weight.getPlanes());
  std::vector<uint32_t> words(planes * groups * lines * lanes, 0);
  for (int64_t t = 0, at = 0; t < planes; ++t)
    for (int64_t o = 0; o < d.outputs; ++o)
      for (int64_t j = 0; j < d.depth; ++j, ++at)
        if (bits.integers()[at] != (t == planes - 1))
          words[((t * groups + o / lanes) * lines + j / kLine) * lanes + o % lanes] |= uint32_t(1) << (j % kLine);
  return toBytes(words);
}

/// [kept][output]: what the bias of a cut and the offset of the inputs add.
ConstantPool::Bytes BitPlaneKernel::packBias() {
  std::vector<int32_t> values((planes + 1) * groups * lanes, 0);
  for (int64_t kept = kLeastPlanes; kept <= planes; ++kept) {
    std::vector<int64_t> bias = layer.bias(kept), weights = layer.weights(kept);
    for (int64_t i = 0; i < static_cast<int64_t>(weights.size()); ++i)
      bias[i / d.depth] -= offset * weights[i];
    for (int64_t o = 0; o < d.outputs; ++o)
      values[kept * groups * lanes + o] = static_cast<int32_t>(bias[o]);
  }
  return toBytes(values);
}

/// What the sum of the inputs is multiplied by: the half that stands for the planes below, and the flipped top plane.
int64_t BitPlaneKernel::offsetFactor(int64_t kept, bool isSigned) const {
  int64_t half = kept < planes ? int64_t(1) << (shift + planes - kept - 1) : 0;
  return half - (isSigned ? 0 : int64_t(1) << (shift + planes - 1));
}

/// Bits of `l` where the mask has ones, of `r` elsewhere.
Value BitPlaneKernel::merge(int64_t mask, Value l, Value r) {
  return arith::OrIOp::create(e.b, e.loc, both(l, e.integer(row, mask)), both(r, e.integer(row, static_cast<int32_t>(~mask))));
}

/// The inputs of a line, with the offset; zeros behind the first `count`.
Value BitPlaneKernel::inputs(Value sample, Value line, int64_t count) {
  Type stored = storageType(input);
  Value at = e.at(x, e.add(e.times(sample, d.depth), e.times(line, kLine)), stored);
  Type vector = e.vec(stored, kLine);
  if (count == kLine)
    return e.add(e.rawLoad(at, stored, kLine), e.integer(vector, offset));
  // The tail lies in memory with a whole line's room: a vector would be masked by 32 lanes where a target has no such loads.
  Value tail = e.at(totals, (d.rows + 15) / 16 * 16, i32);
  e.rawStore(e.integer(vector, 0), tail);
  coverRow(e, count, 16, [&](Value i, int part) {
    Value loaded = e.rawLoad(e.at(at, i, stored), stored, part);
    e.rawStore(e.add(loaded, e.integer(loaded.getType(), offset)), e.at(tail, i, stored));
  });
  return e.rawLoad(tail, stored, kLine);
}

/// Hands the inputs of every line on, and sums those of each sample.
void BitPlaneKernel::prepare(llvm::function_ref<void(Value, Value, Value)> store) {
  Type wide = e.vec(i32, kLine);
  auto one = [&](Value sample, Value line, Value sum, int64_t count) {
    Value found = inputs(sample, line, count);
    store(found, sample, line);
    return e.add(sum, arith::ExtUIOp::create(e.b, e.loc, wide, found));
  };
  e.loop(0, d.rows, 1, [&](Value sample) {
    int64_t whole = d.depth / kLine;
    Value sum = e.loopCarry(e.index(0), e.index(whole), 1, {e.integer(wide, 0)}, [&](Value line, ValueRange carried) {
      return Values{one(sample, line, carried[0], kLine)};
    })[0];
    if (d.depth % kLine)
      sum = one(sample, e.index(whole), sum, d.depth % kLine);
    Value total = vector::ReductionOp::create(e.b, e.loc, vector::CombiningKind::ADD, sum);
    e.rawStore(total, e.at(totals, sample, i32));
  });
}

Value BitPlaneKernel::line(Value plane, Value group, Value at) {
  Value first = e.add(e.times(plane, groups * lines), e.times(group, lines));
  return e.rawLoad(e.at(w, e.times(e.add(first, at), lanes), i32), i32, lanes);
}

void BitPlaneKernel::eachGroup(llvm::function_ref<void(Value, bool)> body) {
  int64_t whole = d.outputs / lanes;
  e.loop(0, whole, 1, [&](Value group) { body(group, false); });
  if (whole < groups)
    body(e.index(whole), true);
}

void BitPlaneKernel::finish(Value sum, Value sample, Value group, bool last) {
  k.finish(sum, {sample, e.times(group, lanes)}, last ? d.outputs % lanes : 0);
}

// --- bytes

/// Bit p of byte i of a line's dword belongs to input 8·i + p. The result's vector p holds, in byte i, the bits of all lines there: neighbours
/// are merged three times, two bits, four bits, a byte.
BitPlaneKernel::Values BitPlaneKernel::bytesOf(Values lines) {
  constexpr int64_t kEven[] = {0x55555555, 0x33333333, 0x0F0F0F0F};
  int fields = llvm::PowerOf2Ceil(lines.size()); // bits of a field when all lines are merged
  lines.resize(fields, e.integer(row, 0));
  SmallVector<Values> parts; // of each line that is left: vectors by the first bit of their lowest field
  for (Value v : lines)
    parts.push_back({v});
  for (int stage = 0; parts.size() > 1; ++stage) {
    SmallVector<Values> next;
    for (size_t i = 0; i < parts.size(); i += 2) {
      Values low, high;
      for (auto [l, r] : llvm::zip(parts[i], parts[i + 1])) {
        low.push_back(merge(kEven[stage], l, shiftLeft(r, 1 << stage)));
        high.push_back(merge(kEven[stage], shiftRight(l, 1 << stage), r));
      }
      low.append(high);
      next.push_back(low);
    }
    parts = std::move(next);
  }
  Values bytes;
  int64_t mask = 0x01010101LL * ((1 << fields) - 1);
  for (int at = 0; at < 8; at += fields)
    for (Value v : parts[0])
      bytes.push_back(fields == 8 ? v : both(shiftRight(v, at), e.integer(row, mask)));
  return bytes;
}

void BitPlaneKernel::multiplyTile(int64_t kept, Value group, bool last, Value firstSample, int samples) {
  int chains = samples == 1 ? 4 : samples <= 3 ? 2 : 1; // products that do not wait for each other
  bool isSigned = kept == 8; // a byte holds no eight unsigned bits
  auto sums = e.loopCarry(e.index(0), e.index(lines), 1, Values(samples * chains, e.integer(row, 0)), [&](Value at, ValueRange carried) {
    Values stored, next(carried.begin(), carried.end());
    for (int64_t t = planes - kept; t < planes; ++t)
      stored.push_back(line(e.index(t), group, at));
    if (isSigned)
      stored.back() = arith::XOrIOp::create(e.b, e.loc, stored.back(), e.integer(row, -1));
    Values bytes = bytesOf(std::move(stored));
    for (int s = 0; s < samples; ++s)
      for (int p = 0; p < 8; ++p) {
        Value address = e.plus(e.add(e.times(e.plus(firstSample, s), lines * 8), e.times(at, 8)), p);
        Value four = e.splat(LLVM::LoadOp::create(e.b, e.loc, i32, e.at(prepared, address, i32), 4), lanes);
        Value &sum = next[s * chains + p % chains];
        sum = multiplyAdd(e, arithmetic, sum, four, bytes[p]);
      }
    return next;
  });
  Value bias = e.rawLoad(e.at(b, e.plus(e.times(group, lanes), kept * groups * lanes), i32), i32, lanes);
  for (int s = 0; s < samples; ++s) {
    Value sum = sums[s * chains], sample = e.plus(firstSample, s);
    for (int c = 1; c < chains; ++c)
      sum = e.add(sum, sums[s * chains + c]);
    Value total = e.splat(e.rawLoad(e.at(totals, sample, i32), i32, 1), lanes);
    Value constant = e.mul(total, e.integer(row, static_cast<int32_t>(offsetFactor(kept, isSigned))));
    finish(e.add(e.add(shiftLeft(sum, shift + planes - kept), constant), bias), sample, group, last);
  }
}

void BitPlaneKernel::multiply(int64_t kept) {
  SmallVector<int64_t> order; // four inputs that share a bit's place in their bytes
  for (int p = 0; p < 8; ++p)
    for (int i = 0; i < 4; ++i)
      order.push_back(8 * i + p);
  prepare([&](Value found, Value sample, Value line) {
    Value moved = vector::ShuffleOp::create(e.b, e.loc, found, found, order);
    e.rawStore(moved, e.at(prepared, e.times(e.add(e.times(sample, lines), line), kLine), i8));
  });
  int64_t most = e.target.avx512 ? 8 : 4, passes = llvm::divideCeil(d.rows, most), tile = llvm::divideCeil(d.rows, passes);
  int64_t whole = d.rows / tile * tile;
  eachGroup([&](Value group, bool last) {
    e.loop(0, whole, tile, [&](Value sample) { multiplyTile(kept, group, last, sample, tile); });
    if (whole < d.rows)
      multiplyTile(kept, group, last, e.index(whole), d.rows - whole);
  });
}

// --- populations

/// Σ_s 2^s · population of a plane and plane s of a sample's inputs.
Value BitPlaneKernel::countPlane(Value plane, Value group, Value sample) {
  auto sums = e.loopCarry(e.index(0), e.index(lines), 1, Values(inputBits, e.integer(row, 0)), [&](Value at, ValueRange carried) {
    Value bits = line(plane, group, at), first = e.times(e.add(e.times(sample, lines), at), inputBits);
    Values next;
    for (int64_t s = 0; s < inputBits; ++s) {
      Value slice = e.splat(e.rawLoad(e.at(prepared, e.plus(first, s), i32), i32, 1), lanes);
      next.push_back(e.add(carried[s], LLVM::CtPopOp::create(e.b, e.loc, both(bits, slice))));
    }
    return next;
  });
  Value sum = sums[0];
  for (int64_t s = 1; s < inputBits; ++s)
    sum = e.add(sum, shiftLeft(sums[s], s));
  return sum;
}

void BitPlaneKernel::count(Value kept) {
  prepare([&](Value found, Value sample, Value line) {
    Value first = e.times(e.add(e.times(sample, lines), line), inputBits);
    for (int64_t s = 0; s < inputBits; ++s) {
      Value only = both(found, e.integer(found.getType(), int64_t(1) << s));
      Value set = arith::CmpIOp::create(e.b, e.loc, arith::CmpIPredicate::ne, only, e.integer(found.getType(), 0));
      e.rawStore(e.bitcast(set, i32), e.at(prepared, e.plus(first, s), i32));
    }
  });
  Value dropped = e.sub(e.index(planes), kept), below = e.convert(e.plus(dropped, shift), i32);
  Value factor = e.splat(e.rawLoad(e.at(factors, kept, i32), i32, 1), lanes);
  eachGroup([&](Value group, bool last) {
    Value bias = e.rawLoad(e.at(b, e.add(e.times(group, lanes), e.times(kept, groups * lanes)), i32), i32, lanes);
    e.loop(0, d.rows, 1, [&](Value sample) {
      Value sum = e.loopCarry(dropped, e.index(planes), 1, {e.integer(row, 0)}, [&](Value plane, ValueRange carried) {
        Value place = e.splat(e.convert(e.sub(plane, dropped), i32), lanes);
        return Values{e.add(carried[0], arith::ShLIOp::create(e.b, e.loc, countPlane(plane, group, sample), place))};
      })[0];
      sum = arith::ShLIOp::create(e.b, e.loc, sum, e.splat(below, lanes));
      Value total = e.splat(e.rawLoad(e.at(totals, sample, i32), i32, 1), lanes);
      finish(e.add(e.add(sum, e.mul(total, factor)), bias), sample, group, last);
    });
  });
}

/// All planes of a weight that stays near are its bytes; every cut that takes bytes has code of its own.
void BitPlaneKernel::emit() {
  x = k.pointer(d.input);
  std::string key = constantKey(layer.weight.getPlanes()) + ".planes" + std::to_string(lanes) + "s" + std::to_string(shift);
  w = k.pool.address(e.b, e.loc, key, [&] { return packPlanes(); });
  b = k.pool.address(e.b, e.loc, key + constantKey(d.bias) + ".o" + std::to_string(offset), [&] { return packBias(); });
  factors = k.pool.address(e.b, e.loc, key + ".factors", [&] {
    std::vector<int32_t> values(planes + 1, 0);
    for (int64_t kept = kLeastPlanes; kept <= planes; ++kept)
      values[kept] = static_cast<int32_t>(offsetFactor(kept, /*isSigned=*/false));
    return toBytes(values);
  });
  prepared = k.scratch(d.rows * lines * kLine / 8 * std::max<int64_t>(8, inputBits));
  totals = k.scratch((d.rows + 15) / 16 * 64 + kLine * 2);
  Value kept = k.planes;
  auto when = [&](Value condition, llvm::function_ref<void()> body) {
    auto branch = scf::IfOp::create(e.b, e.loc, condition, /*withElseRegion=*/false);
    OpBuilder::InsertionGuard guard(e.b);
    e.b.setInsertionPointToStart(&branch.getThenRegion().front());
    body();
  };
  auto dense = layer.weight->getAttrOfType<ElementsAttr>(kDenseAttr);
  int64_t most = dense ? planes - 1 : planes, counted = kLeastPlanes - 1;
  while (counted < most && !takesBytes(counted + 1))
    ++counted;
  if (counted >= kLeastPlanes)
    when(e.less(kept, e.index(counted + 1)), [&] { count(kept); });
  for (int64_t each = counted + 1; each <= most; ++each)
    when(arith::CmpIOp::create(e.b, e.loc, arith::CmpIPredicate::eq, kept, e.index(each)), [&] { multiply(each); });
  if (!dense)
    return;
  when(arith::CmpIOp::create(e.b, e.loc, arith::CmpIPredicate::eq, kept, e.index(planes)), [&] {
    OpBuilder before(layer.linear);
    auto constant = nn::ConstantOp::create(before, e.loc, dense);
    emitDense(k, {d.rows, d.depth, d.outputs, d.input, constant, d.bias});
  });
}

} // namespace

bool cpu::emitBitPlanes(Kernel &kernel, const Dense &d) {
  auto linear = dyn_cast<nn::LinearOp>(kernel.group.anchor);
  if (!linear || !linear.getWeight().getDefiningOp<codec::BitplanesOp>())
    return false;
  auto layer = PlaneLayer::of(linear);
  assert(layer && "prepare() leaves no other bit planes");
  BitPlaneKernel(kernel, d, std::move(*layer)).emit();
  return true;
}
