//===- CodecVerify.cpp - what every codec operation checks of itself -----------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "dialects/Codec/IR/CodecOps.h"
#include "dialects/Nn/IR/Integers.h"

using namespace mlir;
using namespace weft;
using namespace weft::codec;

static bool isMask(RankedTensorType type) {
  auto element = dyn_cast<IntegerType>(type.getElementType());
  return element && element.getWidth() == 1;
}

//===--- clustering -------------------------------------------------------------------===//

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

//===--- sparsity: values and masks -----------------------------------------------------===//

LogicalResult ScatterOp::verify() {
  auto values = cast<RankedTensorType>(getValues().getType()), mask = cast<RankedTensorType>(getMask().getType());
  auto result = cast<RankedTensorType>(getResult().getType());
  if (values.getRank() != 1 || result.getElementType() != values.getElementType())
    return emitOpError("values have type ") << values << ", expected [E] of " << result.getElementType() << " (A11)";
  if (!isMask(mask) || mask.getShape() != result.getShape() || result.getRank() < 1)
    return emitOpError("mask has type ") << mask << ", expected ui1 of the weight's shape (A11)";
  return success();
}
