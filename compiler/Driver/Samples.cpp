//===- Samples.cpp - data that fits a model's inputs ----------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Driver/Samples.h"

#include "compiler/Driver/CommandError.h"
#include "compiler/Report/Table.h"
#include "llvm/ADT/STLExtras.h"
#include <algorithm>
#include <cmath>
#include <fmt/format.h>

using weft::reference::ElementType;
using weft::reference::Shape;
using weft::reference::Tensor;

namespace weft::driver {
namespace {

/// Elements of one sample; −1 where a dimension other than the batch is dynamic.
int64_t elementsPerSample(const report::Port &port) {
  int64_t n = 1;
  for (size_t i = 1; i < port.shape.size(); ++i) {
    if (port.shape[i] < 0)
      return -1;
    n *= port.shape[i];
  }
  return n;
}

/// The values under another element type. Data that does not survive it (0.5 for an integer input) is the user's error.
llvm::Expected<Tensor> converted(const Tensor &array, ElementType type, const std::string &where) {
  if (array.type() == type)
    return array;
  Tensor result(type, array.shape());
  for (int64_t i = 0; i < array.size(); ++i) {
    if (type.isFloat() && type.bits == 64) {
      result.doubles()[i] = array.asDouble(i);
    } else if (type.isFloat()) {
      result.floats()[i] = static_cast<float>(array.asDouble(i));
    } else {
      double value = array.asDouble(i);
      if (value != std::floor(value) || value < static_cast<double>(type.least()) || value > static_cast<double>(type.greatest()))
        return invalidInput(fmt::format("{}: expected values of type {}, found {} at element {}", where, type.name(), value, i));
      result.integers()[i] = array.asInteger(i);
    }
  }
  return result;
}

/// `count` samples from `first`, filled up to `width` with copies of the last.
Tensor batchOf(const Tensor &tensor, int64_t first, int64_t count, int64_t width) {
  Tensor batch = sliceSamples(tensor, first, count);
  for (int64_t i = count; i < width; ++i)
    appendSamples(batch, sliceSamples(tensor, first + count - 1, 1));
  return batch;
}

} // namespace

ElementType elementTypeOf(const std::string &name) {
  llvm::StringRef text = name;
  unsigned bits = 32;
  bool isUnsigned = text.starts_with("ui");
  if (text.consume_front("ui") || text.consume_front("i")) {
    text.getAsInteger(10, bits);
    return ElementType::integer(bits, !isUnsigned && bits > 1);
  }
  if (text == "bf16")
    return ElementType::bf16();
  return text == "f64" ? ElementType::f64() : text == "f16" ? ElementType::f16() : ElementType::f32();
}

llvm::Expected<Tensor> fitToPort(const Tensor &array, const report::Port &port, const std::string &source) {
  std::string where = fmt::format("{}: input '{}'", source, port.name);
  auto typed = converted(array, elementTypeOf(port.type), where);
  if (!typed)
    return typed.takeError();
  if (port.shape.empty()) {
    if (array.size() != 1)
      return invalidInput(fmt::format("{}: expected a scalar, found {}", where, report::shapeAsText(array.shape())));
    return typed->reshaped({});
  }
  int64_t perSample = elementsPerSample(port);
  if (perSample < 0) {
    if (array.shape().size() == port.shape.size())
      return typed;
    return invalidInput(fmt::format("{}: expected {} dimensions ({}), found {}", where, port.shape.size(),
                                    report::shapeAsText(port.shape), report::shapeAsText(array.shape())));
  }
  if (array.size() == 0 && perSample)
    return invalidInput(fmt::format("{}: expected samples of {} elements ({}), found no samples", where, perSample, report::shapeAsText(port.shape)));
  int64_t samples = perSample ? array.size() / perSample : 0;
  bool fits = perSample && array.size() % perSample == 0 && samples > 0;
  // The first dimension counts samples: [1000, 28, 28] fits 784 elements, [784, 1000] does not.
  if (fits && array.rank() > 0 && samples > 1 && array.dim(0) % samples != 0)
    fits = false;
  if (!fits)
    return invalidInput(fmt::format("{}: expected samples of {} elements ({}), found {} of shape {}", where, perSample,
                                    report::shapeAsText(port.shape), array.type().name(), report::shapeAsText(array.shape())));
  Shape shape(port.shape.begin(), port.shape.end());
  shape[0] = samples;
  return typed->reshaped(shape);
}

void appendSamples(Tensor &whole, const Tensor &part) {
  Shape shape = part.shape();
  shape[0] += whole.size() ? whole.dim(0) : 0;
  if (part.type().isInteger()) {
    auto values = whole.size() ? std::move(whole.integers()) : std::vector<int64_t>();
    values.insert(values.end(), part.integers().begin(), part.integers().end());
    whole = Tensor::ofIntegers(part.type(), shape, std::move(values));
    return;
  }
  Tensor result(part.type(), shape);
  auto joined = [](auto &to, const auto &a, const auto &b) {
    auto end = std::copy(a.begin(), a.end(), to.begin());
    std::copy(b.begin(), b.end(), end);
  };
  if (part.type().bits == 64)
    joined(result.doubles(), whole.size() ? whole.doubles() : std::vector<double>(), part.doubles());
  else
    joined(result.floats(), whole.size() ? whole.floats() : std::vector<float>(), part.floats());
  whole = std::move(result);
}

llvm::Expected<Tensors> runInBatches(const Tensors &inputs, const std::vector<report::Port> &ports, int64_t batch,
                                     const std::function<llvm::Expected<Tensors>(const Tensors &)> &function,
                                     const std::function<void(int64_t, int64_t)> &progress) {
  int64_t total = inputs.empty() || inputs[0].rank() == 0 ? 1 : inputs[0].dim(0);
  // Inputs that count other things in dimension 0 are no samples of one batch.
  if (llvm::any_of(inputs, [&](const Tensor &input) { return input.rank() != 0 && input.dim(0) != total; }))
    return function(inputs);
  bool isFixed = !ports.empty() && !ports[0].shape.empty() && ports[0].shape[0] >= 0;
  int64_t width = isFixed ? ports[0].shape[0] : std::min(batch, total);
  Tensors outputs;
  for (int64_t first = 0; first < total; first += width) {
    int64_t count = std::min(width, total - first);
    Tensors part;
    for (const Tensor &input : inputs)
      part.push_back(input.rank() ? batchOf(input, first, count, isFixed ? width : count) : input);
    auto results = function(part);
    if (!results)
      return results.takeError();
    outputs.resize(results->size());
    for (size_t i = 0; i < results->size(); ++i) {
      const Tensor &result = (*results)[i];
      if (total <= width && count == width)
        outputs[i] = result;
      else if (result.rank() == 0 || result.dim(0) < count)
        return unsupported(fmt::format("output {} has no batch dimension: expected at least {} samples in dimension 0, found shape {}",
                                       i, count, report::shapeAsText(result.shape())));
      else
        appendSamples(outputs[i], sliceSamples(result, 0, count));
    }
    if (progress)
      progress(first + count, total);
  }
  return outputs;
}

} // namespace weft::driver
