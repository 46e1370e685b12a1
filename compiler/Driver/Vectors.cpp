//===- Vectors.cpp - what verify feeds to the integer core --------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Driver/Vectors.h"

#include "compiler/Driver/CommandError.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "passes/Evaluation/Evaluator.h"
#include <algorithm>
#include <fmt/format.h>
#include <random>

using namespace mlir;
using weft::reference::ElementType;
using weft::reference::Tensor;

namespace weft::driver {
namespace {

/// The values of one batch, up to the call of @core; its operands.
llvm::Expected<Tensors> operandsOfCore(func::FuncOp main, const Tensors &inputs) {
  llvm::DenseMap<Value, Tensor> values;
  for (auto [argument, input] : llvm::zip(main.getArguments(), inputs))
    values[argument] = input;
  auto valueOf = [&](Value value) -> llvm::Expected<const Tensor *> {
    if (auto found = values.find(value); found != values.end())
      return &found->second;
    auto constant = evaluation::evaluateConstant(value);
    if (!constant)
      return unsupported(constant.message());
    return &(values[value] = std::move(*constant));
  };
  for (Operation &op : main.getBody().front()) {
    Tensors operands;
    bool isCall = isa<func::CallOp>(op);
    if (op.getNumOperands() == 0)
      continue;
    for (Value operand : op.getOperands()) {
      auto value = valueOf(operand);
      if (!value)
        return value.takeError();
      operands.push_back(**value);
    }
    if (isCall)
      return operands;
    std::vector<const Tensor *> pointers;
    for (const Tensor &operand : operands)
      pointers.push_back(&operand);
    auto result = evaluation::evaluateOp(&op, pointers);
    if (!result)
      return unsupported(fmt::format("@main: {}", result.message()));
    values[op.getResult(0)] = std::move(*result);
  }
  return invalidInput("expected a call of @core in @main, found none");
}

/// One frame of codes.
void fillFrame(int64_t *frame, int64_t size, const ElementType &type, int64_t zeroPoint, int64_t index, std::mt19937_64 &random) {
  const int64_t corners[] = {type.least(), type.greatest(), zeroPoint};
  if (index < 3)
    return (void)std::fill(frame, frame + size, corners[index]);
  // Not std::uniform_int_distribution: its results differ between libraries.
  uint64_t range = static_cast<uint64_t>(type.greatest() - type.least()) + 1;
  for (int64_t i = 0; i < size; ++i) {
    uint64_t draw = random();
    bool extreme = index % 2 == 0 && (draw >> 60) != 0;
    frame[i] = extreme ? corners[(draw >> 59) & 1] : type.least() + static_cast<int64_t>((draw & 0xFFFFFFFF) % range);
  }
}

} // namespace

llvm::Expected<Tensors> codesFromSamples(ModuleOp module, const Samples &samples) {
  auto main = module.lookupSymbol<func::FuncOp>("main");
  auto signature = report::functionSignature(main);
  return runInBatches(samples.inputs, signature.inputs, /*batch=*/256,
                      [&](const Tensors &batch) { return operandsOfCore(main, batch); });
}

Tensors randomCodes(const std::vector<report::Port> &coreInputs, const std::vector<int64_t> &zeroPoints, int64_t count,
                    uint64_t seed) {
  Tensors tensors;
  std::mt19937_64 random(seed);
  for (size_t p = 0; p < coreInputs.size(); ++p) {
    const report::Port &port = coreInputs[p];
    reference::Shape shape(port.shape.begin(), port.shape.end());
    shape[0] = count;
    ElementType type = elementTypeOf(port.type);
    Tensor tensor(type, shape);
    int64_t size = count ? tensor.size() / count : 0;
    for (int64_t frame = 0; frame < count; ++frame)
      fillFrame(tensor.integers().data() + frame * size, size, type, zeroPoints[p], frame, random);
    tensors.push_back(std::move(tensor));
  }
  return tensors;
}

} // namespace weft::driver
