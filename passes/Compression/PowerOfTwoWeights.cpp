//===- PowerOfTwoWeights.cpp - weights as sums of powers of two ---------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/Algorithms/BasisPowers.h"
#include "passes/Compression/Algorithms/PowersOfTwo.h"
#include "passes/Compression/IntegerWeights.h"
#include "passes/Compression/Passes.h"
#include "passes/Compression/StreamOrder.h"
#include "passes/Transforms/Constants.h"
#include "dialects/Codec/IR/CodecOps.h"

#include <cmath>

using namespace mlir;
using weft::reference::Tensor;

namespace weft::compression {
#define GEN_PASS_DEF_POWEROFTWOWEIGHTS
#include "passes/Compression/Passes.h.inc"

/// A `codec.powers` of the sums, which are in the order of the leaf.
static Value makePowers(const EncodeTarget &target, const PowerSums &sums, ArrayRef<int64_t> integers, unsigned shift) {
  OpBuilder b(target.leaf.getOwner());
  Location loc = target.layer.getLoc();
  size_t count = integers.size();
  std::vector<int64_t> codes(count * sums.terms());
  int64_t greatest = 1;
  for (size_t i = 0; i < count; ++i) {
    std::vector<uint8_t> terms = sums.codes(integers[i]);
    for (size_t t = 0; t < terms.size(); ++t)
      codes[t * count + i] = terms[t];
    greatest = std::max<int64_t>(greatest, std::abs(integers[i]));
  }
  reference::Shape shape = target.value.shape();
  RankedTensorType type = RankedTensorType::get(shape, integerTypeFor(target, greatest));
  shape.insert(shape.begin(), sums.terms());
  Value stored = transforms::makeIntegers(b, loc, IntegerType::get(b.getContext(), sums.bits(), IntegerType::Unsigned), shape,
                                          std::move(codes), (target.name() + ".powers").str());
  return codec::PowersOp::create(b, loc, type, stored, shift);
}

/// An integer weight keeps its scale, so its powers may begin above 1: the shift with the least squared error, and the sums without it.
static std::pair<std::vector<int64_t>, unsigned> nearestSums(const Tensor &weight, const PowerSums &sums) {
  std::pair<std::vector<int64_t>, unsigned> best;
  double least = INFINITY;
  for (unsigned shift = 0; shift < weight.type().bits; ++shift) {
    Levels levels = sums.levels(weight.type().least() >> shift, weight.type().greatest() >> shift);
    std::vector<int64_t> found;
    double error = 0;
    for (int64_t w : weight.integers()) {
      found.push_back(nearestLevel(levels, std::ldexp(static_cast<double>(w), -static_cast<int>(shift))));
      error += std::pow(static_cast<double>(w) - std::ldexp(static_cast<double>(found.back()), static_cast<int>(shift)), 2);
    }
    if (error < least) {
      least = error;
      best = {std::move(found), shift};
    }
  }
  return best;
}

/// The columns of a row in the order of its positions (StreamOrder.h).
static std::vector<size_t> columnsByPosition(size_t columns, size_t channels) {
  std::vector<size_t> order(columns);
  for (size_t p = 0; p < columns; ++p)
    order[p] = channels == 0 ? p : p % channels * (columns / channels) + p / channels;
  return order;
}

/// `size` divides the channels of a pixel, or the columns where there are no pixels, so that the basis is a layer of its own.
static LogicalResult checkBasis(const EncodeTarget &target, int64_t size, int64_t extent) {
  if (!target.isWeight || target.value.type() != reference::ElementType::f32())
    return target.error() << "has no f32 weight of rows and columns, which a basis needs; put power-of-two before other schemes";
  if (extent % size == 0)
    return success();
  int64_t less = size, more = size;
  while (extent % less != 0)
    --less;
  while (more < extent && extent % more != 0)
    ++more;
  return target.error() << "has " << extent << " channels, which a basis of " << size << " does not divide; the nearest is "
                        << (size - less <= more - size || extent % more != 0 ? less : more);
}

/// Powers times one basis of `size` × `size`, shared by all rows and runs of `size` positions.
static FailureOr<Value> encodeBasis(const EncodeTarget &target, const PowerSums &sums, int64_t size) {
  const Tensor &weight = target.value;
  auto rows = static_cast<size_t>(weight.dim(0)), columns = static_cast<size_t>(weight.size()) / rows;
  int64_t channels = streamChannels(target.layer);
  bool hasPixels = isa<nn::ConvOp>(target.layer.getOperation()) || channels > 1;
  if (failed(checkBasis(target, size, hasPixels ? channels : static_cast<int64_t>(columns))))
    return failure();
  std::vector<size_t> order = columnsByPosition(columns, static_cast<size_t>(channels));
  std::vector<float> matrix(rows * columns);
  for (size_t i = 0; i < matrix.size(); ++i)
    matrix[i] = weight.floats()[i / columns * columns + order[i % columns]];
  BasisOptions options;
  options.size = static_cast<size_t>(size);
  BasisPowers found = decomposeByBasis(sums.levels(), matrix.data(), rows, columns, options);
  std::vector<int64_t> coefficients(matrix.size());
  for (size_t i = 0; i < matrix.size(); ++i)
    coefficients[i / columns * columns + order[i % columns]] = found.coefficients[i];
  std::vector<float> scales(found.scales.begin(), found.scales.end());
  Value powers = scaled(target, makePowers(target, sums, coefficients, 0), scales);
  OpBuilder b(target.leaf.getOwner());
  Value basis = transforms::makeConstant(
      b, target.layer.getLoc(), Tensor::ofFloats({1, size, size}, {found.basis.begin(), found.basis.end()}), (target.name() + ".basis").str());
  return codec::MatmulOp::create(b, target.layer.getLoc(), cast<RankedTensorType>(powers.getType()), powers, basis, channels).getResult();
}

static FailureOr<Value> encodePowers(const EncodeTarget &target, const RecipeStep &step) {
  PowerSums sums(static_cast<unsigned>(step.integer("bits")), static_cast<unsigned>(step.integer("terms")));
  if (int64_t size = step.integer("basis"))
    return encodeBasis(target, sums, size);
  reference::ElementType type = target.value.type();
  if (type.isInteger() && type.isSigned) {
    auto [integers, shift] = nearestSums(target.value, sums);
    return makePowers(target, sums, integers, shift);
  }
  FailureOr<ScaledIntegers> leaf = quantizeToLevels(target, sums.levels(), step.text("granularity") == "channel");
  if (failed(leaf))
    return failure();
  return scaled(target, makePowers(target, sums, leaf->integers, 0), leaf->scales);
}

Scheme powerOfTwoScheme() {
  using Kind = SchemeParameter::Kind;
  Scheme s;
  s.name = "power-of-two";
  s.parameters = {{"bits", Kind::integer, "4", PowerSums::leastBits, PowerSums::mostBits, {}},
                  {"terms", Kind::integer, "1", 1, PowerSums::mostTerms, {}},
                  {"basis", Kind::integer, "0", 0, 64, {}},
                  {"granularity", Kind::choice, "channel", 0, 0, {"channel", "tensor"}}};
  s.encode = encodePowers;
  return s;
}

namespace {

struct PowerOfTwoWeightsPass : impl::PowerOfTwoWeightsBase<PowerOfTwoWeightsPass> {
  using PowerOfTwoWeightsBase::PowerOfTwoWeightsBase;

  void runOnOperation() override {
    std::string text = "power-of-two{bits=" + std::to_string(bits) + " terms=" + std::to_string(terms) + " basis=" + std::to_string(basis) + " granularity=" + granularity +
                       " layers=" + layers + "}";
    if (failed(applyStep(getOperation(), text)))
      signalPassFailure();
  }
};

} // namespace
} // namespace weft::compression
