//===- TrainChain.cpp - a tensor train as a chain of layers --------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/TrainChain.h"

#include "passes/Compression/Algorithms/Contraction.h"
#include "passes/Compression/Rearrange.h"
#include "passes/Evaluation/Evaluator.h"
#include "passes/Transforms/Constants.h"

#include <algorithm>

using namespace mlir;
using weft::reference::Shape;
using weft::reference::Tensor;

namespace weft::compression {

namespace {

RankedTensorType typeOf(Value v) { return cast<RankedTensorType>(v.getType()); }

using Axes = std::vector<TrainAxis>;

std::vector<CoreShape> shapesOf(codec::TensorTrainOp train) {
  std::vector<CoreShape> shapes;
  for (Value core : train.getCores()) {
    ArrayRef<int64_t> d = typeOf(core).getShape();
    shapes.push_back({d[0], d[1], d[2], d[3]});
  }
  return shapes;
}

/// The dimension of a core [left, rows, columns, right] that an axis is.
int64_t dimensionOf(const TrainAxis &axis, int64_t core) {
  if (axis.kind == TrainAxis::Kind::output)
    return 1;
  if (axis.kind == TrainAxis::Kind::input)
    return 2;
  return axis.index < core ? 0 : 3;
}

/// Builds the chain of one layer.
class Chain {
public:
  Chain(nn::LinearOp op, codec::TensorTrainOp train) : op(op), train(train), b(op), name(nn::layerName(op).str()), x(op.getInput()) {
    ArrayRef<int64_t> shape = typeOf(op.getInput()).getShape();
    leading.assign(shape.begin(), shape.end() - 1);
  }

  LogicalResult build() {
    std::vector<CoreShape> cores = shapesOf(train);
    std::vector<ContractionStep> steps = cheapestContraction(cores);
    for (size_t k = 0; k < cores.size(); ++k)
      axes.push_back({TrainAxis::Kind::input, static_cast<int64_t>(k), cores[k].columns});
    for (const ContractionStep &step : steps)
      if (failed(apply(step, &step == &steps.back())))
        return failure();
    Value result = hoistClamp();
    where = name;
    Axes outputs;
    for (size_t k = 0; k < cores.size(); ++k)
      outputs.push_back({TrainAxis::Kind::output, static_cast<int64_t>(k), cores[k].rows});
    arrange(outputs);
    reshape({typeOf(op.getResult()).getShape().back()});
    if (!isa<nn::UnaryOp, nn::ClipOp>(x.getDefiningOp()))
      nn::setLayerName(x.getDefiningOp(), name);
    result.replaceAllUsesWith(x);
    if (result != op.getResult())
      result.getDefiningOp()->erase();
    op.erase();
    return success();
  }

private:
  LogicalResult apply(const ContractionStep &step, bool last) {
    Axes wanted = step.kept, contracted = contractedInPlace(step);
    wanted.insert(wanted.end(), contracted.begin(), contracted.end());
    where = name + ".core" + std::to_string(step.core);
    arrange(wanted);
    SmallVector<int64_t> frame;
    if (step.pixels() > 1)
      frame.push_back(step.pixels());
    frame.push_back(step.inputs());
    reshape(frame, frameBonds(step));
    FailureOr<Value> weight = weightOf(step, contracted);
    if (failed(weight))
      return failure();
    frame.back() = step.outputs();
    SmallVector<Attribute> bonds;
    addBonds(bonds, step.produced, 0);
    addBonds(bonds, contracted, 1);
    FailureOr<Tensor> bias = last ? biasOf(step) : FailureOr<Tensor>(Tensor(reference::ElementType::f32(), {1, step.outputs()}));
    if (failed(bias))
      return failure();
    linear(step, *weight, frame, *bias, bonds);
    axes = step.kept;
    axes.insert(axes.end(), step.produced.begin(), step.produced.end());
    return success();
  }

  /// The contracted axes as they lie, if they are the last ones already: then nothing moves.
  Axes contractedInPlace(const ContractionStep &step) const {
    size_t count = step.contracted.size(), first = axes.size() - count;
    for (size_t i = first; i < axes.size(); ++i)
      if (std::find(step.contracted.begin(), step.contracted.end(), axes[i]) == step.contracted.end())
        return step.contracted;
    return Axes(axes.begin() + static_cast<std::ptrdiff_t>(first), axes.end());
  }

  /// The core as [produced, contracted].
  FailureOr<Value> weightOf(const ContractionStep &step, const Axes &contracted) {
    Value core = train.getCores()[static_cast<size_t>(step.core)];
    Shape shape(typeOf(core).getShape().begin(), typeOf(core).getShape().end());
    std::vector<int64_t> perm;
    for (const Axes *side : {&step.produced, &contracted})
      for (const TrainAxis &axis : *side)
        perm.push_back(dimensionOf(axis, step.core));
    for (int64_t d = 0; d < 4; ++d) // outer bonds of one
      if (std::find(perm.begin(), perm.end(), d) == perm.end())
        perm.push_back(d);
    return rearranged(b, cast<nn::WeightedOp>(op.getOperation()), core, transposeOrder(shape, perm), {step.outputs(), step.inputs()});
  }

  /// The bias as [pixels, outputs] of the last step, whose pixels are the other output indices.
  FailureOr<Tensor> biasOf(const ContractionStep &step) {
    reference::Result<Tensor> bias = evaluation::evaluateConstant(op.getBias());
    if (!bias.ok())
      return op.emitOpError() << "layer '" << name << "' has a bias that is no constant: " << bias.message();
    Shape shape;
    for (Value core : train.getCores())
      shape.push_back(typeOf(core).getDimSize(1));
    std::vector<int64_t> perm;
    for (const TrainAxis &axis : step.kept)
      perm.push_back(axis.index);
    perm.push_back(step.core);
    std::vector<int64_t> order = transposeOrder(shape, perm);
    Tensor result(reference::ElementType::f32(), {step.pixels(), step.outputs()});
    for (size_t i = 0; i < order.size(); ++i)
      result.floats()[i] = static_cast<float>(bias->asDouble(order[i]));
    return result;
  }

  /// Bonds of the core, along rows (side 0) or columns (1) of its weight.
  void addBonds(SmallVector<Attribute> &bonds, const Axes &along, int64_t side) {
    int64_t stride = 1;
    for (const TrainAxis &axis : llvm::reverse(along)) {
      if (axis.kind == TrainAxis::Kind::bond)
        bonds.push_back(b.getDenseI64ArrayAttr({axis.index, side, axis.extent, stride}));
      stride *= axis.extent;
    }
  }

  static SmallVector<int64_t> bondsOf(ArrayRef<TrainAxis> axes) {
    SmallVector<int64_t> bonds;
    for (const TrainAxis &axis : axes)
      if (axis.kind == TrainAxis::Kind::bond)
        bonds.push_back(axis.index);
    return bonds;
  }
  /// Of [pixels, inputs], without pixels where there is one.
  SmallVector<SmallVector<int64_t>> frameBonds(const ContractionStep &step) const {
    SmallVector<SmallVector<int64_t>> bonds;
    if (step.pixels() > 1)
      bonds.push_back(bondsOf(step.kept));
    bonds.push_back(bondsOf(step.contracted));
    return bonds;
  }
  void mark(Operation *layer, ArrayRef<Attribute> bonds) {
    layer->setAttr(kTrainAttr, b.getStringAttr(name));
    layer->setAttr(kBondsAttr, b.getArrayAttr(bonds));
  }

  void linear(const ContractionStep &step, Value weight, ArrayRef<int64_t> frame, const Tensor &bias, ArrayRef<Attribute> bonds) {
    std::string core = name + ".core" + std::to_string(step.core);
    int64_t outputs = step.outputs(), pixels = bias.dim(0);
    Tensor shared(reference::ElementType::f32(), {outputs});
    bool uniform = true;
    for (int64_t i = 0; i < bias.size(); ++i)
      uniform &= bias.floats()[i] == bias.floats()[i % outputs];
    if (uniform)
      shared.floats().assign(bias.floats().begin(), bias.floats().begin() + outputs);
    auto layer = nn::LinearOp::create(b, op.getLoc(), typeFor(frame), x, weight, transforms::makeConstant(b, op.getLoc(), shared, core + ".bias"));
    nn::setLayerName(layer, core);
    mark(layer, bonds);
    x = layer;
    if (uniform)
      return;
    Value constant = transforms::makeConstant(b, op.getLoc(), bias.reshaped({pixels, outputs}), name + ".bias");
    auto add = nn::BinaryOp::create(b, op.getLoc(), x.getType(), x, constant, nn::BinaryKind::add);
    nn::setLayerName(add, name + ".bias");
    x = add;
  }

  /// Applies the clamp that alone uses the layer's result, and returns what the end of the chain stands for.
  Value hoistClamp() {
    Value result = op.getResult();
    if (!result.hasOneUse())
      return result;
    Operation *user = *result.getUsers().begin();
    auto unary = dyn_cast<nn::UnaryOp>(user);
    if (!isa<nn::ClipOp>(user) && !(unary && unary.getKind() == nn::UnaryKind::relu))
      return result;
    Operation *clamp = b.clone(*user);
    clamp->setOperand(0, x);
    clamp->getResult(0).setType(x.getType());
    x = clamp->getResult(0);
    return user->getResult(0);
  }

  RankedTensorType typeFor(ArrayRef<int64_t> frame) const {
    SmallVector<int64_t> shape(leading);
    shape.append(frame.begin(), frame.end());
    return RankedTensorType::get(shape, typeOf(x).getElementType());
  }

  /// `bonds` of each dimension of the frame; empty: none.
  void reshape(ArrayRef<int64_t> frame, ArrayRef<SmallVector<int64_t>> bonds = {}) {
    if (auto before = x.getDefiningOp<nn::ReshapeOp>(); before && before->use_empty()) {
      x = before.getInput(); // of two reshapes one is enough
      before.erase();
    }
    RankedTensorType type = typeFor(frame);
    if (type != x.getType())
      x = transforms::makeReshape(b, op.getLoc(), x, type, where + ".reshape");
    auto reshape = x.getDefiningOp<nn::ReshapeOp>();
    if (!reshape || bonds.empty() || llvm::all_of(bonds, [](auto &of) { return of.empty(); }))
      return;
    SmallVector<Attribute> all(leading.size(), b.getDenseI64ArrayAttr({}));
    for (const SmallVector<int64_t> &of : bonds)
      all.push_back(b.getDenseI64ArrayAttr(of));
    mark(reshape, all);
  }

  /// Axes of one element can lie anywhere.
  static Axes moving(Axes axes) {
    axes.erase(std::remove_if(axes.begin(), axes.end(), [](const TrainAxis &axis) { return axis.extent == 1; }), axes.end());
    return axes;
  }

  /// Transposes such that the axes lie as wanted.
  void arrange(const Axes &wanted) {
    if (moving(wanted) == moving(axes)) {
      axes = wanted;
      return;
    }
    SmallVector<int64_t> extents, shape(leading), perm;
    SmallVector<SmallVector<int64_t>> bonds;
    for (const TrainAxis &axis : axes)
      extents.push_back(axis.extent), bonds.push_back(bondsOf(axis));
    reshape(extents, bonds);
    for (size_t i = 0; i < leading.size(); ++i)
      perm.push_back(static_cast<int64_t>(i));
    for (const TrainAxis &axis : wanted) {
      perm.push_back(static_cast<int64_t>(leading.size()) + (std::find(axes.begin(), axes.end(), axis) - axes.begin()));
      shape.push_back(axis.extent);
    }
    auto transpose = nn::TransposeOp::create(b, op.getLoc(), RankedTensorType::get(shape, typeOf(x).getElementType()), x, perm);
    nn::setLayerName(transpose, where + ".transpose");
    x = transpose;
    axes = wanted;
  }

  nn::LinearOp op;
  codec::TensorTrainOp train;
  OpBuilder b;
  /// The layer, and the core in front of which values are moved.
  std::string name, where;
  Value x;
  SmallVector<int64_t> leading;
  Axes axes;
};

} // namespace

LogicalResult expandTrain(nn::LinearOp op, codec::TensorTrainOp train) { return Chain(op, train).build(); }

} // namespace weft::compression
