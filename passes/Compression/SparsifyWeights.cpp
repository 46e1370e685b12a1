//===- SparsifyWeights.cpp - weights with a pre-defined or chosen pattern of zeros -------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/Passes.h"
#include "passes/Compression/Sparsity.h"
#include "passes/Compression/StreamOrder.h"

#include "llvm/Support/FormatVariadic.h"

#include <cmath>

using namespace mlir;
using weft::reference::Tensor;

namespace weft::compression {
#define GEN_PASS_DEF_SPARSIFYWEIGHTS
#include "passes/Compression/Passes.h.inc"

/// Memories of a mask where nobody says: folding builds any divisor of them.
static constexpr int64_t kMemories = 16;
/// Density 1/3 may be written 0.333.
static constexpr double kDensityTolerance = 2e-3;

static std::string numberText(double value) {
  std::string text = llvm::formatv("{0:f4}", value).str();
  return StringRef(text).rtrim('0').rtrim('.').str();
}

/// "N:M", or nothing.
static std::optional<std::pair<int64_t, int64_t>> parseNm(StringRef text) {
  auto [left, right] = text.split(':');
  int64_t n = 0, m = 0;
  if (left.getAsInteger(10, n) || right.getAsInteger(10, m) || n < 1 || m <= n || m > 256)
    return std::nullopt;
  return std::pair(n, m);
}

static std::string checkPattern(StringRef text) {
  if (text == "clash-free" || text == "random" || text == "structured" || text == "threshold" || text == "balanced" || parseNm(text))
    return "";
  return "clash-free, random, structured, threshold, balanced, or N:M with N < M <= 256 such as 2:4";
}

namespace {

/// Builds the mask that a step asks for.
class Sparsifier {
public:
  Sparsifier(const EncodeTarget &target, const RecipeStep &step)
      : target(target), step(step),
        weight(OpBuilder(target.leaf.getOwner()), target.layer->getLoc(), target.name(), target.value, streamChannels(target.layer)) {}

  FailureOr<Value> mask() {
    StringRef pattern = step.text("pattern");
    if (auto nm = parseNm(pattern))
      return nmMask(nm->first, nm->second);
    if (pattern == "random")
      return random();
    if (pattern == "structured")
      return structured();
    if (pattern == "balanced")
      return weight.bits(balanced());
    return pattern == "threshold" ? threshold() : clashFree();
  }

  Value scatter(Value mask) { return weight.scatter(mask); }

private:
  int64_t elements() const { return weight.rows() * weight.columns(); }
  int64_t wantedEdges() const { return std::max<int64_t>(1, std::llround(step.real("density") * static_cast<double>(elements()))); }

  /// Edges of each input: given, or by the density. An error names the legal densities around what was asked for.
  FailureOr<int64_t> fanOut() {
    std::vector<int64_t> legal = legalFanOuts(weight.columns(), weight.rows());
    int64_t rows = weight.rows(), asked = step.integer("fan-out");
    double wanted = asked ? static_cast<double>(asked) : step.real("density") * static_cast<double>(rows);
    int64_t below = legal.front(), above = legal.back();
    for (int64_t f : legal) {
      if (std::fabs(static_cast<double>(f) - wanted) <= (asked ? 0.5 : kDensityTolerance * static_cast<double>(rows)) && (!asked || f == asked))
        return f;
      below = static_cast<double>(f) < wanted ? f : below;
      above = static_cast<double>(f) > wanted ? std::min(above, f) : above;
    }
    auto text = [&](int64_t f) { return "density " + numberText(static_cast<double>(f) / static_cast<double>(rows)) + " (fan-out " + std::to_string(f) + ")"; };
    std::string nearest = below == above ? text(below) : text(below) + " and " + text(above);
    return target.error() << "has " << weight.columns() << " inputs and " << rows << " outputs, of which "
                          << (asked ? "fan-out " + std::to_string(asked) : "density " + numberText(step.real("density")))
                          << " makes no fan-in that divides the inputs; the nearest legal are " << nearest;
  }

  FailureOr<int64_t> memories(int64_t fanIn) {
    int64_t z = step.integer("z");
    if (z == 0)
      return chooseMemories(weight.columns(), fanIn, kMemories);
    std::vector<int64_t> legal = legalMemories(weight.columns(), fanIn);
    if (llvm::is_contained(legal, z))
      return z;
    return target.error() << "has " << weight.columns() << " inputs and a fan-in of " << fanIn << ", so z = " << z
                          << " memories are not legal: z divides the inputs, and divides the fan-in or is a multiple of it; the nearest is "
                          << nearestOf(legal, z);
  }

  FailureOr<Value> clashFree() {
    FailureOr<int64_t> fan = fanOut();
    if (failed(fan))
      return failure();
    FailureOr<int64_t> z = memories(weight.columns() * *fan / weight.rows());
    if (failed(z))
      return failure();
    Junction junction{weight.columns(), weight.rows(), *fan, *z};
    warnIfUnbalanced(junction);
    int type = static_cast<int>(step.text("type")[0] - '0');
    bool dither = step.flag("dither");
    return weight.interleave(step.flag("fit") ? fitInterleaver(weight.positions().data(), junction, type, dither)
                                              : randomInterleaver(junction, type, dither, static_cast<uint64_t>(step.integer("seed"))),
                             *fan);
  }

  /// The layer before this one, if only operators that keep elements stand between them.
  nn::WeightedOp before() {
    Operation *op = target.layer.getInput().getDefiningOp();
    while (op && !isa<nn::WeightedOp>(op))
      op = op->getNumOperands() ? op->getOperand(0).getDefiningOp() : nullptr;
    return dyn_cast_or_null<nn::WeightedOp>(op);
  }

  void warnIfUnbalanced(const Junction &junction) {
    nn::WeightedOp layer = before();
    auto scatter = layer ? layer.getWeight().getDefiningOp<codec::ScatterOp>() : codec::ScatterOp();
    auto interleave = scatter ? scatter.getMask().getDefiningOp<codec::InterleaveOp>() : codec::InterleaveOp();
    if (!interleave)
      return;
    auto type = cast<RankedTensorType>(interleave.getResult().getType()), starts = cast<RankedTensorType>(interleave.getStarts().getType());
    Junction previous{type.getNumElements() / type.getDimSize(0), type.getDimSize(0), static_cast<int64_t>(interleave.getFanOut()), starts.getShape().back()};
    std::string why = unbalanced(previous, junction);
    if (!why.empty())
      target.layer->emitWarning() << "layer '" << target.name() << "' " << why;
  }

  static void eraseMask(Value mask) {
    Operation *seed = mask.getDefiningOp()->getOperand(0).getDefiningOp();
    mask.getDefiningOp()->erase();
    seed->erase();
  }

  /// The seed that keeps most, of as many as `tries` says.
  template <typename Make> Value bestSeed(Make make) {
    Value best;
    double most = -1;
    auto seed = static_cast<uint64_t>(step.integer("seed"));
    for (int64_t i = 0; i < step.integer("tries"); ++i) {
      Value mask = make(seed + static_cast<uint64_t>(i)), scatter = weight.scatter(mask);
      double kept = keptEnergy(target.value, scatter);
      Operation *values = scatter.getDefiningOp<codec::ScatterOp>().getValues().getDefiningOp();
      scatter.getDefiningOp()->erase();
      values->erase();
      if (kept > most) {
        most = kept;
        std::swap(best, mask);
      }
      if (mask)
        eraseMask(mask);
    }
    return best;
  }

  FailureOr<Value> random() {
    return bestSeed([&](uint64_t seed) { return weight.random(seed, wantedEdges()); });
  }

  FailureOr<Value> structured() {
    FailureOr<int64_t> fan = fanOut();
    if (failed(fan))
      return failure();
    return bestSeed([&](uint64_t seed) { return weight.structuredRandom(seed, weight.columns() * *fan / weight.rows()); });
  }

  FailureOr<Value> nmMask(int64_t n, int64_t m) {
    if (weight.columns() % m != 0) {
      int64_t legal = m;
      while (legal > n && weight.columns() % legal != 0)
        --legal;
      InFlightDiagnostic error = target.error() << "has rows of " << weight.columns() << " weights, which groups of " << m << " do not divide";
      return legal > n ? error << "; the nearest is " << n << ":" << legal : error << "; no smaller group than that divides them";
    }
    return weight.nm(keepPerGroup(weight.positions().data(), elements(), n, m), n, m);
  }

  /// The greatest of each row, equally many.
  std::vector<bool> balanced() {
    int64_t columns = weight.columns(), wanted = std::max<int64_t>(1, std::llround(step.real("density") * static_cast<double>(columns)));
    std::vector<bool> kept;
    for (int64_t row = 0; row < weight.rows(); ++row)
      llvm::append_range(kept, keepGreatest(weight.positions().data() + row * columns, columns, wanted));
    return kept;
  }

  FailureOr<Value> threshold() {
    double bound = step.real("threshold");
    std::vector<bool> kept = bound > 0 ? keepAbove(weight.positions().data(), elements(), bound)
                                       : keepGreatest(weight.positions().data(), elements(), wantedEdges());
    if (llvm::is_contained(kept, true))
      return weight.bits(kept);
    float greatest = 0;
    for (float v : weight.positions())
      greatest = std::max(greatest, std::fabs(v));
    return target.error() << "has no weight of magnitude " << numberText(bound) << " or more; the greatest is " << numberText(greatest);
  }

  const EncodeTarget &target;
  const RecipeStep &step;
  SparseWeight weight;
};

} // namespace

static FailureOr<Value> encodeSparsity(const EncodeTarget &target, const RecipeStep &step) {
  if (target.value.type() != reference::ElementType::f32())
    return target.error() << "has no constant f32 weight to prune";
  Sparsifier sparsifier(target, step);
  FailureOr<Value> mask = sparsifier.mask();
  if (failed(mask))
    return failure();
  Value scatter = sparsifier.scatter(*mask);
  remarkKeptEnergy(target, scatter);
  return scatter;
}

Scheme sparsityScheme() {
  using Kind = SchemeParameter::Kind;
  Scheme s;
  s.name = "sparsity";
  SchemeParameter pattern{"pattern", Kind::text, "clash-free", 0, 0, {}};
  pattern.check = checkPattern;
  s.parameters = {pattern,
                  {"density", Kind::real, "0.25", 1e-6, 1, {}},
                  {"fan-out", Kind::integer, "0", 0, 1 << 20, {}},
                  {"type", Kind::choice, "2", 0, 0, {"1", "2", "3"}},
                  {"dither", Kind::flag, "false", 0, 0, {}},
                  {"z", Kind::integer, "0", 0, 1 << 20, {}},
                  {"fit", Kind::flag, "true", 0, 0, {}},
                  {"seed", Kind::integer, "1", 0, 1 << 30, {}},
                  {"tries", Kind::integer, "4", 1, 1000, {}},
                  {"threshold", Kind::real, "0", 0, 1e30, {}}};
  s.scope = Scheme::Scope::weight;
  s.encode = encodeSparsity;
  return s;
}

namespace {

struct SparsifyWeightsPass : impl::SparsifyWeightsBase<SparsifyWeightsPass> {
  using SparsifyWeightsBase::SparsifyWeightsBase;

  void runOnOperation() override {
    std::string text = llvm::formatv("sparsity{{pattern={0} density={1} type={2} dither={3} z={4} seed={5} layers={6}}", pattern, density,
                                     static_cast<unsigned>(type), dither ? "true" : "false", static_cast<unsigned>(z), static_cast<unsigned>(seed), layers);
    if (failed(applyStep(getOperation(), text)))
      signalPassFailure();
  }
};

} // namespace
} // namespace weft::compression
