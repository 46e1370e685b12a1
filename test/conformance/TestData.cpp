//===- TestData.cpp - tensors of a conformance folder -----------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "test/conformance/TestData.h"
#include "compiler/Import/ModelReader.h"
#include "compiler/Import/TensorReader.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "passes/Evaluation/Elements.h"
#include "runtime/data/File.h"
#include "runtime/reference/Half.h"

#include <cmath>
#include <fmt/format.h>
#include <onnx/onnx_pb.h>

using namespace weft;
using namespace weft::conformance;
using reference::ElementType;
using reference::error;
using reference::Result;

Result<ModelSummary> conformance::summarize(const std::string &modelPath) {
  onnx::ModelProto model;
  if (std::string problem = import::readModel(modelPath, model); !problem.empty())
    return error(problem);
  ModelSummary summary;
  llvm::StringSet<> initializers;
  for (const auto &tensor : model.graph().initializer())
    initializers.insert(tensor.name());
  for (const auto &input : model.graph().input())
    if (!initializers.contains(input.name()))
      summary.inputs.push_back(input.name());
  for (const auto &node : model.graph().node())
    if (!llvm::is_contained(summary.operators, node.op_type()))
      summary.operators.push_back(node.op_type());
  return summary;
}

std::vector<std::string> conformance::dataSetsOf(const std::string &folder) {
  std::vector<std::string> sets;
  std::error_code ec;
  for (llvm::sys::fs::directory_iterator it(folder, ec), end; it != end && !ec; it.increment(ec))
    if (llvm::sys::path::filename(it->path()).starts_with("test_data_set_"))
      sets.push_back(it->path());
  llvm::sort(sets);
  return sets;
}

static Result<Tensor> readTensor(mlir::MLIRContext &context, const std::string &path) {
  auto bytes = data::readFile(path);
  if (!bytes)
    return bytes.failure();
  onnx::TensorProto proto;
  if (!proto.ParseFromArray(bytes->data(), static_cast<int>(bytes->size())))
    return error(llvm::sys::path::filename(path).str(), " holds no tensor");
  auto host = import::readTensor(&context, proto, llvm::sys::path::parent_path(path));
  if (!host)
    return error(llvm::sys::path::filename(path).str(), ": ", llvm::toString(host.takeError()));
  return evaluation::elementsToTensor(host->attribute("tensor"));
}

Result<std::vector<Tensor>> conformance::readTensors(mlir::MLIRContext &context, const std::string &prefix) {
  std::vector<Tensor> tensors;
  for (std::string path = prefix + "0.pb"; llvm::sys::fs::exists(path); path = fmt::format("{}{}.pb", prefix, tensors.size())) {
    auto tensor = readTensor(context, path);
    if (!tensor)
      return tensor.failure();
    tensors.push_back(std::move(*tensor));
  }
  return tensors;
}

Tensor conformance::asType(Tensor tensor, ElementType wanted) {
  if (wanted != ElementType::bf16() || tensor.type() != ElementType::integer(16, false))
    return tensor;
  Tensor brain(wanted, tensor.shape());
  for (int64_t i = 0; i < tensor.size(); ++i)
    brain.floats()[i] = reference::brainToFloat(static_cast<uint16_t>(tensor.integers()[i]));
  return brain;
}

std::string conformance::difference(const Tensor &found, const Tensor &expected) {
  constexpr double relative = 1e-3, absolute = 1e-7;
  if (found.type() != expected.type() || found.shape() != expected.shape())
    return fmt::format("is {}{}, expected {}{}", found.type().name(), reference::toString(found.shape()), expected.type().name(),
                       reference::toString(expected.shape()));
  for (int64_t i = 0; i < expected.size(); ++i) {
    if (expected.type().isInteger()) {
      if (found.integers()[i] != expected.integers()[i])
        return fmt::format("element {} is {}, expected {}", i, found.integers()[i], expected.integers()[i]);
      continue;
    }
    const double a = found.asDouble(i), e = expected.asDouble(i);
    if (a != e && !(std::isnan(a) && std::isnan(e)) && !(std::fabs(a - e) <= absolute + relative * std::fabs(e)))
      return fmt::format("element {} is {:g}, expected {:g}", i, a, e);
  }
  return "";
}
