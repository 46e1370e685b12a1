//===- Counting.cpp - Hardmax, OneHot, EyeLike, Trilu, ReverseSequence -----------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Import/Ops/Counting.h"
#include "compiler/Import/OpTable.h"
#include "compiler/Import/TensorReader.h"

using namespace mlir;
using namespace weft;
using namespace weft::import;
using nn::BinaryKind;

Value weft::import::countAlong(Node &node, int64_t length, int64_t axis, int64_t rank, Type element) {
  constexpr int64_t kMost = int64_t(1) << 26;
  if (length < 0 || length > kMost) {
    (void)node.unsupported("counts " + Twine(length) + " positions of a dimension, expected at most " + Twine(kMost));
    return {};
  }
  SmallVector<int64_t> shape(rank, 1);
  shape[axis] = length;
  auto values = llvm::to_vector(llvm::seq<int64_t>(0, length));
  auto type = RankedTensorType::get(shape, element ? element : node.builder().getI64Type());
  if (isa<FloatType>(type.getElementType()))
    return node.makeConstant(HostTensor::ofDoubles(type, SmallVector<double>(values.begin(), values.end())), node.name());
  return node.makeConstant(HostTensor::ofIntegers(type, values), node.name());
}

Value weft::import::trueLike(Node &node, Value x) {
  if (!x)
    return {};
  if (node.type(x).hasStaticShape())
    return node.makeSplat(node.shape(x), node.builder().getI1Type(), 1);
  Value some = node.binary(BinaryKind::equal, x, x); // false for NaN
  return node.binary(BinaryKind::logical_or, some, node.unary(nn::UnaryKind::logical_not, some));
}

Value weft::import::coordinateAlong(Node &node, Value x, int64_t axis) {
  if (!x)
    return {};
  if (!node.type(x).isDynamicDim(axis))
    return countAlong(node, node.shape(x)[axis], axis, node.rank(x));
  Type i64 = node.builder().getI64Type();
  return node.create<nn::ScanOp>(i64, node.convert(trueLike(node, x), i64), nn::ScanKind::sum, axis, /*exclusive=*/true, /*reverse=*/false);
}

std::optional<int64_t> weft::import::knownSize(Node &node, Value x, int64_t axis) {
  if (x && !node.type(x).isDynamicDim(axis))
    return node.shape(x)[axis];
  if (x)
    (void)node.unsupported("needs the size of dimension " + Twine(axis) + ", which is dynamic; give that dimension a value");
  return std::nullopt;
}

/// 1 at the first greatest element along an axis. Before opset 13 the dimensions from `axis` on are one.
static LogicalResult buildHardmax(Node &node) {
  bool flattens = node.opset() < 13;
  int64_t given = node.getInt("axis", flattens ? 1 : -1);
  Value x = node.input(0);
  std::optional<int64_t> axis = x ? node.axis(given, node.rank(x)) : std::nullopt;
  if (!axis)
    return failure();
  SmallVector<Dim> dims = node.symbols().dims(x);
  if (flattens && *axis != node.rank(x) - 1) {
    std::optional<Dim> rows = product(ArrayRef(dims).take_front(*axis)), columns = product(ArrayRef(dims).drop_front(*axis));
    if (!rows || !columns)
      return node.invalid("has too many elements");
    x = node.reshapeTo(x, {*rows, *columns});
    axis = 1;
  }
  Value greatest = node.create<nn::ArgReduceOp>(node.builder().getI64Type(), x, *axis, /*keepdims=*/true, /*is_max=*/true, /*select_last=*/false);
  if (!greatest)
    return failure();
  Value hot = node.convert(node.binary(BinaryKind::equal, coordinateAlong(node, x, *axis), greatest), node.elementType(x));
  return node.set(0, node.reshapeTo(hot, dims));
}

/// Element `i` of a list of two, as a scalar.
static Value pick(Node &node, Value pair, int64_t i) {
  Value one = node.create<nn::SliceOp>(node.elementType(pair), pair, ArrayRef<int64_t>{i}, ArrayRef<int64_t>{1}, ArrayRef<int64_t>{1});
  return node.reshape(one, {});
}

static std::optional<int64_t> readDepth(Node &node) {
  std::optional<HostTensor> depth = node.parameter(1);
  if (node.failed())
    return std::nullopt;
  if (!depth || depth->size() != 1) {
    (void)node.needsConstant("its depth '" + node.inputName(1) + "' is computed, expected a constant", 1u);
    return std::nullopt;
  }
  int64_t value = depth->integer(0);
  if (value >= 1 && value <= (int64_t(1) << 24))
    return value;
  (void)node.invalid("has depth " + Twine(value) + ", expected 1 to 2^24");
  return std::nullopt;
}

static LogicalResult buildOneHot(Node &node) {
  int64_t given = node.getInt("axis", -1);
  std::optional<int64_t> depth = readDepth(node);
  Value indices = node.input(0), values = node.input(2);
  if (!depth || node.failed())
    return failure();
  if (node.rank(values) != 1 || (node.shape(values)[0] != 2 && node.shape(values)[0] != ShapedType::kDynamic))
    return node.invalid("has values that are no list of two");
  std::optional<int64_t> axis = node.axis(given, node.rank(indices) + 1);
  if (!axis)
    return failure();
  Type i64 = node.builder().getI64Type();
  indices = node.convert(indices, i64);
  SmallVector<Dim> dims = node.symbols().dims(indices);
  dims.insert(dims.begin() + *axis, Dim(1));
  Value places = node.reshapeTo(indices, dims);
  Value wrapped = node.binary(BinaryKind::add, places, node.makeSplat({}, i64, static_cast<double>(*depth)));
  Value isNegative = node.binary(BinaryKind::less, places, node.makeSplat({}, i64, 0));
  places = node.create<nn::SelectOp>(i64, isNegative, wrapped, places);
  Value hot = node.binary(BinaryKind::equal, places, countAlong(node, *depth, *axis, dims.size()));
  return node.set(0, node.create<nn::SelectOp>(node.elementType(values), hot, pick(node, values, 1), pick(node, values, 0)));
}

/// A constant of the shape of the operand: ones on the diagonal k.
static LogicalResult buildEyeLike(Node &node) {
  int64_t k = node.getInt("k", 0);
  std::optional<SmallVector<Dim>> dims = node.inputDims(0);
  Type element = node.elementTypeOf(0);
  if (node.hasAttr("dtype"))
    element = elementTypeOf(node.builder().getContext(), static_cast<int32_t>(node.getInt("dtype", 1)));
  if (!dims || node.failed())
    return failure();
  if (!element)
    return node.unsupported("its dtype is none that weft has");
  if (dims->size() != 2)
    return node.invalid("has an input of rank " + Twine(dims->size()) + ", expected a matrix");
  if (!(*dims)[0].isKnown() || !(*dims)[1].isKnown())
    return node.unsupported("its size is dynamic; give that dimension a value");
  int64_t rows = (*dims)[0].factor, columns = (*dims)[1].factor;
  if (safeElementCount({rows, columns}) > (int64_t(1) << 28))
    return node.invalid("has more than 2^28 elements");
  SmallVector<int64_t> ones(rows * columns, 0);
  for (int64_t i = 0; i < rows; ++i)
    if (int64_t j = i + k; j >= 0 && j < columns)
      ones[i * columns + j] = 1;
  auto type = RankedTensorType::get({rows, columns}, element);
  if (isa<IntegerType>(element))
    return node.set(0, HostTensor::ofIntegers(type, ones));
  return node.set(0, HostTensor::ofDoubles(type, SmallVector<double>(ones.begin(), ones.end())));
}

/// The triangle on one side of the diagonal k, zeros elsewhere.
static LogicalResult buildTrilu(Node &node) {
  bool upper = node.getInt("upper", 1) != 0;
  int64_t k = 0;
  if (node.has(1)) {
    auto list = node.ints(1, "diagonal");
    if (!list)
      return failure();
    if (list->size() != 1)
      return node.invalid("has " + Twine(list->size()) + " diagonals, expected one");
    k = std::clamp<int64_t>((*list)[0], -(int64_t(1) << 40), int64_t(1) << 40);
  }
  Value x = node.input(0);
  if (!x)
    return failure();
  if (node.rank(x) < 2)
    return node.invalid("has an input of rank " + Twine(node.rank(x)) + ", expected a matrix or more");
  Value row = coordinateAlong(node, x, node.rank(x) - 2), column = coordinateAlong(node, x, node.rank(x) - 1);
  Value edge = node.binary(BinaryKind::add, row, node.makeSplat({}, node.builder().getI64Type(), static_cast<double>(k)));
  Value kept = node.binary(upper ? BinaryKind::greater_equal : BinaryKind::less_equal, column, edge);
  return node.set(0, node.create<nn::SelectOp>(node.elementType(x), kept, x, node.makeSplat({}, node.elementType(x), 0)));
}

/// The first elements of each line along the time axis, as many as its length says, backward.
static LogicalResult buildReverseSequence(Node &node) {
  int64_t time = node.getInt("time_axis", 0), batch = node.getInt("batch_axis", 1);
  Value x = node.input(0), lengths = node.input(1);
  if (node.failed())
    return failure();
  if (std::min(time, batch) != 0 || std::max(time, batch) != 1 || node.rank(x) < 2 || node.rank(lengths) != 1)
    return node.invalid("needs the time and batch axes 0 and 1, in any order, and a list of lengths");
  auto perm = llvm::to_vector(llvm::seq<int64_t>(0, node.rank(x)));
  if (time == 0)
    std::swap(perm[0], perm[1]);
  Value rows = node.transpose(x, perm); // [batch, time, …]
  std::optional<int64_t> steps = knownSize(node, rows, 1);
  if (!steps)
    return failure();
  Type i64 = node.builder().getI64Type();
  SmallVector<Dim> column = node.symbols().dims(lengths);
  column.push_back(Dim(1));
  Value length = node.reshapeTo(node.convert(lengths, i64), column), step = countAlong(node, *steps, 1, 2);
  Value last = node.binary(BinaryKind::sub, length, node.makeSplat({}, i64, 1));
  Value source = node.create<nn::SelectOp>(i64, node.binary(BinaryKind::less, step, length), node.binary(BinaryKind::sub, last, step), step);
  if (!source)
    return failure();
  SmallVector<Dim> tuples = node.symbols().dims(source);
  tuples.push_back(Dim(1));
  Value read = node.create<nn::GatherNdOp>(node.elementType(x), rows, node.reshapeTo(source, tuples), int64_t(1));
  return node.set(0, node.transpose(read, perm));
}

void weft::import::registerCountingOps(OpTable &table) {
  table.add("Hardmax", buildHardmax, 1, 1);
  table.add("OneHot", buildOneHot, 3, 3);
  table.add("EyeLike", buildEyeLike, 1, 1);
  table.add("Trilu", buildTrilu, 1, 2);
  table.add("ReverseSequence", buildReverseSequence, 2, 2);
}
