//===- DeltaWeights.cpp - weights as small differences -------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/Algorithms/Delta.h"
#include "passes/Compression/IntegerWeights.h"
#include "passes/Compression/Passes.h"
#include "passes/Compression/Scheme.h"
#include "passes/Compression/StreamOrder.h"
#include "passes/Transforms/Constants.h"

#include "dialects/Codec/IR/CodecOps.h"
#include "llvm/ADT/StringSwitch.h"
#include "runtime/reference/Codec.h"

using namespace mlir;
using weft::reference::Tensor;

namespace weft::compression {
#define GEN_PASS_DEF_DELTAWEIGHTS
#include "passes/Compression/Passes.h.inc"

namespace {

/// A leaf as rows of positions.
struct Rows {
  int64_t rows = 1, columns = 1, channels = 0;

  explicit Rows(const EncodeTarget &target) {
    // A leaf of one dimension has no rows.
    rows = target.value.rank() > 1 ? target.value.dim(0) : 1;
    columns = target.value.size() / std::max<int64_t>(1, rows);
    if (target.isWeight)
      channels = streamChannels(target.layer);
  }
  /// Index in the leaf of position `i`, counted over all rows.
  int64_t element(int64_t i) const { return i / columns * columns + reference::elementAt(i % columns, columns, channels); }
};

DeltaFormat formatOf(const EncodeTarget &target, const RecipeStep &step) {
  DeltaFormat format;
  format.width = static_cast<unsigned>(step.integer("width"));
  format.shift = static_cast<unsigned>(step.integer("offset"));
  reference::ElementType type = target.value.type();
  if (type.isFloat())
    type = reference::ElementType::integer(static_cast<unsigned>(step.integer("bits")), true);
  format.least = type.least(), format.greatest = type.greatest();
  format.consecutive = step.text("scheme") == "consecutive";
  format.openLoop = step.text("loop") == "open";
  format.reference = llvm::StringSwitch<DeltaReference>(step.text("reference"))
                         .Case("first", DeltaReference::first)
                         .Case("median", DeltaReference::median)
                         .Case("mid-range", DeltaReference::midRange)
                         .Default(DeltaReference::best);
  return format;
}

/// Widths that do not go together, each with the nearest that do.
LogicalResult checkFormat(const EncodeTarget &target, const DeltaFormat &format) {
  int64_t bits = 1;
  while (format.greatest >> (bits - 1) > 0)
    ++bits;
  if (format.shift != 0 && static_cast<int64_t>(format.width + format.shift) > bits)
    return target.error() << "has weights of " << bits << " bits, which width=" << format.width << " and offset=" << format.shift
                          << " together exceed; the nearest offset is " << std::max<int64_t>(0, bits - format.width);
  return success();
}

FailureOr<int64_t> runCount(const EncodeTarget &target, const RecipeStep &step, const Rows &rows) {
  if (step.text("granularity") == "layer")
    return 1;
  if (step.text("granularity") == "row")
    return rows.rows;
  int64_t block = step.integer("block");
  if (rows.columns % block == 0)
    return rows.rows * (rows.columns / block);
  int64_t nearest = 1;
  for (int64_t b = 1; b <= rows.columns; ++b)
    if (rows.columns % b == 0 && std::abs(b - block) < std::abs(nearest - block))
      nearest = b;
  return target.error() << "has rows of " << rows.columns << " weights, which blocks of " << block << " do not divide; the nearest block is " << nearest;
}

/// Integers are encoded as they are, f32 with scales.
DeltaWeights encodeValues(const EncodeTarget &target, const RecipeStep &step, const DeltaFormat &format, const Rows &rows, int64_t runs) {
  int64_t count = target.value.size();
  if (target.value.type().isFloat()) {
    std::vector<float> ordered(static_cast<size_t>(count));
    for (int64_t i = 0; i < count; ++i)
      ordered[i] = target.value.floats()[rows.element(i)];
    bool perRow = target.isWeight && !step.flag("per-tensor") && target.layer.getChannelAxis() == 1;
    bool search = step.text("scale") == "best" && !format.openLoop;
    return encodeWeights(ordered.data(), static_cast<size_t>(rows.rows), static_cast<size_t>(rows.columns),
                         {format, static_cast<size_t>(runs), perRow, search});
  }
  DeltaWeights result;
  std::vector<double> run(static_cast<size_t>(count / runs));
  for (int64_t first = 0; first < count; first += count / runs) {
    for (int64_t i = 0; i < count / runs; ++i)
      run[i] = static_cast<double>(target.value.integers()[rows.element(first + i)]);
    DeltaRun encoded = encodeRun(run.data(), run.size(), format);
    result.references.push_back(encoded.reference);
    result.deltas.insert(result.deltas.end(), encoded.deltas.begin(), encoded.deltas.end());
  }
  return result;
}

FailureOr<Value> encodeDelta(const EncodeTarget &target, const RecipeStep &step) {
  const Tensor &weight = target.value;
  if (weight.size() == 0 || (weight.type().isFloat() && weight.type() != reference::ElementType::f32()) || weight.type().bits > 32)
    return target.error() << "has a weight of " << weight.type().name() << ", expected f32 or integers of at most 32 bits";
  DeltaFormat format = formatOf(target, step);
  Rows rows(target);
  FailureOr<int64_t> runs = runCount(target, step, rows);
  if (failed(runs) || failed(checkFormat(target, format)))
    return failure();
  DeltaWeights encoded = encodeValues(target, step, format, rows, *runs);
  std::vector<int64_t> deltas(encoded.deltas.size());
  for (int64_t i = 0; i < weight.size(); ++i)
    deltas[rows.element(i)] = encoded.deltas[i];

  OpBuilder b(target.leaf.getOwner());
  Location loc = target.layer->getLoc();
  Type own = cast<RankedTensorType>(target.leaf.get().getType()).getElementType();
  auto type = isa<IntegerType>(own) ? cast<IntegerType>(own) : b.getIntegerType(static_cast<unsigned>(step.integer("bits")));
  std::string name = target.name().str();
  Value references = transforms::makeIntegers(b, loc, type, {*runs}, encoded.references, name + ".references");
  Value stored = transforms::makeIntegers(b, loc, b.getIntegerType(format.width), weight.shape(), deltas, name + ".deltas");
  Value delta = codec::DeltaOp::create(b, loc, RankedTensorType::get(weight.shape(), type), references, stored,
                                       format.consecutive ? codec::DeltaMode::consecutive : codec::DeltaMode::fixed, format.shift, rows.channels);
  return encoded.scales.empty() ? delta : scaled(target, delta, encoded.scales);
}

} // namespace

Scheme deltaScheme() {
  using Kind = SchemeParameter::Kind;
  Scheme s;
  s.name = "delta";
  s.parameters = {{"width", Kind::integer, "4", 2, 8, {}},
                  {"scheme", Kind::choice, "fixed", 0, 0, {"fixed", "consecutive"}},
                  {"reference", Kind::choice, "best", 0, 0, {"first", "median", "mid-range", "best"}},
                  {"granularity", Kind::choice, "row", 0, 0, {"layer", "row", "block"}},
                  {"block", Kind::integer, "64", 1, 1 << 20, {}},
                  {"offset", Kind::integer, "0", 0, 7, {}},
                  {"loop", Kind::choice, "closed", 0, 0, {"closed", "open"}},
                  {"scale", Kind::choice, "best", 0, 0, {"best", "range"}},
                  {"bits", Kind::integer, "8", 2, 8, {}},
                  {"per-tensor", Kind::flag, "false", 0, 0, {}}};
  s.encode = encodeDelta;
  return s;
}

namespace {

struct DeltaWeightsPass : impl::DeltaWeightsBase<DeltaWeightsPass> {
  using DeltaWeightsBase::DeltaWeightsBase;

  void runOnOperation() override {
    std::string text = "delta{width=" + std::to_string(width) + " scheme=" + scheme + " reference=" + reference + " granularity=" + granularity +
                       " block=" + std::to_string(block) + " offset=" + std::to_string(offset) + " loop=" + loop + " scale=" + scale +
                       " bits=" + std::to_string(bits) + " per-tensor=" + (perTensor ? "true" : "false") + " layers=" + layers + "}";
    if (failed(applyStep(getOperation(), text)))
      signalPassFailure();
  }
};

} // namespace
} // namespace weft::compression
