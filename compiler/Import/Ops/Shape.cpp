//===- Shape.cpp - operators that move values -------------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Import/Ops/Shape.h"
#include "compiler/Import/OpTable.h"

using namespace mlir;
using namespace weft;
using namespace weft::import;

std::optional<SymbolicSplat> weft::import::repeatedConstant(const HostTensor &constant, ArrayRef<Dim> dims) {
  if (static_cast<int64_t>(dims.size()) < constant.rank() || llvm::all_of(dims, [](const Dim &d) { return d.isKnown(); }) ||
      llvm::any_of(dims, [](const Dim &d) { return d.factor < 0; }))
    return std::nullopt;
  SymbolicSplat result{SmallVector<Dim>(dims), constant.elementType()};
  if (constant.size() == 1) {
    result.value = constant.isInteger() ? static_cast<double>(constant.integer(0)) : constant.real(0);
    return result;
  }
  SmallVector<int64_t> shape(dims.size() - constant.rank(), 1);
  llvm::append_range(shape, constant.shape());
  for (auto [d, size] : llvm::zip_equal(dims, shape))
    if (d.isKnown() ? d != Dim(size) : size != 1)
      return std::nullopt;
  result.repeated = std::make_shared<const HostTensor>(constant.reshaped(shape));
  return result;
}

/// Input `i` under other dimensions: a constant stays one.
static LogicalResult setReshaped(Node &node, ArrayRef<Dim> dims) {
  if (const SymbolicSplat *splat = node.splat(0); splat && !splat->repeated)
    return node.set(0, SymbolicSplat{SmallVector<Dim>(dims), splat->elementType, splat->value});
  if (const HostTensor *c = node.constant(0u)) {
    SmallVector<int64_t> shape;
    for (const Dim &d : dims)
      shape.push_back(d.factor);
    if (llvm::all_of(dims, [](const Dim &d) { return d.isKnown() && d.factor >= 0; }) &&
        product(dims).value_or(Dim(-1)) == Dim(c->size()))
      return node.set(0, c->reshaped(shape));
    return node.invalid("reshapes " + Twine(c->size()) + " elements to dimensions of another count");
  }
  return node.set(0, node.reshapeTo(node.input(0), dims));
}

/// Replaces 0 (a copy) and −1 (the rest) of a Reshape's target.
static LogicalResult resolveTarget(Node &node, ArrayRef<Dim> from, bool allowZero, SmallVectorImpl<Dim> &target) {
  int hole = -1;
  for (auto [i, d] : llvm::enumerate(target)) {
    if (d == Dim(0) && !allowZero) {
      if (i >= from.size())
        return node.invalid("copies dimension " + Twine(i) + " of an input of rank " + Twine(from.size()));
      d = from[i];
    } else if (d == Dim(-1)) {
      if (hole >= 0)
        return node.invalid("has two dimensions of -1");
      hole = i;
    } else if (d.factor < 0) {
      return node.invalid("has a dimension of " + Twine(d.factor));
    }
  }
  if (hole < 0)
    return success();
  target[hole] = Dim(1);
  std::optional<Dim> all = product(from), rest = product(target);
  std::optional<Dim> missing = all && rest ? divideExactly(*all, *rest) : std::nullopt;
  if (!missing && all && rest && all->isKnown() && rest->isKnown())
    return node.invalid("reshapes " + Twine(all->factor) + " elements to a multiple of " + Twine(rest->factor));
  target[hole] = missing ? *missing : Dim::symbol(node.symbols().named(""));
  return success();
}

static LogicalResult buildReshape(Node &node) {
  node.ignoreAttr("consumed_inputs");
  bool allowZero = node.getInt("allowzero", 0) != 0;
  std::optional<SmallVector<Dim>> from = node.inputDims(0);
  SmallVector<Dim> target;
  if (node.opset() < 5 && !node.has(1)) {
    auto shape = node.getInts("shape").value_or(SmallVector<int64_t>());
    target.assign(shape.begin(), shape.end());
  } else if (auto shape = node.small(1); shape && shape->shape.size() == 1) {
    target = shape->elements;
  } else if (!node.failed()) {
    return node.needsConstant("its target shape '" + node.inputName(1) + "' is computed from data", 1u);
  }
  if (node.failed() || !from || failed(resolveTarget(node, *from, allowZero, target)))
    return failure();
  return setReshaped(node, target);
}

static LogicalResult buildFlatten(Node &node) {
  std::optional<SmallVector<Dim>> from = node.inputDims(0);
  int64_t axis = node.getInt("axis", 1);
  if (!from)
    return failure();
  int64_t rank = from->size();
  if (axis < -rank || axis > rank)
    return node.invalid("has axis " + Twine(axis) + " for an input of rank " + Twine(rank));
  axis += axis < 0 ? rank : 0;
  std::optional<Dim> rows = product(ArrayRef(*from).take_front(axis)), columns = product(ArrayRef(*from).drop_front(axis));
  if (!rows || !columns)
    return node.invalid("has too many elements");
  return setReshaped(node, {*rows, *columns});
}

std::optional<SmallVector<int64_t>> weft::import::readAxes(Node &node, unsigned input, int64_t rank) {
  std::optional<SmallVector<int64_t>> axes = node.getInts("axes");
  if (node.has(input))
    axes = node.ints(input, "axes");
  if (!axes)
    return std::nullopt;
  for (int64_t &a : *axes) {
    std::optional<int64_t> positive = node.axis(a, rank);
    if (!positive)
      return std::nullopt;
    a = *positive;
  }
  llvm::sort(*axes);
  if (std::adjacent_find(axes->begin(), axes->end()) != axes->end()) {
    (void)node.invalid("names an axis twice");
    return std::nullopt;
  }
  return axes;
}

static LogicalResult buildSqueeze(Node &node) {
  std::optional<SmallVector<Dim>> from = node.inputDims(0);
  if (!from)
    return failure();
  std::optional<SmallVector<int64_t>> axes = readAxes(node, 1, from->size());
  if (node.failed())
    return failure();
  SmallVector<Dim> to;
  for (auto [i, d] : llvm::enumerate(*from)) {
    bool drop = axes ? llvm::is_contained(*axes, static_cast<int64_t>(i)) : d == Dim(1);
    if (drop && d.isKnown() && d != Dim(1))
      return node.invalid("squeezes dimension " + Twine(i) + ", which is " + Twine(d.factor));
    if (!drop)
      to.push_back(d);
  }
  return setReshaped(node, to);
}

static LogicalResult buildUnsqueeze(Node &node) {
  std::optional<SmallVector<Dim>> from = node.inputDims(0);
  std::optional<SmallVector<int64_t>> raw = node.has(1) ? node.ints(1, "axes") : node.getInts("axes");
  if (!from || !raw)
    return node.invalid("has no axes");
  std::optional<SmallVector<int64_t>> axes = readAxes(node, 1, from->size() + raw->size());
  if (!axes)
    return failure();
  SmallVector<Dim> to = *from;
  for (int64_t a : *axes)
    to.insert(to.begin() + a, Dim(1));
  return setReshaped(node, to);
}

static LogicalResult buildTranspose(Node &node) {
  std::optional<SmallVector<Dim>> from = node.inputDims(0);
  if (!from)
    return failure();
  int64_t rank = from->size();
  auto perm = node.getInts("perm").value_or(llvm::to_vector(llvm::reverse(llvm::seq<int64_t>(0, rank))));
  SmallVector<int64_t> sorted = perm;
  llvm::sort(sorted);
  if (!llvm::equal(sorted, llvm::seq<int64_t>(0, rank)))
    return node.invalid("has a perm that is no permutation of " + Twine(rank) + " dimensions");
  if (const HostTensor *c = node.constant(0u))
    return node.set(0, c->transposed(perm));
  return node.set(0, node.transpose(node.input(0), perm));
}

static LogicalResult buildConcat(Node &node) {
  SmallVector<Value> inputs;
  for (unsigned i = 0; i < node.numInputs(); ++i)
    inputs.push_back(node.input(i));
  if (node.failed())
    return failure();
  std::optional<int64_t> axis = node.axis(node.getInt("axis", node.opset() < 4 ? 1 : 0), node.rank(inputs[0]));
  if (!axis)
    return failure();
  for (Value v : inputs)
    if (!v || node.elementType(v) != node.elementType(inputs[0]))
      return node.invalid("has inputs of different element types");
  if (inputs.size() == 1)
    return node.set(0, inputs[0]);
  return node.set(0, node.create<nn::ConcatOp>(node.elementType(inputs[0]), inputs, *axis));
}

static LogicalResult buildDepthToSpace(Node &node) {
  Value x = node.input(0);
  int64_t block = node.getInt("blocksize", 0);
  bool crd = node.getString("mode", "DCR") == "CRD";
  if (!x)
    return failure();
  SmallVector<Dim> d = node.symbols().dims(x);
  if (d.size() != 4 || block < 1 || block > 1024 || !d[1].isKnown() || d[1].factor % (block * block) != 0)
    return node.invalid("needs an input [N, C, H, W] with C a multiple of blocksize squared");
  int64_t depth = d[1].factor / (block * block);
  auto h = multiply(d[2], block), w = multiply(d[3], block);
  if (!h || !w)
    return node.invalid("has too many elements");
  SmallVector<Dim> split = crd ? SmallVector<Dim>{d[0], depth, block, block, d[2], d[3]}
                               : SmallVector<Dim>{d[0], block, block, depth, d[2], d[3]};
  SmallVector<int64_t> perm = crd ? SmallVector<int64_t>{0, 1, 4, 2, 5, 3} : SmallVector<int64_t>{0, 3, 4, 1, 5, 2};
  Value y = node.transpose(node.reshapeTo(x, split), perm);
  return node.set(0, node.reshapeTo(y, {d[0], Dim(depth), *h, *w}));
}

static LogicalResult buildSpaceToDepth(Node &node) {
  Value x = node.input(0);
  int64_t block = node.getInt("blocksize", 0);
  if (!x)
    return failure();
  SmallVector<Dim> d = node.symbols().dims(x);
  auto h = d.size() == 4 && block > 0 ? divideExactly(d[2], block) : std::nullopt;
  auto w = h ? divideExactly(d[3], block) : std::nullopt;
  std::optional<Dim> depth = w ? product({d[1], Dim(block), Dim(block)}) : std::nullopt;
  if (!depth)
    return node.invalid("needs an input [N, C, H, W] with H and W multiples of blocksize");
  Value y = node.transpose(node.reshapeTo(x, {d[0], d[1], *h, Dim(block), *w, Dim(block)}), {0, 3, 5, 1, 2, 4});
  return node.set(0, node.reshapeTo(y, {d[0], *depth, *h, *w}));
}

/// A constant whose copies a dynamic dimension counts; nothing for others.
static std::optional<SymbolicSplat> tiledConstant(Node &node) {
  const HostTensor *constant = node.constant(0u);
  std::optional<SmallTensor> repeats = constant ? node.small(1) : std::nullopt;
  if (!repeats || repeats->isKnown() || static_cast<int64_t>(repeats->elements.size()) != constant->rank())
    return std::nullopt;
  SmallVector<Dim> dims;
  for (auto [size, count] : llvm::zip_equal(constant->shape(), repeats->elements)) {
    std::optional<Dim> all = multiply(Dim(size), count);
    if (!all)
      return std::nullopt;
    dims.push_back(*all);
  }
  return repeatedConstant(*constant, dims);
}

/// Copies side by side, `repeats` of them along each dimension.
static LogicalResult buildTile(Node &node) {
  if (std::optional<SymbolicSplat> constant = tiledConstant(node))
    return node.set(0, *constant);
  auto repeats = node.ints(1, "repeats");
  Value x = node.input(0);
  if (!repeats || !x)
    return failure();
  if (static_cast<int64_t>(repeats->size()) != node.rank(x))
    return node.invalid("has " + Twine(repeats->size()) + " repeats for an input of rank " + Twine(node.rank(x)));
  if (llvm::any_of(*repeats, [](int64_t r) { return r < 0 || r > (int64_t(1) << 31); }))
    return node.invalid("has negative or huge repeats");
  SmallVector<Dim> dims = node.symbols().dims(x), split, to;
  SmallVector<int64_t> wide;
  for (auto [d, r] : llvm::zip(dims, *repeats)) {
    std::optional<Dim> all = multiply(d, Dim(r));
    if (!all)
      return node.invalid("has too many elements");
    to.push_back(*all);
    if (r != 1) { // a dimension of copies before it
      split.push_back(Dim(1));
      wide.push_back(r);
    }
    split.push_back(d);
    wide.push_back(d.isKnown() ? d.factor : -1);
  }
  if (split.size() == dims.size())
    return node.forward(0, 0);
  Value copies = node.create<nn::BroadcastOp>(node.elementType(x), node.reshapeTo(x, split), wide);
  return node.set(0, node.reshapeTo(copies, to));
}

void weft::import::registerShapeOps(OpTable &table) {
  table.add("Reshape", buildReshape, 1, 2);
  table.add("Flatten", buildFlatten, 1, 1);
  table.add("Squeeze", buildSqueeze, 1, 2);
  table.add("Unsqueeze", buildUnsqueeze, 1, 2);
  table.add("Transpose", buildTranspose, 1, 1);
  table.add("Concat", buildConcat, 1, OpTable::kVariadic);
  table.add("DepthToSpace", buildDepthToSpace, 1, 1);
  table.add("SpaceToDepth", buildSpaceToDepth, 1, 1);
  table.add("Tile", buildTile, 2, 2);
}
