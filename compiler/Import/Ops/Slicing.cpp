//===- Slicing.cpp - Slice, Split, Pad -----------------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Import/Ops/Slicing.h"
#include "compiler/Import/OpTable.h"

using namespace mlir;
using namespace weft;
using namespace weft::import;

/// ONNX's clamping of starts and ends, for a known dimension.
static SliceRange clampRange(int64_t size, int64_t start, int64_t end, int64_t step) {
  auto wrap = [&](int64_t i) { return i < 0 ? i + size : i; };
  if (step > 0) {
    start = std::clamp<int64_t>(wrap(start), 0, size);
    end = std::clamp<int64_t>(wrap(end), 0, size);
  } else {
    start = std::clamp<int64_t>(wrap(start), 0, std::max<int64_t>(size - 1, 0));
    end = std::clamp<int64_t>(wrap(end), -1, size - 1);
  }
  int64_t span = step > 0 ? end - start : start - end;
  // Steps may be as long as INT64_MIN; then there is one element at most.
  int64_t stride = step == std::numeric_limits<int64_t>::min() ? std::numeric_limits<int64_t>::max() : std::abs(step);
  int64_t count = span <= 0 ? 0 : (span - 1) / stride + 1;
  if (count == 0)
    return {0, 0, 1};
  return {start, count, count == 1 ? 1 : step};
}

static std::optional<SliceRange> rangeOf(Node &node, const Dim &size, const Dim &start, const Dim &end, int64_t step) {
  if (step == 0) {
    (void)node.invalid("has a step of 0");
    return std::nullopt;
  }
  constexpr int64_t far = std::numeric_limits<int32_t>::max();
  if (size.isKnown() && start.isKnown() && end.isKnown())
    return clampRange(size.factor, start.factor, end.factor, step);
  bool toEnd = end == size || (end.isKnown() && end.factor >= far);
  if (start == Dim(0) && toEnd && step == 1)
    return SliceRange{0, size.isKnown() ? size.factor : -1, 1};
  (void)node.unsupported("takes a part of a dynamic dimension; give that dimension a value");
  return std::nullopt;
}

/// One of the lists; those of operands may be symbolic.
static std::optional<SmallVector<Dim>> readList(Node &node, StringRef name, unsigned input) {
  if (node.opset() < 10) {
    auto list = node.getInts(name);
    if (!list)
      return std::nullopt;
    return SmallVector<Dim>(list->begin(), list->end());
  }
  if (!node.has(input))
    return std::nullopt;
  std::optional<SmallTensor> small = node.small(input);
  if (small && small->shape.size() <= 1)
    return SmallVector<Dim>(small->elements);
  if (!node.failed())
    (void)node.needsConstant("its " + name + " '" + node.inputName(input) + "' are computed, expected constants", input);
  return std::nullopt;
}

std::optional<SmallVector<SliceRange>> weft::import::readSlice(Node &node, ArrayRef<Dim> dims) {
  auto starts = readList(node, "starts", 1), ends = readList(node, "ends", 2), axes = readList(node, "axes", 3),
       steps = readList(node, "steps", 4);
  if (node.failed())
    return std::nullopt;
  size_t n = starts ? starts->size() : 0;
  if (!starts || !ends || ends->size() != n || (axes && axes->size() != n) || (steps && steps->size() != n)) {
    (void)node.invalid("has starts, ends, axes and steps of different lengths");
    return std::nullopt;
  }
  SmallVector<SliceRange> ranges;
  for (const Dim &d : dims)
    ranges.push_back({0, d.isKnown() ? d.factor : -1, 1});
  for (size_t i = 0; i < n; ++i) {
    Dim axisDim = axes ? (*axes)[i] : Dim(i), step = steps ? (*steps)[i] : Dim(1);
    if (!axisDim.isKnown() || !step.isKnown()) {
      (void)node.unsupported("its axes or steps depend on a dynamic dimension");
      return std::nullopt;
    }
    auto axis = node.axis(axisDim.factor, dims.size());
    auto range = axis ? rangeOf(node, dims[*axis], (*starts)[i], (*ends)[i], step.factor) : std::nullopt;
    if (!range)
      return std::nullopt;
    ranges[*axis] = *range;
  }
  return ranges;
}

static Value slice(Node &node, Value x, ArrayRef<SliceRange> ranges) {
  SmallVector<int64_t> starts, sizes, steps;
  for (const SliceRange &r : ranges) {
    starts.push_back(r.start);
    sizes.push_back(r.size);
    steps.push_back(r.step);
  }
  return node.create<nn::SliceOp>(node.elementType(x), x, starts, sizes, steps);
}

/// Of a constant that repeats along dynamic dimensions, which stay whole: the states of one of several layers.
static SymbolicSplat slice(const SymbolicSplat &x, ArrayRef<SliceRange> ranges) {
  SymbolicSplat part = x;
  SmallVector<int64_t> starts, sizes, steps;
  for (auto [d, range] : llvm::zip_equal(part.dims, ranges)) {
    starts.push_back(range.start);
    sizes.push_back(d.isKnown() ? range.size : 1);
    steps.push_back(range.step);
    if (d.isKnown())
      d = Dim(range.size);
  }
  if (x.repeated)
    part.repeated = std::make_shared<const HostTensor>(x.repeated->sliced(starts, sizes, steps));
  return part;
}

static LogicalResult buildSlice(Node &node) {
  std::optional<SmallVector<Dim>> dims = node.inputDims(0);
  if (!dims)
    return failure();
  auto ranges = readSlice(node, *dims);
  if (!ranges)
    return failure();
  if (const SymbolicSplat *splat = node.splat(0))
    return node.set(0, slice(*splat, *ranges));
  return node.set(0, slice(node, node.input(0), *ranges));
}

/// The lengths of Split's parts.
static std::optional<SmallVector<int64_t>> readParts(Node &node, int64_t size) {
  std::optional<SmallVector<int64_t>> parts = node.getInts("split");
  if (node.has(1))
    parts = node.ints(1, "lengths");
  int64_t count = node.getInt("num_outputs", node.numOutputs());
  if (node.failed())
    return std::nullopt;
  if (!parts) {
    if (count < 1 || count != node.numOutputs()) {
      (void)node.invalid("has num_outputs " + Twine(count) + " and " + Twine(node.numOutputs()) + " outputs");
      return std::nullopt;
    }
    parts.emplace();
    int64_t chunk = (size + count - 1) / count;
    for (int64_t left = size; count > 0; --count, left -= chunk)
      parts->push_back(std::clamp<int64_t>(left, 0, chunk));
  }
  int64_t sum = 0;
  for (int64_t p : *parts)
    sum = p < 0 || p > size ? size + 1 : std::min(sum + p, size + 1);
  if (sum != size || parts->size() != node.numOutputs()) {
    (void)node.invalid("splits " + Twine(size) + " elements into parts that do not add up to as many");
    return std::nullopt;
  }
  return parts;
}

static LogicalResult buildSplit(Node &node) {
  std::optional<SmallVector<Dim>> dims = node.inputDims(0);
  int64_t given = node.getInt("axis", 0);
  std::optional<int64_t> axis = dims ? node.axis(given, dims->size()) : std::nullopt;
  if (!axis)
    return failure();
  if (!(*dims)[*axis].isKnown())
    return node.needsConstant("splits a dynamic dimension; give that dimension a value", 0u);
  auto parts = readParts(node, (*dims)[*axis].factor);
  Value x = node.input(0);
  if (!parts || !x)
    return failure();
  int64_t start = 0;
  for (auto [i, part] : llvm::enumerate(*parts)) {
    SmallVector<SliceRange> ranges;
    for (const Dim &d : *dims)
      ranges.push_back({0, d.isKnown() ? d.factor : -1, 1});
    ranges[*axis] = {part == 0 ? 0 : start, part, 1};
    start += part;
    if (node.hasOutput(i) && failed(node.set(i, slice(node, x, ranges))))
      return failure();
  }
  return success();
}

/// All begins, then all ends, for every dimension of the input.
static std::optional<SmallVector<int64_t>> readPads(Node &node, int64_t rank) {
  auto given = node.opset() < 2 ? node.getInts("paddings") : node.getInts("pads");
  if (node.has(1))
    given = node.ints(1, "pads");
  if (node.failed())
    return std::nullopt;
  SmallVector<int64_t> axes = llvm::to_vector(llvm::seq<int64_t>(0, rank));
  if (node.has(3)) {
    auto listed = node.ints(3, "axes");
    if (!listed)
      return std::nullopt;
    axes.clear();
    for (int64_t a : *listed) {
      auto axis = node.axis(a, rank);
      if (!axis)
        return std::nullopt;
      axes.push_back(*axis);
    }
  }
  if (!given || given->size() != 2 * axes.size()) {
    (void)node.invalid("has " + Twine(given ? given->size() : 0) + " pads, expected " + Twine(2 * axes.size()));
    return std::nullopt;
  }
  SmallVector<int64_t> pads(2 * rank, 0);
  for (size_t i = 0; i < axes.size(); ++i) {
    pads[axes[i]] = (*given)[i];
    pads[axes[i] + rank] = (*given)[i + axes.size()];
  }
  for (int64_t p : pads)
    if (std::abs(p) > (int64_t(1) << 30)) {
      (void)node.invalid("has a pad of " + Twine(p));
      return std::nullopt;
    }
  return pads;
}

static std::optional<nn::PadMode> readPadMode(Node &node) {
  StringRef mode = node.getString("mode", "constant");
  if (auto kind = nn::symbolizePadMode(mode))
    return kind;
  (void)node.invalid("has mode '" + mode + "', expected constant, reflect, edge or wrap");
  return std::nullopt;
}

/// Negative pads cut off; nn.pad only adds.
static Value cutNegative(Node &node, Value x, MutableArrayRef<int64_t> low, MutableArrayRef<int64_t> high) {
  if (!x || (llvm::all_of(low, [](int64_t p) { return p >= 0; }) && llvm::all_of(high, [](int64_t p) { return p >= 0; })))
    return x;
  SmallVector<SliceRange> ranges;
  for (int64_t i = 0; i < node.rank(x); ++i) {
    int64_t size = node.shape(x)[i], begin = std::max<int64_t>(-low[i], 0), end = std::max<int64_t>(-high[i], 0);
    if (begin + end > 0 && (size == ShapedType::kDynamic || begin + end >= size)) {
      (void)node.unsupported("cuts " + Twine(begin + end) + " elements off dimension " + Twine(i) +
                             ", which is dynamic or not larger");
      return {};
    }
    ranges.push_back({begin, size == ShapedType::kDynamic ? -1 : size - begin - end, 1});
    low[i] = std::max<int64_t>(low[i], 0);
    high[i] = std::max<int64_t>(high[i], 0);
  }
  return slice(node, x, ranges);
}

static LogicalResult buildPad(Node &node) {
  double value = node.opset() < 11 ? node.getFloat("value", 0) : 0;
  std::optional<nn::PadMode> mode = readPadMode(node);
  if (node.has(2)) {
    std::optional<HostTensor> c = node.parameter(2);
    if (node.failed())
      return failure();
    if (!c || c->size() != 1)
      return node.needsConstant("its value '" + node.inputName(2) + "' is computed, expected a constant", 2u);
    value = c->real(0);
  }
  Value x = node.input(0);
  std::optional<SmallVector<int64_t>> pads = mode && x ? readPads(node, node.rank(x)) : std::nullopt;
  if (!pads)
    return failure();
  SmallVector<int64_t> low(pads->begin(), pads->begin() + node.rank(x)), high(pads->begin() + node.rank(x), pads->end());
  if (llvm::all_of(*pads, [](int64_t p) { return p == 0; }))
    return node.forward(0, 0);
  x = cutNegative(node, x, low, high);
  for (int64_t i = 0; i < node.rank(x) && *mode == nn::PadMode::reflect; ++i)
    if (int64_t size = node.shape(x)[i]; size != ShapedType::kDynamic && std::max(low[i], high[i]) >= size)
      return node.invalid("reflects " + Twine(std::max(low[i], high[i])) + " elements of a dimension of " + Twine(size));
  return node.set(0, x ? node.create<nn::PadOp>(node.elementType(x), x, low, high, *mode, APFloat(value)) : Value());
}

/// Dimensions cut or padded with zeros to given sizes, around the middle.
static LogicalResult buildCenterCropPad(Node &node) {
  Value x = node.input(0);
  std::optional<SmallVector<int64_t>> sizes = node.ints(1, "sizes"), listed = node.getInts("axes");
  if (!x || !sizes)
    return failure();
  SmallVector<int64_t> axes = listed ? *listed : llvm::to_vector(llvm::seq<int64_t>(0, node.rank(x)));
  if (axes.size() != sizes->size())
    return node.invalid("has " + Twine(sizes->size()) + " sizes for " + Twine(axes.size()) + " axes");
  SmallVector<int64_t> low(node.rank(x), 0), high = low;
  SmallVector<SliceRange> ranges;
  for (int64_t d : node.shape(x))
    ranges.push_back({0, d == ShapedType::kDynamic ? -1 : d, 1});
  for (auto [given, size] : llvm::zip(axes, *sizes)) {
    std::optional<int64_t> axis = node.axis(given, node.rank(x));
    if (!axis)
      return failure();
    int64_t have = node.shape(x)[*axis];
    if (have == ShapedType::kDynamic)
      return node.unsupported("cuts or pads a dynamic dimension; give that dimension a value");
    if (size < 0 || size > (int64_t(1) << 30))
      return node.invalid("has a size of " + Twine(size));
    if (size <= have)
      ranges[*axis] = {size == 0 ? 0 : (have - size) / 2, size, 1};
    low[*axis] = std::max<int64_t>((size - have) / 2, 0);
    high[*axis] = std::max<int64_t>(size - have, 0) - low[*axis];
  }
  Value cut = slice(node, x, ranges);
  return node.set(0, cut ? node.create<nn::PadOp>(node.elementType(x), cut, low, high, nn::PadMode::constant, APFloat(0.0)) : Value());
}

void weft::import::registerSlicingOps(OpTable &table) {
  table.add("CenterCropPad", buildCenterCropPad, 2, 2);
  table.add("Slice", buildSlice, 1, 5);
  table.add("Split", buildSplit, 1, 2);
  table.add("Pad", buildPad, 1, 4);
}
