//===- Executor.cpp - the reference interpreter and native code ------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Driver/Executor.h"

#include "compiler/Driver/CommandError.h"
#include "passes/Evaluation/Evaluator.h"
#include "passes/Quantization/IntegerProducts.h"
#include <fmt/format.h>

using namespace mlir;

namespace weft::driver {
namespace {

/// Runs the IR itself, with the products of quantized layers in integers, as native code has them.
class ReferenceExecutor : public Executor {
public:
  ReferenceExecutor(OwningOpRef<ModuleOp> own, func::FuncOp function) : own(std::move(own)), function(function) {}
  llvm::StringRef name() const override { return "reference"; }
  llvm::Expected<Tensors> run(const Tensors &inputs) override {
    auto outputs = evaluator.evaluate(function, inputs);
    if (failed(outputs))
      return unsupported("");
    return std::move(*outputs);
  }

private:
  OwningOpRef<ModuleOp> own;
  func::FuncOp function;
  evaluation::Evaluator evaluator;
};

llvm::Expected<std::unique_ptr<Executor>> makeReference(OwningOpRef<ModuleOp> own, llvm::StringRef function) {
  auto found = own->lookupSymbol<func::FuncOp>(function);
  if (!found)
    return invalidInput(fmt::format("expected a function @{}, found none", function.str()));
  quantization::makeIntegerProducts(found);
  return std::make_unique<ReferenceExecutor>(std::move(own), found);
}

} // namespace

Executor::~Executor() = default;

llvm::Expected<std::unique_ptr<Executor>> makeReference(ModuleOp module, llvm::StringRef function) {
  return makeReference(OwningOpRef<ModuleOp>(module.clone()), function);
}

llvm::Expected<std::unique_ptr<Executor>> makeExecutor(llvm::StringRef name, ModuleOp module, llvm::StringRef function,
                                                       llvm::ArrayRef<compression::PlaneRequest> planes, const pipeline::NativeOptions &native) {
  if (planes.empty())
    return name == "native" ? makeNative(module, function, {}, native) : makeReference(module, function);
  auto cuts = compression::planeCuts(module, planes);
  if (!cuts)
    return usageError("--planes: " + llvm::toString(cuts.takeError()));
  if (name == "native")
    return makeNative(module, function, *cuts, native);
  OwningOpRef<ModuleOp> cut = module.clone();
  compression::cutPlanes(*cut, *cuts);
  return makeReference(std::move(cut), function);
}

} // namespace weft::driver
