//===- TestData.h - tensors of a conformance folder -------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef TEST_CONFORMANCE_TESTDATA_H
#define TEST_CONFORMANCE_TESTDATA_H

#include "mlir/IR/MLIRContext.h"
#include "runtime/reference/Result.h"
#include "runtime/reference/Tensor.h"

namespace weft::conformance {

using reference::Tensor;

/// Names of a model's inputs that are no initializers, in order, and the types of its nodes, each once.
struct ModelSummary {
  std::vector<std::string> inputs, operators;
};
reference::Result<ModelSummary> summarize(const std::string &modelPath);

/// test_data_set_0, test_data_set_1, … of a folder, sorted.
std::vector<std::string> dataSetsOf(const std::string &folder);

/// `<prefix>0.pb`, `<prefix>1.pb`, … as many as there are.
reference::Result<std::vector<Tensor>> readTensors(mlir::MLIRContext &context, const std::string &prefix);

/// Files of some versions hold bfloat16 as ui16 bits: the tensor as `wanted`, if it is one of those.
Tensor asType(Tensor tensor, reference::ElementType wanted);

/// "", or where and how the tensors differ.
std::string difference(const Tensor &found, const Tensor &expected);

} // namespace weft::conformance

#endif // TEST_CONFORMANCE_TESTDATA_H
