//===- ConvTranspose.cpp - transposed convolution, Col2Im -------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Import/Ops/ConvTranspose.h"
#include "compiler/Import/OpTable.h"
#include "compiler/Import/Ops/Compose.h"
#include "compiler/Import/Ops/Weights.h"
#include "compiler/Import/Ops/Windows.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace weft;
using namespace weft::import;

namespace {

/// Output place q·s + r, counted without cropping, is Σ_j x[q − j] · w[j·s + r]: a convolution with m = ⌈extent / s⌉ taps for
/// each phase r.
class SubPixel {
public:
  SubPixel(Node &node, const TransposedWindows &windows, int64_t groups);
  Value weight(Value w);
  Value bias(Value b, int64_t outputs, Type element);
  Value convolve(Value x, Value weight, Value bias);
  /// [N, O · phases, blocks…] → [N, O, size…].
  Value interleave(Value y);

private:
  Node &node;
  Compose c;
  const TransposedWindows &windows;
  int64_t groups, phases = 1, spatial;
  /// Taps of a phase, the first block that the convolution computes, how many.
  SmallVector<int64_t> taps, first, blocks;
};

SubPixel::SubPixel(Node &node, const TransposedWindows &windows, int64_t groups)
    : node(node), c(node), windows(windows), groups(groups), spatial(windows.kernel.size()) {
  for (int64_t i = 0; i < spatial; ++i) {
    taps.push_back(llvm::divideCeil(windows.extent(i), windows.strides[i]));
    phases *= windows.strides[i];
  }
}

/// [C, O/g, kernel…] → [O · phases, C/g, taps…], reversed; taps that a dilation or a phase lacks are zero.
Value SubPixel::weight(Value w) {
  SmallVector<int64_t> shape(node.shape(w)), perm{0, 2};
  int64_t channels = shape[0] / groups, outputs = shape[1];
  SmallVector<int64_t> split{groups, channels, outputs}, result{groups * outputs * phases, channels};
  for (int64_t i = 0; i < spatial; ++i) {
    int64_t axis = i + 2, gap = windows.dilations[i], stride = windows.strides[i];
    if (gap > 1) { // [kernel, 1] → [kernel, gap], and off with the zeros behind the last
      w = c.padAxis(c.unsqueeze(w, axis + 1), axis + 1, 0, gap - 1);
      shape[axis] = windows.kernel[i] * gap;
      w = c.slice(node.reshape(w, shape), axis, 0, windows.extent(i));
    }
    w = c.padAxis(w, axis, 0, taps[i] * stride - windows.extent(i));
    shape[axis] = taps[i] * stride;
    split.append({taps[i], stride});
    perm.push_back(4 + 2 * i);
    result.push_back(taps[i]);
  }
  w = node.reshape(w, split);
  perm.push_back(1);
  for (int64_t i = 0; i < spatial; ++i) {
    w = taps[i] > 1 ? c.slice(w, 3 + 2 * i, taps[i] - 1, taps[i], -1) : w;
    perm.push_back(3 + 2 * i);
  }
  return node.reshape(node.transpose(w, perm), result);
}

Value SubPixel::bias(Value b, int64_t outputs, Type element) {
  if (!b)
    return node.makeSplat({outputs * phases}, element, 0);
  if (phases == 1)
    return b;
  Value repeated = node.create<nn::BroadcastOp>(element, c.unsqueeze(b, 1), SmallVector<int64_t>{outputs, phases});
  return node.reshape(repeated, {outputs * phases});
}

Value SubPixel::convolve(Value x, Value weight, Value bias) {
  SmallVector<int64_t> ones(spatial, 1), begin, end;
  for (int64_t i = 0; i < spatial; ++i) {
    int64_t in = node.shape(x)[i + 2], stride = windows.strides[i], m = taps[i];
    int64_t from = llvm::divideFloorSigned(windows.begin[i], stride);
    int64_t to = llvm::divideCeilSigned(windows.begin[i] + windows.size[i], stride);
    begin.push_back(std::max<int64_t>(m - 1 - from, 0));
    end.push_back(std::max({to - in, m - in - begin[i], int64_t(0)}));
    first.push_back(m - 1 - begin[i]);
    blocks.push_back(in + begin[i] + end[i] - m + 1);
  }
  return node.create<nn::ConvOp>(node.elementType(x), x, weight, bias, ones, begin, end, ones, groups,
                                 /*pad_value=*/int64_t(0));
}

Value SubPixel::interleave(Value y) {
  if (!y)
    return {};
  SmallVector<Dim> to = c.dims(y);
  to[1] = Dim(to[1].factor / phases);
  if (phases > 1) {
    SmallVector<Dim> split{to[0], to[1]};
    SmallVector<int64_t> perm{0, 1};
    split.append(windows.strides.begin(), windows.strides.end());
    split.append(blocks.begin(), blocks.end());
    for (int64_t i = 0; i < spatial; ++i) {
      perm.append({2 + spatial + i, 2 + i});
      to[i + 2] = Dim(blocks[i] * windows.strides[i]);
    }
    y = node.reshapeTo(node.transpose(node.reshapeTo(y, split), perm), to);
  }
  for (int64_t i = 0; i < spatial; ++i)
    y = c.slice(y, i + 2, windows.begin[i] - first[i] * windows.strides[i], windows.size[i]);
  return y;
}

} // namespace

Value weft::import::transposedConvolution(Node &node, Value x, Value weight, Value bias, const TransposedWindows &windows,
                                          int64_t groups) {
  if (node.failed() || !x || !weight)
    return {};
  SubPixel steps(node, windows, groups);
  int64_t outputs = node.shape(weight)[1] * groups;
  Value y = steps.convolve(x, steps.weight(weight), steps.bias(bias, outputs, node.elementType(x)));
  return steps.interleave(y);
}

/// How much is cut off at the begin, and the size of the result, along dimension i.
static void placeOutput(Node &node, const Windows &w, int64_t i, int64_t in, int64_t extra, std::optional<int64_t> wanted,
                        TransposedWindows &result) {
  StringRef mode = node.getString("auto_pad", "NOTSET");
  int64_t whole = w.strides[i] * (in - 1) + extra + w.extent(i);
  if (!wanted && mode.starts_with("SAME"))
    wanted = in * w.strides[i];
  if (!wanted) {
    result.begin.push_back(w.begin[i]);
    result.size.push_back(whole - w.begin[i] - w.end[i]);
    return;
  }
  int64_t total = std::max<int64_t>(whole - *wanted, 0);
  result.begin.push_back(mode == "SAME_UPPER" ? total / 2 : total - total / 2);
  result.size.push_back(*wanted);
}

/// Strides, pads and wanted sizes for a weight's kernel.
static std::optional<TransposedWindows> readTransposed(Node &node, Value x, ArrayRef<int64_t> kernel) {
  auto extra = node.getInts("output_padding").value_or(SmallVector<int64_t>(kernel.size(), 0));
  auto wanted = node.getInts("output_shape");
  std::optional<Windows> w = readWindows(node, x, kernel);
  if (!w)
    return std::nullopt;
  if (wanted && wanted->size() == kernel.size() + 2) // with [N, C] in front, as some files have it
    wanted->erase(wanted->begin(), wanted->begin() + 2);
  if (extra.size() != kernel.size() || (wanted && wanted->size() != kernel.size())) {
    (void)node.invalid("has output_padding or output_shape of another length than its " + Twine(kernel.size()) +
                       " spatial dimensions");
    return std::nullopt;
  }
  TransposedWindows result{w->kernel, w->strides, w->dilations, {}, {}};
  int64_t phases = 1;
  for (int64_t stride : w->strides)
    phases = std::min<int64_t>(phases * std::min<int64_t>(stride, 1 << 20), 1 << 20);
  if (phases == 1 << 20) {
    (void)node.unsupported("its strides make 2^20 phases or more, expected fewer");
    return std::nullopt;
  }
  for (size_t i = 0; i < kernel.size(); ++i) {
    int64_t in = node.shape(x)[i + 2];
    if (ShapedType::isDynamic(in)) {
      (void)node.unsupported("its spatial dimension " + Twine(i) + " is dynamic; give that dimension a value");
      return std::nullopt;
    }
    bool bad = extra[i] < 0 || extra[i] > (int64_t(1) << 30);
    placeOutput(node, *w, i, in, extra[i], wanted ? std::optional((*wanted)[i]) : std::nullopt, result);
    if (bad || in < 1 || in > (int64_t(1) << 31) || result.size[i] < 1 || result.size[i] > (int64_t(1) << 31)) {
      (void)node.invalid("gives spatial dimension " + Twine(i) + " a size of " + Twine(result.size[i]) + ", expected 1 to 2^31");
      return std::nullopt;
    }
  }
  return result;
}

static LogicalResult buildConvTranspose(Node &node) {
  Value x = node.input(0), weight = node.input(1), bias = node.has(2) ? node.input(2) : Value();
  if (node.failed() || failed(checkWeight(node, weight)))
    return failure();
  auto shape = node.shape(weight);
  if (shape.size() < 3 || llvm::is_contained(shape, ShapedType::kDynamic) || node.rank(x) != node.rank(weight))
    return node.invalid("has a weight of rank " + Twine(shape.size()) + ", expected a known [C, O/groups, kernel...] with as many dimensions as the input");
  auto kernel = shape.drop_front(2);
  auto declared = node.getInts("kernel_shape");
  if (declared && ArrayRef<int64_t>(*declared) != kernel)
    return node.invalid("has a kernel_shape that differs from its weight's dimensions");
  int64_t groups = node.getInt("group", 1);
  if (groups < 1 || shape[0] % groups != 0 || (!node.type(x).isDynamicDim(1) && node.shape(x)[1] != shape[0]))
    return node.invalid("has " + Twine(groups) + " groups and a weight for " + Twine(shape[0]) +
                        " channels, expected the input's, and a divisor of them");
  std::optional<TransposedWindows> windows = readTransposed(node, x, kernel);
  if (!windows)
    return failure();
  return node.set(0, transposedConvolution(node, x, weight, bias, *windows, groups));
}

/// A block's tap adds to its place in the image: a transposed convolution whose weight is 1 for the channel of that tap.
static LogicalResult buildCol2Im(Node &node) {
  Compose c(node);
  Value x = node.input(0);
  auto image = node.ints(1, "image sizes"), block = node.ints(2, "block sizes");
  if (!x || !image || !block)
    return failure();
  SmallVector<Dim> dims = c.dims(x);
  auto zero = SmallVector<int64_t>(2 * block->size(), 0), one = SmallVector<int64_t>(block->size(), 1);
  auto pads = node.getInts("pads").value_or(zero), strides = node.getInts("strides").value_or(one),
       dilations = node.getInts("dilations").value_or(one);
  size_t n = block->size();
  auto positive = [](ArrayRef<int64_t> list) { return llvm::all_of(list, [](int64_t v) { return v > 0 && v < (1 << 24); }); };
  if (dims.size() != 3 || image->size() != n || n < 1 || pads.size() != 2 * n || strides.size() != n || dilations.size() != n ||
      !positive(*image) || !positive(*block) || !positive(strides) || !positive(dilations))
    return node.invalid("expects an input [N, C * block, L], and positive entries for each of its " + Twine(n) + " spatial dimensions");
  int64_t taps = 1;
  SmallVector<Dim> grid{dims[0], dims[1]};
  TransposedWindows windows{*block, strides, dilations, {}, *image};
  for (size_t i = 0; i < n; ++i) {
    taps = std::min<int64_t>(taps * (*block)[i], 1 << 24);
    windows.begin.push_back(pads[i]);
    grid.push_back(Dim(((*image)[i] + pads[i] + pads[i + n] - windows.extent(i)) / strides[i] + 1));
    if (grid.back().factor < 1 || pads[i] < 0 || pads[i] > (1 << 24) || pads[i + n] < 0 || pads[i + n] > (1 << 24))
      return node.invalid("has a block of " + Twine(windows.extent(i)) + " over a dimension of " + Twine((*image)[i]));
  }
  if (!dims[1].isKnown() || dims[1].factor > (1 << 24) || dims[1].factor % taps != 0 || dims[1].factor * taps > (1 << 24))
    return node.invalid("has " + Twine(dims[1].factor) + " channels, expected a multiple of the block's " + Twine(taps));
  SmallVector<double> identity(dims[1].factor * taps, 0);
  for (int64_t i = 0; i < dims[1].factor; ++i)
    identity[i * taps + i % taps] = 1;
  SmallVector<int64_t> shape{dims[1].factor, 1};
  shape.append(*block);
  Value weight = c.list(identity, node.elementType(x), shape);
  return node.set(0, transposedConvolution(node, node.reshapeTo(x, grid), weight, {}, windows, dims[1].factor / taps));
}

void weft::import::registerConvTransposeOps(OpTable &table) {
  table.add("Col2Im", buildCol2Im, 3, 3);
  table.add("ConvTranspose", buildConvTranspose, 2, 3);
}
