//===- Results.h - the outcomes of a suite as tables -------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef TEST_CONFORMANCE_RESULTS_H
#define TEST_CONFORMANCE_RESULTS_H

#include "llvm/Support/JSON.h"
#include "test/conformance/Case.h"

namespace weft::conformance {

/// Some files contradict ONNX: says so in the reasons of those that fail.
void explainWrongFiles(std::vector<Case> &cases);

/// Totals for people: a line for each suite and executor.
std::string textOf(llvm::ArrayRef<Case> cases);

/// {"totals": {executor: {verdict: count}}, "cases": […]}.
llvm::json::Value jsonOf(llvm::ArrayRef<Case> cases);

/// A page: totals, every case that does not pass with its reason, and which were specialised to values of inputs.
std::string markdownOf(llvm::ArrayRef<Case> cases);

/// `suite/name reference native`, a line for each case, sorted.
std::string baselineOf(llvm::ArrayRef<Case> cases);

/// Compares with a stored baseline: a line `PASS …` for each verdict that is passed as there or better, `FAIL …: …` for each that is
/// worse, or for a baseline's case that was not run. `failures` counts the latter. A case that the baseline does not have must not
/// crash.
std::string compareWithBaseline(llvm::ArrayRef<Case> cases, llvm::StringRef baseline, int &failures);

} // namespace weft::conformance

#endif // TEST_CONFORMANCE_RESULTS_H
