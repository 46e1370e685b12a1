//===- ContribAttention.cpp - attention of com.microsoft ---------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Import/OpTable.h"
#include "compiler/Import/Ops/Attention.h"
#include "compiler/Import/Ops/Weights.h"
#include <cmath>

using namespace mlir;
using namespace weft;
using namespace weft::import;

namespace {

/// What Attention and MultiHeadAttention have in common.
class ContribAttention {
public:
  explicit ContribAttention(Node &node) : node(node), c(node) {
    heads = node.getInt("num_heads", 0);
    causal = node.getInt("unidirectional", 0) != 0;
    filter = node.getFloat("mask_filter_value", -10000);
  }
  LogicalResult buildPacked();
  LogicalResult buildSeparate();

private:
  /// Q, K and V [B, S, width] of a product with the weights of all three.
  bool project(SmallVectorImpl<Value> &parts);
  /// Adds the operand's part of a bias [3 · width] and makes heads.
  Value headsOf(Value x, unsigned bias, int64_t start);
  /// Of a mask [B, T] or [B, S, T] of ones and zeros, or lengths [B]; null, and the node has failed, for other forms.
  Value maskOf(Value mask);
  /// [B, S, H, 3, D] or [B, T, H, 2, D]: part i as [B, H, S, D].
  Value unpacked(Value x, int64_t i);
  /// The result [B, S, H·D].
  Value attend(std::optional<unsigned> mask, unsigned bias);

  Node &node;
  Compose c;
  Attention attention;
  int64_t heads = 0, past = 0;
  bool causal = false;
  double filter = 0;
};

bool ContribAttention::project(SmallVectorImpl<Value> &parts) {
  Value x = node.input(0), weight = weightMatrix(node, 1, /*transpose=*/true), bias = node.has(2) ? node.input(2) : Value();
  if (!x || !weight)
    return false;
  int64_t all = node.rank(weight) == 2 ? node.shape(weight)[0] : 0;
  SmallVector<int64_t> widths = node.getInts("qkv_hidden_sizes").value_or(SmallVector<int64_t>{all / 3, all / 3, all - 2 * (all / 3)});
  if (node.rank(x) != 3 || widths.size() != 3 || llvm::any_of(widths, [](int64_t w) { return w < 1; }) || widths[0] + widths[1] + widths[2] != all || widths[0] != widths[1] || heads < 1 ||
      widths[0] % heads != 0 || widths[2] % heads != 0) {
    (void)node.invalid("has weights of " + Twine(all) + " columns, expected queries, keys and values for " + Twine(heads) +
                       " heads of an input [B, S, width]");
    return false;
  }
  Value y = linear(node, x, weight, bias);
  int64_t start = 0;
  for (int64_t width : widths) {
    parts.push_back(splitHeads(node, c.slice(y, 2, start, width), heads));
    start += width;
  }
  return !node.failed();
}

Value ContribAttention::headsOf(Value x, unsigned bias, int64_t start) {
  if (!x)
    return {};
  if (node.has(bias))
    x = c.add(x, c.slice(node.input(bias), 0, start, node.shape(x).back()));
  return splitHeads(node, x, heads);
}

Value ContribAttention::unpacked(Value x, int64_t i) {
  return node.transpose(c.squeeze(c.slice(x, 3, i, 1), 3), {0, 2, 1, 3});
}

Value ContribAttention::maskOf(Value mask) {
  int64_t rank = node.rank(mask), keys = attention.key ? node.shape(attention.key)[2] : 0;
  if (!mask || !attention.key)
    return {};
  Value keep;
  if (rank == 1 && !ShapedType::isDynamic(keys) && node.shape(mask) == node.shape(attention.key).take_front(1))
    keep = c.compare(nn::BinaryKind::less, c.iota(keys, node.elementType(mask), 3, 4), c.along(mask, 0, 4));
  else if (rank == 2)
    keep = c.compare(nn::BinaryKind::greater, c.unsqueeze(c.unsqueeze(mask, 1), 1), c.number(mask, 0));
  else if (rank == 3)
    keep = c.compare(nn::BinaryKind::greater, c.unsqueeze(mask, 1), c.number(mask, 0));
  else
    (void)node.unsupported("its mask is of rank " + Twine(rank) + " or of another batch, expected lengths [B], or ones and zeros [B, T] or [B, S, T]");
  return keep ? maskBias(node, keep, attention.query, filter) : Value();
}

Value ContribAttention::attend(std::optional<unsigned> mask, unsigned bias) {
  if (!attention.query || !attention.key || !attention.value)
    return {};
  double width = static_cast<double>(node.shape(attention.query)[3]), scale = node.getFloat("scale", 0);
  attention.scale = scale == 0 ? 1 / std::sqrt(width) : scale;
  if (mask && node.has(*mask))
    attention.biases.push_back(maskOf(node.input(*mask)));
  if (causal)
    attention.biases.push_back(maskBias(node, causalMask(node, attention.query, attention.key, past), attention.query, filter));
  if (node.has(bias))
    attention.biases.push_back(node.input(bias));
  return joinHeads(node, attention.compute(node));
}

/// Attention: input, weights, bias, mask, past [2, B, H, P, D], bias of the scores.
LogicalResult ContribAttention::buildPacked() {
  if (node.getInt("do_rotary", 0) != 0 || node.getInt("past_present_share_buffer", 0) != 0)
    return node.unsupported("do_rotary or past_present_share_buffer is set");
  node.ignoreAttr("rotary_embedding_dim"); // of do_rotary
  SmallVector<Value> parts;
  if (node.has(6))
    return node.unsupported("its past is in a shared buffer");
  if (!project(parts))
    return failure();
  Value before = node.has(4) ? node.input(4) : Value();
  auto beforeOf = [&](int64_t i) { return before ? c.squeeze(c.slice(before, 0, i, 1), 0) : Value(); };
  if (before && node.rank(before) != 5)
    return node.invalid("has a past of rank " + Twine(node.rank(before)) + ", expected [2, B, H, P, D]");
  past = before ? node.shape(before)[3] : 0;
  attention.query = parts[0];
  attention.key = behindPast(node, beforeOf(0), parts[1]);
  attention.value = behindPast(node, beforeOf(1), parts[2]);
  if (failed(node.set(0, attend(3, 5))))
    return failure();
  return node.hasOutput(1) ? node.set(1, c.concat({c.unsqueeze(attention.key, 0), c.unsqueeze(attention.value, 0)}, 0)) : success();
}

/// MultiHeadAttention: query, key, value, bias, key padding mask, bias of the scores, past key, past value.
LogicalResult ContribAttention::buildSeparate() {
  Value q = node.input(0), k = node.has(1) ? node.input(1) : Value(), v = node.has(2) ? node.input(2) : Value();
  for (unsigned i : {8u, 9u})
    if (node.has(i))
      return node.unsupported("its past is in a shared buffer");
  if (node.hasOutput(3))
    return node.unsupported("its output 3, the scores, is used");
  if (node.failed() || heads < 1)
    return node.invalid("has num_heads " + Twine(heads) + ", expected at least 1");
  auto fits = [&](Value x, std::initializer_list<int64_t> ranks) { return !x || llvm::is_contained(ranks, node.rank(x)); };
  if (!fits(q, {3, 5}) || !fits(k, {3, 4, 5}) || !fits(v, {3, 4}))
    return node.invalid("has a query of rank " + Twine(node.rank(q)) + ", expected [B, S, H * D] or, packed, [B, S, H, 3, D]");
  bool packed = node.rank(q) == 5, packedKeys = k && node.rank(k) == 5, ready = k && node.rank(k) == 4;
  if ((packed || packedKeys) && node.has(3))
    return node.unsupported("it adds a bias to packed operands");
  if (!packed && (!k || (!packedKeys && !v)))
    return node.invalid("lacks keys or values");
  int64_t width = packed ? 0 : node.shape(q).back();
  attention.query = packed ? unpacked(q, 0) : headsOf(q, 3, 0);
  k = packed ? unpacked(q, 1) : packedKeys ? unpacked(k, 0) : ready ? k : headsOf(k, 3, width);
  v = packed ? unpacked(q, 2) : packedKeys ? unpacked(node.input(1), 1) : ready ? v : headsOf(v, 3, 2 * width);
  Value pastKey = node.has(6) ? node.input(6) : Value(), pastValue = node.has(7) ? node.input(7) : Value();
  past = pastKey ? node.shape(pastKey)[2] : 0;
  attention.key = behindPast(node, pastKey, k);
  attention.value = behindPast(node, pastValue, v);
  if (failed(node.set(0, attend(4, 5))) || (node.hasOutput(1) && failed(node.set(1, attention.key))))
    return failure();
  return node.hasOutput(2) ? node.set(2, attention.value) : success();
}

} // namespace

/// input, positions ([1]: of the first element; or [B, S]), tables of cosines and sines.
static LogicalResult buildRotary(Node &node) {
  Compose c(node);
  bool interleaved = node.getInt("interleaved", 0) != 0;
  int64_t heads = node.getInt("num_heads", 0), width = node.getInt("rotary_embedding_dim", 0);
  double scale = node.getFloat("scale", 1);
  if (node.getInt("is_packed_batching", 0) != 0)
    return node.unsupported("is_packed_batching is set");
  Value x = node.input(0), positions = node.input(1), cosine = node.input(2), sine = node.input(3);
  if (node.failed())
    return failure();
  bool flat = node.rank(x) == 3;
  if (flat && heads == 0 && node.rank(cosine) == 2 && !ShapedType::isDynamic(node.shape(x)[2])) // then heads are as wide as the tables say
    heads = node.shape(x)[2] / std::max<int64_t>(2 * node.shape(cosine).back(), 1);
  Value y = flat ? splitHeads(node, x, heads) : x;
  if (!y || node.rank(y) != 4 || node.rank(cosine) != 2 || (width != 0 && width != 2 * node.shape(cosine)[1]))
    return node.invalid("has an input of rank " + Twine(node.rank(x)) + " and rotary_embedding_dim " + Twine(width) +
                        ", expected 3 or 4, and tables [positions, dim / 2]");
  if (node.rank(positions) == 1) {
    int64_t length = node.shape(y)[2];
    if (ShapedType::isDynamic(length))
      return node.unsupported("its sequence is of dynamic length; give that dimension a value");
    positions = c.unsqueeze(c.add(c.iota(length, node.elementType(positions), 0, 1), positions), 0);
  }
  cosine = c.unsqueeze(c.gather(cosine, positions, 0), 1);
  sine = c.unsqueeze(c.gather(sine, positions, 0), 1);
  y = c.mul(rotatePairs(node, y, cosine, sine, interleaved), scale);
  return node.set(0, flat ? joinHeads(node, y) : y);
}

void weft::import::registerContribAttentionOps(OpTable &table) {
  auto add = [&](StringRef name, BuildFn build, unsigned least, unsigned most) {
    table.addIn("com.microsoft", name, build, least, most);
  };
  add("Attention", [](Node &n) { return ContribAttention(n).buildPacked(); }, 2, 7);
  add("MultiHeadAttention", [](Node &n) { return ContribAttention(n).buildSeparate(); }, 1, 10);
  add("RotaryEmbedding", buildRotary, 4, 4);
}
