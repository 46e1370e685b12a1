//===- ControlFlow.cpp - If, Loop and Scan --------------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
//
// The nn dialect has no control flow: a branch whose condition is known is inlined, another one becomes a select, and loops are unrolled.
//
//===-------------------------------------------------------------------------===//
#include "compiler/Import/GraphImporter.h"
#include "compiler/Import/Subgraph.h"
#include "compiler/Import/TensorReader.h"
#include "onnx/onnx_pb.h"

using namespace mlir;
using namespace weft;
using namespace weft::import;

/// Unrolled loops grow the program: more steps than these are no inference that hardware could take.
static constexpr int64_t kMaxTrips = 1024;

FailureOr<Scope> GraphImporter::enterSubgraph(Node &node, const onnx::GraphProto &graph, Scope &outer) {
  Scope inner;
  inner.opsets = outer.opsets;
  inner.attributes = outer.attributes;
  inner.depth = outer.depth + 1;
  inner.prefix = (node.name() + "/").str();
  if (inner.depth > kMaxDepth)
    return node.invalid("has graphs in graphs more than " + Twine(kMaxDepth) + " deep");
  for (const std::string &name : freeNames(graph)) {
    auto it = outer.values.find(name);
    if (it == outer.values.end())
      return node.invalid("has a graph that reads '" + name + "', which nothing produces");
    (void)constantOf(it->second, name); // read once, before there are two of it
    inner.values[name] = it->second;
  }
  for (const onnx::TensorProto &tensor : graph.initializer()) {
    onnx::TensorProto copy = tensor; // a body is read once for every step
    auto constant = readTensor(&context, copy, folder);
    if (!constant)
      return node.invalid("has a graph with a broken tensor '" + tensor.name() + "': " + llvm::toString(constant.takeError()));
    inner.values[tensor.name()].constant = *constant;
  }
  if (report.status == ImportStatus::Invalid)
    return failure();
  return inner;
}

FailureOr<SmallVector<Entry>> GraphImporter::importSubgraph(Node &node, const onnx::GraphProto &graph, Scope &inner) {
  SmallVector<const onnx::NodeProto *> nodes;
  for (const auto &n : graph.node())
    nodes.push_back(&n);
  if (failed(importNodes(nodes, inner)))
    return failure();
  SmallVector<Entry> results;
  for (const auto &output : graph.output()) {
    auto it = inner.values.find(output.name());
    if (it == inner.values.end())
      return node.invalid("has a graph that does not produce its output '" + output.name() + "'");
    results.push_back(it->second);
  }
  return results;
}

void GraphImporter::setEntry(const onnx::NodeProto &proto, int output, Scope &scope, Entry entry) {
  if (output < proto.output_size() && !proto.output(output).empty())
    scope.values[proto.output(output)] = std::move(entry);
}

static Entry poisonedEntry() {
  Entry entry;
  entry.poisoned = true;
  return entry;
}

static Entry entryOf(Value value) {
  Entry entry;
  entry.value = value;
  return entry;
}

/// A scalar that is known.
static Entry numberEntry(int64_t number, Type type) {
  Entry entry;
  entry.small = SmallTensor{{}, {Dim(number)}, type};
  return entry;
}

std::optional<int64_t> GraphImporter::knownNumber(Entry &entry) {
  if (entry.small && entry.small->isKnown() && entry.small->elements.size() == 1)
    return entry.small->elements[0].factor;
  const HostTensor *c = constantOf(entry, "");
  if (!c && entry.value)
    if (auto it = constants.find(entry.value); it != constants.end())
      c = &it->second;
  return c && c->size() == 1 && c->isInteger() ? std::optional<int64_t>(c->integer(0)) : std::nullopt;
}

/// The number of an operand that constants say, through any operators.
static std::optional<int64_t> knownOperand(Node &node, unsigned i) {
  std::optional<SmallTensor> operand = node.small(i);
  return operand && operand->isKnown() && operand->elements.size() == 1 ? std::optional<int64_t>(operand->elements[0].factor) : std::nullopt;
}

//===--- If -------------------------------------------------------------------------------===//

LogicalResult GraphImporter::importIf(Node &node, const onnx::NodeProto &proto, Scope &scope) {
  const onnx::GraphProto *branches[] = {node.getGraph("else_branch"), node.getGraph("then_branch")};
  if (node.failed() || !branches[0] || !branches[1] || !node.has(0))
    return node.invalid("lacks a branch or its condition");
  std::optional<int64_t> known = knownOperand(node, 0);
  SmallVector<Entry> results[2];
  for (int side : {0, 1}) {
    if (known && side != (*known != 0))
      continue;
    FailureOr<Scope> inner = enterSubgraph(node, *branches[side], scope);
    auto made = succeeded(inner) ? importSubgraph(node, *branches[side], *inner) : FailureOr<SmallVector<Entry>>();
    if (failed(made))
      return failure();
    if (static_cast<int>(made->size()) < proto.output_size())
      return node.invalid("has a branch with " + Twine(made->size()) + " outputs, expected " + Twine(proto.output_size()));
    results[side] = std::move(*made);
  }
  for (int i = 0; i < proto.output_size(); ++i) {
    if (known) {
      setEntry(proto, i, scope, results[*known != 0][i]);
      continue;
    }
    if (results[0][i].poisoned || results[1][i].poisoned) { // its reason is in the list already
      setEntry(proto, i, scope, poisonedEntry());
      continue;
    }
    Value merged = selectEntry(node, node.input(0), results[1][i], results[0][i], proto.output(i));
    if (!merged)
      return failure();
    setEntry(proto, i, scope, entryOf(merged));
  }
  return success();
}

Value GraphImporter::selectEntry(Node &node, Value condition, Entry &yes, Entry &no, StringRef name) {
  Value a = materialize(yes, name), b = materialize(no, name);
  if (!condition || !a || !b) {
    (void)node.unsupported("its output '" + name + "' depends on a computed condition and a dynamic dimension");
    return {};
  }
  if (a == b)
    return a;
  if (a.getType() != b.getType()) {
    std::string text;
    llvm::raw_string_ostream(text) << a.getType() << " or " << b.getType();
    (void)node.unsupported("its output '" + name + "' is " + text + ", as a computed condition says; expected one type");
    return {};
  }
  condition = node.reshape(condition, ArrayRef<int64_t>());
  return node.create<nn::SelectOp>(node.elementType(a), condition, a, b);
}

//===--- Loop and Scan ------------------------------------------------------------------------===//

SmallVector<Entry> GraphImporter::readStates(const onnx::NodeProto &proto, int first, int count, Scope &scope) {
  SmallVector<Entry> states;
  for (int i = first; i < first + count; ++i) {
    Entry &entry = scope.values[proto.input(i)];
    (void)constantOf(entry, proto.input(i)); // read once, before there are two of it
    states.push_back(entry);
  }
  return states;
}

/// One more dimension of size 1 at `axis`, which may be negative.
static Value withDimension(Node &node, Value v, int64_t axis) {
  std::optional<int64_t> at = v ? node.axis(axis, node.rank(v) + 1) : std::nullopt;
  if (!at)
    return {};
  SmallVector<Dim> dims = node.symbols().dims(v);
  dims.insert(dims.begin() + *at, Dim(1));
  return node.reshapeTo(v, dims);
}

Value GraphImporter::concatSteps(Node &node, MutableArrayRef<Entry> steps, int64_t axis, StringRef name) {
  SmallVector<Value> parts;
  for (Entry &entry : steps) {
    parts.push_back(withDimension(node, materialize(entry, name), axis));
    if (!parts.back())
      return {};
  }
  if (parts.empty()) {
    (void)node.unsupported("it runs no step, so that '" + name + "' is empty");
    return {};
  }
  int64_t at = axis < 0 ? axis + node.rank(parts[0]) : axis;
  return parts.size() == 1 ? parts[0] : node.create<nn::ConcatOp>(node.elementType(parts[0]), parts, at);
}

LogicalResult GraphImporter::setSteps(Node &node, const onnx::NodeProto &proto, Scope &scope, int output, MutableArrayRef<Entry> steps,
                                      int64_t axis) {
  if (output >= proto.output_size() || proto.output(output).empty())
    return success();
  if (llvm::any_of(steps, [](const Entry &e) { return e.poisoned; })) {
    setEntry(proto, output, scope, poisonedEntry());
    return success();
  }
  Value whole = concatSteps(node, steps, axis, proto.output(output));
  if (!whole)
    return node.failed() ? failure() : node.unsupported("its output '" + proto.output(output) + "' cannot be put together");
  setEntry(proto, output, scope, entryOf(whole));
  return success();
}

LogicalResult GraphImporter::importLoop(Node &node, const onnx::NodeProto &proto, Scope &scope) {
  const onnx::GraphProto *body = node.getGraph("body");
  int states = proto.input_size() - 2;
  if (node.failed() || !body || states < 0 || body->input_size() != states + 2 || body->output_size() < states + 1)
    return node.invalid("has a body that does not fit its inputs and outputs");
  std::optional<int64_t> trips = node.has(0) ? knownOperand(node, 0) : std::optional<int64_t>(INT64_MAX);
  std::optional<int64_t> running = node.has(1) ? knownOperand(node, 1) : std::optional<int64_t>(1);
  if (!trips || !running)
    return node.needsConstant("its trip count or condition is computed; only loops with a known number of steps are unrolled", {0, 1});
  FailureOr<Scope> base = enterSubgraph(node, *body, scope);
  if (failed(base))
    return failure();
  SmallVector<Entry> state = readStates(proto, 2, states, scope);
  std::vector<SmallVector<Entry>> scanned(body->output_size() - states - 1);
  int64_t step = 0;
  for (; step < *trips && *running; ++step) {
    if (step == kMaxTrips)
      return node.unsupported("runs more than " + Twine(kMaxTrips) + " steps; longer loops are not unrolled");
    Scope inner = *base;
    inner.prefix = (node.name() + "[" + Twine(step) + "]/").str();
    inner.values[body->input(0).name()] = numberEntry(step, opBuilder.getI64Type());
    inner.values[body->input(1).name()] = numberEntry(1, opBuilder.getI1Type());
    for (int i = 0; i < states; ++i)
      inner.values[body->input(i + 2).name()] = state[i];
    auto results = importSubgraph(node, *body, inner);
    if (failed(results))
      return failure();
    if ((*results)[0].poisoned) {
      poisonOutputs(proto, scope);
      return success();
    }
    running = knownNumber((*results)[0]);
    if (!running && step + 1 < *trips)
      return node.unsupported("its condition is computed; only loops with a known number of steps are unrolled");
    running = running.value_or(1);
    for (int i = 0; i < states; ++i)
      state[i] = std::move((*results)[i + 1]);
    for (size_t i = 0; i < scanned.size(); ++i)
      scanned[i].push_back(std::move((*results)[states + 1 + i]));
  }
  for (int i = 0; i < states; ++i)
    setEntry(proto, i, scope, state[i]);
  for (size_t i = 0; i < scanned.size(); ++i)
    if (failed(setSteps(node, proto, scope, states + static_cast<int>(i), scanned[i], 0)))
      return failure();
  return success();
}

/// Entry i of an attribute that may be left out.
static int64_t entryAt(const std::optional<SmallVector<int64_t>> &list, size_t i) { return list && i < list->size() ? (*list)[i] : 0; }

/// Slice `step` of x along `axis`, without that dimension.
static Value sliceAt(Node &node, Value x, int64_t axis, int64_t step) {
  SmallVector<int64_t> starts(node.rank(x), 0), sizes(node.rank(x), -1), steps(node.rank(x), 1);
  starts[axis] = step;
  sizes[axis] = 1;
  Value part = node.create<nn::SliceOp>(node.elementType(x), x, starts, sizes, steps);
  if (!part)
    return {};
  SmallVector<Dim> dims = node.symbols().dims(part);
  dims.erase(dims.begin() + axis);
  return node.reshapeTo(part, dims);
}

namespace {
/// What a Scan goes over.
struct ScanInput {
  std::string name;
  Value value;
  int64_t axis = 0;
  bool backward = false;
};
} // namespace

/// The inputs that Scan slices, all of one length.
static LogicalResult readScanInputs(Node &node, const onnx::GraphProto &body, int states, int count, SmallVectorImpl<ScanInput> &inputs,
                                    int64_t &length) {
  auto axes = node.getInts("scan_input_axes"), directions = node.getInts("scan_input_directions");
  for (int i = 0; i < count; ++i) {
    ScanInput input{body.input(states + i).name(), node.input(states + i), 0, entryAt(directions, i) != 0};
    std::optional<int64_t> axis = input.value ? node.axis(entryAt(axes, i), node.rank(input.value)) : std::nullopt;
    if (!axis)
      return failure();
    input.axis = *axis;
    int64_t size = node.shape(input.value)[*axis];
    if (size == ShapedType::kDynamic)
      return node.unsupported("goes over a dynamic dimension; give it a value");
    if (i > 0 && size != length)
      return node.invalid("goes over " + Twine(length) + " and " + Twine(size) + " steps at once");
    length = size;
    inputs.push_back(std::move(input));
  }
  return success();
}

LogicalResult GraphImporter::importScan(Node &node, const onnx::NodeProto &proto, Scope &scope) {
  const onnx::GraphProto *body = node.getGraph("body");
  int64_t count = node.getInt("num_scan_inputs", 0), states = proto.input_size() - count, length = 0;
  if (node.opset() < 9)
    return node.unsupported("opset 8 scans batches; only the form of opset 9 and later");
  if (node.failed() || !body || count < 1 || states < 0 || body->input_size() != proto.input_size() || body->output_size() < states)
    return node.invalid("has a body that does not fit its inputs and outputs");
  SmallVector<ScanInput> inputs;
  FailureOr<Scope> base = enterSubgraph(node, *body, scope);
  if (failed(base) || failed(readScanInputs(node, *body, static_cast<int>(states), static_cast<int>(count), inputs, length)))
    return failure();
  if (length > kMaxTrips)
    return node.unsupported("runs " + Twine(length) + " steps; more than " + Twine(kMaxTrips) + " are not unrolled");
  SmallVector<Entry> state = readStates(proto, 0, static_cast<int>(states), scope);
  auto outAxes = node.getInts("scan_output_axes"), outDirections = node.getInts("scan_output_directions");
  std::vector<SmallVector<Entry>> scanned(body->output_size() - states);
  for (int64_t step = 0; step < length; ++step) {
    Scope inner = *base;
    inner.prefix = (node.name() + "[" + Twine(step) + "]/").str();
    for (int i = 0; i < states; ++i)
      inner.values[body->input(i).name()] = state[i];
    for (const ScanInput &input : inputs)
      inner.values[input.name] = entryOf(sliceAt(node, input.value, input.axis, input.backward ? length - 1 - step : step));
    auto results = node.failed() ? FailureOr<SmallVector<Entry>>() : importSubgraph(node, *body, inner);
    if (failed(results))
      return failure();
    for (int i = 0; i < states; ++i)
      state[i] = std::move((*results)[i]);
    for (size_t i = 0; i < scanned.size(); ++i)
      scanned[i].push_back(std::move((*results)[states + i]));
  }
  for (int i = 0; i < states; ++i)
    setEntry(proto, i, scope, state[i]);
  for (size_t i = 0; i < scanned.size(); ++i) {
    if (entryAt(outDirections, i) != 0)
      std::reverse(scanned[i].begin(), scanned[i].end());
    if (failed(setSteps(node, proto, scope, static_cast<int>(states + i), scanned[i], entryAt(outAxes, i))))
      return failure();
  }
  return success();
}
