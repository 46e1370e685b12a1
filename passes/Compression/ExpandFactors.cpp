//===- ExpandFactors.cpp - factorized weights as chains of layers --------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "dialects/Codec/IR/CodecOps.h"
#include "passes/Compression/Passes.h"
#include "passes/Compression/Rearrange.h"
#include "passes/Compression/TrainChain.h"
#include "passes/Compression/Weights.h"
#include "passes/Transforms/Constants.h"

using namespace mlir;
using weft::reference::Shape;
using weft::reference::Tensor;

namespace weft::compression {
#define GEN_PASS_DEF_EXPANDFACTORS
#include "passes/Compression/Passes.h.inc"

namespace {

RankedTensorType typeOf(Value v) { return cast<RankedTensorType>(v.getType()); }

bool isDynamic(Value v, unsigned from) { return llvm::any_of(typeOf(v).getShape().drop_front(from), ShapedType::isDynamic); }

//===--- Tucker-2 -----------------------------------------------------------------------===//

Value zeroBias(OpBuilder &b, Location loc, int64_t count, const Twine &name) {
  return transforms::makeConstant(b, loc, Tensor(reference::ElementType::f32(), {count}), name.str());
}

/// `factor` [rows, columns] as a 1×1 kernel.
FailureOr<Value> pointwiseKernel(OpBuilder &b, nn::ConvOp op, Value factor) {
  Shape shape(typeOf(factor).getShape().begin(), typeOf(factor).getShape().end());
  shape.resize(typeOf(op.getWeight()).getRank(), 1);
  return rearranged(b, cast<nn::WeightedOp>(op.getOperation()), factor, identityOrder(typeOf(factor).getNumElements()), shape);
}

/// A 1×1 convolution of `x`.
Value pointwise(OpBuilder &b, nn::ConvOp op, Value x, Value kernel, Value bias, const Twine &name) {
  auto spatial = static_cast<size_t>(typeOf(x).getRank() - 2);
  SmallVector<int64_t> ones(spatial, 1), zeros(spatial, 0), shape(typeOf(x).getShape());
  shape[1] = typeOf(kernel).getDimSize(0);
  auto conv = nn::ConvOp::create(b, op.getLoc(), RankedTensorType::get(shape, typeOf(x).getElementType()), x, kernel, bias, ones, zeros, zeros, ones, 1);
  nn::setLayerName(conv, name.str());
  return conv;
}

/// 1×1, k×k, 1×1. Padding stays where it is: the first convolution has no bias, so zeros stay zeros.
LogicalResult expandTucker(nn::ConvOp op, codec::TuckerOp tucker) {
  OpBuilder b(op);
  std::string name = nn::layerName(op).str();
  FailureOr<Value> input = pointwiseKernel(b, op, tucker.getInput()), output = pointwiseKernel(b, op, tucker.getOutput());
  if (failed(input) || failed(output))
    return failure();
  int64_t r1 = typeOf(tucker.getCore()).getDimSize(0), r2 = typeOf(tucker.getCore()).getDimSize(1);
  Value x = pointwise(b, op, op.getInput(), *input, zeroBias(b, op.getLoc(), r2, name + ".input.bias"), name + ".input");
  Value coreBias = zeroBias(b, op.getLoc(), r1, name + ".core.bias");
  Operation *core = b.clone(*op);
  core->setOperands({x, tucker.getCore(), coreBias});
  SmallVector<int64_t> shape(typeOf(op.getResult()).getShape());
  shape[1] = r1;
  core->getResult(0).setType(RankedTensorType::get(shape, typeOf(op.getResult()).getElementType()));
  nn::setLayerName(core, name + ".core");
  op.getResult().replaceAllUsesWith(pointwise(b, op, core->getResult(0), *output, op.getBias(), name));
  op.erase();
  return success();
}

//===--- a basis shared by all rows --------------------------------------------------------===//

/// Coefficients as a weight: integers become real numbers of scale 1.
Value asWeight(OpBuilder &b, Location loc, Value coefficients, StringRef name) {
  auto integer = dyn_cast<IntegerType>(typeOf(coefficients).getElementType());
  if (!integer)
    return coefficients;
  Value scale = transforms::makeConstant(b, loc, Tensor::ofFloats({}, {1.0f}), "scale");
  Value zero = transforms::makeIntegers(b, loc, integer, {}, {0}, "zero_point");
  auto op = nn::DequantizeOp::create(b, loc, RankedTensorType::get(typeOf(coefficients).getShape(), b.getF32Type()), coefficients, scale, zero);
  nn::setLayerName(op, (name + ".weight").str());
  return op;
}

struct BasisView {
  /// The dimensions behind the leading ones, before and after the exchange of channels and the rest; runs lie in the last dimension after it.
  SmallVector<int64_t> before, after;
  /// Leading dimensions stay; empty: nothing is exchanged.
  SmallVector<int64_t> there, back;
};

/// Where the runs of a weight's rows lie in its input.
BasisView viewFor(nn::WeightedOp op, int64_t channels) {
  auto input = typeOf(op.getInput());
  BasisView view;
  if (isa<nn::ConvOp>(op.getOperation())) {
    ArrayRef<int64_t> shape = input.getShape();
    view.before.assign(shape.begin() + 1, shape.end());
    view.after.assign(shape.begin() + 2, shape.end());
    view.after.push_back(shape[1]);
    int64_t rank = input.getRank();
    view.there.push_back(0), view.back.append({0, rank - 1});
    for (int64_t i = 2; i < rank; ++i)
      view.there.push_back(i), view.back.push_back(i - 1);
    view.there.push_back(1);
    return view;
  }
  int64_t lead = input.getRank() - 1, columns = input.getDimSize(lead);
  if (channels == 0 || channels == columns || channels == 1) {
    view.before = view.after = {columns};
    return view;
  }
  view.before = {channels, columns / channels}, view.after = {columns / channels, channels};
  for (int64_t i = 0; i < lead; ++i)
    view.there.push_back(i), view.back.push_back(i);
  view.there.append({lead + 1, lead}), view.back.append({lead + 1, lead});
  return view;
}

/// Builds shapes around the basis.
class BasisBuilder {
public:
  BasisBuilder(OpBuilder &b, nn::WeightedOp op) : b(b), op(op), loc(op->getLoc()), name(nn::layerName(op).str()) {
    int64_t lead = isa<nn::ConvOp>(op.getOperation()) ? 1 : typeOf(op.getInput()).getRank() - 1;
    leading.assign(typeOf(op.getInput()).getShape().begin(), typeOf(op.getInput()).getShape().begin() + lead);
  }

  Value apply(const BasisView &view, Value basis) {
    int64_t size = typeOf(basis).getDimSize(0);
    Value x = transposed(reshaped(op.getInput(), view.before), view.there);
    SmallVector<int64_t> runs(view.after.begin(), view.after.end() - 1);
    runs.append({view.after.back() / size, size});
    x = reshaped(x, runs);
    auto linear = nn::LinearOp::create(b, loc, x.getType(), x, basis, zeroBias(b, loc, size, name + ".basis.bias"));
    nn::setLayerName(linear, name + ".basis");
    x = transposed(reshaped(linear, view.after), view.back);
    SmallVector<int64_t> original(typeOf(op.getInput()).getShape().drop_front(leading.size()));
    return reshaped(x, original);
  }

private:
  Value reshaped(Value x, ArrayRef<int64_t> rest) {
    SmallVector<int64_t> shape(leading);
    shape.append(rest.begin(), rest.end());
    auto type = RankedTensorType::get(shape, typeOf(x).getElementType());
    return type == x.getType() ? x : transforms::makeReshape(b, loc, x, type, name + ".reshape");
  }
  Value transposed(Value x, ArrayRef<int64_t> perm) {
    if (perm.empty())
      return x;
    SmallVector<int64_t> shape;
    for (int64_t p : perm)
      shape.push_back(typeOf(x).getDimSize(p));
    auto transpose = nn::TransposeOp::create(b, loc, RankedTensorType::get(shape, typeOf(x).getElementType()), x, perm);
    nn::setLayerName(transpose, name + ".transpose");
    return transpose;
  }

  OpBuilder &b;
  nn::WeightedOp op;
  Location loc;
  std::string name;
  SmallVector<int64_t> leading;
};

/// Σ_b coef[r, s·j + b] · (Σ_c basis[b, c] · x[s·j + c]): the basis is applied to runs of the input. Padding is zero before and after it.
LogicalResult expandBasis(nn::WeightedOp op, codec::MatmulOp product) {
  int64_t size = typeOf(product.getBasis()).getDimSize(1), channels = static_cast<int64_t>(product.getChannels());
  bool conv = isa<nn::ConvOp>(op.getOperation());
  int64_t run = !conv && channels > 1 ? channels : typeOf(op.getWeight()).getDimSize(1);
  bool oneBasis = typeOf(product.getBasis()).getDimSize(0) == 1, plain = !conv || cast<nn::ConvOp>(op.getOperation()).getGroups() == 1;
  bool aligned = run % size == 0 && (!conv || channels == run);
  if (!oneBasis || !plain || !aligned || isDynamic(op.getInput(), 1) || !isa<FloatType>(typeOf(product.getBasis()).getElementType())) {
    emitRemark(op->getLoc()) << "layer '" << nn::layerName(op) << "': " << codec::schemeName(product)
                             << " stays a weight: a chain of layers needs one real basis whose runs lie within the channels of a pixel";
    return success();
  }
  OpBuilder b(op);
  FailureOr<Value> basis = rearranged(b, op, product.getBasis(), identityOrder(size * size), {size, size});
  if (failed(basis))
    return failure();
  Value x = BasisBuilder(b, op).apply(viewFor(op, channels), *basis);
  op->setOperand(0, x);
  op.getWeightMutable().set(asWeight(b, op->getLoc(), product.getCoefficients(), nn::layerName(op)));
  return success();
}

//===--- the pass --------------------------------------------------------------------------===//

LogicalResult expand(nn::WeightedOp op) {
  if (!nn::asAffine(op)) // a product inside of a loop: its factors stay a weight
    return success();
  Value weight = op.getWeight();
  if (auto product = weight.getDefiningOp<codec::MatmulOp>())
    return expandBasis(op, product);
  if (auto tucker = weight.getDefiningOp<codec::TuckerOp>())
    return expandTucker(cast<nn::ConvOp>(op.getOperation()), tucker);
  if (auto train = weight.getDefiningOp<codec::TensorTrainOp>()) {
    if (isDynamic(op.getInput(), 1)) {
      emitRemark(op->getLoc()) << "layer '" << nn::layerName(op) << "': its tensor train stays a weight: a chain of layers needs an input whose "
                               << "dimensions but the first are known";
      return success();
    }
    return expandTrain(cast<nn::LinearOp>(op.getOperation()), train);
  }
  return success();
}

struct ExpandFactorsPass : impl::ExpandFactorsBase<ExpandFactorsPass> {
  void runOnOperation() override {
    SmallVector<nn::WeightedOp> layers;
    getOperation().walk([&](nn::WeightedOp op) { layers.push_back(op); });
    for (nn::WeightedOp op : layers)
      if (failed(expand(op)))
        return signalPassFailure();
    for (Operation &function : *getOperation().getBody())
      eraseUnusedWeights(&function);
  }
};

} // namespace
} // namespace weft::compression
