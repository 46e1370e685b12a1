//===- JsonText.h - JSON as text -------------------------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef COMPILER_REPORT_JSONTEXT_H
#define COMPILER_REPORT_JSONTEXT_H

#include "llvm/Support/JSON.h"
#include <string>

namespace weft::report {

/// Indented, keys in alphabetical order, newline at the end: equal values give equal bytes. Numbers are the shortest text that
/// reads back as the same number (LLVM's own printer writes 0.8944 as 0.89439999999999997).
std::string jsonText(const llvm::json::Value &value);

} // namespace weft::report

#endif // COMPILER_REPORT_JSONTEXT_H
