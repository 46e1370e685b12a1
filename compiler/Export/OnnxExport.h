//===- OnnxExport.h - the nn dialect to ONNX models --------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef COMPILER_EXPORT_ONNXEXPORT_H
#define COMPILER_EXPORT_ONNXEXPORT_H

#include "mlir/IR/BuiltinOps.h"
#include <string>
#include <vector>

namespace weft::exporter {

struct ExportOptions {
  /// Of the graph.
  std::string name = "main";
  /// Goes into the file as the producer's version.
  std::string version;
  /// Compressed weights as dense initializers, also where ONNX could say them.
  bool materialize = false;
};

/// A weight whose scheme ONNX cannot say, or that was not to be kept: it is a constant in the file.
struct MaterializedWeight {
  std::string layer, scheme;
};

/// What became of a model.
struct ExportReport {
  /// Operations that ONNX has no form for, as "layer 'x': nn.table". The model was not written then.
  std::vector<std::string> unsupported;
  std::vector<MaterializedWeight> materialized;
  int64_t nodes = 0;
};

/// The ONNX protobuf of @main, which must hold nn and codec operations alone (phases import to quantize). Names of inputs, outputs,
/// constants and layers are kept. Compressed weights stay compressed: a lookup is a Gather from a codebook, a scatter a Gather through
/// the running count of its mask, quantized ones DequantizeLinear. The integers of widths that ONNX lacks are stored in the next
/// wider type; the model's metadata says `weft.type.<initializer>`, so that importing gives the width back. Equal modules give equal
/// bytes. Failure with a diagnostic, after which `report`, if given, tells unsupported operations apart from other reasons.
mlir::FailureOr<std::string> exportOnnx(mlir::ModuleOp module, const ExportOptions &options, ExportReport *report = nullptr);

} // namespace weft::exporter

#endif // COMPILER_EXPORT_ONNXEXPORT_H
