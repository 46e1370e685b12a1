//===- Module.cpp - a network as one module of native functions --------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "backends/Cpu/Module.h"
#include "backends/Cpu/Arena.h"
#include "backends/Cpu/Constants.h"
#include "backends/Cpu/Entry.h"
#include "backends/Cpu/Kernel.h"
#include "backends/Cpu/Kernels/Product.h"
#include "backends/Cpu/SharedKernels.h"
#include "passes/Compression/PlaneCut.h"
#include "mlir/IR/AsmState.h"

using namespace mlir;
using namespace weft;
using namespace weft::cpu;

static RankedTensorType typeOf(Value v) { return cast<RankedTensorType>(v.getType()); }

/// Bytes of a value's buffer, with room to read a vector past the end.
static int64_t bufferBytes(Value v) { return typeOf(v).getNumElements() * storageBytes(typeOf(v).getElementType()) + 64; }

/// Planes of the weight of a layer over bit planes, else 0.
static int64_t planesOf(Operation *op) {
  auto linear = dyn_cast_or_null<nn::LinearOp>(op);
  auto weight = linear ? linear.getWeight().getDefiningOp<codec::BitplanesOp>() : codec::BitplanesOp();
  return weight ? weight.getPlaneCount() : 0;
}

static SmallVector<Operation *> planeLayersOf(func::FuncOp func) {
  SmallVector<Operation *> layers;
  func.walk([&](nn::LinearOp op) {
    if (planesOf(op))
      layers.push_back(op);
  });
  return layers;
}

static std::string symbolPart(StringRef name) {
  std::string part;
  for (char c : name.take_front(40))
    part += llvm::isAlnum(c) ? c : '_';
  return part;
}

namespace {

/// Emits the kernels of one tile and the function that calls them in order.
class TileEmitter {
public:
  TileEmitter(NativeModule &native, const Tile &tile, StringRef prefix, const TargetInfo &target, const CpuOptions &options)
      : native(native), tile(tile), name((prefix + "_t" + Twine(tile.samples)).str()), target(target), keep(options.keepIntermediates),
        threads(options.threads), tolerance(options.tolerance), leastSharedWork(options.leastSharedWork),
        b(tile.func.getContext()), pointer(LLVM::LLVMPointerType::get(b.getContext())), planeLayers(planeLayersOf(this->tile.func)) {}
  LogicalResult emit();
  StringRef symbol() const { return name; }
  int64_t workspace() const { return arenaBytes; }
  int64_t work() const { return totalWork; }

private:
  struct Step {
    func::FuncOp kernel;
    std::vector<std::string> constants; // symbols that it is handed
    SmallVector<Value> inputs; // roots
    int64_t planes, setting; // of a layer over bit planes; 0 planes: it is none
    int64_t scratchBytes;
    bool isShared; // between threads
  };
  LogicalResult emitStep(const Group &group, int number);
  void shareKernels();
  void findOutputs();
  void planMemory();
  void emitBody();
  Value address(Emitter &e, func::FuncOp func, Value root);
  Value keptPlanes(Emitter &e, Value settings, const Step &step);
  void copyOut(Emitter &e, Value from, Value to, int64_t bytes);

  NativeModule &native;
  const Tile &tile;
  std::string name;
  const TargetInfo &target;
  bool keep;
  int threads;
  double tolerance;
  int64_t leastSharedWork;
  OpBuilder b;
  Type pointer;
  SmallVector<Operation *> planeLayers;
  SmallVector<Group> groups;
  std::vector<Step> steps;
  std::vector<Lifetime> lifetimes;
  DenseMap<Value, size_t> lifetimeOf; // results of groups
  std::vector<size_t> scratchLifetime;
  DenseMap<Value, unsigned> outputOf; // roots that are written where the caller wants them
  int64_t arenaBytes = 0, totalWork = 0;
};

LogicalResult TileEmitter::emitStep(const Group &group, int number) {
  Operation *first = group.ops.front();
  Step step;
  for (Operation *op : group.ops)
    for (Value v : op->getOperands()) {
      Value root = bufferRoot(v);
      if (root.getDefiningOp() && root.getDefiningOp()->getDialect()->getNamespace() == "codec")
        continue; // a weight the kernel packs as it is
      if (!group.contains(v) && !isConstant(root) && !llvm::is_contained(step.inputs, root))
        step.inputs.push_back(root);
    }
  std::string symbol = name + "_k" + std::to_string(number) + "_" + symbolPart(nn::layerName(first));
  SmallVector<Type> types(step.inputs.size() + 2, pointer);
  step.planes = planesOf(group.anchor);
  step.setting = llvm::find(planeLayers, group.anchor) - planeLayers.begin();
  if (step.planes)
    types.push_back(b.getI64Type());
  if (threads > 1)
    types.append(2, b.getI64Type());
  b.setInsertionPointToEnd(native.module->getBody());
  step.kernel = func::FuncOp::create(b, first->getLoc(), symbol, b.getFunctionType(types, {}));
  step.kernel.setPrivate();
  Block *entry = step.kernel.addEntryBlock();
  b.setInsertionPointToStart(entry);
  Emitter e(b, first->getLoc(), target);
  Kernel kernel(e, *native.pool, group);
  kernel.tolerance = tolerance, kernel.leastSharedWork = leastSharedWork;
  if (threads > 1) {
    e.threads = threads;
    kernel.threadNumber = e.part = entry->getArguments().drop_back().back();
    e.parts = entry->getArguments().back();
  }
  kernel.out = entry->getArgument(0);
  kernel.scratchBase = entry->getArgument(1);
  for (auto [i, root] : llvm::enumerate(step.inputs))
    kernel.buffers[root] = entry->getArgument(i + 2);
  if (step.planes)
    kernel.planes = entry->getArgument(step.inputs.size() + 2);
  if (failed(emitKernel(kernel)))
    return failure();
  func::ReturnOp::create(b, first->getLoc());
  native.kernels.insert(native.kernels.end(), kernel.helpers.begin(), kernel.helpers.end());
  step.scratchBytes = kernel.scratchBytes;
  step.isShared = e.wasShared;
  totalWork += workOf(group);
  steps.push_back(std::move(step));
  return success();
}

void TileEmitter::shareKernels() {
  SmallVector<func::FuncOp> kernels;
  for (const Step &step : steps)
    kernels.push_back(step.kernel);
  for (auto [step, use] : llvm::zip(steps, cpu::shareKernels(kernels))) {
    if (step.kernel == use.kernel)
      native.kernels.push_back(step.kernel.getName().str());
    step.kernel = use.kernel;
    step.constants = use.constants;
  }
}

/// A result of a group that is returned is written to the caller's memory; inputs, constants and repetitions are copied.
void TileEmitter::findOutputs() {
  auto returned = cast<func::ReturnOp>(tile.func.getBody().front().getTerminator());
  for (auto [i, v] : llvm::enumerate(returned.getOperands())) {
    Value root = bufferRoot(v);
    if (root.getDefiningOp() && !isConstant(root) && !keep)
      outputOf.try_emplace(root, i);
  }
}

void TileEmitter::planMemory() {
  int end = groups.size();
  auto returned = cast<func::ReturnOp>(tile.func.getBody().front().getTerminator());
  for (auto [i, group] : llvm::enumerate(groups)) {
    int step = i;
    scratchLifetime.push_back(lifetimes.size());
    lifetimes.push_back({steps[i].scratchBytes, step, step});
    for (Value root : steps[i].inputs)
      if (auto it = lifetimeOf.find(root); it != lifetimeOf.end())
        lifetimes[it->second].last = step;
    if (outputOf.count(group.result()))
      continue;
    lifetimeOf[group.result()] = lifetimes.size();
    lifetimes.push_back({bufferBytes(group.result()), step, keep ? end : step});
  }
  for (Value v : returned.getOperands())
    if (auto it = lifetimeOf.find(bufferRoot(v)); it != lifetimeOf.end())
      lifetimes[it->second].last = end;
  arenaBytes = planArena(lifetimes);
  if (!keep)
    return;
  for (const Group &group : groups) {
    std::string location;
    llvm::raw_string_ostream(location) << group.ops.front()->getLoc();
    native.kept.push_back({nn::layerName(group.ops.front()).str(), location, typeOf(group.result()),
                           lifetimes[lifetimeOf[group.result()]].offset});
  }
}

Value TileEmitter::address(Emitter &e, func::FuncOp func, Value root) {
  unsigned inputs = tile.func.getNumArguments();
  if (auto argument = dyn_cast<BlockArgument>(root))
    return func.getArgument(argument.getArgNumber());
  if (isConstant(root))
    return native.pool->address(b, e.loc, constantKey(root) + ".plain", [&] { return storageImage(root); });
  if (auto it = outputOf.find(root); it != outputOf.end())
    return func.getArgument(inputs + it->second);
  Value arena = func.getArgument(tile.func.getNumArguments() + tile.func.getNumResults());
  return e.at(arena, lifetimes[lifetimeOf.lookup(root)].offset, b.getI8Type());
}

void TileEmitter::copyOut(Emitter &e, Value from, Value to, int64_t bytes) {
  coverRow(e, bytes, 16, [&](Value i, int lanes) {
    e.rawStore(e.rawLoad(e.at(from, i, b.getI8Type()), b.getI8Type(), lanes), e.at(to, i, b.getI8Type()));
  });
}

/// The planes that count: of settings that are none or more than there are, all.
Value TileEmitter::keptPlanes(Emitter &e, Value settings, const Step &step) {
  Value set = e.convert(e.rawLoad(e.at(settings, step.setting, b.getI32Type()), b.getI32Type(), 1), b.getI64Type());
  Value all = e.index(step.planes), isCut = arith::CmpIOp::create(b, e.loc, arith::CmpIPredicate::ult, e.plus(set, -1), e.index(step.planes - 1));
  return e.select(isCut, e.maximum(set, e.index(compression::kLeastPlanes)), all);
}

/// Arguments: inputs, outputs, arena, settings; of several threads, which and how many.
void TileEmitter::emitBody() {
  unsigned inputs = tile.func.getNumArguments(), outputs = tile.func.getNumResults();
  Location loc = tile.func.getLoc();
  b.setInsertionPointToEnd(native.module->getBody());
  SmallVector<Type> types(inputs + outputs + 2, pointer);
  if (threads > 1)
    types.append(2, b.getI64Type());
  auto func = func::FuncOp::create(b, loc, name, b.getFunctionType(types, {}));
  func.setPrivate();
  b.setInsertionPointToStart(func.addEntryBlock());
  Emitter e(b, loc, target);
  Value arena = func.getArgument(inputs + outputs);
  if (threads > 1)
    e.part = func.getArgument(inputs + outputs + 2), e.parts = func.getArgument(inputs + outputs + 3);
  for (auto [i, group] : llvm::enumerate(groups)) {
    if (i > 0 && (steps[i - 1].isShared || steps[i].isShared))
      e.barrier();
    SmallVector<Value> args{address(e, func, group.result()), e.at(arena, lifetimes[scratchLifetime[i]].offset, b.getI8Type())};
    for (Value root : steps[i].inputs)
      args.push_back(address(e, func, root));
    if (steps[i].planes)
      args.push_back(keptPlanes(e, func.getArgument(inputs + outputs + 1), steps[i]));
    if (threads > 1)
      args.append({e.part, e.parts});
    for (const std::string &symbol : steps[i].constants)
      args.push_back(LLVM::AddressOfOp::create(b, loc, pointer, symbol));
    func::CallOp::create(b, loc, steps[i].kernel, args);
  }
  auto returned = cast<func::ReturnOp>(tile.func.getBody().front().getTerminator());
  bool isWaiting = !steps.empty() && steps.back().isShared;
  for (auto [i, v] : llvm::enumerate(returned.getOperands())) {
    Value root = bufferRoot(v);
    auto it = outputOf.find(root);
    if (it != outputOf.end() && it->second == i)
      continue;
    if (std::exchange(isWaiting, false))
      e.barrier();
    e.first([&, i = i, v = v] { copyOut(e, address(e, func, root), func.getArgument(inputs + i), bufferBytes(v) - 64); });
  }
  func::ReturnOp::create(b, loc);
}

LogicalResult TileEmitter::emit() {
  Emitter e(b, tile.func.getLoc(), target);
  e.threads = threads;
  groups = makeGroups(tile.func, /*fuse=*/!keep, [&](nn::ConvOp conv, nn::PoolOp pool) { return convTakesPool(e, conv, pool, tolerance); });
  findOutputs();
  for (auto [i, group] : llvm::enumerate(groups))
    if (failed(emitStep(group, i)))
      return failure();
  shareKernels();
  planMemory();
  emitBody();
  return success();
}

} // namespace

std::vector<PlaneSetting> cpu::planeSettings(func::FuncOp func) {
  std::vector<PlaneSetting> settings;
  for (Operation *op : planeLayersOf(func))
    settings.push_back({nn::layerName(op).str(), planesOf(op)});
  return settings;
}

NativeModule cpu::createNativeModule(Location loc, LargeConstants large, ObjectWriter *file) {
  loc.getContext()->loadDialect<arith::ArithDialect, scf::SCFDialect, vector::VectorDialect, LLVM::LLVMDialect, func::FuncDialect>();
  NativeModule native;
  native.module = ModuleOp::create(loc);
  native.pool = std::make_unique<ConstantPool>(*native.module, large, file);
  return native;
}

FailureOr<int64_t> cpu::emitEntry(NativeModule &native, ArrayRef<Tile> tiles, StringRef prefix, const TargetInfo &target, const CpuOptions &options) {
  Entry entry{prefix.str(), tiles.back().func, {}, 0, static_cast<int64_t>(planeLayersOf(tiles.back().func).size()), options.threads};
  for (const Tile &tile : tiles) {
    TileEmitter emitter(native, tile, prefix, target, options);
    if (failed(emitter.emit()))
      return failure();
    entry.arenaBytes = std::max<int64_t>(entry.arenaBytes, llvm::alignTo(emitter.workspace(), 64));
    entry.tiles.push_back({tile.samples, emitter.symbol().str(), emitter.work()});
  }
  return emitFunctions(native, entry, target);
}
