//===- Node.cpp - one ONNX node, as builders see it ------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Import/Node.h"
#include "compiler/Import/GraphImporter.h"
#include "compiler/Import/TensorReader.h"
#include "onnx/onnx_pb.h"
#include "passes/Evaluation/Evaluator.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SmallBitVector.h"

using namespace mlir;
using namespace weft;
using namespace weft::import;

static std::string nameOf(const onnx::NodeProto &proto) {
  if (!proto.name().empty())
    return proto.name();
  for (const std::string &output : proto.output())
    if (!output.empty())
      return output;
  return proto.op_type();
}

Node::Node(GraphImporter &importer, Scope &scope, const onnx::NodeProto &proto, int64_t opset)
    : importer(importer), scope(scope), proto(proto), nodeName(scope.prefix + nameOf(proto)), opsetVersion(opset),
      location(importer.valueLoc(nodeName)) {}

StringRef Node::opType() const { return proto.op_type(); }
OpBuilder &Node::builder() { return importer.opBuilder; }
Symbols &Node::symbols() { return importer.symbolTable; }

//===--- attributes ------------------------------------------------------------------===//

/// The attribute, through `ref_attr_name` in a function; null if absent. An error if it has another type. A type
/// field of 0 is accepted: early files leave it out.
const onnx::AttributeProto *Node::attr(StringRef name, int type, StringRef typeName) {
  used.insert(name);
  for (const auto &attribute : proto.attribute()) {
    if (attribute.name() != name)
      continue;
    const onnx::AttributeProto *found = &attribute;
    if (!attribute.ref_attr_name().empty()) {
      auto it = scope.attributes.find(attribute.ref_attr_name());
      if (it == scope.attributes.end())
        return nullptr;
      found = it->second;
    }
    if (type != 0 && found->type() != 0 && found->type() != type) {
      (void)invalid("attribute '" + name + "' has type " + Twine(static_cast<int>(found->type())) + ", expected " +
                    typeName);
      return nullptr;
    }
    return found;
  }
  return nullptr;
}

bool Node::hasAttr(StringRef name) { return attr(name, 0, "") != nullptr; }

int64_t Node::getInt(StringRef name, int64_t otherwise) {
  const auto *a = attr(name, onnx::AttributeProto::INT, "an integer");
  return a ? a->i() : otherwise;
}

double Node::getFloat(StringRef name, double otherwise) {
  const auto *a = attr(name, onnx::AttributeProto::FLOAT, "a float");
  return a ? a->f() : otherwise;
}

StringRef Node::getString(StringRef name, StringRef otherwise) {
  const auto *a = attr(name, onnx::AttributeProto::STRING, "a string");
  return a ? StringRef(a->s()) : otherwise;
}

std::optional<SmallVector<int64_t>> Node::getInts(StringRef name) {
  const auto *a = attr(name, onnx::AttributeProto::INTS, "a list of integers");
  if (!a)
    return std::nullopt;
  return SmallVector<int64_t>(a->ints().begin(), a->ints().end());
}

std::optional<SmallVector<double>> Node::getFloats(StringRef name) {
  const auto *a = attr(name, onnx::AttributeProto::FLOATS, "a list of floats");
  if (!a)
    return std::nullopt;
  return SmallVector<double>(a->floats().begin(), a->floats().end());
}

std::optional<SmallVector<StringRef>> Node::getStrings(StringRef name) {
  const auto *a = attr(name, onnx::AttributeProto::STRINGS, "a list of strings");
  if (!a)
    return std::nullopt;
  return SmallVector<StringRef>(a->strings().begin(), a->strings().end());
}

std::optional<HostTensor> Node::getTensor(StringRef name) {
  const auto *a = attr(name, onnx::AttributeProto::TENSOR, "a tensor");
  if (!a)
    return std::nullopt;
  onnx::TensorProto copy = a->t();
  auto tensor = readTensor(builder().getContext(), copy, importer.folder);
  if (tensor)
    return *tensor;
  (void)invalid("attribute '" + name + "' holds a broken tensor: " + llvm::toString(tensor.takeError()));
  return std::nullopt;
}

const onnx::GraphProto *Node::getGraph(StringRef name) {
  const auto *a = attr(name, onnx::AttributeProto::GRAPH, "a graph");
  return a ? &a->g() : nullptr;
}

StringRef Node::unusedAttr() const {
  for (const auto &attribute : proto.attribute())
    if (!used.contains(attribute.name()))
      return attribute.name();
  return "";
}

//===--- operands ----------------------------------------------------------------------===//

unsigned Node::numInputs() const { return proto.input_size(); }
unsigned Node::numOutputs() const { return proto.output_size(); }

bool Node::has(unsigned i) const {
  if (i >= numInputs() || proto.input(i).empty())
    return false;
  const Entry &entry = scope.values[proto.input(i)];
  return entry.value || entry.constant || entry.tensor || entry.small || entry.splat || entry.poisoned;
}

bool Node::hasOutput(unsigned i) const { return i < numOutputs() && !proto.output(i).empty(); }
bool Node::isUsed(unsigned i) const { return hasOutput(i) && scope.read.contains(proto.output(i)); }
StringRef Node::inputName(unsigned i) const { return i < numInputs() ? StringRef(proto.input(i)) : ""; }

Value Node::input(unsigned i) {
  if (failed() || !has(i))
    return {};
  Entry &entry = scope.values[proto.input(i)];
  Value value = importer.materialize(entry, proto.input(i));
  if (value)
    return value;
  if (importer.report.status == ImportStatus::Invalid)
    isFailed = true;
  else
    (void)unsupported("reads '" + Twine(proto.input(i)) +
                      "', which depends on a dynamic dimension; give that dimension a value");
  return {};
}

const HostTensor *Node::constant(unsigned i) {
  if (failed() || !has(i))
    return nullptr;
  Entry &entry = scope.values[proto.input(i)];
  const HostTensor *constant = importer.constantOf(entry, proto.input(i));
  isFailed |= importer.report.status == ImportStatus::Invalid;
  if (!constant && entry.value)
    return this->constant(entry.value);
  return constant;
}

const HostTensor *Node::constant(Value value) {
  auto it = importer.constants.find(value);
  return it == importer.constants.end() ? nullptr : &it->second;
}

std::optional<HostTensor> Node::parameter(unsigned i) {
  if (const HostTensor *c = constant(i))
    return *c;
  Value value = failed() ? Value() : input(i);
  if (!value || !isParameter(value))
    return std::nullopt;
  auto type = dyn_cast<RankedTensorType>(value.getType());
  if (!type || !type.hasStaticShape() || type.getNumElements() > (int64_t(1) << 30))
    return std::nullopt;
  reference::Result<reference::Tensor> tensor = evaluation::evaluateConstant(value);
  if (!tensor.ok())
    return std::nullopt;
  return HostTensor::of(*tensor, type);
}

std::optional<SmallTensor> Node::small(unsigned i) {
  if (!has(i))
    return std::nullopt;
  if (const auto &small = scope.values[proto.input(i)].small)
    return small;
  if (const HostTensor *c = constant(i))
    return SmallTensor::of(*c);
  // An expression of constants that shape arithmetic does not know. Narrow integers are weights.
  Value value = scope.values[proto.input(i)].value;
  auto type = value ? dyn_cast<IntegerType>(elementType(value)) : IntegerType();
  if (!type || (type.getWidth() < 32 && type.getWidth() != 1) || !this->type(value).hasStaticShape() ||
      this->type(value).getNumElements() > SmallTensor::kMaxElements)
    return std::nullopt;
  std::optional<HostTensor> computed = parameter(i);
  return computed ? SmallTensor::of(*computed) : std::nullopt;
}

std::optional<SmallVector<int64_t>> Node::ints(unsigned i, StringRef what) {
  std::optional<SmallTensor> tensor = small(i);
  if (failed())
    return std::nullopt;
  if (!tensor || !tensor->isKnown() || tensor->shape.size() > 1) {
    (void)needsConstant("its " + what + " '" + inputName(i) + "' are computed, expected a constant list of integers", i);
    return std::nullopt;
  }
  SmallVector<int64_t> values;
  for (const Dim &d : tensor->elements)
    values.push_back(d.factor);
  return values;
}

const SymbolicSplat *Node::splat(unsigned i) {
  if (!has(i))
    return nullptr;
  const std::optional<SymbolicSplat> &splat = scope.values[proto.input(i)].splat;
  return splat ? &*splat : nullptr;
}

std::optional<SmallVector<Dim>> Node::inputDims(unsigned i) {
  if (!has(i))
    return std::nullopt;
  Entry &entry = scope.values[proto.input(i)];
  if (entry.value)
    return symbols().dims(entry.value);
  if (entry.small)
    return SmallVector<Dim>(entry.small->shape.begin(), entry.small->shape.end());
  if (entry.splat)
    return entry.splat->dims;
  if (const HostTensor *c = constant(i))
    return SmallVector<Dim>(c->shape().begin(), c->shape().end());
  return std::nullopt;
}

Type Node::elementTypeOf(unsigned i) {
  if (!has(i))
    return {};
  Entry &entry = scope.values[proto.input(i)];
  if (entry.value)
    return elementType(entry.value);
  if (entry.small)
    return entry.small->elementType;
  const HostTensor *c = constant(i);
  return c ? c->elementType() : Type();
}

//===--- results and failure ---------------------------------------------------------------===//

LogicalResult Node::set(unsigned output, Value value) {
  if (!value || failed())
    return failure();
  if (hasOutput(output))
    scope.values[proto.output(output)].value = value;
  return success();
}

LogicalResult Node::set(unsigned output, HostTensor constant) {
  if (!constant || failed())
    return failure();
  if (hasOutput(output))
    scope.values[proto.output(output)].constant = std::move(constant);
  return success();
}

LogicalResult Node::set(unsigned output, SmallTensor small) {
  if (hasOutput(output))
    scope.values[proto.output(output)].small = std::move(small);
  return success();
}

LogicalResult Node::set(unsigned output, SymbolicSplat splat) {
  if (hasOutput(output))
    scope.values[proto.output(output)].splat = std::move(splat);
  return success();
}

LogicalResult Node::forward(unsigned output, unsigned input) {
  (void)constant(input); // read once, before there are two of it
  if (failed() || !has(input))
    return failure();
  Entry entry = scope.values[proto.input(input)];
  if (hasOutput(output))
    scope.values[proto.output(output)] = std::move(entry);
  return success();
}

LogicalResult Node::unsupported(const Twine &reason) {
  if (!isFailed)
    importer.report.unsupported.push_back(
        {nodeName, proto.op_type(), proto.domain(), opsetVersion, reason.str(), {}});
  isFailed = true;
  return failure();
}

/// Inputs of the model that the operand is computed from, in their order; none where another node's failure hides them.
std::vector<std::string> Node::sourcesOf(unsigned i) {
  std::vector<std::string> names;
  SmallVector<Value> open{has(i) ? scope.values[proto.input(i)].value : Value()};
  llvm::DenseSet<Value> seen;
  llvm::SmallBitVector arguments(importer.function.getNumArguments());
  while (!open.empty()) {
    Value v = open.pop_back_val();
    if (!v || !seen.insert(v).second)
      continue;
    if (auto argument = dyn_cast<BlockArgument>(v))
      arguments.set(argument.getArgNumber());
    else
      open.append(v.getDefiningOp()->operand_begin(), v.getDefiningOp()->operand_end());
  }
  for (unsigned index : arguments.set_bits())
    names.push_back(importer.function.getArgAttrOfType<StringAttr>(index, nn::kNameAttr).str());
  return names;
}

LogicalResult Node::needsConstant(const Twine &reason, ArrayRef<unsigned> operands) {
  if (isFailed)
    return failure();
  std::vector<std::string> names;
  for (unsigned i : operands)
    for (std::string &name : sourcesOf(i))
      if (!llvm::is_contained(names, name))
        names.push_back(std::move(name));
  std::string text = reason.str();
  for (auto [i, name] : llvm::enumerate(names))
    text += (i ? ", " : "; fix by --bind ") + name + "=FILE.npy";
  (void)unsupported(text);
  importer.report.unsupported.back().bindable = std::move(names);
  return failure();
}

LogicalResult Node::invalid(const Twine &problem) {
  if (isFailed)
    return failure();
  isFailed = true;
  return importer.invalid(loc(), "node '" + nodeName + "' (" + proto.op_type() + ") " + problem);
}
