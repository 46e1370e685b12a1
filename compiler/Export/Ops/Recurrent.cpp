//===- Recurrent.cpp - LSTM, GRU, RNN ------------------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
// The linear layer before the loop goes into the operator again; its own writer leaves it out (isRecurrentInput).
#include "compiler/Export/GraphExporter.h"

using namespace mlir;
using namespace weft;
using namespace weft::exporter;

bool weft::exporter::isRecurrentInput(nn::LinearOp op) {
  auto user = op->hasOneUse() ? dyn_cast<nn::RecurrentOp>(*op->user_begin()) : nn::RecurrentOp();
  return user && user.getInput() == op.getResult();
}

/// Why ONNX's operator, with its first output, cannot say it; "" if it can.
static StringRef whyNot(nn::RecurrentOp op) {
  auto linear = op.getInput().getDefiningOp<nn::LinearOp>();
  if (!linear || !isRecurrentInput(linear))
    return "its input is not a linear layer of its own";
  if (op.getCell())
    return "its cell state is used, which only the operator's first output is written for";
  if (op.getLast() && op.getLengths())
    return "its final states come after lengths, which only the operator's first output is written for";
  size_t gates = op.getKind() == nn::RecurrentKind::rnn ? 0 : 1;
  for (auto [i, name] : llvm::enumerate(op.getActivations()))
    if (cast<StringAttr>(name).getValue() != (i < gates ? "sigmoid" : "tanh"))
      return "its activations are not sigmoid and tanh";
  return "";
}

/// [1, N, H] of a state [N, H], or of one for all samples.
static std::string initialState(GraphExporter &g, nn::RecurrentOp op, Value state, const std::string &input) {
  std::string one = g.step(op, "Unsqueeze", {g.name(state), g.integers({0}, "axes")});
  auto samples = [](Value v) { return cast<RankedTensorType>(v.getType()).getDimSize(0); };
  if (samples(state) != 1 || samples(op.getInput()) == 1)
    return one;
  std::vector<NodeAttribute> axis{{"axis", int64_t(0)}};
  std::string count = g.step(op, "Gather", {g.step(op, "Shape", {input}), g.integers({0}, "samples")}, axis);
  return g.step(op, "Expand", {one, g.step(op, "Concat", {g.integers({1}, "one"), count, g.integers({op.getHidden()}, "hidden")}, axis)});
}

LogicalResult weft::exporter::write(GraphExporter &g, nn::RecurrentOp op) {
  if (StringRef why = whyNot(op); !why.empty())
    return g.unsupported(op, why);
  auto linear = op.getInput().getDefiningOp<nn::LinearOp>();
  std::string first = g.integers({0}, "axes");
  auto direction = [&](const std::string &name) { return g.step(op, "Unsqueeze", {name, first}); };
  std::vector<int64_t> swap{1, 0, 2};
  std::string biases = g.step(op, "Concat", {g.name(linear.getBias()), g.name(op.getBias())}, {{"axis", int64_t(0)}});
  std::vector<std::string> inputs{g.step(op, "Transpose", {g.name(linear.getInput())}, {{"perm", swap}}), direction(g.name(linear.getWeight())),
                                  direction(g.name(op.getWeight())), direction(biases),
                                  op.getLengths() ? g.name(op.getLengths()) : ""};
  for (Value v : {op.getInitialH(), op.getInitialC()})
    inputs.push_back(v ? initialState(g, op, v, g.name(linear.getInput())) : "");
  inputs.push_back(op.getPeepholes() ? direction(g.name(op.getPeepholes())) : "");
  while (inputs.back().empty())
    inputs.pop_back();
  std::vector<NodeAttribute> attributes{{"direction", std::string(op.getReverse() ? "reverse" : "forward")}, {"hidden_size", op.getHidden()}};
  if (double clip = op.getClip().convertToDouble(); clip > 0)
    attributes.push_back({"clip", static_cast<float>(clip)});
  if (op.getKind() == nn::RecurrentKind::gru)
    attributes.push_back({"linear_before_reset", static_cast<int64_t>(op.getLinearBeforeReset())});
  if (op.getInputForget())
    attributes.push_back({"input_forget", int64_t(1)});
  std::string y = g.step(op, nn::stringifyRecurrentKind(op.getKind()).upper(), inputs, attributes, nn::layerName(op));
  if (op.getLast()) {
    std::string step = g.integers({op.getReverse() ? 0 : -1}, "step");
    return g.node(op, "Squeeze", {g.step(op, "Gather", {y, step}, {{"axis", int64_t(0)}}), g.integers({0, 1}, "axes")});
  }
  return g.node(op, "Transpose", {g.step(op, "Squeeze", {y, g.integers({1}, "axes")})}, {{"perm", swap}});
}
