//===- Shape.cpp - moving values: A8, gather --------------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "runtime/reference/Shape.h"

#include "runtime/reference/Strided.h"

#include <algorithm>
#include <type_traits>

namespace weft::reference {

/// Copies the elements of `shape` from one strided view to another. Both tensors have one type.
static void copyView(const Tensor &from, int64_t fromOffset, const std::vector<int64_t> &fromStrides, Tensor &to,
                     int64_t toOffset, const std::vector<int64_t> &toStrides, const Shape &shape) {
  assert(from.type() == to.type());
  to.visit([&](auto &target) {
    const auto &source = from.values<typename std::decay_t<decltype(target)>::value_type>();
    walk<2>(shape, {fromStrides, toStrides}, [&](int64_t count, const auto &offset, const auto &step) {
      for (int64_t i = 0; i < count; ++i)
        target[toOffset + offset[1] + i * step[1]] = source[fromOffset + offset[0] + i * step[0]];
    });
  });
}

Result<Tensor> reshape(const Tensor &input, const Shape &shape) {
  Shape wanted = shape;
  auto hole = std::find(wanted.begin(), wanted.end(), -1);
  if (hole != wanted.end()) {
    *hole = 1;
    const int64_t others = elementCount(wanted);
    *hole = others > 0 ? input.size() / others : 0;
  }
  const bool negative = std::any_of(wanted.begin(), wanted.end(), [](int64_t d) { return d < 0; });
  if (negative || elementCount(wanted) != input.size())
    return error("cannot reshape ", toString(input.shape()), " to ", toString(shape));
  return input.reshaped(std::move(wanted));
}

Result<Tensor> transpose(const Tensor &input, const Shape &perm) {
  Shape sorted = perm;
  std::sort(sorted.begin(), sorted.end());
  for (size_t i = 0; i < sorted.size(); ++i)
    if (sorted[i] != static_cast<int64_t>(i) || sorted.size() != static_cast<size_t>(input.rank()))
      return error("perm ", toString(perm), " is not a permutation of the dimensions of ", toString(input.shape()));
  std::vector<int64_t> own = rowMajorStrides(input.shape()), strides;
  Shape shape;
  for (int64_t p : perm) {
    shape.push_back(input.shape()[p]);
    strides.push_back(own[p]);
  }
  Tensor y(input.type(), shape);
  copyView(input, 0, strides, y, 0, rowMajorStrides(shape), shape);
  return y;
}

Result<Tensor> concat(const std::vector<const Tensor *> &inputs, int64_t axis) {
  if (inputs.empty() || axis < 0 || axis >= inputs[0]->rank())
    return error("concat of ", inputs.size(), " inputs along axis ", axis);
  Shape shape = inputs[0]->shape();
  shape[axis] = 0;
  for (const Tensor *input : inputs) {
    Shape other = input->shape();
    if (other.size() != shape.size() || input->type() != inputs[0]->type())
      return error("inputs of concat differ: ", inputs[0]->type().name(), toString(inputs[0]->shape()), " and ",
                   input->type().name(), toString(other));
    other[axis] = shape[axis];
    if (other != shape)
      return error("inputs of concat differ beside axis ", axis, ": ", toString(inputs[0]->shape()), " and ",
                   toString(input->shape()));
    shape[axis] += input->shape()[axis];
  }
  Tensor y(inputs[0]->type(), shape);
  const std::vector<int64_t> strides = rowMajorStrides(shape);
  int64_t offset = 0;
  for (const Tensor *input : inputs) {
    copyView(*input, 0, rowMajorStrides(input->shape()), y, offset, strides, input->shape());
    offset += input->shape()[axis] * strides[axis];
  }
  return y;
}

Result<Tensor> slice(const Tensor &input, const Shape &starts, const Shape &sizes, const Shape &steps) {
  const size_t rank = input.rank();
  if (starts.size() != rank || sizes.size() != rank || steps.size() != rank)
    return error("expected ", rank, " starts, sizes and steps");
  const std::vector<int64_t> own = rowMajorStrides(input.shape());
  std::vector<int64_t> strides(rank);
  Shape shape(rank);
  int64_t offset = 0;
  for (size_t i = 0; i < rank; ++i) {
    const int64_t extent = input.shape()[i];
    shape[i] = sizes[i] == -1 ? extent : sizes[i];
    const int64_t last = starts[i] + (shape[i] - 1) * steps[i];
    if (shape[i] < 0 || (shape[i] > 0 && (starts[i] < 0 || starts[i] >= extent || last < 0 || last >= extent)))
      return error("slice reaches from ", starts[i], " to ", last, " in dimension ", i, " of ", extent);
    offset += starts[i] * own[i];
    strides[i] = steps[i] * own[i];
  }
  Tensor y(input.type(), shape);
  copyView(input, offset, strides, y, 0, rowMajorStrides(shape), shape);
  return y;
}

Tensor sliceSamples(const Tensor &tensor, int64_t first, int64_t count) {
  int64_t width = tensor.dim(0) ? tensor.size() / tensor.dim(0) : 0;
  Shape shape = tensor.shape();
  shape[0] = count;
  Tensor result(tensor.type(), shape);
  auto copy = [&](const auto &from, auto &to) {
    std::copy(from.begin() + first * width, from.begin() + (first + count) * width, to.begin());
  };
  if (tensor.type().isInteger())
    copy(tensor.integers(), result.integers());
  else if (tensor.type().bits == 64)
    copy(tensor.doubles(), result.doubles());
  else
    copy(tensor.floats(), result.floats());
  return result;
}

Result<Tensor> gather(const Tensor &data, const Tensor &indices, int64_t axis) {
  if (axis < 0 || axis >= data.rank() || !indices.type().isInteger())
    return error("gather along axis ", axis, " of ", toString(data.shape()), " with indices of ", indices.type().name());
  const int64_t extent = data.shape()[axis];
  int64_t outer = 1, inner = 1;
  for (int64_t d = 0; d < data.rank(); ++d)
    (d < axis ? outer : inner) *= d == axis ? 1 : data.shape()[d];
  Shape shape(data.shape().begin(), data.shape().begin() + axis);
  shape.insert(shape.end(), indices.shape().begin(), indices.shape().end());
  shape.insert(shape.end(), data.shape().begin() + axis + 1, data.shape().end());
  for (int64_t index : indices.integers())
    if (index < -extent || index >= extent)
      return error("index ", index, " is outside of dimension ", axis, " of ", extent);
  Tensor y(data.type(), shape);
  const int64_t count = indices.size();
  for (int64_t i = 0; i < count; ++i) {
    int64_t index = indices.integers()[i];
    index += index < 0 ? extent : 0;
    copyView(data, index * inner, {extent * inner, 1}, y, i * inner, {count * inner, 1}, {outer, inner});
  }
  return y;
}

Result<Tensor> broadcast(const Tensor &input, const Shape &shape) {
  Shape wanted = shape;
  for (size_t i = 0; i < wanted.size(); ++i) {
    const int64_t from = static_cast<int64_t>(i) - static_cast<int64_t>(wanted.size()) + input.rank();
    if (wanted[i] == -1)
      wanted[i] = from >= 0 ? input.shape()[from] : 1;
  }
  Result<Shape> target = broadcastShape(input.shape(), wanted);
  if (!target)
    return target.failure();
  Tensor y(input.type(), *target);
  copyView(input, 0, broadcastStrides(input.shape(), *target), y, 0, rowMajorStrides(*target), *target);
  return y;
}

} // namespace weft::reference
