//===- Linear.cpp - linear and matmul ----------------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "runtime/reference/Linear.h"

#include "runtime/reference/Exact.h"
#include "runtime/reference/Half.h"
#include "runtime/reference/Strided.h"

namespace weft::reference {

/// Σ a[i]·b[i]. Eight partial sums, so that a compiler may use vectors without reordering what is written here.
template <typename Sum, typename T>
static Sum dot(const T *a, const T *b, int64_t n) {
  Sum lane[8] = {};
  int64_t i = 0;
  for (; i + 8 <= n; i += 8)
    for (int j = 0; j < 8; ++j)
      lane[j] += static_cast<Sum>(a[i + j]) * static_cast<Sum>(b[i + j]);
  for (; i < n; ++i)
    lane[0] += static_cast<Sum>(a[i]) * static_cast<Sum>(b[i]);
  return ((lane[0] + lane[4]) + (lane[1] + lane[5])) + ((lane[2] + lane[6]) + (lane[3] + lane[7]));
}

template <typename Sum, typename T>
static std::vector<Sum> linearSums(const std::vector<T> &x, const std::vector<T> &w, const std::vector<T> &b,
                                   int64_t rows, int64_t n, int64_t k) {
  std::vector<Sum> y(rows * n);
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t o = 0; o < n; ++o)
      y[r * n + o] = dot<Sum>(x.data() + r * k, w.data() + o * k, k) + static_cast<Sum>(b[o]);
  return y;
}

Result<Tensor> linear(const Tensor &input, const Tensor &weight, const Tensor &bias) {
  if (input.rank() < 1 || weight.rank() != 2 || bias.rank() != 1 || input.dim(-1) != weight.dim(1) ||
      weight.dim(0) != bias.dim(0))
    return error("expected input [..., K], weight [N, K], bias [N], found ", toString(input.shape()), ", ",
                 toString(weight.shape()), ", ", toString(bias.shape()));
  if (input.type().isFloat() != bias.type().isFloat() || weight.type().isFloat() != bias.type().isFloat() ||
      (bias.type().isFloat() && (input.type() != bias.type() || weight.type() != bias.type())))
    return error("element types ", input.type().name(), ", ", weight.type().name(), ", ", bias.type().name(),
                 " do not go together");
  const int64_t n = weight.dim(0), k = weight.dim(1);
  Shape shape = input.shape();
  shape.back() = n;
  int64_t rows = 1;
  for (int i = 0; i + 1 < input.rank(); ++i)
    rows *= input.dim(i);

  if (bias.type().isInteger()) {
    const auto &x = input.integers(), &w = weight.integers(), &b = bias.integers();
    if (fitsInt64(input, weight, &bias, k))
      return narrow(bias.type(), shape, linearSums<int64_t>(x, w, b, rows, n, k), "A3");
    return narrow(bias.type(), shape, linearSums<Int128>(x, w, b, rows, n, k), "A3");
  }
  Tensor y(bias.type(), shape);
  if (bias.type().bits == 64)
    y.doubles() = linearSums<double>(input.doubles(), weight.doubles(), bias.doubles(), rows, n, k);
  else
    y.floats() = linearSums<float>(input.floats(), weight.floats(), bias.floats(), rows, n, k);
  roundToType(y);
  return y;
}

/// One matrix product: y[m, n] += Σ_k a[m, k]·b[k, n], the inner loop along rows of b and y.
template <typename Sum, typename T>
static void product(const T *a, const T *b, Sum *y, int64_t m, int64_t k, int64_t n) {
  for (int64_t i = 0; i < m; ++i)
    for (int64_t l = 0; l < k; ++l) {
      const Sum s = static_cast<Sum>(a[i * k + l]);
      for (int64_t j = 0; j < n; ++j)
        y[i * n + j] += s * static_cast<Sum>(b[l * n + j]);
    }
}

template <typename Sum, typename T>
static std::vector<Sum> matmulSums(const std::vector<T> &a, const std::vector<T> &b, const Shape &batch,
                                   const Shape &aBatch, const Shape &bBatch, int64_t m, int64_t k, int64_t n) {
  std::vector<Sum> y(elementCount(batch) * m * n);
  Sum *out = y.data();
  walk<2>(batch, {broadcastStrides(aBatch, batch), broadcastStrides(bBatch, batch)},
          [&](int64_t count, const auto &offset, const auto &step) {
            for (int64_t i = 0; i < count; ++i, out += m * n)
              product<Sum>(a.data() + (offset[0] + i * step[0]) * m * k,
                           b.data() + (offset[1] + i * step[1]) * k * n, out, m, k, n);
          });
  return y;
}

Result<Tensor> matmul(const Tensor &lhs, const Tensor &rhs, ElementType type) {
  if (lhs.rank() < 2 || rhs.rank() < 2 || lhs.dim(-1) != rhs.dim(-2))
    return error("expected [..., M, K] and [..., K, N], found ", toString(lhs.shape()), " and ", toString(rhs.shape()));
  const bool isWidened = type.isFloat() && type.bits == 64 && lhs.type() == ElementType::f32() && rhs.type() == lhs.type();
  if (lhs.type().isFloat() != type.isFloat() || rhs.type().isFloat() != type.isFloat() ||
      (type.isFloat() && !isWidened && (lhs.type() != type || rhs.type() != type)))
    return error("element types ", lhs.type().name(), ", ", rhs.type().name(), ", ", type.name(),
                 " do not go together");
  Shape aBatch(lhs.shape().begin(), lhs.shape().end() - 2), bBatch(rhs.shape().begin(), rhs.shape().end() - 2);
  Result<Shape> batch = broadcastShape(aBatch, bBatch);
  if (!batch)
    return batch.failure();
  const int64_t m = lhs.dim(-2), k = lhs.dim(-1), n = rhs.dim(-1);
  Shape shape = *batch;
  shape.insert(shape.end(), {m, n});

  if (type.isInteger()) {
    if (fitsInt64(lhs, rhs, nullptr, k))
      return narrow(type, shape, matmulSums<int64_t>(lhs.integers(), rhs.integers(), *batch, aBatch, bBatch, m, k, n), "A3");
    return narrow(type, shape, matmulSums<Int128>(lhs.integers(), rhs.integers(), *batch, aBatch, bBatch, m, k, n), "A3");
  }
  Tensor y(type, shape);
  if (isWidened)
    y.doubles() = matmulSums<double>(lhs.floats(), rhs.floats(), *batch, aBatch, bBatch, m, k, n);
  else if (type.bits == 64)
    y.doubles() = matmulSums<double>(lhs.doubles(), rhs.doubles(), *batch, aBatch, bBatch, m, k, n);
  else
    y.floats() = matmulSums<float>(lhs.floats(), rhs.floats(), *batch, aBatch, bBatch, m, k, n);
  roundToType(y);
  return y;
}

} // namespace weft::reference
