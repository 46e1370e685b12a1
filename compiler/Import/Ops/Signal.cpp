//===- Signal.cpp - Fourier transforms, windows, mel filters ------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
// A transform of a known length is a product with a constant matrix; windows and filter banks of known sizes are constants.
#include "compiler/Import/OpTable.h"
#include "compiler/Import/Ops/Compose.h"
#include "compiler/Import/Ops/Weights.h"
#include "compiler/Import/TensorReader.h"
#include <cmath>

using namespace mlir;
using namespace weft;
using namespace weft::import;

static constexpr double kPi = 3.14159265358979323846;
/// Elements of a transform's matrix: 64 Mi, as many as a length of 4096 needs.
static constexpr int64_t kMaxMatrix = int64_t(1) << 26;

//===--- transforms -----------------------------------------------------------------------------===//

namespace {
/// A transform of `length` samples, of which `given` are there (the others are 0), to `bins` results. Samples have one part or two.
struct Fourier {
  int64_t length, given, bins, parts;
  bool inverse = false;

  /// The factor of part `from` of sample t in part `to` of bin k.
  double at(int64_t k, int64_t to, int64_t t, int64_t from) const {
    // The angle is reduced in integers first: its multiples of 2π are exact.
    double angle = 2 * kPi * static_cast<double>(k * t % length) / static_cast<double>(length);
    double sine = inverse ? std::sin(angle) : -std::sin(angle), scale = inverse ? 1.0 / static_cast<double>(length) : 1.0;
    double value = to == from ? std::cos(angle) : from == 0 ? sine : -sine;
    return value * scale;
  }
};
} // namespace

/// A positive number that an operand holds, as a constant; `otherwise` without the operand.
static std::optional<int64_t> lengthOf(Node &node, unsigned i, StringRef what, int64_t otherwise) {
  if (!node.has(i))
    return otherwise;
  auto list = node.ints(i, what);
  if (list && list->size() == 1 && (*list)[0] > 0 && (*list)[0] <= (int64_t(1) << 24))
    return (*list)[0];
  (void)node.invalid("has a " + what + " that is no number from 1 to 2^24");
  return std::nullopt;
}

/// The axis of the samples, as an attribute (before opset 20) or an operand.
static std::optional<int64_t> transformAxis(Node &node, int64_t rank) {
  int64_t given = node.opset() < 20 ? node.getInt("axis", 1) : -2;
  if (node.has(2)) {
    auto list = node.ints(2, "axis");
    if (!list || list->size() != 1)
      return std::nullopt;
    given = (*list)[0];
  }
  std::optional<int64_t> axis = node.axis(given, rank);
  if (axis && *axis == rank - 1) {
    (void)node.invalid("transforms its last dimension, which holds the real and the imaginary part");
    return std::nullopt;
  }
  return axis;
}

/// [batch…, samples, 1 or 2 parts] → [batch…, bins, 2], the samples at any axis but the last.
static LogicalResult buildDft(Node &node) {
  Compose c(node);
  bool inverse = node.getInt("inverse", 0) != 0, oneSided = node.getInt("onesided", 0) != 0;
  Value x = node.input(0);
  int64_t rank = node.rank(x);
  if (!x)
    return failure();
  if (rank < 2 || (node.shape(x).back() != 1 && node.shape(x).back() != 2))
    return node.invalid("has an input of rank " + Twine(rank) + ", expected [batch..., samples, 1 or 2 parts]");
  if (inverse && oneSided)
    return node.unsupported("it is inverse and onesided");
  std::optional<int64_t> axis = transformAxis(node, rank);
  if (!axis)
    return failure();
  int64_t samples = node.shape(x)[*axis], parts = node.shape(x).back();
  std::optional<int64_t> length = lengthOf(node, 1, "dft_length", samples);
  if (ShapedType::isDynamic(samples))
    return node.unsupported("its samples are a dynamic dimension; give it a value");
  if (!length || samples < 1)
    return node.invalid("has no samples");
  if (*length > Compose::kMaxCount)
    return node.unsupported("it is " + Twine(*length) + " samples long, expected at most 2^24");
  Fourier f{*length, std::min(*length, samples), oneSided ? *length / 2 + 1 : *length, parts, inverse};
  if (f.bins * 2 * f.given * parts > kMaxMatrix)
    return node.unsupported("it is " + Twine(*length) + " samples long, expected a matrix of at most 2^26 elements");
  SmallVector<double> matrix;
  matrix.reserve(f.bins * 2 * f.given * parts);
  for (int64_t k = 0; k < f.bins; ++k)
    for (int64_t to = 0; to < 2; ++to)
      for (int64_t t = 0; t < f.given; ++t)
        for (int64_t from = 0; from < parts; ++from)
          matrix.push_back(f.at(k, to, t, from));
  x = node.transpose(c.slice(x, *axis, 0, f.given), movedAxis(rank, *axis, rank - 2));
  SmallVector<Dim> to = c.dims(x);
  if (!x)
    return failure();
  to.pop_back();
  to.back() = Dim(f.given * parts);
  Value weight = c.list(matrix, node.elementType(x), {f.bins * 2, f.given * parts});
  Value y = linear(node, node.reshapeTo(x, to), weight, {});
  to.back() = Dim(f.bins);
  to.push_back(Dim(2));
  return node.set(0, node.transpose(node.reshapeTo(y, to), movedAxis(rank, rank - 2, *axis)));
}

/// Frames are windows of a convolution whose output channels are the bins' parts.
static LogicalResult buildStft(Node &node) {
  Compose c(node);
  bool oneSided = node.getInt("onesided", 1) != 0;
  Value x = node.input(0), window = node.has(2) ? node.input(2) : Value();
  std::optional<int64_t> step = lengthOf(node, 1, "frame_step", 0);
  std::optional<int64_t> length = lengthOf(node, 3, "frame_length", node.rank(window) == 1 ? node.shape(window)[0] : 0);
  if (!x || !step || !length)
    return failure();
  SmallVector<Dim> dims = c.dims(x);
  if (dims.size() == 2) {
    x = c.unsqueeze(x, 2);
    dims.push_back(Dim(1));
  }
  if (dims.size() != 3 || (dims[2] != Dim(1) && dims[2] != Dim(2)) || *length < 1 || *length > Compose::kMaxCount ||
      (window && (node.rank(window) != 1 || node.shape(window)[0] != *length)))
    return node.invalid("expects a signal [batch, samples, 1 or 2 parts], and a frame_length or a window of that length");
  if (!dims[1].isKnown())
    return node.unsupported("its samples are a dynamic dimension; give it a value");
  int64_t parts = dims[2].factor, frames = dims[1].factor < *length ? 0 : (dims[1].factor - *length) / *step + 1;
  Fourier f{*length, *length, oneSided ? *length / 2 + 1 : *length, parts};
  if (f.bins * 2 * f.given * parts > kMaxMatrix || frames < 1)
    return node.unsupported("its frames of " + Twine(*length) + " need a matrix of more than 2^26 elements, or more than the " +
                            Twine(dims[1].factor) + " samples there are");
  SmallVector<double> matrix;
  matrix.reserve(f.bins * 2 * f.given * parts);
  for (int64_t k = 0; k < f.bins; ++k)
    for (int64_t to = 0; to < 2; ++to)
      for (int64_t from = 0; from < parts; ++from)
        for (int64_t t = 0; t < *length; ++t)
          matrix.push_back(f.at(k, to, t, from));
  Value weight = c.list(matrix, node.elementType(x), {f.bins * 2, parts, *length});
  if (window)
    weight = c.mul(weight, node.convert(window, node.elementType(x)));
  SmallVector<int64_t> zero{0}, one{1}, stride{*step};
  Value y = node.create<nn::ConvOp>(node.elementType(x), node.transpose(x, {0, 2, 1}), weight,
                                    node.makeSplat({f.bins * 2}, node.elementType(x), 0), stride, zero, zero, one, int64_t(1),
                                    int64_t(0));
  return node.set(0, node.reshapeTo(node.transpose(y, {0, 2, 1}), {dims[0], Dim(frames), Dim(f.bins), Dim(2)}));
}

//===--- constants ---------------------------------------------------------------------------------===//

/// The element type that `output_datatype` names, FLOAT by default; null, and the node has failed, if it is no float.
static FloatType outputType(Node &node) {
  Type type = elementTypeOf(node.builder().getContext(), static_cast<int32_t>(node.getInt("output_datatype", 1)));
  auto real = dyn_cast_or_null<FloatType>(type);
  if (!real)
    (void)node.unsupported("its output_datatype is no float type");
  return real;
}

/// a − b·cos(2πn/N) + c·cos(4πn/N), where N is the size, or one less for a symmetric window.
static LogicalResult buildWindow(Node &node, double a, double b, double c) {
  bool periodic = node.getInt("periodic", 1) != 0;
  std::optional<int64_t> size = lengthOf(node, 0, "size", 0);
  FloatType type = outputType(node);
  if (!size || !type)
    return failure();
  auto period = static_cast<double>(periodic ? *size : *size - 1);
  SmallVector<double> values;
  for (int64_t n = 0; n < *size; ++n) {
    double angle = 2 * kPi * static_cast<double>(n) / period;
    values.push_back(period == 0 ? 1 : a - b * std::cos(angle) + c * std::cos(2 * angle));
  }
  return node.set(0, HostTensor::ofDoubles(RankedTensorType::get({*size}, type), values));
}

/// A number that an operand holds, as a constant.
static std::optional<double> numberOf(Node &node, unsigned i) {
  const HostTensor *c = node.constant(i);
  if (c && c->size() == 1 && std::isfinite(c->real(0)))
    return c->real(0);
  if (!node.failed())
    (void)node.needsConstant("its operand '" + node.inputName(i) + "' is computed or no scalar, expected a constant", i);
  return std::nullopt;
}

/// Triangles [frequency bins, filters] on the mel scale of O'Shaughnessy: 2595·log10(1 + f / 700).
static LogicalResult buildMelWeights(Node &node) {
  std::optional<double> p[5];
  for (unsigned i = 0; i < 5; ++i)
    if (!(p[i] = numberOf(node, i)))
      return failure();
  FloatType type = outputType(node);
  auto filters = static_cast<int64_t>(*p[0]), length = static_cast<int64_t>(*p[1]), rows = length / 2 + 1;
  if (!type)
    return failure();
  if (!(*p[0] >= 1 && *p[1] >= 1 && *p[2] >= 1 && *p[3] >= 0 && *p[4] >= *p[3] && *p[0] <= 1e6 && *p[1] <= 1e9) || filters * rows > kMaxMatrix)
    return node.invalid("has " + Twine(filters) + " filters over " + Twine(length) + " samples, or edges that do not increase");
  auto mel = [](double f) { return 2595 * std::log10(1 + f / 700); };
  double low = mel(*p[3]), step = (mel(*p[4]) - low) / static_cast<double>(filters + 2);
  auto edge = [&](int64_t i) {
    double hertz = 700 * (std::pow(10, (low + static_cast<double>(i) * step) / 2595) - 1);
    return std::min(static_cast<int64_t>(std::floor(static_cast<double>(length + 1) * hertz / *p[2])), rows);
  };
  SmallVector<double> weights(rows * filters, 0);
  auto set = [&](int64_t row, int64_t filter, double value) {
    if (row < rows)
      weights[row * filters + filter] = value;
  };
  for (int64_t i = 0; i < filters; ++i) {
    int64_t left = edge(i), centre = edge(i + 1), right = edge(i + 2);
    if (left == centre)
      set(centre, i, 1);
    for (int64_t j = left; j <= centre && left < centre; ++j)
      set(j, i, static_cast<double>(j - left) / static_cast<double>(centre - left));
    for (int64_t j = centre; j < right; ++j)
      set(j, i, static_cast<double>(right - j) / static_cast<double>(right - centre));
  }
  return node.set(0, HostTensor::ofDoubles(RankedTensorType::get({rows, filters}, type), weights));
}

void weft::import::registerSignalOps(OpTable &table) {
  table.add("BlackmanWindow", [](Node &n) { return buildWindow(n, 0.42, 0.5, 0.08); }, 1, 1);
  table.add("DFT", buildDft, 1, 3);
  table.add("HammingWindow", [](Node &n) { return buildWindow(n, 25.0 / 46, 21.0 / 46, 0); }, 1, 1);
  table.add("HannWindow", [](Node &n) { return buildWindow(n, 0.5, 0.5, 0); }, 1, 1);
  table.add("MelWeightMatrix", buildMelWeights, 5, 5);
  table.add("STFT", buildStft, 2, 4);
}
