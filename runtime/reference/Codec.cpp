//===- Codec.cpp - what compressed weights evaluate to ----------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "runtime/reference/Codec.h"

#include <type_traits>

namespace weft::reference {

Result<Tensor> lookup(const Tensor &codes, const Tensor &codebook) {
  if (!codes.type().isInteger() || codes.rank() < 1 || codebook.rank() != 2 || codebook.dim(0) < 1 ||
      codes.dim(0) % codebook.dim(0) != 0)
    return error("expected integer codes [R, ...] and a codebook [G, K] with G dividing R, found ", codes.type().name(),
                 " ", toString(codes.shape()), " and ", toString(codebook.shape()), " (A9)");
  const int64_t rows = codes.dim(0), groups = codebook.dim(0), entries = codebook.dim(1);
  const int64_t inner = rows ? codes.size() / rows : 0;
  for (int64_t code : codes.integers())
    if (code < 0 || code >= entries)
      return error("code ", code, " is outside of a codebook of ", entries, " entries (A9)");
  Tensor w(codebook.type(), codes.shape());
  w.visit([&](auto &out) {
    const auto &book = codebook.values<typename std::decay_t<decltype(out)>::value_type>();
    for (int64_t r = 0; r < rows; ++r)
      for (int64_t i = r * inner; i < (r + 1) * inner; ++i)
        out[i] = book[(r * groups / rows) * entries + codes.integers()[i]];
  });
  return w;
}

Result<Tensor> scatter(const Tensor &values, const Tensor &mask) {
  if (values.rank() != 1 || !mask.type().isInteger() || mask.type().bits != 1)
    return error("expected values [E] and a mask of ui1, found ", toString(values.shape()), " and ", mask.type().name(), " (A11)");
  int64_t set = 0;
  for (int64_t m : mask.integers())
    set += m;
  if (set != values.size())
    return error("the mask has ", set, " elements set, expected one for each of ", values.size(), " values (A11)");
  Tensor w(values.type(), mask.shape());
  w.visit([&](auto &out) {
    const auto &value = values.values<typename std::decay_t<decltype(out)>::value_type>();
    size_t k = 0;
    for (size_t i = 0; i < out.size(); ++i)
      if (mask.integers()[i])
        out[i] = value[k++];
  });
  return w;
}

/// The shape without the first dimension.
static Shape innerShape(const Tensor &stack) { return Shape(stack.shape().begin() + 1, stack.shape().end()); }

Result<Tensor> powers(const Tensor &codes, int64_t shift, ElementType type) {
  const unsigned bits = codes.type().bits;
  if (!codes.type().isInteger() || codes.type().isSigned || bits < 2 || bits > 5 || codes.rank() < 2 || codes.dim(0) < 1)
    return error("expected codes [T, R, ...] of ui2 to ui5, found ", codes.type().name(), " ", toString(codes.shape()), " (A15)");
  if (!type.isInteger() || shift < 0 || shift >= static_cast<int64_t>(type.bits))
    return error("expected a shift of 0 or more within an integer type, found ", shift, " and ", type.name(), " (A15)");
  Tensor w(type, innerShape(codes));
  for (int64_t t = 0; t < codes.dim(0); ++t)
    for (int64_t i = 0; i < w.size(); ++i) {
      int64_t code = codes.integers()[t * w.size() + i], v = code & ((int64_t(1) << (bits - 1)) - 1);
      int64_t magnitude = v == 0 ? 0 : int64_t(1) << (v - 1 + shift);
      w.integers()[i] += code >> (bits - 1) ? -magnitude : magnitude;
    }
  for (int64_t value : w.integers())
    if (value < type.least() || value > type.greatest())
      return error("a sum of powers is ", value, ", which ", type.name(), " does not hold (A15)");
  return w;
}

Result<Tensor> bitplanes(const Tensor &planes, int64_t shift, ElementType type) {
  if (!planes.type().isInteger() || planes.type().bits != 1 || planes.rank() < 2 || planes.dim(0) < 1)
    return error("expected planes [n, R, ...] of ui1, found ", planes.type().name(), " ", toString(planes.shape()), " (A16)");
  const int64_t n = planes.dim(0);
  if (!type.isInteger() || !type.isSigned || shift < 0 || static_cast<int64_t>(type.bits) < n + shift)
    return error("expected a signed integer of at least ", n, " planes + shift ", shift, " bits, found ", type.name(), " (A16)");
  Tensor w(type, innerShape(planes));
  for (int64_t t = 0; t < n; ++t)
    for (int64_t i = 0; i < w.size(); ++i) {
      int64_t weight = int64_t(1) << (t + shift);
      w.integers()[i] += planes.integers()[t * w.size() + i] * (t == n - 1 ? -weight : weight);
    }
  return w;
}

int64_t elementAt(int64_t position, int64_t count, int64_t channels) {
  return channels == 0 ? position : position % channels * (count / channels) + position / channels;
}

Result<Tensor> delta(const Tensor &references, const Tensor &deltas, ElementType type, bool consecutive, int64_t shift, int64_t channels) {
  if (!deltas.type().isInteger() || !references.type().isInteger() || deltas.rank() < 1 || references.rank() != 1 || references.size() < 1 ||
      deltas.size() % references.size() != 0)
    return error("expected references [G] and deltas [R, ...], integers, with G dividing the deltas, found ", toString(references.shape()), " and ",
                 toString(deltas.shape()), " (A10)");
  Tensor w(type, deltas.shape());
  const int64_t rows = deltas.dim(0), each = rows ? deltas.size() / rows : 0, run = deltas.size() / references.size();
  int64_t before = 0;
  for (int64_t position = 0; position < deltas.size(); ++position) {
    int64_t at = position / each * each + elementAt(position % each, each, channels);
    int64_t from = consecutive && position % run != 0 ? before : references.integers()[position / run];
    before = from + deltas.integers()[at] * (int64_t(1) << shift);
    if (before < type.least() || before > type.greatest())
      return error("weight ", at, " is ", before, ", which ", type.name(), " does not hold (A10)");
    w.integers()[at] = before;
  }
  return w;
}

Result<Tensor> circulant(const Tensor &vectors, int64_t channels) {
  if (vectors.rank() < 3 || vectors.dim(2) < 1)
    return error("expected vectors [R/b, C/b, b, ...], found ", toString(vectors.shape()), " (A13)");
  const int64_t b = vectors.dim(2), rows = vectors.dim(0) * b, columns = vectors.dim(1) * b;
  Shape shape = {rows, columns};
  shape.insert(shape.end(), vectors.shape().begin() + 3, vectors.shape().end());
  const int64_t taps = rows * columns != 0 ? elementCount(shape) / (rows * columns) : 0;
  Tensor w(vectors.type(), shape);
  w.visit([&](auto &out) {
    const auto &vector = vectors.values<typename std::decay_t<decltype(out)>::value_type>();
    for (int64_t r = 0; r < rows; ++r)
      for (int64_t p = 0; p < columns; ++p)
        for (int64_t t = 0; t < taps; ++t)
          out[(r * columns + elementAt(p, columns, channels)) * taps + t] =
              vector[((r / b * (columns / b) + p / b) * b + (r % b - p % b + b) % b) * taps + t];
  });
  return w;
}

namespace {

/// A canonical code, by lengths: symbols in the order of their words, and where the words of each length begin.
struct CanonicalCode {
  static constexpr int kLongest = 15;
  std::vector<int64_t> symbols;
  int64_t firstWord[kLongest + 1] = {}, firstSymbol[kLongest + 1] = {}, count[kLongest + 1] = {};
};

Result<CanonicalCode> canonicalCode(const Tensor &lengths) {
  CanonicalCode code;
  for (int64_t length : lengths.integers())
    if (length < 0 || length > CanonicalCode::kLongest)
      return error("a code word has length ", length, ", expected 0 to ", int(CanonicalCode::kLongest), " (A17)");
  int64_t word = 0;
  for (int64_t length = 1; length <= CanonicalCode::kLongest; ++length) {
    word <<= 1;
    code.firstWord[length] = word;
    code.firstSymbol[length] = static_cast<int64_t>(code.symbols.size());
    for (size_t s = 0; s < lengths.integers().size(); ++s)
      if (lengths.integers()[s] == length)
        code.symbols.push_back(static_cast<int64_t>(s));
    code.count[length] = static_cast<int64_t>(code.symbols.size()) - code.firstSymbol[length];
    word += code.count[length];
    if (word > (int64_t(1) << length))
      return error("the code words up to length ", length, " are ", word, ", expected at most ", int64_t(1) << length, " (A17)");
  }
  return code;
}

/// Reads one symbol, bit by bit from `at`; −1 where the bits end first or are no word.
int64_t readSymbol(const CanonicalCode &code, const std::vector<int64_t> &bytes, int64_t bits, int64_t &at) {
  int64_t word = 0;
  for (int64_t length = 1; length <= CanonicalCode::kLongest && at < bits; ++length, ++at) {
    word = word << 1 | (bytes[static_cast<size_t>(at / 8)] >> (7 - at % 8) & 1);
    int64_t place = word - code.firstWord[length];
    if (place >= 0 && place < code.count[length]) {
      ++at;
      return code.symbols[static_cast<size_t>(code.firstSymbol[length] + place)];
    }
  }
  return -1;
}

} // namespace

Result<Tensor> huffman(const Tensor &bytes, const Tensor &lengths, const HuffmanAttributes &attributes, ElementType type, Shape shape) {
  if (!type.isInteger() || bytes.rank() != 1 || lengths.rank() != 1 || attributes.bits < 0 || attributes.bits > bytes.size() * 8 ||
      attributes.group < 1 || (attributes.group > 1 && attributes.group * type.bits > 8))
    return error("expected bytes and lengths as lists, and groups of 1 or of up to 8 bits, found ", toString(bytes.shape()), ", ",
                 toString(lengths.shape()), " and ", attributes.group, " (A17)");
  Result<CanonicalCode> code = canonicalCode(lengths);
  if (!code)
    return code.failure();
  Tensor values(type, std::move(shape));
  int64_t at = 0, size = values.size();
  for (int64_t i = 0; i < size; i += attributes.group) {
    int64_t symbol = readSymbol(*code, bytes.integers(), attributes.bits, at);
    if (symbol < 0)
      return error("the codes end, or are no word, at bit ", at, ": after ", i, " of ", size, " elements (A17)");
    for (int64_t k = 0; k < attributes.group && i + k < size; ++k) {
      int64_t value = attributes.first + symbol;
      if (attributes.group > 1) {
        value = symbol >> (k * type.bits) & ((int64_t(1) << type.bits) - 1);
        if (type.isSigned && value > type.greatest())
          value -= int64_t(1) << type.bits;
      }
      if (value < type.least() || value > type.greatest())
        return error("symbol ", symbol, " stands for ", value, ", which is no ", type.name(), " (A17)");
      values.integers()[static_cast<size_t>(i + k)] = value;
    }
  }
  if (at != attributes.bits)
    return error("the codes of ", size, " elements end at bit ", at, ", expected ", attributes.bits, " (A17)");
  return values;
}

} // namespace weft::reference
