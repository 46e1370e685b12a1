//===- QuantizationPlan.cpp - which values are quantized, and how -----------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Quantization/QuantizationPlan.h"

#include "dialects/Nn/IR/NnOps.h"
#include "passes/Quantization/Elementwise.h"
#include "passes/Quantization/Recurrent.h"
#include "passes/Quantization/Values.h"

using namespace mlir;

namespace weft::quantization {

bool movesValues(Operation *op) {
  if (auto pool = dyn_cast<nn::PoolOp>(op))
    return pool.getKind() == nn::PoolKind::max;
  if (auto gather = dyn_cast<nn::GatherOp>(op))
    return isFixedGather(gather);
  return isa<nn::ReshapeOp, nn::TransposeOp, nn::SliceOp, nn::PadOp, nn::ConcatOp>(op);
}

/// A weight that can become integers.
static bool hasConstantWeight(Operation *op) {
  nn::WeightedOp weighted = nn::asAffine(op);
  return weighted && weighted.getWeight().getDefiningOp() && constantOf(weighted.getWeight()) &&
         constantOf(weighted.getBias());
}

static bool isResidualAdd(Operation *op) {
  auto binary = dyn_cast<nn::BinaryOp>(op);
  return binary && (binary.getKind() == nn::BinaryKind::add || binary.getKind() == nn::BinaryKind::sub) &&
         binary.getLhs().getType() == binary.getRhs().getType() && isFloatTensor(binary.getLhs()) &&
         !constantOf(binary.getLhs()) && !constantOf(binary.getRhs());
}

/// A PRelu with a slope for each channel.
static bool isChannelRectifier(Operation *op) {
  std::optional<std::vector<double>> slopes = rectifierSlopes(op);
  return slopes && slopes->size() > 1;
}

/// An average whose divisor is the same everywhere.
static bool isUniformAverage(Operation *op) {
  auto pool = dyn_cast<nn::PoolOp>(op);
  if (!pool || pool.getKind() == nn::PoolKind::max)
    return false;
  bool padded = llvm::any_of(pool.getPadsBegin(), [](int64_t p) { return p != 0; }) ||
                llvm::any_of(pool.getPadsEnd(), [](int64_t p) { return p != 0; });
  return pool.getKind() == nn::PoolKind::sum || !padded || pool.getCountIncludePad();
}

/// Operands that carry activations.
static SmallVector<Value> activationsOf(Operation *op) {
  if (auto weighted = dyn_cast<nn::WeightedOp>(op))
    return {weighted.getInput()};
  SmallVector<Value> result;
  for (Value v : op->getOperands())
    if (isFloatTensor(v) && !scalarOf(v))
      result.push_back(v);
  return result;
}

void QuantizationPlan::findRegion(func::FuncOp function) {
  for (Operation &op : function.getOps()) {
    if (op.getNumResults() != 1 || !isFloatTensor(op.getResult(0)))
      continue;
    bool follows = llvm::any_of(activationsOf(&op), [&](Value v) { return v.getDefiningOp() && inRegion(v.getDefiningOp()); });
    bool possible = movesValues(&op) || isResidualAdd(&op) || isActivationProduct(&op) || isPositionBias(&op) || isUniformAverage(&op) || isChannelRectifier(&op) ||
                    (isElementwise(&op) && elementwiseFunctionOf(&op));
    auto recurrent = dyn_cast<nn::RecurrentOp>(op);
    if (hasConstantWeight(&op) || (follows && possible) || (follows && recurrent && !whyNoInteger(recurrent)))
      region.insert(&op);
  }
  // What only rearranges the network's outputs needs no hardware: it stays outside. So does what joins them with floating point.
  auto joinsOthers = [&](Operation &op) {
    return isa<nn::ConcatOp>(op) && llvm::any_of(op.getOperands(), [&](Value v) { return v.getDefiningOp() && !inRegion(v.getDefiningOp()) && !constantOf(v); });
  };
  for (Operation &op : llvm::reverse(function.getBody().front()))
    if ((isa<nn::ReshapeOp, nn::TransposeOp, nn::GatherOp>(op) || joinsOthers(op)) &&
        llvm::none_of(op.getUsers(), [&](Operation *user) { return inRegion(user); }))
      region.erase(&op);
}

void QuantizationPlan::findFused(func::FuncOp function) {
  for (Operation &op : llvm::reverse(function.getBody().front())) {
    bool finishesSum = isChannelRectifier(&op) && nn::asAffine(op.getOperand(0).getDefiningOp()) && op.getOperand(0).hasOneUse();
    if (inRegion(&op) && (finishesSum || isPositionBias(&op))) {
      fused.insert(op.getOperand(0));
      continue;
    }
    if (!inRegion(&op) || !isElementwise(&op) || isResidualAdd(&op) || fused.contains(op.getResult(0)))
      continue;
    std::optional<ElementwiseFunction> f = elementwiseFunctionOf(&op);
    if (!f)
      continue;
    for (Operation *inner : llvm::ArrayRef(f->ops).drop_back())
      fused.insert(inner->getResult(0));
    Operation *source = f->source.getDefiningOp();
    bool makesSum = source && inRegion(source) && (nn::asAffine(source) || isPositionBias(source) || isResidualAdd(source) || isActivationProduct(source) || isUniformAverage(source));
    bool absorbed = f->isClamp() || (options.absorbActivations && options.activationBits <= 4 && f->isMonotone() &&
                                     nn::asAffine(source));
    bool usedElsewhere = !llvm::all_of(f->source.getUsers(), [&](Operation *user) { return llvm::is_contained(f->ops, user); });
    if (makesSum && absorbed && !usedElsewhere)
      fused.insert(f->source);
  }
}

void QuantizationPlan::collectValues(func::FuncOp function) {
  llvm::DenseSet<Value> seen;
  auto add = [&](Value v) {
    if (!fused.contains(v) && isFloatTensor(v) && seen.insert(v).second)
      order.push_back(v);
  };
  for (Operation &op : function.getOps()) {
    if (!inRegion(&op))
      continue;
    for (Value v : activationsOf(&op))
      if (!v.getDefiningOp() || !constantOf(v))
        add(v);
    add(op.getResult(0));
  }
}

/// With a zero point, the sum of a window is only exact under the same scale before and after.
bool QuantizationPlan::isAverageOfAffine(Operation *op) const {
  std::optional<Range> range = isUniformAverage(op) ? rangeOf(op->getOperand(0)) : std::nullopt;
  return range && range->lo < 0 && !options.symmetric && cast<nn::PoolOp>(op).getKind() == nn::PoolKind::average;
}

void QuantizationPlan::shareParameters() {
  for (Value v : order)
    groups.insert(v);
  for (Value v : order) {
    Operation *op = v.getDefiningOp();
    if (!op || !inRegion(op) || !(movesValues(op) || isAverageOfAffine(op)))
      continue;
    for (Value operand : activationsOf(op))
      if (!fused.contains(operand))
        groups.unionSets(v, operand);
  }
}

unsigned QuantizationPlan::bitsOf(ArrayRef<Value> group) const {
  unsigned bits = options.activationBits;
  for (Value v : group) {
    Operation *op = v.getDefiningOp();
    bool isInput = !op || !inRegion(op);
    bool isOutput = !llvm::any_of(v.getUsers(), [&](Operation *user) { return inRegion(user); });
    if (isInput)
      bits = std::max(bits, options.inputBits);
    if (isOutput)
      bits = std::max(bits, options.outputBits);
  }
  return bits;
}

/// What recurrent layers take in and give out has units that are powers of two.
std::optional<Parameters> QuantizationPlan::parametersOfRecurrent(ArrayRef<Value> group, unsigned bits, Range range) const {
  for (Value v : group) {
    auto maker = v.getDefiningOp<nn::RecurrentOp>();
    if (maker && inRegion(maker))
      return stateParameters(withInitialState(maker, range), std::max(bits, 2u));
    if (llvm::any_of(v.getUsers(), [&](Operation *user) { return isa<nn::RecurrentOp>(user) && inRegion(user); }))
      return gateParameters();
  }
  return std::nullopt;
}

LogicalResult QuantizationPlan::chooseAll() {
  llvm::DenseMap<Value, Parameters> ofLeader;
  for (Value v : order) {
    Value leader = groups.getLeaderValue(v);
    if (!ofLeader.count(leader)) {
      std::optional<Range> range;
      SmallVector<Value> members(groups.findLeader(leader), groups.member_end());
      for (Value member : members)
        if (std::optional<Range> r = rangeOf(member))
          range = range ? Range{std::min(range->lo, r->lo), std::max(range->hi, r->hi)} : *r;
      if (!range)
        return emitError(v.getLoc()) << "value '" << valueName(v) << "' has no range: calibrate with samples, or attach "
                                     << kRangeAttr;
      if (std::optional<Parameters> fixed = parametersOfRecurrent(members, bitsOf(members), *range)) {
        ofLeader.try_emplace(leader, *fixed);
        values.insert({v, *fixed});
        continue;
      }
      Scheme scheme{bitsOf(members), options.symmetric, options.powerOfTwo};
      if (range->lo < 0)
        scheme.bits = std::max(scheme.bits, 2u); // one signed bit has no positive value
      ofLeader.try_emplace(leader, chooseParameters(*range, scheme));
    }
    values.insert({v, ofLeader.lookup(leader)});
  }
  return success();
}

FailureOr<QuantizationPlan> QuantizationPlan::make(func::FuncOp function, const PlanOptions &options) {
  QuantizationPlan plan(options);
  plan.findRegion(function);
  plan.findFused(function);
  plan.collectValues(function);
  plan.shareParameters();
  if (failed(plan.chooseAll()))
    return failure();
  return plan;
}

} // namespace weft::quantization
