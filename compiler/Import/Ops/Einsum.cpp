//===- Einsum.cpp - Einstein summation ------------------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
// Terms are reduced alone (diagonals, sums), then contracted from left to right: a matrix product where labels are summed,
// else a product that broadcasts.
#include "compiler/Import/OpTable.h"
#include "compiler/Import/Ops/Compose.h"
#include "compiler/Import/Ops/Weights.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace weft;
using namespace weft::import;

namespace {

/// Letters, and numbers from 256 for the dimensions of an ellipsis, counted from its end.
using Labels = SmallVector<int>;

struct Term {
  Value value;
  Labels labels;
};

class Einsum {
public:
  explicit Einsum(Node &node) : node(node), c(node) {}
  Value build();

private:
  bool parse();
  /// Labels of one term with `rank` dimensions; −1 where there is no operand, as for the output.
  bool parseTerm(StringRef text, int64_t rank, Labels &labels);
  void implyOutput();
  Term alone(Term term, ArrayRef<Term> others);
  Term contract(Term a, Term b, ArrayRef<Term> rest);
  Term multiply(const Term &a, const Term &b, ArrayRef<int> order);
  Term product(Term a, Term b, const Labels &batch, const Labels &left, const Labels &right, const Labels &summed);
  Term diagonal(Term term, int64_t first, int64_t second);
  /// The term with its dimensions in another order.
  Value ordered(const Term &term, ArrayRef<int> labels);
  /// Dimensions of 1 of either become the other's.
  void broadcast(Term &a, Term &b);
  bool isNeeded(int label, ArrayRef<Term> others) const;
  /// The dimension of a label in a term; 1 where it lacks it.
  Dim size(const Term &term, int label);

  Node &node;
  Compose c;
  SmallVector<Term> terms;
  Labels output;
  int ellipsis = 0; // dimensions of the longest
  llvm::DenseMap<int, Dim> sizes;
};

} // namespace

static bool has(ArrayRef<int> labels, int label) { return llvm::is_contained(labels, label); }
static int64_t indexOf(ArrayRef<int> labels, int label) { return llvm::find(labels, label) - labels.begin(); }

bool Einsum::parseTerm(StringRef text, int64_t rank, Labels &labels) {
  int64_t letters = llvm::count_if(text, [](char ch) { return llvm::isAlpha(ch); });
  bool dots = text.contains('.');
  int64_t dims = rank < 0 ? (dots ? ellipsis : 0) : rank - letters;
  auto at = text.find("...");
  bool bad = text.count('.') != (dots ? 3 : 0) || (dots && at == StringRef::npos) ||
             static_cast<int64_t>(text.size()) != letters + (dots ? 3 : 0) || dims < 0 || (!dots && dims != 0);
  if (bad) {
    (void)node.invalid("has a term '" + text + "' in its equation that does not fit its operand of " + Twine(rank) + " dimensions");
    return false;
  }
  for (size_t i = 0; i < text.size(); ++i) {
    if (dots && i == at) {
      for (int64_t d = dims - 1; d >= 0; --d)
        labels.push_back(static_cast<int>(256 + d));
      i += 2;
      continue;
    }
    labels.push_back(static_cast<unsigned char>(text[i]));
  }
  ellipsis = std::max<int>(ellipsis, static_cast<int>(dots ? dims : 0));
  return true;
}

/// Without `->`: the ellipsis, then every letter that is there once, in the order of the alphabet.
void Einsum::implyOutput() {
  for (int d = ellipsis - 1; d >= 0; --d)
    output.push_back(256 + d);
  for (int letter = 'A'; letter <= 'z'; ++letter) {
    int64_t count = 0;
    for (const Term &t : terms)
      count += llvm::count(t.labels, letter);
    if (count == 1)
      output.push_back(letter);
  }
}

bool Einsum::parse() {
  std::string equation = node.getString("equation", "").str();
  llvm::erase(equation, ' ');
  auto [left, right] = StringRef(equation).split("->");
  bool isExplicit = StringRef(equation).contains("->");
  SmallVector<StringRef> texts;
  left.split(texts, ',');
  if (texts.size() != node.numInputs()) {
    (void)node.invalid("has an equation of " + Twine(texts.size()) + " terms for " + Twine(node.numInputs()) + " operands");
    return false;
  }
  for (auto [i, text] : llvm::enumerate(texts)) {
    Value x = node.input(i);
    Labels labels;
    if (!x || !parseTerm(text, node.rank(x), labels))
      return false;
    for (auto [label, dim] : llvm::zip(labels, c.dims(x))) {
      auto [it, fresh] = sizes.try_emplace(label, dim);
      if (!fresh && it->second == Dim(1))
        it->second = dim;
      else if (!fresh && dim != Dim(1) && dim != it->second && dim.isKnown() && it->second.isKnown()) {
        (void)node.invalid("has a label of sizes " + Twine(it->second.factor) + " and " + Twine(dim.factor) + " in its equation");
        return false;
      }
    }
    terms.push_back({x, labels});
  }
  if (!isExplicit)
    implyOutput();
  else if (!parseTerm(right, -1, output))
    return false;
  for (int label : output)
    if (!sizes.count(label) || llvm::count(output, label) != 1) {
      (void)node.invalid("has an output with a label that no operand has, or that is there twice, in its equation");
      return false;
    }
  return true;
}

bool Einsum::isNeeded(int label, ArrayRef<Term> others) const {
  return has(output, label) || llvm::any_of(others, [&](const Term &t) { return has(t.labels, label); });
}

Dim Einsum::size(const Term &term, int label) {
  return term.value && has(term.labels, label) ? c.dims(term.value)[indexOf(term.labels, label)] : Dim(1);
}

Value Einsum::ordered(const Term &term, ArrayRef<int> labels) {
  SmallVector<int64_t> perm;
  for (int label : labels)
    perm.push_back(indexOf(term.labels, label));
  return node.transpose(term.value, perm);
}

/// Every (n + 1)-th of the n·n elements of two dimensions with one label.
Term Einsum::diagonal(Term term, int64_t first, int64_t second) {
  int64_t rank = node.rank(term.value), n = node.shape(term.value)[first];
  int label = term.labels[first];
  if (n != node.shape(term.value)[second] || ShapedType::isDynamic(n) || n < 1) {
    (void)node.unsupported("its equation takes a diagonal of dimensions that differ, are dynamic or 0");
    return {};
  }
  Value x = node.transpose(term.value, movedAxis(rank, first, rank - 1));
  x = node.transpose(x, movedAxis(rank, second - 1, rank - 1));
  SmallVector<Dim> flat = c.dims(x);
  if (!x)
    return {};
  flat.pop_back();
  flat.back() = Dim(n * n);
  term.value = c.slice(node.reshapeTo(x, flat), rank - 2, 0, n, n + 1);
  term.labels.erase(term.labels.begin() + second);
  term.labels.erase(term.labels.begin() + first);
  term.labels.push_back(label);
  return term;
}

/// Diagonals of labels that are there twice, sums over those that nobody else needs.
Term Einsum::alone(Term term, ArrayRef<Term> others) {
  for (size_t i = 0; i < term.labels.size(); ++i)
    for (size_t j = i + 1; j < term.labels.size(); ++j)
      if (term.labels[i] == term.labels[j]) {
        term = diagonal(term, i, j);
        i = static_cast<size_t>(-1);
        break;
      }
  SmallVector<int64_t> axes;
  Labels kept;
  for (auto [i, label] : llvm::enumerate(term.labels))
    if (isNeeded(label, others))
      kept.push_back(label);
    else
      axes.push_back(i);
  if (!axes.empty())
    term.value = c.sum(term.value, axes, /*keepdims=*/false);
  term.labels = kept;
  return term;
}

void Einsum::broadcast(Term &a, Term &b) {
  Term before = a;
  for (auto [term, other] : {std::pair<Term &, const Term &>(a, b), {b, before}}) {
    SmallVector<int64_t> shape;
    for (int label : term.labels) {
      Dim wanted = size(other, label);
      shape.push_back(size(term, label) == Dim(1) && wanted.isKnown() && wanted != Dim(1) ? wanted.factor : -1);
    }
    if (llvm::any_of(shape, [](int64_t d) { return d != -1; }))
      term.value = node.create<nn::BroadcastOp>(node.elementType(term.value), term.value, shape);
  }
}

/// a · b where nothing is summed: both get all labels, with dimensions of 1.
Term Einsum::multiply(const Term &a, const Term &b, ArrayRef<int> order) {
  Value values[2];
  const Term *operands[] = {&a, &b};
  for (auto [value, term] : llvm::zip(values, operands)) {
    Labels own;
    SmallVector<Dim> to;
    SmallVector<Dim> dims = c.dims(term->value);
    for (int label : order) {
      bool here = has(term->labels, label);
      if (here)
        own.push_back(label);
      to.push_back(here && !dims.empty() ? dims[indexOf(term->labels, label)] : Dim(1));
    }
    value = node.reshapeTo(ordered(*term, own), to);
  }
  return {c.mul(values[0], values[1]), Labels(order)};
}

Term Einsum::product(Term a, Term b, const Labels &batch, const Labels &left, const Labels &right, const Labels &summed) {
  broadcast(a, b);
  auto list = [](std::initializer_list<ArrayRef<int>> parts) {
    Labels all;
    for (ArrayRef<int> part : parts)
      all.append(part.begin(), part.end());
    return all;
  };
  auto sizeOf = [&](const Term &term, ArrayRef<int> labels) {
    SmallVector<Dim> dims;
    for (int label : labels)
      dims.push_back(size(term, label));
    return weft::import::product(dims);
  };
  std::optional<Dim> n = sizeOf(a, batch), m = sizeOf(a, left), k = sizeOf(a, summed), o = sizeOf(b, right);
  if (!n || !m || !k || !o) {
    (void)node.invalid("has too many elements");
    return {};
  }
  Labels labels = list({batch, left, right});
  SmallVector<Dim> to;
  for (int label : labels)
    to.push_back(size(has(a.labels, label) ? a : b, label));
  Value x = ordered(a, list({batch, left, summed})), y;
  if (batch.empty() && b.value && node.isParameter(b.value) && !node.isParameter(x)) { // a layer with weights
    Value weight = node.reshapeTo(ordered(b, list({right, summed})), {*o, *k});
    y = linear(node, node.reshapeTo(x, {*m, *k}), weight, {});
  } else {
    y = c.matmul(node.reshapeTo(x, {*n, *m, *k}), node.reshapeTo(ordered(b, list({batch, summed, right})), {*n, *k, *o}));
  }
  return {node.reshapeTo(y, to), labels};
}

Term Einsum::contract(Term a, Term b, ArrayRef<Term> rest) {
  if (!a.value || !b.value)
    return {};
  if (node.isParameter(a.value) && !node.isParameter(b.value))
    std::swap(a, b);
  Labels batch, left, right, summed;
  for (int label : a.labels)
    (!has(b.labels, label) ? left : isNeeded(label, rest) ? batch : summed).push_back(label);
  for (int label : b.labels)
    if (!has(a.labels, label))
      right.push_back(label);
  if (!summed.empty())
    return product(a, b, batch, left, right, summed);
  Labels order = rest.empty() ? output : batch;
  if (!rest.empty()) {
    order.append(left);
    order.append(right);
  }
  return multiply(a, b, order);
}

Value Einsum::build() {
  if (!parse())
    return {};
  for (size_t i = 0; i < terms.size(); ++i) {
    SmallVector<Term> others = terms;
    others.erase(others.begin() + i);
    terms[i] = alone(terms[i], others);
  }
  Term result = terms[0];
  for (size_t i = 1; i < terms.size() && !node.failed(); ++i)
    result = contract(result, terms[i], ArrayRef(terms).drop_front(i + 1));
  return node.failed() || !result.value ? Value() : ordered(result, output);
}

void weft::import::registerEinsumOps(OpTable &table) {
  table.add("Einsum", [](Node &n) { return n.set(0, Einsum(n).build()); }, 1, OpTable::kVariadic);
}
