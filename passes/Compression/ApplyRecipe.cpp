//===- ApplyRecipe.cpp - the steps of a recipe on the weights of a module ------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/OutputErrors.h"
#include "passes/Compression/Scheme.h"
#include "passes/Compression/Weights.h"
#include "passes/Evaluation/Evaluator.h"
#include "runtime/reference/RelativeError.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

#include <cmath>

using namespace mlir;
using weft::reference::Tensor;

namespace weft::compression {

InFlightDiagnostic EncodeTarget::error() const {
  return layer->emitOpError() << "layer '" << name() << "' ";
}

static std::vector<nn::WeightedOp> weightedOps(ModuleOp module) {
  std::vector<nn::WeightedOp> ops;
  module.walk([&](nn::WeightedOp op) { ops.push_back(op); });
  return ops;
}

static LogicalResult checkLayers(ModuleOp module, const RecipeStep &step, ArrayRef<nn::WeightedOp> ops) {
  std::vector<std::string> names;
  for (nn::WeightedOp op : ops)
    names.push_back(nn::layerName(op).str());
  for (const std::string &glob : step.layers)
    if (llvm::none_of(names, [&](const std::string &name) { return RecipeStep{"", {}, {glob}}.matches(name); }))
      return module.emitError() << step.scheme << ": no layer is named '" << glob << "'"
                                << (names.empty() ? "" : "; the nearest are ") << llvm::join(nearest(glob, names), ", ");
  return success();
}

static double relativeError(const Tensor &before, const Tensor &after) {
  reference::RelativeError error;
  error.add(after, before);
  return error.value();
}

/// Schemes build before the layer; what is used by an expression that stands there already goes before that.
static void hoist(Value v, Operation *user) {
  Operation *maker = v.getDefiningOp();
  if (!maker || maker->getBlock() != user->getBlock() || !user->isBeforeInBlock(maker))
    return;
  maker->moveBefore(user);
  for (Value operand : maker->getOperands())
    hoist(operand, maker);
}

/// Integers with one scale stay integers all the way up: where the leaf of a linear expression became a dequantize, that is applied to
/// what the expression makes of the integers.
static void hoistDequantize(OpOperand *leaf) {
  while (auto dequantize = leaf->get().getDefiningOp<nn::DequantizeOp>()) {
    auto expression = dyn_cast<codec::Expression>(leaf->getOwner());
    auto scale = cast<RankedTensorType>(dequantize.getScale().getType());
    if (!expression || expression.getLinearLeaf() != leaf || scale.getNumElements() != 1 || !expression->hasOneUse())
      return;
    OpBuilder b(expression);
    Operation *integers = b.clone(*expression.getOperation());
    auto element = cast<RankedTensorType>(dequantize.getInput().getType()).getElementType();
    auto type = cast<RankedTensorType>(expression->getResult(0).getType());
    integers->setOperand(leaf->getOperandNumber(), dequantize.getInput());
    integers->getResult(0).setType(RankedTensorType::get(type.getShape(), element));
    Operation *outer = b.clone(*dequantize.getOperation());
    outer->setOperand(0, integers->getResult(0));
    outer->getResult(0).setType(type);
    leaf = &*expression->getResult(0).use_begin();
    leaf->set(outer->getResult(0));
  }
}

void replaceLeaf(const EncodeTarget &target, Value expression) {
  reference::Result<Tensor> after = evaluation::evaluateConstant(expression);
  double error = after.ok() ? relativeError(target.value, *after) : NAN;
  Value before = target.layer.getWeight();
  int64_t bitsBefore = weightBits(before);
  hoist(expression, target.leaf.getOwner());
  target.leaf.set(expression);
  hoistDequantize(&target.leaf);
  emitRemark(target.layer.getLoc()) << "layer '" << target.name() << "': " << storageRemark(bitsBefore, target.layer.getWeight())
                                    << ", relative error " << llvm::formatv("{0:e2}", error).str();
}

/// The name of the scheme of an expression, without its parameters.
static StringRef schemeOf(codec::Expression expression, std::string &storage) {
  storage = expression.getSchemeName();
  return StringRef(storage).split('{').first;
}

static bool isEncodedBy(Value v, StringRef scheme) {
  std::string name;
  auto expression = v.getDefiningOp<codec::Expression>();
  return expression && schemeOf(expression, name) == scheme;
}

/// The value leaves below `operand`: constants, and what the scheme that is about to be applied again has made.
static void findLeaves(OpOperand &operand, StringRef scheme, SmallVectorImpl<OpOperand *> &leaves) {
  Operation *op = operand.get().getDefiningOp();
  auto dequantize = dyn_cast_or_null<nn::DequantizeOp>(op);
  if (dequantize && !isEncodedBy(dequantize.getInput(), scheme))
    return findLeaves(dequantize.getInputMutable(), scheme, leaves);
  auto expression = dyn_cast_or_null<codec::Expression>(op);
  if (!expression || isEncodedBy(operand.get(), scheme)) {
    leaves.push_back(&operand);
    return;
  }
  for (OpOperand *leaf : expression.getValueLeaves())
    findLeaves(*leaf, scheme, leaves);
}

/// True for the layer's weight itself, and for what a dequantize makes it of.
static bool isWeightOf(OpOperand &leaf, nn::WeightedOp layer) {
  return leaf.getOwner() == layer.getOperation() ||
         (isa<nn::DequantizeOp>(leaf.getOwner()) && leaf.getOwner()->getResult(0) == layer.getWeight());
}

static FailureOr<EncodeTarget> targetOf(const Scheme &scheme, nn::WeightedOp layer, OpOperand &leaf) {
  reference::Result<Tensor> value = evaluation::evaluateConstant(leaf.get());
  if (!value.ok())
    return layer->emitOpError() << "layer '" << nn::layerName(layer) << "' has no constant weight to compress with " << scheme.name;
  for (int64_t i = 0; i < value->size(); ++i)
    if (!std::isfinite(value->asDouble(i)))
      return layer->emitOpError() << "layer '" << nn::layerName(layer) << "' has a weight of " << value->asDouble(i)
                                  << " at index " << i << ", expected finite numbers";
  return EncodeTarget{layer, leaf, std::move(*value), isWeightOf(leaf, layer), nullptr};
}

/// The leaves of a layer that a step encodes.
static LogicalResult collectTargets(const Scheme &scheme, nn::WeightedOp layer, std::vector<EncodeTarget> &targets) {
  SmallVector<OpOperand *> leaves;
  findLeaves(layer.getWeightMutable(), scheme.name, leaves);
  for (OpOperand *leaf : leaves) {
    if (scheme.scope == Scheme::Scope::weight && !isWeightOf(*leaf, layer))
      return layer->emitOpError() << "layer '" << nn::layerName(layer) << "' is encoded as " << codec::schemeName(encodedWeight(layer))
                                  << " already, and " << scheme.name << " needs rows and columns; put " << scheme.name << " before it";
    FailureOr<EncodeTarget> target = targetOf(scheme, layer, *leaf);
    if (failed(target))
      return failure();
    targets.push_back(std::move(*target));
  }
  return success();
}

static LogicalResult encodeTogether(const Scheme &scheme, const RecipeStep &step, ArrayRef<EncodeTarget> targets) {
  FailureOr<SmallVector<Value>> expressions = scheme.encodeJointly(targets, step);
  if (failed(expressions))
    return failure();
  for (auto [target, expression] : llvm::zip_equal(targets, *expressions))
    replaceLeaf(target, expression);
  if (!targets.empty())
    eraseUnusedWeights(targets.front().layer->getParentOp());
  return success();
}

static LogicalResult encodeOneByOne(const Scheme &scheme, const RecipeStep &step, ArrayRef<EncodeTarget> targets) {
  for (const EncodeTarget &target : targets) {
    FailureOr<Value> expression = scheme.encode(target, step);
    if (failed(expression))
      return failure();
    if (*expression)
      replaceLeaf(target, *expression);
    eraseUnusedWeights(target.layer->getParentOp());
  }
  return success();
}

static LogicalResult applyStepTo(const Scheme &scheme, const RecipeStep &step, ArrayRef<nn::WeightedOp> layers,
                                 const std::optional<OutputErrors> &errors) {
  bool joint = scheme.isJoint && scheme.isJoint(step);
  std::vector<EncodeTarget> targets;
  for (nn::WeightedOp layer : layers) {
    if (scheme.scope == Scheme::Scope::layer) {
      if (failed(scheme.mark(layer, step)))
        return failure();
      continue;
    }
    if (failed(collectTargets(scheme, layer, targets)))
      return failure();
    if (joint)
      continue;
    if (errors)
      for (EncodeTarget &target : targets)
        target.outputError = [&errors, layer](const Tensor &weight) { return errors->of(layer, weight); };
    // Layer by layer, so that only one weight is held in memory.
    if (failed(encodeOneByOne(scheme, step, targets)))
      return failure();
    targets.clear();
  }
  return joint ? encodeTogether(scheme, step, targets) : success();
}

/// Nothing for a step that does not ask for it.
static FailureOr<std::optional<OutputErrors>> observeFor(const Scheme &scheme, const RecipeStep &step, ModuleOp module, ArrayRef<nn::WeightedOp> layers,
                                                         ArrayRef<Tensor> calibration) {
  std::optional<OutputErrors> none;
  if (!scheme.needsSamples || !scheme.needsSamples(step))
    return none;
  if (calibration.empty())
    return module.emitError() << step.scheme << ": errors of results are measured on samples; give some with --calib", failure();
  FailureOr<OutputErrors> errors = OutputErrors::observe(module, layers, calibration);
  if (failed(errors))
    return failure();
  return std::optional<OutputErrors>(std::move(*errors));
}

LogicalResult applyRecipe(ModuleOp module, const Recipe &recipe, ArrayRef<Tensor> calibration) {
  std::vector<nn::WeightedOp> ops = weightedOps(module);
  for (const RecipeStep &step : recipe) {
    const Scheme *scheme = findScheme(step.scheme);
    if (!scheme)
      return module.emitError() << "unknown scheme '" << step.scheme << "'";
    if (failed(checkLayers(module, step, ops)))
      return failure();
    std::vector<nn::WeightedOp> chosen;
    for (nn::WeightedOp op : ops)
      if (step.matches(nn::layerName(op)))
        chosen.push_back(op);
    auto errors = observeFor(*scheme, step, module, chosen, calibration);
    if (failed(errors) || failed(applyStepTo(*scheme, step, chosen, *errors)))
      return failure();
  }
  return success();
}

LogicalResult applyStep(ModuleOp module, StringRef text) {
  llvm::Expected<Recipe> recipe = parseRecipe(text);
  if (!recipe)
    return module.emitError() << llvm::toString(recipe.takeError());
  return applyRecipe(module, *recipe);
}

} // namespace weft::compression
