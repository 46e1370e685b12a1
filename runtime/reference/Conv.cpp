//===- Conv.cpp - convolution -------------------------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "runtime/reference/Conv.h"

#include "runtime/reference/Exact.h"
#include "runtime/reference/Half.h"

#include <algorithm>

namespace weft::reference {

namespace {
/// The sizes of a convolution: of one group, `channels` inputs and `outputs` outputs.
struct ConvSizes {
  int64_t batch, groups, channels, outputs, inputPixels, outputPixels;
};
} // namespace

/// Columns of one tile: `columns[k][p]` is what tap k = (channel, tap) reads for the p-th of the tile's output pixels,
/// which are the rows [rowBegin, rowEnd). `x` is the group's first channel.
template <typename T>
static void gatherColumns(const WindowWalk &walk, const T *x, int64_t channels, int64_t pixels, int64_t rowBegin,
                          int64_t rowEnd, T pad, std::vector<T> &columns) {
  const int64_t length = walk.rowLength(), taps = walk.taps();
  T *out = columns.data();
  for (int64_t c = 0; c < channels; ++c)
    for (int64_t t = 0; t < taps; ++t)
      for (int64_t row = rowBegin; row < rowEnd; ++row, out += length) {
        WindowWalk::Segment s = walk.segment(row, t);
        std::fill(out, out + s.begin, pad);
        const T *source = x + c * pixels + s.source;
        for (int64_t i = s.begin; i < s.end; ++i)
          out[i] = source[i * s.step];
        std::fill(out + s.end, out + length, pad);
      }
}

/// y[p] += Σ_k w[k]·columns[k][p] for n pixels, four taps at a time so that y is read and written less often.
template <typename Sum, typename T>
static void accumulate(const T *w, const T *columns, int64_t taps, int64_t n, Sum *__restrict y) {
  int64_t k = 0;
  for (; k + 4 <= taps; k += 4) {
    const Sum w0 = w[k], w1 = w[k + 1], w2 = w[k + 2], w3 = w[k + 3];
    const T *c0 = columns + k * n, *c1 = c0 + n, *c2 = c1 + n, *c3 = c2 + n;
    for (int64_t p = 0; p < n; ++p)
      y[p] += (w0 * Sum(c0[p]) + w1 * Sum(c1[p])) + (w2 * Sum(c2[p]) + w3 * Sum(c3[p]));
  }
  for (; k < taps; ++k)
    for (int64_t p = 0; p < n; ++p)
      y[p] += Sum(w[k]) * Sum(columns[k * n + p]);
}

template <typename Sum, typename T>
static std::vector<Sum> convSums(const std::vector<T> &x, const std::vector<T> &w, const std::vector<T> &b,
                                 const ConvSizes &size, const WindowWalk &walk, T pad) {
  const int64_t k = size.channels * walk.taps(), length = walk.rowLength();
  std::vector<Sum> y(size.batch * size.groups * size.outputs * size.outputPixels);
  // A tile of whole rows whose columns stay in the cache: about 32 Ki elements, at least one row.
  const int64_t tileRows = std::clamp<int64_t>(32768 / std::max<int64_t>(1, k * length), 1, walk.rows());
  std::vector<T> columns(k * tileRows * length);
  for (int64_t n = 0; n < size.batch; ++n)
    for (int64_t g = 0; g < size.groups; ++g)
      for (int64_t row = 0; row < walk.rows(); row += tileRows) {
        const int64_t rowEnd = std::min(row + tileRows, walk.rows()), pixels = (rowEnd - row) * length;
        const T *group = x.data() + (n * size.groups + g) * size.channels * size.inputPixels;
        gatherColumns(walk, group, size.channels, size.inputPixels, row, rowEnd, pad, columns);
        for (int64_t o = 0; o < size.outputs; ++o) {
          const int64_t channel = g * size.outputs + o;
          Sum *out = y.data() + (n * size.groups * size.outputs + channel) * size.outputPixels + row * length;
          std::fill(out, out + pixels, static_cast<Sum>(b[channel]));
          accumulate(w.data() + channel * k, columns.data(), k, pixels, out);
        }
      }
  return y;
}

static Status checkOperands(const Tensor &input, const Tensor &weight, const Tensor &bias, int64_t groups) {
  if (input.rank() < 3 || weight.rank() != input.rank() || bias.rank() != 1 || groups < 1 ||
      input.dim(1) != weight.dim(1) * groups || weight.dim(0) % groups != 0 || weight.dim(0) != bias.dim(0))
    return error("expected input [N, C, spatial...], weight [O, C/groups, kernel...], bias [O] and groups that divide O, found ",
                 toString(input.shape()), ", ", toString(weight.shape()), ", ", toString(bias.shape()), " and ", groups,
                 " groups");
  if (input.type().isFloat() != bias.type().isFloat() || weight.type().isFloat() != bias.type().isFloat() ||
      (bias.type().isFloat() && (input.type() != bias.type() || weight.type() != bias.type())))
    return error("element types ", input.type().name(), ", ", weight.type().name(), ", ", bias.type().name(),
                 " do not go together");
  return done();
}

Result<Tensor> conv(const Tensor &input, const Tensor &weight, const Tensor &bias, const ConvAttributes &attributes) {
  if (Status status = checkOperands(input, weight, bias, attributes.groups); !status)
    return status.failure();
  Shape spatial(input.shape().begin() + 2, input.shape().end()), kernel(weight.shape().begin() + 2, weight.shape().end());
  Result<WindowWalk> walk = WindowWalk::create(
      {kernel, attributes.strides, attributes.padsBegin, attributes.padsEnd, attributes.dilations}, spatial);
  if (!walk)
    return walk.failure();
  Shape shape = {input.dim(0), weight.dim(0)};
  shape.insert(shape.end(), walk->outputShape().begin(), walk->outputShape().end());
  ConvSizes size = {input.dim(0),   attributes.groups,     weight.dim(1), weight.dim(0) / attributes.groups,
                    elementCount(spatial), elementCount(walk->outputShape())};

  if (bias.type().isInteger()) {
    const auto &x = input.integers(), &w = weight.integers(), &b = bias.integers();
    const int64_t pad = attributes.padValue;
    Tensor padding = Tensor::ofIntegers(input.type(), {1}, {pad});
    const int64_t terms = weight.dim(1) * walk->taps();
    if (fitsInt64(input, weight, &bias, terms) && fitsInt64(padding, weight, &bias, terms))
      return narrow(bias.type(), shape, convSums<int64_t>(x, w, b, size, *walk, pad), "A3");
    return narrow(bias.type(), shape, convSums<Int128>(x, w, b, size, *walk, pad), "A3");
  }
  Tensor y(bias.type(), shape);
  if (bias.type().bits == 64)
    y.doubles() = convSums<double>(input.doubles(), weight.doubles(), bias.doubles(), size, *walk,
                                   static_cast<double>(attributes.padValue));
  else
    y.floats() = convSums<float>(input.floats(), weight.floats(), bias.floats(), size, *walk,
                                 static_cast<float>(attributes.padValue));
  roundToType(y);
  return y;
}

} // namespace weft::reference
