//===- Helper.h - a core through the HLS backend and the reference ----*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef TEST_UNIT_BACKENDS_HLS_HELPER_H
#define TEST_UNIT_BACKENDS_HLS_HELPER_H

#include "backends/Hls/HlsBackend.h"
#include "backends/Hls/Simulate.h"
#include "dialects/Codec/IR/CodecOps.h"
#include "dialects/Flow/IR/FlowOps.h"
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

/// A test with a folder of its own.
class HlsCoreTest : public ::testing::Test {
protected:
  HlsCoreTest() {
    context.loadDialect<nn::NnDialect, codec::CodecDialect, flow::FlowDialect,
                        mlir::func::FuncDialect>();
    EXPECT_FALSE(llvm::sys::fs::createUniqueDirectory("weft-hls", folder));
  }
  ~HlsCoreTest() override { llvm::sys::fs::remove_directories(folder); }

  /// Compares `@core` of one of the examples.
  void checkFile(llvm::StringRef name, int64_t frameCount, int64_t cycles = 0) {
    std::string path = WEFT_SOURCE_DIR "/test/passes/Quantization/Inputs/" + name.str();
    module = mlir::parseSourceFile<mlir::ModuleOp>(path, &context);
    ASSERT_TRUE(module);
    check(frameCount, cycles);
  }
  void checkText(llvm::StringRef text, int64_t frameCount, int64_t cycles = 0) {
    module = mlir::parseSourceString<mlir::ModuleOp>(text, &context);
    ASSERT_TRUE(module);
    check(frameCount, cycles);
  }

  /// Random values of an argument type, `frameCount` frames.
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

  /// `cycles` per frame are the target of folding; 0: one lane everywhere.
  void check(int64_t frameCount, int64_t cycles) {
    auto core = module->lookupSymbol<mlir::func::FuncOp>("core");
    ASSERT_TRUE(core);
    std::vector<Tensor> inputs;
    for (mlir::Type type : core.getArgumentTypes())
      inputs.push_back(randomInput(type, frameCount));
    std::map<std::string, Tensor> layers;
    evaluation::Evaluator evaluator;
    auto expected = evaluator.evaluate(core, inputs, [&](mlir::Value value, const Tensor &tensor) {
      mlir::Operation *op = value.getDefiningOp();
      if (auto name = op ? op->getAttrOfType<mlir::StringAttr>("nn.name") : mlir::StringAttr())
        layers[name.str()] = tensor;
    });
    ASSERT_TRUE(mlir::succeeded(expected));

    mlir::PassManager passes(&context);
    passes.addPass(conversion::createNnToFlow());
    if (cycles > 0) {
      passes.addPass(dataflow::createFlowFold({cycles, {}, "always"}));
      passes.addPass(dataflow::createFlowInsertWidth());
    }
    passes.addPass(dataflow::createFlowInsertFifos());
    ASSERT_TRUE(mlir::succeeded(passes.run(*module)));
    ASSERT_TRUE(mlir::succeeded(hls_backend::emitHls(*module, {}, folder)));
    hls_backend::SimulationOptions options;
    options.trace = true;
    auto simulation = hls_backend::simulate(folder, inputs, options);
    ASSERT_TRUE(simulation) << simulation.message();
    ASSERT_EQ(simulation->outputs.size(), expected->size());
    for (size_t i = 0; i < expected->size(); ++i) {
      EXPECT_EQ(simulation->outputs[i].shape(), (*expected)[i].shape());
      EXPECT_EQ(simulation->outputs[i].integers(), (*expected)[i].integers()) << "output " << i;
    }
    EXPECT_FALSE(simulation->taps.empty());
    for (const hls_backend::Tap &tap : simulation->taps)
      EXPECT_EQ(tap.value.integers(), layers[tap.layer].integers()) << tap.layer;
  }

  mlir::MLIRContext context;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  llvm::SmallString<128> folder;
  std::mt19937_64 random;
};

} // namespace weft::test

#endif // TEST_UNIT_BACKENDS_HLS_HELPER_H
