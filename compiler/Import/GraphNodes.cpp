//===- GraphNodes.cpp - order, calls and builders of nodes ----------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Import/GraphImporter.h"
#include "compiler/Import/OpTable.h"
#include "compiler/Import/Subgraph.h"
#include "compiler/Import/TensorReader.h"
#include "onnx/onnx_pb.h"

using namespace mlir;
using namespace weft;
using namespace weft::import;

static std::string describe(const onnx::NodeProto &node) {
  std::string name = !node.name().empty() ? node.name() : node.output_size() ? node.output(0) : "";
  return "node '" + name + "' (" + node.op_type() + ")";
}

/// Producers by value name; two of one name, or one that shadows an input or initializer, is an error.
static std::string findProducers(ArrayRef<const onnx::NodeProto *> nodes, const Scope &scope,
                                 llvm::StringMap<unsigned> &producers) {
  for (auto [i, node] : llvm::enumerate(nodes))
    for (const std::string &output : node->output()) {
      if (output.empty())
        continue;
      if (scope.values.count(output))
        return describe(*node) + " produces '" + output + "', which is an input or initializer already";
      auto [it, fresh] = producers.try_emplace(output, i);
      if (!fresh)
        return describe(*node) + " produces '" + output + "', as " + describe(*nodes[it->second]) + " does";
    }
  return "";
}

/// What a node reads: its operands, and what the graphs inside of it read from around them.
static std::vector<std::string> operandsOf(const onnx::NodeProto &node) {
  std::vector<std::string> names(node.input().begin(), node.input().end());
  std::vector<std::string> captured = freeNames(node);
  names.insert(names.end(), captured.begin(), captured.end());
  return names;
}

/// Puts every node after those it reads from and otherwise keeps the order of the file.
LogicalResult GraphImporter::sortNodes(NodeList nodes, Scope &scope, SmallVectorImpl<unsigned> &order) {
  llvm::StringMap<unsigned> producers;
  std::string error = findProducers(nodes, scope, producers);
  if (!error.empty())
    return invalid(valueLoc(""), error);
  enum State : char { New, Open, Done };
  SmallVector<State> states(nodes.size(), New);
  SmallVector<std::pair<unsigned, size_t>> stack; // node, next operand to look at
  std::vector<std::vector<std::string>> operands;
  for (const onnx::NodeProto *node : nodes)
    operands.push_back(operandsOf(*node));
  for (unsigned root = 0; root < nodes.size(); ++root) {
    if (states[root] == New)
      stack.push_back({root, 0});
    while (!stack.empty()) {
      auto [current, next] = stack.back();
      const onnx::NodeProto &node = *nodes[current];
      states[current] = Open;
      if (next == operands[current].size()) {
        states[current] = Done;
        order.push_back(current);
        stack.pop_back();
        continue;
      }
      ++stack.back().second;
      const std::string &name = operands[current][next];
      if (name.empty() || scope.values.count(name))
        continue;
      auto it = producers.find(name);
      if (it == producers.end())
        return invalid(valueLoc(node.name()), describe(node) + " reads '" + name + "', which nothing produces");
      if (states[it->second] == Open)
        return invalid(valueLoc(node.name()), describe(node) + " is part of a cycle, through '" + name + "'");
      if (states[it->second] == New)
        stack.push_back({it->second, 0});
    }
  }
  return success();
}

/// What a node reads, itself or in the graphs it holds.
static void addReads(const onnx::NodeProto &node, llvm::StringSet<> &read) {
  for (const std::string &name : node.input())
    read.insert(name);
  for (const auto &attribute : node.attribute()) {
    if (!attribute.has_g())
      continue;
    for (const auto &inner : attribute.g().node())
      addReads(inner, read);
    for (const auto &output : attribute.g().output())
      read.insert(output.name());
  }
}

LogicalResult GraphImporter::importNodes(NodeList nodes, Scope &scope) {
  for (const onnx::NodeProto *node : nodes)
    addReads(*node, scope.read);
  SmallVector<unsigned> order;
  if (failed(sortNodes(nodes, scope, order)))
    return failure();
  for (unsigned i : order)
    if (failed(importNode(*nodes[i], scope)))
      return failure();
  return success();
}

const onnx::FunctionProto *GraphImporter::findFunction(const onnx::NodeProto &proto) const {
  auto it = functions.find((canonicalDomain(proto.domain()) + "::" + proto.op_type()).str());
  return it == functions.end() ? nullptr : it->second;
}

/// Whether the node reads what an unsupported node should have produced.
static bool isPoisoned(const onnx::NodeProto &proto, Scope &scope) {
  return llvm::any_of(proto.input(), [&](const std::string &name) {
    return !name.empty() && scope.values[name].poisoned;
  });
}

void GraphImporter::poisonOutputs(const onnx::NodeProto &proto, Scope &scope) {
  for (const std::string &name : proto.output())
    if (!name.empty())
      scope.values[name].poisoned = true;
}

/// Checks the number of operands against the operator's.
static LogicalResult checkArity(Node &node, const OpEntry &entry) {
  if (node.numInputs() > entry.maxInputs)
    return node.invalid("has " + Twine(node.numInputs()) + " inputs, expected at most " + Twine(entry.maxInputs));
  for (unsigned i = 0; i < entry.minInputs; ++i)
    if (!node.has(i))
      return node.invalid("lacks input " + Twine(i) + ", expected at least " + Twine(entry.minInputs));
  if (llvm::none_of(llvm::seq(0u, node.numOutputs()), [&](unsigned i) { return node.hasOutput(i); }))
    return node.invalid("has no output");
  return success();
}

bool GraphImporter::fold(Node &node, const OpEntry &entry) {
  if (!entry.fold || node.numOutputs() != 1)
    return false;
  SmallVector<SmallTensor> inputs;
  for (unsigned i = 0; i < node.numInputs(); ++i) {
    std::optional<SmallTensor> small = node.small(i);
    if (!small && (node.has(i) || entry.maxInputs == OpTable::kVariadic))
      return false;
    inputs.push_back(small.value_or(SmallTensor()));
  }
  std::optional<SmallTensor> result = entry.fold(node, inputs);
  return result && succeeded(node.set(0, std::move(*result)));
}

/// A node of a function's body with the attributes that its caller gives: bodies of definitions depend on them.
static onnx::NodeProto withAttributes(const onnx::NodeProto &proto, const Scope &scope) {
  onnx::NodeProto result = proto;
  result.clear_attribute();
  for (const auto &attribute : proto.attribute()) {
    auto it = scope.attributes.find(attribute.ref_attr_name());
    if (attribute.ref_attr_name().empty())
      *result.add_attribute() = attribute;
    else if (it != scope.attributes.end()) {
      *result.add_attribute() = *it->second;
      result.mutable_attribute()->rbegin()->set_name(attribute.name());
    }
  }
  return result;
}

void GraphImporter::callDefinition(Node &node, const onnx::NodeProto &proto, Scope &scope) {
  std::vector<onnx::TypeProto> types(proto.input_size());
  for (int i = 0; i < proto.input_size(); ++i) {
    const HostTensor *constant = node.constant(i);
    Type type = constant ? constant->elementType() : node.elementType(node.input(i));
    if (type)
      types[i].mutable_tensor_type()->set_elem_type(dataTypeOf(type));
  }
  if (node.failed())
    return;
  FunctionCall call = functionBodyOf(withAttributes(proto, scope), canonicalDomain(proto.domain()).str(), node.opset(), types);
  if (!call.body) {
    (void)node.unsupported("ONNX defines it by a function only for other attributes or types");
    return;
  }
  definitions.push_back(std::move(call));
  emitRemark(node.loc(), "node '") << node.name() << "': " << proto.op_type() << " is imported as the function that ONNX defines it by";
  (void)callFunction(node, *definitions.back().node, *definitions.back().body, scope);
}

GraphImporter::ControlFn GraphImporter::controlFlow(StringRef domain, StringRef opType) {
  if (!domain.empty())
    return nullptr;
  return opType == "If" ? &GraphImporter::importIf : opType == "Loop" ? &GraphImporter::importLoop : opType == "Scan" ? &GraphImporter::importScan : nullptr;
}

LogicalResult GraphImporter::importNode(const onnx::NodeProto &proto, Scope &scope) {
  if (--budget < 0)
    return invalid(valueLoc(proto.name()), "the model has more than 131072 nodes after its functions are inlined");
  auto opset = scope.opsets.find(canonicalDomain(proto.domain()));
  Node node(*this, scope, proto, opset == scope.opsets.end() ? 0 : opset->second);
  const onnx::FunctionProto *callee = findFunction(proto);
  StringRef domain = canonicalDomain(proto.domain());
  ControlFn control = controlFlow(domain, proto.op_type());
  const OpEntry *entry = OpTable::get().find(domain, proto.op_type());
  if (!callee && domain.empty() && node.opset() == 0)
    return node.invalid("is standard, but the model imports no opset of the standard operators");
  if (!callee && !control && !entry && !hasFunctionBody(proto, domain.str(), node.opset()))
    (void)node.unsupported("there is no such operator in weft");
  else if (isPoisoned(proto, scope))
    poisonOutputs(proto, scope);
  else if (callee)
    return callFunction(node, proto, *callee, scope);
  else if (control)
    (void)(this->*control)(node, proto, scope);
  else if (!entry)
    callDefinition(node, proto, scope);
  else if (succeeded(checkArity(node, *entry)) && !fold(node, *entry) && succeeded(entry->build(node)) &&
           !node.failed() && !node.unusedAttr().empty())
    (void)node.unsupported("attribute '" + node.unusedAttr() + "' is not known");
  if (report.status == ImportStatus::Invalid)
    return failure();
  if (node.failed())
    poisonOutputs(proto, scope);
  return success();
}

/// Attributes of a function with defaults: field 11 of FunctionProto since IR version 9, which the schema this is
/// built with does not name.
static std::vector<std::unique_ptr<onnx::AttributeProto>> defaultAttributes(const onnx::FunctionProto &function) {
  constexpr int kAttributeProto = 11;
  std::vector<std::unique_ptr<onnx::AttributeProto>> result;
  const auto &unknown = function.unknown_fields();
  for (int i = 0; i < unknown.field_count(); ++i) {
    const auto &field = unknown.field(i);
    if (field.number() != kAttributeProto || field.type() != google::protobuf::UnknownField::TYPE_LENGTH_DELIMITED)
      continue;
    auto attribute = std::make_unique<onnx::AttributeProto>();
    if (attribute->ParseFromString(field.length_delimited()))
      result.push_back(std::move(attribute));
  }
  return result;
}

LogicalResult GraphImporter::callFunction(Node &node, const onnx::NodeProto &call, const onnx::FunctionProto &callee,
                                          Scope &scope) {
  Scope inner;
  inner.depth = scope.depth + 1;
  inner.prefix = (node.name() + "/").str();
  if (inner.depth > kMaxDepth)
    return node.invalid("calls functions in functions more than " + Twine(kMaxDepth) + " deep; do they call themselves?");
  for (const auto &opset : callee.opset_import())
    inner.opsets[canonicalDomain(opset.domain())] = opset.version();
  if (callee.opset_import().empty())
    inner.opsets = scope.opsets;
  auto defaults = defaultAttributes(callee);
  for (const auto &attribute : defaults)
    inner.attributes[attribute->name()] = attribute.get();
  for (const auto &attribute : call.attribute())
    if (attribute.ref_attr_name().empty())
      inner.attributes[attribute.name()] = &attribute;
    else if (auto it = scope.attributes.find(attribute.ref_attr_name()); it != scope.attributes.end())
      inner.attributes[attribute.name()] = it->second;
  for (int i = 0; i < callee.input_size(); ++i) {
    Entry &parameter = inner.values[callee.input(i)]; // stays empty where the call leaves it out
    if (i >= call.input_size() || call.input(i).empty())
      continue;
    Entry &argument = scope.values[call.input(i)];
    (void)constantOf(argument, call.input(i)); // read once, before there are two of it
    parameter = argument;
  }
  if (call.input_size() > callee.input_size() || call.output_size() > callee.output_size())
    return node.invalid("has more operands than the function it calls");
  SmallVector<const onnx::NodeProto *> nodes;
  for (const auto &n : callee.node())
    nodes.push_back(&n);
  for (const std::string &output : callee.output())
    inner.read.insert(output);
  if (failed(importNodes(nodes, inner)))
    return failure();
  for (int i = 0; i < call.output_size(); ++i) {
    auto it = inner.values.find(callee.output(i));
    if (it == inner.values.end())
      return node.invalid("calls a function that does not produce its output '" + callee.output(i) + "'");
    if (!call.output(i).empty())
      scope.values[call.output(i)] = it->second;
  }
  return success();
}
