//===- Normalize.cpp - small clean-ups after import -----------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Import/Normalize.h"
#include "compiler/Import/HostTensor.h"
#include "dialects/Codec/IR/CodecOps.h"
#include "dialects/Nn/IR/NnOps.h"
#include "passes/Evaluation/Elements.h"
#include "passes/Evaluation/Evaluator.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include <cmath>

using namespace mlir;
using namespace weft;

static bool isZero(Value value) {
  auto constant = value.getDefiningOp<nn::ConstantOp>();
  auto dense = constant ? dyn_cast<DenseElementsAttr>(constant.getValue()) : DenseElementsAttr();
  return dense && dense.isSplat() && isa<FloatType>(dense.getElementType()) && dense.getSplatValue<APFloat>().isZero();
}

/// The constant as a bias `[C]` for channels at `axis` of a result of rank `rank`: all its dimensions but the
/// channels' are 1. Null if it is not so.
static ElementsAttr asBias(Value value, int64_t axis, int64_t rank, int64_t channels) {
  auto constant = value.getDefiningOp<nn::ConstantOp>();
  auto type = cast<RankedTensorType>(value.getType());
  if (!constant || type.getRank() > rank || type.getNumElements() != channels)
    return {};
  int64_t at = axis - (rank - type.getRank());
  if (at < 0 || type.getDimSize(at) != channels)
    return {};
  auto flat = RankedTensorType::get({channels}, type.getElementType());
  if (auto dense = dyn_cast<DenseElementsAttr>(constant.getValue()))
    return dense.reshape(flat);
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(constant.getValue()))
    return DenseResourceElementsAttr::get(flat, resource.getRawHandle());
  return {};
}

/// The value, or the constant that quantized constants stand for: a quantized bias is a constant like any.
static Value constantBehind(Value value) {
  auto dequantize = value.getDefiningOp<nn::DequantizeOp>();
  bool isBias = dequantize && cast<RankedTensorType>(value.getType()).hasStaticShape() && dequantize.getInput().getDefiningOp<nn::ConstantOp>();
  ElementsAttr constant = isBias ? evaluation::foldConstant(dequantize) : ElementsAttr();
  if (!constant)
    return value;
  OpBuilder builder(dequantize);
  auto folded = nn::ConstantOp::create(builder, value.getLoc(), constant);
  nn::setLayerName(folded, nn::layerName(dequantize));
  return folded;
}

static void foldBias(nn::BinaryOp add) {
  for (auto [sum, addend] : {std::pair<Value, Value>(add.getLhs(), add.getRhs()), {add.getRhs(), add.getLhs()}}) {
    nn::WeightedOp weighted = nn::asAffine(sum.getDefiningOp());
    if (!weighted || !sum.hasOneUse() || sum.getType() != add.getType() || !isZero(weighted.getBias()))
      continue;
    auto type = cast<RankedTensorType>(sum.getType());
    int64_t axis = weighted.getChannelAxis();
    ElementsAttr bias = asBias(constantBehind(addend), axis, type.getRank(), type.getDimSize(axis));
    if (!bias)
      continue;
    OpBuilder builder(weighted);
    auto constant = nn::ConstantOp::create(builder, addend.getLoc(), bias);
    nn::setLayerName(constant, nn::layerName(addend.getDefiningOp()));
    weighted.getBiasMutable().set(constant);
    add.getResult().replaceAllUsesWith(sum);
    add.erase();
    return;
  }
}

/// Larger results stay computed: a broadcast of a number should not become a tensor.
static constexpr int64_t kMaxFolded = int64_t(1) << 24;

/// A product with a mask that is no weight after all.
static bool isNoWeight(Operation &op) {
  return isa<codec::ScatterOp>(op) && llvm::none_of(op.getUsers(), [](Operation *user) {
           return isa<nn::WeightedOp, nn::DequantizeOp, codec::Expression>(user);
         });
}

/// Whether constants become another constant: not dequantize and codec operations, which keep a weight small.
static bool mayFold(Operation &op) {
  bool isComputed = isa<nn::ShapeInference>(op) && !isa<nn::DequantizeOp>(op);
  if ((!isComputed && !isNoWeight(op)) || op.getNumOperands() == 0)
    return false;
  auto type = cast<RankedTensorType>(op.getResult(0).getType());
  return type.hasStaticShape() && type.getNumElements() <= kMaxFolded &&
         llvm::all_of(op.getOperands(), [](Value v) { return v.getDefiningOp<nn::ConstantOp>() != nullptr; });
}

void weft::import::foldConstants(func::FuncOp function) {
  for (Operation &op : llvm::make_early_inc_range(function.getBody().front())) {
    ElementsAttr value = mayFold(op) ? evaluation::foldConstant(&op) : ElementsAttr();
    if (!value || value.getType() != op.getResult(0).getType())
      continue;
    OpBuilder builder(&op);
    auto constant = nn::ConstantOp::create(builder, op.getLoc(), value);
    nn::setLayerName(constant, nn::layerName(&op));
    op.getResult(0).replaceAllUsesWith(constant.getResult());
    op.erase();
  }
}

/// Whether a value is codes, dequantized, perhaps moved.
static bool isDequantized(Value value) {
  while (auto reshape = value.getDefiningOp<nn::ReshapeOp>())
    value = reshape.getInput();
  return value.getDefiningOp<nn::DequantizeOp>() != nullptr;
}

/// The type of a list of integers of at most 8 bits; null where a number is none.
static IntegerType integersIn(MLIRContext *context, const reference::Tensor &t) {
  unsigned bits = 2;
  for (int64_t i = 0; i < t.size(); ++i) {
    double v = t.asDouble(i);
    if (v != std::nearbyint(v) || v < -128 || v > 127)
      return {};
    while (v < -std::ldexp(1, bits - 1) || v >= std::ldexp(1, bits - 1))
      ++bits;
  }
  return IntegerType::get(context, bits);
}

void weft::import::quantizeIntegerWeights(func::FuncOp function) {
  for (auto op : function.getOps<nn::WeightedOp>()) {
    auto constant = op.getWeight().getDefiningOp<nn::ConstantOp>();
    auto type = cast<RankedTensorType>(op.getWeight().getType());
    if (!constant || !type.getElementType().isF32() || !isDequantized(op.getInput()))
      continue;
    auto values = evaluation::elementsToTensor(constant.getValue());
    IntegerType integer = values.ok() ? integersIn(function.getContext(), *values) : IntegerType();
    if (!integer)
      continue;
    SmallVector<int64_t> codes;
    for (int64_t i = 0; i < values->size(); ++i)
      codes.push_back(values->asInteger(i));
    OpBuilder b(op);
    auto scalar = [&](TypedAttr value) {
      return nn::ConstantOp::create(b, op->getLoc(), DenseElementsAttr::get(RankedTensorType::get({}, value.getType()), Attribute(value)));
    };
    auto narrow = nn::ConstantOp::create(b, op->getLoc(), HostTensor::ofIntegers(RankedTensorType::get(type.getShape(), integer), codes)
                                                              .attribute(nn::layerName(constant)));
    nn::setLayerName(narrow, nn::layerName(constant));
    Value scale = scalar(b.getF32FloatAttr(1)), zero = scalar(b.getIntegerAttr(integer, 0));
    auto weight = nn::DequantizeOp::create(b, op->getLoc(), type, narrow, scale, zero);
    nn::setLayerName(weight, (nn::layerName(op) + ".weight").str());
    op.getWeightMutable().set(weight);
  }
}

void weft::import::foldBiases(func::FuncOp function) {
  SmallVector<nn::BinaryOp> adds;
  function.walk([&](nn::BinaryOp op) {
    if (op.getKind() == nn::BinaryKind::add)
      adds.push_back(op);
  });
  for (nn::BinaryOp op : adds)
    foldBias(op);
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(function.getBody().front())))
    if (op.getNumResults() > 0 && op.use_empty() && isMemoryEffectFree(&op))
      op.erase();
}
