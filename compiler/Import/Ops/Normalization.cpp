//===- Normalization.cpp - normalizations by mean and variance ----------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Import/Ops/Normalization.h"
#include "compiler/Import/OpTable.h"

using namespace mlir;
using namespace weft;
using namespace weft::import;

//===--- BatchNormalization ----------------------------------------------------------------===//

/// Factor and offset of one channel, computed in double and rounded once.
static void affine(Node &node, ArrayRef<const HostTensor *> p, double epsilon, SmallVectorImpl<double> &factors,
                   SmallVectorImpl<double> &offsets) {
  for (int64_t c = 0, n = p[0]->size(); c < n; ++c) {
    double factor = p[0]->real(c) / std::sqrt(p[3]->real(c) + epsilon);
    factors.push_back(factor);
    offsets.push_back(p[1]->real(c) - p[2]->real(c) * factor);
  }
}

/// x · factor + offset with constants [C, 1, …].
static LogicalResult buildConstantAffine(Node &node, Value x, ArrayRef<const HostTensor *> parameters, double epsilon) {
  SmallVector<double> factors, offsets;
  affine(node, parameters, epsilon, factors, offsets);
  SmallVector<int64_t> shape(node.rank(x) - 1, 1);
  shape[0] = parameters[0]->size();
  auto type = RankedTensorType::get(shape, node.elementType(x));
  HostTensor factor = HostTensor::ofDoubles(type, factors), offset = HostTensor::ofDoubles(type, offsets);
  if (factor.firstNonFinite() >= 0 || offset.firstNonFinite() >= 0)
    return node.invalid("has parameters that give a factor or offset that is not finite in channel " +
                        Twine(std::max(factor.firstNonFinite(), offset.firstNonFinite())));
  Value product = node.binary(nn::BinaryKind::mul, x, node.makeConstant(factor, (node.name() + ".factor").str()));
  return node.set(0, node.binary(nn::BinaryKind::add, product,
                                 node.makeConstant(offset, (node.name() + ".offset").str())));
}

/// (x − mean) · scale / √(variance + ε) + bias with computed statistics [C].
static Value computedAffine(Node &node, Value x, Value mean, Value variance, double epsilon) {
  Compose c(node);
  int64_t rank = node.rank(x);
  auto perChannel = [&](Value v) { return c.along(node.convert(v, node.elementType(x)), 1, rank); };
  Value deviation = c.sqrt(c.add(variance, epsilon));
  Value factor = c.div(node.convert(node.input(1), node.elementType(deviation)), deviation);
  return c.add(c.mul(c.sub(x, perChannel(mean)), perChannel(factor)), perChannel(node.input(2)));
}

/// Statistics of this batch; the running ones are a step towards them.
static LogicalResult buildTraining(Node &node, Value x, double epsilon, double momentum) {
  Compose c(node);
  SmallVector<int64_t> axes{0};
  axes.append(llvm::to_vector(llvm::seq<int64_t>(2, node.rank(x))));
  Value mean = c.mean(x, axes), centred = c.sub(x, mean);
  Value variance = c.reduce(nn::ReduceKind::mean, c.mul(centred, centred), axes, /*keepdims=*/false);
  mean = node.reshapeTo(mean, {c.dims(x)[1]});
  if (failed(node.set(0, computedAffine(node, x, mean, variance, epsilon))))
    return failure();
  for (auto [output, fresh] : {std::pair<unsigned, Value>(1, mean), {2, variance}}) {
    Value old = node.input(output + 2);
    Value step = c.mul(node.convert(fresh, node.elementType(old)), 1 - momentum);
    if (node.hasOutput(output) && failed(node.set(output, c.add(c.mul(old, momentum), step))))
      return failure();
  }
  return success();
}

static LogicalResult checkChannels(Node &node, unsigned i, int64_t channels) {
  std::optional<SmallVector<Dim>> dims = node.inputDims(i);
  if (!dims || node.failed())
    return failure();
  if (dims->size() != 1 || (!ShapedType::isDynamic(channels) && (*dims)[0].isKnown() && (*dims)[0] != Dim(channels)))
    return node.invalid("has a parameter '" + node.inputName(i) + "' that is not of one element per channel, expected " +
                        Twine(channels));
  return success();
}

static LogicalResult buildBatchNorm(Node &node) {
  for (StringRef name : {"spatial", "consumed_inputs", "is_test"})
    node.ignoreAttr(name);
  bool trains = node.getInt("training_mode", 0) != 0;
  double epsilon = node.getFloat("epsilon", 1e-5), momentum = node.getFloat("momentum", 0.9f);
  for (unsigned i = 1; i < node.numOutputs() && !trains; ++i)
    if (node.hasOutput(i) && node.opset() >= 9)
      return node.unsupported("its output " + Twine(i) + " is a statistic of training");
  Value x = node.input(0);
  if (node.failed())
    return failure();
  if (node.rank(x) < 2)
    return node.invalid("has an input of rank " + Twine(node.rank(x)) + ", expected [N, C, ...]");
  if (!isa<FloatType>(node.elementType(x)))
    return node.invalid("has an integer input");
  SmallVector<const HostTensor *> constants;
  for (unsigned i = 1; i < 5; ++i) {
    if (failed(checkChannels(node, i, node.shape(x)[1])))
      return failure();
    const HostTensor *p = node.constant(i);
    if (p && !p->isInteger() && p->size() == (constants.empty() ? p->size() : constants[0]->size()))
      constants.push_back(p);
  }
  if (trains)
    return buildTraining(node, x, epsilon, momentum);
  if (constants.size() == 4)
    return buildConstantAffine(node, x, constants, epsilon);
  return node.set(0, computedAffine(node, x, node.input(3), node.input(4), epsilon));
}

//===--- normalizations of computed statistics ------------------------------------------------===//

Normalized weft::import::normalize(Node &node, Value x, ArrayRef<int64_t> axes, double epsilon) {
  Compose c(node);
  Value mean = c.mean(x, axes), centred = c.sub(x, mean);
  Value variance = c.mean(c.mul(centred, centred), axes);
  Value inverse = node.unary(nn::UnaryKind::reciprocal, c.sqrt(c.add(variance, epsilon)));
  return {c.mul(centred, inverse), mean, inverse};
}

Value weft::import::rootMeanSquare(Node &node, Value x, ArrayRef<int64_t> axes, double epsilon) {
  Compose c(node);
  return c.div(x, c.sqrt(c.add(c.mean(c.mul(x, x), axes), epsilon)));
}

Type weft::import::stashType(Node &node, Value x) {
  int64_t stash = node.getInt("stash_type", 1); // FLOAT; others are refused
  auto type = dyn_cast_or_null<FloatType>(node.elementType(x));
  if (stash != 1 && stash != 11 && stash != 10 && stash != 16) {
    (void)node.invalid("has stash_type " + Twine(stash) + ", expected a float type (1, 10, 11 or 16)");
    return {};
  }
  if (!type) {
    (void)(x ? node.invalid("has an integer input") : failure());
    return {};
  }
  if (stash == 11)
    return node.builder().getF64Type();
  return stash == 1 && type.getWidth() < 32 ? Type(node.builder().getF32Type()) : type;
}

/// Dimensions `axis` and later of an operator whose default is the last one.
static std::optional<SmallVector<int64_t>> axesFrom(Node &node, Value x) {
  int64_t given = node.getInt("axis", -1);
  std::optional<int64_t> axis = x ? node.axis(given, node.rank(x)) : std::nullopt;
  if (!axis)
    return std::nullopt;
  return llvm::to_vector(llvm::seq<int64_t>(*axis, node.rank(x)));
}

static LogicalResult buildLayerNorm(Node &node) {
  Compose c(node);
  Value x = node.input(0);
  double epsilon = node.getFloat("epsilon", 1e-5f);
  Type type = node.elementType(x), stash = stashType(node, x);
  auto axes = axesFrom(node, x);
  if (!axes || !stash)
    return failure();
  Normalized n = normalize(node, node.convert(x, stash), *axes, epsilon);
  Value y = c.mul(node.convert(n.value, type), node.input(1));
  if (node.has(2))
    y = c.add(y, node.input(2));
  if (failed(node.set(0, y)) || (node.hasOutput(1) && failed(node.set(1, n.mean))))
    return failure();
  return node.hasOutput(2) ? node.set(2, n.inverseDeviation) : success();
}

static LogicalResult buildRmsNorm(Node &node) {
  Compose c(node);
  Value x = node.input(0);
  double epsilon = node.getFloat("epsilon", 1e-5f);
  Type type = node.elementType(x), stash = stashType(node, x);
  auto axes = axesFrom(node, x);
  if (!axes || !stash)
    return failure();
  Value y = node.convert(rootMeanSquare(node, node.convert(x, stash), *axes, epsilon), type);
  return node.set(0, c.mul(y, node.input(1)));
}

static LogicalResult buildInstanceNorm(Node &node) {
  node.ignoreAttr("consumed_inputs"); // opset < 6: a hint for buffers
  Compose c(node);
  Value x = node.input(0);
  double epsilon = node.getFloat("epsilon", 1e-5f);
  if (node.rank(x) < 3)
    return x ? node.invalid("has an input of rank " + Twine(node.rank(x)) + ", expected [N, C, spatial...]") : failure();
  for (unsigned i : {1u, 2u})
    if (failed(checkChannels(node, i, node.shape(x)[1])))
      return failure();
  int64_t rank = node.rank(x);
  Value y = normalize(node, x, llvm::to_vector(llvm::seq<int64_t>(2, rank)), epsilon).value;
  return node.set(0, c.add(c.mul(y, c.along(node.input(1), 1, rank)), c.along(node.input(2), 1, rank)));
}

/// Scale and bias belong to groups before opset 21, to channels since.
static LogicalResult buildGroupNorm(Node &node) {
  Compose c(node);
  Value x = node.input(0);
  double epsilon = node.getFloat("epsilon", 1e-5f);
  int64_t groups = node.getInt("num_groups", 0), rank = node.rank(x);
  Type type = node.elementType(x), stash = stashType(node, x);
  if (!stash)
    return failure();
  SmallVector<Dim> dims = c.dims(x);
  if (rank < 2 || groups < 1 || !dims[1].isKnown() || dims[1].factor % groups != 0)
    return node.invalid("has " + Twine(groups) + " groups for an input of rank " + Twine(rank) +
                        ", expected a divisor of the channels of [N, C, ...]");
  std::optional<Dim> rest = product(ArrayRef(dims).drop_front(1));
  rest = rest ? divideExactly(*rest, Dim(groups)) : std::nullopt;
  if (!rest)
    return node.invalid("has too many elements");
  Value y = node.reshapeTo(node.convert(x, stash), {dims[0], Dim(groups), *rest});
  y = node.convert(normalize(node, y, {2}, epsilon).value, type);
  bool perGroup = node.opset() < 21;
  for (unsigned i : {1u, 2u})
    if (failed(checkChannels(node, i, perGroup ? groups : dims[1].factor)))
      return failure();
  if (!perGroup)
    y = node.reshapeTo(y, dims);
  int64_t to = perGroup ? 3 : rank;
  y = c.add(c.mul(y, c.along(node.input(1), 1, to)), c.along(node.input(2), 1, to));
  return node.set(0, node.reshapeTo(y, dims));
}

/// x / norm along an axis, where the norm of zeros counts as 1.
static LogicalResult buildLpNorm(Node &node) {
  Compose c(node);
  Value x = node.input(0);
  int64_t given = node.getInt("axis", -1), p = node.getInt("p", 2);
  std::optional<int64_t> axis = x ? node.axis(given, node.rank(x)) : std::nullopt;
  if (!axis)
    return failure();
  if (p != 1 && p != 2)
    return node.invalid("has p = " + Twine(p) + ", expected 1 or 2");
  Value norm = c.reduce(p == 1 ? nn::ReduceKind::l1 : nn::ReduceKind::l2, x, {*axis});
  norm = c.select(c.equal(norm, c.number(norm, 0)), c.number(norm, 1), norm);
  return node.set(0, c.div(x, norm));
}

/// x / (bias + alpha / size · Σ x² over `size` channels around)^beta: a pool over the channels.
static LogicalResult buildLocalResponseNorm(Node &node) {
  Compose c(node);
  Value x = node.input(0);
  double alpha = node.getFloat("alpha", 0.0001f), beta = node.getFloat("beta", 0.75f), bias = node.getFloat("bias", 1);
  int64_t size = node.getInt("size", 0);
  if (!x)
    return failure();
  SmallVector<Dim> dims = c.dims(x);
  if (dims.size() < 3 || size < 1)
    return node.invalid("has size " + Twine(size) + " and an input of rank " + Twine(dims.size()) +
                        ", expected at least 1 and [N, C, spatial...]");
  std::optional<Dim> pixels = product(ArrayRef(dims).drop_front(2));
  if (!pixels)
    return node.invalid("has too many elements");
  Value squares = node.reshapeTo(c.mul(x, x), {dims[0], Dim(1), dims[1], *pixels});
  SmallVector<int64_t> kernel{size, 1}, ones{1, 1}, begin{(size - 1) / 2, 0}, end{size / 2, 0};
  Value sums = node.create<nn::PoolOp>(node.elementType(x), squares, nn::PoolKind::sum, kernel, ones, begin, end, ones,
                                       /*count_include_pad=*/false, /*pad_value=*/int64_t(0));
  Value base = c.add(c.mul(node.reshapeTo(sums, dims), alpha / static_cast<double>(size)), bias);
  return node.set(0, c.div(x, node.binary(nn::BinaryKind::pow, base, c.number(base, beta))));
}

void weft::import::registerNormalizationOps(OpTable &table) {
  table.add("BatchNormalization", buildBatchNorm, 5, 5);
  table.add("GroupNormalization", buildGroupNorm, 3, 3);
  table.add("InstanceNormalization", buildInstanceNorm, 3, 3);
  table.add("LayerNormalization", buildLayerNorm, 2, 3);
  table.add("LRN", buildLocalResponseNorm, 1, 1);
  table.add("LpNormalization", buildLpNorm, 1, 1);
  table.add("RMSNormalization", buildRmsNorm, 2, 2);
  table.addIn("com.microsoft", "LayerNormalization", buildLayerNorm, 2, 3);
  table.add("SimplifiedLayerNormalization", buildRmsNorm, 2, 2); // onnxruntime's, though in the standard domain
  table.addIn("com.microsoft", "SimplifiedLayerNormalization", buildRmsNorm, 2, 2);
}
