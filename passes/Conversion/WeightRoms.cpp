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

FailureOr<ListImages> listImages(flow::GatherMvuOp op, const Tensor &gaps) {
  FailureOr<std::vector<int64_t>> read = op.readInputs(gaps.integers());
  if (failed(read))
    return failure();
  const std::vector<int64_t> &input = *read;
  int64_t edges = op.getEdges(), simd = op.getSimd(), each = op.getSteps(), sets = op.getSets(), load = op.getLoadLanes(), lists = gaps.dim(0);
  std::vector<int64_t> last(simd, 0);
  ListImages images;
  images.firsts.assign(simd, op.getK());
  for (int64_t i = 0; i < gaps.size(); ++i) {
    int64_t memory = i % edges / each, beat = input[i] / load;
    images.firsts[memory] = std::min(images.firsts[memory], beat);
    last[memory] = std::max(last[memory], beat);
  }
  for (int64_t s = 0; s < simd; ++s)
    images.depth = std::max(images.depth, last[s] - images.firsts[s] + 1);
  auto bitsBelow = [](int64_t count) { return std::max<int64_t>(1, llvm::Log2_64_Ceil(count)); };
  images.starts = {sets * simd, bitsBelow(images.depth * load), {}};
  images.gaps = {sets * simd, 1, {}};
  for (int64_t list = 0; list < lists; list += sets)
    for (int64_t t = 0; t < each; ++t)
      for (int64_t i = 0; i < sets * simd; ++i) {
        const int64_t *at = &input[(list + i / simd) * edges + i % simd * each + t];
        if (t == 0)
          images.starts.elements.push_back(*at - images.firsts[i % simd] * load);
        images.gaps.elements.push_back(t + 1 < each ? at[1] - at[0] - 1 : 0);
        images.gaps.bits = std::max(images.gaps.bits, bitsBelow(images.gaps.elements.back() + 1));
      }
  return images;
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

/// Columns of a matrix of `simd` equal parts: one of each part, then the next of each.
static Tensor dealtFromParts(const Tensor &matrix, int64_t simd) {
  int64_t columns = matrix.dim(1), each = columns / simd;
  Tensor result(matrix.type(), matrix.shape());
  for (int64_t i = 0; i < matrix.size(); ++i)
    result.integers()[i] = matrix.integers()[i / columns * columns + i % simd * each + i % columns / simd];
  return result;
}

FailureOr<WeightImages> weightImages(Operation *op, const flow::WeightSource &source, int64_t pe, int64_t simd, bool inParts) {
  FailureOr<Tensor> stored = leaf(op, source, source.stored);
  if (failed(stored))
    return failure();
  if (inParts)
    stored = dealtFromParts(*stored, simd);
  WeightImages images{source.block == 1 ? unitImage(*stored, pe, simd) : vectorImage(source, *stored, pe, simd), {}};
  if (source.decoder == flow::WeightSource::Decoder::stored)
    return images;
  FailureOr<Tensor> table = leaf(op, source, source.table);
  if (failed(table))
    return failure();
  images.table = tableImage(source, *table, pe);
  return images;
}

} // namespace weft::conversion
