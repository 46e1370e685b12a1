//===- RecognizeMask.cpp - masks that are in a weight already -----------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/RecognizeMask.h"

#include "passes/Compression/Algorithms/BitPack.h"
#include "passes/Compression/Sparsity.h"
#include "passes/Compression/StreamOrder.h"

#include <cmath>
#include <functional>
#include <set>

using namespace mlir;
using weft::reference::Tensor;

namespace weft::compression {
namespace {

/// Interleavers are tried while that takes well below a second.
constexpr int64_t kMostWork = int64_t(1) << 28;

/// Looks for masks that cover what is not zero, and keeps the one that stores least.
class MaskFinder {
public:
  MaskFinder(nn::WeightedOp layer, OpOperand &leaf, const Tensor &weight, size_t entries)
      : sparse(OpBuilder(leaf.getOwner()), layer->getLoc(), nn::layerName(layer), weight, streamChannels(layer)), rows(sparse.rows()),
        columns(sparse.columns()), bits(weight.type().bits), best(weight.size() * bits), otherwise(best) {
    std::set<float> distinct;
    for (float v : sparse.positions()) {
      set.push_back(v != 0 || std::signbit(v)); // −0 is no zero: its bits differ
      count += set.back();
      if (distinct.size() <= entries)
        distinct.insert(v);
    }
    if (distinct.size() > entries)
      return;
    // Few distinct values: either way codes are stored, and much the same codebook.
    otherwise = best = weight.size() * codeBits(distinct.size());
    bits = codeBits(std::max<size_t>(1, distinct.size() - 1));
  }

  std::optional<Value> find() {
    if (count == 0 || count == rows * columns)
      return std::nullopt;
    tryInterleavers();
    tryRowsAndColumns();
    for (int64_t m : {2, 4, 8, 16})
      tryNm(m);
    offer(rows * columns + count * bits, [this] { return sparse.bits(set); });
    if (!make)
      return std::nullopt;
    return sparse.scatter(make());
  }

private:
  /// What no unit exploits must be worth it: otherwise codes into a codebook serve better.
  void offer(int64_t storage, std::function<Value()> how, bool hasUnit = false) {
    if (storage >= best || (!hasUnit && storage * 2 > otherwise))
      return;
    best = storage;
    make = std::move(how);
  }

  bool isSet(int64_t row, int64_t position) const { return set[static_cast<size_t>(row * columns + position)]; }

  void tryRowsAndColumns() {
    BlockChoice choice{std::vector<bool>(static_cast<size_t>(rows)), std::vector<bool>(static_cast<size_t>(columns))};
    for (int64_t r = 0; r < rows; ++r)
      for (int64_t p = 0; p < columns; ++p)
        if (isSet(r, p))
          choice.rows[static_cast<size_t>(r)] = choice.columns[static_cast<size_t>(p)] = true;
    int64_t kept = std::count(choice.rows.begin(), choice.rows.end(), true) * std::count(choice.columns.begin(), choice.columns.end(), true);
    offer(rows + columns + kept * bits, [this, choice] { return sparse.blocks(choice, rows, columns); });
  }

  void tryNm(int64_t m) {
    if (columns % m != 0)
      return;
    int64_t n = 0, groups = rows * columns / m;
    for (int64_t g = 0; g < groups; ++g)
      n = std::max<int64_t>(n, std::count(set.begin() + g * m, set.begin() + (g + 1) * m, true));
    if (n < m)
      offer(groups * n * (codeBits(static_cast<size_t>(m)) + bits), [this, n, m] {
        return sparse.nm(keepPerGroup(indicator().data(), rows * columns, n, m), n, m);
      }, /*hasUnit=*/2 * n <= m);
  }

  /// 1 where an element is not zero: what an interleaver is fitted to.
  std::vector<float> indicator() const { return {set.begin(), set.end()}; }

  void tryInterleavers() {
    int64_t fanIn = 0;
    for (int64_t r = 0; r < rows; ++r)
      fanIn = std::max<int64_t>(fanIn, std::count(set.begin() + r * columns, set.begin() + (r + 1) * columns, true));
    // Most edges carry a value, or it is another kind of mask.
    if (fanIn == columns || columns % fanIn != 0 || rows % (columns / fanIn) != 0 || count * 8 < rows * fanIn * 7)
      return;
    std::vector<float> weight = indicator();
    std::vector<int64_t> memories = legalMemories(columns, fanIn);
    for (int type : {3, 2})
      for (int64_t z : llvm::reverse(memories)) {
        Junction junction{columns, rows, rows * fanIn / columns, z};
        if (z == columns || junction.edges() * junction.rows() > kMostWork / 16)
          continue;
        InterleaverTables tables = fitInterleaver(weight.data(), junction, type, false);
        if (tables.keptEnergy < 1)
          continue;
        int64_t indices = static_cast<int64_t>(tables.starts.size()) * codeBits(static_cast<size_t>(std::max<int64_t>(2, junction.rows())));
        offer(indices + junction.edges() * bits, [this, tables, junction] { return sparse.interleave(tables, junction.fanOut); }, true);
      }
  }

  SparseWeight sparse;
  int64_t rows, columns, bits, best, otherwise, count = 0; ///< otherwise: bits without a mask
  std::vector<bool> set;
  std::function<Value()> make;
};

} // namespace

std::optional<Value> recognizeMask(nn::WeightedOp layer, OpOperand &leaf, const Tensor &weight, size_t entries) {
  return weight.rank() < 2 || weight.size() == 0 ? std::nullopt : MaskFinder(layer, leaf, weight, entries).find();
}

} // namespace weft::compression
