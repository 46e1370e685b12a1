//===- ReportJson.h - reports as JSON -----------------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef COMPILER_REPORT_REPORTJSON_H
#define COMPILER_REPORT_REPORTJSON_H

#include "compiler/Report/Layers.h"
#include "compiler/Report/Signature.h"
#include "llvm/Support/JSON.h"

namespace weft::report {

/// docs/cli.md describes every field. A dynamic dimension is null.
llvm::json::Value toJson(const std::vector<int64_t> &shape);
llvm::json::Object toJson(const Port &port);
/// {"inputs": …, "outputs": …, "quantized": …}
llvm::json::Object toJson(const Signature &signature);
llvm::json::Object toJson(const Layer &layer);
llvm::json::Array toJson(const std::vector<Layer> &layers);
/// Sums over layers.
llvm::json::Object totalsToJson(const std::vector<Layer> &layers);

} // namespace weft::report

#endif // COMPILER_REPORT_REPORTJSON_H
