//===- Determinant.cpp - Det of small matrices -----------------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Import/OpTable.h"

using namespace mlir;
using namespace weft;
using namespace weft::import;
using nn::BinaryKind;

/// Rows of entries [...], expanded along the first row (Laplace).
static Value determinant(Node &node, ArrayRef<SmallVector<Value>> rows) {
  if (rows.size() == 1)
    return rows[0][0];
  Value sum;
  for (size_t j = 0; j < rows.size(); ++j) {
    SmallVector<SmallVector<Value>> minor;
    for (const SmallVector<Value> &row : rows.drop_front()) {
      minor.push_back(row);
      minor.back().erase(minor.back().begin() + j);
    }
    Value term = node.binary(BinaryKind::mul, rows[0][j], determinant(node, minor));
    sum = sum ? node.binary(j % 2 ? BinaryKind::sub : BinaryKind::add, sum, term) : term;
  }
  return sum;
}

static LogicalResult buildDet(Node &node) {
  constexpr int64_t greatest = 4; // n! terms
  Value x = node.input(0);
  if (!x)
    return failure();
  int64_t rank = node.rank(x), n = rank < 2 ? 0 : node.shape(x)[rank - 1];
  if (rank < 2 || node.shape(x)[rank - 2] != n)
    return node.invalid("needs square matrices");
  if (n < 1 || n > greatest)
    return node.unsupported("is of matrices of " + (n < 1 ? "an unknown size" : Twine(n)) + ", expected 1 to " + Twine(greatest));
  SmallVector<Dim> outer = node.symbols().dims(x);
  outer.truncate(rank - 2);
  SmallVector<SmallVector<Value>> rows(n);
  for (int64_t i = 0; i < n; ++i)
    for (int64_t j = 0; j < n; ++j) {
      SmallVector<int64_t> starts(rank, 0), sizes(rank, -1), steps(rank, 1);
      starts[rank - 2] = i, starts[rank - 1] = j;
      sizes[rank - 2] = sizes[rank - 1] = 1;
      rows[i].push_back(node.reshapeTo(node.create<nn::SliceOp>(node.elementType(x), x, starts, sizes, steps), outer));
    }
  return node.set(0, determinant(node, rows));
}

void weft::import::registerDeterminantOps(OpTable &table) { table.add("Det", buildDet, 1, 1); }
