//===- Report.cpp - print cycles and estimated cost of a design ----------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "passes/Dataflow/Design.h"
#include "passes/Dataflow/Passes.h"

#include "llvm/Support/JSON.h"
#include <cmath>

using namespace mlir;
using namespace weft;
using namespace weft::dataflow;

namespace weft::dataflow {
#define GEN_PASS_DEF_FLOWREPORT
#include "passes/Dataflow/Passes.h.inc"
} // namespace weft::dataflow

namespace {

void printResources(llvm::json::OStream &json, const flow::Resources &cost) {
  json.attributeObject("resources", [&] {
    json.attribute("lut", std::llround(cost.lut));
    json.attribute("ff", std::llround(cost.ff));
    json.attribute("bram", std::llround(cost.bram));
    json.attribute("dsp", std::llround(cost.dsp));
    json.attribute("rom_bits", cost.romBits);
  });
}

void print(llvm::json::OStream &json, const DesignReport &report) {
  json.object([&] {
    json.attribute("latency", report.latency);
    json.attribute("initiation_interval", report.initiationInterval);
    json.attribute("bottleneck", report.bottleneck);
    json.attribute("bottleneck_steps", report.closedForm);
    printResources(json, report.total);
    json.attributeArray("processes", [&] {
      for (const ProcessReport &entry : report.processes)
        json.object([&] {
          json.attribute("layer", entry.layer);
          json.attribute("process", entry.process);
          json.attribute("pe", entry.pe);
          json.attribute("simd", entry.simd);
          json.attribute("steps", entry.steps);
          printResources(json, entry.resources);
        });
    });
  });
}

struct FlowReport : weft::dataflow::impl::FlowReportBase<FlowReport> {
  void runOnOperation() override {
    func::FuncOp design = flow::findDesign(getOperation());
    if (!design)
      return;
    FailureOr<DesignReport> report = reportDesign(design);
    if (failed(report))
      return signalPassFailure();
    llvm::json::OStream json(llvm::outs(), 2);
    print(json, *report);
    llvm::outs() << "\n";
  }
};

} // namespace
