//===- Entry.cpp - the functions that callers of native code see ------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
// run(inputs, outputs, n, workspace) is a loop per tile size over the samples that the earlier ones left. Of several threads each takes
// as many tiles as the others, with a workspace of its own; those that are left over they do together.
#include "backends/Cpu/Entry.h"
#include "backends/Cpu/Emitter.h"
#include "backends/Cpu/Threads.h"

using namespace mlir;
using namespace weft;
using namespace weft::cpu;

namespace {

class Functions {
public:
  Functions(NativeModule &native, const Entry &entry, const TargetInfo &target)
      : native(native), entry(entry), target(target), one(entry.one), b(one.getContext()), loc(one.getLoc()),
        pointer(LLVM::LLVMPointerType::get(b.getContext())), word(b.getI64Type()) {}
  int64_t emit();

private:
  bool isThreaded() const { return entry.threads > 1; }
  func::FuncOp open(const Twine &name, ArrayRef<Type> arguments, TypeRange results, bool isExported);
  void emitSamples();
  void emitMember();
  void emitParallel();
  void emitRun(StringRef suffix, bool isThreads, bool isPlanes);
  void emitWorkspaceSize(int64_t bytes);
  void tiles(Emitter &e, func::FuncOp func, const Entry::TileCall &tile, ArrayRef<std::pair<Value, int64_t>> buffers, Value &done);
  Value field(Emitter &e, Value data, int64_t i) { return e.at(data, i, word); }

  NativeModule &native;
  const Entry &entry;
  const TargetInfo &target;
  func::FuncOp one;
  OpBuilder b;
  Location loc;
  Type pointer, word;
  func::FuncOp samples, member, parallel;
};

func::FuncOp Functions::open(const Twine &name, ArrayRef<Type> arguments, TypeRange results, bool isExported) {
  b.setInsertionPointToEnd(native.module->getBody());
  auto func = func::FuncOp::create(b, loc, (entry.prefix + name).str(), b.getFunctionType(arguments, results));
  if (isExported)
    native.exports.push_back(func.getName().str());
  else
    func.setPrivate();
  b.setInsertionPointToStart(func.addEntryBlock());
  return func;
}

/// Runs what is left after `done` samples in tiles of one size, and moves `done` on.
void Functions::tiles(Emitter &e, func::FuncOp func, const Entry::TileCall &tile, ArrayRef<std::pair<Value, int64_t>> buffers, Value &done) {
  Value arena = func.getArgument(3), settings = func.getArgument(4);
  auto call = [&](Value sample, Value workspace, Value part, Value parts) {
    SmallVector<Value> args;
    for (auto [p, bytes] : buffers)
      args.push_back(e.at(p, e.times(sample, bytes), b.getI8Type()));
    args.append({workspace, settings});
    if (isThreaded())
      args.append({part, parts});
    func::CallOp::create(b, loc, tile.symbol, TypeRange{}, args);
  };
  Value rest = e.sub(func.getArgument(2), done);
  Value until = tile.samples == 1 ? func.getArgument(2) : e.add(done, e.sub(rest, arith::RemSIOp::create(b, loc, rest, e.index(tile.samples))));
  if (!isThreaded()) {
    e.loop(done, until, tile.samples, [&](Value sample) { call(sample, arena, Value(), Value()); });
    done = until;
    return;
  }
  Value part = func.getArgument(5), parts = func.getArgument(6);
  Value each = arith::DivUIOp::create(b, loc, arith::DivUIOp::create(b, loc, rest, e.index(tile.samples)), parts);
  Value mine = e.times(each, tile.samples), from = e.add(done, e.mul(mine, part));
  Value own = e.at(arena, e.times(part, entry.arenaBytes), b.getI8Type());
  e.loop(from, e.add(from, mine), tile.samples, [&](Value sample) { call(sample, own, e.index(0), e.index(1)); });
  e.loop(e.add(done, e.mul(mine, parts)), until, tile.samples, [&](Value sample) {
    waitForAll(e, parts); // until the workspace is free
    call(sample, arena, part, parts);
  });
  done = until;
}

/// samples(inputs, outputs, n, workspace, settings [, part, parts]).
void Functions::emitSamples() {
  SmallVector<Type> arguments{pointer, pointer, word, pointer, pointer};
  if (isThreaded())
    arguments.append(2, word);
  samples = open("_samples", arguments, {}, false);
  Emitter e(b, loc, target);
  SmallVector<std::pair<Value, int64_t>> buffers; // pointer, bytes per sample
  auto collect = [&](Value table, TypeRange types) {
    for (auto [i, t] : llvm::enumerate(types)) {
      auto tensor = cast<RankedTensorType>(t);
      Value p = LLVM::LoadOp::create(b, loc, pointer, e.at(table, i, pointer), 8);
      buffers.push_back({p, tensor.getNumElements() * storageBytes(tensor.getElementType())});
    }
  };
  collect(samples.getArgument(0), one.getArgumentTypes());
  collect(samples.getArgument(1), one.getResultTypes());
  Value done = e.index(0);
  for (const Entry::TileCall &tile : entry.tiles)
    tiles(e, samples, tile, buffers, done);
  func::ReturnOp::create(b, loc);
}

/// member(arguments of samples, one after the other in memory): what each thread runs.
void Functions::emitMember() {
  member = open("_member", {pointer}, {}, false);
  Emitter e(b, loc, target);
  SmallVector<Value> args;
  for (auto [i, type] : llvm::enumerate(samples.getArgumentTypes().drop_back(2)))
    args.push_back(LLVM::LoadOp::create(b, loc, type, field(e, member.getArgument(0), i), 8));
  for (StringRef name : {"omp_get_thread_num", "omp_get_num_threads"}) {
    auto function = openMpFunction(e, name, {}, {b.getI32Type()});
    args.push_back(e.convert(func::CallOp::create(b, loc, function, ValueRange{}).getResult(0), word));
  }
  func::CallOp::create(b, loc, samples, args);
  func::ReturnOp::create(b, loc);
}

/// parallel(inputs, outputs, n, workspace, settings, threads): one thread where waking others costs more than they do.
void Functions::emitParallel() {
  SmallVector<Type> arguments(samples.getArgumentTypes().drop_back(2));
  arguments.push_back(b.getI32Type());
  parallel = open("_parallel", arguments, {}, false);
  Emitter e(b, loc, target);
  ValueRange given = parallel.getArguments().drop_back();
  Value threads = e.minimum(parallel.getArguments().back(), e.integer(b.getI32Type(), entry.threads));
  int64_t work = std::max<int64_t>(1, entry.tiles.back().work / entry.tiles.back().samples);
  Value isMany = e.atLeast(given[2], e.index(llvm::divideCeil(kLeastParallelWork, work)));
  Value isParallel = arith::AndIOp::create(b, loc, isMany, e.greater(threads, e.integer(b.getI32Type(), 1)));
  auto fork = scf::IfOp::create(b, loc, isParallel, /*withElseRegion=*/true);
  b.setInsertionPointToStart(&fork.getThenRegion().front());
  Value data = LLVM::AllocaOp::create(b, loc, pointer, word, e.index(given.size()), 8);
  for (auto [i, value] : llvm::enumerate(given))
    LLVM::StoreOp::create(b, loc, value, field(e, data, i), 8);
  Type i32 = b.getI32Type();
  auto start = openMpFunction(e, "GOMP_parallel", {pointer, pointer, i32, i32}, {});
  Value function = func::ConstantOp::create(b, loc, member.getFunctionType(), member.getName());
  function = UnrealizedConversionCastOp::create(b, loc, pointer, function).getResult(0);
  func::CallOp::create(b, loc, start, ValueRange{function, data, threads, e.integer(i32, 0)});
  b.setInsertionPointToStart(&fork.getElseRegion().front());
  SmallVector<Value> args(given.begin(), given.end());
  args.append({e.index(0), e.index(1)});
  func::CallOp::create(b, loc, samples, args);
  b.setInsertionPointAfter(fork);
  func::ReturnOp::create(b, loc);
}

/// An exported function: run(inputs, outputs, n, workspace [, planes of each layer] [, threads]).
void Functions::emitRun(StringRef suffix, bool isThreads, bool isPlanes) {
  SmallVector<Type> arguments{pointer, pointer, word, pointer};
  if (isPlanes)
    arguments.push_back(pointer);
  if (isThreads)
    arguments.push_back(b.getI32Type());
  auto func = open("_run" + suffix, arguments, {b.getI32Type()}, true);
  Emitter e(b, loc, target);
  SmallVector<Value> args(func.getArguments().take_front(4));
  args.push_back(isPlanes ? func.getArgument(4) : native.pool->address(b, loc, "planes.all" + std::to_string(entry.planeLayers), [&] {
    return ConstantPool::Bytes(entry.planeLayers * 4, 0);
  }));
  if (isThreaded())
    args.push_back(isThreads ? func.getArguments().back() : e.integer(b.getI32Type(), entry.threads));
  func::CallOp::create(b, loc, isThreaded() ? parallel : samples, args);
  func::ReturnOp::create(b, loc, ValueRange{e.integer(b.getI32Type(), 0)});
}

void Functions::emitWorkspaceSize(int64_t bytes) {
  open("_workspace_size", {}, {word}, true);
  Emitter e(b, loc, target);
  func::ReturnOp::create(b, loc, ValueRange{e.index(bytes)});
}

int64_t Functions::emit() {
  emitSamples();
  if (isThreaded()) {
    emitMember();
    emitParallel();
    emitRun("_threads", /*isThreads=*/true, /*isPlanes=*/false);
  }
  emitRun("", /*isThreads=*/false, /*isPlanes=*/false);
  if (entry.planeLayers)
    emitRun("_planes", /*isThreads=*/false, /*isPlanes=*/true);
  int64_t bytes = entry.arenaBytes * entry.threads;
  emitWorkspaceSize(bytes);
  return bytes;
}

} // namespace

int64_t cpu::emitFunctions(NativeModule &native, const Entry &entry, const TargetInfo &target) { return Functions(native, entry, target).emit(); }
