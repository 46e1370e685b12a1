//===- Pooling.cpp - pools over windows and over everything ------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Import/OpTable.h"
#include "compiler/Import/Ops/Pooling.h"
#include "compiler/Import/Ops/Compose.h"
#include "compiler/Import/Ops/Windows.h"

using namespace mlir;
using namespace weft;
using namespace weft::import;

static Value pool(Node &node, Value x, nn::PoolKind kind, const Windows &w, bool countPads) {
  return node.create<nn::PoolOp>(node.elementType(x), x, kind, w.kernel, w.strides, w.begin, w.end, w.dilations,
                                 countPads, /*pad_value=*/int64_t(0));
}

/// ceil_mode as padding at the end: how much each dimension needs so that the last, partial window fits. A window
/// that would start in the padding is not made (onnx/onnx#5741, and onnxruntime).
static std::optional<SmallVector<int64_t>> ceilPads(Node &node, Value x, const Windows &w) {
  SmallVector<int64_t> extra;
  for (size_t i = 0; i < w.kernel.size(); ++i) {
    int64_t size = node.shape(x)[i + 2];
    if (size == ShapedType::kDynamic) {
      (void)node.unsupported("ceil_mode needs a known size, but spatial dimension " + Twine(i) + " is dynamic");
      return std::nullopt;
    }
    int64_t room = size + w.begin[i] + w.end[i] - w.extent(i);
    if (room < 0) {
      (void)node.invalid("has a window of " + Twine(w.extent(i)) + " over a dimension of " + Twine(size));
      return std::nullopt;
    }
    int64_t windows = (room + w.strides[i] - 1) / w.strides[i] + 1;
    if ((windows - 1) * w.strides[i] >= size + w.begin[i])
      --windows;
    extra.push_back(std::max<int64_t>((windows - 1) * w.strides[i] - room, 0));
  }
  return extra;
}

/// Pads an average counts become real zeros, so that ceil_mode's are not counted.
static Value withCountedPads(Node &node, Value x, Windows &w) {
  SmallVector<int64_t> low{0, 0}, high{0, 0};
  low.append(w.begin);
  high.append(w.end);
  w.begin.assign(w.begin.size(), 0);
  w.end.assign(w.end.size(), 0);
  return node.create<nn::PadOp>(node.elementType(x), x, low, high, nn::PadMode::constant, APFloat(0.0));
}

std::optional<Windows> weft::import::readPool(Node &node, Value x) {
  std::optional<Windows> w = readWindows(node, x, node.getInts("kernel_shape").value_or(SmallVector<int64_t>()));
  bool ceil = node.getInt("ceil_mode", 0) != 0;
  if (w)
    w->ceilEnd.assign(w->end.size(), 0);
  // onnxruntime ignores ceil_mode under auto_pad SAME: nothing is left over there.
  if (!w || !ceil || node.getString("auto_pad", "NOTSET").starts_with("SAME"))
    return w;
  auto extra = ceilPads(node, x, *w);
  if (!extra)
    return std::nullopt;
  w->ceilEnd = *extra;
  return w;
}

Value weft::import::windowPool(Node &node, Value x, nn::PoolKind kind) {
  std::optional<Windows> w = readPool(node, x);
  bool countPads = node.getInt("count_include_pad", 0) != 0;
  if (!w)
    return {};
  if (countPads && llvm::any_of(w->ceilEnd, [](int64_t e) { return e > 0; })) {
    x = withCountedPads(node, x, *w);
    countPads = false;
  }
  for (size_t i = 0; i < w->end.size(); ++i)
    w->end[i] += w->ceilEnd[i];
  return pool(node, x, kind, *w, countPads && kind == nn::PoolKind::average);
}

static LogicalResult buildAveragePool(Node &node) {
  return node.set(0, windowPool(node, node.input(0), nn::PoolKind::average));
}

static LogicalResult buildMaxPool(Node &node) {
  bool columnMajor = node.getInt("storage_order", 0) != 0; // concerns the indices
  Value x = node.input(0);
  if (node.hasOutput(1) && failed(node.set(1, maxIndices(node, x, columnMajor))))
    return failure();
  return node.set(0, windowPool(node, x, nn::PoolKind::max));
}

/// (Σ |x|^p)^(1/p), where `sum` adds up.
static LogicalResult setNorm(Node &node, llvm::function_ref<Value(Value)> sum) {
  Compose c(node);
  Value x = node.input(0);
  double p = node.opset() < 2 ? node.getFloat("p", 2) : static_cast<double>(node.getInt("p", 2));
  if (!(p >= 1))
    return node.invalid("has p = " + Twine(static_cast<int64_t>(p)) + ", expected 1 or more");
  if (p == 2)
    return node.set(0, c.sqrt(sum(c.mul(x, x))));
  Value magnitude = node.unary(nn::UnaryKind::abs, x);
  auto power = [&](Value v, double e) { return e == 1 ? v : node.binary(nn::BinaryKind::pow, v, c.number(v, e)); };
  return node.set(0, power(sum(power(magnitude, p)), 1 / p));
}

static LogicalResult buildLpPool(Node &node) {
  return setNorm(node, [&](Value x) { return windowPool(node, x, nn::PoolKind::sum); });
}

static LogicalResult buildGlobalLpPool(Node &node) {
  return setNorm(node, [&](Value x) { return globalPool(node, x, nn::PoolKind::sum, nn::ReduceKind::sum); });
}

Value weft::import::globalPool(Node &node, Value x, nn::PoolKind kind, nn::ReduceKind reduce) {
  if (!x)
    return {};
  if (node.rank(x) < 3) {
    (void)node.invalid("has an input of rank " + Twine(node.rank(x)) + ", expected [N, C, spatial...]");
    return {};
  }
  auto spatial = node.shape(x).drop_front(2);
  if (llvm::is_contained(spatial, ShapedType::kDynamic)) {
    auto axes = llvm::to_vector(llvm::seq<int64_t>(2, node.rank(x)));
    return node.create<nn::ReduceOp>(node.elementType(x), x, reduce, axes, /*keepdims=*/true);
  }
  SmallVector<int64_t> ones(spatial.size(), 1), zeros(spatial.size(), 0);
  return pool(node, x, kind, {SmallVector<int64_t>(spatial), ones, ones, zeros, zeros}, false);
}

void weft::import::registerPoolingOps(OpTable &table) {
  table.add("AveragePool", buildAveragePool, 1, 1);
  table.add("GlobalAveragePool",
            [](Node &n) { return n.set(0, globalPool(n, n.input(0), nn::PoolKind::average, nn::ReduceKind::mean)); }, 1, 1);
  table.add("GlobalLpPool", buildGlobalLpPool, 1, 1);
  table.add("GlobalMaxPool", [](Node &n) { return n.set(0, globalPool(n, n.input(0), nn::PoolKind::max, nn::ReduceKind::max)); }, 1, 1);
  table.add("LpPool", buildLpPool, 1, 1);
  table.add("MaxPool", buildMaxPool, 1, 1);
}
