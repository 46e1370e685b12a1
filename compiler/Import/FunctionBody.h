//===- FunctionBody.h - operators as functions of other operators ------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef COMPILER_IMPORT_FUNCTIONBODY_H
#define COMPILER_IMPORT_FUNCTIONBODY_H

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace onnx {
class FunctionProto;
class NodeProto;
class TypeProto;
} // namespace onnx

namespace weft::import {

/// A call of the function by which ONNX defines an operator.
struct FunctionCall {
  std::unique_ptr<onnx::FunctionProto> body;
  /// The node, with the attributes that it leaves to their defaults.
  std::unique_ptr<onnx::NodeProto> node;
};

/// Whether ONNX's operator schema defines the operator by a function, for some attributes and types at least.
bool hasFunctionBody(const onnx::NodeProto &node, const std::string &domain, int64_t opset);

/// The function that ONNX's operator schema gives `node` in this opset, also where it depends on the node's attributes and on the types
/// of its inputs (a default TypeProto stands for one that is not known). Both null where there is none.
FunctionCall functionBodyOf(const onnx::NodeProto &node, const std::string &domain, int64_t opset,
                            const std::vector<onnx::TypeProto> &inputTypes);

} // namespace weft::import

#endif // COMPILER_IMPORT_FUNCTIONBODY_H
