//===- weft-rtl-check.cpp - RTL of a core against the reference interpreter ----===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//
// For integration tests: takes a module with @core, builds the design, simulates it on random inputs, and compares every output
// bit with the reference interpreter and every frame's cycle with the schedule.
//===-------------------------------------------------------------------------===//
#include "backends/Verilog/Simulate.h"
#include "backends/Verilog/Synth.h"
#include "backends/Verilog/VerilogBackend.h"
#include "dialects/Codec/IR/CodecOps.h"
#include "dialects/Lut/IR/LutOps.h"
#include "dialects/Nn/IR/NnOps.h"
#include "passes/Conversion/FlowToRtl/Passes.h"
#include "passes/Conversion/NnToFlow/Passes.h"
#include "passes/Dataflow/Design.h"
#include "passes/Dataflow/Passes.h"
#include "passes/Evaluation/Evaluator.h"

#include "llvm/Support/CommandLine.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"

#include <random>

using namespace mlir;
using namespace weft;
namespace cl = llvm::cl;

namespace {

cl::opt<std::string> input(cl::Positional, cl::Required);
cl::opt<std::string> outDir("out", cl::Required);
cl::opt<std::string> simulator("sim", cl::init("verilator"), cl::desc("verilator, icarus or none"));
cl::opt<std::string> device("synth", cl::desc("also synthesize for this device"));
cl::opt<std::string> clustered("clustered", cl::init("auto"));
cl::opt<std::string> multiplierless("multiplierless", cl::init("auto"));
cl::opt<std::string> name("name", cl::init("net"));
cl::opt<int64_t> cycles("cycles", cl::init(0));
cl::list<std::string> layers("layer");
cl::list<unsigned> stalls("stall", cl::desc("further simulations with random pauses of these seeds"));
cl::opt<int64_t> frames("frames", cl::init(4));
cl::opt<unsigned> seed("seed", cl::init(1));
cl::opt<bool> trace("trace");

reference::Tensor randomTensor(Type type, int64_t count, std::mt19937_64 &random) {
  auto tensor = cast<RankedTensorType>(type);
  auto element = cast<IntegerType>(tensor.getElementType());
  auto kind = reference::ElementType::integer(element.getWidth(), !nn::isUnsignedInteger(element));
  reference::Shape shape(tensor.getShape().begin(), tensor.getShape().end());
  shape[0] = count;
  reference::Tensor result(kind, shape);
  std::uniform_int_distribution<int64_t> values(kind.least(), kind.greatest());
  for (int64_t &value : result.integers())
    value = values(random);
  return result;
}

LogicalResult buildDesign(ModuleOp module) {
  PassManager passes(module.getContext());
  passes.addPass(conversion::createNnToFlow());
  dataflow::FlowFoldOptions folding;
  folding.cycles = cycles;
  folding.clustered = clustered;
  folding.multiplierless = multiplierless;
  for (const std::string &layer : layers)
    folding.layers.push_back(layer);
  passes.addPass(dataflow::createFlowFold(folding));
  passes.addPass(dataflow::createFlowInsertWidth());
  passes.addPass(dataflow::createFlowInsertFifos({folding.cycles}));
  conversion::FlowToRtlOptions rtl;
  rtl.name = name;
  passes.addPass(conversion::createFlowToRtl(rtl));
  return passes.run(module);
}

int compare(const std::vector<reference::Tensor> &expected, const verilog::SimulateResult &got,
            const dataflow::DesignReport &predicted, unsigned stall) {
  int wrong = 0;
  for (size_t i = 0; i < expected.size(); ++i)
    for (int64_t k = 0; k < expected[i].size(); ++k)
      if (expected[i].integers()[k] != got.outputs[i].integers()[k] && wrong++ < 10)
        llvm::outs() << "output " << i << " element " << k << ": expected " << expected[i].integers()[k] << ", got "
                     << got.outputs[i].integers()[k] << "\n";
  llvm::outs() << (wrong ? "FAIL" : "PASS") << " bits, stall seed " << stall << ": " << wrong << " wrong\n";
  if (stall != 0)
    return wrong;
  bool same = got.frameEnds == predicted.frameEnds;
  llvm::outs() << (same ? "PASS" : "FAIL") << " cycles: latency " << got.latency << " (predicted " << predicted.latency
               << "), initiation interval " << got.initiationInterval << " (predicted " << predicted.initiationInterval
               << ", bottleneck " << predicted.bottleneck << " " << predicted.closedForm << ")\n";
  return wrong + !same;
}

llvm::Expected<int> simulateAll(const std::vector<reference::Tensor> &inputs,
                                const std::vector<reference::Tensor> &expected,
                                const dataflow::DesignReport &predicted) {
  int failures = 0;
  std::vector<unsigned> seeds = {0};
  seeds.insert(seeds.end(), stalls.begin(), stalls.end());
  for (unsigned stall : seeds) {
    verilog::SimulateOptions options;
    options.stallSeed = stall;
    options.trace = trace;
    auto kind = simulator == "icarus" ? verilog::Simulator::icarus : verilog::Simulator::verilator;
    auto got = verilog::simulate(outDir, kind, inputs, options);
    if (!got)
      return got.takeError();
    failures += compare(expected, *got, predicted, stall);
  }
  return failures;
}

int run() {
  MLIRContext context;
  context.loadDialect<nn::NnDialect, codec::CodecDialect, lut::LutDialect, flow::FlowDialect, rtl::RtlDialect, func::FuncDialect>();
  auto module = parseSourceFile<ModuleOp>(input, &context);
  if (!module || failed(buildDesign(*module)))
    return 1;
  auto predicted = dataflow::reportDesign(flow::findDesign(*module), frames);
  if (failed(predicted) || failed(verilog::emitVerilog(*module, {}, outDir)))
    return 1;
  auto core = module->lookupSymbol<func::FuncOp>("core");
  std::mt19937_64 random(seed);
  std::vector<reference::Tensor> inputs;
  for (Type type : core.getArgumentTypes())
    inputs.push_back(randomTensor(type, frames, random));
  int failures = 0;
  if (simulator != "none") {
    evaluation::Evaluator evaluator;
    auto expected = evaluator.evaluateSamples(core, inputs);
    if (failed(expected))
      return 1;
    auto wrong = simulateAll(inputs, *expected, *predicted);
    if (!wrong) {
      llvm::errs() << "error: " << llvm::toString(wrong.takeError()) << "\n";
      return 1;
    }
    failures = *wrong;
  }
  llvm::outs() << "estimate: " << llvm::format("%.0f", predicted->total.lut) << " LUT "
               << llvm::format("%.0f", predicted->total.ff) << " FF " << llvm::format("%.1f", predicted->total.bram)
               << " BRAM18 " << llvm::format("%.0f", predicted->total.dsp) << " DSP\n";
  if (!device.empty()) {
    auto cost = verilog::synthesize(outDir, device);
    if (!cost) {
      llvm::errs() << "error: " << llvm::toString(cost.takeError()) << "\n";
      return 1;
    }
    llvm::outs() << "synthesis: " << cost->lut << " LUT (" << cost->lutRam << " memory) " << cost->ff << " FF "
                 << llvm::format("%.1f", cost->bram) << " BRAM " << cost->dsp << " DSP "
                 << llvm::format("%.1f", cost->megahertz) << " MHz " << cost->bitstream << "\n";
  }
  return failures ? 1 : 0;
}

} // namespace

int main(int argc, char **argv) {
  cl::ParseCommandLineOptions(argc, argv);
  return run();
}
