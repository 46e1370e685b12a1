//===- Conv.cpp - convolutions ------------------------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Import/Ops/Conv.h"
#include "compiler/Import/OpTable.h"
#include "compiler/Import/Ops/Weights.h"
#include "compiler/Import/Ops/Windows.h"

using namespace mlir;
using namespace weft;
using namespace weft::import;

Value weft::import::convolution(Node &node, Value x, Value weight, Value bias) {
  if (node.failed() || failed(checkWeight(node, weight)))
    return {};
  auto shape = node.shape(weight);
  if (shape.size() < 3 || llvm::is_contained(shape, ShapedType::kDynamic)) {
    (void)node.invalid("has a weight of rank " + Twine(shape.size()) + ", expected a known [O, C/groups, kernel...]");
    return {};
  }
  auto declared = node.getInts("kernel_shape");
  if (declared && ArrayRef<int64_t>(*declared) != shape.drop_front(2)) {
    (void)node.invalid("has a kernel_shape that differs from its weight's dimensions");
    return {};
  }
  std::optional<Windows> w = readWindows(node, x, shape.drop_front(2));
  int64_t groups = node.getInt("group", 1);
  if (!w || groups < 1 || groups > shape[0]) {
    (void)node.invalid("has " + Twine(groups) + " groups, expected 1 to its " + Twine(shape[0]) + " outputs");
    return {};
  }
  if (!bias)
    bias = node.makeSplat({shape[0]}, node.elementType(x), 0);
  return node.create<nn::ConvOp>(node.elementType(x), x, weight, bias, w->strides, w->begin, w->end, w->dilations,
                                 groups, /*pad_value=*/int64_t(0));
}

static LogicalResult buildConv(Node &node) {
  Value x = node.input(0), weight = node.input(1), bias = node.has(2) ? node.input(2) : Value();
  return node.set(0, convolution(node, x, weight, bias));
}

void weft::import::registerConvOps(OpTable &table) { table.add("Conv", buildConv, 2, 3); }
