//===- ShrinkBonds.cpp - tensor trains with fewer ranks --------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "passes/Training/ShrinkBonds.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "passes/Compression/TrainChain.h"
#include "passes/Training/TrainingStep.h"
#include "passes/Transforms/Constants.h"
#include <map>

using namespace mlir;
using weft::reference::Tensor;

namespace weft::training {
namespace {

using Key = std::pair<std::string, int64_t>;

StringRef trainOf(Operation *op) {
  auto train = op->getAttrOfType<StringAttr>(compression::kTrainAttr);
  return train ? train.getValue() : StringRef();
}

/// {bond, side, extent, stride} of each bond of a layer; the bonds of each dimension of a reshape.
SmallVector<ArrayRef<int64_t>> bondsOf(Operation *op) {
  SmallVector<ArrayRef<int64_t>> all;
  if (auto bonds = op->getAttrOfType<ArrayAttr>(compression::kBondsAttr))
    for (Attribute bond : bonds)
      if (auto list = dyn_cast<DenseI64ArrayAttr>(bond))
        all.push_back(list);
  return all;
}

RankedTensorType typeOf(Value v) { return cast<RankedTensorType>(v.getType()); }

/// Rows or columns of a constant matrix, or elements of a constant vector.
Value chosen(nn::ConstantOp constant, ArrayRef<int64_t> indices, bool alongRows) {
  Tensor all = *transforms::plainConstant(constant.getResult());
  reference::Shape shape = all.shape();
  int64_t columns = shape.size() > 1 ? shape[1] : 1;
  std::vector<int64_t> places;
  int64_t rows = alongRows ? static_cast<int64_t>(indices.size()) : shape[0];
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t c = 0; c < (alongRows ? columns : static_cast<int64_t>(indices.size())); ++c)
      places.push_back(alongRows ? indices[r] * columns + c : r * columns + indices[c]);
  shape[alongRows ? 0 : 1] = static_cast<int64_t>(indices.size());
  OpBuilder b(constant);
  Tensor few(all.type(), shape);
  for (size_t i = 0; i < places.size(); ++i) {
    if (all.type().isFloat())
      few.floats()[i] = all.floats()[places[i]];
    else
      few.integers()[i] = all.integers()[places[i]];
  }
  return transforms::makeConstant(b, constant.getLoc(), few, nn::layerName(constant));
}

/// The constants of a layer that can lose slices.
struct Parts {
  nn::ConstantOp weight, bias;
  nn::DequantizeOp dequantize;
};

FailureOr<Parts> partsOf(nn::LinearOp op) {
  auto dequantize = op.getWeight().getDefiningOp<nn::DequantizeOp>();
  auto weight = (dequantize ? dequantize.getInput() : op.getWeight()).getDefiningOp<nn::ConstantOp>();
  auto bias = op.getBias().getDefiningOp<nn::ConstantOp>();
  if (!weight || !bias || (dequantize && typeOf(dequantize.getScale()).getRank() != 0))
    return op.emitOpError() << "layer '" << nn::layerName(op) << "' has a weight that is compressed further or has several scales, expected a constant, or integers "
                            << "with one scale (--per-tensor), to shrink its ranks";
  return Parts{weight, bias, dequantize};
}

/// One walk over @main.
class Shrinker {
public:
  Shrinker(ArrayRef<Bond> bonds, ArrayRef<std::vector<int64_t>> kept) {
    for (auto [bond, indices] : llvm::zip(bonds, kept))
      keptOf[{bond.train, bond.number}] = {bond.extent, indices};
  }

  LogicalResult run(func::FuncOp function) {
    for (Operation &op : llvm::make_early_inc_range(function.getBody().front().without_terminator())) {
      if (auto linear = dyn_cast<nn::LinearOp>(op); linear && !trainOf(&op).empty()) {
        if (failed(shrink(linear)))
          return failure();
      } else if (auto reshape = dyn_cast<nn::ReshapeOp>(op); reshape && !trainOf(&op).empty()) {
        shrink(reshape);
      }
      infer(&op);
    }
    return success();
  }

private:
  /// The indices of one side of a weight that are left, of `size`.
  std::vector<int64_t> indicesOf(nn::LinearOp op, int64_t side, int64_t size) {
    std::vector<int64_t> indices;
    for (int64_t i = 0; i < size; ++i) {
      bool stays = true;
      for (ArrayRef<int64_t> bond : bondsOf(op))
        if (auto found = keptOf.find({trainOf(op).str(), bond[0]}); bond[1] == side && found != keptOf.end())
          stays &= llvm::is_contained(found->second.second, i / bond[3] % bond[2]);
      if (stays)
        indices.push_back(i);
    }
    return indices;
  }

  LogicalResult shrink(nn::LinearOp op) {
    FailureOr<Parts> parts = partsOf(op);
    if (failed(parts))
      return failure();
    auto type = typeOf(op.getWeight());
    std::vector<int64_t> rows = indicesOf(op, 0, type.getDimSize(0)), columns = indicesOf(op, 1, type.getDimSize(1));
    Value few = chosen(chosen(parts->weight, rows, true).getDefiningOp<nn::ConstantOp>(), columns, false);
    op.getBiasMutable().set(chosen(parts->bias, rows, true));
    if (!parts->dequantize) {
      op.getWeightMutable().set(few);
      return success();
    }
    parts->dequantize.setOperand(0, few);
    parts->dequantize.getResult().setType(RankedTensorType::get(typeOf(few).getShape(), type.getElementType()));
    return success();
  }

  void shrink(nn::ReshapeOp op) {
    SmallVector<int64_t> shape(op.getShape());
    for (auto [d, bonds] : llvm::enumerate(bondsOf(op)))
      for (int64_t bond : bonds)
        if (auto found = keptOf.find({trainOf(op).str(), bond}); found != keptOf.end())
          shape[d] = shape[d] / found->second.first * static_cast<int64_t>(found->second.second.size());
    op.setShape(shape);
  }

  /// The result's shape, from operands that may have changed.
  void infer(Operation *op) {
    auto inference = dyn_cast<nn::ShapeInference>(op);
    SmallVector<int64_t> shape;
    if (!inference || failed(inference.inferResultShape(shape)))
      return;
    Value result = op->getResult(0);
    result.setType(RankedTensorType::get(shape, typeOf(result).getElementType()));
  }

  std::map<Key, std::pair<int64_t, std::vector<int64_t>>> keptOf;
};

} // namespace

std::vector<Bond> findBonds(ModuleOp module) {
  std::map<Key, Bond> found;
  for (auto [i, operand] : llvm::enumerate(parameterOperands(module))) {
    auto op = dyn_cast<nn::LinearOp>(operand->getOwner());
    if (!op || operand != &op.getWeightMutable())
      continue;
    auto type = typeOf(op.getWeight());
    for (ArrayRef<int64_t> bond : bondsOf(op)) {
      Bond &b = found[{trainOf(op).str(), bond[0]}];
      b.train = trainOf(op).str(), b.number = bond[0], b.extent = bond[2];
      b.sides.push_back({i, type.getDimSize(0), type.getDimSize(1), bond[1] == 0, bond[3]});
    }
  }
  std::vector<Bond> bonds;
  for (auto &[key, bond] : found)
    bonds.push_back(std::move(bond));
  return bonds;
}

LogicalResult checkBonds(ModuleOp module) {
  for (auto op : module.lookupSymbol<func::FuncOp>("main").getOps<nn::LinearOp>())
    if (!trainOf(op).empty() && failed(partsOf(op)))
      return failure();
  return success();
}

LogicalResult shrinkBonds(ModuleOp module, ArrayRef<Bond> bonds, ArrayRef<std::vector<int64_t>> kept) {
  return Shrinker(bonds, kept).run(module.lookupSymbol<func::FuncOp>("main"));
}

} // namespace weft::training
