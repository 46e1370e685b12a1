//===- Integerize.cpp - dequantize, operator, quantize become integers ----------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Quantization/IntegerMoves.h"
#include "passes/Quantization/Passes.h"
#include "passes/Quantization/QuantizationPlan.h"
#include "passes/Quantization/Recurrent.h"

#include "llvm/ADT/SetVector.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using weft::reference::error;

namespace weft::quantization {
#define GEN_PASS_DEF_INTEGERIZE
#include "passes/Quantization/Passes.h.inc"

namespace {

/// Rewrites one function, from its inputs to its outputs.
class Integerizer {
public:
  Integerizer(func::FuncOp function, Form form) : function(function), form(form) {}

  void run() {
    for (Operation &op : llvm::make_early_inc_range(function.getOps()))
      if (movesValues(&op) && feedsSum(&op))
        moveCodes(&op);
    for (auto op : llvm::make_early_inc_range(function.getOps<nn::QuantizeOp>()))
      if (!constantOf(op.getInput()))
        rewriteQuantize(op);
    for (auto op : function.getOps<nn::RecurrentOp>())
      if (std::optional<std::string> why = whyNoIntegerCell(op))
        reasons[op] = *why;
    for (Operation &op : llvm::make_early_inc_range(function.getOps()))
      if (nn::WeightedOp affine = nn::asAffine(&op))
        rewriteUnquantizedSum(affine);
    eraseDead();
  }

  /// What stays in floating point although integers come before and after, or is linear. Sorted by the IR.
  SmallVector<Operation *> leftovers();
  StringRef reasonOf(Operation *op) const {
    auto found = reasons.find(op);
    return found == reasons.end() ? StringRef("no integer operator computes it") : StringRef(found->second);
  }

private:
  static bool feedsSum(Operation *op);
  void moveCodes(Operation *op);
  void rewriteQuantize(nn::QuantizeOp op);
  void rewriteUnquantizedSum(nn::WeightedOp op);
  void eraseDead();
  OrReason<Value> codeOf(OpBuilder &b, Value v, const Parameters &p, StringRef name, Operation *&blamed);
  OrReason<Value> rectify(OpBuilder &b, Operation *op, ArrayRef<double> slopes, const Parameters &p, StringRef name);
  OrReason<Value> fuse(OpBuilder &b, Operation *source, const ElementwiseFunction *f, const Parameters &p, StringRef name);

  func::FuncOp function;
  Form form;
  llvm::DenseMap<Operation *, std::string> reasons;
};

bool isAdd(Operation *op) {
  auto binary = dyn_cast_or_null<nn::BinaryOp>(op);
  return binary && (binary.getKind() == nn::BinaryKind::add || binary.getKind() == nn::BinaryKind::sub) &&
         quantizedValueOf(binary.getLhs()) && quantizedValueOf(binary.getRhs()) &&
         binary.getLhs().getType() == binary.getRhs().getType();
}

/// A sum or an add, with the function after it.
OrReason<Value> Integerizer::fuse(OpBuilder &b, Operation *source, const ElementwiseFunction *f, const Parameters &p,
                                  StringRef name) {
  if (isAdd(source))
    return makeAdd(b, cast<nn::BinaryOp>(source), f, p, name);
  OrReason<Accumulator> sum = makeSum(b, source, p);
  if (!sum)
    return sum.failure();
  return requantizeSum(b, source->getLoc(), *sum, f, p, form, name);
}

/// A PRelu with a slope for each channel.
OrReason<Value> Integerizer::rectify(OpBuilder &b, Operation *op, ArrayRef<double> slopes, const Parameters &p, StringRef name) {
  std::optional<QuantizedValue> x = quantizedValueOf(op->getOperand(0));
  if (!x && !makesSum(op->getOperand(0).getDefiningOp()))
    return error("what it reads is not quantized");
  std::string sumName = (name + ".sum").str();
  OrReason<Accumulator> sum = x ? sumOfCodes(b, op->getLoc(), *x, sumName) : makeSum(b, op->getOperand(0).getDefiningOp(), p);
  if (!sum)
    return sum.failure();
  return rectifySum(b, op->getLoc(), *sum, slopes, p, form, name);
}

/// The code of `v`, which `name` quantizes. `blamed` is the operation that stands in the way if there is none.
OrReason<Value> Integerizer::codeOf(OpBuilder &b, Value v, const Parameters &p, StringRef name, Operation *&blamed) {
  Operation *maker = v.getDefiningOp();
  blamed = maker;
  if (!maker)
    return error("it is an argument");
  std::string layer = nn::layerName(maker).str();
  if (std::optional<QuantizedValue> x = quantizedValueOf(v))
    return rescale(b, v.getLoc(), *x, p, name);
  if (auto recurrent = dyn_cast<nn::RecurrentOp>(maker))
    return makeRecurrent(b, recurrent, p, layer);
  if (isAdd(maker) || makesSum(maker))
    return fuse(b, maker, nullptr, p, layer + (isAdd(maker) ? "" : ".requantize"));
  if (movesValues(maker))
    return makeMove(b, maker, p, layer, [&](Value operand, const Parameters &inside) {
      return codeOf(b, operand, inside, layer + ".rescale", blamed);
    });
  std::optional<std::vector<double>> slopes = rectifierSlopes(maker);
  if (slopes && slopes->size() > 1)
    return rectify(b, maker, *slopes, p, layer);
  std::optional<ElementwiseFunction> f = elementwiseFunctionOf(maker);
  if (!f)
    return error("no integer operator computes it");
  if (std::optional<QuantizedValue> x = quantizedValueOf(f->source))
    return makeTable(b, v.getLoc(), *x, &*f, p, layer);
  Operation *source = f->source.getDefiningOp();
  if (!isAdd(source) && !makesSum(source))
    return error("what it reads is not quantized");
  blamed = source;
  return fuse(b, source, &*f, p, layer);
}

/// Whether a linear operator reads what moves from here.
bool Integerizer::feedsSum(Operation *op) {
  return llvm::any_of(op->getUsers(), [](Operation *user) { return nn::asAffine(user) || (movesValues(user) && feedsSum(user)); });
}

/// Models that are quantized behind activations only: what moves dequantized values of one scale moves their codes.
void Integerizer::moveCodes(Operation *op) {
  std::optional<QuantizedValue> first = quantizedValueOf(op->getOperand(0));
  if (!first || !isFloatTensor(op->getResult(0)))
    return;
  bool same = llvm::all_of(op->getOperands(), [&](Value v) {
    std::optional<QuantizedValue> x = isFloatTensor(v) ? quantizedValueOf(v) : first;
    return x && x->parameters == first->parameters;
  });
  if (auto pad = dyn_cast<nn::PadOp>(op)) {
    auto value = static_cast<float>(pad.getValue().convertToDouble());
    same &= dequantize(quantize(value, first->parameters), first->parameters) == value;
  }
  if (!same)
    return;
  OpBuilder b(op);
  std::string name = nn::layerName(op).str();
  OrReason<Value> code = makeMove(b, op, first->parameters, name, [](Value operand, const Parameters &) -> OrReason<Value> { return quantizedValueOf(operand)->code; });
  Value real = makeDequantize(b, op->getLoc(), *code, first->parameters, name + ".dequantize");
  op->getResult(0).replaceAllUsesWith(real);
  op->erase();
}

void Integerizer::rewriteQuantize(nn::QuantizeOp op) {
  std::optional<Parameters> p = parametersOf(op);
  if (!p) {
    if (Operation *maker = op.getInput().getDefiningOp())
      reasons[maker] = "its result is quantized with a scale per channel, or one that is not constant";
    return;
  }
  OpBuilder b(op);
  Operation *blamed = nullptr;
  OrReason<Value> code = codeOf(b, op.getInput(), *p, nn::layerName(op), blamed);
  if (!code) {
    if (blamed)
      reasons[blamed] = code.message();
    return;
  }
  op.getResult().replaceAllUsesWith(*code);
  op.erase();
}

/// A linear operator of integers whose result nobody quantizes: its sum is dequantized.
void Integerizer::rewriteUnquantizedSum(nn::WeightedOp op) {
  if (op->use_empty() || !isFloatTensor(op->getResult(0)) || !quantizedValueOf(op.getInput()))
    return;
  OpBuilder b(op);
  OrReason<Accumulator> sum = makeSum(b, op, std::nullopt);
  if (!sum) {
    reasons[op] = sum.message();
    return;
  }
  std::vector<float> scales(sum->scale.begin(), sum->scale.end());
  auto count = static_cast<int64_t>(scales.size());
  reference::Shape shape = count == 1 ? reference::Shape{} : reference::Shape{count};
  Value scale = makeConstant(b, op->getLoc(), reference::Tensor::ofFloats(shape, std::move(scales)), "scale");
  Value zero = makeIntegers(b, op->getLoc(), cast<IntegerType>(tensorType(sum->sum).getElementType()), shape,
                            std::vector<int64_t>(count, 0), "zero_point");
  auto real = nn::DequantizeOp::create(b, op->getLoc(), op->getResult(0).getType(), sum->sum, scale, zero,
                                       count == 1 ? 0 : op.getChannelAxis());
  nn::setLayerName(real, (nn::layerName(op) + ".dequantize").str());
  op->getResult(0).replaceAllUsesWith(real);
}

void Integerizer::eraseDead() {
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(function.getBody().front())))
    if (isOpTriviallyDead(&op))
      op.erase();
}

SmallVector<Operation *> Integerizer::leftovers() {
  llvm::DenseSet<Operation *> after, before;
  bool anyInteger = false;
  for (Operation &op : function.getOps()) {
    bool from = isa<nn::DequantizeOp>(op) && !constantOf(op.getOperand(0));
    from |= llvm::any_of(op.getOperands(), [&](Value v) { return v.getDefiningOp() && after.contains(v.getDefiningOp()); });
    anyInteger |= from;
    if (from)
      after.insert(&op);
  }
  for (Operation &op : llvm::reverse(function.getBody().front()))
    if (isa<nn::QuantizeOp>(op) || llvm::any_of(op.getUsers(), [&](Operation *user) { return before.contains(user); }))
      before.insert(&op);
  SmallVector<Operation *> result;
  for (Operation &op : function.getOps()) {
    if (isa<nn::QuantizeOp, nn::DequantizeOp>(op) || op.getNumResults() != 1 || !isFloatTensor(op.getResult(0)))
      continue;
    if ((after.contains(&op) && before.contains(&op)) || (anyInteger && isa<nn::WeightedOp>(op)))
      result.push_back(&op);
  }
  return result;
}

struct IntegerizePass : impl::IntegerizeBase<IntegerizePass> {
  using IntegerizeBase::IntegerizeBase;

  FailureOr<Form> parseForm() {
    if (form == "scale")
      return Form::scale;
    if (form == "shift")
      return Form::shift;
    if (form == "threshold")
      return Form::threshold;
    return getOperation().emitError() << "form is '" << form << "', expected scale, shift or threshold";
  }

  LogicalResult report(Integerizer &integerizer) {
    SmallVector<Operation *> leftovers = integerizer.leftovers();
    for (Operation *op : leftovers) {
      InFlightDiagnostic diagnostic = strict ? op->emitError() : op->emitRemark();
      diagnostic << "layer '" << nn::layerName(op) << "' (" << op->getName() << ") stays in floating point: "
                 << integerizer.reasonOf(op);
    }
    return success(!strict || leftovers.empty());
  }

  void runOnOperation() override {
    if (getOperation().isExternal())
      return;
    FailureOr<Form> form = parseForm();
    if (failed(form))
      return signalPassFailure();
    Integerizer integerizer(getOperation(), *form);
    integerizer.run();
    if (failed(report(integerizer)))
      signalPassFailure();
  }
};

} // namespace
} // namespace weft::quantization
