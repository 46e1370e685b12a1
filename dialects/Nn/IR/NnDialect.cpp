//===- NnDialect.cpp - registration of the nn dialect --------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "dialects/Nn/IR/NnGradients.h"
#include "dialects/Nn/IR/NnOps.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/IR/OpImplementation.h"

using namespace mlir;
using namespace weft::nn;

#include "dialects/Nn/IR/NnDialect.cpp.inc"
#include "dialects/Nn/IR/NnEnums.cpp.inc"
#include "dialects/Nn/IR/NnInterfaces.cpp.inc"
#define GET_OP_CLASSES
#include "dialects/Nn/IR/NnOps.cpp.inc"

void NnDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "dialects/Nn/IR/NnOps.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/Nn/IR/NnGradients.cpp.inc"
      >();
}

Operation *NnDialect::materializeConstant(OpBuilder &builder, Attribute value, Type type,
                                          Location loc) {
  auto elements = dyn_cast<ElementsAttr>(value);
  if (!elements || elements.getType() != type)
    return nullptr;
  return ConstantOp::create(builder, loc, elements);
}

llvm::StringRef weft::nn::layerName(Operation *op) {
  if (auto name = op->getAttrOfType<StringAttr>(kNameAttr))
    return name.getValue();
  return op->getName().getStringRef();
}

void weft::nn::setLayerName(Operation *op, llvm::StringRef name) {
  op->setAttr(kNameAttr, StringAttr::get(op->getContext(), name));
}
