//===- PackageModel.cpp - compiles one model for the benchmarks ------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
// weft-cpu-package <model.onnx|model.mlir> <name> <out> [--cpu=<cpu>] [--threads=<n>] [--tolerance=<t>] [--dim=<name>=<size>]… [--check]
// Writes out/cpu/ and prints how long it took; --check also runs the model on random samples and compares with the
// reference interpreter.
#include "backends/Cpu/CpuBackend.h"
#include "compiler/Import/OnnxImport.h"
#include "dialects/Codec/IR/CodecOps.h"
#include "dialects/Lut/IR/LutOps.h"
#include "dialects/Nn/IR/NnOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include "passes/Evaluation/Evaluator.h"
#include <chrono>
#include <cmath>
#include <random>

using namespace weft;
using reference::Tensor;

static double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

static Tensor randomInput(const cpu::TensorSpec &spec, std::mt19937 &random) {
  reference::Shape shape = spec.shape;
  for (size_t d = 0; d < shape.size(); ++d)
    if (shape[d] < 0)
      shape[d] = d == 0 ? 3 : 8;
  Tensor t(spec.type, shape);
  std::uniform_real_distribution<double> uniform(0, 1);
  for (int64_t i = 0; i < t.size(); ++i) {
    if (spec.type.isFloat() && spec.type.bits == 64)
      t.doubles()[i] = uniform(random);
    else if (spec.type.isFloat())
      t.floats()[i] = static_cast<float>(uniform(random));
    else
      t.integers()[i] = spec.type.bits > 16 ? random() % 4 : std::uniform_int_distribution<int64_t>(spec.type.least(), spec.type.greatest())(random);
  }
  return t;
}

/// Greatest difference from the reference, relative to the greatest magnitude of the output; −1 after an error.
static double difference(mlir::ModuleOp module, const cpu::CpuOptions &options) {
  double start = now();
  auto model = cpu::jit(module, options);
  if (failed(model))
    return -1;
  std::mt19937 random(7);
  std::vector<Tensor> inputs;
  for (const cpu::TensorSpec &spec : (*model)->inputs())
    inputs.push_back(randomInput(spec, random));
  llvm::outs() << llvm::format("jit %.2f s ", now() - start);
  auto found = (*model)->run(inputs);
  evaluation::Evaluator evaluator;
  auto expected = evaluator.evaluate(module.lookupSymbol<mlir::func::FuncOp>("main"), inputs);
  if (failed(found) || failed(expected) || found->size() != expected->size())
    return -1;
  double worst = 0;
  for (size_t i = 0; i < found->size(); ++i) {
    double scale = 1e-30, most = 0;
    if ((*found)[i].shape() != (*expected)[i].shape())
      return -1;
    for (int64_t j = 0; j < (*expected)[i].size(); ++j) {
      double f = (*found)[i].asDouble(j), x = (*expected)[i].asDouble(j);
      scale = std::max(scale, std::fabs(x));
      most = std::max(most, std::isnan(f) != std::isnan(x) ? INFINITY : std::isnan(f) ? 0 : std::fabs(f - x));
    }
    worst = std::max(worst, most / scale);
  }
  return worst;
}

int main(int argc, char **argv) {
  if (argc < 4)
    return 64;
  cpu::CpuOptions options;
  import::ImportOptions import;
  bool check = false;
  for (int i = 4; i < argc; ++i) {
    llvm::StringRef flag = argv[i];
    if (flag.consume_front("--cpu="))
      options.cpu = flag.str();
    if (flag.consume_front("--threads="))
      options.threads = std::atoi(flag.data());
    if (flag.consume_front("--tolerance="))
      options.tolerance = std::atof(flag.data());
    if (flag.consume_front("--dim="))
      import.dims[flag.rsplit('=').first] = std::atoll(flag.rsplit('=').second.data());
    check |= flag == "--check";
  }
  mlir::DialectRegistry registry;
  registry.insert<nn::NnDialect, codec::CodecDialect, lut::LutDialect, mlir::func::FuncDialect>();
  mlir::MLIRContext context(registry, mlir::MLIRContext::Threading::DISABLED);
  context.loadAllAvailableDialects();
  mlir::OwningOpRef<mlir::ModuleOp> module;
  if (llvm::StringRef(argv[1]).ends_with(".mlir")) {
    module = mlir::parseSourceFile<mlir::ModuleOp>(argv[1], &context);
  } else {
    import.path = argv[1];
    auto imported = import::importOnnxFile(context, import);
    if (succeeded(imported))
      module = std::move(*imported);
  }
  if (!module)
    return 3;
  double start = now();
  bool packaged = succeeded(cpu::emitPackage(*module, argv[2], options, argv[3]));
  llvm::outs() << argv[2] << ": " << (packaged ? "packaged" : "not packaged") << llvm::format(" in %.2f s ", now() - start);
  if (check)
    llvm::outs() << llvm::format("difference %.2e", difference(*module, options));
  llvm::outs() << "\n";
  return packaged ? 0 : 1;
}
