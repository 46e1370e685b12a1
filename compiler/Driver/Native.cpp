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
  explicit NativeExecutor(std::unique_ptr<cpu::CpuModel> model) : model(std::move(model)) {}
  llvm::StringRef name() const override { return "native"; }
  llvm::Expected<Tensors> run(const Tensors &inputs) override {
    auto outputs = model->run(inputs);
    if (failed(outputs))
      return unsupported("");
    return std::move(*outputs);
  }

private:
  std::unique_ptr<cpu::CpuModel> model;
};

} // namespace

llvm::Expected<std::unique_ptr<Executor>> makeNative(ModuleOp module, llvm::StringRef function) {
  cpu::CpuOptions options;
  options.entry = function.str();
  auto model = cpu::jit(module, options);
  if (failed(model))
    return unsupported("");
  return std::make_unique<NativeExecutor>(std::move(*model));
}

} // namespace weft::driver
