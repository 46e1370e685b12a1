//===- NodeOps.cpp - operations for an ONNX node ---------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Import/GraphImporter.h"
#include "compiler/Import/TensorReader.h"
#include "dialects/Codec/IR/CodecOps.h"
#include "mlir/IR/Verifier.h"

using namespace mlir;
using namespace weft;
using namespace weft::import;

//===--- types -----------------------------------------------------------------------===//

RankedTensorType Node::type(Value v) const { return v ? cast<RankedTensorType>(v.getType()) : RankedTensorType(); }
int64_t Node::rank(Value v) const { return v ? type(v).getRank() : 0; }
ArrayRef<int64_t> Node::shape(Value v) const { return v ? type(v).getShape() : ArrayRef<int64_t>(); }
Type Node::elementType(Value v) const { return v ? type(v).getElementType() : Type(); }

std::optional<int64_t> Node::axis(int64_t axis, int64_t rank) {
  if (axis >= -rank && axis < rank)
    return axis < 0 ? axis + rank : axis;
  (void)invalid("has axis " + Twine(axis) + ", expected " + Twine(-rank) + " to " + Twine(rank - 1));
  return std::nullopt;
}

//===--- constants ---------------------------------------------------------------------===//

Value Node::makeConstant(HostTensor constant, StringRef name) {
  if (failed() || !constant)
    return {};
  Value value = nn::ConstantOp::create(builder(), importer.valueLoc(name), constant.attribute(name));
  nn::setLayerName(value.getDefiningOp(), name);
  importer.constants[value] = std::move(constant);
  return value;
}

Value Node::makeSplat(ArrayRef<int64_t> shape, Type element, double value) {
  if (failed() || !element)
    return {};
  Attribute scalar = isa<FloatType>(element)
                         ? Attribute(FloatAttr::get(element, value))
                         : Attribute(IntegerAttr::get(
                               element, APInt(element.getIntOrFloatBitWidth(), static_cast<int64_t>(value),
                                              /*isSigned=*/true, /*implicitTrunc=*/true)));
  auto attribute = DenseElementsAttr::get(RankedTensorType::get(shape, element), scalar);
  Value result = nn::ConstantOp::create(builder(), loc(), attribute);
  nn::setLayerName(result.getDefiningOp(), name());
  return result;
}

bool Node::isParameter(Value value) {
  SmallVector<Value> open{value};
  llvm::SmallPtrSet<void *, 8> seen;
  while (!open.empty()) {
    Value v = open.pop_back_val();
    if (!v || isa<BlockArgument>(v))
      return false;
    if (!seen.insert(v.getAsOpaquePointer()).second)
      continue;
    if (seen.size() > 32) // a parameter is a few operations of constants; more is a computation
      return false;
    open.append(v.getDefiningOp()->operand_begin(), v.getDefiningOp()->operand_end());
  }
  return true;
}

//===--- operations ----------------------------------------------------------------------===//

/// Infers the result's shape, checks the operation and names it.
Value Node::finish(Operation *op) {
  nn::setLayerName(op, name());
  SmallVector<int64_t> shape, sizes;
  Value result = op->getResult(0);
  bool good = succeeded(cast<nn::ShapeInference>(op).inferResultShape(shape));
  for (int64_t d : shape)
    sizes.push_back(d == ShapedType::kDynamic ? 1 : d);
  if (good && safeElementCount(sizes) < 0) {
    good = false;
    op->emitError("node '") << name() << "' (" << opType() << ") has a result of more than 2^40 elements, or a "
                            << "negative dimension";
  }
  if (good) {
    result.setType(RankedTensorType::get(shape, elementType(result)));
    good = succeeded(verify(op, /*verifyRecursively=*/false));
  }
  if (!good) {
    importer.report.status = ImportStatus::Invalid;
    isFailed = true;
    op->erase();
    return {};
  }
  for (auto [i, d] : llvm::enumerate(shape))
    if (d == ShapedType::kDynamic)
      (void)symbols().dim(result, i); // traced now, so that no trace is longer than one step
  return result;
}

Value Node::unary(nn::UnaryKind kind, Value x, double alpha, double beta) {
  bool isTest = kind == nn::UnaryKind::is_inf || kind == nn::UnaryKind::is_nan;
  Type element = isTest ? Type(builder().getI1Type()) : elementType(x);
  return create<nn::UnaryOp>(x ? element : Type(), x, kind, APFloat(alpha), APFloat(beta));
}

Value Node::binary(nn::BinaryKind kind, Value a, Value b) {
  using nn::BinaryKind;
  bool predicate = kind == BinaryKind::equal || kind == BinaryKind::less || kind == BinaryKind::less_equal ||
                   kind == BinaryKind::greater || kind == BinaryKind::greater_equal;
  if (a && b && elementType(a) != elementType(b)) {
    (void)invalid("has operands of different element types");
    return {};
  }
  Type element = predicate ? builder().getI1Type() : elementType(a);
  return create<nn::BinaryOp>(element, a, b, kind);
}

Value Node::lookup(Value codes, Value codebook, StringRef name) {
  if (failed() || !codes || !codebook)
    return {};
  auto type = RankedTensorType::get(shape(codes), elementType(codebook));
  auto op = codec::LookupOp::create(builder(), loc(), type, codes, codebook);
  nn::setLayerName(op, name);
  return op;
}

Value Node::scatter(Value values, Value mask, StringRef name) {
  if (failed() || !values || !mask)
    return {};
  auto type = RankedTensorType::get(shape(mask), elementType(values));
  auto op = codec::ScatterOp::create(builder(), loc(), type, values, mask);
  nn::setLayerName(op, name);
  return op;
}

/// A lookup of one codebook, whose codes may change shape; null if the value is none.
static codec::LookupOp ungroupedLookup(Value v) {
  auto lookup = v.getDefiningOp<codec::LookupOp>();
  return lookup && cast<RankedTensorType>(lookup.getCodebook().getType()).getDimSize(0) == 1 ? lookup : nullptr;
}

Value Node::convert(Value x, Type element) {
  if (!x || elementType(x) == element)
    return x;
  if (auto op = ungroupedLookup(x); op && isa<FloatType>(element))
    if (const HostTensor *codebook = constant(op.getCodebook()))
      return lookup(op.getCodes(),
                    makeConstant(codebook->converted(element), nn::layerName(op.getCodebook().getDefiningOp())),
                    nn::layerName(op));
  return create<nn::CastOp>(element, x);
}

Value Node::transpose(Value x, ArrayRef<int64_t> perm) {
  if (!x || llvm::equal(perm, llvm::seq<int64_t>(0, perm.size())))
    return x;
  if (const HostTensor *c = constant(x); c && static_cast<int64_t>(perm.size()) == c->rank())
    return makeConstant(c->transposed(perm), nn::layerName(x.getDefiningOp()));
  if (auto op = ungroupedLookup(x))
    return lookup(transpose(op.getCodes(), perm), op.getCodebook(), nn::layerName(op));
  if (auto op = x.getDefiningOp<nn::TransposeOp>(); op && isParameter(x)) { // a weight that was stored the other way round
    SmallVector<int64_t> both;
    for (int64_t p : perm)
      both.push_back(op.getPerm()[p]);
    return transpose(op.getInput(), both);
  }
  return create<nn::TransposeOp>(elementType(x), x, perm);
}

Value Node::reshape(Value x, ArrayRef<int64_t> to) {
  if (!x || failed())
    return {};
  if (shape(x) == to && !llvm::is_contained(to, -1))
    return x;
  SmallVector<int64_t> sizes;
  for (int64_t d : to)
    sizes.push_back(d < 0 ? 1 : d);
  if (safeElementCount(sizes) < 0) {
    (void)invalid("reshapes to more than 2^40 elements, or a negative dimension");
    return {};
  }
  const HostTensor *c = constant(x);
  if (c && safeElementCount(to) == c->size()) // not so if there is a -1
    return makeConstant(c->reshaped(to), nn::layerName(x.getDefiningOp()));
  bool isKnown = type(x).hasStaticShape() && safeElementCount(to) == type(x).getNumElements();
  // Groups are equal parts of the elements in row-major order, whatever the shape.
  if (auto op = x.getDefiningOp<codec::LookupOp>(); op && isKnown && !to.empty() && to[0] % shape(op.getCodebook())[0] == 0)
    return lookup(reshape(op.getCodes(), to), op.getCodebook(), nn::layerName(op));
  if (auto op = x.getDefiningOp<codec::ScatterOp>(); op && isKnown && !to.empty())
    return scatter(op.getValues(), reshape(op.getMask(), to), nn::layerName(op));
  Value result = create<nn::ReshapeOp>(elementType(x), x, to);
  return result;
}

Value Node::reshapeTo(Value x, ArrayRef<Dim> dims) {
  if (!x || failed())
    return {};
  SmallVector<int64_t> to;
  for (const Dim &d : dims)
    to.push_back(d.isKnown() ? d.factor : -1);
  if (llvm::count(to, -1) > 1) {
    // One may be what the element count leaves, the others must be dimensions of x.
    SmallVector<Dim> from = symbols().dims(x);
    int64_t unknown = 0;
    size_t next = 0;
    for (auto [i, d] : llvm::enumerate(dims)) {
      if (d.isKnown())
        continue;
      auto *at = std::find(from.begin() + next, from.end(), d);
      at = at == from.end() ? std::find(from.begin(), from.end(), d) : at;
      if (at == from.end()) {
        ++unknown;
        continue;
      }
      next = at - from.begin() + 1;
      to[i] = -2 - (at - from.begin());
    }
    if (unknown > 1) {
      (void)unsupported("reshapes to several dynamic dimensions that its input does not have; give all but one of them a value");
      return {};
    }
  }
  Value result = reshape(x, to);
  for (auto [i, d] : llvm::enumerate(dims))
    if (result && !d.isKnown() && type(result).isDynamicDim(i))
      symbols().set(result, i, d);
  return result;
}
