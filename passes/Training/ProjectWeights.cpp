//===- ProjectWeights.cpp - codec expressions turned around --------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "passes/Training/ProjectWeights.h"

#include "dialects/Codec/IR/CodecOps.h"
#include "dialects/Nn/IR/NnOps.h"
#include "llvm/ADT/TypeSwitch.h"
#include "passes/Compression/Algorithms/PowersOfTwo.h"
#include "passes/Evaluation/Evaluator.h"
#include "passes/Transforms/Constants.h"
#include "runtime/reference/Codec.h"
#include "runtime/reference/Masks.h"

using namespace mlir;
using weft::reference::Tensor;

namespace weft::training {
namespace {

using Outcome = FailureOr<ProjectionPtr>;

RankedTensorType typeOf(Value v) { return cast<RankedTensorType>(v.getType()); }
reference::Shape shapeOf(Value v) { return {typeOf(v).getShape().begin(), typeOf(v).getShape().end()}; }

/// A new constant of integers where the old leaf was.
Sink replaceIntegers(OpOperand &use) {
  return [&use](const std::vector<int64_t> &values) {
    Value old = use.get();
    OpBuilder b(use.getOwner());
    std::string name = nn::layerName(old.getDefiningOp()).str();
    use.set(transforms::makeIntegers(b, old.getLoc(), cast<IntegerType>(typeOf(old).getElementType()), shapeOf(old), values, name));
  };
}

RealSink replaceReals(OpOperand &use) {
  return [&use](const std::vector<float> &values) {
    Value old = use.get();
    OpBuilder b(use.getOwner());
    use.set(transforms::makeConstant(b, old.getLoc(), Tensor::ofFloats(shapeOf(old), values), nn::layerName(old.getDefiningOp())));
  };
}

FailureOr<Tensor> valueOf(Value v) {
  auto value = evaluation::evaluateConstant(v);
  if (!value.ok())
    return emitError(v.getLoc()) << "is a part of a weight that is computed, expected a constant to train";
  return *value;
}

/// Two bits, of which −1 and 1 alone are used: a weight that is meant to be binary.
bool isBinary(IntegerType element, const Tensor &codes) {
  return element.getWidth() == 2 && llvm::all_of(codes.integers(), [](int64_t code) { return code == -1 || code == 1; });
}

Outcome ofConstant(OpOperand &use) {
  auto element = dyn_cast<IntegerType>(typeOf(use.get()).getElementType());
  if (!element)
    return keepReal(replaceReals(use));
  FailureOr<Tensor> codes = valueOf(use.get());
  if (succeeded(codes) && isBinary(element, *codes))
    return binary(replaceIntegers(use));
  bool isUnsigned = element.isUnsigned() || element.getWidth() == 1;
  int64_t greatest = (int64_t(1) << (element.getWidth() - (isUnsigned ? 0 : 1))) - 1;
  return roundToIntegers(isUnsigned ? 0 : -greatest, greatest, replaceIntegers(use));
}

Outcome ofDequantize(nn::DequantizeOp op, const ProjectionOptions &options) {
  FailureOr<Tensor> scales = valueOf(op.getScale()), zeros = valueOf(op.getZeroPoint());
  if (failed(scales) || failed(zeros))
    return failure();
  if (scales->size() > 1 && op.getAxis() != 0)
    return op.emitOpError() << "has scales along axis " << op.getAxis() << " of a weight, expected axis 0 to train";
  for (int64_t i = 0; i < zeros->size(); ++i)
    if (zeros->asInteger(i) != 0)
      return op.emitOpError() << "has a zero point of " << zeros->asInteger(i) << ", expected weights without one to train";
  Outcome inner = projectionOf(op.getInputMutable(), {false, options.isPruning});
  if (failed(inner))
    return failure();
  return scaled(scales->floats(), std::move(*inner), options.learnScales ? replaceReals(op.getScaleMutable()) : RealSink());
}

Outcome ofLookup(codec::LookupOp op) {
  FailureOr<Tensor> codes = valueOf(op.getCodes()), entries = valueOf(op.getCodebook());
  auto element = dyn_cast<IntegerType>(typeOf(op.getCodebook()).getElementType());
  if (succeeded(entries) && element && isBinary(element, *entries) && entries->size() == 2 && entries->asInteger(0) != entries->asInteger(1))
    return binary([sink = replaceIntegers(op.getCodesMutable()), first = entries->asInteger(0)](const std::vector<int64_t> &signs) {
      std::vector<int64_t> codes;
      for (int64_t sign : signs)
        codes.push_back(sign != first);
      sink(codes);
    });
  Outcome inner = projectionOf(op.getCodebookMutable());
  if (failed(codes) || failed(entries) || failed(inner))
    return failure();
  Codebooks books;
  books.groups = entries->dim(0);
  for (int64_t i = 0; i < codes->size(); ++i)
    books.codes.push_back(static_cast<uint8_t>(codes->asInteger(i)));
  for (int64_t i = 0; i < entries->size(); ++i)
    books.entries.push_back(static_cast<float>(entries->asDouble(i)));
  return clustered(std::move(books), std::move(*inner), replaceIntegers(op.getCodesMutable()));
}

/// How weights of a mask that is chosen by magnitude compete, and what takes the mask; false for other masks.
bool patternOf(codec::ScatterOp op, const std::vector<bool> &mask, PruningPattern &p, MaskSink &sink) {
  auto type = typeOf(op.getResult());
  p.rows = type.getDimSize(0), p.columns = type.getNumElements() / p.rows;
  auto order = [&](int64_t channels) {
    for (int64_t i = 0; i < type.getNumElements(); ++i)
      p.elements.push_back(i / p.columns * p.columns + reference::columnOfPosition(i % p.columns, channels, p.columns));
  };
  if (auto nm = op.getMask().getDefiningOp<codec::NmMaskOp>()) {
    order(nm.getChannels());
    p.width = p.columns / typeOf(nm.getIndices()).getDimSize(1), p.kept = typeOf(nm.getIndices()).getDimSize(2);
    sink = [to = replaceIntegers(nm.getIndicesMutable()), p](const std::vector<bool> &kept) {
      std::vector<int64_t> indices;
      for (size_t i = 0; i < kept.size(); ++i)
        if (kept[p.elements[i]])
          indices.push_back(static_cast<int64_t>(i) % p.width);
      to(indices);
    };
    return true;
  }
  if (auto block = op.getMask().getDefiningOp<codec::BlockMaskOp>()) {
    order(block.getChannels());
    FailureOr<Tensor> rows = valueOf(block.getRows());
    p.height = typeOf(block.getRows()).getDimSize(2), p.width = typeOf(block.getColumns()).getDimSize(2);
    p.kept = llvm::count(mask, true) / (type.getNumElements() / p.width);
    sink = [to = replaceIntegers(block.getColumnsMutable()), p](const std::vector<bool> &kept) {
      std::vector<int64_t> columns;
      for (int64_t row = 0; row < p.rows; row += p.height)
        for (int64_t c = 0; c < p.columns; ++c)
          columns.push_back(kept[p.elements[row * p.columns + c]]);
      to(columns);
    };
    return succeeded(rows) && !llvm::is_contained(rows->integers(), 0); // whole columns of blocks, equally many of each
  }
  if (!op.getMask().getDefiningOp<nn::ConstantOp>())
    return false;
  std::vector<int64_t> perRow(p.rows, 0);
  for (size_t i = 0; i < mask.size(); ++i)
    perRow[i / p.columns] += mask[i];
  if (llvm::all_equal(perRow)) // balanced
    p.width = p.columns, p.kept = perRow[0];
  else
    p.columns = p.width = type.getNumElements(), p.rows = 1, p.kept = llvm::count(mask, true);
  sink = [to = replaceIntegers(op.getMaskMutable())](const std::vector<bool> &kept) { to({kept.begin(), kept.end()}); };
  return true;
}

Outcome ofScatter(codec::ScatterOp op, const ProjectionOptions &options) {
  FailureOr<Tensor> mask = valueOf(op.getMask());
  Outcome inner = projectionOf(op.getValuesMutable());
  if (failed(mask) || failed(inner))
    return failure();
  PruningPattern pattern;
  MaskSink sink;
  std::vector<bool> kept(mask->integers().begin(), mask->integers().end());
  if (options.isPruning && patternOf(op, kept, pattern, sink))
    return pruned(std::move(pattern), std::move(kept), std::move(*inner), std::move(sink));
  std::vector<int64_t> positions;
  for (int64_t i = 0; i < mask->size(); ++i)
    if (mask->asInteger(i))
      positions.push_back(i);
  return scattered(std::move(positions), mask->size(), std::move(*inner));
}

Outcome ofDelta(codec::DeltaOp op) {
  FailureOr<Tensor> references = valueOf(op.getReferences());
  if (failed(references))
    return failure();
  auto type = typeOf(op.getResult());
  DeltaCode code;
  code.references = references->integers();
  code.width = typeOf(op.getDeltas()).getElementTypeBitWidth();
  code.shift = static_cast<unsigned>(op.getShift());
  code.greatest = (int64_t(1) << (type.getElementTypeBitWidth() - 1)) - 1;
  code.least = -code.greatest - 1;
  code.consecutive = op.getMode() == codec::DeltaMode::consecutive;
  if (op.getChannels() > 1) {
    int64_t columns = type.getNumElements() / type.getDimSize(0);
    for (int64_t i = 0; i < type.getNumElements(); ++i)
      code.positions.push_back(i / columns * columns + reference::elementAt(i % columns, columns, op.getChannels()));
  }
  return differences(std::move(code), replaceIntegers(op.getReferencesMutable()), replaceIntegers(op.getDeltasMutable()));
}

Outcome ofPowers(codec::PowersOp op) {
  auto type = typeOf(op.getResult());
  auto sums = std::make_shared<compression::PowerSums>(op.getCodeBits(), op.getTerms());
  auto shift = static_cast<unsigned>(op.getShift());
  int64_t greatest = ((int64_t(1) << (type.getElementTypeBitWidth() - 1)) - 1) >> shift;
  compression::Levels signs = sums->levels(-greatest, greatest);
  std::vector<int64_t> levels;
  for (int64_t magnitude : llvm::reverse(signs.negative))
    levels.push_back(-magnitude << shift);
  levels.push_back(0);
  for (int64_t magnitude : signs.positive)
    levels.push_back(magnitude << shift);
  Sink codes = replaceIntegers(op.getCodesMutable());
  return nearestLevel(std::move(levels), [sums, shift, codes](const std::vector<int64_t> &values) {
    std::vector<int64_t> terms(values.size() * sums->terms());
    for (size_t i = 0; i < values.size(); ++i)
      for (auto [t, code] : llvm::enumerate(sums->codes(values[i] / (int64_t(1) << shift))))
        terms[t * values.size() + i] = code;
    codes(terms);
  });
}

Outcome ofBitplanes(codec::BitplanesOp op) {
  auto count = static_cast<unsigned>(op.getPlaneCount()), shift = static_cast<unsigned>(op.getShift());
  std::vector<int64_t> levels;
  for (int64_t v = -(int64_t(1) << (count - 1)); v < int64_t(1) << (count - 1); ++v)
    levels.push_back(v * (int64_t(1) << shift));
  Sink planes = replaceIntegers(op.getPlanesMutable());
  return nearestLevel(std::move(levels), [count, shift, planes](const std::vector<int64_t> &values) {
    std::vector<int64_t> bits(values.size() * count);
    for (unsigned p = 0; p < count; ++p)
      for (size_t i = 0; i < values.size(); ++i)
        bits[p * values.size() + i] = values[i] >> (shift + p) & 1;
    planes(bits);
  });
}

Outcome ofCirculant(codec::CirculantOp op) {
  Outcome inner = projectionOf(op.getVectorsMutable());
  if (failed(inner))
    return failure();
  int64_t leafSize = typeOf(op.getVectors()).getNumElements();
  std::vector<int64_t> numbers(leafSize);
  for (int64_t i = 0; i < leafSize; ++i)
    numbers[i] = i;
  // What the expression makes of numbered elements says which of them each weight is.
  auto owner = reference::circulant(Tensor::ofIntegers(reference::ElementType::i64(), shapeOf(op.getVectors()), std::move(numbers)), op.getChannels());
  if (!owner)
    return op.emitOpError(owner.message());
  return shared(owner->integers(), leafSize, std::move(*inner));
}

} // namespace

FailureOr<ProjectionPtr> projectionOf(OpOperand &use, const ProjectionOptions &options) {
  Operation *op = use.get().getDefiningOp();
  if (!op)
    return use.getOwner()->emitOpError("has a weight that is an input, expected a constant to train");
  return llvm::TypeSwitch<Operation *, Outcome>(op)
      .Case([&](nn::ConstantOp) { return ofConstant(use); })
      .Case([&](nn::DequantizeOp d) { return ofDequantize(d, options); })
      .Case([](codec::LookupOp o) { return ofLookup(o); })
      .Case([&](codec::ScatterOp o) { return ofScatter(o, options); })
      .Case([](codec::DeltaOp o) { return ofDelta(o); })
      .Case([](codec::PowersOp o) { return ofPowers(o); })
      .Case([](codec::BitplanesOp o) { return ofBitplanes(o); })
      .Case([](codec::CirculantOp o) { return ofCirculant(o); })
      .Default([](Operation *other) -> Outcome {
        auto expression = dyn_cast<codec::Expression>(other);
        return other->emitOpError() << "of a weight (" << (expression ? expression.getSchemeName() : other->getName().getStringRef().str())
                                    << ") cannot be trained; compress with bitplanes, circulant, cluster, delta, power-of-two or sparsity";
      });
}

} // namespace weft::training
