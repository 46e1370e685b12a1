//===- TrainingStep.cpp - forward, loss, backward and update in one function --------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "passes/Training/TrainingStep.h"

#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"
#include "passes/Compression/Weights.h"
#include "passes/Evaluation/Elements.h"
#include "passes/Evaluation/Evaluator.h"
#include "passes/Training/BatchNorm.h"
#include "passes/Training/Differentiable.h"
#include "passes/Training/FixedPointStep.h"
#include "passes/Training/Gradients.h"
#include "passes/Training/LearnedScales.h"
#include "passes/Training/ShrinkBonds.h"
#include "passes/Training/Steps.h"
#include "passes/Training/Update.h"
#include "passes/Transforms/Passes.h"

using namespace mlir;
using weft::reference::Tensor;

namespace weft::training {
namespace {

func::FuncOp mainOf(ModuleOp module) { return module.lookupSymbol<func::FuncOp>("main"); }

/// The weights and biases of linear operators: each value once, with the layer that reads it first.
struct Trainable {
  Value value;
  nn::WeightedOp layer;
  bool isWeight;
};

std::vector<Trainable> findTrainables(func::FuncOp function) {
  std::vector<Trainable> found;
  auto add = [&](Value v, nn::WeightedOp layer, bool isWeight) {
    if (llvm::none_of(found, [&](const Trainable &t) { return t.value == v; }))
      found.push_back({v, layer, isWeight});
  };
  for (auto layer : function.getOps<nn::WeightedOp>()) {
    add(layer.getWeight(), layer, true);
    add(layer.getBias(), layer, false);
  }
  return found;
}

FailureOr<Parameter> parameterOf(const Trainable &trainable) {
  nn::WeightedOp layer = trainable.layer;
  auto type = cast<RankedTensorType>(trainable.value.getType());
  std::string what = trainable.isWeight ? "weight" : "bias", name = nn::layerName(layer).str();
  auto value = evaluation::evaluateConstant(trainable.value);
  if (!value.ok() || !type.getElementType().isF32())
    return layer->emitOpError() << "layer '" << name << "' has a " << what << " that is " << (value.ok() ? "not f32" : "computed")
                                << ", expected constants of f32 to train";
  Parameter p;
  p.name = name + "." + what;
  p.shape.assign(type.getShape().begin(), type.getShape().end());
  p.isWeight = trainable.isWeight;
  p.isProjected = !trainable.value.getDefiningOp<nn::ConstantOp>();
  p.initial = std::move(*value);
  return p;
}

Parameter vectorOf(const std::string &name, ArrayRef<int64_t> shape, float value) {
  Parameter p;
  p.name = name;
  p.shape.assign(shape.begin(), shape.end());
  p.initial = Tensor(reference::ElementType::f32(), p.shape);
  std::fill(p.initial.floats().begin(), p.initial.floats().end(), value);
  return p;
}

/// What both functions share: the specialised copy of @main and the arguments that replace its constants.
class Program {
public:
  Program(ModuleOp source, const StepOptions &options, TrainingProgram &program) : source(source), options(options), program(program) {}

  LogicalResult collect();
  FailureOr<OwningOpRef<ModuleOp>> step();
  FailureOr<OwningOpRef<ModuleOp>> forward();

private:
  FailureOr<OwningOpRef<ModuleOp>> copy();
  Value argument(ArrayRef<int64_t> shape);
  Value scalarArgument() { return argument({}); }
  Value logits();
  Value lossOf(GradientBuilder &t, Value output, Value target);
  LogicalResult collectFixedPoint(const std::vector<Trainable> &trainables);
  FailureOr<SmallVector<Value>> gradients(GradientBuilder &t, Value output, Value target, Value loss);
  LogicalResult findShapes(Value output);
  void addParameters();
  Value replaceConstants(Value output, llvm::function_ref<Value(GradientBuilder &, BatchNorm &, size_t)> normalized);
  LogicalResult finish(StringRef name, ArrayRef<Value> results);

  ModuleOp source;
  const StepOptions &options;
  TrainingProgram &program;
  size_t trainableCount = 0, firstScale = 0;
  // Of the function that is being written.
  func::FuncOp function;
  std::vector<Value> latents, read, precisions;
  std::vector<SmallVector<Value>> slots;
  std::optional<FixedPointStep> fixed;
};

LogicalResult Program::collect() {
  func::FuncOp main = mainOf(source);
  if (!main || main.isExternal())
    return source.emitError("has no function @main to train");
  std::vector<Trainable> trainables = findTrainables(main);
  if (trainables.empty())
    return main.emitError("has no linear or convolution layer, so there is nothing to train");
  for (const Trainable &trainable : trainables) {
    FailureOr<Parameter> parameter = parameterOf(trainable);
    if (failed(parameter))
      return failure();
    program.parameters.push_back(std::move(*parameter));
  }
  trainableCount = program.parameters.size();
  if (options.hasRankPrior)
    for (const Bond &bond : findBonds(source))
      for (const BondSide &side : bond.sides)
        program.parameters[side.parameter].hasPrior = true;
  for (BatchNorm &norm : findBatchNorms(main)) {
    program.parameters.push_back(vectorOf(norm.name + ".scale", norm.shape(), 1));
    if (options.hasFoldingNorms)
      program.parameters.back().isProjected = true, program.parameters.back().least = kLeastNormScale;
    program.parameters.push_back(vectorOf(norm.name + ".shift", norm.shape(), 0));
    program.statistics.push_back(vectorOf(norm.name + ".mean", norm.shape(), 0));
    program.statistics.push_back(vectorOf(norm.name + ".variance", norm.shape(), 1));
  }
  firstScale = program.parameters.size();
  if (options.learnScales && !options.fixedPoint)
    for (const ActivationScale &scale : findActivationScales(main)) {
      program.parameters.push_back(vectorOf(scale.name, {}, 0));
      program.parameters.back().isProjected = true, program.parameters.back().scale = scale.value;
    }
  program.slots = slotsOf(options.optimizer);
  return options.fixedPoint ? collectFixedPoint(trainables) : success();
}

LogicalResult Program::collectFixedPoint(const std::vector<Trainable> &trainables) {
  if (!program.statistics.empty())
    return mainOf(source).emitError("has batch norms, expected them to be folded into weights to train in fixed point");
  for (auto [trainable, p] : llvm::zip(trainables, program.parameters)) {
    FailureOr<unsigned> bits = trainable.isWeight ? FixedPointStep::codeBits(trainable.layer) : FailureOr<unsigned>(0u);
    if (failed(bits))
      return failure();
    p.isProjected = false, p.readBits = *bits;
  }
  fixed.emplace(options, program);
  return success();
}

/// Of the loss, by what the forward pass reads.
FailureOr<SmallVector<Value>> Program::gradients(GradientBuilder &t, Value output, Value target, Value loss) {
  auto found = fixed ? fixed->differentiate(t, function, output, target, read) : differentiate(t.b, {{loss, t.scalar(1)}}, read);
  if (failed(found))
    return failure();
  for (auto [gradient, precision, latent] : llvm::zip(*found, precisions, latents))
    if (precision)
      gradient = t.add(gradient, t.mul(precision, latent));
  for (size_t i = firstScale; i < read.size(); ++i) // of the logarithm
    (*found)[i] = t.mul((*found)[i], read[i]);
  if (fixed)
    fixed->roundGradients(t, *found);
  return found;
}

/// A module with @main alone, for `batch` samples.
FailureOr<OwningOpRef<ModuleOp>> Program::copy() {
  OwningOpRef<ModuleOp> module = source.clone();
  function = mainOf(*module);
  for (auto other : llvm::make_early_inc_range(module->getOps<func::FuncOp>()))
    if (other != function)
      other.erase();
  auto input = function.getNumArguments() == 1 ? dyn_cast<RankedTensorType>(function.getArgument(0).getType()) : RankedTensorType();
  if (!input || input.getRank() == 0 || function.getNumResults() < 1)
    return function.emitError() << "has " << function.getNumArguments() << " inputs, expected one of samples to train";
  if (!input.isDynamicDim(0))
    function.getArgument(0).setType(RankedTensorType::get(
        [&] { SmallVector<int64_t> shape(input.getShape()); shape[0] = ShapedType::kDynamic; return shape; }(), input.getElementType()));
  PassManager passes(module->getContext());
  passes.nest<func::FuncOp>().addPass(transforms::createSpecializeShapes({options.batch}));
  if (failed(passes.run(*module)))
    return failure();
  if (!cast<RankedTensorType>(function.getArgument(0).getType()).hasStaticShape())
    return function.emitError("has open dimensions besides the samples, expected static shapes to train");
  return module;
}

Value Program::argument(ArrayRef<int64_t> shape) {
  auto type = RankedTensorType::get(shape, Float32Type::get(source.getContext()));
  return function.getBody().front().addArgument(type, function.getLoc());
}

/// The result before a last softmax.
Value Program::logits() {
  Value result = function.getBody().front().getTerminator()->getOperand(0);
  auto softmax = result.getDefiningOp<nn::SoftmaxOp>();
  return softmax && options.loss == Loss::crossEntropy ? softmax.getInput() : result;
}

Value Program::lossOf(GradientBuilder &t, Value output, Value target) {
  ArrayRef<int64_t> shape = t.shapeOf(output);
  if (options.loss == Loss::meanSquare) {
    Value difference = t.sub(output, target);
    int64_t count = 1;
    for (int64_t d : shape)
      count *= d;
    return t.mul(t.total(t.mul(difference, difference)), 1.0 / count);
  }
  Value logProbability = t.softmax(output, static_cast<int64_t>(shape.size()) - 1, true);
  return t.mul(t.total(t.mul(target, logProbability)), -1.0 / shape[0]);
}

LogicalResult Program::finish(StringRef name, ArrayRef<Value> results) {
  Block &body = function.getBody().front();
  body.getTerminator()->setOperands(results);
  function.setName(name);
  function.removeArgAttrsAttr(); // names of what were its arguments and results
  function.removeResAttrsAttr();
  function.setType(FunctionType::get(source.getContext(), body.getArgumentTypes(), body.getTerminator()->getOperandTypes()));
  SmallVector<Operation *> all;
  for (Operation &op : body.without_terminator())
    all.push_back(&op);
  for (Operation *op : llvm::reverse(all))
    if (op->use_empty())
      op->erase();
  if (fixed && failed(makeExact(function)))
    return failure();
  // What forward and backward pass both compute is one.
  PassManager passes(source.getContext());
  passes.nest<func::FuncOp>().addPass(createCSEPass());
  return passes.run(function->getParentOfType<ModuleOp>());
}

LogicalResult Program::findShapes(Value output) {
  auto copyOf = [](Value v) { return std::vector<int64_t>(GradientBuilder::shapeOf(v).begin(), GradientBuilder::shapeOf(v).end()); };
  program.inputShape = copyOf(function.getArgument(0));
  program.logitsShape = program.targetShape = copyOf(output);
  if (program.logitsShape.empty() || program.logitsShape[0] != options.batch)
    return function.emitError("has a result without a dimension of samples, expected one to train");
  if (!cast<RankedTensorType>(output.getType()).getElementType().isF32())
    return function.emitError("has a result that is no f32, expected scores or values to train");
  return success();
}

/// The arguments of the step's parameters: trained numbers, what is read, slots.
void Program::addParameters() {
  for (const Parameter &p : program.parameters) {
    latents.push_back(argument(p.shape));
    read.push_back(p.isProjected ? argument(p.shape) : latents.back());
    slots.emplace_back();
    for (int s = 0; s < program.slots; ++s)
      slots.back().push_back(argument(p.shape));
    precisions.push_back(p.hasPrior ? argument(p.shape) : Value());
  }
}

/// Arguments in the place of weights and biases, and batch norms as `normalized` writes them (the number is that of the norm's first parameter). The
/// result that `output` becomes.
Value Program::replaceConstants(Value output, llvm::function_ref<Value(GradientBuilder &, BatchNorm &, size_t)> normalized) {
  std::vector<Trainable> trainables = findTrainables(function);
  std::vector<BatchNorm> norms = findBatchNorms(function);
  for (auto [i, trainable] : llvm::enumerate(trainables))
    trainable.value.replaceAllUsesWith(read[i]);
  std::vector<ActivationScale> scales = findActivationScales(function);
  for (size_t i = firstScale; i < read.size(); ++i)
    for (OpOperand *use : scales[i - firstScale].uses)
      use->set(read[i]);
  for (auto [i, norm] : llvm::enumerate(norms)) {
    OpBuilder b(norm.sum);
    GradientBuilder t(b, norm.sum.getLoc());
    Value y = normalized(t, norm, trainableCount + 2 * i);
    bool isOutput = norm.sum.getResult() == output;
    norm.sum.getResult().replaceAllUsesWith(y);
    output = isOutput ? y : output;
  }
  return output;
}

FailureOr<OwningOpRef<ModuleOp>> Program::step() {
  FailureOr<OwningOpRef<ModuleOp>> module = copy();
  if (failed(module))
    return failure();
  giveStepsSlopes(function);
  Value output = logits();
  if (failed(findShapes(output)) || (fixed && failed(fixed->findFormats(function))))
    return failure();
  Value target = argument(program.targetShape), rate = scalarArgument(), correction = scalarArgument();
  addParameters();
  if (fixed) {
    fixed->roundForward(function, true, read);
    output = logits();
  }
  SmallVector<Value> statistics;
  output = replaceConstants(output, [&](GradientBuilder &t, BatchNorm &norm, size_t p) {
    Normalized n = normalizeByBatch(t, norm.input(), read[p], read[p + 1]);
    statistics.append({n.mean, n.variance});
    return n.y;
  });
  OpBuilder b(function.getBody().front().getTerminator());
  GradientBuilder t(b, function.getLoc());
  Value loss = fixed ? t.scalar(0) : lossOf(t, output, target);
  FailureOr<SmallVector<Value>> found = gradients(t, output, target, loss);
  if (failed(found))
    return failure();
  SmallVector<Value> results{loss, output};
  Update update(t, options, rate, correction);
  update.clip(*found);
  for (size_t i = 0; i < program.parameters.size(); ++i)
    results.append(fixed ? fixed->update(t, update, i, latents[i], (*found)[i], slots[i])
                         : update.apply(latents[i], (*found)[i], slots[i], program.parameters[i].isWeight));
  results.append(statistics);
  if (fixed)
    results.push_back(fixed->magnitudes(t));
  return failed(finish("step", results)) ? FailureOr<OwningOpRef<ModuleOp>>(failure()) : std::move(module);
}

FailureOr<OwningOpRef<ModuleOp>> Program::forward() {
  FailureOr<OwningOpRef<ModuleOp>> module = copy();
  if (failed(module))
    return failure();
  read.clear();
  for (const Parameter &p : program.parameters)
    read.push_back(argument(p.shape));
  std::vector<Value> statistics;
  for (const Parameter &p : program.statistics)
    statistics.push_back(argument(p.shape));
  if (fixed)
    fixed->roundForward(function, false, read);
  Value output = replaceConstants(logits(), [&](GradientBuilder &t, BatchNorm &norm, size_t p) {
    size_t s = p - trainableCount;
    return normalizeBy(t, norm.input(), read[p], read[p + 1], statistics[s], statistics[s + 1]);
  });
  return failed(finish("forward", {output})) ? FailureOr<OwningOpRef<ModuleOp>>(failure()) : std::move(module);
}

} // namespace

FailureOr<TrainingProgram> buildTrainingProgram(ModuleOp module, const StepOptions &options) {
  registerDifferentiableOps(*module.getContext());
  TrainingProgram program;
  Program builder(module, options, program);
  if (failed(builder.collect()))
    return failure();
  FailureOr<OwningOpRef<ModuleOp>> step = builder.step();
  if (failed(step))
    return failure();
  FailureOr<OwningOpRef<ModuleOp>> forward = builder.forward();
  if (failed(forward))
    return failure();
  program.step = std::move(*step), program.forward = std::move(*forward);
  return program;
}

std::vector<OpOperand *> parameterOperands(ModuleOp module) {
  std::vector<OpOperand *> operands;
  for (Trainable &t : findTrainables(mainOf(module)))
    operands.push_back(t.isWeight ? &t.layer.getWeightMutable() : &t.layer.getBiasMutable());
  return operands;
}

static void setConstant(nn::ConstantOp constant, ArrayRef<float> values) {
  auto type = cast<RankedTensorType>(constant.getType());
  Tensor tensor = Tensor::ofFloats({type.getShape().begin(), type.getShape().end()}, {values.begin(), values.end()});
  constant.setValueAttr(evaluation::tensorToElements(tensor, constant.getContext(), nn::layerName(constant)));
}

void storeParameters(ModuleOp module, const TrainingProgram &program, ArrayRef<std::vector<float>> values) {
  func::FuncOp main = mainOf(module);
  std::vector<Trainable> trainables = findTrainables(main);
  for (auto [i, trainable] : llvm::enumerate(trainables))
    if (!program.parameters[i].isProjected)
      setConstant(trainable.value.getDefiningOp<nn::ConstantOp>(), values[i]);
  std::vector<BatchNorm> norms = findBatchNorms(main);
  for (auto [i, norm] : llvm::enumerate(norms)) {
    size_t p = trainables.size() + 2 * i, s = program.parameters.size() + 2 * i;
    std::vector<float> factor(values[p].size()), offset(values[p].size());
    for (size_t c = 0; c < factor.size(); ++c) {
      double f = values[p][c] / std::sqrt(static_cast<double>(values[s + 1][c]) + kNormEpsilon);
      factor[c] = static_cast<float>(f);
      offset[c] = static_cast<float>(values[p + 1][c] - values[s][c] * f);
    }
    setConstant(norm.factor, factor);
    setConstant(norm.offset, offset);
  }
  if (size_t first = trainables.size() + 2 * norms.size(); first < program.parameters.size())
    for (auto [i, scale] : llvm::enumerate(findActivationScales(main)))
      storeScale(scale, values[first + i][0]);
}

} // namespace weft::training
