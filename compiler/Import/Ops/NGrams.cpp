//===- NGrams.cpp - TfIdfVectorizer of integers -----------------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Import/OpTable.h"
#include "llvm/ADT/DenseSet.h"

using namespace mlir;
using namespace weft;
using namespace weft::import;

namespace {
/// The attributes of TfIdfVectorizer.
struct Vocabulary {
  SmallVector<int64_t> pool, starts, columns;
  SmallVector<double> weights;
  int64_t shortest, longest, skips;
  StringRef mode;

  /// n-grams of the pool, n tokens each.
  ArrayRef<int64_t> grams(int64_t n) const {
    size_t begin = starts[n - 1], end = n < static_cast<int64_t>(starts.size()) ? starts[n] : pool.size();
    return ArrayRef(pool).slice(begin, end - begin);
  }
};
} // namespace

static std::optional<Vocabulary> readVocabulary(Node &node) {
  Vocabulary v;
  v.shortest = node.getInt("min_gram_length", 0);
  v.longest = node.getInt("max_gram_length", 0);
  v.skips = node.getInt("max_skip_count", 0);
  v.mode = node.getString("mode", "");
  auto pool = node.getInts("pool_int64s"), starts = node.getInts("ngram_counts"), columns = node.getInts("ngram_indexes");
  auto weights = node.getFloats("weights");
  if (node.failed())
    return std::nullopt;
  if (!pool) {
    (void)node.unsupported("has a vocabulary of strings; make them numbers before the model");
    return std::nullopt;
  }
  v.pool = *pool, v.starts = starts.value_or(SmallVector<int64_t>()), v.columns = columns.value_or(SmallVector<int64_t>());
  size_t count = 0;
  bool fits = v.shortest >= 1 && v.longest >= v.shortest && v.longest <= static_cast<int64_t>(v.starts.size()) && v.skips >= 0;
  for (size_t i = 0; i < v.starts.size() && fits; ++i) {
    int64_t end = i + 1 < v.starts.size() ? v.starts[i + 1] : v.pool.size(), length = end - v.starts[i];
    fits = v.starts[i] >= 0 && length >= 0 && end <= static_cast<int64_t>(v.pool.size()) && length % static_cast<int64_t>(i + 1) == 0;
    count += fits ? length / (i + 1) : 0;
  }
  llvm::DenseSet<int64_t> distinct;
  for (int64_t c : v.columns)
    fits = fits && c >= 0 && c < (1 << 24) && distinct.insert(c).second;
  v.weights = weights.value_or(SmallVector<double>(count, 1));
  if (fits && count == v.columns.size() && v.weights.size() == count && count > 0 && (v.mode == "TF" || v.mode == "IDF" || v.mode == "TFIDF"))
    return v;
  (void)node.invalid("has lengths, counts, indexes, weights or a mode that do not go together");
  return std::nullopt;
}

/// How often each n-gram occurs [batch, count] in x [batch, length], its tokens `distance` apart.
static Value countGrams(Node &node, Value x, ArrayRef<int64_t> grams, int64_t n, int64_t distance) {
  Type element = node.elementType(x), i32 = node.builder().getI32Type();
  int64_t places = node.shape(x)[1] - distance * (n - 1), count = static_cast<int64_t>(grams.size()) / n;
  Value all; // of the tokens: whether each is where it should be
  for (int64_t t = 0; t < n; ++t) {
    SmallVector<int64_t> tokens;
    for (int64_t g = 0; g < count; ++g)
      tokens.push_back(grams[g * n + t]);
    Value window = node.create<nn::SliceOp>(element, x, ArrayRef<int64_t>{0, t * distance}, ArrayRef<int64_t>{-1, places}, ArrayRef<int64_t>{1, 1});
    SmallVector<Dim> column = node.symbols().dims(x);
    column[1] = Dim(places);
    column.push_back(Dim(1));
    Value wanted = node.makeConstant(HostTensor::ofIntegers(RankedTensorType::get({count}, element), tokens), node.name());
    Value same = node.binary(nn::BinaryKind::equal, node.reshapeTo(window, column), wanted);
    all = all ? node.binary(nn::BinaryKind::logical_and, all, same) : same;
  }
  return node.create<nn::ReduceOp>(i32, node.convert(all, i32), nn::ReduceKind::sum, ArrayRef<int64_t>{1}, false);
}

/// Puts the counts into their columns and weighs them.
static Value arrange(Node &node, const Vocabulary &v, Value counts) {
  Type f32 = node.builder().getF32Type(), i64 = node.builder().getI64Type();
  Value y = node.convert(counts, f32);
  if (v.mode == "IDF" && y)
    y = node.create<nn::ClipOp>(f32, y, APFloat(0.0), APFloat(1.0));
  int64_t count = v.columns.size(), width = *llvm::max_element(v.columns) + 1;
  if (v.mode != "TF")
    y = node.binary(nn::BinaryKind::mul, y, node.makeConstant(HostTensor::ofDoubles(RankedTensorType::get({count}, f32), v.weights), node.name()));
  SmallVector<int64_t> source(width, count); // the column of zeros behind the others
  for (auto [gram, column] : llvm::enumerate(v.columns))
    source[column] = gram;
  if (!y)
    return {};
  Value padded = node.create<nn::PadOp>(f32, y, ArrayRef<int64_t>{0, 0}, ArrayRef<int64_t>{0, 1}, nn::PadMode::constant, APFloat(0.0));
  Value indices = node.makeConstant(HostTensor::ofIntegers(RankedTensorType::get({width}, i64), source), node.name());
  return node.create<nn::GatherOp>(f32, padded, indices, int64_t(1));
}

/// Each is a comparison of its own.
constexpr int64_t kMostDistances = 1024;

/// The greatest distance between the tokens of an n-gram that a list of `length` has room for; 0 where there is none.
static int64_t greatestDistance(const Vocabulary &v, int64_t n, int64_t length) {
  if (n < v.shortest || n > v.longest || length < n)
    return 0;
  return n == 1 ? 1 : std::min(v.skips, (length - 1) / (n - 1) - 1) + 1;
}

static LogicalResult buildTfIdfVectorizer(Node &node) {
  node.ignoreAttr("pool_strings");
  std::optional<Vocabulary> v = readVocabulary(node);
  Value x = v ? node.input(0) : Value();
  if (!x)
    return failure();
  bool isList = node.rank(x) == 1;
  if (node.rank(x) > 2 || node.rank(x) < 1 || node.type(x).isDynamicDim(node.rank(x) - 1))
    return node.unsupported("needs a list of a known number of tokens, or several of equal length");
  int64_t length = node.shape(x).back();
  if (isList)
    x = node.reshape(x, {1, length});
  SmallVector<Value> parts;
  for (int64_t n = 1; n <= static_cast<int64_t>(v->starts.size()); ++n) {
    ArrayRef<int64_t> grams = v->grams(n);
    Value counts;
    int64_t greatest = grams.empty() ? 0 : greatestDistance(*v, n, length);
    if (greatest > kMostDistances)
      return node.unsupported("skips up to " + Twine(greatest - 1) + " tokens, expected at most " + Twine(kMostDistances - 1));
    for (int64_t distance = 1; distance <= greatest; ++distance) {
      Value more = countGrams(node, x, grams, n, distance);
      counts = counts ? node.binary(nn::BinaryKind::add, counts, more) : more;
    }
    if (!counts && !grams.empty()) { // too long, or not asked for: none of them
      Value none = node.makeSplat({static_cast<int64_t>(grams.size()) / n}, node.builder().getI32Type(), 0);
      SmallVector<int64_t> shape{node.shape(x)[0], static_cast<int64_t>(grams.size()) / n};
      if (shape[0] == ShapedType::kDynamic)
        return node.unsupported("counts no n-gram of some length for a dynamic number of lists; give that dimension a value");
      counts = node.create<nn::BroadcastOp>(node.builder().getI32Type(), none, shape);
    }
    if (counts)
      parts.push_back(counts);
  }
  Value counts = parts.size() == 1 ? parts[0] : node.create<nn::ConcatOp>(node.builder().getI32Type(), parts, int64_t(1));
  Value y = arrange(node, *v, counts);
  if (!y)
    return failure();
  return node.set(0, isList ? node.reshape(y, {node.shape(y)[1]}) : y);
}

void weft::import::registerNGramOps(OpTable &table) { table.add("TfIdfVectorizer", buildTfIdfVectorizer, 1, 1); }
