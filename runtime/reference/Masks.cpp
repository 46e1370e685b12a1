//===- Masks.cpp - which elements a sparse weight has -------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "runtime/reference/Masks.h"

#include <algorithm>
#include <numeric>

namespace weft::reference {

namespace {

/// A mask of the weight's shape, set by (row, position).
class MaskBuilder {
public:
  MaskBuilder(const Shape &shape, int64_t channels)
      : mask(ElementType::boolean(), shape), rows(shape.empty() ? 0 : shape[0]), columns(rows ? mask.size() / rows : 0), channels(channels) {}

  void set(int64_t row, int64_t position) {
    mask.integers()[row * columns + columnOfPosition(position, channels, columns)] = 1;
  }
  bool fits() const { return rows > 0 && columns > 0 && channels >= 0 && (channels == 0 || columns % channels == 0); }
  Error misfit() const {
    return error("expected a weight [R, K...] whose columns the channels divide, found ", toString(mask.shape()), " and ", channels, " channels");
  }

  Tensor mask;
  int64_t rows, columns, channels;
};

/// Elements first, first + stride, … (`count` of them) are 0 … count − 1 in some order.
bool isPermutation(const std::vector<int64_t> &values, int64_t first, int64_t stride, int64_t count) {
  std::vector<bool> seen(count, false);
  for (int64_t i = 0; i < count; ++i) {
    int64_t v = values[first + i * stride];
    if (v < 0 || v >= count || seen[v])
      return false;
    seen[v] = true;
  }
  return true;
}

/// Row t of the memory that lane m reads.
int64_t memoryRow(const Interleaver &i, int64_t sweep, int64_t row, int64_t lane, int64_t depth, int64_t z) {
  const std::vector<int64_t> &starts = i.starts->integers();
  if (i.type == 1)
    return starts[(sweep * depth + row) * z + lane];
  return (starts[(i.type == 3 ? 0 : sweep) * z + lane] + row) % depth;
}

} // namespace

int64_t columnOfPosition(int64_t position, int64_t channels, int64_t columns) {
  return channels == 0 ? position : position % channels * (columns / channels) + position / channels;
}

Result<std::vector<int64_t>> interleaverEdges(const Interleaver &i, int64_t rows, int64_t positions) {
  const int64_t z = i.starts->dim(-1), depth = z > 0 ? positions / z : 0, edges = positions * i.fanOut;
  const Shape expected = i.type == 1 ? Shape{i.fanOut, depth, z} : Shape{i.type == 2 ? i.fanOut : 1, z};
  if (z < 1 || positions % z != 0 || i.starts->shape() != expected || rows < 1 || edges % rows != 0 || positions % (edges / rows) != 0)
    return error("expected memories that divide ", positions, " inputs and a fan-in that does, found start rows ", toString(i.starts->shape()),
                 " and ", edges, " edges to ", rows, " outputs (A11c)");
  if (i.dither && i.dither->shape() != Shape{i.fanOut, z} && i.dither->shape() != Shape{1, z})
    return error("expected a dither [", i.fanOut, " or 1, ", z, "], found ", toString(i.dither->shape()), " (A11c)");
  for (int64_t start : i.starts->integers())
    if (start < 0 || start >= depth)
      return error("start row ", start, " is outside of memories of ", depth, " rows (A11c)");
  for (int64_t s = 0; i.type == 1 && s < i.fanOut; ++s)
    for (int64_t m = 0; m < z; ++m)
      if (!isPermutation(i.starts->integers(), s * depth * z + m, z, depth))
        return error("the rows of memory ", m, " in sweep ", s, " are no permutation (A11c)");
  for (int64_t s = 0; i.dither && s < i.dither->dim(0); ++s)
    if (!isPermutation(i.dither->integers(), s * z, 1, z))
      return error("the dither of sweep ", s, " is no permutation of the memories (A11c)");
  std::vector<int64_t> left;
  for (int64_t s = 0; s < i.fanOut; ++s)
    for (int64_t r = 0; r < depth; ++r)
      for (int64_t m = 0; m < z; ++m) {
        int64_t v = i.dither ? i.dither->integers()[(i.dither->dim(0) == 1 ? 0 : s) * z + m] : m;
        left.push_back(memoryRow(i, s, r, m, depth, z) * z + v);
      }
  return left;
}

Result<Tensor> interleaveMask(const Interleaver &interleaver, int64_t channels, const Shape &shape) {
  MaskBuilder m(shape, channels);
  if (!m.fits())
    return m.misfit();
  Result<std::vector<int64_t>> left = interleaverEdges(interleaver, m.rows, m.columns);
  if (!left)
    return left.failure();
  const int64_t fanIn = static_cast<int64_t>(left->size()) / m.rows;
  for (size_t e = 0; e < left->size(); ++e)
    m.set(static_cast<int64_t>(e) / fanIn, (*left)[e]);
  return std::move(m.mask);
}

Result<Tensor> randomMask(uint64_t seed, int64_t edges, const Shape &shape) {
  Tensor mask(ElementType::boolean(), shape);
  const int64_t n = mask.size();
  if (edges < 0 || edges > n)
    return error("expected at most ", n, " edges, found ", edges, " (A11r)");
  SplitMix64 random(seed);
  int64_t left = edges;
  for (int64_t i = 0; i < n; ++i)
    if (random.below(n - i) < left) {
      mask.integers()[i] = 1;
      --left;
    }
  return mask;
}

Result<Tensor> structuredRandomMask(uint64_t seed, int64_t fanIn, const Shape &shape) {
  MaskBuilder m(shape, 0);
  if (!m.fits())
    return m.misfit();
  if (fanIn < 1 || m.columns % fanIn != 0 || m.rows % (m.columns / fanIn) != 0)
    return error("expected a fan-in that divides ", m.columns, " columns into a number that divides ", m.rows, " rows, found ", fanIn, " (A11r)");
  SplitMix64 random(seed);
  std::vector<int64_t> order(m.columns);
  const int64_t sweep = m.columns / fanIn;
  for (int64_t row = 0; row < m.rows; ++row) {
    if (row % sweep == 0) {
      std::iota(order.begin(), order.end(), 0);
      for (int64_t i = m.columns - 1; i > 0; --i)
        std::swap(order[i], order[random.below(i + 1)]);
    }
    for (int64_t k = 0; k < fanIn; ++k)
      m.set(row, order[row % sweep * fanIn + k]);
  }
  return std::move(m.mask);
}

Result<Tensor> nmMask(const Tensor &indices, int64_t channels, const Shape &shape) {
  MaskBuilder m(shape, channels);
  if (!m.fits())
    return m.misfit();
  if (indices.rank() != 3 || indices.dim(0) != m.rows || indices.dim(1) < 1 || m.columns % indices.dim(1) != 0)
    return error("expected indices [", m.rows, ", groups, N] with groups dividing ", m.columns, " columns, found ", toString(indices.shape()), " (A11n)");
  const int64_t groups = indices.dim(1), kept = indices.dim(2), of = m.columns / groups;
  for (int64_t row = 0; row < m.rows; ++row)
    for (int64_t g = 0; g < groups; ++g) {
      int64_t before = -1;
      for (int64_t k = 0; k < kept; ++k) {
        int64_t index = indices.integers()[(row * groups + g) * kept + k];
        if (index <= before || index >= of)
          return error("expected ascending indices below ", of, ", found ", index, " in row ", row, ", group ", g, " (A11n)");
        m.set(row, g * of + index);
        before = index;
      }
    }
  return std::move(m.mask);
}

Result<Tensor> blockMask(const Tensor &rows, const Tensor &columns, int64_t channels, const Shape &shape) {
  MaskBuilder m(shape, channels);
  if (!m.fits())
    return m.misfit();
  if (rows.rank() != 3 || columns.rank() != 3 || rows.dim(0) != columns.dim(0) || rows.dim(1) != columns.dim(1) ||
      rows.dim(0) * rows.dim(2) != m.rows || columns.dim(1) * columns.dim(2) != m.columns)
    return error("expected rows [R/h, K/w, h] and columns [R/h, K/w, w] of ", m.rows, " by ", m.columns, ", found ", toString(rows.shape()), " and ",
                 toString(columns.shape()), " (A11b)");
  const int64_t across = rows.dim(1), height = rows.dim(2), width = columns.dim(2);
  for (int64_t row = 0; row < m.rows; ++row)
    for (int64_t position = 0; position < m.columns; ++position) {
      int64_t block = row / height * across + position / width;
      if (rows.integers()[block * height + row % height] && columns.integers()[block * width + position % width])
        m.set(row, position);
    }
  return std::move(m.mask);
}

} // namespace weft::reference
