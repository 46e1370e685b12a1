//===- PinReducedTest.cpp - bytes in and out of the top with few pins ---------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "Helper.h"

#include "backends/Verilog/Interface.h"

using namespace weft;
using namespace weft::test;

namespace {

/// Each beat's bytes on lines of their own, the least significant first.
std::string bytesOf(llvm::StringRef beats) {
  std::string text;
  for (; !beats.empty(); beats = beats.split('\n').second)
    for (llvm::StringRef beat = beats.split('\n').first; !beat.empty(); beat = beat.drop_back(2))
      text += beat.take_back(2).str() + "\n";
  return text;
}

class RtlPinReducedTest : public RtlCoreTest {
protected:
  /// Bytes of `inputs` through the wrapper must be those of `outputs`.
  void check(llvm::StringRef stall) {
    auto interface = verilog::readInterface(folder);
    ASSERT_TRUE(bool(interface)) << llvm::toString(interface.takeError());
    auto in = frames::toBeats(interface->inputs[0], inputs[0]), out = frames::toBeats(interface->outputs[0], outputs[0]);
    ASSERT_TRUE(in && out);
    std::string expected = bytesOf(*out);
    ASSERT_GE(expected.size(), outputs[0].integers().size());
    ASSERT_FALSE(bool(verilog::writeText(path("pins.in"), bytesOf(*in))));
    ASSERT_NO_FATAL_FAILURE(run("vvp", {"-n", "pins.vvp", "+in=pins.in", "+out=pins.out", "+stall=" + stall.str(),
                                        "+bytes=" + std::to_string(llvm::StringRef(expected).count('\n'))}));
    auto got = verilog::readText(path("pins.out"));
    ASSERT_TRUE(bool(got)) << llvm::toString(got.takeError());
    EXPECT_EQ(*got, expected);
  }
  void compile() {
    auto list = verilog::readText(path("filelist.f"));
    ASSERT_TRUE(bool(list)) << llvm::toString(list.takeError());
    llvm::SmallVector<llvm::StringRef> files;
    llvm::StringRef(*list).split(files, '\n', -1, /*KeepEmpty=*/false);
    std::vector<std::string> arguments = {"-g2012", "-Wall", "-DTOP=net_top_pins", "-s", "pins_bench", "-o", "pins.vvp",
                                          WEFT_SOURCE_DIR "/test/unit/backends/Verilog/Inputs/pins_bench.sv",
                                          "lib/weft_byte_bridge.sv", "net_top_pins.sv"};
    arguments.insert(arguments.end(), files.begin(), files.end());
    run("iverilog", arguments);
  }

private:
  void run(llvm::StringRef program, const std::vector<std::string> &arguments) {
    llvm::Error error = verilog::runTool(program, arguments, folder, "pins.log");
    ASSERT_FALSE(bool(error)) << llvm::toString(std::move(error));
  }
};

} // namespace

TEST_F(RtlPinReducedTest, mlpInBytes) {
  WEFT_NEEDS("iverilog");
  ASSERT_NO_FATAL_FAILURE(loadFile("mlp-core.mlir"));
  ASSERT_NO_FATAL_FAILURE(evaluate(5));
  ASSERT_NO_FATAL_FAILURE(emit(/*cycles=*/8)); // several lanes: beats of several bytes
  ASSERT_NO_FATAL_FAILURE(compile());
  check("0");
  check("1");
}
