//===- Signature.cpp - inputs and outputs of a compiled model -------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Report/Signature.h"

#include "compiler/Report/Layers.h"
#include "dialects/Nn/IR/NnOps.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace weft::report {
namespace {

std::string portName(Attribute name, StringRef fallback, unsigned index) {
  if (auto text = dyn_cast_or_null<StringAttr>(name))
    return text.str();
  return (fallback + Twine(index)).str();
}

/// The single element of a constant, if that is what `value` is.
template <typename T> std::optional<T> constantElement(Value value) {
  ElementsAttr elements;
  if (!matchPattern(value, m_Constant(&elements)) || elements.getNumElements() != 1)
    return std::nullopt;
  if constexpr (std::is_same_v<T, APFloat>) {
    if (auto values = elements.tryGetValues<APFloat>())
      return *values->begin();
  } else if (auto values = elements.tryGetValues<APInt>()) {
    return *values->begin();
  }
  return std::nullopt;
}

std::optional<PortQuantizer> quantizer(Type type, Value scale, Value zeroPoint) {
  auto s = constantElement<APFloat>(scale);
  auto z = constantElement<APInt>(zeroPoint);
  if (!s || !z)
    return std::nullopt;
  bool isUnsigned = getElementTypeOrSelf(type).isUnsignedInteger();
  return PortQuantizer{typeName(type), s->convertToDouble(),
                       isUnsigned ? static_cast<int64_t>(z->getZExtValue()) : z->getSExtValue()};
}

void addQuantizers(func::FuncOp main, Signature &signature) {
  for (auto [i, argument] : llvm::enumerate(main.getArguments()))
    for (Operation *user : argument.getUsers())
      if (auto op = dyn_cast<nn::QuantizeOp>(user))
        signature.inputs[i].quantizer = quantizer(op.getResult().getType(), op.getScale(), op.getZeroPoint());
  Operation *terminator = main.getBody().front().getTerminator();
  for (auto [i, value] : llvm::enumerate(terminator->getOperands()))
    if (auto op = value.getDefiningOp<nn::DequantizeOp>())
      signature.outputs[i].quantizer = quantizer(op.getInput().getType(), op.getScale(), op.getZeroPoint());
}

} // namespace

Signature functionSignature(func::FuncOp function) {
  Signature signature;
  for (auto [i, type] : llvm::enumerate(function.getArgumentTypes()))
    signature.inputs.push_back(
        {portName(function.getArgAttr(i, nn::kNameAttr), "input", i), typeName(type), shapeOf(type), std::nullopt});
  for (auto [i, type] : llvm::enumerate(function.getResultTypes()))
    signature.outputs.push_back(
        {portName(function.getResultAttr(i, nn::kNameAttr), "output", i), typeName(type), shapeOf(type), std::nullopt});
  return signature;
}

FailureOr<Signature> readSignature(ModuleOp module) {
  auto main = module.lookupSymbol<func::FuncOp>("main");
  if (!main || main.empty())
    return module.emitError("expected a function @main, found none: not a module that weft wrote");
  Signature signature = functionSignature(main);
  signature.quantized = module.lookupSymbol<func::FuncOp>("core") != nullptr;
  if (signature.quantized)
    addQuantizers(main, signature);
  return signature;
}

} // namespace weft::report
