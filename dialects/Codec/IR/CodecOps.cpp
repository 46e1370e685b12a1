//===- CodecOps.cpp - the codec dialect -----------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "dialects/Codec/IR/CodecOps.h"
#include "dialects/Nn/IR/Integers.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/IR/OpImplementation.h"

using namespace mlir;
using namespace weft;
using namespace weft::codec;

#include "dialects/Codec/IR/CodecDialect.cpp.inc"
#include "dialects/Codec/IR/CodecInterfaces.cpp.inc"
#define GET_OP_CLASSES
#include "dialects/Codec/IR/CodecOps.cpp.inc"

void CodecDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "dialects/Codec/IR/CodecOps.cpp.inc"
      >();
}

int64_t weft::codec::storageBits(Value weight) {
  if (auto expression = weight.getDefiningOp<Expression>())
    return expression.getStorageBits();
  auto type = cast<RankedTensorType>(weight.getType());
  return type.getNumElements() * type.getElementTypeBitWidth();
}

int64_t LookupOp::getStorageBits() { return storageBits(getCodes()) + storageBits(getCodebook()); }

std::string LookupOp::getSchemeName() {
  auto codebook = cast<RankedTensorType>(getCodebook().getType());
  std::string name = "cluster{k=" + std::to_string(codebook.getDimSize(1));
  if (codebook.getDimSize(0) > 1)
    name += " groups=" + std::to_string(codebook.getDimSize(0));
  return name + "}";
}

LogicalResult LookupOp::verify() {
  auto codes = cast<RankedTensorType>(getCodes().getType());
  auto codebook = cast<RankedTensorType>(getCodebook().getType());
  auto result = cast<RankedTensorType>(getResult().getType());
  auto codeType = dyn_cast<IntegerType>(codes.getElementType());
  if (!codeType || !nn::isUnsignedInteger(codeType) || codeType.getWidth() > 8)
    return emitOpError("codes have element type ") << codes.getElementType() << ", expected ui1 to ui8, or i1 (A9)";
  if (codebook.getRank() != 2 || codebook.getDimSize(1) > (int64_t(1) << codeType.getWidth()))
    return emitOpError("codebook has type ") << codebook << ", expected [G, K] with K at most "
           << (int64_t(1) << codeType.getWidth()) << " (A9)";
  if (codes.getRank() < 1 || codebook.getDimSize(0) < 1 || codes.getDimSize(0) % codebook.getDimSize(0) != 0)
    return emitOpError("has ") << codebook.getDimSize(0) << " groups, which do not divide the "
           << (codes.getRank() ? codes.getDimSize(0) : 0) << " rows of the codes (A9)";
  if (result.getShape() != codes.getShape() || result.getElementType() != codebook.getElementType())
    return emitOpError("result has type ") << result << ", expected the shape of the codes and the codebook's element type";
  return success();
}
