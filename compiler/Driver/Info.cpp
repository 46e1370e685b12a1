//===- Info.cpp - weft info: what a model holds ------------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Driver/CommandError.h"
#include "compiler/Driver/Commands.h"
#include "compiler/Driver/Compilation.h"
#include "compiler/Driver/Prediction.h"
#include "compiler/Driver/Session.h"
#include "compiler/Pipeline/Phases.h"
#include "compiler/Report/Layers.h"
#include "compiler/Report/ReportJson.h"
#include "compiler/Report/Signature.h"
#include "compiler/Report/Table.h"
#include <fmt/format.h>

using namespace mlir;

namespace weft::driver {
namespace {

using report::bitsAsText;
using report::grouped;
using report::shapeAsText;

std::string portsText(llvm::StringRef title, const std::vector<report::Port> &ports) {
  std::string text;
  for (const report::Port &port : ports) {
    text += fmt::format("{:<9}{}  {} {}", title.str(), port.name, port.type, shapeAsText(port.shape));
    if (port.quantizer)
      text += fmt::format("  as {}: scale {:g}, zero point {}", port.quantizer->type, port.quantizer->scale,
                          port.quantizer->zeroPoint);
    text += "\n";
  }
  return text;
}

/// Layers and totals, for people.
std::string layersText(const std::vector<report::Layer> &layers) {
  report::Table table({"layer", "operator", ">result", "type", "weight", ">parameters", ">MACs", ">weight bits"});
  int64_t parameters = 0, macs = 0, bits = 0;
  for (const report::Layer &layer : layers) {
    auto count = [](int64_t n) { return n ? grouped(n) : std::string(); };
    table.row({layer.name, layer.op, shapeAsText(layer.shape), layer.type, layer.weightScheme, count(layer.parameters),
               count(layer.macs), count(layer.weightBits)});
    parameters += layer.parameters;
    macs += layer.macs;
    bits += layer.weightBits;
  }
  table.rule();
  table.row({"total", fmt::format("{} layers", layers.size()), "", "", bitsAsText(bits), grouped(parameters), grouped(macs),
             grouped(bits)});
  return table.str();
}

/// Layers of the integer core where there is one, else of @main.
func::FuncOp describedFunction(ModuleOp module) {
  auto core = module.lookupSymbol<func::FuncOp>("core");
  return core ? core : module.lookupSymbol<func::FuncOp>("main");
}

llvm::Error reportUnsupported(Session &session, const InfoOptions &options, llvm::Error error) {
  if (session.unsupported().empty())
    return error;
  llvm::consumeError(std::move(error));
  llvm::json::Object json{{"model", modelNameOf(options.model)}, {"supported", false}};
  report::Table table({"node", "operator", "reason"});
  for (const llvm::json::Value &value : session.unsupported()) {
    const llvm::json::Object &node = *value.getAsObject();
    auto text = [&](llvm::StringRef key) { return node.getString(key).value_or("").str(); };
    std::string domain = text("domain");
    table.row({text("node"), (domain.empty() ? "" : domain + "::") + text("op_type"), text("reason")});
  }
  json["unsupported"] = llvm::json::Array(session.unsupported());
  session.print(std::move(json), "unsupported operators:\n" + table.str());
  return unsupported(fmt::format("{}: {} nodes are not supported", options.model, session.unsupported().size()));
}

/// `--compress`, `--recipe`: before anything is compiled, what the recipe would cost and lose.
llvm::Error infoOfRecipe(const InfoOptions &options) {
  if (auto recipe = readRecipe(options.pipeline); !recipe)
    return recipe.takeError();
  Session session(options);
  CompileOptions compile;
  static_cast<ModelOptions &>(compile) = options;
  compile.calibration = options.calibration;
  compile.pipeline = options.pipeline;
  bool hasSamples = !options.calibration.path.empty();
  compile.compileTo = hasSamples ? "flow" : "compress";
  auto compilation = Compilation::open(session, compile);
  if (!compilation)
    return compilation.takeError();
  if (auto error = (*compilation)->runTo("nn"))
    return error;
  auto prediction = predict((*compilation)->module(), (*compilation)->shared(), hasSamples && options.pipeline.quantize.enabled(),
                            [&](StringRef stage) { session.progress().stage(stage); });
  if (failed(prediction))
    return invalidInput("");
  session.progress().finish();
  llvm::json::Object json = toJson(*prediction);
  json["model"] = (*compilation)->name();
  session.print(std::move(json), textOf(*prediction));
  session.printTimes();
  return llvm::Error::success();
}

} // namespace

llvm::Error info(const InfoOptions &options) {
  if (!options.pipeline.compress.empty() || !options.pipeline.recipeFile.empty())
    return infoOfRecipe(options);
  if (!options.calibration.path.empty())
    return usageError("--calib predicts what a recipe loses: give --compress or --recipe, too");
  Session session(options);
  session.progress().stage("import");
  session.hold();
  auto model = session.load(options, /*decoded=*/false);
  session.release(/*show=*/session.unsupported().empty());
  if (!model)
    return reportUnsupported(session, options, model.takeError());
  session.progress().stage("nn");
  if (failed(pipeline::simplifyForReading(*model->module)))
    return invalidInput("");
  auto signature = signatureOf(*model->module);
  if (!signature)
    return signature.takeError();
  auto layers = report::describeLayers(describedFunction(*model->module));
  llvm::json::Object json = report::toJson(*signature);
  json["model"] = model->name;
  json["supported"] = true;
  json["unsupported"] = llvm::json::Array();
  json["layers"] = report::toJson(layers);
  json["totals"] = report::totalsToJson(layers);
  std::string kind = signature->quantized ? "integer" : "floating point";
  session.progress().finish();
  session.print(std::move(json), fmt::format("{}: {}\n{}{}\n{}", model->name, kind, portsText("input", signature->inputs),
                                             portsText("output", signature->outputs), layersText(layers)));
  session.printTimes();
  return llvm::Error::success();
}

} // namespace weft::driver
