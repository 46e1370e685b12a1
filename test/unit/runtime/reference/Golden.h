//===- Golden.h - results computed by numpy ---------------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef TEST_UNIT_RUNTIME_REFERENCE_GOLDEN_H
#define TEST_UNIT_RUNTIME_REFERENCE_GOLDEN_H

#include "runtime/data/Npz.h"
#include "runtime/reference/Elementwise.h"
#include "gtest/gtest.h"

#include <cmath>

namespace weft::reference::test {

/// An array of Inputs/golden.npz, which Inputs/generate.py writes: `<case>.<operand>`.
inline const Tensor &golden(const std::string &name) {
  static const auto arrays = data::readNpz(std::string(WEFT_SOURCE_DIR) + "/test/unit/runtime/reference/Inputs/golden.npz");
  static const Tensor none;
  if (!arrays) {
    ADD_FAILURE() << arrays.message();
    return none;
  }
  for (const auto &[key, tensor] : *arrays)
    if (key == name)
      return tensor;
  ADD_FAILURE() << "golden.npz has no " << name;
  return none;
}

/// The same, converted: numpy's arrays are i64 and f64.
inline Tensor golden(const std::string &name, ElementType type) { return *cast(golden(name), type); }
inline ElementType integer(unsigned bits, bool isSigned = true) { return ElementType::integer(bits, isSigned); }

/// Expects shape and values of `expected`; floats within `tolerance`, relative to max(1, |expected|).
inline void expectTensor(const Result<Tensor> &actual, const Tensor &expected, double tolerance = 0) {
  ASSERT_TRUE(actual.ok()) << actual.message();
  ASSERT_EQ(actual->shape(), expected.shape());
  for (int64_t i = 0; i < expected.size(); ++i) {
    if (expected.type().isInteger() && actual->type().isInteger()) {
      ASSERT_EQ(actual->integers()[i], expected.integers()[i]) << "element " << i;
      continue;
    }
    const double a = actual->asDouble(i), e = expected.asDouble(i);
    if (a == e || (std::isnan(a) && std::isnan(e)))
      continue;
    ASSERT_LE(std::fabs(a - e), tolerance * std::max(1.0, std::fabs(e))) << "element " << i << ": " << a << ", expected " << e;
  }
}

template <typename T>
void expectFailure(const Result<T> &result, const std::string &text) {
  ASSERT_FALSE(result.ok()) << "expected a failure with: " << text;
  EXPECT_NE(result.message().find(text), std::string::npos) << result.message();
}

/// A tensor of random integers of its type, or of normal floats.
template <typename Random>
Tensor randomTensor(ElementType type, Shape shape, Random &random) {
  Tensor tensor(type, std::move(shape));
  tensor.visit([&](auto &values) {
    for (auto &v : values) {
      if (type.isInteger())
        v = type.least() + static_cast<int64_t>(random() % (uint64_t(type.greatest()) - uint64_t(type.least()) + 1));
      else
        v = static_cast<float>(static_cast<double>(random() % 20001) / 10000 - 1);
    }
  });
  return tensor;
}

} // namespace weft::reference::test

#endif // TEST_UNIT_RUNTIME_REFERENCE_GOLDEN_H
