//===- InterpolationsToProducts.cpp - weighted sums of gathers become linear operators ----------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Transforms/Constants.h"
#include "passes/Transforms/Passes.h"

using namespace mlir;
using weft::reference::Tensor;

namespace weft::transforms {
#define GEN_PASS_DEF_INTERPOLATIONSTOPRODUCTS
#include "passes/Transforms/Passes.h.inc"

namespace {

/// weights[o] · source[places[o]] along `axis`; without an axis the places are all of them in order, or the weight is one for all.
struct Term {
  Value source;
  std::optional<int64_t> axis;
  std::vector<int64_t> places;
  std::vector<double> weights{1.0};
};

/// The dimension of a value of `rank` that a constant is a list along; nothing if there is none.
std::optional<int64_t> listAxis(const Tensor &t, int64_t rank) {
  for (int d = 0; d < t.rank(); ++d)
    if (t.dim(d) == t.size())
      return rank - t.rank() + d;
  return std::nullopt;
}

bool readWeights(Value &v, Term &term) {
  auto product = v.getDefiningOp<nn::BinaryOp>();
  std::optional<Tensor> t = product && product.getKind() == nn::BinaryKind::mul ? plainConstant(product.getRhs()) : std::nullopt;
  if (!t)
    return true;
  if (!product.getResult().hasOneUse() || product.getLhs().getType() != product.getType())
    return false;
  std::optional<int64_t> axis = listAxis(*t, shapeOf(v).size());
  if (!axis)
    return false;
  if (t->size() > 1)
    term.axis = axis;
  term.weights.clear();
  for (int64_t i = 0; i < t->size(); ++i)
    term.weights.push_back(t->asDouble(i));
  v = product.getLhs();
  return true;
}

std::optional<Term> termOf(Value v) {
  Term term;
  if (!readWeights(v, term))
    return std::nullopt;
  term.source = v;
  auto gather = v.getDefiningOp<nn::GatherOp>();
  std::optional<Tensor> indices = gather ? plainConstant(gather.getIndices()) : std::nullopt;
  if (!indices || indices->rank() != 1)
    return term;
  auto axis = static_cast<int64_t>(gather.getAxis()), extent = shapeOf(gather.getData())[axis];
  if (term.axis.value_or(axis) != axis || ShapedType::isDynamic(extent))
    return std::nullopt;
  term.axis = axis, term.source = gather.getData();
  for (int64_t i : indices->integers())
    term.places.push_back(i < 0 ? i + extent : i);
  return term;
}

/// What adds up to `root`; sums inside have no other reader.
bool collectTerms(Value v, Value root, SmallVector<Value> &terms) {
  auto sum = v.getDefiningOp<nn::BinaryOp>();
  if (!sum || sum.getKind() != nn::BinaryKind::add || (v != root && !v.hasOneUse())) {
    terms.push_back(v);
    return true;
  }
  return sum.getLhs().getType() == v.getType() && sum.getRhs().getType() == v.getType() && collectTerms(sum.getLhs(), root, terms) &&
         collectTerms(sum.getRhs(), root, terms);
}

/// A weighted sum of gathers of one value along one spatial axis, as a matrix [out, in].
struct Interpolation {
  Value source;
  int64_t axis = 0;
  Tensor matrix{reference::ElementType::f32(), {}};
};

std::optional<Interpolation> interpolationOf(Value root) {
  SmallVector<Value> values;
  if (!collectTerms(root, root, values) || values.size() < 2)
    return std::nullopt;
  SmallVector<Term> terms;
  Interpolation result;
  for (Value v : values) {
    std::optional<Term> term = termOf(v);
    if (!term)
      return std::nullopt;
    if (!term->places.empty())
      result.source = term->source, result.axis = *term->axis;
    terms.push_back(std::move(*term));
  }
  if (!result.source || result.axis < 2)
    return std::nullopt;
  int64_t in = shapeOf(result.source)[result.axis], out = shapeOf(root)[result.axis];
  result.matrix = Tensor(reference::ElementType::f32(), {out, in});
  for (const Term &term : terms) {
    if (term.source != result.source || term.axis.value_or(result.axis) != result.axis)
      return std::nullopt;
    for (int64_t o = 0; o < out; ++o)
      result.matrix.floats()[o * in + (term.places.empty() ? o : term.places[o])] += static_cast<float>(term.weights[term.weights.size() == 1 ? 0 : o]);
  }
  return result;
}

Value swapped(OpBuilder &b, Location loc, Value x, int64_t axis) {
  SmallVector<int64_t> perm = llvm::to_vector(llvm::seq<int64_t>(0, shapeOf(x).size())), shape(shapeOf(x));
  if (axis + 1 == static_cast<int64_t>(perm.size()))
    return x;
  std::swap(perm[axis], perm.back()), std::swap(shape[axis], shape.back());
  return nn::TransposeOp::create(b, loc, RankedTensorType::get(shape, b.getF32Type()), x, perm);
}

void replace(nn::BinaryOp sum, const Interpolation &how) {
  OpBuilder b(sum);
  Location loc = sum.getLoc();
  std::string name = nn::layerName(sum).str();
  int64_t out = how.matrix.dim(0);
  Value rows = swapped(b, loc, how.source, how.axis);
  SmallVector<int64_t> shape(shapeOf(rows));
  shape.back() = out;
  Value weight = makeConstant(b, loc, how.matrix, name + ".weight");
  Value bias = makeConstant(b, loc, Tensor(reference::ElementType::f32(), {out}), name + ".bias");
  auto product = nn::LinearOp::create(b, loc, RankedTensorType::get(shape, b.getF32Type()), rows, weight, bias);
  nn::setLayerName(product, name);
  Value y = swapped(b, loc, product, how.axis);
  if (y.getDefiningOp() != product)
    nn::setLayerName(y.getDefiningOp(), name);
  sum.getResult().replaceAllUsesWith(y);
}

struct InterpolationsToProductsPass : impl::InterpolationsToProductsBase<InterpolationsToProductsPass> {
  /// Operations that linear operators come before, or behind.
  static llvm::DenseSet<Operation *> reached(func::FuncOp function, bool forward) {
    llvm::DenseSet<Operation *> result;
    auto marked = [&](Operation *op) { return op && (nn::asAffine(op) || result.contains(op)); };
    SmallVector<Operation *> ops;
    for (Operation &op : function.getOps())
      ops.push_back(&op);
    if (!forward)
      std::reverse(ops.begin(), ops.end());
    for (Operation *op : ops)
      if (forward ? llvm::any_of(op->getOperands(), [&](Value v) { return marked(v.getDefiningOp()); }) : llvm::any_of(op->getUsers(), marked))
        result.insert(op);
    return result;
  }

  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (function.isExternal() || !function.getOps<nn::QuantizeOp>().empty())
      return;
    llvm::DenseSet<Operation *> behind = reached(function, true), before = reached(function, false);
    SmallVector<nn::BinaryOp> sums(function.getOps<nn::BinaryOp>());
    for (nn::BinaryOp sum : llvm::reverse(sums)) {
      if (sum->use_empty() || sum.getKind() != nn::BinaryKind::add || !behind.contains(sum) || !before.contains(sum) ||
          !cast<RankedTensorType>(sum.getType()).getElementType().isF32())
        continue;
      if (std::optional<Interpolation> how = interpolationOf(sum.getResult()))
        replace(sum, *how);
    }
    for (Operation &op : llvm::make_early_inc_range(llvm::reverse(function.getBody().front())))
      if (isOpTriviallyDead(&op))
        op.erase();
  }
};

} // namespace
} // namespace weft::transforms
