//===- Signature.h - inputs and outputs of a compiled model -------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef COMPILER_REPORT_SIGNATURE_H
#define COMPILER_REPORT_SIGNATURE_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include <optional>
#include <string>
#include <vector>

namespace weft::report {

/// How a float port of @main meets its integer port of @core (rules A1, A2). Per tensor.
struct PortQuantizer {
  std::string type;
  double scale = 1;
  int64_t zeroPoint = 0;
};

/// One input or output. Dynamic dimensions are −1.
struct Port {
  std::string name, type;
  std::vector<int64_t> shape;
  std::optional<PortQuantizer> quantizer;
};

/// Ports of @main, with the quantizers found beside the call of @core.
struct Signature {
  std::vector<Port> inputs, outputs;
  /// The module has an integer @core.
  bool quantized = false;
};

/// Reads the signature; failure if the module has no function @main.
mlir::FailureOr<Signature> readSignature(mlir::ModuleOp module);

/// Ports of one function (no quantizers).
Signature functionSignature(mlir::func::FuncOp function);

} // namespace weft::report

#endif // COMPILER_REPORT_SIGNATURE_H
