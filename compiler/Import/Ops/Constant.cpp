//===- Constant.cpp - constants, Identity, Dropout ----------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Import/OpTable.h"
#include "compiler/Import/Ops/Counting.h"

using namespace mlir;
using namespace weft;
using namespace weft::import;

/// Constant in any of its forms: a tensor, a number or a list of numbers.
static LogicalResult buildConstant(Node &node) {
  OpBuilder &b = node.builder();
  auto typeOf = [](ArrayRef<int64_t> shape, Type element) { return RankedTensorType::get(shape, element); };
  if (node.hasAttr("value")) {
    auto tensor = node.getTensor("value");
    return tensor ? node.set(0, std::move(*tensor)) : failure();
  }
  if (node.hasAttr("value_float"))
    return node.set(0, HostTensor::ofDoubles(typeOf({}, b.getF32Type()), {node.getFloat("value_float", 0)}));
  if (node.hasAttr("value_int"))
    return node.set(0, HostTensor::ofIntegers(typeOf({}, b.getI64Type()), {node.getInt("value_int", 0)}));
  if (auto values = node.getFloats("value_floats"); node.hasAttr("value_floats") && values)
    return node.set(0, HostTensor::ofDoubles(typeOf({static_cast<int64_t>(values->size())}, b.getF32Type()), *values));
  if (auto values = node.getInts("value_ints"); node.hasAttr("value_ints") && values)
    return node.set(0, HostTensor::ofIntegers(typeOf({static_cast<int64_t>(values->size())}, b.getI64Type()), *values));
  if (node.failed())
    return failure();
  for (StringRef form : {"sparse_value", "value_string", "value_strings"})
    if (node.hasAttr(form))
      return node.unsupported("holds a " + form);
  return node.invalid("holds no value");
}

/// A tensor of one value; the shape must be known, or known but for what broadcasting will supply.
static LogicalResult buildConstantOfShape(Node &node) {
  std::optional<HostTensor> value = node.getTensor("value");
  if (std::optional<SmallTensor> dims = node.small(0); dims && !dims->isKnown() && dims->shape.size() == 1)
    return node.set(0, SymbolicSplat{dims->elements, value ? value->elementType() : node.builder().getF32Type(), value ? value->real(0) : 0});
  std::optional<SmallVector<int64_t>> shape = node.ints(0, "dimensions");
  if (!shape || node.failed())
    return failure();
  if (value && value->size() != 1)
    return node.invalid("has a value of " + Twine(value->size()) + " elements, expected one");
  Type element = value ? value->elementType() : node.builder().getF32Type();
  int64_t count = 1;
  for (int64_t d : *shape) {
    if (d < 0 || d > (int64_t(1) << 30) || count > (int64_t(1) << 40) / std::max<int64_t>(d, 1))
      return node.invalid("has a dimension of " + Twine(d) + "; the result is negative or too large");
    count *= std::max<int64_t>(d, 1);
  }
  if (count <= SmallTensor::kMaxElements)
    return node.set(0, HostTensor::splat(RankedTensorType::get(*shape, element), value ? value->real(0) : 0));
  return node.set(0, node.makeSplat(*shape, element, value ? value->real(0) : 0));
}

static LogicalResult buildIdentity(Node &node) { return node.forward(0, 0); }

/// Nothing at inference, and all of its mask is true.
static LogicalResult buildDropout(Node &node) {
  for (StringRef name : {"seed", "is_test", "consumed_inputs"})
    node.ignoreAttr(name);
  (void)node.getFloat("ratio", 0.5);
  bool training = false;
  if (node.has(2)) {
    std::optional<HostTensor> mode = node.parameter(2), ratio = node.has(1) ? node.parameter(1) : std::nullopt;
    if (node.failed())
      return failure();
    if (!mode)
      return node.needsConstant("its training mode '" + node.inputName(2) + "' is computed, expected a constant", {1, 2});
    bool drops = !ratio || ratio->size() != 1 || ratio->real(0) != 0;
    training = mode->size() != 1 || (mode->integer(0) != 0 && drops);
    if (training && node.has(1) && !ratio)
      return node.needsConstant("its training mode is set; export the model for inference", 1u);
  }
  if (training)
    return node.unsupported("its training mode is set; export the model for inference");
  if (node.hasOutput(1)) {
    Value x = node.input(0), mask = trueLike(node, x);
    if (node.opset() < 10 && mask) // before opset 10 the mask has the input's type
      mask = node.convert(mask, node.elementType(x));
    if (failed(node.set(1, mask)))
      return failure();
  }
  return node.forward(0, 0);
}

void weft::import::registerConstantOps(OpTable &table) {
  table.add("Constant", buildConstant, 0, 0);
  table.add("ConstantOfShape", buildConstantOfShape, 1, 1);
  table.add("Identity", buildIdentity, 1, 1);
  table.add("Dropout", buildDropout, 1, 3);
}
