//===- Jit.cpp - native code in this process --------------------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "backends/Cpu/Compile.h"
#include "backends/Cpu/Emitter.h"
#include "passes/Evaluation/Elements.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/Support/SmallVectorMemoryBuffer.h"
#include <cstring>
#include <map>
#include <mutex>

using namespace mlir;
using namespace weft;
using namespace weft::cpu;
using reference::Tensor;

extern "C" { // of OpenMP's runtime, by the interface that GCC and LLVM both have
void GOMP_parallel(void (*function)(void *), void *data, unsigned threads, unsigned flags);
void GOMP_barrier();
int omp_get_thread_num();
int omp_get_num_threads();
}

CpuModel::~CpuModel() = default;

namespace {

int64_t productOf(const std::vector<int64_t> &shape) {
  int64_t p = 1;
  for (int64_t d : shape)
    p *= d;
  return p;
}

/// Elements of a tensor in the layout of a specification.
void pack(const Tensor &tensor, const TensorSpec &spec, char *to) {
  int64_t size = spec.elementBytes(), count = tensor.size();
  if (spec.type.isFloat() && size == 8) {
    std::memcpy(to, tensor.doubles().data(), count * 8);
  } else if (spec.type.isFloat()) {
    std::memcpy(to, tensor.floats().data(), count * 4);
  } else {
    for (int64_t i = 0; i < count; ++i)
      std::memcpy(to + i * size, &tensor.integers()[i], size); // little endian
  }
}

template <typename T>
void unpackIntegers(const char *from, std::vector<int64_t> &to, bool isSigned) {
  for (size_t i = 0; i < to.size(); ++i) {
    T value;
    std::memcpy(&value, from + i * sizeof(T), sizeof(T));
    to[i] = isSigned ? static_cast<int64_t>(static_cast<std::make_signed_t<T>>(value)) : static_cast<int64_t>(value);
  }
}

Tensor unpack(const char *from, reference::ElementType type, reference::Shape shape) {
  Tensor tensor(type, std::move(shape));
  int64_t size = TensorSpec{"", type, {}}.elementBytes(), count = tensor.size();
  if (type.isFloat())
    std::memcpy(size == 8 ? static_cast<void *>(tensor.doubles().data()) : tensor.floats().data(), from, count * size);
  else if (size == 1)
    unpackIntegers<uint8_t>(from, tensor.integers(), type.isSigned);
  else if (size == 2)
    unpackIntegers<uint16_t>(from, tensor.integers(), type.isSigned);
  else if (size == 4)
    unpackIntegers<uint32_t>(from, tensor.integers(), type.isSigned);
  else
    unpackIntegers<uint64_t>(from, tensor.integers(), type.isSigned);
  return tensor;
}

struct AlignedBytes {
  explicit AlignedBytes(int64_t bytes)
      : data(static_cast<char *>(::operator new(bytes + 128, std::align_val_t(64)))) {}
  ~AlignedBytes() { ::operator delete(data, std::align_val_t(64)); }
  AlignedBytes(const AlignedBytes &) = delete;
  char *data;
};

/// Loaded code for one set of shapes.
struct Loaded {
  CompiledUnit unit;
  std::unique_ptr<ConstantPool> constants; // large ones, which the code reads here
  std::vector<KeptValue> kept;
  std::unique_ptr<llvm::orc::LLJIT> engine;
  int32_t (*run)(const void *const *, void *const *, int64_t, void *) = nullptr;
  /// Where planes can be cut.
  int32_t (*runPlanes)(const void *const *, void *const *, int64_t, void *, const int32_t *) = nullptr;

  int32_t operator()(const void *const *inputs, void *const *outputs, int64_t n, void *workspace, const std::vector<int32_t> &planes) const {
    return planes.empty() ? run(inputs, outputs, n, workspace) : runPlanes(inputs, outputs, n, workspace, planes.data());
  }
};

class JitModel : public CpuModel {
public:
  JitModel(OwningOpRef<ModuleOp> prepared, const CpuOptions &options, Target target)
      : prepared(std::move(prepared)), options(options), target(std::move(target)) {
    func = *this->prepared->getOps<func::FuncOp>().begin();
    inSpecs = inputSpecs(func), outSpecs = outputSpecs(func);
    settings = cpu::planeSettings(func);
  }
  LogicalResult compileAhead();
  const std::vector<TensorSpec> &inputs() const override { return inSpecs; }
  const std::vector<TensorSpec> &outputs() const override { return outSpecs; }
  const std::vector<PlaneSetting> &planeSettings() const override { return settings; }
  void setPlanes(const std::vector<int64_t> &kept) override { planes.assign(kept.begin(), kept.end()); }
  FailureOr<std::vector<Tensor>> run(const std::vector<Tensor> &inputs) override { return runWith(inputs, nullptr); }
  LogicalResult run(const void *const *inputs, void *const *outputs, int64_t n) override;
  FailureOr<std::vector<Tensor>> observe(const std::vector<Tensor> &inputs, const ValueObserver &observer) override {
    return runWith(inputs, &observer);
  }

private:
  FailureOr<Loaded *> variant(const Shapes &shapes);
  FailureOr<std::unique_ptr<Loaded>> load(const Shapes &shapes);
  FailureOr<std::vector<Tensor>> runWith(const std::vector<Tensor> &inputs, const ValueObserver *observer);
  LogicalResult check(const std::vector<Tensor> &inputs);
  std::unique_ptr<AlignedBytes> takeWorkspace();
  InFlightDiagnostic error() { return func.emitError(); }

  OwningOpRef<ModuleOp> prepared;
  func::FuncOp func;
  CpuOptions options;
  Target target;
  std::vector<TensorSpec> inSpecs, outSpecs;
  std::vector<PlaneSetting> settings;
  std::vector<int32_t> planes; // none: all
  std::mutex mutex;
  std::map<Shapes, std::unique_ptr<Loaded>> variants;
  std::vector<std::unique_ptr<AlignedBytes>> workspaces; // of `fixed`, not in use
  Loaded *fixed = nullptr; // where only the samples are open, or nothing
};

/// What the code of several threads calls.
llvm::Error defineThreads(llvm::orc::LLJIT &engine) {
  llvm::orc::SymbolMap symbols;
  auto add = [&](const char *name, auto *function) {
    symbols[engine.mangleAndIntern(name)] = {llvm::orc::ExecutorAddr::fromPtr(function), llvm::JITSymbolFlags::Exported | llvm::JITSymbolFlags::Callable};
  };
  add("GOMP_parallel", GOMP_parallel);
  add("GOMP_barrier", GOMP_barrier);
  add("omp_get_thread_num", omp_get_thread_num);
  add("omp_get_num_threads", omp_get_num_threads);
  return engine.getMainJITDylib().define(llvm::orc::absoluteSymbols(std::move(symbols)));
}

/// Large constants, at their places in the pool.
llvm::Error defineConstants(llvm::orc::LLJIT &engine, const ConstantPool &pool) {
  llvm::orc::SymbolMap symbols;
  for (const auto &[name, data] : pool.external())
    symbols[engine.mangleAndIntern(name)] = {llvm::orc::ExecutorAddr::fromPtr(data), llvm::JITSymbolFlags::Exported};
  return engine.getMainJITDylib().define(llvm::orc::absoluteSymbols(std::move(symbols)));
}

FailureOr<std::unique_ptr<Loaded>> JitModel::load(const Shapes &shapes) {
  NativeModule native = createNativeModule(func.getLoc(), LargeConstants::InPool);
  auto unit = emitUnit(native, func, shapes, "weft_jit", options, target);
  if (failed(unit))
    return failure();
  SmallVector<char, 0> object;
  llvm::raw_svector_ostream stream(object);
  if (failed(generateObject(native, target, stream)))
    return failure();
  auto loaded = std::make_unique<Loaded>();
  loaded->unit = std::move(*unit);
  loaded->kept = native.kept;
  loaded->constants = std::move(native.pool);
  auto report = [&](llvm::Error e) { return error() << "cannot load the compiled code: " << llvm::toString(std::move(e)); };
  auto engine = llvm::orc::LLJITBuilder().create();
  if (!engine)
    return report(engine.takeError()), failure();
  loaded->engine = std::move(*engine);
  if (auto e = defineConstants(*loaded->engine, *loaded->constants))
    return report(std::move(e)), failure();
  if (options.threads > 1)
    if (auto e = defineThreads(*loaded->engine))
      return report(std::move(e)), failure();
  if (auto e = loaded->engine->addObjectFile(std::make_unique<llvm::SmallVectorMemoryBuffer>(std::move(object), "weft", false)))
    return report(std::move(e)), failure();
  auto find = [&](const char *name, auto &function) -> LogicalResult {
    auto symbol = loaded->engine->lookup(name);
    if (!symbol)
      return report(symbol.takeError());
    function = symbol->toPtr<std::remove_reference_t<decltype(function)>>();
    return success();
  };
  if (failed(find("weft_jit_run", loaded->run)) || (!settings.empty() && failed(find("weft_jit_run_planes", loaded->runPlanes))))
    return failure();
  return loaded;
}

FailureOr<Loaded *> JitModel::variant(const Shapes &shapes) {
  std::lock_guard<std::mutex> lock(mutex);
  auto &slot = variants[shapes];
  if (!slot) {
    auto loaded = load(shapes);
    if (failed(loaded)) {
      variants.erase(shapes);
      return failure();
    }
    slot = std::move(*loaded);
  }
  return slot.get();
}

/// Shapes that are known before the first run are compiled for now.
LogicalResult JitModel::compileAhead() {
  Shapes shapes;
  // An input that is one number has no samples to compile for.
  bool known = onlySamplesAreOpen(func) && llvm::none_of(inSpecs, [](const TensorSpec &s) { return s.shape.empty(); });
  for (const TensorSpec &spec : inSpecs)
    shapes.push_back(spec.shape);
  bool allStatic = llvm::all_of(inSpecs, [](const TensorSpec &s) { return !llvm::is_contained(s.shape, -1); });
  if (!known && !allStatic)
    return success();
  if (known) {
    for (auto &shape : shapes)
      shape[0] = 1;
    func::FuncOp one = specialize(func, shapes, /*report=*/false);
    if (!one) // a model of some other number of samples, or of none
      return success();
    one.erase();
  }
  auto loaded = variant(shapes);
  if (failed(loaded))
    return failure();
  // Samples that depend on each other are compiled for their number when it is known.
  if (allStatic || (*loaded)->unit.inputs == shapes)
    fixed = *loaded;
  return success();
}

LogicalResult JitModel::check(const std::vector<Tensor> &inputs) {
  if (inputs.size() != inSpecs.size())
    return error() << "expected " << inSpecs.size() << " inputs, found " << inputs.size();
  for (auto [tensor, spec] : llvm::zip(inputs, inSpecs)) {
    if (tensor.type() != spec.type)
      return error() << "input " << spec.name << " has type " << tensor.type().name() << ", expected " << spec.type.name();
    bool fits = tensor.shape().size() == spec.shape.size();
    for (size_t d = 0; fits && d < spec.shape.size(); ++d)
      fits = d == 0 || spec.shape[d] < 0 || spec.shape[d] == tensor.shape()[d];
    if (!fits)
      return error() << "input " << spec.name << " does not have the model's shape";
  }
  return success();
}

FailureOr<std::vector<Tensor>> JitModel::runWith(const std::vector<Tensor> &inputs, const ValueObserver *observer) {
  if (failed(check(inputs)))
    return failure();
  Shapes shapes; // of the unit: one sample where dimension 0 is open and samples may be apart
  bool open = !inSpecs.empty() && llvm::all_of(inSpecs, [](const TensorSpec &s) { return !s.shape.empty() && s.shape[0] < 0; });
  for (const Tensor &tensor : inputs) // without samples there is none to compile for
    open = open && !tensor.shape().empty() && tensor.shape()[0] > 0;
  int64_t n = 1;
  for (auto [tensor, spec] : llvm::zip(inputs, inSpecs)) {
    shapes.push_back(tensor.shape());
    if (!spec.shape.empty() && spec.shape[0] > 0) {
      n = tensor.shape()[0] / spec.shape[0];
      shapes.back()[0] = spec.shape[0];
    }
  }
  Shapes single = shapes;
  if (open)
    for (auto &shape : single)
      shape[0] = 1;
  auto loaded = variant(open ? single : shapes);
  if (failed(loaded))
    return failure();
  bool apart = (*loaded)->unit.apart;
  if (open && !apart) {
    loaded = variant(shapes);
    if (failed(loaded))
      return failure();
  } else if (open) {
    n = shapes.empty() ? 1 : inputs.front().shape()[0];
  }
  const CompiledUnit &unit = (*loaded)->unit;
  std::vector<std::unique_ptr<AlignedBytes>> storage;
  std::vector<const void *> in;
  std::vector<void *> out;
  for (auto [tensor, spec] : llvm::zip(inputs, inSpecs)) {
    storage.push_back(std::make_unique<AlignedBytes>(tensor.size() * spec.elementBytes()));
    pack(tensor, spec, storage.back()->data);
    in.push_back(storage.back()->data);
  }
  for (auto [shape, spec] : llvm::zip(unit.outputs, outSpecs)) {
    storage.push_back(std::make_unique<AlignedBytes>(n * productOf(shape) * spec.elementBytes()));
    out.push_back(storage.back()->data);
  }
  AlignedBytes workspace(unit.workspaceBytes);
  (**loaded)(in.data(), out.data(), n, workspace.data, planes);
  std::vector<Tensor> results;
  for (auto [i, spec] : llvm::enumerate(outSpecs)) {
    reference::Shape shape = unit.outputs[i];
    if (!shape.empty())
      shape[0] *= n;
    results.push_back(unpack(static_cast<char *>(out[i]), spec.type, shape));
  }
  if (observer)
    for (const KeptValue &kept : (*loaded)->kept)
      (*observer)(kept.name, kept.location,
                  unpack(workspace.data + kept.offset, *evaluation::elementTypeOf(kept.type.getElementType()),
                         reference::Shape(kept.type.getShape().begin(), kept.type.getShape().end())));
  return results;
}

/// Memory that is kept from call to call: fresh pages cost more than small networks.
std::unique_ptr<AlignedBytes> JitModel::takeWorkspace() {
  std::lock_guard<std::mutex> lock(mutex);
  if (workspaces.empty())
    return std::make_unique<AlignedBytes>(fixed->unit.workspaceBytes);
  std::unique_ptr<AlignedBytes> workspace = std::move(workspaces.back());
  workspaces.pop_back();
  return workspace;
}

LogicalResult JitModel::run(const void *const *inputs, void *const *outputs, int64_t n) {
  if (!fixed || (!fixed->unit.apart && n != 1 && onlySamplesAreOpen(func)))
    return error() << "needs tensors: the model has open dimensions besides the samples, or its samples depend on each other";
  std::unique_ptr<AlignedBytes> workspace = takeWorkspace();
  bool isDone = (*fixed)(inputs, outputs, n, workspace->data, planes) == 0;
  std::lock_guard<std::mutex> lock(mutex);
  workspaces.push_back(std::move(workspace));
  return success(isDone);
}

} // namespace

FailureOr<std::unique_ptr<CpuModel>> cpu::jit(ModuleOp module, const CpuOptions &options) {
  std::string message;
  auto target = Target::create(options.cpu, message);
  if (failed(target))
    return module.emitError(message);
  if (!target->runsOnHost())
    return module.emitError("code for ") << options.cpu << " does not run on this machine; use emitPackage";
  OwningOpRef<ModuleOp> prepared = prepare(module, options.entry, target->info());
  if (!prepared)
    return failure();
  auto model = std::make_unique<JitModel>(std::move(prepared), options, std::move(*target));
  if (failed(model->compileAhead()))
    return failure();
  return std::unique_ptr<CpuModel>(std::move(model));
}
