//===- StoredReport.h - report.json of an output folder -------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef COMPILER_DRIVER_STOREDREPORT_H
#define COMPILER_DRIVER_STOREDREPORT_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"
#include <optional>
#include <string>

namespace weft::driver {

/// Replaces one key of report.json; the file is written whole.
llvm::Error mergeIntoReport(const std::string &folder, llvm::StringRef key, llvm::json::Value value);

/// `hardware.<key>` of report.json, if it is there.
std::optional<int64_t> storedHardwareNumber(const std::string &folder, llvm::StringRef key);

/// A copy without "seconds" at any depth: what may be stored without making files differ from run to run.
llvm::json::Value withoutTimes(const llvm::json::Value &value);
llvm::json::Value withoutTimes(const llvm::json::Object &object);

} // namespace weft::driver

#endif // COMPILER_DRIVER_STOREDREPORT_H
