//===- Results.cpp - the outcomes of a suite as tables -----------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "test/conformance/Results.h"
#include "compiler/Report/Table.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"

#include <array>
#include <fmt/format.h>
#include <map>

using namespace weft::conformance;
using llvm::ArrayRef;
using llvm::StringRef;

namespace {
using Counts = std::array<int, 4>;
constexpr std::pair<const char *, Outcome Case::*> kExecutors[] = {{"reference", &Case::reference}, {"native", &Case::native}};
constexpr Verdict kVerdicts[] = {Verdict::Passed, Verdict::Failed, Verdict::Unsupported, Verdict::Crashed};
} // namespace

/// Of libonnx-testdata 1.12.
static constexpr std::pair<const char *, const char *> kWrongFiles[] = {
    {"test_cast_FLOAT_to_BFLOAT16", "the output was cut off, where ONNX rounds half to even"},
    {"test_castlike_BFLOAT16_to_FLOAT", "the second input has another shape than the model says"},
    {"test_castlike_BFLOAT16_to_FLOAT_expanded", "the second input has another shape than the model says"},
    {"test_castlike_FLOAT_to_BFLOAT16", "the second input has another shape than the model says"},
    {"test_castlike_FLOAT_to_BFLOAT16_expanded", "the second input has another shape than the model says"}};

void weft::conformance::explainWrongFiles(std::vector<Case> &cases) {
  for (Case &c : cases)
    for (auto [name, why] : kWrongFiles)
      for (Outcome *outcome : {&c.reference, &c.native})
        if (c.name == name && outcome->verdict == Verdict::Failed)
          outcome->reason = std::string("the files are wrong: ") + why;
}

static int count(const Counts &counts, Verdict verdict) { return counts[static_cast<int>(verdict)]; }
static int total(const Counts &counts) { return counts[0] + counts[1] + counts[2] + counts[3]; }

/// Verdicts of an executor, by suite; "all" comes last.
static std::vector<std::pair<std::string, Counts>> countBySuite(ArrayRef<Case> cases, Outcome Case::*executor) {
  std::map<std::string, Counts> suites;
  Counts all{};
  for (const Case &c : cases) {
    ++suites[c.suite][static_cast<int>((c.*executor).verdict)];
    ++all[static_cast<int>((c.*executor).verdict)];
  }
  std::vector<std::pair<std::string, Counts>> result(suites.begin(), suites.end());
  result.emplace_back("all", all);
  return result;
}

std::string weft::conformance::textOf(ArrayRef<Case> cases) {
  report::Table table({"suite", "executor", ">folders", ">passed", ">failed", ">unsupported", ">crashed", ">passed %"});
  for (auto [name, executor] : kExecutors)
    for (const auto &[suite, counts] : countBySuite(cases, executor)) {
      std::vector<std::string> row{suite, name, std::to_string(total(counts))};
      for (Verdict verdict : kVerdicts)
        row.push_back(std::to_string(count(counts, verdict)));
      row.push_back(fmt::format("{:.1f}", 100.0 * count(counts, Verdict::Passed) / std::max(total(counts), 1)));
      table.row(std::move(row));
    }
  return table.str();
}

llvm::json::Value weft::conformance::jsonOf(ArrayRef<Case> cases) {
  llvm::json::Object totals;
  for (auto [name, executor] : kExecutors) {
    llvm::json::Object counts;
    for (Verdict verdict : kVerdicts)
      counts[nameOf(verdict)] = count(countBySuite(cases, executor).back().second, verdict);
    totals[name] = std::move(counts);
  }
  llvm::json::Array list;
  for (const Case &c : cases) {
    llvm::json::Object object{{"suite", c.suite}, {"name", c.name}, {"operators", c.operators}, {"bound", c.bound}};
    for (auto [name, executor] : kExecutors)
      object[name] = llvm::json::Object{{"verdict", nameOf((c.*executor).verdict)}, {"reason", (c.*executor).reason}};
    list.push_back(std::move(object));
  }
  return llvm::json::Object{{"totals", std::move(totals)}, {"cases", std::move(list)}};
}

/// A cell of a table of Markdown.
static std::string cell(StringRef text) {
  std::string result;
  for (char c : text)
    result += c == '|' ? "\\|" : c == '\n' ? " " : std::string(1, c);
  return result;
}

static std::string totalsInMarkdown(ArrayRef<Case> cases) {
  std::string text = "| suite | executor | folders | passed | failed | unsupported | crashed |\n|---|---|--:|--:|--:|--:|--:|\n";
  for (auto [name, executor] : kExecutors)
    for (const auto &[suite, counts] : countBySuite(cases, executor)) {
      text += fmt::format("| {} | {} | {} |", suite, name, total(counts));
      for (Verdict verdict : kVerdicts)
        text += verdict == Verdict::Passed ? fmt::format(" {} ({:.1f} %) |", count(counts, verdict), 100.0 * count(counts, verdict) / std::max(total(counts), 1))
                                           : fmt::format(" {} |", count(counts, verdict));
      text += "\n";
    }
  return text;
}

/// What does not pass, grouped by what is said of it.
static std::string remainderInMarkdown(ArrayRef<Case> cases) {
  std::map<std::pair<std::string, std::string>, std::vector<std::string>> groups;
  for (const Case &c : cases)
    for (auto [name, executor] : kExecutors) {
      const Outcome &outcome = c.*executor;
      bool alike = c.reference.verdict == c.native.verdict && c.reference.reason == c.native.reason;
      if (outcome.verdict == Verdict::Passed || (alike && StringRef(name) == "native"))
        continue;
      std::string verdict = nameOf(outcome.verdict).str() + (alike ? "" : std::string(" (") + name + ")");
      groups[{verdict, outcome.reason}].push_back(c.name);
    }
  std::string text = "| verdict | reason | folders |\n|---|---|---|\n";
  for (const auto &[key, names] : groups)
    text += fmt::format("| {} | {} | {} |\n", key.first, cell(key.second), llvm::join(names, ", "));
  return text;
}

static std::string specialisedInMarkdown(ArrayRef<Case> cases) {
  std::string text = "| folder | inputs |\n|---|---|\n";
  for (const Case &c : cases)
    if (!c.bound.empty())
      text += fmt::format("| {} | {} |\n", c.name, cell(llvm::join(c.bound, ", ")));
  return text;
}

std::string weft::conformance::markdownOf(ArrayRef<Case> cases) {
  int specialised = llvm::count_if(cases, [](const Case &c) { return !c.bound.empty(); });
  return "# Conformance\n\n"
         "ONNX's own backend tests, run through the reference interpreter and native code and compared with the outputs that come with "
         "them: integers exactly, floats within rtol 1e-3 and atol 1e-7. Written by `build/bin/weft-conformance --markdown "
         "docs/conformance.md` from Debian's `libonnx-testdata`; `test/conformance/baseline.txt` keeps what passes, and the test "
         "suite fails where that gets less.\n\n" +
         totalsInMarkdown(cases) + "\n## What does not pass\n\n" + remainderInMarkdown(cases) +
         fmt::format("\n## Specialised\n\nShapes are known when weft compiles. In {} of the {} folders an input decides about a shape, and "
                     "was fixed to its value first, as `--bind` does.\n\n", specialised, cases.size()) +
         specialisedInMarkdown(cases);
}

std::string weft::conformance::baselineOf(ArrayRef<Case> cases) {
  std::string text;
  for (const Case &c : cases)
    text += fmt::format("{}/{} {} {}\n", c.suite, c.name, nameOf(c.reference.verdict).str(), nameOf(c.native.verdict).str());
  return text;
}

std::string weft::conformance::compareWithBaseline(ArrayRef<Case> cases, StringRef baseline, int &failures) {
  llvm::StringMap<const Case *> known;
  for (const Case &c : cases)
    known[c.suite + "/" + c.name] = &c;
  std::string text;
  auto fail = [&](const std::string &line) { text += "FAIL " + line + "\n", ++failures; };
  auto check = [&](const std::string &name, const char *executor, const Outcome &outcome, Verdict before) {
    if (outcome.verdict > before)
      fail(fmt::format("{} ({}): {}, was {}: {}", name, executor, nameOf(outcome.verdict).str(), nameOf(before).str(), outcome.reason));
    else if (outcome.verdict == Verdict::Passed)
      text += fmt::format("PASS {} ({})\n", name, executor);
  };
  llvm::SmallVector<StringRef> lines;
  baseline.split(lines, '\n', -1, false);
  for (StringRef line : lines) {
    llvm::SmallVector<StringRef> fields;
    line.split(fields, ' ', -1, false);
    auto reference = fields.size() == 3 ? verdictOf(fields[1]) : std::nullopt, native = fields.size() == 3 ? verdictOf(fields[2]) : std::nullopt;
    auto found = reference && native ? known.find(fields[0]) : known.end();
    if (!reference || !native) {
      fail(fmt::format("baseline: expected 'suite/name verdict verdict', found '{}'", line.str()));
    } else if (found == known.end()) {
      fail(fmt::format("{}: in the baseline, but not run", fields[0].str()));
    } else {
      check(fields[0].str(), "reference", found->second->reference, *reference);
      check(fields[0].str(), "native", found->second->native, *native);
      known.erase(found);
    }
  }
  for (const Case &c : cases)
    if (known.contains(c.suite + "/" + c.name)) {
      check(c.suite + "/" + c.name, "reference", c.reference, Verdict::Failed);
      check(c.suite + "/" + c.name, "native", c.native, Verdict::Failed);
    }
  return text;
}
