//===- FlowDialect.cpp - registration and the stream type ----------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "dialects/Flow/IR/FlowOps.h"
#include "llvm/ADT/TypeSwitch.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/IR/OpImplementation.h"

using namespace mlir;
using namespace weft::flow;

#include "dialects/Flow/IR/FlowDialect.cpp.inc"
#include "dialects/Flow/IR/FlowEnums.cpp.inc"
#include "dialects/Flow/IR/FlowInterfaces.cpp.inc"
#define GET_TYPEDEF_CLASSES
#include "dialects/Flow/IR/FlowTypes.cpp.inc"
#define GET_OP_CLASSES
#include "dialects/Flow/IR/FlowOps.cpp.inc"

void FlowDialect::initialize() {
  addTypes<
#define GET_TYPEDEF_LIST
#include "dialects/Flow/IR/FlowTypes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/Flow/IR/FlowOps.cpp.inc"
      >();
}

/// `<8x8x16xui8, 4>`
Type StreamType::parse(AsmParser &parser) {
  SmallVector<int64_t> frame;
  Type element;
  int64_t lanes = 0;
  SMLoc loc = parser.getCurrentLocation();
  if (parser.parseLess() || parser.parseDimensionList(frame, /*allowDynamic=*/false) ||
      parser.parseType(element) || parser.parseComma() || parser.parseInteger(lanes) ||
      parser.parseGreater())
    return {};
  auto integer = dyn_cast<IntegerType>(element);
  if (frame.size() != 3 || !integer) {
    parser.emitError(loc, "expected height x width x channels x an integer type");
    return {};
  }
  return parser.getChecked<StreamType>(loc, parser.getContext(), frame[0], frame[1], frame[2],
                                       integer, lanes);
}

void StreamType::print(AsmPrinter &printer) const {
  printer << "<" << getHeight() << "x" << getWidth() << "x" << getChannels() << "x"
          << getElementType() << ", " << getLanes() << ">";
}

LogicalResult StreamType::verify(llvm::function_ref<InFlightDiagnostic()> emitError,
                                 int64_t height, int64_t width, int64_t channels,
                                 IntegerType elementType, int64_t lanes) {
  if (height < 1 || width < 1 || channels < 1)
    return emitError() << "frame dimensions are at least 1, got " << height << "x" << width << "x"
                       << channels;
  if (lanes < 1 || channels % lanes != 0)
    return emitError() << "lanes divide the channels (D2), got " << lanes << " lanes and "
                       << channels << " channels";
  if (elementType.getWidth() < 1 || elementType.getWidth() > 64)
    return emitError() << "elements have 1 to 64 bits, got " << elementType;
  return success();
}

func::FuncOp weft::flow::findDesign(ModuleOp module) {
  return module.lookupSymbol<func::FuncOp>(kDesignName);
}

int64_t weft::flow::clusteredDrain(int64_t pe, int64_t codes, int64_t multipliers) {
  return (pe * codes + multipliers - 1) / multipliers;
}
