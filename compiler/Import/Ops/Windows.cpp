//===- Windows.cpp - window attributes of Conv and pools --------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Import/Ops/Windows.h"

using namespace mlir;
using namespace weft;
using namespace weft::import;

/// Checks one list: one entry per spatial dimension, each from `least` to 2^30.
static LogicalResult checkList(Node &node, StringRef name, ArrayRef<int64_t> list, size_t size, int64_t least) {
  if (list.size() != size)
    return node.invalid("has " + Twine(list.size()) + " entries in " + name + ", expected " + Twine(size));
  for (int64_t v : list)
    if (v < least || v > (int64_t(1) << 30))
      return node.invalid("has " + Twine(v) + " in " + name + ", expected at least " + Twine(least));
  return success();
}

/// SAME: as many windows as strides fit into the input; the odd one of the padding goes to the end (UPPER) or to the
/// begin (LOWER).
static LogicalResult padSame(Node &node, ArrayRef<int64_t> spatial, bool upper, Windows &w) {
  for (size_t i = 0; i < spatial.size(); ++i) {
    if (spatial[i] == ShapedType::kDynamic && w.strides[i] != 1)
      return node.unsupported("auto_pad SAME with stride " + Twine(w.strides[i]) +
                              " needs a known size, but spatial dimension " + Twine(i) + " is dynamic");
    // With stride 1 the padding does not depend on the size.
    int64_t size = spatial[i] == ShapedType::kDynamic ? 1 : spatial[i];
    int64_t windows = (size + w.strides[i] - 1) / w.strides[i];
    int64_t pad = std::max<int64_t>((windows - 1) * w.strides[i] + w.extent(i) - size, 0);
    w.begin[i] = upper ? pad / 2 : (pad + 1) / 2;
    w.end[i] = pad - w.begin[i];
  }
  return success();
}

std::optional<Windows> weft::import::readWindows(Node &node, Value input, ArrayRef<int64_t> kernel) {
  if (node.failed())
    return std::nullopt;
  if (node.rank(input) < 3) {
    (void)node.invalid("has an input of rank " + Twine(node.rank(input)) + ", expected [N, C, spatial...]");
    return std::nullopt;
  }
  size_t n = node.rank(input) - 2;
  Windows w;
  w.kernel.assign(kernel.begin(), kernel.end());
  w.strides = node.getInts("strides").value_or(SmallVector<int64_t>(n, 1));
  w.dilations = node.getInts("dilations").value_or(SmallVector<int64_t>(n, 1));
  SmallVector<int64_t> pads = node.getInts("pads").value_or(SmallVector<int64_t>(2 * n, 0));
  if (failed(checkList(node, "kernel_shape", w.kernel, n, 1)) || failed(checkList(node, "strides", w.strides, n, 1)) ||
      failed(checkList(node, "dilations", w.dilations, n, 1)) || failed(checkList(node, "pads", pads, 2 * n, 0)))
    return std::nullopt;
  w.begin.assign(pads.begin(), pads.begin() + n);
  w.end.assign(pads.begin() + n, pads.end());
  StringRef mode = node.getString("auto_pad", "NOTSET");
  if (mode == "VALID") {
    w.begin.assign(n, 0);
    w.end.assign(n, 0);
  } else if (mode == "SAME_UPPER" || mode == "SAME_LOWER") {
    if (failed(padSame(node, node.shape(input).drop_front(2), mode == "SAME_UPPER", w)))
      return std::nullopt;
  } else if (mode != "NOTSET" && !mode.empty()) {
    (void)node.invalid("has auto_pad '" + mode + "', expected NOTSET, VALID, SAME_UPPER or SAME_LOWER");
    return std::nullopt;
  }
  return w;
}
