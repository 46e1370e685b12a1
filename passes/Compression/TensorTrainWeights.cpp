//===- TensorTrainWeights.cpp - weights as tensor trains, kernels as Tucker-2 -----------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/Algorithms/Factorize.h"
#include "passes/Compression/Passes.h"
#include "passes/Compression/Scheme.h"
#include "dialects/Codec/IR/CodecOps.h"
#include "passes/Transforms/Constants.h"

#include <algorithm>

using namespace mlir;
using weft::reference::Tensor;

namespace weft::compression {
#define GEN_PASS_DEF_TENSORTRAINWEIGHTS
#include "passes/Compression/Passes.h.inc"

/// The rank where a step names no limit.
constexpr int64_t kDefaultRank = 8;

/// The limit of a step: at most one of five.
static FailureOr<FactorLimit> limitOf(const EncodeTarget &target, const RecipeStep &step) {
  FactorLimit limit;
  limit.rank = step.integer("rank"), limit.error = step.real("error");
  limit.parameters = step.integer("params"), limit.macs = step.integer("macs");
  limit.greatestOutputError = step.real("output-error");
  if (limit.greatestOutputError > 0)
    limit.outputError = [&target](const std::vector<double> &weight) {
      return target.outputError(Tensor::ofFloats(target.value.shape(), std::vector<float>(weight.begin(), weight.end())));
    };
  int given = (limit.rank > 0) + (limit.error > 0) + (limit.greatestOutputError > 0) + (limit.parameters > 0) + (limit.macs > 0);
  if (given > 1)
    return target.error() << "has several limits for tensor-train, expected one of rank, error, output-error, params and macs";
  if (given == 0)
    limit.rank = kDefaultRank;
  return limit;
}

/// "extents" of one side: those that were given, if they fit.
static FailureOr<Factors> factorsFor(const EncodeTarget &target, StringRef side, int64_t extent, const Factors *given, size_t count) {
  Factors balanced = balancedFactors(extent, given ? given->size() : count);
  // The last core is applied first, for its inputs lie next to each other. Few outputs there, and few inputs in the first, are cheap.
  if (side == "outputs")
    std::reverse(balanced.begin(), balanced.end());
  if (!given || productOf(*given) == extent)
    return given ? *given : balanced;
  return target.error() << "has " << extent << " " << side << ", which " << factorsText(*given) << " does not multiply to; the nearest is "
                        << factorsText(balanced);
}

static FailureOr<TrainShapes> shapesFor(const EncodeTarget &target, const RecipeStep &step) {
  if (step.text("shapes") == "low-rank")
    return TrainShapes{{target.value.dim(0), 1}, {1, target.value.dim(1)}};
  std::optional<TrainShapes> given = parseTrainShapes(step.text("shapes").str());
  auto count = static_cast<size_t>(step.integer("cores"));
  FailureOr<Factors> rows = factorsFor(target, "outputs", target.value.dim(0), given ? &given->rows : nullptr, count);
  FailureOr<Factors> columns = factorsFor(target, "inputs", target.value.dim(1), given ? &given->columns : nullptr, count);
  if (failed(rows) || failed(columns))
    return failure();
  return TrainShapes{*rows, *columns};
}

/// Whether a factorization costs less than the dense layer; a remark gives the numbers where it does not.
static bool isWorthwhile(const EncodeTarget &target, const FactorCost &factored, const FactorCost &dense, bool force) {
  bool cheaper = factored.macs < dense.macs && factored.parameters < dense.parameters;
  InFlightDiagnostic remark = emitRemark(target.layer->getLoc());
  remark << "layer '" << target.name() << "': tensor-train needs " << factored.macs << " multiply-accumulates and " << factored.parameters
         << " weights, dense " << dense.macs << " and " << dense.parameters;
  if (!cheaper && !force)
    remark << "; the layer stays as it is (force=true factorizes it)";
  return cheaper || force;
}

static Value constantOf(OpBuilder &b, const EncodeTarget &target, reference::Shape shape, std::vector<float> values, const Twine &suffix) {
  Tensor t = Tensor::ofFloats(std::move(shape), std::move(values));
  return transforms::makeConstant(b, target.layer->getLoc(), t, (target.name() + suffix).str());
}

static FailureOr<Value> encodeLinear(const EncodeTarget &target, const RecipeStep &step, const FactorLimit &limit) {
  FailureOr<TrainShapes> shapes = shapesFor(target, step);
  if (failed(shapes))
    return failure();
  TensorTrain train = fitTrain(target.value.floats(), *shapes, limit);
  FactorCost dense{target.value.size(), target.value.size()};
  if (!isWorthwhile(target, costOf(train), dense, step.flag("force")))
    return Value();
  OpBuilder b(target.leaf.getOwner());
  SmallVector<Value> cores;
  for (auto [k, core] : llvm::enumerate(train))
    cores.push_back(constantOf(b, target, {core.left, core.rows, core.columns, core.right}, core.values, ".core" + Twine(k)));
  return codec::TensorTrainOp::create(b, target.layer->getLoc(), target.leaf.get().getType(), cores).getResult();
}

/// Pixels of a value [N, C, spatial…]; 1 where they are not known.
static int64_t pixelsOf(Value v) {
  int64_t pixels = 1;
  for (int64_t d : cast<RankedTensorType>(v.getType()).getShape().drop_front(2))
    pixels *= ShapedType::isDynamic(d) ? 1 : d;
  return pixels;
}

static FailureOr<Value> encodeConv(const EncodeTarget &target, const RecipeStep &step, nn::ConvOp conv, const FactorLimit &limit) {
  if (conv.getGroups() != 1) {
    emitRemark(conv.getLoc()) << "layer '" << target.name() << "' has " << conv.getGroups()
                              << " groups, which tensor-train does not factorize; it stays as it is";
    return Value();
  }
  if (parseTrainShapes(step.text("shapes").str()))
    return target.error() << "is a convolution, which has no shapes for tensor-train: its kernel becomes Tucker-2; restrict shapes with layers=";
  KernelShape shape{target.value.dim(0), target.value.dim(1), target.value.size() / (target.value.dim(0) * target.value.dim(1))};
  ConvPixels pixels{pixelsOf(conv.getInput()), pixelsOf(conv.getResult())};
  Tucker tucker = fitTucker(target.value.floats(), shape, pixels, limit);
  FactorCost dense{target.value.size(), target.value.size() * pixels.output};
  if (!isWorthwhile(target, costOf(tucker, shape, pixels), dense, step.flag("force")))
    return Value();
  OpBuilder b(target.leaf.getOwner());
  reference::Shape kernel = target.value.shape();
  kernel[0] = tucker.outputRank, kernel[1] = tucker.inputRank;
  Value output = constantOf(b, target, {shape.outputs, tucker.outputRank}, tucker.output, ".output");
  Value core = constantOf(b, target, kernel, tucker.core, ".core");
  Value input = constantOf(b, target, {tucker.inputRank, shape.channels}, tucker.input, ".input");
  return codec::TuckerOp::create(b, target.layer->getLoc(), target.leaf.get().getType(), output, core, input).getResult();
}

static FailureOr<Value> encodeTensorTrain(const EncodeTarget &target, const RecipeStep &step) {
  if (target.value.type() != reference::ElementType::f32())
    return target.error() << "has no constant f32 weight to factorize";
  FailureOr<FactorLimit> limit = limitOf(target, step);
  if (failed(limit))
    return failure();
  if (target.value.size() == 0 || target.value.rank() < 2)
    return target.error() << "has an empty weight, which tensor-train cannot factorize";
  if (auto conv = dyn_cast<nn::ConvOp>(target.layer.getOperation()))
    return encodeConv(target, step, conv, *limit);
  return encodeLinear(target, step, *limit);
}

static std::string checkShapes(StringRef text) {
  if (text == "balanced" || text == "low-rank" || parseTrainShapes(text.str()))
    return "";
  return "balanced, low-rank, or factors of the outputs and as many of the inputs, 2 to 8 each, such as 15x20:28x28";
}

Scheme tensorTrainScheme() {
  using Kind = SchemeParameter::Kind;
  constexpr double kMany = 1e12;
  Scheme s;
  s.name = "tensor-train";
  s.scope = Scheme::Scope::weight;
  s.parameters = {{"rank", Kind::integer, "0", 0, 65536, {}},
                  {"error", Kind::real, "0", 0, 1, {}},
                  {"output-error", Kind::real, "0", 0, 1, {}},
                  {"params", Kind::integer, "0", 0, kMany, {}},
                  {"macs", Kind::integer, "0", 0, kMany, {}},
                  {"shapes", Kind::text, "balanced", 0, 0, {}, checkShapes},
                  {"cores", Kind::integer, "2", 2, 8, {}},
                  {"force", Kind::flag, "false", 0, 0, {}}};
  s.encode = encodeTensorTrain;
  s.needsSamples = [](const RecipeStep &step) { return step.real("output-error") > 0; };
  return s;
}

namespace {

struct TensorTrainWeightsPass : impl::TensorTrainWeightsBase<TensorTrainWeightsPass> {
  using TensorTrainWeightsBase::TensorTrainWeightsBase;

  void runOnOperation() override {
    std::string text = "tensor-train{rank=" + std::to_string(rank) + " error=" + std::to_string(error) + " params=" + std::to_string(params) +
                       " macs=" + std::to_string(macs) + " shapes=" + shapes + " cores=" + std::to_string(cores) +
                       " force=" + (force ? "true" : "false") + " layers=" + layers + "}";
    if (failed(applyStep(getOperation(), text)))
      signalPassFailure();
  }
};

} // namespace
} // namespace weft::compression
