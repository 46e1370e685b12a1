//===- Native.cpp - native code for a function, as an executor --------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "backends/Cpu/CpuBackend.h"
#include "compiler/Driver/CommandError.h"
#include "compiler/Driver/Executor.h"

using namespace mlir;

namespace weft::driver {
namespace {

class NativeExecutor : public Executor {
public:
  NativeExecutor(OwningOpRef<ModuleOp> own, std::unique_ptr<cpu::CpuModel> model) : own(std::move(own)), model(std::move(model)) {}
  llvm::StringRef name() const override { return "native"; }
  llvm::Expected<Tensors> run(const Tensors &inputs) override {
    auto outputs = model->run(inputs);
    if (failed(outputs))
      return unsupported("");
    return std::move(*outputs);
  }

private:
  OwningOpRef<ModuleOp> own; // where it is not the caller's
  std::unique_ptr<cpu::CpuModel> model;
};

} // namespace

/// Sets the planes of the layers whose native code can be cut; false where some of the others are to be.
static bool setPlanes(cpu::CpuModel &model, const compression::PlaneCuts &cuts) {
  std::vector<int64_t> kept;
  for (const cpu::PlaneSetting &setting : model.planeSettings()) {
    auto cut = llvm::find_if(cuts, [&](const auto &c) { return c.first == setting.layer; });
    kept.push_back(cut == cuts.end() ? setting.planes : cut->second);
  }
  model.setPlanes(kept);
  return kept.size() >= cuts.size();
}

llvm::Expected<std::unique_ptr<Executor>> makeNative(ModuleOp module, llvm::StringRef function, const compression::PlaneCuts &cuts,
                                                     const pipeline::NativeOptions &native) {
  cpu::CpuOptions options;
  options.threads = native.threads;
  options.tolerance = native.tolerance;
  options.entry = function.str();
  auto model = cpu::jit(module, options);
  if (failed(model))
    return unsupported("");
  OwningOpRef<ModuleOp> cut;
  if (!setPlanes(**model, cuts)) {
    cut = module.clone();
    compression::cutPlanes(*cut, cuts);
    model = cpu::jit(*cut, options);
    if (failed(model))
      return unsupported("");
  }
  return std::make_unique<NativeExecutor>(std::move(cut), std::move(*model));
}

} // namespace weft::driver
