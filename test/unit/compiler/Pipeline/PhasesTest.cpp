//===- PhasesTest.cpp - the order of a compilation ------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Pipeline/Phases.h"

#include <gtest/gtest.h>

using namespace weft::pipeline;

namespace {

std::string joined(llvm::StringRef from, llvm::StringRef to) {
  auto path = pathBetween(from, to);
  if (!path)
    return "none";
  std::string text;
  for (const Phase *phase : *path)
    text += (text.empty() ? "" : " ") + phase->name.str();
  return text;
}

TEST(Phases, AParentComesBeforeItsChildren) {
  for (const Phase &phase : phases())
    EXPECT_TRUE(phase.from.empty() || (findPhase(phase.from) && findPhase(phase.from) < &phase)) << phase.name.str();
}

TEST(Phases, PathsLeadForward) {
  EXPECT_EQ(joined("import", "integer"), "nn compress quantize integer");
  EXPECT_EQ(joined("integer", "emitc"), "flow emitc");
  EXPECT_EQ(joined("nn", "nn"), "");
  EXPECT_EQ(joined("integer", "nn"), "none");
  EXPECT_EQ(joined("flow", "cpu-llvm"), "none");
  EXPECT_EQ(joined("import", "nonsense"), "none");
}

} // namespace
