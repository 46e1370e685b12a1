//===- OnnxImport.cpp - ONNX models to the nn dialect ---------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Import/OnnxImport.h"
#include "compiler/Import/GraphImporter.h"
#include "compiler/Import/ModelReader.h"
#include "onnx/onnx_pb.h"

using namespace mlir;
using namespace weft::import;

/// One error for all of them, a note for each.
static void reportUnsupported(Location loc, const ImportOptions &options, ArrayRef<UnsupportedNode> nodes) {
  InFlightDiagnostic diagnostic = emitError(loc);
  diagnostic << "cannot import '" << options.path << "': " << nodes.size()
             << (nodes.size() == 1 ? " node is" : " nodes are") << " not supported";
  for (const UnsupportedNode &node : nodes)
    diagnostic.attachNote() << "node '" << node.node << "': " << (node.domain.empty() ? "" : node.domain + "::")
                            << node.opType << " (opset " << node.opset << "): " << node.reason;
}

FailureOr<OwningOpRef<ModuleOp>> weft::import::importOnnxFile(MLIRContext &context, const ImportOptions &options,
                                                              ImportReport *report) {
  ImportReport own;
  ImportReport &result = report ? *report : own;
  result = ImportReport();
  Location loc = FileLineColLoc::get(&context, options.path, 0, 0);
  onnx::ModelProto model;
  if (std::string error = readModel(options.path, model); !error.empty()) {
    result.status = ImportStatus::Invalid;
    return emitError(loc) << "cannot read '" << options.path << "': " << error;
  }
  OwningOpRef<ModuleOp> module = GraphImporter(context, options, model, result).run();
  if (result.status == ImportStatus::Unsupported)
    reportUnsupported(loc, options, result.unsupported);
  if (result.status != ImportStatus::Ok || !module) {
    if (result.status == ImportStatus::Ok)
      result.status = ImportStatus::Invalid;
    return failure();
  }
  return std::move(module);
}

llvm::json::Array weft::import::toJson(ArrayRef<UnsupportedNode> nodes) {
  llvm::json::Array array;
  for (const UnsupportedNode &node : nodes) {
    llvm::json::Object object{{"node", llvm::json::fixUTF8(node.node)},
                              {"op_type", llvm::json::fixUTF8(node.opType)},
                              {"domain", llvm::json::fixUTF8(node.domain)},
                              {"opset", node.opset},
                              {"reason", llvm::json::fixUTF8(node.reason)}};
    llvm::json::Array inputs;
    for (const std::string &name : node.bindable)
      inputs.push_back(llvm::json::fixUTF8(name));
    if (!inputs.empty())
      object["bindable"] = std::move(inputs);
    array.push_back(std::move(object));
  }
  return array;
}
