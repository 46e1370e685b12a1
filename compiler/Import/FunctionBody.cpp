//===- FunctionBody.cpp - operators as functions of other operators ---------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Import/FunctionBody.h"
#include "onnx/defs/schema.h"
#include <algorithm>
#include <exception>

namespace weft::import {

/// The schema in force; null where there is none, or no function in it.
static const onnx::OpSchema *schemaOf(const onnx::NodeProto &node, const std::string &domain, int64_t opset) {
  auto version = static_cast<int>(std::clamp<int64_t>(opset, 1, 1 << 20));
  const onnx::OpSchema *schema = onnx::OpSchemaRegistry::Schema(node.op_type(), version, domain);
  return schema && (schema->HasFunction() || schema->HasContextDependentFunction()) ? schema : nullptr;
}

bool hasFunctionBody(const onnx::NodeProto &node, const std::string &domain, int64_t opset) {
  return schemaOf(node, domain, opset) != nullptr;
}

static FunctionCall build(const onnx::NodeProto &node, const std::string &domain, int64_t opset,
                          const std::vector<onnx::TypeProto> &inputTypes) {
  const onnx::OpSchema *schema = schemaOf(node, domain, opset);
  if (!schema)
    return {};
  FunctionCall call{std::make_unique<onnx::FunctionProto>(), std::make_unique<onnx::NodeProto>(node)};
  for (const auto &[name, attribute] : schema->attributes()) {
    bool given = std::any_of(node.attribute().begin(), node.attribute().end(), [&, &name = name](const auto &a) { return a.name() == name; });
    if (!given && attribute.default_value.type() != onnx::AttributeProto::UNDEFINED)
      *call.node->add_attribute() = attribute.default_value;
  }
  if (schema->HasFunction()) {
    *call.body = *schema->GetFunction();
    return call;
  }
  onnx::FunctionBodyBuildContextImpl context(*call.node, inputTypes);
  return schema->BuildContextDependentFunction(context, *call.body) ? std::move(call) : FunctionCall();
}

FunctionCall functionBodyOf(const onnx::NodeProto &node, const std::string &domain, int64_t opset,
                            const std::vector<onnx::TypeProto> &inputTypes) {
  try {
    return build(node, domain, opset, inputTypes);
  } catch (const std::exception &) { // what the schema cannot make of a broken node
    return {};
  }
}

} // namespace weft::import
