//===- Sparse.cpp - weights with a clash-free mask ---------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "passes/Conversion/NnToFlow/Lowering.h"

#include "runtime/reference/Masks.h"

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

} // namespace

/// The weights of the edges, [N, fan-in]. A codebook over the values stays one where its groups are rows.
FailureOr<Value> Lowering::edgeWeights(Operation *op, codec::ScatterOp scatter, const Order &columns, const std::vector<int64_t> &columnOfEdge) {
  FailureOr<Tensor> mask = constant(op, "mask", scatter.getMask());
  if (failed(mask))
    return failure();
  int64_t rows = mask->dim(0), width = mask->size() / rows, fanIn = static_cast<int64_t>(columnOfEdge.size()) / rows;
  std::vector<int64_t> rank(static_cast<size_t>(mask->size()), -1); // which of the values an element is
  for (int64_t e = 0, k = 0; e < mask->size(); ++e)
    if (mask->integers()[static_cast<size_t>(e)])
      rank[static_cast<size_t>(e)] = k++;
  auto inEdgeOrder = [&](const Tensor &values) {
    Tensor ordered(values.type(), {rows, fanIn});
    for (size_t e = 0; e < columnOfEdge.size(); ++e) {
      int64_t row = static_cast<int64_t>(e) / fanIn;
      ordered.integers()[e] = values.integers()[static_cast<size_t>(rank[static_cast<size_t>(row * width + columns[columnOfEdge[e]])])];
    }
    return ordered;
  };
  std::string name = nn::layerName(op).str();
  auto lookup = scatter.getValues().getDefiningOp<codec::LookupOp>();
  int64_t groups = lookup ? cast<RankedTensorType>(lookup.getCodebook().getType()).getDimSize(0) : 0;
  if (!lookup || rows % groups != 0) {
    FailureOr<Tensor> values = constant(op, "values", scatter.getValues());
    if (failed(values))
      return failure();
    return materialize(op->getLoc(), inEdgeOrder(*values), name + ".weight");
  }
  FailureOr<Tensor> codes = constant(op, "codes", lookup.getCodes()), book = constant(op, "codebook", lookup.getCodebook());
  if (failed(codes) || failed(book))
    return failure();
  Value moved = materialize(op->getLoc(), inEdgeOrder(*codes), name + ".weight");
  Value codebook = materialize(op->getLoc(), *book, name + ".codebook");
  auto type = RankedTensorType::get({rows, fanIn}, cast<RankedTensorType>(codebook.getType()).getElementType());
  return codec::LookupOp::create(builder, op->getLoc(), type, moved, codebook).getResult();
}

FailureOr<Value> Lowering::sparseUnit(Operation *op, flow::StreamType out, Value stream, Value weight, const Order &columns, Value bias) {
  auto scatter = weight.getDefiningOp<codec::ScatterOp>();
  auto mask = scatter ? scatter.getMask().getDefiningOp<codec::InterleaveOp>() : codec::InterleaveOp();
  if (!mask)
    return Value();
  if (!isStreamOrder(columns, mask.getChannels())) {
    op->emitRemark() << "layer '" << nn::layerName(op) << "': its mask is not in the order of the stream, so its unit is a dense one";
    return Value();
  }
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
  if (z % fanIn != 0 && fanIn % z != 0) {
    op->emitRemark() << "layer '" << nn::layerName(op) << "': " << z << " memories neither divide the fan-in " << fanIn
                     << " nor are a multiple of it, so its unit is a dense one";
    return Value();
  }
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

FailureOr<Value> Lowering::matrixVector(Operation *op, flow::StreamType out, Value stream, Value weight, const Order &columns, Value bias) {
  FailureOr<Value> sparse = sparseUnit(op, out, stream, weight, columns, bias);
  if (failed(sparse) || *sparse)
    return sparse;
  FailureOr<Value> moved = permutedWeight(op, weight, columns);
  if (failed(moved))
    return failure();
  return flow::MvuOp::create(builder, op->getLoc(), out, stream, *moved, bias, 1).getResult();
}
