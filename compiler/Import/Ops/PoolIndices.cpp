//===- PoolIndices.cpp - where maxima are, and the way back ------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Import/OpTable.h"
#include "compiler/Import/Ops/Compose.h"
#include "compiler/Import/Ops/Pooling.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace weft;
using namespace weft::import;

namespace {

/// What each window over one sample's channel reads, window by window: indices into the padded input, and the number that ONNX
/// gives an element of the input itself (0 for padding).
struct WindowElements {
  int64_t windows = 1, taps = 1;
  SmallVector<int64_t> padded, numbers;
};

} // namespace

/// Counts `index` up in the mixed radix of `extents`; false at the end.
static bool next(MutableArrayRef<int64_t> index, ArrayRef<int64_t> extents) {
  for (size_t d = index.size(); d-- > 0;) {
    if (++index[d] < extents[d])
      return true;
    index[d] = 0;
  }
  return false;
}

static WindowElements elementsOf(const Windows &w, ArrayRef<int64_t> in, ArrayRef<int64_t> out, bool columnMajor) {
  WindowElements result;
  for (size_t d = 0; d < in.size(); ++d) {
    result.windows *= out[d];
    result.taps *= w.kernel[d];
  }
  SmallVector<int64_t> window(in.size(), 0);
  do {
    SmallVector<int64_t> tap(in.size(), 0);
    do {
      int64_t padded = 0, row = 0, column = 0, pitch = 1;
      bool inside = true;
      for (size_t d = 0; d < in.size(); ++d) {
        int64_t at = window[d] * w.strides[d] + tap[d] * w.dilations[d], own = at - w.begin[d];
        padded = padded * (in[d] + w.begin[d] + w.end[d] + w.ceilEnd[d]) + at;
        row = row * in[d] + own;
        column += own * pitch;
        pitch *= in[d];
        inside &= own >= 0 && own < in[d];
      }
      result.padded.push_back(padded);
      result.numbers.push_back(inside ? (columnMajor ? column : row) : 0);
    } while (next(tap, w.kernel));
  } while (next(window, out));
  return result;
}

Value weft::import::maxIndices(Node &node, Value x, bool columnMajor) {
  Compose c(node);
  std::optional<Windows> w = readPool(node, x);
  if (!w)
    return {};
  auto shape = node.shape(x);
  SmallVector<int64_t> in(shape.drop_front(2)), out, low{0, 0}, high{0, 0};
  if (!node.type(x).hasStaticShape()) {
    (void)node.unsupported("its second output counts through an input of dynamic dimensions; give them values");
    return {};
  }
  int64_t total = shape[0] * shape[1], pixels = 1, paddedPixels = 1;
  for (size_t i = 0; i < in.size(); ++i) {
    int64_t padded = in[i] + w->begin[i] + w->end[i] + w->ceilEnd[i];
    low.push_back(w->begin[i]);
    high.push_back(w->end[i] + w->ceilEnd[i]);
    out.push_back((padded - w->extent(i)) / w->strides[i] + 1);
    pixels *= in[i], paddedPixels *= padded;
    if (padded < w->extent(i) || paddedPixels > (int64_t(1) << 31)) {
      (void)node.invalid("has a window of " + Twine(w->extent(i)) + " over a dimension of " + Twine(padded));
      return {};
    }
  }
  int64_t reads = 1;
  for (size_t i = 0; i < in.size(); ++i)
    if (llvm::MulOverflow(reads, out[i], reads) || llvm::MulOverflow(reads, w->kernel[i], reads) || reads > Compose::kMaxCount) {
      (void)node.unsupported("its second output reads more than 2^24 elements of a channel");
      return {};
    }
  WindowElements elements = elementsOf(*w, in, out, columnMajor);
  if (!isa<FloatType>(node.elementType(x)))
    x = node.convert(x, node.builder().getF32Type()); // bytes, which padding of −∞ must not equal
  Type index = node.builder().getI64Type();
  int64_t n = elements.windows, taps = elements.taps;
  Value rows = node.reshape(c.pad(x, low, high, -INFINITY), {total, paddedPixels});
  Value read = node.reshape(c.gather(rows, c.list(elements.padded, index, {n * taps}), 1), {total, n, taps});
  Value tap = node.create<nn::ArgReduceOp>(index, read, int64_t(2), /*keepdims=*/false, /*is_max=*/true, /*select_last=*/false);
  // The tap's number in its window, then in the channel, then in all.
  Value firstTap = c.mul(c.iota(n, index, 0, 1), static_cast<double>(taps));
  Value number = c.gather(c.list(elements.numbers, index, {n * taps}), c.add(tap, firstTap), 0);
  number = c.add(number, c.mul(c.iota(total, index, 0, 2), static_cast<double>(pixels)));
  SmallVector<int64_t> to{shape[0], shape[1]};
  to.append(out);
  return node.reshape(number, to);
}

/// The sizes that MaxPool's input had, as far as its attributes say.
static SmallVector<int64_t> unpooledSizes(const Windows &w, ArrayRef<int64_t> in) {
  SmallVector<int64_t> sizes;
  for (size_t i = 0; i < in.size(); ++i)
    sizes.push_back((in[i] - 1) * w.strides[i] + w.kernel[i] - w.begin[i] - w.end[i]);
  return sizes;
}

/// Values back to the places that MaxPool's indices name. Those count in the sizes that follow from the attributes; a larger
/// output_shape adds zeros behind.
static LogicalResult buildMaxUnpool(Node &node) {
  Compose c(node);
  Value x = node.input(0), indices = node.input(1);
  std::optional<Windows> w = readWindows(node, x, node.getInts("kernel_shape").value_or(SmallVector<int64_t>()));
  if (!w || !indices)
    return failure();
  if (!node.type(x).hasStaticShape() || node.shape(x) != node.shape(indices))
    return node.unsupported("its input is dynamic or its indices are of another shape; give dimensions values");
  auto shape = node.shape(x);
  SmallVector<int64_t> sizes{shape[0], shape[1]}, wanted;
  sizes.append(unpooledSizes(*w, shape.drop_front(2)));
  wanted = sizes;
  if (node.has(2)) {
    auto given = node.ints(2, "output_shape");
    if (!given)
      return failure();
    wanted = *given;
  }
  int64_t all = 1;
  SmallVector<int64_t> low(sizes.size(), 0), high;
  for (size_t i = 0; i < sizes.size() && wanted.size() == sizes.size(); ++i) {
    high.push_back(wanted[i] - sizes[i]);
    if (sizes[i] < 1 || high[i] < 0 || wanted[i] > (int64_t(1) << 31) || llvm::MulOverflow(all, sizes[i], all))
      return node.invalid("unpools dimension " + Twine(i) + " to " + Twine(wanted[i]) + ", expected at least " + Twine(sizes[i]));
  }
  if (high.size() != sizes.size())
    return node.invalid("has an output_shape of " + Twine(wanted.size()) + " dimensions, expected " + Twine(sizes.size()));
  int64_t count = node.type(x).getNumElements();
  Value zeros = node.makeSplat({all}, node.elementType(x), 0);
  Value y = node.create<nn::ScatterNdOp>(node.elementType(x), zeros, node.reshape(indices, {count, 1}), node.reshape(x, {count}),
                                         nn::ScatterKind::replace, int64_t(0));
  return node.set(0, c.pad(node.reshape(y, sizes), low, high));
}

void weft::import::registerPoolIndexOps(OpTable &table) { table.add("MaxUnpool", buildMaxUnpool, 2, 3); }
