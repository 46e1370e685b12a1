//===- WeightRoms.cpp - memories of weights, for every target -----------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "passes/Conversion/WeightRoms.h"

#include "dialects/Nn/IR/NnOps.h"
#include "mlir/IR/Diagnostics.h"
#include "passes/Evaluation/Evaluator.h"

using namespace mlir;
using weft::reference::Tensor;

namespace weft::conversion {

RomImage unitImage(const Tensor &matrix, int64_t pe, int64_t simd) {
  int64_t rows = matrix.dim(0), columns = matrix.dim(1);
  RomImage image{pe * simd, static_cast<int64_t>(matrix.type().bits), {}};
  image.elements.reserve(rows * columns);
  for (int64_t n = 0; n < rows; n += pe)
    for (int64_t k = 0; k < columns; k += simd)
      for (int64_t p = 0; p < pe; ++p)
        for (int64_t s = 0; s < simd; ++s)
          image.elements.push_back(matrix.integers()[(n + p) * columns + k + s]);
  return image;
}

/// Entries of groups side by side, of which there are `source.tableGroups(pe)`: a group that does not align with PE is repeated.
static RomImage tableImage(const flow::WeightSource &source, const Tensor &table, int64_t pe) {
  int64_t groups = source.tableGroups(pe), bits = source.weightType.getWidth();
  RomImage image{source.tableBeside(pe) * source.entries, bits, {}};
  for (int64_t g = 0; g < groups; ++g)
    for (int64_t e = 0; e < source.entries; ++e)
      image.elements.push_back(table.integers()[g * source.groups / groups * source.entries + e]);
  return image;
}

static FailureOr<Tensor> leaf(Operation *op, Value value) {
  auto tensor = evaluation::evaluateConstant(value);
  if (tensor.ok())
    return std::move(*tensor);
  return op->emitError() << "layer '" << nn::layerName(op) << "': expected a constant weight: " << tensor.message();
}

FailureOr<WeightImages> weightImages(Operation *op, const flow::WeightSource &source, int64_t pe, int64_t simd) {
  FailureOr<Tensor> stored = leaf(op, source.stored);
  if (failed(stored))
    return failure();
  WeightImages images{unitImage(*stored, pe, simd), {}};
  if (source.decoder == flow::WeightSource::Decoder::stored)
    return images;
  FailureOr<Tensor> table = leaf(op, source.table);
  if (failed(table))
    return failure();
  images.table = tableImage(source, *table, pe);
  return images;
}

} // namespace weft::conversion
