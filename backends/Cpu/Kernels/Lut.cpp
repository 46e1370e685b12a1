//===- Lut.cpp - netlists of truth tables, one sample per bit ---------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
// A block of as many samples as a vector has bits is evaluated at once: inputs are transposed to one bit vector per signal,
// tables become ternary logic on vectors in memory, outputs are transposed back. The logic is straight-line code in functions
// of some tables each; batch tiles share them. A function runs over the blocks of a tile: its code is read once for all of them.
#include "backends/Cpu/Kernels/BitTranspose.h"
#include "backends/Cpu/Kernels/Product.h"
#include "backends/Cpu/LutSchedule.h"
#include "dialects/Lut/IR/LutOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;
using namespace weft;
using namespace weft::cpu;

namespace {

/// Steps of a function: enough to pay for the call, few enough for LLVM's register allocation to stay linear.
constexpr size_t kChunkSteps = 200;

class LutKernel {
public:
  LutKernel(Kernel &k, lut::NetworkOp op) : k(k), e(k.e), op(op), network(op.getNetwork()) {}
  void emit();

private:
  void plan();
  std::string functionName(size_t chunk);
  void emitChunk(const LutChunk &chunk, const std::string &name);
  Value step(const TernaryStep &step, ArrayRef<Value> values);
  void block(BitTranspose &transpose, Value number, int64_t rows, Value vectors, bool in);
  Value slotTable();

  Kernel &k;
  Emitter &e;
  lut::NetworkOp op;
  reference::LutNetwork network;
  LutSchedule schedule;
  int64_t inBytes = 0, outBytes = 0; // of a sample
  int inPlanes = 1, outPlanes = 1;   // bits of a byte that are moved
  Type words;
};

int planesOf(int64_t bits) { return std::min<int64_t>(bits, 8); }

void LutKernel::plan() {
  Type in = cast<RankedTensorType>(op.getInput().getType()).getElementType(), out = cast<RankedTensorType>(op.getType()).getElementType();
  int64_t inSize = storageBytes(in), outSize = storageBytes(out), inBits = op.getInputBits(), outBits = op.getResultBits();
  inBytes = op.getInputElements() * inSize, outBytes = op.getResultElements() * outSize;
  inPlanes = planesOf(inBits), outPlanes = isUnsigned(out) ? planesOf(outBits) : 8;
  auto slotOfBit = [](int64_t element, int64_t size, int planes, int64_t bit) { return (element * size + bit / 8) * planes + bit % 8; };
  std::vector<int32_t> slots;
  for (int64_t i = 0; i < network.inputs; ++i)
    slots.push_back(slotOfBit(i / inBits, inSize, inPlanes, i % inBits));
  // A last chunk of fewer bytes than a vector's is moved whole.
  int64_t room = llvm::alignTo(inBytes, e.target.lanes * 4) * inPlanes;
  schedule = scheduleLut(network, slots, inBytes < e.target.lanes * 4 ? room : inBytes * inPlanes, kChunkSteps);
}

/// By content: equal networks, of other tiles for example, share their functions.
std::string LutKernel::functionName(size_t chunk) {
  uint64_t hash = 0xCBF29CE484222325; // FNV-1a
  auto mix = [&](ArrayRef<int32_t> values) {
    for (int64_t v : values)
      hash = (hash ^ static_cast<uint64_t>(v)) * 0x100000001B3;
    hash = (hash ^ values.size()) * 0x100000001B3;
  };
  mix(op.getArities()), mix(op.getFanIns()), mix(op.getOutputs());
  for (int64_t v : op.getTables())
    hash = (hash ^ static_cast<uint64_t>(v) ^ static_cast<uint64_t>(v) >> 32) * 0x100000001B3;
  mix({static_cast<int32_t>(inBytes), inPlanes, static_cast<int32_t>(op.getInputBits())});
  return "weft_lut_" + llvm::utohexstr(hash, /*LowerCase=*/true) + "_" + std::to_string(chunk);
}

Value LutKernel::step(const TernaryStep &step, ArrayRef<Value> values) {
  Value a = values[step.operands[0]], b = values[step.operands[1]], c = values[step.operands[2]];
  if (e.target.avx512)
    return e.intrinsic("llvm.x86.avx512.pternlog.q.512", words, {a, b, c, e.integer(e.b.getI32Type(), step.truth)});
  BinaryProgram program = expandTernary(step.truth);
  SmallVector<Value> operands{a, b, c, e.integer(words, -1)};
  for (const BinaryGate &gate : program.gates) {
    Value l = operands[gate.l], r = operands[gate.r];
    if (gate.kind == BinaryGate::Kind::AndNot)
      r = arith::XOrIOp::create(e.b, e.loc, r, operands[BinaryProgram::kOnes]);
    if (gate.kind == BinaryGate::Kind::Or)
      operands.push_back(arith::OrIOp::create(e.b, e.loc, l, r));
    else if (gate.kind == BinaryGate::Kind::Xor)
      operands.push_back(arith::XOrIOp::create(e.b, e.loc, l, r));
    else
      operands.push_back(arith::AndIOp::create(e.b, e.loc, l, r));
  }
  return program.result < 0 ? e.integer(words, 0) : operands[program.result];
}

/// void name(ptr vectors, i64 blocks)
void LutKernel::emitChunk(const LutChunk &chunk, const std::string &name) {
  OpBuilder::InsertionGuard guard(e.b);
  auto module = e.b.getInsertionBlock()->getParentOp()->getParentOfType<ModuleOp>();
  e.b.setInsertionPointToEnd(module.getBody());
  auto func = func::FuncOp::create(e.b, e.loc, name, e.b.getFunctionType({k.out.getType(), e.i64()}, {}));
  func.setPrivate();
  k.helpers.push_back(name);
  e.b.setInsertionPointToStart(func.addEntryBlock());
  Type i8 = e.b.getI8Type();
  int lanes = e.lanesOf(e.integer(words, 0));
  int64_t vectorBytes = lanes * 8;
  e.loop(e.index(0), func.getArgument(1), 1, [&](Value block) {
    Value base = e.at(func.getArgument(0), e.times(block, schedule.slots * vectorBytes), i8);
    SmallVector<Value> values;
    size_t next = 0;
    auto storeUntil = [&](size_t done) {
      for (; next < chunk.stores.size() && chunk.stores[next].after <= done; ++next) {
        const LutChunk::Store &s = chunk.stores[next];
        Value value = s.value >= 0 ? values[s.value] : e.integer(words, s.value == TernaryProgram::kOne ? -1 : 0);
        e.rawStore(value, e.at(base, s.slot * vectorBytes, i8));
      }
    };
    for (const LutChunk::Instruction &i : chunk.code) {
      storeUntil(values.size());
      values.push_back(i.slot >= 0 ? e.rawLoad(e.at(base, i.slot * vectorBytes, i8), e.i64(), lanes) : step(i.step, values));
    }
    storeUntil(values.size());
  });
  func::ReturnOp::create(e.b, e.loc);
}

/// The slot of every bit of a sample's bytes in the result; of those that no output fills, the one of zeros. Signed elements
/// are extended to the bytes they are stored in.
Value LutKernel::slotTable() {
  Type out = cast<RankedTensorType>(op.getType()).getElementType();
  int64_t size = storageBytes(out), bits = op.getResultBits();
  std::vector<int32_t> table;
  for (int64_t byte = 0; byte < outBytes; ++byte)
    for (int c = 0; c < outPlanes; ++c) {
      int64_t bit = byte % size * 8 + c, element = byte / size;
      if (!isUnsigned(out))
        bit = std::min(bit, bits - 1);
      table.push_back(bit < bits ? schedule.outputSlots[element * bits + bit] : schedule.zero);
    }
  table.resize(llvm::alignTo(outBytes, e.target.lanes * 4) * outPlanes, schedule.zero);
  return k.pool.address(e.b, e.loc, functionName(0) + ".outputs" + std::to_string(size) + (isUnsigned(out) ? "u" : "s") + std::to_string(bits), [&] { return toBytes(table); });
}

void LutKernel::block(BitTranspose &transpose, Value number, int64_t rows, Value vectors, bool in) {
  Type i8 = e.b.getI8Type();
  int64_t samples = transpose.blockSamples();
  Value own = e.at(vectors, e.times(number, schedule.slots * transpose.vectorBytes()), i8);
  if (in) {
    transpose.toVectors(e.at(k.pointer(op.getInput()), e.times(number, samples * inBytes), i8), inBytes, rows, inPlanes, own);
    e.rawStore(e.integer(words, 0), e.at(own, schedule.zero * transpose.vectorBytes(), i8));
  } else {
    transpose.toRows(own, slotTable(), e.at(k.out, e.times(number, samples * outBytes), i8), outBytes, rows, outPlanes);
  }
}

void LutKernel::emit() {
  BitTranspose transpose(k);
  words = e.vec(e.i64(), transpose.vectorBytes() / 8);
  plan();
  int64_t rows = cast<RankedTensorType>(op.getType()).getDimSize(0), samples = transpose.blockSamples();
  int64_t whole = rows / samples, blocks = llvm::divideCeil(rows, samples);
  Value vectors = k.scratch(blocks * schedule.slots * transpose.vectorBytes());
  auto eachBlock = [&](bool in) {
    e.loop(0, whole, 1, [&](Value number) { block(transpose, number, samples, vectors, in); });
    if (rows % samples)
      block(transpose, e.index(whole), rows % samples, vectors, in);
  };
  eachBlock(true);
  auto module = e.b.getInsertionBlock()->getParentOp()->getParentOfType<ModuleOp>();
  for (size_t i = 0; i < schedule.chunks.size(); ++i) {
    std::string name = functionName(i);
    if (!module.lookupSymbol(name))
      emitChunk(schedule.chunks[i], name);
    func::CallOp::create(e.b, e.loc, name, TypeRange{}, ValueRange{vectors, e.index(blocks)});
  }
  eachBlock(false);
}

} // namespace

LogicalResult cpu::emitLut(Kernel &kernel, Operation *op) {
  LutKernel(kernel, cast<lut::NetworkOp>(op)).emit();
  return success();
}
