//===- DiagnosticsTest.cpp - what is said where tools or files are missing ----------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "Helper.h"

#include <cstdlib>

using namespace weft;
using namespace weft::test;
using verilog::Simulator;

namespace {

const char *const kOneLayer = R"mlir(
func.func @core(%x: tensor<?x4xui8> {nn.name = "x"}) -> (tensor<?x2xi14> {nn.name = "y"}) {
  %w = nn.constant dense<[[1, 2, 3, 4], [5, 6, 7, -8]]> : tensor<2x4xi4>
  %b = nn.constant dense<[-1, 2]> : tensor<2xi14>
  %y = nn.linear %x, %w, %b {nn.name = "fc"} : tensor<?x4xui8>, tensor<2x4xi4>, tensor<2xi14> -> tensor<?x2xi14>
  return %y : tensor<?x2xi14>
})mlir";

/// A design of one layer, in a world where PATH can be changed.
class RtlDiagnosticsTest : public RtlCoreTest {
protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(loadText(kOneLayer));
    ASSERT_NO_FATAL_FAILURE(evaluate(1));
    ASSERT_NO_FATAL_FAILURE(emit(0));
  }
  void TearDown() override { setenv("PATH", pathBefore.c_str(), 1); }

  /// Leaves nothing on PATH but a shell and the programs made with `fakeTool`.
  void isolate() {
    std::string bin = path("bin");
    ASSERT_FALSE(llvm::sys::fs::create_directories(bin));
    ASSERT_FALSE(llvm::sys::fs::create_link("/bin/sh", bin + "/sh"));
    setenv("PATH", bin.c_str(), 1);
  }
  void fakeTool(llvm::StringRef name, llvm::StringRef script) {
    std::string program = path("bin/" + name.str());
    write("bin/" + name.str(), "#!/bin/sh\n" + script.str() + "\n");
    ASSERT_FALSE(llvm::sys::fs::setPermissions(program, llvm::sys::fs::perms::all_all));
  }
  void write(const std::string &name, const std::string &text) {
    ASSERT_FALSE(bool(verilog::writeText(path(name), text)));
  }
  std::string simulationError(Simulator simulator) {
    auto result = verilog::simulate(folder, simulator, inputs);
    return result ? "none" : llvm::toString(result.takeError());
  }
  std::string synthesisError(llvm::StringRef device) {
    auto result = verilog::synthesize(folder, device);
    return result ? "none" : llvm::toString(result.takeError());
  }
  void removeRoms() { ASSERT_FALSE(llvm::sys::fs::remove_directories(path("rom"))); }

private:
  std::string pathBefore = std::getenv("PATH");
};

#define EXPECT_HAS(text, part) EXPECT_PRED2(has, text, std::string(part))
bool has(const std::string &text, const std::string &part) {
  return text.find(part) != std::string::npos;
}

} // namespace

TEST_F(RtlDiagnosticsTest, noSimulator) {
  isolate();
  EXPECT_EQ(simulationError(Simulator::verilator), "'verilator' is not installed or not on PATH");
  EXPECT_EQ(simulationError(Simulator::icarus), "'iverilog' is not installed or not on PATH");
}

TEST_F(RtlDiagnosticsTest, noSynthesis) {
  isolate();
  EXPECT_EQ(synthesisError("xc7z020"), "'yosys' is not installed or not on PATH");
}

TEST_F(RtlDiagnosticsTest, noPlaceAndRoute) {
  isolate();
  fakeTool("yosys", "echo '{\"design\": {\"num_cells_by_type\": {\"SB_LUT4\": 7}}}' > synth/ice40.stat.json; echo '{}' > synth/ice40.memories.json");
  EXPECT_EQ(synthesisError("ice40-up5k"), "'nextpnr-ice40' is not installed or not on PATH");
  fakeTool("nextpnr-ice40", "echo '{\"fmax\": {}}' > synth/report.json");
  EXPECT_EQ(synthesisError("ice40-up5k"), "'icepack' is not installed or not on PATH");
}

TEST_F(RtlDiagnosticsTest, toolFails) {
  isolate();
  fakeTool("yosys", "echo 'ERROR: no such thing' >&2; exit 3");
  EXPECT_EQ(synthesisError("xc7z020"), "'yosys' failed with code 3; its output, in " + path("synth/xc7.log") +
                                           ", ends with\nERROR: no such thing\n");
}

TEST_F(RtlDiagnosticsTest, unknownDevice) {
  EXPECT_EQ(synthesisError("z80"), "unknown device 'z80'; known are xc7 parts, ice40-up5k and ice40-hx8k");
}

TEST_F(RtlDiagnosticsTest, nothingLeft) {
  isolate();
  fakeTool("yosys", "echo '{\"design\": {\"num_cells_by_type\": {\"FDRE\": 7}}}' > synth/xc7.stat.json");
  EXPECT_EQ(synthesisError("xc7z020"), "no LUT is left after synthesis: the design was optimised away ('" +
                                           path("synth/xc7.stat.json") + "')");
}

TEST_F(RtlDiagnosticsTest, nothingLeftByYosys) {
  WEFT_NEEDS("yosys");
  write("net_top.sv", "module net_top (input wire a, output wire b);\n  assign b = a;\nendmodule\n");
  EXPECT_HAS(synthesisError("xc7z020"), "no LUT is left after synthesis");
}

TEST_F(RtlDiagnosticsTest, romMissingAtSynthesis) {
  isolate();
  removeRoms();
  EXPECT_HAS(synthesisError("xc7z020"), "the ROM image '" + path("rom/fc_"));
  EXPECT_HAS(synthesisError("xc7z020"), ".hex' is missing or empty");
}

TEST_F(RtlDiagnosticsTest, romMissingAtSimulation) {
  removeRoms();
  for (auto [program, simulator] : {std::pair("verilator", Simulator::verilator), {"iverilog", Simulator::icarus}})
    if (llvm::sys::findProgramByName(program)) {
      std::string error = simulationError(simulator);
      EXPECT_HAS(error, "weft_rom: 'rom/fc_");
      EXPECT_HAS(error, path("tb/run.log"));
      EXPECT_TRUE(llvm::sys::fs::exists(path("tb/run.log")));
    }
}

TEST_F(RtlDiagnosticsTest, simulatorRefusesTheSource) {
  write("net_top.sv", "module net_top (input wire clk\nthis is no Verilog\n");
  for (auto [program, simulator] : {std::pair("verilator", Simulator::verilator), {"iverilog", Simulator::icarus}})
    if (llvm::sys::findProgramByName(program)) {
      std::string error = simulationError(simulator);
      EXPECT_HAS(error, "'" + std::string(program) + "' failed with code");
      EXPECT_HAS(error, path("tb/build.log"));
      EXPECT_HAS(error, "net_top.sv:2"); // the tool's own words
      EXPECT_TRUE(llvm::sys::fs::exists(path("tb/build.log")));
    }
}

TEST_F(RtlDiagnosticsTest, inputs) {
  auto none = verilog::simulate(folder, Simulator::icarus, {});
  ASSERT_FALSE(bool(none));
  llvm::consumeError(none.takeError());
  write("interface.json", "{\"top\": 5}");
  EXPECT_HAS(simulationError(Simulator::icarus), "interface.json");
}
