//===- GraphExporter.cpp - writes a function as an ONNX graph --------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Export/GraphExporter.h"

#include "mlir/IR/DialectResourceBlobManager.h"
#include "passes/Evaluation/Evaluator.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace weft;
using namespace weft::exporter;
using reference::Tensor;

GraphExporter::GraphExporter(const ExportOptions &options, ExportReport &report)
    : options(options), report(report), writer(options.name, "weft", options.version) {
  valueNames.insert(""); // an absent operand
  nodeNames.insert("");
}

//===--- names ------------------------------------------------------------------------===//

std::string GraphExporter::unique(StringRef hint, llvm::StringSet<> &taken) {
  std::string candidate = hint.str();
  for (int i = 1; !taken.insert(candidate).second; ++i)
    candidate = (hint + "_" + Twine(i)).str();
  return candidate;
}

/// The layer that a weight expression, or a part of one, belongs to.
static StringRef layerOf(Operation *op) {
  while (!op->hasAttr(nn::kNameAttr) && isa<codec::Expression, nn::DequantizeOp, nn::ConstantOp>(op) && !op->use_empty())
    op = *op->user_begin();
  return nn::layerName(op);
}

static StringRef roleOf(OpOperand &use);

/// A name for what an operation computes: its layer's, or what part of a layer it is.
static std::string hintOf(Operation *op) {
  if (isa<codec::Expression>(op) && !op->hasAttr(nn::kNameAttr)) {
    StringRef layer = layerOf(op);
    return layer.ends_with(".weight") ? (layer + ".codes").str() : (layer + ".weight").str();
  }
  if (isa<nn::DequantizeOp>(op) && !op->hasAttr(nn::kNameAttr) && !op->use_empty())
    return (layerOf(op) + roleOf(*op->use_begin())).str();
  return nn::layerName(op).str();
}

/// What an operand is to its user.
static StringRef roleOf(OpOperand &use) {
  Operation *user = use.getOwner();
  unsigned i = use.getOperandNumber();
  if (isa<nn::QuantizeOp, nn::DequantizeOp>(user))
    return i == 0 ? ".codes" : i == 1 ? ".scale" : ".zero_point";
  if (isa<nn::WeightedOp>(user))
    return i == 1 ? ".weight" : ".bias";
  if (isa<codec::LookupOp>(user))
    return i == 0 ? ".codes" : ".codebook";
  if (isa<codec::ScatterOp>(user))
    return i == 0 ? ".values" : ".mask";
  return ".constant";
}

/// The name of a constant: its own, its resource's, or its first user's.
static std::string constantHint(nn::ConstantOp op) {
  if (op->hasAttr(nn::kNameAttr))
    return nn::layerName(op).str();
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(op.getValue()))
    return resource.getRawHandle().getKey().str();
  if (op->use_empty())
    return "constant";
  OpOperand *first = nullptr; // of the operations that come first in the IR, which use lists are not ordered by
  for (OpOperand &use : op->getUses())
    if (!first || use.getOwner()->isBeforeInBlock(first->getOwner()))
      first = &use;
  return (layerOf(first->getOwner()) + roleOf(*first)).str();
}

std::string GraphExporter::name(Value value) {
  if (auto found = names.find(value); found != names.end())
    return found->second;
  return names[value] = constant(value);
}

std::string GraphExporter::constant(Value value) {
  auto op = value.getDefiningOp<nn::ConstantOp>();
  assert(op && "operands are written before their users");
  reference::Result<Tensor> tensor = evaluation::evaluateConstant(value);
  Type element = cast<RankedTensorType>(value.getType()).getElementType();
  // Only DequantizeLinear takes 4-bit integers, with a zero point of the same type.
  bool packed = llvm::all_of(op->getUsers(), [](Operation *user) {
    auto dequantize = dyn_cast<nn::DequantizeOp>(user);
    return dequantize && dequantize.getInput().getDefiningOp<nn::ConstantOp>();
  });
  std::optional<DataType> type = dataTypeOf(element, packed);
  if (!tensor.ok() || !type) {
    (void)unsupported(op, tensor.ok() ? Twine("has elements that ONNX has no type for") : Twine(tensor.message()));
    return "";
  }
  std::string written = initializer(*tensor, *type, constantHint(op));
  noteType(written, *type, element);
  return written;
}

void GraphExporter::noteType(const std::string &initializer, DataType stored, Type element) {
  auto integer = dyn_cast<IntegerType>(element);
  if (!integer || stored == DataType::Bool || bitsOf(stored) == integer.getWidth())
    return;
  writer.addMetadata("weft.type." + initializer, (integer.isUnsigned() ? "ui" : "i") + std::to_string(integer.getWidth()));
}

//===--- nodes -------------------------------------------------------------------------===//

std::string GraphExporter::resultName(Operation *op) {
  auto output = outputNames.find(op->getResult(0));
  return names[op->getResult(0)] = output != outputNames.end() ? output->second : unique(hintOf(op), valueNames);
}

LogicalResult GraphExporter::node(Operation *op, StringRef opType, std::vector<std::string> inputs,
                                  std::vector<NodeAttribute> attributes) {
  ++report.nodes;
  writer.addNode(opType.str(), unique(hintOf(op), nodeNames), inputs, {resultName(op)}, attributes);
  return success();
}

LogicalResult GraphExporter::second(Operation *op, StringRef opType, std::vector<std::string> inputs,
                                    std::vector<NodeAttribute> attributes) {
  ++report.nodes;
  writer.addNode(opType.str(), unique(hintOf(op), nodeNames), inputs,
                 {unique(hintOf(op) + "/" + opType.str() + ".unused", valueNames), resultName(op)}, attributes);
  return success();
}

std::string GraphExporter::step(Operation *op, StringRef opType, std::vector<std::string> inputs,
                                std::vector<NodeAttribute> attributes, StringRef hint) {
  ++report.nodes;
  std::string base = hint.empty() ? hintOf(op) + "/" + opType.str() : hint.str();
  std::string result = unique(base, valueNames);
  writer.addNode(opType.str(), unique(base, nodeNames), inputs, {result}, attributes);
  return result;
}

LogicalResult GraphExporter::alias(Operation *op, const std::string &name) {
  if (outputNames.count(op->getResult(0)))
    return node(op, "Identity", {name});
  names[op->getResult(0)] = name;
  return success();
}

LogicalResult GraphExporter::unsupported(Operation *op, const Twine &reason) {
  failed = true;
  report.unsupported.push_back(("layer '" + nn::layerName(op) + "' (" + op->getName().getStringRef() + "): " + reason).str());
  if (op->getNumResults() == 1)
    names[op->getResult(0)] = ""; // users go on
  return success();
}

//===--- expressions ---------------------------------------------------------------------===//

FailureOr<Tensor> GraphExporter::evaluate(Operation *op, Value value) {
  reference::Result<Tensor> tensor = evaluation::evaluateConstant(value);
  if (!tensor.ok())
    return op->emitError() << "layer '" << layerOf(op) << "': its weight cannot be evaluated: " << tensor.message();
  return std::move(*tensor);
}

LogicalResult GraphExporter::materialize(codec::Expression expression) {
  FailureOr<Tensor> value = evaluate(expression, expression->getResult(0));
  if (mlir::failed(value))
    return failure();
  Type element = cast<RankedTensorType>(expression->getResult(0).getType()).getElementType();
  std::optional<DataType> type = dataTypeOf(element);
  if (!type)
    return unsupported(expression, "has elements that ONNX has no type for");
  std::string scheme = codec::schemeName(expression->getResult(0)), layer = layerOf(expression).str();
  report.materialized.push_back({layer, scheme});
  if (!options.materialize)
    emitRemark(expression.getLoc()) << "layer '" << layer << "': ONNX has no form for " << scheme << ", so its weight is written dense";
  std::string written = initializer(*value, *type, hintOf(expression));
  noteType(written, *type, element);
  return alias(expression, written);
}

//===--- the graph -------------------------------------------------------------------------===//

static std::vector<Dimension> shapeOf(Value value, StringRef valueName) {
  std::vector<Dimension> shape;
  for (auto [i, d] : llvm::enumerate(cast<RankedTensorType>(value.getType()).getShape())) {
    if (!ShapedType::isDynamic(d))
      shape.push_back(d);
    else // dimension 0 counts samples, of all inputs and outputs alike
      shape.push_back(i == 0 ? std::string("batch") : (valueName + "." + Twine(i)).str());
  }
  return shape;
}

/// The ONNX name of an argument or a result.
static std::string portName(DictionaryAttr attributes, StringRef otherwise) {
  auto name = attributes ? attributes.getAs<StringAttr>(nn::kNameAttr) : StringAttr();
  return name && !name.empty() ? name.str() : otherwise.str();
}

LogicalResult GraphExporter::addInputs(func::FuncOp function) {
  for (BlockArgument argument : function.getArguments()) {
    unsigned i = argument.getArgNumber();
    auto tensor = dyn_cast<RankedTensorType>(argument.getType());
    std::optional<DataType> type = tensor ? dataTypeOf(tensor.getElementType()) : std::nullopt;
    if (!type)
      return function.emitError() << "input " << i << " has type " << argument.getType() << ", which ONNX does not have";
    std::string name = unique(portName(function.getArgAttrDict(i), "input_" + std::to_string(i)), valueNames);
    names[argument] = name;
    writer.addInput(name, *type, shapeOf(argument, name));
  }
  return success();
}

/// Results take the names of the function's. One that is returned twice, or is an argument or constant, gets an Identity.
LogicalResult GraphExporter::addOutputs(func::FuncOp function) {
  auto returned = cast<func::ReturnOp>(function.getBody().front().getTerminator());
  for (auto [i, value] : llvm::enumerate(returned.getOperands())) {
    auto tensor = dyn_cast<RankedTensorType>(value.getType());
    std::optional<DataType> type = tensor ? dataTypeOf(tensor.getElementType()) : std::nullopt;
    if (!type)
      return function.emitError() << "output " << i << " has type " << value.getType() << ", which ONNX does not have";
    std::string name = unique(portName(function.getResultAttrDict(i), "output_" + std::to_string(i)), valueNames);
    writer.addOutput(name, *type, shapeOf(value, name));
    Operation *source = value.getDefiningOp();
    if (source && !isa<nn::ConstantOp>(source) && !outputNames.count(value))
      outputNames[value] = name;
    else
      copies.emplace_back(name, value);
  }
  return success();
}

LogicalResult GraphExporter::write(Operation *op) {
  return llvm::TypeSwitch<Operation *, LogicalResult>(op)
      .Case<nn::UnaryOp, nn::ClipOp, nn::BinaryOp, nn::SelectOp, nn::CastOp, nn::LinearOp, nn::ConvOp, nn::MatmulOp, nn::PoolOp,
            nn::ReduceOp, nn::ArgReduceOp, nn::SoftmaxOp, nn::ReshapeOp, nn::TransposeOp, nn::ConcatOp, nn::SliceOp, nn::PadOp,
            nn::GatherOp, nn::GatherNdOp, nn::ScatterNdOp, nn::TopKOp, nn::ScanOp, nn::BroadcastOp, nn::QuantizeOp, nn::DequantizeOp, nn::RecurrentOp>(
          [&](auto known) { return exporter::write(*this, known); })
      .Case([&](codec::Expression expression) {
        return options.materialize || !hasOnnxForm(expression) ? materialize(expression) : exporter::write(*this, expression);
      })
      .Default([&](Operation *other) { return unsupported(other, "ONNX has no operator for it"); });
}

/// Operations that results depend on. A weight that is written as a constant does not need its leaves.
llvm::DenseSet<Operation *> GraphExporter::needed(func::FuncOp function, bool materialize) {
  llvm::DenseSet<Operation *> result;
  SmallVector<Operation *> open{function.getBody().front().getTerminator()};
  while (!open.empty()) {
    Operation *op = open.pop_back_val();
    if (!result.insert(op).second)
      continue;
    auto expression = dyn_cast<codec::Expression>(op);
    for (OpOperand &operand : op->getOpOperands())
      if (Operation *source = operand.get().getDefiningOp())
        if (!expression || (!materialize && hasOnnxForm(expression) && isWritten(operand)))
          open.push_back(source);
  }
  return result;
}

FailureOr<std::string> GraphExporter::run(func::FuncOp function) {
  if (!function.getBody().hasOneBlock())
    return function.emitError("expected a function of one block");
  if (mlir::failed(addInputs(function)) || mlir::failed(addOutputs(function)))
    return failure();
  llvm::DenseSet<Operation *> live = needed(function, options.materialize);
  for (Operation &op : function.getBody().front().without_terminator())
    if (live.count(&op) && !isa<nn::ConstantOp>(op) && mlir::failed(write(&op)))
      return failure();
  for (auto &[output, value] : copies) {
    ++report.nodes;
    writer.addNode("Identity", unique(output, nodeNames), {name(value)}, {output}, {});
  }
  if (failed) {
    InFlightDiagnostic diagnostic = function.emitError();
    diagnostic << "cannot be exported: " << report.unsupported.size()
               << (report.unsupported.size() == 1 ? " layer has" : " layers have") << " no form in ONNX";
    for (const std::string &reason : report.unsupported)
      diagnostic.attachNote() << reason;
    return failure();
  }
  std::string bytes;
  if (std::string error = writer.serialize(bytes); !error.empty())
    return function.emitError() << error;
  return bytes;
}
