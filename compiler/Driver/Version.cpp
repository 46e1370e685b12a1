//===- Version.cpp - texts about weft itself ------------------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Driver/Version.h"

#include "compiler/Driver/ExitCode.h"
#include "compiler/Pipeline/Phases.h"
#include "compiler/Report/Table.h"
#include "llvm/Config/llvm-config.h"
#include <fmt/format.h>

namespace weft::driver {

std::string version() { return WEFT_VERSION; }

std::string versionText() { return fmt::format("weft {} (LLVM {})", version(), LLVM_VERSION_STRING); }

std::string helpTopic(const std::string &topic) {
  std::string text;
  if (topic == "exit-codes") {
    for (const ExitCodeInfo &info : exitCodes())
      text += fmt::format("{:>3}  {}\n", static_cast<int>(info.code), info.meaning.str());
  } else if (topic == "phases") {
    report::Table table({"phase", "from", "what it leaves"});
    for (const pipeline::Phase &phase : pipeline::phases())
      table.row({phase.name.str(), phase.from.str(), phase.summary.str()});
    text = table.str();
  }
  return text;
}

} // namespace weft::driver
