//===- GraphImporter.cpp - walks an ONNX graph ----------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Import/GraphImporter.h"
#include "compiler/Import/Normalize.h"
#include "compiler/Import/OpTable.h"
#include "compiler/Import/TensorReader.h"
#include "dialects/Codec/IR/CodecOps.h"
#include "mlir/IR/Verifier.h"
#include "passes/Evaluation/Elements.h"
#include "onnx/onnx_pb.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace weft;
using namespace weft::import;

GraphImporter::GraphImporter(MLIRContext &context, const ImportOptions &options, onnx::ModelProto &model,
                             ImportReport &report)
    : context(context), options(options), model(model), report(report),
      folder(llvm::sys::path::parent_path(options.path)), opBuilder(&context) {
  context.loadDialect<nn::NnDialect, codec::CodecDialect, func::FuncDialect>();
}

LogicalResult GraphImporter::invalid(Location loc, const Twine &message) {
  report.status = ImportStatus::Invalid;
  return emitError(loc, message);
}

Location GraphImporter::valueLoc(StringRef name) {
  Location file = FileLineColLoc::get(&context, options.path, 0, 0);
  return name.empty() ? file : NameLoc::get(StringAttr::get(&context, name), file);
}

OwningOpRef<ModuleOp> GraphImporter::run() {
  Location loc = valueLoc("");
  module = ModuleOp::create(opBuilder, loc);
  opBuilder.setInsertionPointToEnd(module->getBody());
  function = func::FuncOp::create(opBuilder, loc, "main", opBuilder.getFunctionType({}, {}));
  opBuilder.setInsertionPointToStart(function.addEntryBlock());
  SmallVector<const onnx::NodeProto *> nodes;
  for (const auto &node : model.graph().node())
    nodes.push_back(&node);
  for (const auto &output : model.graph().output())
    mainScope.read.insert(output.name());
  if (failed(readOpsets()) || failed(addInitializers()) || failed(bindInputs()) ||
      failed(addArguments()) ||
      failed(importNodes(nodes, mainScope)))
    return {};
  if (!report.unsupported.empty()) {
    report.status = ImportStatus::Unsupported;
    return {};
  }
  if (failed(addResults()))
    return {};
  foldConstants(function);
  quantizeIntegerWeights(function);
  foldBiases(function);
  if (failed(verify(*module))) {
    report.status = ImportStatus::Invalid;
    return {};
  }
  return std::move(module);
}

LogicalResult GraphImporter::readOpsets() {
  for (const auto &opset : model.opset_import()) {
    StringRef domain = canonicalDomain(opset.domain());
    if (opset.version() < 1)
      return invalid(valueLoc(""), "the model imports opset " + Twine(opset.version()) + " of domain '" + domain +
                                       "', expected 1 or more");
    mainScope.opsets[domain] = opset.version();
  }
  // Before IR version 3 there was one opset, and no field for it.
  if (!mainScope.opsets.count("") && model.ir_version() < 3)
    mainScope.opsets[""] = 1;
  for (const auto &function : model.functions())
    functions[(canonicalDomain(function.domain()) + "::" + function.name()).str()] = &function;
  return success();
}

LogicalResult GraphImporter::narrow(HostTensor &tensor, StringRef name) {
  auto found = narrowTypes.find(name);
  if (found == narrowTypes.end())
    return success();
  StringRef text = found->second;
  bool isUnsigned = text.consume_front("u");
  unsigned bits = 0;
  auto stored = dyn_cast<IntegerType>(tensor.elementType());
  if (!text.consume_front("i") || text.getAsInteger(10, bits) || bits < 1 || bits > 64 || !stored || bits > stored.getWidth() ||
      isUnsigned != stored.isUnsigned())
    return invalid(valueLoc(name), "metadata weft.type." + name + " is '" + found->second + "', expected an integer type that fits into " +
                                       (stored ? (stored.isUnsigned() ? "ui" : "i") + Twine(stored.getWidth()) : Twine("a float")));
  auto type = IntegerType::get(&context, bits, isUnsigned ? IntegerType::Unsigned : IntegerType::Signless);
  int64_t least = isUnsigned || bits > 63 ? (isUnsigned ? 0 : INT64_MIN) : -(int64_t(1) << (bits - 1));
  unsigned magnitude = isUnsigned ? bits : bits - 1;
  int64_t greatest = magnitude > 62 ? INT64_MAX : (int64_t(1) << magnitude) - 1;
  SmallVector<int64_t> values;
  for (int64_t i = 0, n = tensor.size(); i < n; ++i) {
    values.push_back(tensor.integer(i));
    if (values.back() < least || values.back() > greatest)
      return invalid(valueLoc(name), "tensor '" + name + "' holds " + Twine(values.back()) + ", but its metadata says " + found->second);
  }
  tensor = HostTensor::ofIntegers(RankedTensorType::get(tensor.shape(), type), values);
  return success();
}

LogicalResult GraphImporter::addInitializers() {
  for (const auto &entry : model.metadata_props())
    if (StringRef key = entry.key(); key.consume_front("weft.type."))
      narrowTypes[key] = entry.value();
  for (auto &tensor : *model.mutable_graph()->mutable_initializer()) {
    auto [it, fresh] = mainScope.values.try_emplace(tensor.name());
    if (!fresh)
      return invalid(valueLoc(tensor.name()), "two initializers are named '" + Twine(tensor.name()) + "'");
    it->second.tensor = &tensor;
  }
  for (const auto &sparse : model.graph().sparse_initializer())
    return invalid(valueLoc(sparse.values().name()),
                   "initializer '" + Twine(sparse.values().name()) + "' is sparse, which is not supported");
  return success();
}

LogicalResult GraphImporter::bindInput(const onnx::ValueInfoProto &info, const reference::Tensor &value) {
  Location loc = valueLoc(info.name());
  SmallVector<Dim> dims;
  auto expected = typeOf(info, dims);
  if (failed(expected))
    return failure();
  RankedTensorType type = evaluation::typeOf(value, &context);
  auto refuse = [&] {
    return invalid(loc, "input '" + Twine(info.name()) + "' is bound to " + value.type().name() + " " + reference::toString(value.shape()) +
                            ", expected " + llvm::formatv("{0}", *expected).str());
  };
  if (type.getElementType() != expected->getElementType() || type.getRank() != expected->getRank())
    return refuse();
  for (int64_t i = 0; i < type.getRank(); ++i) {
    if (!expected->isDynamicDim(i) && expected->getDimSize(i) != type.getDimSize(i))
      return refuse();
    // The dimension has this size in other inputs too.
    if (const std::string &symbol = info.type().tensor_type().shape().dim(i).dim_param(); !symbol.empty())
      if (auto [known, isNew] = boundDims.try_emplace(symbol, type.getDimSize(i)); !isNew && known->second != type.getDimSize(i))
        return refuse();
  }
  mainScope.values[info.name()].tensor = nullptr;
  mainScope.values[info.name()].constant = HostTensor::of(value, type);
  return success();
}

LogicalResult GraphImporter::bindInputs() {
  for (const auto &[name, value] : options.bindings) {
    std::string all;
    const onnx::ValueInfoProto *found = nullptr;
    for (const auto &input : model.graph().input()) {
      found = input.name() == name ? &input : found;
      all += (all.empty() ? "" : ", ") + input.name();
    }
    if (!found)
      return invalid(valueLoc(name), "there is no input '" + Twine(name) + "' to bind; the model has " + (all.empty() ? "none" : all));
    if (failed(bindInput(*found, value)))
      return failure();
  }
  return success();
}

int64_t GraphImporter::givenSize(StringRef name, const std::string &place) {
  int64_t size = -1;
  for (StringRef key : {StringRef(place), name}) {
    if (key.empty())
      continue;
    if (!llvm::is_contained(openDims, key))
      openDims.push_back(key.str());
    const llvm::StringMap<int64_t> *const all[] = {&options.dims, &boundDims};
    for (const llvm::StringMap<int64_t> *sizes : all)
      if (auto given = sizes->find(key); given != sizes->end() && size < 0)
        size = given->second;
  }
  return size;
}

LogicalResult GraphImporter::checkGivenSizes() {
  for (const auto &given : options.dims)
    if (!llvm::is_contained(openDims, given.getKey()))
      return invalid(valueLoc(""), "'" + given.getKey() + "' is no open dimension of the model; it has " +
                                       (openDims.empty() ? "none" : llvm::join(openDims, ", ")));
  return success();
}

LogicalResult GraphImporter::addArguments() {
  for (const auto &input : model.graph().input()) {
    auto it = mainScope.values.find(input.name());
    // Old models list initializers as inputs too, which then are defaults.
    if (it != mainScope.values.end() && (it->second.tensor || it->second.constant))
      continue;
    if (it != mainScope.values.end())
      return invalid(valueLoc(input.name()), "two inputs are named '" + Twine(input.name()) + "'");
    if (failed(addArgument(input)))
      return failure();
  }
  return checkGivenSizes();
}

FailureOr<RankedTensorType> GraphImporter::typeOf(const onnx::ValueInfoProto &info, SmallVectorImpl<Dim> &dims) {
  Location loc = valueLoc(info.name());
  if (info.type().has_sequence_type() || info.type().has_optional_type() || info.type().has_map_type() || info.type().has_sparse_tensor_type()) {
    report.status = ImportStatus::Unsupported;
    report.unsupported.push_back({info.name(), "", "", 0, "the input is a sequence, an optional, a map or a sparse tensor; weft has only tensors"});
    return failure();
  }
  if (!info.type().has_tensor_type())
    return invalid(loc, "input '" + Twine(info.name()) + "' is no tensor");
  const auto &tensor = info.type().tensor_type();
  Type element = elementTypeOf(&context, tensor.elem_type());
  if (!element)
    return invalid(loc, "input '" + Twine(info.name()) + "' has element type " + dataTypeName(tensor.elem_type()) +
                            ", expected a float, integer or bool");
  if (!tensor.has_shape())
    return invalid(loc, "input '" + Twine(info.name()) + "' has no shape; expected at least its rank");
  SmallVector<int64_t> shape, sizes;
  for (const auto &[axis, dim] : llvm::enumerate(tensor.shape().dim())) {
    // Some exporters write 0 or -1 for an unknown size, and "?" for a name.
    int64_t size = dim.has_dim_value() && dim.dim_value() > 0 ? dim.dim_value() : -1;
    StringRef name = dim.dim_param() == "?" ? "" : StringRef(dim.dim_param());
    if (size < 0)
      size = givenSize(name, (info.name() + "[" + Twine(axis) + "]").str());
    dims.push_back(size > 0 ? Dim(size) : Dim::symbol(symbolTable.named(name)));
    shape.push_back(size > 0 ? size : ShapedType::kDynamic);
    sizes.push_back(size > 0 ? size : 1);
  }
  if (safeElementCount(sizes) < 0)
    return invalid(loc, "input '" + Twine(info.name()) + "' is too large");
  return RankedTensorType::get(shape, element);
}

/// Why weft has no values of this type; "" where it has.
static std::string refusal(const onnx::TypeProto &type) {
  if (type.has_sequence_type() || type.has_optional_type() || type.has_map_type() || type.has_sparse_tensor_type())
    return std::string("is ") + (type.has_sequence_type()   ? "a sequence"
                                 : type.has_optional_type() ? "an optional value"
                                 : type.has_map_type()      ? "a map"
                                                            : "a sparse tensor") +
           "; weft has tensors only";
  if (type.has_tensor_type() && type.tensor_type().elem_type() == onnx::TensorProto::STRING)
    return "holds strings; weft has numbers only";
  return "";
}

LogicalResult GraphImporter::addArgument(const onnx::ValueInfoProto &info) {
  if (std::string why = refusal(info.type()); !why.empty()) {
    report.unsupported.push_back({info.name(), "input", "", 0, why, {}});
    mainScope.values[info.name()].poisoned = true;
    return success();
  }
  SmallVector<Dim> dims;
  auto type = typeOf(info, dims);
  if (failed(type))
    return failure();
  unsigned index = function.getNumArguments();
  auto attributes = opBuilder.getDictionaryAttr(
      opBuilder.getNamedAttr(nn::kNameAttr, opBuilder.getStringAttr(info.name())));
  if (failed(function.insertArgument(index, *type, attributes, valueLoc(info.name()))))
    return failure();
  Value argument = function.getArgument(index);
  for (auto [i, dim] : llvm::enumerate(dims))
    if (!dim.isKnown())
      symbolTable.set(argument, i, dim);
  mainScope.values[info.name()].value = argument;
  return success();
}

LogicalResult GraphImporter::addResults() {
  SmallVector<Value> results;
  SmallVector<Type> types;
  SmallVector<DictionaryAttr> attributes;
  for (const auto &output : model.graph().output()) {
    auto it = mainScope.values.find(output.name());
    if (it == mainScope.values.end())
      return invalid(valueLoc(output.name()), "output '" + Twine(output.name()) + "' is produced by no node");
    Value value = materialize(it->second, output.name());
    if (!value && report.status == ImportStatus::Invalid)
      return failure();
    if (!value) {
      report.status = ImportStatus::Unsupported;
      report.unsupported.push_back({output.name(), "", "", 0, "the output is the shape of a dynamic dimension"});
      return failure();
    }
    results.push_back(value);
    types.push_back(value.getType());
    attributes.push_back(opBuilder.getDictionaryAttr(
        opBuilder.getNamedAttr(nn::kNameAttr, opBuilder.getStringAttr(output.name()))));
  }
  if (results.empty())
    return invalid(valueLoc(""), "the graph has no output");
  func::ReturnOp::create(opBuilder, valueLoc(""), results);
  function.setType(opBuilder.getFunctionType(function.getArgumentTypes(), types));
  for (auto [i, dictionary] : llvm::enumerate(attributes))
    function.setResultAttrs(i, dictionary);
  return success();
}

const HostTensor *GraphImporter::constantOf(Entry &entry, StringRef name) {
  if (entry.tensor) {
    auto tensor = readTensor(&context, *entry.tensor, folder);
    entry.tensor = nullptr;
    if (!tensor) {
      (void)invalid(valueLoc(name), "tensor '" + Twine(name) + "' is broken: " + llvm::toString(tensor.takeError()));
      entry.poisoned = true;
      return nullptr;
    }
    entry.constant = *tensor;
    if (failed(narrow(entry.constant, name))) {
      entry.poisoned = true;
      return nullptr;
    }
  }
  if (!entry.constant && entry.small)
    if (auto constant = entry.small->constant())
      entry.constant = *constant;
  return entry.constant ? &entry.constant : nullptr;
}

Value GraphImporter::materialize(Entry &entry, StringRef name) {
  if (entry.value)
    return entry.value;
  const HostTensor *constant = constantOf(entry, name);
  if (!constant)
    return {};
  entry.value = nn::ConstantOp::create(opBuilder, valueLoc(name), constant->attribute(name));
  nn::setLayerName(entry.value.getDefiningOp(), name);
  constants[entry.value] = *constant;
  return entry.value;
}
