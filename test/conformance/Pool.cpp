//===- Pool.cpp - cases in processes of their own ----------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "test/conformance/Pool.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

#include <cmath>
#include <cstring>
#include <fmt/format.h>
#include <map>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace weft::conformance;

namespace {
struct Child {
  Case *owner;
  FILE *results;
};
} // namespace

/// In the child: runs the case and writes a JSON line for each thing that becomes known.
[[noreturn]] static void work(const Case &c, const PoolOptions &options, FILE *results) {
  rlimit memory{static_cast<rlim_t>(options.megabytes) << 20, static_cast<rlim_t>(options.megabytes) << 20};
  setrlimit(RLIMIT_AS, &memory);
  rlimit noCore{0, 0};
  setrlimit(RLIMIT_CORE, &noCore);
  double whole;
  auto micros = static_cast<suseconds_t>(std::modf(options.seconds, &whole) * 1e6);
  itimerval time{{0, 0}, {static_cast<time_t>(whole), micros}};
  setitimer(ITIMER_REAL, &time, nullptr);
  runCase(c.path, [&](llvm::StringRef key, const std::vector<std::string> &values) {
    llvm::json::Array list;
    for (const std::string &value : values)
      list.push_back(llvm::json::fixUTF8(value));
    std::string line = llvm::formatv("{0}\n", llvm::json::Value(llvm::json::Object{{key, std::move(list)}}));
    std::fwrite(line.data(), 1, line.size(), results);
    std::fflush(results);
  });
  std::_Exit(0); // no destructors: the process is thrown away
}

static Child start(Case &c, const PoolOptions &options, pid_t &pid) {
  FILE *results = std::tmpfile(); // no pipe: the parent reads when the child has ended, however much it wrote
  std::fflush(nullptr);
  pid = fork();
  if (pid == 0) {
    if (!std::freopen("/dev/null", "w", stderr)) // LLVM prints a stack where it crashes
      std::_Exit(1);
    work(c, options, results);
  }
  return {&c, results};
}

static Outcome outcomeOf(const std::vector<std::string> &values) {
  if (values.size() != 2)
    return {};
  return {verdictOf(values[0]).value_or(Verdict::Crashed), values[1]};
}

static void readResults(Child &child) {
  std::rewind(child.results);
  std::string text;
  char buffer[4096];
  while (size_t n = std::fread(buffer, 1, sizeof buffer, child.results))
    text.append(buffer, n);
  std::fclose(child.results);
  llvm::SmallVector<llvm::StringRef> lines;
  llvm::StringRef(text).split(lines, '\n', -1, false);
  for (llvm::StringRef line : lines) {
    auto parsed = llvm::json::parse(line);
    const llvm::json::Object *object = parsed ? parsed->getAsObject() : nullptr;
    if (!object)
      llvm::consumeError(parsed.takeError());
    for (size_t i = 0; object && i < object->size(); ++i) {
      const auto &[key, value] = *std::next(object->begin(), i);
      std::vector<std::string> values;
      for (const auto &v : *value.getAsArray())
        values.push_back(v.getAsString()->str());
      if (key == "operators")
        child.owner->operators = values;
      else if (key == "bound")
        child.owner->bound = values;
      else
        (key == "native" ? child.owner->native : child.owner->reference) = outcomeOf(values);
    }
  }
}

static void finish(Child &child, int status, const PoolOptions &options) {
  readResults(child);
  std::string why = WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM ? fmt::format("no result within {} s", options.seconds)
                    : WIFSIGNALED(status) ? fmt::format("signal {} ({})", WTERMSIG(status), strsignal(WTERMSIG(status)))
                                          : fmt::format("exit code {}", WEXITSTATUS(status));
  for (Outcome *outcome : {&child.owner->reference, &child.owner->native})
    if (outcome->verdict == Verdict::Crashed && outcome->reason.empty())
      outcome->reason = why;
}

void weft::conformance::runAll(std::vector<Case> &cases, const PoolOptions &options) {
  std::map<pid_t, Child> running;
  size_t next = 0;
  while (next < cases.size() || !running.empty()) {
    while (next < cases.size() && static_cast<int>(running.size()) < options.jobs) {
      pid_t pid;
      Child child = start(cases[next++], options, pid);
      running[pid] = child;
    }
    int status = 0;
    auto ended = running.find(wait(&status));
    if (ended == running.end())
      continue;
    finish(ended->second, status, options);
    running.erase(ended);
  }
}
