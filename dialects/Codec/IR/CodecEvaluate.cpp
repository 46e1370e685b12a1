//===- CodecEvaluate.cpp - what every codec operation is worth --------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//
// Thin over runtime/reference, which defines the rules.
//===-------------------------------------------------------------------------===//
#include "dialects/Codec/IR/CodecOps.h"
#include "dialects/Nn/IR/Integers.h"
#include "runtime/reference/Codec.h"
#include "runtime/reference/Factors.h"

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
Outcome ScatterOp::evaluate(Operands x) { return reference::scatter(*x[0], *x[1]); }

Outcome TensorTrainOp::evaluate(Operands x) { return reference::tensorTrain(std::vector<const reference::Tensor *>(x.begin(), x.end())); }
Outcome TuckerOp::evaluate(Operands x) { return reference::tucker(*x[0], *x[1], *x[2]); }
Outcome MatmulOp::evaluate(Operands x) {
  Type element = cast<RankedTensorType>(getResult().getType()).getElementType();
  auto integer = dyn_cast<IntegerType>(element);
  auto type = integer ? reference::ElementType::integer(integer.getWidth(), !nn::isUnsignedInteger(integer)) : reference::ElementType::f32();
  return reference::basisProduct(*x[0], *x[1], static_cast<int64_t>(getChannels()), type);
}
