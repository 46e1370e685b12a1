//===- Core.h - a core as a design, and what it must give --------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef TEST_UNIT_BACKENDS_CORE_H
#define TEST_UNIT_BACKENDS_CORE_H

#include "dialects/Codec/IR/CodecOps.h"
#include "dialects/Flow/IR/FlowOps.h"
#include "dialects/Lut/IR/LutOps.h"
#include "dialects/Nn/IR/NnOps.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "passes/Conversion/NnToFlow/Passes.h"
#include "passes/Dataflow/Passes.h"
#include "passes/Evaluation/Elements.h"
#include "passes/Evaluation/Evaluator.h"
#include "llvm/Support/FileSystem.h"
#include "gtest/gtest.h"

#include <map>
#include <random>

namespace weft::test {

using reference::Tensor;

/// Rows of a linear layer over the last dimension are not channels: the trace is read in the layer's own order.
inline const char *const kRowsOfFeatures = R"mlir(
  func.func @core(%x: tensor<?x3x2xi4> {nn.name = "x"}) -> (tensor<?x2x4xi12> {nn.name = "y"}) {
    %t = nn.transpose %x {nn.name = "turn", perm = array<i64: 0, 2, 1>} : tensor<?x3x2xi4> -> tensor<?x2x3xi4>
    %w = nn.constant dense<[[1, 2, 3], [-4, 5, 6], [7, -8, 1], [2, 2, -2]]> : tensor<4x3xi4>
    %b = nn.constant dense<[1, 2, 3, 4]> : tensor<4xi12>
    %y = nn.linear %t, %w, %b {nn.name = "fc"} : tensor<?x2x3xi4>, tensor<4x3xi4>, tensor<4xi12> -> tensor<?x2x4xi12>
    return %y : tensor<?x2x4xi12>
  })mlir";

/// A test of a backend of designs, with a folder of its own.
class CoreTest : public ::testing::Test {
protected:
  CoreTest() {
    context.loadDialect<nn::NnDialect, codec::CodecDialect, lut::LutDialect, flow::FlowDialect,
                        mlir::func::FuncDialect>();
    EXPECT_FALSE(llvm::sys::fs::createUniqueDirectory("weft-core", folder));
  }
  ~CoreTest() override { llvm::sys::fs::remove_directories(folder); }

  /// One of the example cores.
  void loadFile(llvm::StringRef name) {
    std::string path = WEFT_SOURCE_DIR "/test/passes/Quantization/Inputs/" + name.str();
    module = mlir::parseSourceFile<mlir::ModuleOp>(path, &context);
    ASSERT_TRUE(module);
  }
  void loadText(llvm::StringRef text) {
    module = mlir::parseSourceString<mlir::ModuleOp>(text, &context);
    ASSERT_TRUE(module);
  }

  /// Random `inputs`, and with the reference their `outputs` and `layers`.
  void evaluate(int64_t frameCount) {
    auto core = module->lookupSymbol<mlir::func::FuncOp>("core");
    ASSERT_TRUE(core);
    for (mlir::Type type : core.getArgumentTypes())
      inputs.push_back(randomInput(type, frameCount));
    evaluation::Evaluator evaluator;
    auto expected = evaluator.evaluate(core, inputs, [&](mlir::Value value, const Tensor &tensor) {
      mlir::Operation *op = value.getDefiningOp();
      if (auto name = op ? op->getAttrOfType<mlir::StringAttr>("nn.name") : mlir::StringAttr())
        layers[name.str()] = tensor;
    });
    ASSERT_TRUE(mlir::succeeded(expected));
    outputs = std::move(*expected);
  }

  /// Replaces the core by a design. `cycles` per frame are the target of folding; 0: one lane
  /// everywhere.
  void buildDesign(int64_t cycles) {
    mlir::PassManager passes(&context);
    passes.addPass(conversion::createNnToFlow());
    if (cycles > 0) {
      passes.addPass(dataflow::createFlowFold({cycles, {}, "always"}));
      passes.addPass(dataflow::createFlowInsertWidth());
    }
    passes.addPass(dataflow::createFlowInsertFifos());
    ASSERT_TRUE(mlir::succeeded(passes.run(*module)));
  }

  /// Compares a simulation, with trace, with the reference.
  template <typename Simulation> void expectBits(const Simulation &simulation) {
    ASSERT_EQ(simulation.outputs.size(), outputs.size());
    for (size_t i = 0; i < outputs.size(); ++i) {
      EXPECT_EQ(simulation.outputs[i].shape(), outputs[i].shape());
      EXPECT_EQ(simulation.outputs[i].integers(), outputs[i].integers()) << "output " << i;
    }
    EXPECT_FALSE(simulation.taps.empty());
    for (const auto &tap : simulation.taps) {
      ASSERT_TRUE(layers.count(tap.layer)) << tap.layer;
      EXPECT_EQ(tap.value.integers(), layers[tap.layer].integers()) << tap.layer;
    }
  }

  mlir::MLIRContext context;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  llvm::SmallString<128> folder;
  std::vector<Tensor> inputs, outputs;
  std::map<std::string, Tensor> layers;

private:
  Tensor randomInput(mlir::Type type, int64_t frameCount) {
    auto ranked = mlir::cast<mlir::RankedTensorType>(type);
    reference::Shape shape = ranked.getShape().vec();
    shape.front() = frameCount;
    Tensor tensor(*evaluation::elementTypeOf(ranked.getElementType()), shape);
    uint64_t count = tensor.type().greatest() - tensor.type().least() + 1;
    for (int64_t &v : tensor.integers())
      v = tensor.type().least() + static_cast<int64_t>(random() % count);
    return tensor;
  }

  std::mt19937_64 random;
};

} // namespace weft::test

#endif // TEST_UNIT_BACKENDS_CORE_H
