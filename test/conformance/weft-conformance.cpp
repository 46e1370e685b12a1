//===- weft-conformance.cpp - runs ONNX's backend tests -----------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Report/JsonText.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Regex.h"
#include "llvm/Support/raw_ostream.h"
#include "test/conformance/Pool.h"
#include "test/conformance/Results.h"

#include <thread>

using namespace weft::conformance;
namespace cl = llvm::cl;
namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

/// LLVM brings options of its own.
static cl::OptionCategory own("Options");
static cl::list<std::string> folders(cl::Positional, cl::desc("folders of tests, or single ones (default: Debian's libonnx-testdata)"), cl::cat(own));
static cl::opt<std::string> filter("filter", cl::desc("only folders whose suite/name matches this regular expression"), cl::cat(own));
static cl::opt<std::string> markdown("markdown", cl::desc("write a page with what does not pass, and why"), cl::cat(own));
static cl::opt<std::string> json("json", cl::desc("write every outcome as JSON (-: standard output, instead of the table)"), cl::cat(own));
static cl::opt<std::string> baseline("baseline", cl::desc("compare with this file: exit code 1 where a verdict got worse"), cl::cat(own));
static cl::opt<bool> update("update", cl::desc("write the baseline instead of comparing with it"), cl::cat(own));
static cl::opt<int> jobs("j", cl::desc("processes at a time (default: one for each processor)"), cl::cat(own));
static cl::opt<double> seconds("seconds", cl::init(60), cl::desc("for one folder"), cl::cat(own));
static cl::opt<int> megabytes("megabytes", cl::init(4096), cl::desc("of address space for one folder"), cl::cat(own));
static cl::opt<bool> verbose("v", cl::desc("print what does not pass, with reasons"), cl::cat(own));

static int fail(const llvm::Twine &message, int code) {
  llvm::errs() << "weft-conformance: error: " << message << "\n";
  return code;
}

/// Adds a folder that holds model.onnx, or those inside that do.
static void addCases(llvm::StringRef folder, std::vector<Case> &cases) {
  std::vector<std::string> found;
  if (fs::exists(folder + "/model.onnx"))
    found.push_back(folder.str());
  std::error_code ec;
  for (fs::directory_iterator it(folder, ec), end; found.empty() && it != end && !ec; it.increment(ec))
    if (fs::exists(it->path() + "/model.onnx"))
      cases.push_back({path::filename(folder).str(), path::filename(it->path()).str(), it->path(), {}, {}, {}, {}});
  for (const std::string &one : found)
    cases.push_back({path::filename(path::parent_path(one)).str(), path::filename(one).str(), one, {}, {}, {}, {}});
}

/// The folders in a fixed order; "" or what is wrong with the command line.
static std::string collect(std::vector<Case> &cases) {
  std::vector<std::string> given(folders.begin(), folders.end());
  if (given.empty())
    for (const char *suite : {"node", "pytorch-converted", "pytorch-operator", "simple"})
      given.push_back(std::string("/usr/share/libonnx-testdata/data/") + suite);
  for (const std::string &folder : given) {
    size_t before = cases.size();
    addCases(llvm::StringRef(folder).rtrim('/'), cases);
    if (cases.size() == before)
      return folder + ": expected model.onnx, or folders with model.onnx, found none" + (folders.empty() ? "; install libonnx-testdata" : "");
  }
  llvm::Regex pattern(filter.empty() ? std::string(".") : std::string(filter));
  std::string problem;
  if (!pattern.isValid(problem))
    return "--filter " + filter + ": " + problem;
  llvm::erase_if(cases, [&](const Case &c) { return !pattern.match(c.suite + "/" + c.name); });
  llvm::sort(cases, [](const Case &a, const Case &b) { return std::tie(a.suite, a.name) < std::tie(b.suite, b.name); });
  return cases.empty() ? "--filter " + filter + ": no folder matches" : "";
}

static bool write(llvm::StringRef file, llvm::StringRef text) {
  std::error_code ec;
  llvm::raw_fd_ostream os(file, ec);
  if (ec)
    return false;
  os << text;
  os.close();
  bool good = !os.has_error();
  os.clear_error(); // LLVM ends the program over one that nobody saw
  return good;
}

static void printReasons(llvm::ArrayRef<Case> cases) {
  for (const Case &c : cases)
    for (auto [name, outcome] : {std::pair("reference", &c.reference), {"native", &c.native}})
      if (outcome->verdict != Verdict::Passed)
        llvm::outs() << nameOf(outcome->verdict) << " " << c.suite << "/" << c.name << " (" << name << "): " << outcome->reason << "\n";
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  cl::HideUnrelatedOptions(own);
  cl::ParseCommandLineOptions(argc, argv, "runs ONNX's backend tests through weft's reference interpreter and native code\n");
  std::vector<Case> cases;
  if (std::string problem = collect(cases); !problem.empty())
    return fail(problem, 4);
  auto stored = baseline.empty() || update ? llvm::MemoryBuffer::getMemBuffer("") : llvm::MemoryBuffer::getFile(baseline);
  if (!stored)
    return fail(baseline + ": cannot read: " + stored.getError().message() + "; --update makes it", 6);
  PoolOptions options;
  options.jobs = jobs > 0 ? jobs : static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  options.seconds = seconds;
  options.megabytes = megabytes;
  runAll(cases, options);
  explainWrongFiles(cases);
  std::string jsonText = weft::report::jsonText(jsonOf(cases));
  for (auto [file, text] : {std::pair<std::string, std::string>(markdown, markdownOf(cases)), {json, jsonText}, {update ? baseline : std::string(), baselineOf(cases)}})
    if (!file.empty() && !write(file, text))
      return fail(file + ": cannot be written", 6);
  int failures = 0;
  if (!baseline.empty() && !update)
    llvm::outs() << compareWithBaseline(cases, (*stored)->getBuffer(), failures);
  if (verbose)
    printReasons(cases);
  if (json != "-")
    llvm::outs() << textOf(cases);
  return failures ? 1 : 0;
}
