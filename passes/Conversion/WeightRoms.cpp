//===- WeightRoms.cpp - memories of weights, for every target -----------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "passes/Conversion/WeightRoms.h"

#include "dialects/Codec/IR/CodecOps.h"
#include "dialects/Nn/IR/NnOps.h"
#include "mlir/IR/Diagnostics.h"
#include "passes/Evaluation/Evaluator.h"

#include "llvm/Support/MathExtras.h"

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

RomImage indicesImage(flow::SelectMvuOp op, const Tensor &indices) {
  RomImage image = unitImage(indices.reshaped({indices.dim(0), op.getEdges()}), op.getPe() / op.getShare(), op.getMultipliers());
  image.bits = std::max<int64_t>(1, llvm::Log2_64_Ceil(op.getGroup()));
  return image;
}

Tensor sideBySide(const Tensor &stack) {
  int64_t count = stack.dim(0), each = stack.size() / count;
  unsigned bits = stack.type().bits;
  Tensor result(reference::ElementType::integer(bits * static_cast<unsigned>(count), false),
                reference::Shape(stack.shape().begin() + 1, stack.shape().end()));
  for (int64_t t = 0; t < count; ++t)
    for (int64_t i = 0; i < each; ++i)
      result.integers()[i] |= stack.integers()[t * each + i] << (static_cast<unsigned>(t) * bits);
  return result;
}

RomImage planesImage(const Tensor &planes, int64_t pe, int64_t simd) {
  int64_t count = planes.dim(0), rows = planes.dim(1), columns = planes.dim(2);
  RomImage image{pe * simd, 1, {}};
  image.elements.reserve(planes.size());
  for (int64_t n = 0; n < rows; n += pe)
    for (int64_t k = 0; k < columns; k += simd)
      for (int64_t t = 0; t < count; ++t)
        for (int64_t p = 0; p < pe; ++p)
          for (int64_t s = 0; s < simd; ++s)
            image.elements.push_back(planes.integers()[(t * rows + n + p) * columns + k + s]);
  return image;
}

/// Vectors of circulant blocks: those of max(PE, b) × max(SIMD, b) weights in a word.
static RomImage vectorImage(const flow::WeightSource &source, const Tensor &vectors, int64_t pe, int64_t simd) {
  int64_t rows = vectors.dim(0), columns = vectors.dim(1), b = source.block;
  int64_t high = std::max<int64_t>(1, pe / b), wide = std::max<int64_t>(1, simd / b);
  RomImage image{source.wordElements(pe, simd), static_cast<int64_t>(vectors.type().bits), {}};
  image.elements.reserve(vectors.size());
  for (int64_t i = 0; i < rows; i += high)
    for (int64_t j = 0; j < columns; j += wide)
      for (int64_t io = i; io < i + high; ++io)
        for (int64_t at = (io * columns + j) * b; at < (io * columns + j + wide) * b; ++at)
          image.elements.push_back(vectors.integers()[at]);
  return image;
}

/// Entries of groups side by side, of which there are `source.tableGroups(pe)`: a group that does not align with PE is repeated. With
/// runs: those of the rows of a step side by side, run after run.
static RomImage tableImage(const flow::WeightSource &source, const Tensor &table, int64_t pe) {
  int64_t groups = source.tableGroups(pe), beside = source.tableBeside(pe), bits = source.weightType.getWidth();
  RomImage image{beside * source.entries, bits, {}};
  for (int64_t first = 0; first < groups; first += beside)
    for (int64_t run = 0; run < source.runs; ++run)
      for (int64_t g = first; g < first + beside; ++g)
        for (int64_t e = 0; e < source.entries; ++e)
          image.elements.push_back(table.integers()[(g * source.groups / groups * source.runs + run) * source.entries + e]);
  return image;
}

/// The elements of a leaf; of powers of two their codes, for a source of codes.
static FailureOr<Tensor> leaf(Operation *op, const flow::WeightSource &source, Value value) {
  auto powers = source.isCodes ? value.getDefiningOp<codec::PowersOp>() : codec::PowersOp();
  auto tensor = evaluation::evaluateConstant(powers ? powers.getCodes() : value);
  if (tensor.ok())
    return powers ? sideBySide(*tensor) : std::move(*tensor);
  return op->emitError() << "layer '" << nn::layerName(op) << "': expected a constant weight: " << tensor.message();
}

/// Elements of a matrix in an order of their own; 0 for −1.
static RomImage orderedImage(const Tensor &matrix, int64_t perWord, ArrayRef<int64_t> order) {
  RomImage image{perWord, static_cast<int64_t>(matrix.type().bits), {}};
  for (int64_t i : order)
    image.elements.push_back(i < 0 ? 0 : matrix.integers()[static_cast<size_t>(i)]);
  return image;
}

/// TABLE; empty without a decoder.
static FailureOr<RomImage> tableOf(Operation *op, const flow::WeightSource &source, int64_t pe) {
  if (source.decoder == flow::WeightSource::Decoder::stored)
    return RomImage();
  FailureOr<Tensor> table = leaf(op, source, source.table);
  if (failed(table))
    return failure();
  return tableImage(source, *table, pe);
}

FailureOr<WeightImages> weightImages(Operation *op, const flow::WeightSource &source, int64_t pe, int64_t simd,
                                     ArrayRef<int64_t> order) {
  FailureOr<Tensor> stored = leaf(op, source, source.stored);
  if (failed(stored))
    return failure();
  WeightImages images{!order.empty()      ? orderedImage(*stored, pe * simd, order)
                      : source.block == 1 ? unitImage(*stored, pe, simd)
                                          : vectorImage(source, *stored, pe, simd),
                      {}};
  FailureOr<RomImage> table = tableOf(op, source, pe);
  if (failed(table))
    return failure();
  images.table = std::move(*table);
  return images;
}

FailureOr<MemoryImages> memoryImages(Operation *op, const flow::WeightSource &source, int64_t pe, int64_t rows, ArrayRef<std::vector<int64_t>> orders) {
  FailureOr<Tensor> stored = leaf(op, source, source.stored);
  FailureOr<RomImage> table = tableOf(op, source, pe);
  if (failed(stored) || failed(table))
    return failure();
  MemoryImages images{{}, std::move(*table)};
  for (const std::vector<int64_t> &order : orders)
    images.weights.push_back(orderedImage(*stored, rows, order));
  return images;
}

} // namespace weft::conversion
