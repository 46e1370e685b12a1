//===- Evaluator.cpp - runs nn and codec IR on the reference interpreter --------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Evaluation/Evaluator.h"

#include "dialects/Nn/IR/NnOps.h"
#include "llvm/Support/SaveAndRestore.h"
#include "mlir/IR/Matchers.h"
#include "passes/Evaluation/Elements.h"
#include "runtime/reference/Shape.h"

using namespace mlir;
using namespace weft::reference;

namespace weft::evaluation {

/// Why `tensor` is not a value of `type`, or nothing.
static std::optional<std::string> mismatch(Type type, const Tensor &tensor) {
  auto ranked = dyn_cast<RankedTensorType>(type);
  std::optional<ElementType> element = ranked ? elementTypeOf(ranked.getElementType()) : std::nullopt;
  bool fits = element && *element == tensor.type() && ranked.getRank() == tensor.rank();
  for (int i = 0; fits && i < tensor.rank(); ++i)
    fits = ranked.isDynamicDim(i) || ranked.getDimSize(i) == tensor.dim(i);
  if (fits)
    return std::nullopt;
  std::string text;
  llvm::raw_string_ostream(text) << "expected " << type << ", found " << tensor.type().name() << " "
                                 << toString(tensor.shape());
  return text;
}

static InFlightDiagnostic emitFailure(Operation *op, StringRef message) {
  InFlightDiagnostic diagnostic = op->emitOpError("cannot be evaluated: ") << message;
  if (op->hasAttr(nn::kNameAttr))
    diagnostic << " (layer '" << nn::layerName(op) << "')";
  return diagnostic;
}

//===--- constants -----------------------------------------------------------------------===//

static Result<std::shared_ptr<const Tensor>>
evaluateConstant(Value value, llvm::DenseMap<Value, std::shared_ptr<const Tensor>> &known) {
  if (auto found = known.find(value); found != known.end())
    return found->second;
  Operation *op = value.getDefiningOp();
  if (!op)
    return error("depends on an argument, expected constants only");
  ElementsAttr elements;
  Result<Tensor> tensor = error("");
  if (matchPattern(value, m_Constant(&elements))) {
    tensor = elementsToTensor(elements);
  } else {
    std::vector<std::shared_ptr<const Tensor>> operands;
    std::vector<const Tensor *> pointers;
    for (Value operand : op->getOperands()) {
      auto computed = evaluateConstant(operand, known);
      if (!computed)
        return computed.failure();
      operands.push_back(*computed);
      pointers.push_back(operands.back().get());
    }
    tensor = evaluateOp(op, pointers);
  }
  if (!tensor)
    return tensor.failure();
  return known[value] = std::make_shared<const Tensor>(std::move(*tensor));
}

Result<Tensor> evaluateConstant(Value value) {
  llvm::DenseMap<Value, std::shared_ptr<const Tensor>> known;
  auto tensor = evaluateConstant(value, known);
  if (!tensor)
    return tensor.failure();
  return Tensor(**tensor);
}

ElementsAttr foldConstant(Operation *op) {
  if (op->getNumResults() != 1)
    return {};
  Result<Tensor> tensor = evaluateConstant(op->getResult(0));
  if (!tensor || mismatch(op->getResult(0).getType(), *tensor))
    return {};
  return tensorToElements(*tensor, op->getContext());
}

FailureOr<Evaluator::Shared> Evaluator::constant(Operation &op, ElementsAttr elements) {
  Shared &cached = constants[elements];
  if (!cached) {
    Result<Tensor> tensor = elementsToTensor(elements);
    if (!tensor)
      return emitFailure(&op, tensor.message()), failure();
    cached = std::make_shared<const Tensor>(std::move(*tensor));
  }
  return cached;
}

//===--- the walk -----------------------------------------------------------------------------===//

/// The values alive in one call of a function.
struct Evaluator::Frame {
  struct Entry {
    Shared tensor;
    int64_t usesLeft = 0;
    bool isConstant = false; // depends on constants alone
  };
  llvm::DenseMap<Value, Entry> entries;

  void define(Value value, Shared tensor, bool isConstant, const Observer &observer) {
    if (observer)
      observer(value, *tensor);
    const int64_t uses = std::distance(value.use_begin(), value.use_end());
    if (uses)
      entries[value] = {std::move(tensor), uses, isConstant};
  }
  /// The tensor of one operand; frees the value with its last use.
  Shared use(Value value) {
    auto found = entries.find(value);
    assert(found != entries.end() && "operand is defined before its use");
    Shared tensor = found->second.tensor;
    if (--found->second.usesLeft == 0)
      entries.erase(found);
    return tensor;
  }
};

LogicalResult Evaluator::step(Operation &op, Frame &frame, const Observer &observer) {
  ElementsAttr elements;
  if (op.getNumResults() == 1 && matchPattern(op.getResult(0), m_Constant(&elements))) {
    FailureOr<Shared> tensor = constant(op, elements);
    if (failed(tensor))
      return failure();
    frame.define(op.getResult(0), *tensor, true, observer);
    return success();
  }

  bool isConstant = op.getNumOperands() > 0 && op.getNumResults() == 1;
  std::vector<Shared> operands;
  std::vector<const Tensor *> pointers;
  for (Value value : op.getOperands())
    isConstant = isConstant && frame.entries.lookup(value).isConstant;
  for (Value value : op.getOperands()) {
    operands.push_back(frame.use(value));
    pointers.push_back(operands.back().get());
  }
  if (auto call = dyn_cast<func::CallOp>(op)) {
    auto callee = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(&op, call.getCalleeAttr());
    if (!callee)
      return emitFailure(&op, ("there is no function '" + call.getCallee() + "'").str());
    FailureOr<std::vector<Shared>> results = run(callee, std::move(operands), observer);
    if (failed(results))
      return failure();
    for (auto [value, tensor] : llvm::zip_equal(op.getResults(), *results))
      frame.define(value, tensor, false, observer);
    return success();
  }

  Shared cached = isConstant ? constantResults.lookup(op.getResult(0)) : nullptr;
  if (!cached) {
    Result<Tensor> tensor = evaluateOp(&op, pointers);
    if (!tensor)
      return emitFailure(&op, tensor.message());
    if (auto why = mismatch(op.getResult(0).getType(), *tensor))
      return emitFailure(&op, *why);
    cached = std::make_shared<const Tensor>(std::move(*tensor));
    if (isConstant)
      constantResults[op.getResult(0)] = cached;
  }
  frame.define(op.getResult(0), cached, isConstant, observer);
  return success();
}

FailureOr<std::vector<Evaluator::Shared>> Evaluator::run(func::FuncOp function, std::vector<Shared> arguments,
                                                         const Observer &observer) {
  if (!llvm::hasSingleElement(function.getBody()))
    return emitFailure(function, "expected a function with one block"), failure();
  if (arguments.size() != function.getNumArguments())
    return emitFailure(function, "expected " + std::to_string(function.getNumArguments()) + " inputs, found " +
                                     std::to_string(arguments.size())), failure();
  if (depth >= 64)
    return emitFailure(function, "calls are nested deeper than 64"), failure();
  llvm::SaveAndRestore<int> nested(depth, depth + 1);
  Frame frame;
  for (auto [value, tensor] : llvm::zip_equal(function.getArguments(), arguments)) {
    if (auto why = mismatch(value.getType(), *tensor))
      return emitFailure(function, "input " + std::to_string(value.getArgNumber()) + ": " + *why), failure();
    frame.define(value, tensor, false, observer);
  }
  arguments.clear();
  for (Operation &op : function.getBody().front()) {
    if (auto ret = dyn_cast<func::ReturnOp>(op)) {
      std::vector<Shared> results;
      for (Value value : ret.getOperands())
        results.push_back(frame.use(value));
      return results;
    }
    if (failed(step(op, frame, observer)))
      return failure();
  }
  return emitFailure(function, "expected func.return"), failure();
}

FailureOr<std::vector<Tensor>> Evaluator::evaluate(func::FuncOp function, ArrayRef<Tensor> inputs,
                                                   const Observer &observer) {
  std::vector<Shared> arguments;
  for (const Tensor &input : inputs) // borrowed, not copied: the caller's tensors outlive the run
    arguments.emplace_back(Shared(), &input);
  FailureOr<std::vector<Shared>> shared = run(function, std::move(arguments), observer);
  if (failed(shared))
    return failure();
  std::vector<Tensor> results;
  for (const Shared &tensor : *shared)
    results.push_back(*tensor);
  return results;
}

//===--- batches ------------------------------------------------------------------------------------===//

FailureOr<std::vector<Tensor>> Evaluator::evaluateSamples(func::FuncOp function, ArrayRef<Tensor> inputs,
                                                          const Observer &observer, int64_t batch) {
  auto type = inputs.empty() || !function.getNumArguments() ? RankedTensorType()
                                                            : dyn_cast<RankedTensorType>(function.getArgument(0).getType());
  if (!type || type.getRank() == 0 || inputs[0].rank() == 0)
    return evaluate(function, inputs, observer);
  const int64_t count = inputs[0].dim(0);
  if (!type.isDynamicDim(0))
    batch = type.getDimSize(0);
  if (batch <= 0 || batch >= count)
    return evaluate(function, inputs, observer);
  for (const Tensor &input : inputs)
    if (input.rank() == 0 || input.dim(0) != count)
      return emitFailure(function, "inputs have different numbers of samples"), failure();

  std::vector<std::vector<Tensor>> parts; // [result][batch]
  for (int64_t begin = 0; begin < count; begin += batch) {
    std::vector<Tensor> slices;
    for (const Tensor &input : inputs)
      slices.push_back(sliceSamples(input, begin, std::min(batch, count - begin)));
    FailureOr<std::vector<Tensor>> results = evaluate(function, slices, observer);
    if (failed(results))
      return failure();
    parts.resize(results->size());
    for (auto [part, result] : llvm::zip_equal(parts, *results))
      part.push_back(std::move(result));
  }
  std::vector<Tensor> joined;
  for (const std::vector<Tensor> &part : parts) {
    std::vector<const Tensor *> pointers;
    for (const Tensor &tensor : part)
      pointers.push_back(&tensor);
    Result<Tensor> all = concat(pointers, 0);
    if (!all)
      return emitFailure(function, all.message()), failure();
    joined.push_back(std::move(*all));
  }
  return joined;
}

} // namespace weft::evaluation
