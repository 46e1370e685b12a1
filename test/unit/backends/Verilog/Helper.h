//===- Helper.h - a core through the Verilog backend ------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef TEST_UNIT_BACKENDS_VERILOG_HELPER_H
#define TEST_UNIT_BACKENDS_VERILOG_HELPER_H

#include "backends/Verilog/Simulate.h"
#include "backends/Verilog/Synth.h"
#include "backends/Verilog/Tools.h"
#include "backends/Verilog/VerilogBackend.h"
#include "passes/Conversion/FlowToRtl/Passes.h"
#include "test/unit/backends/Core.h"
#include "llvm/Support/Program.h"

/// For a test that needs an external program.
#define WEFT_NEEDS(program)                                                                        \
  if (!llvm::sys::findProgramByName(program))                                                      \
  GTEST_SKIP() << program << " is not installed"

namespace weft::test {

class RtlCoreTest : public CoreTest {
protected:
  /// Writes the folder of the loaded core as net_top.
  void emit(int64_t cycles) {
    ASSERT_NO_FATAL_FAILURE(buildDesign(cycles));
    context.loadDialect<rtl::RtlDialect>();
    conversion::FlowToRtlOptions options;
    options.name = "net";
    mlir::PassManager passes(&context);
    passes.addPass(conversion::createFlowToRtl(options));
    ASSERT_TRUE(mlir::succeeded(passes.run(*module)));
    ASSERT_TRUE(mlir::succeeded(verilog::emitVerilog(*module, {}, folder)));
  }

  void checkTrace(verilog::Simulator simulator, unsigned stallSeed = 0) {
    verilog::SimulateOptions options;
    options.trace = true;
    options.stallSeed = stallSeed;
    auto simulation = verilog::simulate(folder, simulator, inputs, options);
    ASSERT_TRUE(bool(simulation)) << llvm::toString(simulation.takeError());
    expectBits(*simulation);
  }

  std::string path(llvm::StringRef name) { return (folder + "/" + name).str(); }
};

} // namespace weft::test

#endif // TEST_UNIT_BACKENDS_VERILOG_HELPER_H
