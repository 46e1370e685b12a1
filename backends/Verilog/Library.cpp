//===- Library.cpp - which library files a design needs ------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "backends/Verilog/Library.h"

#include <set>

using namespace weft::verilog;

namespace {
bool isIdentifier(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// Whether `text` mentions `word` as an identifier, outside of line comments.
bool mentions(const std::string &text, const std::string &word) {
  for (size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
    if ((at > 0 && isIdentifier(text[at - 1])) || isIdentifier(text[at + word.size()]))
      continue;
    size_t line = text.rfind('\n', at);
    size_t comment = text.find("//", line == std::string::npos ? 0 : line);
    if (comment == std::string::npos || comment > at)
      return true;
  }
  return false;
}
} // namespace

const LibraryFile *weft::verilog::findLibraryFile(const std::string &name) {
  for (const LibraryFile &file : libraryFiles())
    if (file.name == name)
      return &file;
  return nullptr;
}

std::vector<std::string> weft::verilog::libraryClosure(const std::vector<std::string> &modules) {
  std::set<std::string> needed;
  std::vector<std::string> open = modules;
  while (!open.empty()) {
    std::string module = open.back();
    open.pop_back();
    const LibraryFile *file = findLibraryFile(module + ".sv");
    if (!file || !needed.insert(file->name).second)
      continue;
    for (const LibraryFile &other : libraryFiles()) {
      size_t stem = other.name.rfind(".sv");
      if (stem != std::string::npos && mentions(file->text, other.name.substr(0, stem)))
        open.push_back(other.name.substr(0, stem));
    }
  }
  return {needed.begin(), needed.end()};
}
