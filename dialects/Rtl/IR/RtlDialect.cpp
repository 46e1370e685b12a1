//===- RtlDialect.cpp - registration and checks of the rtl dialect -------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "dialects/Rtl/IR/RtlOps.h"
#include "llvm/ADT/TypeSwitch.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/IR/OpImplementation.h"

using namespace mlir;
using namespace weft::rtl;

#include "dialects/Rtl/IR/RtlDialect.cpp.inc"
#define GET_TYPEDEF_CLASSES
#include "dialects/Rtl/IR/RtlTypes.cpp.inc"
#define GET_OP_CLASSES
#include "dialects/Rtl/IR/RtlOps.cpp.inc"

void RtlDialect::initialize() {
  addTypes<
#define GET_TYPEDEF_LIST
#include "dialects/Rtl/IR/RtlTypes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/Rtl/IR/RtlOps.cpp.inc"
      >();
}

LogicalResult RomOp::verify() {
  auto type = dyn_cast<RankedTensorType>(getData().getType());
  int64_t bytes = (static_cast<int64_t>(getWidth()) + 7) / 8;
  if (type && type.getRank() == 2 && type.getElementTypeBitWidth() == 8 && type.getDimSize(1) == bytes)
    return success();
  return emitOpError() << "expected words of " << bytes << " bytes for " << getWidth() << " bits, got "
                       << getData().getType();
}

LogicalResult LutModuleOp::verify() {
  auto bits = static_cast<int64_t>(getInputBits()), levels = static_cast<int64_t>(getLevels());
  if (bits < 0 || bits > std::numeric_limits<int32_t>::max() / 2 || levels < 0)
    return emitOpError() << "has " << bits << " input bits and levels = " << levels << ", expected 0 or more";
  return getArrays().verify(*this, bits, static_cast<int64_t>(getOutputs().size()));
}

LogicalResult InstanceOp::verify() {
  auto fits = [](ArrayAttr ports, size_t streams) { return ports.size() == streams || ports.size() == 1; };
  if (fits(getInputPorts(), getInputs().size()) && fits(getOutputPorts(), getOutputs().size()))
    return success();
  return emitOpError("expected one port prefix per stream, or one that packs them all");
}
