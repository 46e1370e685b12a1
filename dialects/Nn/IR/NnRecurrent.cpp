//===- NnRecurrent.cpp - shapes and verifiers of recurrent layers ----------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "dialects/Nn/IR/Integers.h"
#include "dialects/Nn/IR/NnOps.h"

using namespace mlir;
using namespace weft::nn;

static RankedTensorType typeOf(Value v) { return cast<RankedTensorType>(v.getType()); }
static bool fits(int64_t dim, int64_t wanted) { return ShapedType::isDynamic(dim) || ShapedType::isDynamic(wanted) || dim == wanted; }

/// input [N, T, G·H], weight [G·H, H], bias [G·H].
static LogicalResult inferShape(Operation *op, Value input, Value weight, Value bias, RecurrentKind kind, int64_t states, bool last,
                                SmallVectorImpl<int64_t> &shape) {
  auto x = typeOf(input), w = typeOf(weight), b = typeOf(bias);
  int64_t gates = gatesOf(kind);
  if (x.getRank() != 3 || w.getRank() != 2 || b.getRank() != 1)
    return op->emitOpError("expected input [N, T, G*H], weight [G*H, H], bias [G*H]; found ranks ")
           << x.getRank() << ", " << w.getRank() << ", " << b.getRank();
  int64_t hidden = w.getDimSize(1);
  if (ShapedType::isDynamic(hidden) || hidden < 1 || hidden > (int64_t(1) << 31) || w.getDimSize(0) != gates * hidden)
    return op->emitOpError("has a weight ") << w << ", expected [" << gates << "*H, H]";
  if (!fits(x.getDimSize(2), gates * hidden) || !fits(b.getDimSize(0), gates * hidden))
    return op->emitOpError("has input ") << x << " and bias " << b << ", but its weight has " << gates * hidden << " rows";
  shape.push_back(x.getDimSize(0));
  if (!last)
    shape.push_back(x.getDimSize(1));
  shape.push_back(states * hidden);
  return success();
}

LogicalResult RecurrentOp::inferResultShape(SmallVectorImpl<int64_t> &shape) {
  return inferShape(*this, getInput(), getWeight(), getBias(), getKind(), getCell() ? 2 : 1, getLast(), shape);
}
int64_t RecurrentOp::getChannelAxis() { return typeOf(getResult()).getRank() - 1; }

LogicalResult QrecurrentOp::inferResultShape(SmallVectorImpl<int64_t> &shape) {
  return inferShape(*this, getInput(), getWeight(), getBias(), getKind(), 1, getLast(), shape);
}
int64_t QrecurrentOp::getChannelAxis() { return typeOf(getResult()).getRank() - 1; }

LogicalResult RecurrentOp::verify() {
  Type element = typeOf(getResult()).getElementType();
  for (Value v : {getInput(), getWeight(), getBias(), getInitialH(), getInitialC(), getPeepholes()})
    if (v && typeOf(v).getElementType() != element)
      return emitOpError("mixes element types ") << typeOf(v).getElementType() << " and " << element;
  if (!isa<FloatType>(element))
    return emitOpError("computes ") << element << ", expected a float; nn.qrecurrent computes integers";
  int64_t hidden = getHidden(), samples = typeOf(getInput()).getDimSize(0);
  for (Value v : {getInitialH(), getInitialC()})
    if (v && (typeOf(v).getRank() != 2 || (typeOf(v).getDimSize(0) != 1 && !fits(typeOf(v).getDimSize(0), samples)) || !fits(typeOf(v).getDimSize(1), hidden)))
      return emitOpError("has an initial state ") << typeOf(v) << ", expected [N, " << hidden << "] or [1, " << hidden << "]";
  bool isLstm = getKind() == RecurrentKind::lstm;
  if (!isLstm && (getInitialC() || getPeepholes() || getCell() || getInputForget()))
    return emitOpError("has parts that only an lstm has: c, peepholes, cell or input_forget");
  if (getPeepholes() && (typeOf(getPeepholes()).getRank() != 1 || !fits(typeOf(getPeepholes()).getDimSize(0), 3 * hidden)))
    return emitOpError("has peepholes ") << typeOf(getPeepholes()) << ", expected [" << 3 * hidden << "]";
  if (getLengths() && (typeOf(getLengths()).getRank() != 1 || !isa<IntegerType>(typeOf(getLengths()).getElementType()) ||
                       !fits(typeOf(getLengths()).getDimSize(0), samples)))
    return emitOpError("has lengths ") << typeOf(getLengths()) << ", expected integers [N]";
  size_t wanted = isLstm ? 3 : getKind() == RecurrentKind::gru ? 2 : 1;
  if (getActivations().size() != wanted || getAlphas().size() != wanted || getBetas().size() != wanted)
    return emitOpError("has ") << getActivations().size() << " activations with " << getAlphas().size() << " alphas and "
                               << getBetas().size() << " betas, expected " << wanted << " of each";
  for (Attribute name : getActivations())
    if (!symbolizeUnaryKind(cast<StringAttr>(name).getValue()))
      return emitOpError("has activation ") << name << ", expected the name of a function of nn.unary";
  return success();
}

/// What a layer begins with, peepholes, and what only one kind has.
static LogicalResult verifyOptionalParts(QrecurrentOp op, int64_t hidden, IntegerType code) {
  auto i16 = IntegerType::get(op.getContext(), 16);
  for (auto [value, name, count, type] : {std::tuple(op.getInitialH(), "initial_h", hidden, code), {op.getInitialState(), "initial_state", hidden, i16},
                                          {op.getPeepholes(), "peepholes", 3 * hidden, i16}})
    if (value && typeOf(value) != RankedTensorType::get({count}, type))
      return op.emitOpError() << "has " << name << " " << value.getType() << ", expected " << RankedTensorType::get({count}, type) << " (A19)";
  if (op.getKind() == RecurrentKind::rnn && op.getInitialState())
    return op.emitOpError("has an initial_state, which no rnn has (A19)");
  if (op.getKind() != RecurrentKind::lstm && (op.getPeepholes() || op.getInputForget()))
    return op.emitOpError("has peepholes or input_forget, which only an lstm has (A19)");
  if (op.getKind() != RecurrentKind::gru && op.getResetFirst())
    return op.emitOpError("has reset_first, which only a gru has (A19)");
  return success();
}

LogicalResult QrecurrentOp::verify() {
  auto integer = [](Value v) { return dyn_cast<IntegerType>(typeOf(v).getElementType()); };
  for (Value v : getOperands())
    if (!integer(v))
      return emitOpError("has an operand ") << v.getType() << ", expected integers (A19)";
  IntegerType gate = integer(getInput()), result = integer(getResult());
  if (isUnsignedInteger(gate) || gate.getWidth() < 2 || gate.getWidth() > 14)
    return emitOpError("has gates of ") << gate << ", expected i2 to i14 (A19)";
  if (!result || isUnsignedInteger(result) || result.getWidth() < 2 || result.getWidth() > 16)
    return emitOpError("has a result ") << getResult().getType() << ", expected i2 to i16 (A19)";
  for (Value table : {getSigmoid(), getTanh()})
    if (typeOf(table).getRank() != 1 || typeOf(table).getDimSize(0) != (int64_t(1) << gate.getWidth()) || integer(table).getWidth() > 17)
      return emitOpError("has a table ") << typeOf(table) << ", expected " << (int64_t(1) << gate.getWidth())
                                         << " entries of at most 17 bits (A19)";
  int64_t rows = typeOf(getWeight()).getDimSize(0), hidden = typeOf(getWeight()).getDimSize(1);
  for (Value v : {getMultiplier(), getShift()})
    if (typeOf(v).getRank() != 1 || (typeOf(v).getDimSize(0) != 1 && typeOf(v).getDimSize(0) != rows))
      return emitOpError("has a multiplier or shift ") << typeOf(v) << ", expected [1] or [" << rows << "] (A19)";
  if (failed(verifyOptionalParts(*this, hidden, result)))
    return failure();
  auto fraction = [&](StringRef name, int64_t value, int64_t least, int64_t greatest) -> LogicalResult {
    if (value < least || value > greatest)
      return emitOpError() << name << " is " << value << ", expected " << least << " to " << greatest << " (A19)";
    return success();
  };
  if (failed(fraction("gate_fraction", getGateFraction(), 0, 14)) ||
      failed(fraction("cell_fraction", getCellFraction(), getGateFraction(), 15)) ||
      failed(fraction("state_fraction", getStateFraction(), 0, 15)) || failed(fraction("peephole_fraction", getPeepholeFraction(), 0, 15)))
    return failure();
  return success();
}
