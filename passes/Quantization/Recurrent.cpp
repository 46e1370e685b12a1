//===- Recurrent.cpp - recurrent layers over integers ----------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Quantization/Recurrent.h"

#include "passes/Analysis/IntegerRange.h"
#include "passes/Quantization/Algorithms/FixedPoint.h"

#include <algorithm>
#include <cmath>

using namespace mlir;
using weft::reference::error;
using weft::reference::Tensor;

namespace weft::quantization {

/// Greatest magnitude of c that calibration saw.
constexpr llvm::StringLiteral kCellBoundAttr = "nn.cell_bound";
constexpr unsigned kGateBits = 12, kGateFraction = 8;
/// Of tables' entries, and of a gru's state.
constexpr int64_t kOne = 1 << 15;
constexpr int64_t kGreatest16 = kOne - 1;

static std::vector<double> valuesOf(const Tensor &tensor, int64_t count) {
  std::vector<double> values;
  for (int64_t i = 0; i < count; ++i)
    values.push_back(tensor.asDouble(i));
  return values;
}

/// [H], what all samples begin with.
static OrReason<std::vector<double>> initialOf(Value state) {
  std::optional<Tensor> all = constantOf(state);
  if (!all || all->rank() != 2 || all->dim(0) < 1)
    return error("its first state is computed or an input, expected a constant that all samples share");
  std::vector<double> first = valuesOf(*all, all->dim(1));
  for (int64_t i = 0; i < all->size(); ++i)
    if (all->asDouble(i) != first[i % all->dim(1)])
      return error("its first state differs from sample to sample, expected one that all share");
  return first;
}

static double greatestMagnitude(const std::vector<double> &values) {
  double bound = 0;
  for (double v : values) // one that is no number is the greatest
    bound = std::fabs(v) <= bound || std::isnan(bound) ? bound : std::fabs(v);
  return bound;
}

/// Why an initial state or peepholes, each of which is given or not, have none.
static std::optional<std::string> whyNoIntegerOperands(nn::RecurrentOp op) {
  for (auto [state, bound, name] : {std::tuple(op.getInitialH(), 1.0, "h"), {op.getInitialC(), std::ldexp(1.0, 15 - static_cast<int>(kGateFraction)), "c"}}) {
    if (!state)
      continue;
    OrReason<std::vector<double>> initial = initialOf(state);
    if (!initial)
      return initial.message();
    if (double found = greatestMagnitude(*initial); !(found <= bound))
      return error("its ", name, " begins with a magnitude of ", found, ", expected at most ", bound).message;
  }
  if (!op.getPeepholes())
    return std::nullopt;
  std::optional<Tensor> peepholes = constantOf(op.getPeepholes());
  if (!peepholes)
    return "its peepholes are not constant";
  if (double found = greatestMagnitude(valuesOf(*peepholes, peepholes->size())); !(found <= kGreatest16))
    return error("its peepholes reach a magnitude of ", found, ", expected at most ", kGreatest16).message;
  return std::nullopt;
}

std::optional<std::string> whyNoIntegerCell(nn::RecurrentOp op) {
  if (std::optional<std::string> why = whyNoIntegerOperands(op))
    return why;
  if (op.getLengths())
    return "its sequences have lengths that are not known to be equal";
  if (op.getCell())
    return "its cell state is used";
  size_t gate = op.getKind() == nn::RecurrentKind::rnn ? 0 : 1;
  for (auto [i, name] : llvm::enumerate(op.getActivations()))
    if (cast<StringAttr>(name).getValue() != (i < gate ? "sigmoid" : "tanh"))
      return "its activations are not sigmoid and tanh";
  if (!op.getWeight().getDefiningOp() || !constantOf(op.getWeight()) || !constantOf(op.getBias()))
    return "its weight is not constant";
  return std::nullopt;
}

std::optional<std::string> whyNoInteger(nn::RecurrentOp op) {
  if (!op.getInput().hasOneUse() || !isa_and_nonnull<nn::LinearOp>(op.getInput().getDefiningOp()))
    return "its input is not a linear layer of its own";
  return whyNoIntegerCell(op);
}

Parameters gateParameters() { return {std::ldexp(1.0f, -static_cast<int>(kGateFraction)), 0, {kGateBits, true}}; }

Range withInitialState(nn::RecurrentOp op, Range range) {
  OrReason<std::vector<double>> h = op.getInitialH() ? initialOf(op.getInitialH()) : std::vector<double>();
  if (h)
    for (double v : *h)
      range = {std::min(range.lo, v), std::max(range.hi, v)};
  return range;
}

Parameters stateParameters(Range range, unsigned bits) {
  double bound = std::min(1.0, std::max({-range.lo, range.hi, 0x1p-8}));
  auto fraction = static_cast<int>(bits) - 1;
  while (fraction < 15 && std::ldexp(bound, fraction + 1) <= std::ldexp(1.0, static_cast<int>(bits) - 1) - 1)
    ++fraction;
  return {std::ldexp(1.0f, -fraction), 0, {bits, true}};
}

namespace {

/// n where the unit is 2^−n, from 0 to 15.
std::optional<int64_t> fractionOf(const Parameters &p) {
  int exponent = 0;
  if (std::frexp(p.scale, &exponent) != 0.5f || exponent > 1 || exponent < -14 || p.zeroPoint != 0 || !p.format.isSigned)
    return std::nullopt;
  return 1 - exponent;
}

/// f(z) in units of 2^−15 for each value of the gates' format, from the least. `clip` > 0 bounds z.
Value makeTable(OpBuilder &b, Location loc, const Parameters &gate, double clip, double (*f)(double), StringRef name) {
  std::vector<int64_t> entries;
  for (int64_t code = gate.format.least(); code <= gate.format.greatest(); ++code) {
    double z = static_cast<double>(code) * static_cast<double>(gate.scale);
    entries.push_back(std::llround(f(clip > 0 ? std::clamp(z, -clip, clip) : z) * static_cast<double>(kOne)));
  }
  auto count = static_cast<int64_t>(entries.size());
  return makeIntegers(b, loc, signedType(17, b.getContext()), {count}, entries, name.str());
}

double sigmoid(double z) { return 1 / (1 + std::exp(-z)); }
double hyperbolicTangent(double z) { return std::tanh(z); }

/// Bits behind the point that 16 bits have for values up to `bound`: 0 to 15.
int64_t fractionFor(double bound) {
  int fraction = 15;
  while (fraction > 0 && std::ldexp(bound, fraction) > static_cast<double>(kGreatest16))
    --fraction;
  return fraction;
}

/// Bits behind the point of c in 16 bits: as many as its bound leaves, not fewer than gates have.
int64_t cellFraction(nn::RecurrentOp op, int64_t gateFraction) {
  auto attr = op->getAttrOfType<FloatAttr>(kCellBoundAttr);
  double bound = attr ? attr.getValueAsDouble() : 8.0;
  if (op.getInitialC())
    bound = std::max(bound, greatestMagnitude(*initialOf(op.getInitialC())));
  return std::max(gateFraction, fractionFor(bound));
}

/// Values in 16 bits, in units of 2^−fraction.
Value makeCodes(OpBuilder &b, Location loc, const std::vector<double> &values, int64_t fraction, unsigned bits, StringRef name) {
  std::vector<int64_t> codes;
  int64_t bound = int64_t(1) << (bits - 1);
  for (double v : values)
    codes.push_back(std::clamp<int64_t>(std::llround(std::ldexp(v, static_cast<int>(fraction))), -bound, bound - 1));
  return makeIntegers(b, loc, signedType(bits, b.getContext()), {static_cast<int64_t>(codes.size())}, codes, name.str());
}

/// The optional operands, and what peepholes are in.
struct OptionalOperands {
  Value initialH, initialState, peepholes;
  int64_t peepholeFraction = 0;
};
OptionalOperands makeOptional(OpBuilder &b, nn::RecurrentOp op, int64_t cellFraction, int64_t stateFraction, unsigned stateBits) {
  OptionalOperands made;
  if (op.getInitialH()) {
    std::vector<double> h = *initialOf(op.getInitialH());
    made.initialH = makeCodes(b, op.getLoc(), h, stateFraction, stateBits, "initial_h");
    if (op.getKind() == nn::RecurrentKind::gru)
      made.initialState = makeCodes(b, op.getLoc(), h, 15, 16, "initial_state");
  }
  if (op.getInitialC())
    made.initialState = makeCodes(b, op.getLoc(), *initialOf(op.getInitialC()), cellFraction, 16, "initial_state");
  if (op.getPeepholes()) {
    Tensor given = *constantOf(op.getPeepholes());
    std::vector<double> values = valuesOf(given, given.size());
    made.peepholeFraction = fractionFor(greatestMagnitude(values));
    made.peepholes = makeCodes(b, op.getLoc(), values, made.peepholeFraction, 16, "peepholes");
  }
  return made;
}

struct Rescaling {
  std::vector<int64_t> multipliers, shifts;
};

/// Sums in units of weight scale · state scale to those of the gates.
OrReason<Rescaling> rescalingOf(const IntegerWeight &w, double state, double gate) {
  Rescaling result;
  for (double s : w.scale) {
    std::optional<FixedPoint> f = toFixedPoint(s * state / gate);
    if (!f)
      return error("the scale of its sums is more than 2^16 times that of its gates");
    result.multipliers.push_back(f->multiplier);
    result.shifts.push_back(f->shift);
  }
  return result;
}

} // namespace

OrReason<Value> makeRecurrent(OpBuilder &b, nn::RecurrentOp op, const Parameters &p, StringRef name) {
  if (std::optional<std::string> why = whyNoIntegerCell(op))
    return error(*why);
  std::optional<QuantizedValue> x = quantizedValueOf(op.getInput());
  if (!x)
    return error("its input is not quantized with one scale");
  std::optional<int64_t> gate = fractionOf(x->parameters), state = fractionOf(p);
  if (!gate || !state || x->parameters.format.bits > 14 || *gate > 14)
    return error("its input or result has a scale that is no power of two, or a zero point (A19)");
  OrReason<IntegerWeight> w = integerWeightOf(b, op);
  if (!w)
    return w.failure();
  std::vector<double> unit;
  for (double s : w->scale)
    unit.push_back(s * static_cast<double>(p.scale));
  OrReason<std::vector<double>> bias = biasIn(op.getBias(), unit);
  OrReason<Rescaling> rescaling = rescalingOf(*w, p.scale, x->parameters.scale);
  if (!bias || !rescaling)
    return bias ? rescaling.failure() : bias.failure();
  int64_t rows = w->values.dim(0), hidden = w->values.dim(1);
  analysis::Interval range{0, 0};
  std::vector<int64_t> biasCodes;
  for (int64_t r = 0; r < rows; ++r) {
    if (std::fabs((*bias)[r]) > 0x1p46)
      return error("its bias is ", (*bias)[r], " in units of the sum, expected less than 2^46");
    biasCodes.push_back(static_cast<int64_t>((*bias)[r]));
    range = range.hull(analysis::sumRange(w->values.integers().data() + r * hidden, hidden, {{p.format.least(), p.format.greatest()}}, biasCodes.back()));
  }
  Location loc = op.getLoc();
  IntegerType accumulator = signedType(std::max(2u, analysis::signedBits(range)), b.getContext());
  if (accumulator.getWidth() > 46)
    return error("its sums need ", accumulator.getWidth(), " bits, expected at most 46 (A19)");
  auto count = static_cast<int64_t>(rescaling->multipliers.size());
  double clip = op.getClip().convertToDouble();
  int64_t cell = cellFraction(op, *gate);
  OptionalOperands optional = makeOptional(b, op, cell, *state, p.format.bits);
  bool resetFirst = op.getKind() == nn::RecurrentKind::gru && !op.getLinearBeforeReset();
  auto result = nn::QrecurrentOp::create(
      b, loc, withElement(op.getResult(), typeOf(p.format, b.getContext())), x->code, w->operand,
      makeIntegers(b, loc, accumulator, {rows}, biasCodes, name.str() + ".bias"),
      makeIntegers(b, loc, b.getI32Type(), {count}, rescaling->multipliers, "multiplier"),
      makeIntegers(b, loc, b.getI32Type(), {count}, rescaling->shifts, "shift"), makeTable(b, loc, x->parameters, clip, sigmoid, "sigmoid"),
      makeTable(b, loc, x->parameters, clip, hyperbolicTangent, "tanh"), optional.initialH, optional.initialState, optional.peepholes,
      op.getKind(), *gate, cell, *state, optional.peepholeFraction, op.getInputForget(), resetFirst, op.getReverse(), op.getLast());
  nn::setLayerName(result, name);
  return result.getResult();
}

//===--- calibration --------------------------------------------------------------------===//

CellProbes::CellProbes(func::FuncOp function) {
  for (auto op : llvm::make_early_inc_range(function.getOps<nn::RecurrentOp>())) {
    if (op.getKind() != nn::RecurrentKind::lstm || whyNoInteger(op))
      continue;
    OpBuilder b(op->getContext());
    b.setInsertionPointAfter(op);
    auto copy = cast<nn::RecurrentOp>(b.clone(*op));
    copy.setCell(true);
    copy.setLast(false);
    ArrayRef<int64_t> x = tensorType(op.getInput()).getShape();
    copy.getResult().setType(RankedTensorType::get({x[0], x[1], 2 * op.getHidden()}, tensorType(op.getResult()).getElementType()));
    probes.emplace_back(op, copy);
  }
}

CellProbes::~CellProbes() {
  for (auto &[layer, copy] : probes)
    copy.erase();
}

void CellProbes::take(CalibrationResult &ranges) {
  for (auto &[layer, copy] : probes)
    if (auto found = ranges.find(copy.getResult()); found != ranges.end()) {
      Range range = found->second;
      layer->setAttr(kCellBoundAttr, FloatAttr::get(Float64Type::get(layer->getContext()), std::max(-range.lo, range.hi)));
      ranges.erase(copy.getResult());
    }
}

} // namespace weft::quantization
