//===- Linear.cpp - Gemm, MatMul, Conv and pools -----------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Export/GraphExporter.h"

#include <limits>

using namespace mlir;
using namespace weft;
using namespace weft::exporter;

static RankedTensorType typeOf(Value v) { return cast<RankedTensorType>(v.getType()); }

static bool isFloat(Value v) { return isa<FloatType>(typeOf(v).getElementType()); }

/// A bias of zeros is none in ONNX.
static bool isZero(Value v) {
  auto constant = v.getDefiningOp<nn::ConstantOp>();
  auto dense = constant ? dyn_cast<DenseElementsAttr>(constant.getValue()) : DenseElementsAttr();
  return dense && dense.isSplat() && isa<FloatType>(dense.getElementType()) && dense.getSplatValue<APFloat>().isPosZero();
}

static std::vector<int64_t> list(ArrayRef<int64_t> values) { return values.vec(); }

static std::vector<int64_t> joined(ArrayRef<int64_t> a, ArrayRef<int64_t> b) {
  std::vector<int64_t> all = a.vec();
  all.insert(all.end(), b.begin(), b.end());
  return all;
}

LogicalResult weft::exporter::write(GraphExporter &g, nn::LinearOp op) {
  if (!isFloat(op.getInput()))
    return g.unsupported(op, "it is an integer layer");
  if (isRecurrentInput(op))
    return success();
  std::string x = g.name(op.getInput()), weight = g.name(op.getWeight());
  bool hasBias = !isZero(op.getBias());
  if (typeOf(op.getInput()).getRank() == 2) {
    std::vector<std::string> inputs{x, weight};
    if (hasBias)
      inputs.push_back(g.name(op.getBias()));
    return g.node(op, "Gemm", inputs, {{"transB", int64_t(1)}});
  }
  std::string transposed = g.step(op, "Transpose", {weight}, {{"perm", std::vector<int64_t>{1, 0}}});
  if (!hasBias)
    return g.node(op, "MatMul", {x, transposed});
  // The layer's name goes to the product: there the importer looks for it.
  std::string product = g.step(op, "MatMul", {x, transposed}, {}, nn::layerName(op));
  return g.node(op, "Add", {product, g.name(op.getBias())});
}

LogicalResult weft::exporter::write(GraphExporter &g, nn::ConvOp op) {
  if (!isFloat(op.getInput()))
    return g.unsupported(op, "it is an integer layer");
  std::vector<std::string> inputs{g.name(op.getInput()), g.name(op.getWeight())};
  if (!isZero(op.getBias()))
    inputs.push_back(g.name(op.getBias()));
  return g.node(op, "Conv", inputs,
                {{"dilations", list(op.getDilations())},
                 {"group", static_cast<int64_t>(op.getGroups())},
                 {"kernel_shape", list(typeOf(op.getWeight()).getShape().drop_front(2))},
                 {"pads", joined(op.getPadsBegin(), op.getPadsEnd())},
                 {"strides", list(op.getStrides())}});
}

LogicalResult weft::exporter::write(GraphExporter &g, nn::MatmulOp op) {
  return g.node(op, "MatMul", {g.name(op.getLhs()), g.name(op.getRhs())});
}

/// Pads that ONNX's pools refuse: as many as the window is long. `value` never wins, or counts as what it is.
static std::string padded(GraphExporter &g, nn::PoolOp op, double value) {
  SmallVector<int64_t> low{0, 0}, high{0, 0};
  low.append(op.getPadsBegin().begin(), op.getPadsBegin().end());
  high.append(op.getPadsEnd().begin(), op.getPadsEnd().end());
  return g.step(op, "Pad", {g.name(op.getInput()), g.integers(joined(low, high), "pads"),
                            g.scalar(typeOf(op.getInput()).getElementType(), value, "pad_value")});
}

LogicalResult weft::exporter::write(GraphExporter &g, nn::PoolOp op) {
  bool isMax = op.getKind() == nn::PoolKind::max, isSum = op.getKind() == nn::PoolKind::sum;
  if (!isFloat(op.getInput()) && !isMax)
    return g.unsupported(op, "it sums integers");
  std::vector<int64_t> pads = joined(op.getPadsBegin(), op.getPadsEnd());
  std::string x = g.name(op.getInput());
  bool countsPads = isSum || op.getCountIncludePad(), tooLong = false;
  for (size_t i = 0, n = op.getKernel().size(); i < n; ++i)
    tooLong |= std::max(pads[i], pads[i + n]) >= op.getKernel()[i];
  if (tooLong) {
    if (!isFloat(op.getInput()) || (!isMax && !countsPads))
      return g.unsupported(op, "its padding is as long as its window");
    x = padded(g, op, isMax ? -std::numeric_limits<double>::infinity() : 0);
    std::fill(pads.begin(), pads.end(), 0);
  }
  std::vector<NodeAttribute> attributes{{"dilations", list(op.getDilations())},
                                    {"kernel_shape", list(op.getKernel())},
                                    {"pads", pads},
                                    {"strides", list(op.getStrides())}};
  if (isMax)
    return g.node(op, "MaxPool", {x}, attributes);
  if (countsPads)
    attributes.push_back({"count_include_pad", int64_t(1)});
  if (!isSum)
    return g.node(op, "AveragePool", {x}, attributes);
  double elements = 1;
  for (int64_t k : op.getKernel())
    elements *= static_cast<double>(k);
  std::string mean = g.step(op, "AveragePool", {x}, attributes);
  return g.node(op, "Mul", {mean, g.scalar(typeOf(op.getInput()).getElementType(), elements, "elements")});
}
