//===- CodecEvaluate.cpp - what every codec operation is worth --------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//
// Thin over runtime/reference, which defines the rules.
//===-------------------------------------------------------------------------===//
#include "dialects/Codec/IR/CodecOps.h"
#include "dialects/Nn/IR/Integers.h"
#include "runtime/reference/Codec.h"
#include "runtime/reference/Factors.h"
#include "runtime/reference/Masks.h"

using namespace mlir;
using namespace weft;
using namespace weft::codec;

using Operands = llvm::ArrayRef<const reference::Tensor *>;
using Outcome = reference::Result<reference::Tensor>;

Outcome LookupOp::evaluate(Operands x) { return reference::lookup(*x[0], *x[1]); }

/// The integer type of a result that its verifier has checked.
static reference::ElementType integerType(mlir::Value result) {
  auto type = mlir::cast<mlir::IntegerType>(mlir::cast<mlir::RankedTensorType>(result.getType()).getElementType());
  return reference::ElementType::integer(type.getWidth(), !nn::isUnsignedInteger(type));
}

Outcome BitplanesOp::evaluate(Operands x) { return reference::bitplanes(*x[0], getShift(), integerType(getResult())); }
Outcome PowersOp::evaluate(Operands x) { return reference::powers(*x[0], getShift(), integerType(getResult())); }

static reference::Shape shapeOf(Value v) {
  llvm::ArrayRef<int64_t> shape = cast<RankedTensorType>(v.getType()).getShape();
  return {shape.begin(), shape.end()};
}

Outcome InterleaveOp::evaluate(Operands x) {
  return reference::interleaveMask({static_cast<int64_t>(getType()), static_cast<int64_t>(getFanOut()), x[0], x.size() > 1 ? x[1] : nullptr},
                                   getChannels(), shapeOf(getResult()));
}
Outcome RandomMaskOp::evaluate(Operands x) {
  auto seed = static_cast<uint64_t>(x[0]->integers()[0]);
  if (getFanIn())
    return reference::structuredRandomMask(seed, *getFanIn(), shapeOf(getResult()));
  return reference::randomMask(seed, *getEdges(), shapeOf(getResult()));
}
Outcome NmMaskOp::evaluate(Operands x) { return reference::nmMask(*x[0], getChannels(), shapeOf(getResult())); }
Outcome BlockMaskOp::evaluate(Operands x) { return reference::blockMask(*x[0], *x[1], getChannels(), shapeOf(getResult())); }
Outcome ScatterOp::evaluate(Operands x) { return reference::scatter(*x[0], *x[1]); }

Outcome TensorTrainOp::evaluate(Operands x) { return reference::tensorTrain(std::vector<const reference::Tensor *>(x.begin(), x.end())); }
Outcome TuckerOp::evaluate(Operands x) { return reference::tucker(*x[0], *x[1], *x[2]); }
Outcome MatmulOp::evaluate(Operands x) {
  Type element = cast<RankedTensorType>(getResult().getType()).getElementType();
  auto integer = dyn_cast<IntegerType>(element);
  auto type = integer ? reference::ElementType::integer(integer.getWidth(), !nn::isUnsignedInteger(integer)) : reference::ElementType::f32();
  return reference::basisProduct(*x[0], *x[1], static_cast<int64_t>(getChannels()), type);
}

Outcome DeltaOp::evaluate(Operands x) {
  auto type = cast<IntegerType>(cast<RankedTensorType>(getResult().getType()).getElementType());
  return reference::delta(*x[0], *x[1], reference::ElementType::integer(type.getWidth(), !nn::isUnsignedInteger(type)),
                          getMode() == DeltaMode::consecutive, getShift(), getChannels());
}

Outcome CirculantOp::evaluate(Operands x) { return reference::circulant(*x[0], getChannels()); }

Outcome HuffmanOp::evaluate(Operands x) {
  auto type = cast<RankedTensorType>(getResult().getType());
  auto element = cast<IntegerType>(type.getElementType());
  bool isSigned = !element.isUnsigned() && element.getWidth() > 1;
  reference::HuffmanAttributes attributes{static_cast<int64_t>(getBits()), static_cast<int64_t>(getFirst()), static_cast<int64_t>(getGroup())};
  return reference::huffman(*x[0], *x[1], attributes, reference::ElementType::integer(element.getWidth(), isSigned),
                            reference::Shape(type.getShape().begin(), type.getShape().end()));
}
