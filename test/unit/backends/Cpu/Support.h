//===- Support.h - comparing native code with the reference interpreter -*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef TEST_UNIT_BACKENDS_CPU_SUPPORT_H
#define TEST_UNIT_BACKENDS_CPU_SUPPORT_H

#include "backends/Cpu/CpuBackend.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"
#include <gtest/gtest.h>

namespace weft::cpu::test {

/// The processors every test runs on, as far as this machine can stand in for them.
std::vector<std::string> testedCpus();

/// A module that owns its context.
struct Parsed {
  std::unique_ptr<mlir::MLIRContext> context;
  mlir::OwningOpRef<mlir::ModuleOp> module;
};
Parsed parse(const std::string &text);

/// Text of an nn.constant with pseudo-random elements: integers in [lo, hi], floats in [lo, hi] too.
std::string randomConstant(const std::string &type, double lo, double hi, unsigned seed);

reference::Tensor randomTensor(reference::ElementType type, reference::Shape shape, double lo, double hi, unsigned seed);

/// Equal integers; floats within `tolerance` of the greatest magnitude in the expected tensor.
void expectClose(const reference::Tensor &found, const reference::Tensor &expected, double tolerance, const std::string &what);

/// Compiles @main of `text` for every tested processor and compares with the reference on `inputs`.
void compareWithReference(const std::string &text, const std::vector<reference::Tensor> &inputs, double tolerance = 1e-5);

/// A convolution of square images, padded by half of its kernel.
struct Conv {
  int64_t channels, outputs, size, kernel, stride, groups, samples = 1;
  std::string input = "f32", weight = "f32", sum = "f32";
};

/// @main of it, with random weights and biases.
std::string convNet(const Conv &c);

} // namespace weft::cpu::test

#endif // TEST_UNIT_BACKENDS_CPU_SUPPORT_H
