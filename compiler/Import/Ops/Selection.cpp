//===- Selection.cpp - operators whose result is as long as its values say -------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
//
// NonZero, Unique, Compress and NonMaxSuppression: shapes are known when weft compiles, so what decides about the length must be
// constant, and then the selection is made here.
//
//===-------------------------------------------------------------------------===//
#include "compiler/Import/OpTable.h"
#include "compiler/Import/Ops/BoxSelection.h"
#include <map>
#include <numeric>

using namespace mlir;
using namespace weft;
using namespace weft::import;

static HostTensor listOf(Node &node, ArrayRef<int64_t> values) {
  return HostTensor::ofIntegers(RankedTensorType::get({static_cast<int64_t>(values.size())}, node.builder().getI64Type()), values);
}

/// The operand, which must be constant as the result's shape depends on it.
static std::optional<HostTensor> decisive(Node &node, unsigned i) {
  std::optional<HostTensor> value = node.parameter(i);
  if (!value && !node.failed())
    (void)node.needsConstant("the shape of its result depends on the values of '" + node.inputName(i) + "', which are computed", i);
  return value;
}

/// Coordinates [rank, count] of the elements that are not 0, in row-major order.
static LogicalResult buildNonZero(Node &node) {
  std::optional<HostTensor> x = decisive(node, 0);
  if (!x)
    return failure();
  SmallVector<int64_t> found;
  for (int64_t i = 0, n = x->size(); i < n; ++i)
    if (x->isInteger() ? x->integer(i) != 0 : x->real(i) != 0)
      found.push_back(i);
  SmallVector<int64_t> coordinates;
  for (int64_t d = 0, inner = x->size(); d < x->rank(); ++d) {
    inner /= std::max<int64_t>(x->shape()[d], 1);
    for (int64_t i : found)
      coordinates.push_back(i / inner % x->shape()[d]);
  }
  auto type = RankedTensorType::get({x->rank(), static_cast<int64_t>(found.size())}, node.builder().getI64Type());
  return node.set(0, HostTensor::ofIntegers(type, coordinates));
}

/// Slices of the input along an axis, or its elements, whose condition holds.
static LogicalResult buildCompress(Node &node) {
  std::optional<HostTensor> condition = decisive(node, 1);
  Value x = node.input(0);
  if (!condition || !x)
    return failure();
  int64_t axis = 0;
  if (node.hasAttr("axis")) {
    std::optional<int64_t> given = node.axis(node.getInt("axis", 0), node.rank(x));
    if (!given)
      return failure();
    axis = *given;
  } else {
    std::optional<Dim> all = product(node.symbols().dims(x));
    if (!all)
      return node.invalid("has too many elements");
    x = node.reshapeTo(x, {*all});
  }
  SmallVector<int64_t> kept;
  for (int64_t i = 0, n = condition->size(); i < n; ++i)
    if (condition->integer(i))
      kept.push_back(i);
  if (!x)
    return failure();
  if (int64_t size = node.shape(x)[axis]; size != ShapedType::kDynamic && !kept.empty() && kept.back() >= size)
    return node.invalid("keeps element " + Twine(kept.back()) + " of " + Twine(size));
  Value indices = node.makeConstant(listOf(node, kept), node.name());
  return node.set(0, node.create<nn::GatherOp>(node.elementType(x), x, indices, axis));
}

namespace {
/// A constant as [outer, length, inner] around an axis: lines are compared element by element.
struct Lines {
  const HostTensor &x;
  int64_t outer = 1, length = 1, inner = 1;

  Lines(const HostTensor &x, std::optional<int64_t> axis) : x(x) {
    if (!axis) {
      length = x.size();
      return;
    }
    length = x.shape()[*axis];
    for (int64_t d = 0; d < x.rank(); ++d)
      (d < *axis ? outer : inner) *= d == *axis ? 1 : x.shape()[d];
  }
  /// Line `i` as numbers that are ordered as its elements are.
  std::vector<double> reals(int64_t i) const { return collect<double>(i, [&](int64_t at) { return x.real(at); }); }
  std::vector<int64_t> integers(int64_t i) const { return collect<int64_t>(i, [&](int64_t at) { return x.integer(at); }); }

private:
  template <typename T, typename F> std::vector<T> collect(int64_t i, F read) const {
    std::vector<T> values;
    for (int64_t o = 0; o < outer; ++o)
      for (int64_t k = 0; k < inner; ++k)
        values.push_back(read((o * length + i) * inner + k));
    return values;
  }
};

/// First occurrence and count of each distinct line, and which of them each line is.
struct Distinct {
  SmallVector<int64_t> first, counts, inverse;
};
} // namespace

template <typename T> static Distinct findDistinct(ArrayRef<std::vector<T>> lines, bool sorted) {
  std::map<std::vector<T>, int64_t> known;
  Distinct result;
  for (auto [i, line] : llvm::enumerate(lines)) {
    auto [it, isNew] = known.try_emplace(line, result.first.size());
    if (isNew) {
      result.first.push_back(i);
      result.counts.push_back(0);
    }
    ++result.counts[it->second];
    result.inverse.push_back(it->second);
  }
  if (!sorted)
    return result;
  Distinct ordered;
  SmallVector<int64_t> place(result.first.size());
  for (auto &[line, index] : known) {
    place[index] = ordered.first.size();
    ordered.first.push_back(result.first[index]);
    ordered.counts.push_back(result.counts[index]);
  }
  for (int64_t index : result.inverse)
    ordered.inverse.push_back(place[index]);
  return ordered;
}

static Distinct findDistinct(const Lines &lines, bool sorted) {
  std::vector<std::vector<double>> reals;
  std::vector<std::vector<int64_t>> integers;
  for (int64_t i = 0; i < lines.length; ++i)
    if (lines.x.isInteger())
      integers.push_back(lines.integers(i));
    else
      reals.push_back(lines.reals(i));
  return lines.x.isInteger() ? findDistinct<int64_t>(integers, sorted) : findDistinct<double>(reals, sorted);
}

static LogicalResult buildUnique(Node &node) {
  bool sorted = node.getInt("sorted", 1) != 0;
  std::optional<HostTensor> x = decisive(node, 0);
  if (!x)
    return failure();
  std::optional<int64_t> axis;
  if (node.hasAttr("axis") && !(axis = node.axis(node.getInt("axis", 0), x->rank())))
    return failure();
  if (x->firstNonFinite() >= 0)
    return node.unsupported("compares values of which some are NaN or infinite");
  Distinct found = findDistinct(Lines(*x, axis), sorted);
  for (auto [output, list] : {std::pair(1u, &found.first), {2u, &found.inverse}, {3u, &found.counts}})
    if (node.hasOutput(output) && failed(node.set(output, listOf(node, *list))))
      return failure();
  if (!node.hasOutput(0))
    return success();
  Value data = node.makeConstant(axis ? *x : x->reshaped({x->size()}), node.name());
  Value rows = node.makeConstant(listOf(node, found.first), node.name());
  return node.set(0, node.create<nn::GatherOp>(x->elementType(), data, rows, axis.value_or(0)));
}

/// Operand i as one number, or what stands for it where it is left out.
static double number(Node &node, unsigned i, double otherwise) {
  if (!node.has(i))
    return otherwise;
  std::optional<HostTensor> value = decisive(node, i);
  if (value && value->size() == 1)
    return value->real(0);
  if (value)
    (void)node.invalid("has a list as '" + node.inputName(i) + "', expected one number");
  return otherwise;
}

static LogicalResult buildNonMaxSuppression(Node &node) {
  BoxSelection selection;
  selection.centered = node.getInt("center_point_box", 0) != 0;
  std::optional<HostTensor> boxes = decisive(node, 0), scores = boxes ? decisive(node, 1) : std::nullopt;
  selection.limit = static_cast<int64_t>(std::clamp(number(node, 2, 0), 0.0, 1e9));
  selection.overlap = number(node, 3, 0);
  selection.leastScore = number(node, 4, -std::numeric_limits<double>::infinity());
  if (!boxes || !scores || node.failed())
    return failure();
  if (boxes->rank() != 3 || scores->rank() != 3 || boxes->shape()[2] != 4 || boxes->shape()[0] != scores->shape()[0] ||
      boxes->shape()[1] != scores->shape()[2])
    return node.invalid("needs boxes [batch, n, 4] and scores [batch, classes, n]");
  SmallVector<int64_t> chosen = selectBoxes(selection, *boxes, *scores);
  auto type = RankedTensorType::get({static_cast<int64_t>(chosen.size()) / 3, 3}, node.builder().getI64Type());
  return node.set(0, HostTensor::ofIntegers(type, chosen));
}

void weft::import::registerSelectionOps(OpTable &table) {
  table.add("Compress", buildCompress, 2, 2);
  table.add("NonMaxSuppression", buildNonMaxSuppression, 2, 5);
  table.add("NonZero", buildNonZero, 1, 1);
  table.add("Unique", buildUnique, 1, 1);
}
