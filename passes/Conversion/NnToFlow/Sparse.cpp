//===- Sparse.cpp - weights with a mask ---------------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "passes/Conversion/NnToFlow/Lowering.h"
#include "passes/Conversion/NnToFlow/MaskGroups.h"

#include "runtime/reference/Masks.h"

#include <algorithm>

using namespace mlir;
using namespace weft;
using namespace weft::conversion;
using reference::Tensor;

namespace {

/// The tables of a sparse unit: of each memory the row it begins with (or reads), and of each edge the column of the weight.
struct UnitTables {
  Tensor starts{reference::ElementType::integer(32, false), {1, 1}};
  std::optional<Tensor> lanes;
  std::vector<int64_t> columnOfEdge;
};

Tensor unsignedTensor(reference::Shape shape, std::vector<int64_t> values, int64_t count) {
  unsigned bits = 1;
  while ((int64_t(1) << bits) < count)
    ++bits;
  return Tensor::ofIntegers(reference::ElementType::integer(bits, false), std::move(shape), std::move(values));
}

/// Start rows of lanes become those of the memories that the lanes read. Where all lanes of a row of the interleaver feed the same output, their
/// order does not matter: lane m is memory m, and no dither is left.
class TableBuilder {
public:
  TableBuilder(const reference::Interleaver &interleaver, int64_t rows, int64_t columns)
      : i(interleaver), z(interleaver.starts->dim(-1)), depth(columns / z), fanIn(columns * interleaver.fanOut / rows),
        sweeps(interleaver.type == 3 && !(interleaver.dither && interleaver.dither->dim(0) > 1) ? 1 : interleaver.fanOut) {}

  UnitTables build() {
    UnitTables tables;
    std::vector<int64_t> starts;
    for (int64_t s = 0; s < sweeps; ++s)
      for (int64_t r = 0; r < (i.type == 1 ? depth : 1); ++r) {
        std::vector<int64_t> ofMemory(static_cast<size_t>(z));
        for (int64_t lane = 0; lane < z; ++lane)
          ofMemory[static_cast<size_t>(memoryOf(s, lane))] = startOf(s, r, lane);
        starts.insert(starts.end(), ofMemory.begin(), ofMemory.end());
      }
    reference::Shape shape = i.type == 1 ? reference::Shape{sweeps, depth, z} : reference::Shape{sweeps, z};
    tables.starts = unsignedTensor(shape, starts, depth);
    bool ordered = i.dither && fanIn % z != 0;
    if (ordered)
      tables.lanes = unsignedTensor(i.dither->shape(), i.dither->integers(), z);
    for (int64_t s = 0; s < i.fanOut; ++s)
      for (int64_t r = 0; r < depth; ++r)
        for (int64_t lane = 0; lane < z; ++lane) {
          int64_t memory = ordered ? memoryOf(s, lane) : lane, at = sweeps == 1 ? 0 : s;
          int64_t t = i.type == 1 ? starts[static_cast<size_t>((at * depth + r) * z + memory)]
                                  : (starts[static_cast<size_t>(at * z + memory)] + r) % depth;
          tables.columnOfEdge.push_back(t * z + memory);
        }
    return tables;
  }

private:
  int64_t memoryOf(int64_t s, int64_t lane) const {
    return i.dither ? i.dither->integers()[static_cast<size_t>((i.dither->dim(0) == 1 ? 0 : s) * z + lane)] : lane;
  }
  int64_t startOf(int64_t s, int64_t r, int64_t lane) const {
    return i.starts->integers()[static_cast<size_t>(i.type == 1 ? (s * depth + r) * z + lane : (i.type == 3 ? 0 : s) * z + lane)];
  }

  const reference::Interleaver &i;
  int64_t z, depth, fanIn, sweeps;
};

/// Columns are positions of the mask: the unit's memories hold what the stream brings.
bool isStreamOrder(const Order &columns, int64_t channels) {
  auto count = static_cast<int64_t>(columns.size());
  for (int64_t p = 0; p < count; ++p)
    if (columns[p] != reference::columnOfPosition(p, channels, count))
      return false;
  return true;
}

/// Values of a mask's elements, in the order of the edges of a unit.
class EdgeOrder {
public:
  EdgeOrder(const Tensor &mask, const Order &columns, const std::vector<int64_t> &columnOfEdge) : rows(mask.dim(0)) {
    int64_t width = mask.size() / rows, each = static_cast<int64_t>(columnOfEdge.size()) / rows;
    std::vector<int64_t> rank(static_cast<size_t>(mask.size()), -1);
    for (int64_t e = 0, k = 0; e < mask.size(); ++e)
      if (mask.integers()[static_cast<size_t>(e)])
        rank[static_cast<size_t>(e)] = k++;
    for (size_t e = 0; e < columnOfEdge.size(); ++e)
      from.push_back(columnOfEdge[e] < 0 ? kNone : rank[static_cast<size_t>(static_cast<int64_t>(e) / each * width + columns[columnOfEdge[e]])]);
  }

  /// The mask has all edges that read an input.
  bool isFull() const { return !llvm::is_contained(from, -1); }

  /// [N, edges]; an edge that the mask leaves out gets what `fill` has for its group of rows, one that reads no input 0.
  Tensor of(const Tensor &values, const std::vector<int64_t> &fill) const {
    auto count = static_cast<int64_t>(from.size()), groups = static_cast<int64_t>(fill.size());
    Tensor ordered(values.type(), {rows, count / rows});
    for (int64_t e = 0; e < count; ++e) {
      int64_t value = from[static_cast<size_t>(e)];
      ordered.integers()[e] = value == kNone ? 0 : value < 0 ? fill[static_cast<size_t>(e * groups / count)] : values.integers()[static_cast<size_t>(value)];
    }
    return ordered;
  }

private:
  static constexpr int64_t kNone = -2;
  int64_t rows;
  std::vector<int64_t> from; ///< which of the values an edge has; −1 where the mask leaves it out
};

/// For each group of a codebook the code of zero, −1 where it has none.
std::vector<int64_t> codesOfZero(const Tensor &book) {
  std::vector<int64_t> codes(static_cast<size_t>(book.dim(0)), -1);
  for (int64_t i = book.size() - 1; i >= 0; --i)
    if (book.integers()[static_cast<size_t>(i)] == 0)
      codes[static_cast<size_t>(i / book.dim(1))] = i % book.dim(1);
  return codes;
}

/// Bits that are stored of a weight that a mask keeps.
int64_t storedBits(codec::ScatterOp scatter) {
  auto lookup = scatter.getValues().getDefiningOp<codec::LookupOp>();
  Value stored = lookup ? lookup.getCodes() : scatter.getValues();
  return cast<RankedTensorType>(stored.getType()).getElementTypeBitWidth();
}

} // namespace

/// The weights of the edges, [N, fan-in]; 0 for edges that the mask leaves out. A codebook over the values stays one where its groups are rows, and
/// have a code for 0 where that is needed.
FailureOr<Value> Lowering::edgeWeights(Operation *op, codec::ScatterOp scatter, const Order &columns, const std::vector<int64_t> &columnOfEdge) {
  FailureOr<Tensor> mask = constant(op, "mask", scatter.getMask());
  if (failed(mask))
    return failure();
  EdgeOrder edges(*mask, columns, columnOfEdge);
  std::string name = nn::layerName(op).str();
  auto lookup = scatter.getValues().getDefiningOp<codec::LookupOp>();
  if (lookup && mask->dim(0) % cast<RankedTensorType>(lookup.getCodebook().getType()).getDimSize(0) == 0) {
    FailureOr<Tensor> codes = constant(op, "codes", lookup.getCodes()), book = constant(op, "codebook", lookup.getCodebook());
    if (failed(codes) || failed(book))
      return failure();
    std::vector<int64_t> zeros = codesOfZero(*book);
    if (edges.isFull() || !llvm::is_contained(zeros, -1)) {
      Value moved = materialize(op->getLoc(), edges.of(*codes, zeros), name + ".weight");
      Value codebook = materialize(op->getLoc(), *book, name + ".codebook");
      auto type = RankedTensorType::get(cast<RankedTensorType>(moved.getType()).getShape(), cast<RankedTensorType>(codebook.getType()).getElementType());
      return codec::LookupOp::create(builder, op->getLoc(), type, moved, codebook).getResult();
    }
  }
  FailureOr<Tensor> values = constant(op, "values", scatter.getValues());
  if (failed(values))
    return failure();
  return materialize(op->getLoc(), edges.of(*values, {0}), name + ".weight");
}

FailureOr<Value> Lowering::sparseUnit(Operation *op, flow::StreamType out, Value stream, Value weight, const Order &columns, Value bias) {
  auto scatter = weight.getDefiningOp<codec::ScatterOp>();
  auto mask = scatter ? scatter.getMask().getDefiningOp<codec::InterleaveOp>() : codec::InterleaveOp();
  if (!mask)
    return Value();
  if (!isStreamOrder(columns, mask.getChannels()))
    return Value();
  FailureOr<Tensor> starts = constant(op, "start rows", mask.getStarts());
  std::optional<Tensor> dither;
  if (mask.getDither()) {
    FailureOr<Tensor> value = constant(op, "dither", mask.getDither());
    if (failed(value))
      return failure();
    dither = std::move(*value);
  }
  if (failed(starts))
    return failure();
  reference::Interleaver interleaver{static_cast<int64_t>(mask.getType()), static_cast<int64_t>(mask.getFanOut()), &*starts, dither ? &*dither : nullptr};
  int64_t z = starts->dim(-1), fanIn = static_cast<int64_t>(columns.size()) * interleaver.fanOut / out.getChannels();
  if (z % fanIn != 0 && fanIn % z != 0)
    return Value();
  UnitTables tables = TableBuilder(interleaver, out.getChannels(), static_cast<int64_t>(columns.size())).build();
  FailureOr<Value> edges = edgeWeights(op, scatter, columns, tables.columnOfEdge);
  if (failed(edges))
    return failure();
  std::string name = nn::layerName(op).str();
  Value startRows = materialize(op->getLoc(), tables.starts, name + ".starts"), lanes;
  if (tables.lanes)
    lanes = materialize(op->getLoc(), *tables.lanes, name + ".lanes");
  // A dither permutes all memories; without one, folding chooses how many edges there are.
  int64_t built = lanes ? z : 1;
  return flow::SparseMvuOp::create(builder, op->getLoc(), out.withLanes(std::max<int64_t>(1, built / fanIn)), stream, *edges, bias, startRows, lanes, built)
      .getResult();
}

/// Columns of blocks whose inputs multiplexers choose from, all that count at once: of more, lists build as few multipliers as are asked for.
static constexpr int64_t kMostSelected = 8;

/// Inputs of a group of the mask and outputs that share indices; 0 inputs where it has no small groups.
static std::pair<int64_t, int64_t> groupsOfMask(Value mask, int64_t columns) {
  if (auto nm = mask.getDefiningOp<codec::NmMaskOp>())
    return {columns / cast<RankedTensorType>(nm.getIndices().getType()).getDimSize(1), 1};
  auto block = mask.getDefiningOp<codec::BlockMaskOp>();
  if (!block)
    return {0, 1};
  int64_t width = cast<RankedTensorType>(block.getColumns().getType()).getDimSize(2);
  return {width <= kMostSelected ? width : 0, cast<RankedTensorType>(block.getRows().getType()).getDimSize(2)};
}

/// A unit with multiplexers, where of every few inputs as many count, and those and their indices are less to store than all weights.
FailureOr<Value> Lowering::selectUnit(Operation *op, flow::StreamType out, Value stream, Value weight, const Order &columns, Value bias) {
  auto scatter = weight.getDefiningOp<codec::ScatterOp>();
  auto count = static_cast<int64_t>(columns.size()), rows = out.getChannels();
  auto [of, share] = scatter ? groupsOfMask(scatter.getMask(), count) : std::pair<int64_t, int64_t>(0, 1);
  if (of == 0)
    return Value();
  FailureOr<Tensor> mask = constant(op, "mask", scatter.getMask());
  if (failed(mask))
    return failure();
  Tensor inStreamOrder = permutedColumns(mask->reshaped({rows, count}), columns);
  std::optional<KeptGroups> groups = keptGroups(inStreamOrder.integers(), count, of, share);
  if (!groups || groups->kept == 0)
    return Value();
  Tensor indices = unsignedTensor({rows / share, count / of, groups->kept}, groups->indices, of);
  int64_t bits = storedBits(scatter) * share;
  if (groups->kept * (bits + static_cast<int64_t>(indices.type().bits)) >= of * bits)
    return Value();
  FailureOr<Value> edges = edgeWeights(op, scatter, columns, groups->columnOfEdge(rows, count));
  if (failed(edges))
    return failure();
  Value which = materialize(op->getLoc(), indices, (nn::layerName(op) + ".indices").str());
  return flow::SelectMvuOp::create(builder, op->getLoc(), out.withLanes(share), stream, *edges, bias, which, of).getResult();
}

/// A unit with lists of inputs, where they and the weights of the edges are less to store than all weights.
FailureOr<Value> Lowering::gatherUnit(Operation *op, flow::StreamType out, Value stream, Value weight, const Order &columns, Value bias) {
  auto scatter = weight.getDefiningOp<codec::ScatterOp>();
  auto block = scatter ? scatter.getMask().getDefiningOp<codec::BlockMaskOp>() : codec::BlockMaskOp();
  if (!scatter)
    return Value();
  FailureOr<Tensor> mask = constant(op, "mask", scatter.getMask());
  if (failed(mask))
    return failure();
  auto count = static_cast<int64_t>(columns.size()), rows = out.getChannels();
  int64_t share = block ? cast<RankedTensorType>(block.getRows().getType()).getDimSize(2) : 1;
  int64_t bits = storedBits(scatter);
  ColumnLists lists = smallestLists(permutedColumns(mask->reshaped({rows, count}), columns).integers(), count, share, bits);
  if (lists.storedBits >= rows * count * bits)
    return Value();
  Tensor gaps = Tensor::ofIntegers(reference::ElementType::integer(lists.bits, false), {rows / lists.share, lists.edges}, lists.gaps);
  FailureOr<Value> edges = edgeWeights(op, scatter, columns, lists.columnOfEdge(rows));
  if (failed(edges))
    return failure();
  Value which = materialize(op->getLoc(), gaps, (nn::layerName(op) + ".gaps").str());
  DenseI64ArrayAttr lengths = lists.isFull() ? DenseI64ArrayAttr() : builder.getDenseI64ArrayAttr(lists.lengths);
  return flow::GatherMvuOp::create(builder, op->getLoc(), out, stream, *edges, bias, which, lengths, 1).getResult();
}

FailureOr<Value> Lowering::matrixVector(Operation *op, flow::StreamType out, Value stream, Value weight, const Order &columns, Value bias) {
  for (auto unit : {&Lowering::sparseUnit, &Lowering::selectUnit, &Lowering::gatherUnit}) {
    FailureOr<Value> result = (this->*unit)(op, out, stream, weight, columns, bias);
    if (failed(result) || *result)
      return result;
  }
  FailureOr<Value> moved = permutedWeight(op, weight, columns);
  if (failed(moved))
    return failure();
  return flow::MvuOp::create(builder, op->getLoc(), out, stream, *moved, bias, 1).getResult();
}
