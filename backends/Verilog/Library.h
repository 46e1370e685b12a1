//===- Library.h - runtime/rtl and the benches, inside the compiler --------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef BACKENDS_VERILOG_LIBRARY_H
#define BACKENDS_VERILOG_LIBRARY_H

#include <string>
#include <vector>

namespace weft::verilog {

struct LibraryFile {
  std::string name; ///< e.g. weft_mvu.sv
  std::string text;
};

/// All of runtime/rtl and backends/Verilog/Bench, in alphabetical order.
const std::vector<LibraryFile> &libraryFiles();

/// Names of the .sv files that `modules` need, those they instantiate among them, alphabetical.
std::vector<std::string> libraryClosure(const std::vector<std::string> &modules);

/// The text of a file; null if there is none.
const LibraryFile *findLibraryFile(const std::string &name);

} // namespace weft::verilog

#endif // BACKENDS_VERILOG_LIBRARY_H
