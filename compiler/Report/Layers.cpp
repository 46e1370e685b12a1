//===- Layers.cpp - what a function of nn operators holds, layer by layer ------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Report/Layers.h"

#include "compiler/Report/Table.h"
#include "dialects/Codec/IR/CodecOps.h"
#include "dialects/Lut/IR/LutOps.h"
#include "dialects/Nn/IR/NnOps.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace weft::report {
namespace {

int64_t constantBits(Value value) {
  auto type = cast<RankedTensorType>(value.getType());
  return type.getNumElements() * type.getElementTypeBitWidth();
}

/// A weight is a constant, a codec expression, or a dequantize of either.
int64_t weightBitsOf(Value weight) {
  if (auto dequantize = weight.getDefiningOp<nn::DequantizeOp>())
    return weightBitsOf(dequantize.getInput());
  if (auto type = dyn_cast<RankedTensorType>(weight.getType()); !type || !type.hasStaticShape())
    return 0;
  return codec::storageBits(weight);
}

std::string schemeOf(Value weight) {
  if (auto dequantize = weight.getDefiningOp<nn::DequantizeOp>())
    return schemeOf(dequantize.getInput());
  if (weight.getDefiningOp<codec::Expression>())
    return codec::schemeName(weight) + " " + typeName(weight.getType());
  return typeName(weight.getType());
}

int64_t elementsPerSample(RankedTensorType type) {
  int64_t n = 1;
  for (auto [i, dim] : llvm::enumerate(type.getShape()))
    n *= (i == 0 || ShapedType::isDynamic(dim)) ? 1 : dim;
  return n;
}

/// Elements of the result times the length of each sum.
int64_t macsOf(Operation *op) {
  auto result = cast<RankedTensorType>(op->getResult(0).getType());
  if (auto weighted = dyn_cast<nn::WeightedOp>(op)) {
    auto weight = dyn_cast<RankedTensorType>(weighted.getWeight().getType());
    if (!weight || !weight.hasStaticShape() || weight.getRank() == 0)
      return 0;
    if (!nn::asAffine(op)) // a recurrent layer: a product for each step of its input
      result = cast<RankedTensorType>(weighted.getInput().getType());
    return elementsPerSample(result) * (weight.getNumElements() / std::max<int64_t>(1, weight.getDimSize(0)));
  }
  if (auto matmul = dyn_cast<nn::MatmulOp>(op)) {
    int64_t inner = cast<RankedTensorType>(matmul.getLhs().getType()).getShape().back();
    return ShapedType::isDynamic(inner) ? 0 : elementsPerSample(result) * inner;
  }
  return 0;
}

std::string opText(Operation *op) {
  std::string text = op->getName().stripDialect().str();
  auto with = [&](StringRef more) { return text + " " + more.str(); };
  return llvm::TypeSwitch<Operation *, std::string>(op)
      .Case<nn::ConvOp>([&](nn::ConvOp conv) {
        auto kernel = shapeOf(conv.getWeight().getType());
        kernel.erase(kernel.begin(), kernel.begin() + std::min<size_t>(2, kernel.size()));
        bool depthwise = conv.getGroups() > 1 && cast<RankedTensorType>(conv.getWeight().getType()).getDimSize(1) == 1;
        std::string groups = conv.getGroups() > 1 && !depthwise ? " groups=" + std::to_string(conv.getGroups()) : "";
        return (depthwise ? "depthwise " : "") + with(shapeAsText(kernel)) + groups;
      })
      .Case<nn::PoolOp>([&](nn::PoolOp pool) {
        std::vector<int64_t> kernel(pool.getKernel().begin(), pool.getKernel().end());
        return with(stringifyPoolKind(pool.getKind())) + " " + shapeAsText(kernel);
      })
      .Case<nn::UnaryOp>([&](nn::UnaryOp unary) { return with(stringifyUnaryKind(unary.getKind())); })
      .Case<nn::BinaryOp>([&](nn::BinaryOp binary) { return with(stringifyBinaryKind(binary.getKind())); })
      .Case<nn::ReduceOp>([&](nn::ReduceOp reduce) { return with(stringifyReduceKind(reduce.getKind())); })
      .Case<nn::RequantizeOp>([&](nn::RequantizeOp requantize) {
        return with(stringifyRequantizeForm(requantize.getForm()));
      })
      .Case<nn::RecurrentOp, nn::QrecurrentOp>([&](auto recurrent) { return with(stringifyRecurrentKind(recurrent.getKind())); })
      .Case<lut::NetworkOp>([&](lut::NetworkOp network) { return std::to_string(network.getArities().size()) + " tables"; })
      .Default([&](Operation *) { return text; });
}

bool isConstantExpression(Operation *op) {
  return op->hasTrait<OpTrait::ConstantLike>() || isa<codec::Expression>(op);
}

/// A dequantize that only unpacks a weight is part of the weight.
bool belongsToItsUser(Operation *op) {
  if (isConstantExpression(op))
    return true;
  auto dequantize = dyn_cast<nn::DequantizeOp>(op);
  Operation *source = dequantize ? dequantize.getInput().getDefiningOp() : nullptr;
  return source && isConstantExpression(source);
}

Layer describe(Operation *op) {
  Layer layer;
  layer.name = nn::layerName(op).str();
  layer.op = opText(op);
  layer.shape = shapeOf(op->getResult(0).getType());
  layer.type = typeName(op->getResult(0).getType());
  layer.macs = macsOf(op);
  if (auto weighted = dyn_cast<nn::WeightedOp>(op)) {
    layer.weightBits = weightBitsOf(weighted.getWeight());
    layer.weightScheme = schemeOf(weighted.getWeight());
    layer.biasBits = weightBitsOf(weighted.getBias());
    for (Value value : {weighted.getWeight(), weighted.getBias()})
      if (auto type = cast<RankedTensorType>(value.getType()); type.hasStaticShape())
        layer.parameters += type.getNumElements();
    if (auto type = dyn_cast<IntegerType>(getElementTypeOrSelf(op->getResult(0).getType())))
      layer.accumulatorBits = type.getWidth();
    return layer;
  }
  if (auto network = dyn_cast<lut::NetworkOp>(op))
    for (int32_t arity : network.getArities())
      layer.otherBits += int64_t(1) << arity;
  for (Value operand : op->getOperands())
    if (Operation *source = operand.getDefiningOp(); source && source->hasTrait<OpTrait::ConstantLike>())
      layer.otherBits += constantBits(operand);
  return layer;
}

} // namespace

std::string typeName(Type type) {
  type = getElementTypeOrSelf(type);
  if (auto integer = dyn_cast<IntegerType>(type))
    return (integer.isUnsigned() ? "ui" : "i") + std::to_string(integer.getWidth());
  std::string text;
  llvm::raw_string_ostream(text) << type;
  return text;
}

std::vector<int64_t> shapeOf(Type type) {
  std::vector<int64_t> shape;
  if (auto ranked = dyn_cast<RankedTensorType>(type))
    for (int64_t dim : ranked.getShape())
      shape.push_back(ShapedType::isDynamic(dim) ? -1 : dim);
  return shape;
}

/// Bits of leaves below a weight that an earlier layer counted: a codebook that layers share is stored once.
static int64_t bitsCountedBefore(Value weight, llvm::DenseSet<Value> &counted) {
  Operation *op = weight.getDefiningOp();
  if (!op)
    return 0;
  if (auto dequantize = dyn_cast<nn::DequantizeOp>(op))
    return bitsCountedBefore(dequantize.getInput(), counted);
  if (!isa<codec::Expression>(op))
    return counted.insert(weight).second ? 0 : weightBitsOf(weight);
  int64_t bits = 0;
  for (Value operand : op->getOperands())
    bits += bitsCountedBefore(operand, counted);
  return bits;
}

std::vector<Layer> describeLayers(func::FuncOp function) {
  std::vector<Layer> layers;
  llvm::DenseSet<Value> counted;
  for (Operation &op : function.getBody().getOps())
    if (op.getNumResults() == 1 && isa<RankedTensorType>(op.getResult(0).getType()) && !belongsToItsUser(&op) &&
        !isa<func::CallOp>(op))
    {
      layers.push_back(describe(&op));
      if (auto weighted = dyn_cast<nn::WeightedOp>(&op))
        layers.back().weightBits -= bitsCountedBefore(weighted.getWeight(), counted);
    }
  return layers;
}

} // namespace weft::report
