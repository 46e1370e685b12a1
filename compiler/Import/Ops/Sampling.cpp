//===- Sampling.cpp - GridSample, AffineGrid, RoiAlign ---------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
// Places that are computed: pixels are gathered as rows of their channels and summed with computed weights.
#include "compiler/Import/OpTable.h"
#include "compiler/Import/Ops/Compose.h"

using namespace mlir;
using namespace weft;
using namespace weft::import;

/// [N, C, spatial…] as rows [N, pixels, C].
static Value pixelRows(Compose &c, Value x) {
  SmallVector<Dim> dims = c.dims(x);
  std::optional<Dim> pixels = x ? product(ArrayRef(dims).drop_front(2)) : std::nullopt;
  return pixels ? c.node.transpose(c.node.reshapeTo(x, {dims[0], dims[1], *pixels}), {0, 2, 1}) : Value();
}

/// What one tap along one axis reads: places as numbers that lie in the image, and their weights. All [N, places].
namespace {
struct Tap {
  Value place, weight;
};
} // namespace

//===--- GridSample -----------------------------------------------------------------------------===//

namespace {

class GridSample {
public:
  explicit GridSample(Node &node) : node(node), c(node) {}
  LogicalResult build();

private:
  enum class Mode { nearest, linear, cubic };
  enum class Padding { zeros, border, reflection };
  bool read();
  /// The grid's numbers −1 … 1 as places along a dimension of `size`.
  Value placesOf(Value g, int64_t size);
  Value reflected(Value place, int64_t size);
  /// Into the image, as the padding says; zeros leave places as they are.
  Value padded(Value place, int64_t size);
  SmallVector<Tap> taps(Value place, int64_t size);
  Tap tapAt(Value place, Value weight, int64_t size);
  Value sum(ArrayRef<SmallVector<Tap>> axes, ArrayRef<int64_t> sizes, Value rows);

  Node &node;
  Compose c;
  Value x, grid;
  Mode mode = Mode::linear;
  Padding padding = Padding::zeros;
  bool alignCorners = false;
};

bool GridSample::read() {
  StringRef how = node.getString("mode", node.opset() < 20 ? "bilinear" : "linear"), outside = node.getString("padding_mode", "zeros");
  alignCorners = node.getInt("align_corners", 0) != 0;
  x = node.input(0), grid = node.input(1);
  if (node.failed())
    return false;
  bool isKnown = how == "nearest" || how == "bilinear" || how == "linear" || how == "bicubic" || how == "cubic";
  if (!isKnown || (outside != "zeros" && outside != "border" && outside != "reflection")) {
    (void)node.invalid("has mode '" + how + "' and padding_mode '" + outside + "', expected nearest, linear or cubic, and zeros, border or reflection");
    return false;
  }
  mode = how == "nearest" ? Mode::nearest : how.ends_with("linear") ? Mode::linear : Mode::cubic;
  padding = outside == "zeros" ? Padding::zeros : outside == "border" ? Padding::border : Padding::reflection;
  int64_t rank = node.rank(x);
  if (rank < 3 || rank > 5 || node.rank(grid) != rank || node.shape(grid).back() != rank - 2) {
    (void)node.invalid("has operands of rank " + Twine(rank) + " and " + Twine(node.rank(grid)) +
                       ", expected [N, C, spatial...] of 1 to 3 spatial dimensions and a grid [N, spatial..., places]");
    return false;
  }
  if (llvm::is_contained(node.shape(x).drop_front(2), ShapedType::kDynamic)) {
    (void)node.unsupported("its image has dynamic dimensions; give them values");
    return false;
  }
  return true;
}

Value GridSample::placesOf(Value g, int64_t size) {
  auto n = static_cast<double>(size);
  return alignCorners ? c.mul(c.add(g, 1), (n - 1) / 2) : c.div(c.add(c.mul(c.add(g, 1), n), -1), 2);
}

/// A triangle wave between the centres of the outer pixels (align_corners) or their outer edges.
Value GridSample::reflected(Value place, int64_t size) {
  double low = alignCorners ? 0 : -0.5, span = static_cast<double>(size - 1) - 2 * low;
  if (span == 0)
    return c.mul(place, 0.0);
  Value from = c.add(place, -low);
  Value rest = c.sub(from, c.mul(c.floor(c.div(from, 2 * span)), 2 * span));
  Value distance = node.unary(nn::UnaryKind::abs, c.add(rest, -span));
  return c.add(c.negate(distance), span + low);
}

Value GridSample::padded(Value place, int64_t size) {
  if (padding == Padding::zeros)
    return place;
  return c.clip(padding == Padding::reflection ? reflected(place, size) : place, padding == Padding::border ? 0 : -0.5,
                static_cast<double>(size) - (padding == Padding::border ? 1 : 0.5));
}

/// A whole-numbered place: read where it lies in the image, and weighs nothing outside of it.
Tap GridSample::tapAt(Value place, Value weight, int64_t size) {
  place = padded(place, size);
  Value inside = c.clip(place, 0, static_cast<double>(size - 1));
  if (padding != Padding::zeros)
    return {inside, weight};
  Value counts = node.convert(c.equal(place, inside), node.elementType(place));
  return {inside, weight ? c.mul(weight, counts) : counts};
}

SmallVector<Tap> GridSample::taps(Value place, int64_t size) {
  if (mode == Mode::nearest)
    return {tapAt(node.unary(nn::UnaryKind::round, padded(node.unary(nn::UnaryKind::round, place), size)), {}, size)};
  if (mode == Mode::linear)
    place = padded(place, size); // a cubic kernel reads around the place as it is
  Value base = c.floor(place), right = c.sub(place, base), left = c.add(c.negate(right), 1);
  if (mode == Mode::linear)
    return {tapAt(base, left, size), tapAt(c.add(base, 1), right, size)};
  // Keys' kernel with A = −0.75, at distances 1 + t, t, 1 − t, 2 − t.
  constexpr double a = -0.75;
  auto near = [&](Value t) { return c.add(c.mul(c.mul(t, t), c.add(c.mul(t, a + 2), -(a + 3))), 1); };
  auto far = [&](Value t) { return c.mul(c.add(c.mul(c.add(c.mul(c.add(t, -5), t), 8), t), -4), a); };
  return {tapAt(c.add(base, -1), far(c.add(right, 1)), size), tapAt(base, near(right), size),
          tapAt(c.add(base, 1), near(left), size), tapAt(c.add(base, 2), far(c.add(left, 1)), size)};
}

/// Σ over one tap of every axis: weight · the row at the place.
Value GridSample::sum(ArrayRef<SmallVector<Tap>> axes, ArrayRef<int64_t> sizes, Value rows) {
  size_t count = 1;
  for (const auto &axis : axes)
    count *= axis.size();
  Type index = node.builder().getI64Type();
  Value total;
  for (size_t combination = 0; combination < count; ++combination) {
    Value place, weight;
    size_t rest = combination;
    for (auto [axis, size] : llvm::zip(axes, sizes)) {
      const Tap &tap = axis[rest % axis.size()];
      rest /= axis.size();
      Value own = node.convert(tap.place, index);
      place = place ? c.add(c.mul(place, static_cast<double>(size)), own) : own;
      weight = weight && tap.weight ? c.mul(weight, tap.weight) : weight ? weight : tap.weight;
    }
    Value row = node.create<nn::GatherNdOp>(node.elementType(rows), rows, c.unsqueeze(place, 2), int64_t(1));
    if (weight)
      row = c.mul(row, c.unsqueeze(node.convert(weight, node.elementType(rows)), 2));
    total = total ? c.add(total, row) : row;
  }
  return total;
}

LogicalResult GridSample::build() {
  if (!read())
    return failure();
  int64_t spatial = node.rank(x) - 2;
  SmallVector<Dim> to = c.dims(grid), dims = c.dims(x);
  to.pop_back();
  std::optional<Dim> places = product(ArrayRef(to).drop_front(1));
  if (!places)
    return node.invalid("has too many elements");
  Value flat = node.reshapeTo(grid, {to[0], *places, Dim(spatial)});
  SmallVector<SmallVector<Tap>> axes;
  SmallVector<int64_t> sizes(node.shape(x).drop_front(2));
  for (int64_t d = 0; d < spatial; ++d) { // the grid holds x, y, …: the last dimension first
    Value g = c.squeeze(c.slice(flat, 2, spatial - 1 - d, 1), 2);
    axes.push_back(taps(placesOf(g, sizes[d]), sizes[d]));
  }
  Value y = node.transpose(sum(axes, sizes, pixelRows(c, x)), {0, 2, 1});
  to.insert(to.begin() + 1, dims[1]);
  return node.set(0, node.reshapeTo(y, to));
}

} // namespace

//===--- AffineGrid ----------------------------------------------------------------------------------===//

/// −1 … 1 along a dimension: at the centres of pixels, or from the first to the last (align_corners).
static double normalized(int64_t i, int64_t size, bool alignCorners) {
  auto at = static_cast<double>(i), n = static_cast<double>(size);
  if (alignCorners)
    return size == 1 ? 0 : 2 * at / (n - 1) - 1;
  return (2 * at + 1) / n - 1;
}

/// The places [N, spatial…, d] that theta [N, d, d + 1] takes the pixels of an image to.
static LogicalResult buildAffineGrid(Node &node) {
  Compose c(node);
  Value theta = node.input(0);
  auto size = node.ints(1, "sizes");
  bool alignCorners = node.getInt("align_corners", 0) != 0;
  if (!theta || !size)
    return failure();
  int64_t spatial = static_cast<int64_t>(size->size()) - 2;
  if ((spatial != 2 && spatial != 3) || node.rank(theta) != 3 || node.shape(theta)[1] != spatial || node.shape(theta)[2] != spatial + 1)
    return node.invalid("expects theta [N, 2, 3] and sizes [N, C, H, W], or [N, 3, 4] and [N, C, D, H, W]");
  int64_t pixels = 1;
  SmallVector<Dim> to{c.dims(theta)[0]};
  for (int64_t d : ArrayRef(*size).drop_front(2)) {
    if (d < 1 || d > (1 << 24) || (pixels *= d) > (1 << 26))
      return node.invalid("has a size of " + Twine(d) + ", expected at most 2^26 pixels");
    to.push_back(Dim(d));
  }
  SmallVector<double> base;
  for (int64_t p = 0; p < pixels; ++p) {
    int64_t rest = p;
    for (int64_t d = spatial - 1; d >= 0; --d) { // x first
      int64_t extent = (*size)[d + 2];
      base.push_back(normalized(rest % extent, extent, alignCorners));
      rest /= extent;
    }
    base.push_back(1);
  }
  to.push_back(Dim(spatial));
  Value places = c.list(base, node.elementType(theta), {1, pixels, spatial + 1});
  return node.set(0, node.reshapeTo(c.matmul(places, node.transpose(theta, {0, 2, 1})), to));
}

//===--- RoiAlign ---------------------------------------------------------------------------------------===//

namespace {

class RoiAlign {
public:
  explicit RoiAlign(Node &node) : node(node), c(node) {}
  LogicalResult build();

private:
  bool read();
  /// Places [R, bins · samples] along one axis: roi corner `low` to `low + 2`.
  Value samples(int64_t low, int64_t bins);
  /// The pixels left and right of a place, and their weights.
  SmallVector<Tap> taps(Value place, int64_t size);
  /// [R, H samples, W samples, C]: one of the four neighbours, and its weight [R, H samples, W samples, 1].
  std::pair<Value, Value> neighbour(const Tap &y, const Tap &x);
  Value pooled(Value y);

  Node &node;
  Compose c;
  Value x, rois, batch, rows;
  int64_t height = 1, width = 1, outHeight = 1, outWidth = 1, ratio = 0;
  double scale = 1;
  bool isMax = false, halfPixel = true;
};

bool RoiAlign::read() {
  StringRef mode = node.getString("mode", "avg");
  StringRef coordinates = node.getString("coordinate_transformation_mode", node.opset() < 16 ? "output_half_pixel" : "half_pixel");
  outHeight = node.getInt("output_height", 1), outWidth = node.getInt("output_width", 1), ratio = node.getInt("sampling_ratio", 0);
  scale = node.getFloat("spatial_scale", 1);
  x = node.input(0), rois = node.input(1), batch = node.input(2);
  if (node.failed())
    return false;
  if (node.rank(x) != 4 || node.rank(rois) != 2 || node.shape(rois)[1] != 4 || node.rank(batch) != 1) {
    (void)node.invalid("expects an image [N, C, H, W], regions [R, 4] and their images [R]");
    return false;
  }
  bool known = (mode == "avg" || mode == "max") && (coordinates == "half_pixel" || coordinates == "output_half_pixel");
  if (!known || outHeight < 1 || outWidth < 1 || outHeight > (1 << 16) || outWidth > (1 << 16)) {
    (void)node.invalid("has mode '" + mode + "', coordinate_transformation_mode '" + coordinates + "' or an output size that is not known");
    return false;
  }
  if (ratio < 1 || ratio > (1 << 10) || !node.type(x).hasStaticShape()) {
    (void)node.unsupported("its sampling_ratio " + Twine(ratio) + " depends on the regions, or its image is dynamic; set them");
    return false;
  }
  isMax = mode == "max", halfPixel = coordinates == "half_pixel";
  height = node.shape(x)[2], width = node.shape(x)[3];
  return true;
}

Value RoiAlign::samples(int64_t low, int64_t bins) {
  Value start = c.add(c.mul(c.slice(rois, 1, low, 1), scale), halfPixel ? -0.5 : 0);
  Value end = c.add(c.mul(c.slice(rois, 1, low + 2, 1), scale), halfPixel ? -0.5 : 0);
  Value size = c.sub(end, start);
  if (!halfPixel)
    size = c.max(size, c.number(size, 1));
  SmallVector<double> steps;
  for (int64_t i = 0; i < bins * ratio; ++i)
    steps.push_back((static_cast<double>(i) + 0.5) / static_cast<double>(bins * ratio));
  return c.add(start, c.mul(size, c.list(steps, node.elementType(rois), {1, bins * ratio})));
}

/// Places more than a pixel outside weigh nothing; others are moved to the border.
SmallVector<Tap> RoiAlign::taps(Value place, int64_t size) {
  auto last = static_cast<double>(size - 1);
  Value counts = node.convert(c.both(c.compare(nn::BinaryKind::greater_equal, place, c.number(place, -1)),
                                     c.compare(nn::BinaryKind::less_equal, place, c.number(place, last + 1))),
                              node.elementType(place));
  Value inside = c.clip(place, 0, last), base = c.floor(inside), right = c.sub(inside, base);
  return {{base, c.mul(c.add(c.negate(right), 1), counts)}, {c.clip(c.add(base, 1), 0, last), c.mul(right, counts)}};
}

std::pair<Value, Value> RoiAlign::neighbour(const Tap &y, const Tap &x) {
  Type index = node.builder().getI64Type();
  Value line = c.mul(node.convert(y.place, index), static_cast<double>(width));
  Value image = c.unsqueeze(c.mul(node.convert(batch, index), static_cast<double>(height * width)), 1);
  line = c.add(line, image);
  Value place = c.add(c.unsqueeze(line, 2), c.unsqueeze(node.convert(x.place, index), 1));
  return {c.gather(rows, place, 0), c.unsqueeze(c.mul(c.unsqueeze(y.weight, 2), c.unsqueeze(x.weight, 1)), 3)};
}

/// [R, H samples, W samples, C] → [R, C, H, W].
Value RoiAlign::pooled(Value y) {
  SmallVector<Dim> dims = c.dims(y);
  if (!y)
    return {};
  y = node.reshapeTo(y, {dims[0], Dim(outHeight), Dim(ratio), Dim(outWidth), Dim(ratio), dims[3]});
  y = c.reduce(isMax ? nn::ReduceKind::max : nn::ReduceKind::mean, y, {2, 4}, /*keepdims=*/false);
  return node.transpose(y, {0, 3, 1, 2});
}

LogicalResult RoiAlign::build() {
  if (!read())
    return failure();
  Value pixels = pixelRows(c, x);
  rows = pixels ? node.reshapeTo(pixels, {*multiply(c.dims(pixels)[0], c.dims(pixels)[1]), c.dims(pixels)[2]}) : Value();
  SmallVector<Tap> ys = taps(samples(1, outHeight), height), xs = taps(samples(0, outWidth), width);
  Value all;
  for (const Tap &y : ys)
    for (const Tap &x : xs) {
      auto [row, weight] = neighbour(y, x);
      Value term = c.mul(row, node.convert(weight, node.elementType(rows)));
      all = !all ? term : isMax ? c.max(all, term) : c.add(all, term); // a maximum is of weighted neighbours, as onnxruntime's
    }
  return node.set(0, pooled(all));
}

} // namespace

void weft::import::registerSamplingOps(OpTable &table) {
  table.add("AffineGrid", buildAffineGrid, 2, 2);
  table.add("GridSample", [](Node &n) { return GridSample(n).build(); }, 2, 2);
  table.add("RoiAlign", [](Node &n) { return RoiAlign(n).build(); }, 3, 3);
}
