//===- ReportText.h - reports for people ---------------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef COMPILER_REPORT_REPORTTEXT_H
#define COMPILER_REPORT_REPORTTEXT_H

#include "llvm/Support/JSON.h"
#include <string>

namespace weft::report {

/// The tables of report.json: layers with their bits and hardware, totals, the design as a whole.
std::string compileText(const llvm::json::Object &report);

/// Executors, layers, cycles and the first divergence of a `verify` object.
std::string verifyText(const llvm::json::Object &verify);

/// Resources and clock of a `synth` object.
std::string synthText(const llvm::json::Object &synth);

} // namespace weft::report

#endif // COMPILER_REPORT_REPORTTEXT_H
