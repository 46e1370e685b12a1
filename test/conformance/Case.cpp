//===- Case.cpp - one folder of a conformance suite -------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "test/conformance/Case.h"
#include "backends/Cpu/CpuBackend.h"
#include "compiler/Import/OnnxImport.h"
#include "dialects/Codec/IR/CodecOps.h"
#include "dialects/Nn/IR/NnOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "passes/Evaluation/Elements.h"
#include "passes/Evaluation/Evaluator.h"
#include "test/conformance/TestData.h"

#include <fmt/format.h>

using namespace mlir;
using namespace weft;
using namespace weft::conformance;

static constexpr StringRef kNames[] = {"passed", "unsupported", "failed", "crashed"};
StringRef conformance::nameOf(Verdict verdict) { return kNames[static_cast<int>(verdict)]; }
std::optional<Verdict> conformance::verdictOf(StringRef name) {
  const auto *found = llvm::find(kNames, name);
  return found == std::end(kNames) ? std::nullopt : std::optional(static_cast<Verdict>(found - kNames));
}

namespace {

/// Computes outputs, or fails after a diagnostic.
using Executor = std::function<FailureOr<std::vector<Tensor>>(const std::vector<Tensor> &)>;

struct DataSet {
  std::vector<Tensor> inputs, outputs;
};

class CaseRunner {
public:
  CaseRunner(const std::string &path, Report report) : path(path), report(report) {
    context.loadDialect<nn::NnDialect, codec::CodecDialect, func::FuncDialect>();
    context.printOpOnDiagnostic(false);
    context.getDiagEngine().registerHandler([this](Diagnostic &d) {
      if (d.getSeverity() == DiagnosticSeverity::Error && diagnostics.empty())
        diagnostics = d.str();
    });
  }
  void run();

private:
  std::optional<std::vector<DataSet>> read();
  bool import(const DataSet &data);
  Outcome execute(const Executor &executor, const DataSet &data);
  Outcome onReference(const DataSet &data);
  Outcome onNative(const DataSet &data);
  /// The same for both executors: there is nothing to run.
  void conclude(Verdict verdict, const std::string &reason) {
    for (const char *executor : {"reference", "native"})
      report(executor, {nameOf(verdict).str(), reason});
  }

  const std::string &path;
  Report report;
  MLIRContext context;
  std::string diagnostics;
  ModelSummary summary;
  import::ImportOptions options;
  OwningOpRef<ModuleOp> module;
};

std::optional<std::vector<DataSet>> CaseRunner::read() {
  auto found = summarize(path + "/model.onnx");
  if (!found) {
    conclude(Verdict::Failed, found.message());
    return std::nullopt;
  }
  summary = std::move(*found);
  report("operators", summary.operators);
  std::vector<DataSet> sets;
  for (const std::string &folder : dataSetsOf(path)) {
    auto inputs = readTensors(context, folder + "/input_"), outputs = readTensors(context, folder + "/output_");
    if (!inputs || !outputs || inputs->size() > summary.inputs.size() || outputs->empty()) {
      std::string reason = !inputs ? inputs.message() : !outputs ? outputs.message() : "the data does not fit the model's inputs and outputs";
      // Data of kinds that weft does not have goes with models that it refuses by name.
      if (import(DataSet()))
        conclude(!inputs || !outputs ? Verdict::Unsupported : Verdict::Failed, reason);
      return std::nullopt;
    }
    sets.push_back({std::move(*inputs), std::move(*outputs)});
  }
  if (!sets.empty())
    return sets;
  conclude(Verdict::Failed, "expected test_data_set_0 with input_*.pb and output_*.pb, found none");
  return std::nullopt;
}

/// Imports, binding those inputs that the importer asks for. Concludes where that fails.
bool CaseRunner::import(const DataSet &data) {
  options = {path + "/model.onnx", {}, {}};
  for (;;) {
    diagnostics.clear();
    import::ImportReport found;
    auto imported = import::importOnnxFile(context, options, &found);
    if (succeeded(imported)) {
      module = std::move(*imported);
      return true;
    }
    size_t before = options.bindings.size();
    for (const import::UnsupportedNode &node : found.unsupported)
      for (const std::string &name : node.bindable)
        if (size_t i = llvm::find(summary.inputs, name) - summary.inputs.begin(); i < data.inputs.size())
          options.bindings.try_emplace(name, data.inputs[i]);
    if (options.bindings.size() > before)
      continue;
    if (found.unsupported.empty())
      conclude(Verdict::Failed, diagnostics);
    else
      conclude(Verdict::Unsupported, found.unsupported[0].opType + ": " + found.unsupported[0].reason);
    return false;
  }
}

Outcome CaseRunner::execute(const Executor &executor, const DataSet &data) {
  diagnostics.clear();
  auto main = module->lookupSymbol<func::FuncOp>("main");
  std::vector<Tensor> inputs;
  for (unsigned i = 0; i < main.getNumArguments(); ++i) {
    auto name = main.getArgAttrOfType<StringAttr>(i, nn::kNameAttr);
    size_t at = llvm::find(summary.inputs, name.str()) - summary.inputs.begin();
    if (at >= data.inputs.size())
      return {Verdict::Failed, fmt::format("there is no data for input '{}'", name.str())};
    auto wanted = evaluation::elementTypeOf(cast<RankedTensorType>(main.getArgument(i).getType()).getElementType());
    inputs.push_back(wanted ? asType(data.inputs[at], *wanted) : data.inputs[at]);
  }
  auto outputs = executor(inputs);
  if (failed(outputs))
    return {Verdict::Failed, diagnostics.empty() ? "no result" : diagnostics};
  for (size_t i = 0; i < data.outputs.size(); ++i) {
    if (i >= outputs->size())
      return {Verdict::Failed, fmt::format("there is no output {}", i)};
    std::string why = difference((*outputs)[i], asType(data.outputs[i], (*outputs)[i].type()));
    if (!why.empty())
      return {Verdict::Failed, fmt::format("output {}: {}", i, why)};
  }
  return {Verdict::Passed, ""};
}

Outcome CaseRunner::onReference(const DataSet &data) {
  return execute([&](const std::vector<Tensor> &inputs) {
    return evaluation::Evaluator().evaluate(module->lookupSymbol<func::FuncOp>("main"), inputs);
  }, data);
}

Outcome CaseRunner::onNative(const DataSet &data) {
  return execute([&](const std::vector<Tensor> &inputs) -> FailureOr<std::vector<Tensor>> {
    auto model = cpu::jit(*module);
    if (failed(model))
      return failure();
    return (*model)->run(inputs);
  }, data);
}

void CaseRunner::run() {
  auto sets = read();
  if (!sets)
    return;
  Outcome reference{Verdict::Passed, ""}, native = reference;
  for (const DataSet &data : *sets) {
    if ((!module || !options.bindings.empty()) && !import(data))
      return;
    std::vector<std::string> bound;
    for (const auto &[name, value] : options.bindings)
      bound.push_back(name);
    report("bound", bound);
    if (reference.verdict == Verdict::Passed)
      reference = onReference(data);
    report("reference", {nameOf(reference.verdict).str(), reference.reason}); // before native code, which may crash
    if (native.verdict == Verdict::Passed)
      native = onNative(data);
  }
  report("native", {nameOf(native.verdict).str(), native.reason});
}

} // namespace

void conformance::runCase(const std::string &path, Report report) { CaseRunner(path, report).run(); }
