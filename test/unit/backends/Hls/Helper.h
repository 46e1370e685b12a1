//===- Helper.h - a core through the HLS backend and the reference ----*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef TEST_UNIT_BACKENDS_HLS_HELPER_H
#define TEST_UNIT_BACKENDS_HLS_HELPER_H

#include "backends/Hls/HlsBackend.h"
#include "backends/Hls/Simulate.h"
#include "test/unit/backends/Core.h"

namespace weft::test {

class HlsCoreTest : public CoreTest {
protected:
  /// Compares `@core` of one of the examples.
  void checkFile(llvm::StringRef name, int64_t frameCount, int64_t cycles = 0) {
    ASSERT_NO_FATAL_FAILURE(loadFile(name));
    check(frameCount, cycles);
  }
  void checkText(llvm::StringRef text, int64_t frameCount, int64_t cycles = 0) {
    ASSERT_NO_FATAL_FAILURE(loadText(text));
    check(frameCount, cycles);
  }

  /// `cycles` per frame are the target of folding; 0: one lane everywhere.
  void check(int64_t frameCount, int64_t cycles) {
    ASSERT_NO_FATAL_FAILURE(evaluate(frameCount));
    ASSERT_NO_FATAL_FAILURE(buildDesign(cycles));
    ASSERT_TRUE(mlir::succeeded(hls_backend::emitHls(*module, {}, folder)));
    hls_backend::SimulationOptions options;
    options.trace = true;
    auto simulation = hls_backend::simulate(folder, inputs, options);
    ASSERT_TRUE(simulation) << simulation.message();
    expectBits(*simulation);
  }
};

} // namespace weft::test

#endif // TEST_UNIT_BACKENDS_HLS_HELPER_H
