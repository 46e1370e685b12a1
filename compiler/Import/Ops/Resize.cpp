//===- Resize.cpp - Resize, Upsample ------------------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
// Interpolation is separable: along each axis the result is a sum of a few gathers with constant places and weights, or a
// product with a constant matrix where many elements count.
#include "compiler/Import/Interpolation.h"
#include "compiler/Import/OpTable.h"
#include "compiler/Import/Ops/Compose.h"
#include "llvm/ADT/StringSwitch.h"

using namespace mlir;
using namespace weft;
using namespace weft::import;

namespace {

/// From this many taps on a product with a matrix is faster than gathers.
constexpr int64_t kMaxGathers = 8;

class Resize {
public:
  explicit Resize(Node &node) : node(node), c(node) {}
  LogicalResult build();

private:
  bool readAttributes();
  bool readAxes();
  /// The sizes, scales and region of interest of the axes; `scales` and `sizes` are operands of the node.
  bool readTargets(unsigned scales, unsigned sizes);
  bool readScales(unsigned input);
  bool readSizes(unsigned input);
  bool readRegion(unsigned input);
  void keepAspectRatio();
  Value resized(Value x, int64_t axis, const ResizedAxis &sizes);
  Value repeated(Value x, int64_t axis, double scale);
  Value weighted(Value x, int64_t axis, const Taps &taps);
  Value product(Value x, int64_t axis, const Taps &taps, int64_t in);

  Node &node;
  Compose c;
  Value x;
  Interpolation how;
  double extrapolation = 0;
  StringRef policy;
  SmallVector<Dim> dims;
  SmallVector<int64_t> axes;
  /// Of every dimension of x; nothing where it stays as it is.
  SmallVector<std::optional<ResizedAxis>> plan;
  SmallVector<std::pair<double, double>> region;
};

bool Resize::readAttributes() {
  bool early = node.opset() < 11 || node.opType() == "Upsample";
  StringRef mode = node.getString("mode", "nearest");
  StringRef coordinates = node.getString("coordinate_transformation_mode", early ? "asymmetric" : "half_pixel");
  StringRef nearest = node.getString("nearest_mode", early ? "simple" : "round_prefer_floor");
  auto known = llvm::StringSwitch<std::optional<InterpolationMode>>(mode)
                   .Case("nearest", InterpolationMode::nearest)
                   .Case("linear", InterpolationMode::linear)
                   .Case("cubic", InterpolationMode::cubic)
                   .Default(std::nullopt);
  auto place = llvm::StringSwitch<std::optional<CoordinateMode>>(coordinates)
                   .Case("half_pixel", CoordinateMode::half_pixel)
                   .Case("half_pixel_symmetric", CoordinateMode::half_pixel_symmetric)
                   .Case("pytorch_half_pixel", CoordinateMode::pytorch_half_pixel)
                   .Case("align_corners", CoordinateMode::align_corners)
                   .Case("asymmetric", CoordinateMode::asymmetric)
                   .Case("tf_half_pixel_for_nn", CoordinateMode::tf_half_pixel_for_nn)
                   .Case("tf_crop_and_resize", CoordinateMode::tf_crop_and_resize)
                   .Default(std::nullopt);
  auto rounding = llvm::StringSwitch<std::optional<NearestMode>>(nearest)
                      .Case("round_prefer_floor", NearestMode::round_prefer_floor)
                      .Case("round_prefer_ceil", NearestMode::round_prefer_ceil)
                      .Case("floor", NearestMode::floor)
                      .Case("ceil", NearestMode::ceil)
                      .Case("simple", NearestMode::simple)
                      .Default(std::nullopt);
  if (!known || !place || !rounding) {
    (void)node.unsupported("its mode '" + mode + "', coordinate_transformation_mode '" + coordinates + "' or nearest_mode '" +
                           nearest + "' is not known");
    return false;
  }
  how = {*known, *place, *rounding, node.getFloat("cubic_coeff_a", -0.75), node.getInt("exclude_outside", 0) != 0,
         node.getInt("antialias", 0) != 0};
  extrapolation = node.getFloat("extrapolation_value", 0);
  policy = node.getString("keep_aspect_ratio_policy", "stretch");
  if (policy != "stretch" && policy != "not_larger" && policy != "not_smaller")
    (void)node.invalid("has keep_aspect_ratio_policy '" + policy + "', expected stretch, not_larger or not_smaller");
  return !node.failed();
}

bool Resize::readAxes() {
  x = node.input(0);
  if (!x)
    return false;
  dims = c.dims(x);
  axes = llvm::to_vector(llvm::seq<int64_t>(0, dims.size()));
  if (auto given = node.getInts("axes")) {
    axes.clear();
    for (int64_t a : *given) {
      std::optional<int64_t> axis = node.axis(a, dims.size());
      if (!axis || llvm::is_contained(axes, *axis)) {
        (void)node.invalid("names an axis twice");
        return false;
      }
      axes.push_back(*axis);
    }
  }
  plan.resize(dims.size());
  return !node.failed();
}

bool Resize::readScales(unsigned input) {
  std::optional<SmallVector<double>> scales = node.getFloats("scales"); // Upsample, opset < 9
  if (node.has(input)) {
    std::optional<HostTensor> constant = node.parameter(input);
    if (!constant) {
      (void)node.needsConstant("its scales '" + node.inputName(input) + "' are computed, expected constants", input);
      return false;
    }
    scales.emplace();
    for (int64_t i = 0; i < constant->size(); ++i)
      scales->push_back(constant->real(i));
  }
  if (!scales || scales->size() != axes.size()) {
    (void)node.invalid("has " + Twine(scales ? scales->size() : 0) + " scales, expected " + Twine(axes.size()));
    return false;
  }
  for (auto [i, axis] : llvm::enumerate(axes)) {
    double scale = (*scales)[i];
    if (!(scale > 0 && scale < 1e9)) {
      (void)node.invalid("has a scale that is no positive number");
      return false;
    }
    double kept = how.coordinates == CoordinateMode::tf_crop_and_resize ? region[axis].second - region[axis].first : 1;
    int64_t in = dims[axis].isKnown() ? dims[axis].factor : -1;
    auto out = in < 0 ? -1 : static_cast<int64_t>(std::floor(static_cast<double>(in) * std::fabs(kept) * scale));
    if (scale != 1 || kept != 1)
      plan[axis] = {in, out, scale, region[axis].first, region[axis].second};
  }
  return true;
}

bool Resize::readSizes(unsigned input) {
  std::optional<SmallTensor> sizes = node.small(input);
  if (!sizes || sizes->elements.size() != axes.size()) {
    (void)node.needsConstant("its sizes '" + node.inputName(input) + "' are computed or not " + Twine(axes.size()) +
                                 ", expected a constant for every axis", input);
    return false;
  }
  for (auto [i, axis] : llvm::enumerate(axes)) {
    const Dim &to = sizes->elements[i];
    if (to == dims[axis] && how.coordinates != CoordinateMode::tf_crop_and_resize)
      continue;
    if (!to.isKnown() || !dims[axis].isKnown() || to.factor < 0 || to.factor > (int64_t(1) << 30)) {
      (void)node.unsupported("resizes dimension " + Twine(axis) + ", which is dynamic; give that dimension a value");
      return false;
    }
    auto in = static_cast<double>(dims[axis].factor);
    plan[axis] = {dims[axis].factor, to.factor, static_cast<double>(to.factor) / in, region[axis].first, region[axis].second};
  }
  keepAspectRatio();
  return true;
}

/// One scale for all axes: the least or the greatest of them, and sizes rounded to it.
void Resize::keepAspectRatio() {
  if (policy == "stretch")
    return;
  double chosen = policy == "not_larger" ? INFINITY : 0;
  for (int64_t axis : axes) {
    double scale = plan[axis] ? plan[axis]->scale : 1;
    chosen = policy == "not_larger" ? std::min(chosen, scale) : std::max(chosen, scale);
  }
  for (int64_t axis : axes) {
    if (!plan[axis])
      plan[axis] = {dims[axis].isKnown() ? dims[axis].factor : -1, -1, 1, region[axis].first, region[axis].second};
    plan[axis]->scale = chosen;
    plan[axis]->out = plan[axis]->in < 0 ? -1 : static_cast<int64_t>(chosen * static_cast<double>(plan[axis]->in) + 0.5);
  }
}

bool Resize::readRegion(unsigned input) {
  region.assign(dims.size(), {0.0, 1.0});
  if (how.coordinates != CoordinateMode::tf_crop_and_resize)
    return true;
  std::optional<HostTensor> roi = node.parameter(input);
  if (!roi || roi->size() != 2 * static_cast<int64_t>(axes.size())) {
    (void)node.needsConstant("its region of interest '" + node.inputName(input) + "' is computed or not of " +
                                 Twine(2 * axes.size()) + " numbers, expected a constant start and end for every axis", input);
    return false;
  }
  for (auto [i, axis] : llvm::enumerate(axes))
    region[axis] = {roi->real(i), roi->real(i + axes.size())};
  return true;
}

bool Resize::readTargets(unsigned scales, unsigned sizes) {
  std::optional<SmallVector<Dim>> given = node.has(scales) ? node.inputDims(scales) : std::nullopt;
  bool empty = given && given->size() == 1 && (*given)[0] == Dim(0); // a place holder where sizes are meant
  bool bySize = node.has(sizes) && (!node.has(scales) || empty);
  return bySize ? readSizes(sizes) : readScales(scales);
}

/// Σ_t weight_t · x[index_t] along an axis.
Value Resize::weighted(Value x, int64_t axis, const Taps &taps) {
  int64_t out = static_cast<int64_t>(taps.index.size()) / taps.taps, rank = node.rank(x);
  Value sum;
  for (int64_t t = 0; t < taps.taps; ++t) {
    SmallVector<int64_t> places, shape(rank - axis, 1);
    SmallVector<double> weights;
    for (int64_t o = 0; o < out; ++o) {
      places.push_back(taps.index[o * taps.taps + t]);
      weights.push_back(taps.weight[o * taps.taps + t]);
    }
    if (llvm::all_of(weights, [](double w) { return w == 0; }))
      continue;
    Value picked = x;
    if (!llvm::equal(places, llvm::seq<int64_t>(0, node.shape(x)[axis])))
      picked = c.gather(x, c.list(places, node.builder().getI64Type(), {out}), axis);
    shape[0] = out;
    if (!llvm::all_of(weights, [](double w) { return w == 1; }))
      picked = c.mul(picked, c.list(weights, node.elementType(x), shape));
    sum = sum ? c.add(sum, picked) : picked;
  }
  return sum;
}

/// The same as a product with the matrix [out, in] of the weights.
Value Resize::product(Value x, int64_t axis, const Taps &taps, int64_t in) {
  int64_t out = static_cast<int64_t>(taps.index.size()) / taps.taps, rank = node.rank(x);
  SmallVector<double> matrix(out * in, 0);
  for (size_t i = 0; i < taps.index.size(); ++i)
    matrix[static_cast<int64_t>(i) / taps.taps * in + taps.index[i]] += taps.weight[i];
  Value weight = c.list(matrix, node.elementType(x), {out, in}), bias = node.makeSplat({out}, node.elementType(x), 0);
  Value rows = node.transpose(x, movedAxis(rank, axis, rank - 1));
  Value y = node.create<nn::LinearOp>(node.elementType(x), rows, weight, bias);
  return node.transpose(y, movedAxis(rank, rank - 1, axis));
}

/// Nearest neighbours of a dynamic dimension: only whole repetitions follow without its size.
Value Resize::repeated(Value x, int64_t axis, double scale) {
  using CM = CoordinateMode;
  using NM = NearestMode;
  bool rounds = how.nearest == NM::round_prefer_floor || how.nearest == NM::round_prefer_ceil;
  bool repeats = how.coordinates == CM::asymmetric ? how.nearest == NM::floor || how.nearest == NM::simple
                                                   : rounds && (how.coordinates == CM::half_pixel || how.coordinates == CM::half_pixel_symmetric ||
                                                                how.coordinates == CM::pytorch_half_pixel);
  if (scale != std::floor(scale) || how.mode != InterpolationMode::nearest || !repeats) {
    (void)node.unsupported("resizes dimension " + Twine(axis) + ", which is dynamic; give that dimension a value");
    return {};
  }
  SmallVector<Dim> to = c.dims(x);
  auto times = static_cast<int64_t>(scale);
  SmallVector<int64_t> shape(to.size() + 1, -1);
  shape[axis + 1] = times;
  Value y = node.create<nn::BroadcastOp>(node.elementType(x), c.unsqueeze(x, axis + 1), shape);
  std::optional<Dim> longer = multiply(to[axis], Dim(times));
  if (!longer)
    return {};
  to[axis] = *longer;
  return node.reshapeTo(y, to);
}

Value Resize::resized(Value x, int64_t axis, const ResizedAxis &sizes) {
  if (sizes.in < 0)
    return repeated(x, axis, sizes.scale);
  if (sizes.in < 1 || sizes.out < 1 || sizes.in > Compose::kMaxCount || sizes.out > Compose::kMaxCount) {
    (void)node.unsupported("resizes dimension " + Twine(axis) + " from " + Twine(sizes.in) + " to " + Twine(sizes.out) +
                           ", expected 1 to 2^24 elements");
    return {};
  }
  Taps taps = interpolate(how, sizes);
  bool dense = taps.taps > kMaxGathers && sizes.in * sizes.out <= Compose::kMaxCount;
  Value y = dense ? product(x, axis, taps, sizes.in) : weighted(x, axis, taps);
  if (!llvm::is_contained(taps.outside, true))
    return y;
  SmallVector<int64_t> flags(taps.outside.begin(), taps.outside.end()), shape(node.rank(x) - axis, 1);
  shape[0] = sizes.out;
  return c.select(c.list(flags, node.builder().getI1Type(), shape), c.number(y, extrapolation), y);
}

LogicalResult Resize::build() {
  if (!readAttributes() || !readAxes())
    return failure();
  bool early = node.opset() < 11 || node.opType() == "Upsample";
  if (!readRegion(early ? ~0u : 1) || !(early ? readTargets(1, ~0u) : readTargets(2, 3)))
    return failure();
  Type type = node.elementType(x);
  auto real = dyn_cast<FloatType>(type);
  bool computes = how.mode != InterpolationMode::nearest && (!real || real.getWidth() < 32);
  Value y = computes ? node.convert(x, node.builder().getF32Type()) : x;
  for (int64_t axis : llvm::reverse(llvm::seq<int64_t>(0, plan.size()))) // as the reference: the last axis first
    if (plan[axis])
      y = resized(y, axis, *plan[axis]);
  return y == x ? node.forward(0, 0) : node.set(0, node.convert(y, type));
}

} // namespace

void weft::import::registerResizeOps(OpTable &table) {
  table.add("Resize", [](Node &n) { return Resize(n).build(); }, 1, 4);
  table.add("Upsample", [](Node &n) { return Resize(n).build(); }, 1, 2);
}
