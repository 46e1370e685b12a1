//===- Attention.cpp - Attention, RotaryEmbedding ------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Import/Ops/Attention.h"
#include "compiler/Import/OpTable.h"
#include "compiler/Import/TensorReader.h"
#include <cmath>
#include <limits>

using namespace mlir;
using namespace weft;
using namespace weft::import;

//===--- the pieces -----------------------------------------------------------------------------===//

Value weft::import::splitHeads(Node &node, Value x, int64_t heads) {
  Compose c(node);
  SmallVector<Dim> dims = c.dims(x);
  if (!x)
    return {};
  if (dims.size() != 3 || heads < 1 || !dims[2].isKnown() || dims[2].factor % heads != 0) {
    (void)node.invalid("has an operand of rank " + Twine(dims.size()) + ", expected [B, S, H * D] for " + Twine(heads) + " heads");
    return {};
  }
  Value split = node.reshapeTo(x, {dims[0], dims[1], Dim(heads), Dim(dims[2].factor / heads)});
  return node.transpose(split, {0, 2, 1, 3});
}

Value weft::import::joinHeads(Node &node, Value x) {
  Compose c(node);
  SmallVector<Dim> dims = c.dims(x);
  std::optional<Dim> width = x ? multiply(dims[1], dims[3]) : std::nullopt;
  return width ? node.reshapeTo(node.transpose(x, {0, 2, 1, 3}), {dims[0], dims[2], *width}) : Value();
}

Value weft::import::maskBias(Node &node, Value keep, Value like, double otherwise) {
  Compose c(node);
  return c.select(keep, c.number(like, 0), c.number(like, otherwise));
}

Value weft::import::causalMask(Node &node, Value query, Value key, int64_t past) {
  Compose c(node);
  if (!query || !key)
    return {};
  int64_t s = node.shape(query)[2], t = node.shape(key)[2];
  if (ShapedType::isDynamic(s) || ShapedType::isDynamic(t) || ShapedType::isDynamic(past) || s * t > (int64_t(1) << 30)) {
    (void)node.unsupported("it is causal over a sequence of dynamic length; give that dimension a value");
    return {};
  }
  Type index = node.builder().getI64Type();
  Value last = c.add(c.iota(s, index, 2, 4), static_cast<double>(past));
  return c.compare(nn::BinaryKind::less_equal, c.iota(t, index, 3, 4), last);
}

Value weft::import::behindPast(Node &node, Value past, Value x) {
  Compose c(node);
  return past ? c.concat({past, x}, 2) : x;
}

Value Attention::compute(Node &node) {
  Compose c(node);
  SmallVector<Dim> q = c.dims(query), k = c.dims(key);
  if (!query || !key || !value)
    return {};
  if (q.size() != 4 || k.size() != 4 || node.rank(value) != 4 || !q[1].isKnown() || !k[1].isKnown() || k[1].factor < 1 ||
      q[1].factor % k[1].factor != 0) {
    (void)node.invalid("has " + Twine(q.size() == 4 ? q[1].factor : 0) + " heads of queries and " +
                       Twine(k.size() == 4 ? k[1].factor : 0) + " of keys, expected a multiple, and [B, H, S, D]");
    return {};
  }
  // Heads that share keys become rows of one product.
  std::optional<Dim> rows = multiply(q[2], Dim(q[1].factor / k[1].factor));
  if (!rows)
    return {};
  bool shares = q[1] != k[1];
  auto grouped = [&](Value x, const Dim &width) { return shares ? node.reshapeTo(x, {q[0], k[1], *rows, width}) : x; };
  auto ungrouped = [&](Value x, const Dim &width) { return shares ? node.reshapeTo(x, {q[0], q[1], q[2], width}) : x; };
  Value product = c.matmul(grouped(c.mul(query, scale), q[3]), node.transpose(key, {0, 1, 3, 2}));
  scores = capped = ungrouped(product, k[2]);
  if (softcap != 0)
    capped = c.mul(node.unary(nn::UnaryKind::tanh, c.div(capped, softcap)), softcap);
  biased = capped; // as onnxruntime: what a mask hides, no cap brings back
  for (Value bias : biases)
    biased = c.add(biased, bias);
  Type type = node.elementType(biased);
  Value exact = precision ? node.convert(biased, precision) : biased;
  probabilities = node.convert(node.create<nn::SoftmaxOp>(node.elementType(exact), exact, int64_t(3), /*log=*/false), type);
  Value result = c.matmul(grouped(probabilities, k[2]), value);
  return ungrouped(result, result ? c.dims(result)[3] : Dim(0));
}

Value weft::import::rotatePairs(Node &node, Value x, Value cosine, Value sine, bool interleaved) {
  Compose c(node);
  if (!x || !cosine || !sine)
    return {};
  int64_t last = node.rank(x) - 1, width = node.shape(x)[last], pairs = node.shape(cosine).back();
  if (ShapedType::isDynamic(width) || ShapedType::isDynamic(pairs) || 2 * pairs > width) {
    (void)node.invalid("rotates " + Twine(pairs) + " pairs of " + Twine(width) + " elements");
    return {};
  }
  int64_t step = interleaved ? 2 : 1;
  Value a = c.slice(x, last, 0, pairs, step), b = c.slice(x, last, interleaved ? 1 : pairs, pairs, step);
  Value real = c.sub(c.mul(cosine, a), c.mul(sine, b)), imaginary = c.add(c.mul(sine, a), c.mul(cosine, b));
  Value rotated;
  if (interleaved) {
    SmallVector<Dim> dims = c.dims(x);
    dims[last] = Dim(2 * pairs);
    rotated = node.reshapeTo(c.concat({c.unsqueeze(real, last + 1), c.unsqueeze(imaginary, last + 1)}, last + 1), dims);
  } else {
    rotated = c.concat({real, imaginary}, last);
  }
  return 2 * pairs == width ? rotated : c.concat({rotated, c.slice(x, last, 2 * pairs, width - 2 * pairs)}, last);
}

//===--- Attention --------------------------------------------------------------------------------------===//

/// The mask as a bias: booleans say what counts. One that is too short hides what is behind it (opset 24).
static Value givenMask(Node &node, Value mask, Value like, Value key) {
  Compose c(node);
  if (!mask || !key)
    return {};
  bool boolean = node.elementType(mask).isInteger(1);
  int64_t last = node.rank(mask) - 1, length = last < 0 ? 1 : node.shape(mask)[last], keys = node.shape(key)[2];
  constexpr double none = -std::numeric_limits<double>::infinity();
  if (length > 1 && !ShapedType::isDynamic(length) && !ShapedType::isDynamic(keys) && length < keys)
    mask = c.padAxis(mask, last, 0, keys - length, boolean ? 0 : none);
  return boolean ? maskBias(node, mask, like, none) : mask;
}

/// Keys behind the length of their sequence are hidden.
static Value lengthMask(Node &node, Value lengths, Value key) {
  Compose c(node);
  if (!lengths || !key)
    return {};
  int64_t keys = node.shape(key)[2];
  if (ShapedType::isDynamic(keys)) {
    (void)node.unsupported("its keys are of dynamic length; give that dimension a value");
    return {};
  }
  return c.compare(nn::BinaryKind::less, c.iota(keys, node.elementType(lengths), 3, 4), c.along(lengths, 0, 4));
}

static LogicalResult setAttentionOutputs(Node &node, const Attention &attention, Value y, int64_t mode) {
  if (failed(node.set(0, y)))
    return failure();
  if (node.hasOutput(1) && failed(node.set(1, attention.key)))
    return failure();
  if (node.hasOutput(2) && failed(node.set(2, attention.value)))
    return failure();
  if (!node.hasOutput(3))
    return success();
  Value steps[] = {attention.scores, attention.biased, attention.capped, attention.probabilities};
  if (mode < 0 || mode > 3)
    return node.invalid("has qk_matmul_output_mode " + Twine(mode) + ", expected 0 to 3");
  return node.set(3, steps[mode]);
}

static LogicalResult buildAttention(Node &node) {
  Compose c(node);
  Attention attention;
  bool causal = node.getInt("is_causal", 0) != 0;
  int64_t heads = node.getInt("q_num_heads", 0), keyHeads = node.getInt("kv_num_heads", 0);
  int64_t mode = node.getInt("qk_matmul_output_mode", 0), precision = node.getInt("softmax_precision", 0);
  attention.softcap = node.getFloat("softcap", 0);
  if (precision != 0)
    attention.precision = elementTypeOf(node.builder().getContext(), static_cast<int32_t>(precision));
  if (precision != 0 && !isa_and_nonnull<FloatType>(attention.precision))
    return node.invalid("has softmax_precision " + Twine(precision) + ", expected a float type");
  Value q = node.input(0), k = node.input(1), v = node.input(2);
  if (!q || !k || !v)
    return failure();
  bool flat = node.rank(q) == 3;
  attention.query = flat ? splitHeads(node, q, heads) : q;
  k = flat ? splitHeads(node, k, keyHeads) : k;
  v = flat ? splitHeads(node, v, keyHeads) : v;
  Value pastKey = node.has(4) ? node.input(4) : Value(), pastValue = node.has(5) ? node.input(5) : Value();
  attention.key = behindPast(node, pastKey, k);
  attention.value = behindPast(node, pastValue, v);
  if (node.failed() || node.rank(attention.query) != 4 || node.rank(attention.key) != 4)
    return node.invalid("has queries of rank " + Twine(node.rank(q)) + " and keys of rank " + Twine(node.rank(k)) + ", expected 3 or 4");
  attention.scale = node.getFloat("scale", 1 / std::sqrt(static_cast<double>(node.shape(attention.query)[3])));
  constexpr double none = -std::numeric_limits<double>::infinity();
  if (node.has(3))
    attention.biases.push_back(givenMask(node, node.input(3), q, attention.key));
  if (causal)
    attention.biases.push_back(maskBias(node, causalMask(node, attention.query, attention.key, pastKey ? node.shape(pastKey)[2] : 0), q, none));
  if (node.has(6))
    attention.biases.push_back(maskBias(node, lengthMask(node, node.input(6), attention.key), q, none));
  Value y = attention.compute(node);
  return setAttentionOutputs(node, attention, flat ? joinHeads(node, y) : y, mode);
}

//===--- RotaryEmbedding -------------------------------------------------------------------------------===//

/// Cosines and sines of every position: given for each, or picked from a table by position.
static LogicalResult buildRotary(Node &node) {
  Compose c(node);
  bool interleaved = node.getInt("interleaved", 0) != 0;
  int64_t heads = node.getInt("num_heads", 0), width = node.getInt("rotary_embedding_dim", 0);
  Value x = node.input(0), cosine = node.input(1), sine = node.input(2);
  if (node.failed())
    return failure();
  if (node.has(3)) {
    Value positions = node.input(3);
    cosine = c.gather(cosine, positions, 0);
    sine = c.gather(sine, positions, 0);
  }
  bool flat = node.rank(x) == 3;
  Value y = flat ? splitHeads(node, x, heads) : x;
  if (node.failed() || node.rank(y) != 4 || node.rank(cosine) != 3 || node.rank(sine) != 3)
    return node.invalid("has an input of rank " + Twine(node.rank(x)) + " and caches of rank " + Twine(node.rank(cosine)) +
                        ", expected 3 or 4, and [B, S, D / 2]");
  if (width != 0 && width != 2 * node.shape(cosine)[2])
    return node.invalid("has rotary_embedding_dim " + Twine(width) + " and caches of " + Twine(node.shape(cosine)[2]) + " pairs");
  y = rotatePairs(node, y, c.unsqueeze(cosine, 1), c.unsqueeze(sine, 1), interleaved);
  return node.set(0, flat ? joinHeads(node, y) : y);
}

void weft::import::registerAttentionOps(OpTable &table) {
  table.add("Attention", buildAttention, 3, 7);
  table.add("RotaryEmbedding", buildRotary, 3, 4);
}
