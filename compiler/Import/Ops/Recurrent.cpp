//===- Recurrent.cpp - LSTM, GRU, RNN ---------------------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
// W · x of all steps is a linear layer; the rest is nn.recurrent, one for each direction.
#include "compiler/Import/OpTable.h"
#include "compiler/Import/Ops/Weights.h"
#include "llvm/ADT/StringSwitch.h"
#include <map>

using namespace mlir;
using namespace weft;
using namespace weft::import;

namespace {

/// A function of nn.unary with its parameters.
struct Function {
  StringRef name;
  double alpha = 0, beta = 0;
};

/// One node of the three operators.
class Importer {
public:
  Importer(Node &node, nn::RecurrentKind kind) : node(node), kind(kind), gates(nn::gatesOf(kind)), isLstm(kind == nn::RecurrentKind::lstm) {}
  LogicalResult run();

private:
  bool readAttributes();
  bool readDirection();
  bool readActivations();
  bool readOperands();
  void dropEqualLengths();
  StringRef directionName(int64_t d) const { return directions == 1 ? "" : d == 0 ? "/forward" : "/backward"; }
  Value part(Value v, int64_t axis, int64_t start, int64_t size);
  Value ofDirection(Value v, int64_t d);
  Value weight(unsigned operand, int64_t d);
  std::pair<Value, Value> biases(int64_t d);
  Value initialState(unsigned operand, int64_t d);
  Value sharedState(const SymbolicSplat &state);
  Value swapped(Value v, ArrayRef<Dim> dims);
  Value cell(int64_t d, bool wantsCell, bool last);
  Value stepOf(Value y, bool first);
  Value sequence(ArrayRef<Value> results);
  Value finalState(ArrayRef<Value> results, bool cellPart);
  LogicalResult setOutputs();

  Node &node;
  nn::RecurrentKind kind;
  int64_t gates;
  bool isLstm;
  // attributes
  bool batchFirst = false, reverse = false, linearBeforeReset = false, inputForget = false;
  int64_t directions = 1, hidden = 0;
  double clip = 0;
  SmallVector<Function> functions; // of all directions
  // operands: x [N, T, I]
  Value x, b, peepholes, lengths;
  Dim samples, steps;
  int64_t unused = 0; ///< steps behind the end of all sequences, where the result is 0
  std::map<int64_t, std::pair<Value, Value>> sums; // of a direction: pre-gates and the recurrent bias
};

constexpr unsigned kX = 0, kW = 1, kR = 2, kB = 3, kLengths = 4, kInitialH = 5, kInitialC = 6, kPeepholes = 7;

/// ONNX's name of a function; none for one that nn.unary lacks. Defaults as ONNX's operators of that name have them.
std::optional<Function> functionNamed(StringRef name) {
  std::string lower = name.lower();
  return llvm::StringSwitch<std::optional<Function>>(lower)
      .Case("sigmoid", Function{"sigmoid"})
      .Case("tanh", Function{"tanh"})
      .Case("relu", Function{"relu"})
      .Case("softplus", Function{"softplus"})
      .Case("softsign", Function{"softsign"})
      .Case("elu", Function{"elu", 1.0})
      .Case("leakyrelu", Function{"leaky_relu", 0.01})
      .Case("thresholdedrelu", Function{"thresholded_relu", 1.0})
      .Case("hardsigmoid", Function{"hard_sigmoid", 0.2, 0.5})
      .Default(std::nullopt);
}

bool Importer::readDirection() {
  StringRef direction = node.getString("direction", "forward");
  if (direction != "forward" && direction != "reverse" && direction != "bidirectional") {
    (void)node.invalid("has direction '" + direction + "', expected forward, reverse or bidirectional");
    return false;
  }
  directions = direction == "bidirectional" ? 2 : 1;
  reverse = direction == "reverse";
  return true;
}

/// A list of parameters is consumed by the functions that have any, in order.
bool Importer::readActivations() {
  size_t each = isLstm ? 3 : kind == nn::RecurrentKind::gru ? 2 : 1, wanted = each * directions;
  SmallVector<StringRef> names = node.getStrings("activations").value_or(SmallVector<StringRef>());
  if (names.empty())
    for (int64_t d = 0; d < directions; ++d) {
      if (kind != nn::RecurrentKind::rnn)
        names.push_back("Sigmoid");
      names.append(each - (kind == nn::RecurrentKind::rnn ? 0 : 1), "Tanh");
    }
  auto alphas = node.getFloats("activation_alpha").value_or(SmallVector<double>());
  auto betas = node.getFloats("activation_beta").value_or(SmallVector<double>());
  if (names.size() != wanted) {
    (void)node.invalid("has " + Twine(names.size()) + " activations, expected " + Twine(wanted));
    return false;
  }
  size_t nextAlpha = 0, nextBeta = 0;
  for (StringRef name : names) {
    std::optional<Function> f = functionNamed(name);
    if (!f) {
      (void)node.unsupported("has activation '" + name + "'; supported are Sigmoid, Tanh, Relu, Softplus, Softsign, Elu, LeakyRelu, "
                             "ThresholdedRelu and HardSigmoid");
      return false;
    }
    if (f->alpha != 0 && nextAlpha < alphas.size())
      f->alpha = alphas[nextAlpha++];
    if (f->beta != 0 && nextBeta < betas.size())
      f->beta = betas[nextBeta++];
    functions.push_back(*f);
  }
  return !node.failed();
}

bool Importer::readAttributes() {
  node.ignoreAttr("output_sequence"); // opset < 7
  if (!readDirection() || !readActivations())
    return false;
  batchFirst = node.getInt("layout", 0) != 0;
  clip = node.getFloat("clip", 0);
  linearBeforeReset = kind == nn::RecurrentKind::gru && node.getInt("linear_before_reset", 0) != 0;
  inputForget = isLstm && node.getInt("input_forget", 0) != 0;
  int64_t given = node.getInt("hidden_size", 0);
  std::optional<SmallVector<Dim>> dims = node.inputDims(kR);
  if (node.failed() || !dims)
    return false;
  if (dims->size() != 3 || !dims->back().isKnown() || dims->back().factor < 1 || (*dims)[0] != Dim(directions) ||
      (*dims)[1] != Dim(gates * dims->back().factor) || (given != 0 && Dim(given) != dims->back())) {
    (void)node.invalid("has a recurrence weight of another shape than [" + Twine(directions) + ", " + Twine(gates) +
                       " * hidden_size, hidden_size], with hidden_size " + Twine(given));
    return false;
  }
  hidden = dims->back().factor;
  return true;
}

/// The first two dimensions exchanged; `dims` are those of the result.
Value Importer::swapped(Value v, ArrayRef<Dim> dims) {
  if (!v)
    return {};
  if (node.shape(v)[0] == 1 || node.shape(v)[1] == 1)
    return node.reshapeTo(v, dims);
  SmallVector<int64_t> perm = llvm::to_vector(llvm::seq<int64_t>(0, node.rank(v)));
  std::swap(perm[0], perm[1]);
  return node.transpose(v, perm);
}

bool Importer::readOperands() {
  x = node.input(kX);
  for (auto [operand, value] : {std::pair(kB, &b), {kLengths, &lengths}, {kPeepholes, &peepholes}})
    *value = node.has(operand) ? node.input(operand) : Value();
  if (node.failed())
    return false;
  if (node.rank(x) != 3) {
    (void)node.invalid("has an input of rank " + Twine(node.rank(x)) + ", expected 3");
    return false;
  }
  SmallVector<Dim> dims = node.symbols().dims(x);
  samples = dims[batchFirst ? 0 : 1], steps = dims[batchFirst ? 1 : 0];
  if (!batchFirst)
    x = swapped(x, {samples, steps, dims[2]});
  dropEqualLengths();
  return !node.failed();
}

/// Sequences that end after the same number of steps are sequences of so many.
void Importer::dropEqualLengths() {
  const HostTensor *given = node.constant(kLengths);
  if (!given || !given->isInteger() || given->size() == 0)
    return;
  int64_t length = given->integer(0);
  if (!llvm::all_of(llvm::seq<int64_t>(1, given->size()), [&](int64_t i) { return given->integer(i) == length; }))
    return;
  if (Dim(length) != steps && (!steps.isKnown() || length < 1 || length > steps.factor))
    return;
  lengths = {};
  if (Dim(length) == steps)
    return;
  unused = steps.factor - length;
  steps = Dim(length);
  x = part(x, 1, 0, length);
  if (x)
    nn::setLayerName(x.getDefiningOp(), (node.name() + "/steps").str());
}

/// `size` elements of an axis, from `start`.
Value Importer::part(Value v, int64_t axis, int64_t start, int64_t size) {
  if (v && node.rank(v) <= axis) {
    (void)node.invalid("has an operand of rank " + Twine(node.rank(v)) + ", expected " + Twine(axis + 1) + " or more");
    return {};
  }
  if (!v || node.shape(v)[axis] == size)
    return v;
  SmallVector<int64_t> starts(node.rank(v), 0), sizes(node.shape(v)), steps(node.rank(v), 1);
  for (int64_t &s : sizes)
    s = ShapedType::isDynamic(s) ? -1 : s;
  starts[axis] = start, sizes[axis] = size;
  return node.create<nn::SliceOp>(node.elementType(v), v, starts, sizes, steps);
}

/// A direction's part of an operand whose axis 0 they are.
Value Importer::ofDirection(Value v, int64_t d) {
  Value one = part(v, 0, d, 1);
  if (!one)
    return {};
  SmallVector<Dim> dims = node.symbols().dims(one);
  dims.erase(dims.begin());
  return node.reshapeTo(one, dims);
}

Value Importer::weight(unsigned operand, int64_t d) {
  Value w = node.input(operand);
  if (!w || failed(checkWeight(node, w)))
    return {};
  return ofDirection(w, d);
}

/// What goes into the linear layer, and what is added to the product with the state: only a gru whose reset is linear needs any there.
std::pair<Value, Value> Importer::biases(int64_t d) {
  int64_t rows = gates * hidden;
  Value zero = node.makeSplat({rows}, node.elementType(x), 0);
  if (!b)
    return {zero, zero};
  Value both = ofDirection(b, d), own = part(both, 0, 0, rows), recurrent = part(both, 0, rows, rows);
  if (!linearBeforeReset)
    return {node.binary(nn::BinaryKind::add, own, recurrent), zero};
  return {own, recurrent};
}

bool isZero(Value v) {
  while (isa_and_nonnull<nn::ReshapeOp, nn::BroadcastOp, nn::TransposeOp, nn::SliceOp>(v.getDefiningOp()))
    v = v.getDefiningOp()->getOperand(0);
  auto constant = v.getDefiningOp<nn::ConstantOp>();
  auto elements = constant ? dyn_cast<DenseElementsAttr>(constant.getValue()) : DenseElementsAttr();
  return elements && elements.isSplat() && isa<FloatType>(elements.getElementType()) && elements.getSplatValue<APFloat>().isZero();
}

/// What all samples begin with, one of them: [D, 1, H], batch first [1, D, H].
Value Importer::sharedState(const SymbolicSplat &state) {
  Dim wanted[] = {batchFirst ? samples : Dim(directions), batchFirst ? Dim(directions) : samples, Dim(hidden)};
  if (!llvm::equal(state.dims, wanted)) {
    (void)node.invalid("has an initial state of other dimensions than [" + Twine(directions) + ", samples, " + Twine(hidden) + "]");
    return {};
  }
  if (state.repeated)
    return node.makeConstant(*state.repeated, "initial_state");
  return node.makeSplat(batchFirst ? ArrayRef<int64_t>{1, directions, hidden} : ArrayRef<int64_t>{directions, 1, hidden}, state.elementType, state.value);
}

/// [N, H] of a direction, or [1, H] for all samples; null where it is absent or known to be 0.
Value Importer::initialState(unsigned operand, int64_t d) {
  if (!node.has(operand))
    return {};
  const SymbolicSplat *shared = node.splat(operand);
  if (shared && shared->isZero())
    return {};
  const HostTensor *constant = node.constant(operand);
  if (constant && !constant->isInteger() && llvm::all_of(llvm::seq<int64_t>(0, constant->size()), [&](int64_t i) { return constant->real(i) == 0; }))
    return {};
  Value state = shared ? sharedState(*shared) : node.input(operand);
  if (!state || isZero(state))
    return {};
  if (node.rank(state) != 3) {
    (void)node.invalid("has an initial state of rank " + Twine(node.rank(state)) + ", expected 3");
    return {};
  }
  if (batchFirst)
    state = swapped(state, {node.symbols().dim(state, 1), node.symbols().dim(state, 0), node.symbols().dim(state, 2)});
  return ofDirection(state, d);
}

/// nn.recurrent of direction d.
Value Importer::cell(int64_t d, bool wantsCell, bool last) {
  Value r = weight(kR, d), h = initialState(kInitialH, d), c = isLstm ? initialState(kInitialC, d) : Value();
  if (!sums.count(d)) {
    auto [own, recurrent] = biases(d);
    Value sum = linear(node, x, weight(kW, d), own);
    if (sum)
      nn::setLayerName(sum.getDefiningOp(), (node.name() + directionName(d) + "/input").str());
    sums[d] = {sum, recurrent};
  }
  auto [sum, bias] = sums[d];
  if (node.failed() || !sum || !r || !bias)
    return {};
  size_t each = functions.size() / directions;
  SmallVector<StringRef> names;
  SmallVector<double> alphas, betas;
  for (const Function &f : ArrayRef(functions).slice(d * each, each)) {
    names.push_back(f.name);
    alphas.push_back(f.alpha), betas.push_back(f.beta);
  }
  Value peep = peepholes ? ofDirection(peepholes, d) : Value();
  Value y = node.create<nn::RecurrentOp>(node.elementType(x), sum, r, bias, Optional{h}, Optional{c}, Optional{peep}, Optional{lengths}, kind,
                                         node.builder().getStrArrayAttr(names), alphas, betas, APFloat(clip), reverse || d == 1,
                                         linearBeforeReset, inputForget, wantsCell, last);
  if (y && directions == 2)
    nn::setLayerName(y.getDefiningOp(), (node.name() + directionName(d)).str());
  return y;
}

/// The first or the last step of [N, T, S·H].
Value Importer::stepOf(Value y, bool first) {
  if (!y)
    return {};
  if (steps.isKnown())
    return node.reshapeTo(part(y, 1, first ? 0 : steps.factor - 1, 1), {samples, Dim(node.shape(y)[2])});
  Type i64 = node.builder().getI64Type();
  return node.create<nn::GatherOp>(node.elementType(x), y, node.makeSplat({}, i64, first ? 0 : -1), 1);
}

/// Results [N, T, H] of the directions as ONNX's Y: [T, D, N, H], batch first [N, T, D, H].
Value Importer::sequence(ArrayRef<Value> ofDirections) {
  SmallVector<Value> results(ofDirections);
  for (auto [d, y] : llvm::enumerate(results))
    if (unused > 0) {
      y = node.create<nn::PadOp>(node.elementType(x), y, ArrayRef<int64_t>{0, 0, 0}, ArrayRef<int64_t>{0, unused, 0}, nn::PadMode::constant, APFloat(0.0));
      if (y)
        nn::setLayerName(y.getDefiningOp(), (node.name() + directionName(static_cast<int64_t>(d)) + "/all").str());
    }
  Dim steps = unused > 0 ? Dim(this->steps.factor + unused) : this->steps;
  if (directions == 2) {
    // Samples stay in front as long as they can: a reader that wants them there finds the transpose gone.
    Value both = node.reshapeTo(node.create<nn::ConcatOp>(node.elementType(x), results, 2), {samples, steps, Dim(2), Dim(hidden)});
    return batchFirst ? both : node.transpose(both, {1, 2, 0, 3});
  }
  return batchFirst ? node.reshapeTo(results[0], {samples, steps, Dim(1), Dim(hidden)})
                    : node.reshapeTo(swapped(results[0], {steps, samples, Dim(hidden)}), {steps, Dim(1), samples, Dim(hidden)});
}

/// States [N, S·H] of the directions as Y_h or Y_c: [D, N, H], batch first [N, D, H].
Value Importer::finalState(ArrayRef<Value> results, bool cellPart) {
  SmallVector<Value> parts;
  for (Value state : results) {
    Value own = part(state, 1, cellPart ? hidden : 0, hidden);
    parts.push_back(batchFirst ? node.reshapeTo(own, {samples, Dim(1), Dim(hidden)}) : node.reshapeTo(own, {Dim(1), samples, Dim(hidden)}));
  }
  return directions == 1 ? parts[0] : node.create<nn::ConcatOp>(node.elementType(x), parts, batchFirst ? 1 : 0);
}

LogicalResult Importer::setOutputs() {
  bool all = node.isUsed(0), wantsH = node.isUsed(1), wantsC = isLstm && node.isUsed(2), ends = wantsH || wantsC;
  // One loop gives both where the last step of the sequence is the final state of all samples.
  bool once = all && ends && !lengths;
  SmallVector<Value> sequences, states;
  for (int64_t d = 0; d < directions; ++d) {
    Value y = all ? cell(d, once && wantsC, /*last=*/false) : Value();
    if (all)
      sequences.push_back(part(y, 2, 0, hidden));
    if (once)
      states.push_back(stepOf(y, reverse || d == 1));
    else if (ends)
      states.push_back(cell(d, wantsC, /*last=*/true));
  }
  if (node.failed())
    return failure();
  if (all && failed(node.set(0, sequence(sequences))))
    return failure();
  if (wantsH && failed(node.set(1, finalState(states, false))))
    return failure();
  return wantsC ? node.set(2, finalState(states, true)) : success();
}

LogicalResult Importer::run() {
  if (!readAttributes() || !readOperands())
    return failure();
  return setOutputs();
}

template <nn::RecurrentKind kind> LogicalResult build(Node &node) { return Importer(node, kind).run(); }

} // namespace

void weft::import::registerRecurrentOps(OpTable &table) {
  table.add("GRU", build<nn::RecurrentKind::gru>, 3, 6);
  table.add("LSTM", build<nn::RecurrentKind::lstm>, 3, 8);
  table.add("RNN", build<nn::RecurrentKind::rnn>, 3, 6);
}
