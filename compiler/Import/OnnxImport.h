//===- OnnxImport.h - ONNX models to the nn dialect --------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef COMPILER_IMPORT_ONNXIMPORT_H
#define COMPILER_IMPORT_ONNXIMPORT_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/JSON.h"
#include "runtime/reference/Tensor.h"
#include <map>
#include <string>
#include <vector>

namespace weft::import {

/// What to import, and how.
struct ImportOptions {
  /// An ONNX protobuf, or ONNX text where the name ends in `.onnxtext`, `.onnxtxt` or `.txt`.
  std::string path;
  /// Sizes for dimensions that the model leaves open, by their ONNX name (`batch_size` → 1) or by input and axis
  /// (`x[2]` → 64). Others become dynamic; a name that the model does not have is an error.
  llvm::StringMap<int64_t> dims;
  /// Inputs that are fixed to a value, by name: constants of the imported module, no arguments. Types and shapes must be the model's;
  /// symbolic dimensions take the sizes they meet.
  std::map<std::string, reference::Tensor> bindings;
};

/// Why there is a module, or none. Callers exit with 0, 2 and 3.
enum class ImportStatus { Ok = 0, Unsupported = 2, Invalid = 3 };

/// A node of a good model that weft cannot represent.
struct UnsupportedNode {
  std::string node, opType, domain;
  int64_t opset = 0;
  std::string reason;
  /// Inputs of the model that would have to be constants: the node may be supported where they are bound.
  std::vector<std::string> bindable;
};

/// What an import came to. `unsupported` lists every such node of the model, not only the first.
struct ImportReport {
  ImportStatus status = ImportStatus::Ok;
  std::vector<UnsupportedNode> unsupported;
};

/// Reads an ONNX model into a module with one function `@main`. Arguments, results and operations carry
/// `nn.name`, the name in the ONNX file. Diagnostics go through the context; `report`, if given, tells broken
/// files from unsupported operators. Nothing the file holds can crash it or make it allocate more than a small
/// multiple of the file's size.
mlir::FailureOr<mlir::OwningOpRef<mlir::ModuleOp>>
importOnnxFile(mlir::MLIRContext &context, const ImportOptions &options, ImportReport *report = nullptr);

/// The list as a JSON array of {node, op_type, domain, opset, reason}, and bindable where inputs are.
llvm::json::Array toJson(llvm::ArrayRef<UnsupportedNode> nodes);

} // namespace weft::import

#endif // COMPILER_IMPORT_ONNXIMPORT_H
