//===- Abc.cpp - minimization and equivalence by ABC ----------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Lut/Algorithms/Abc.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"

using namespace weft::reference;

namespace weft::lut {

namespace {

/// Longer than any network of the sizes that mapping accepts needs; SAT may not end.
constexpr unsigned kTimeoutSeconds = 180;

/// A folder for the program's files, removed at the end.
class Folder {
public:
  Folder() { failed = static_cast<bool>(llvm::sys::fs::createUniqueDirectory("weft-abc", path)); }
  ~Folder() {
    if (!failed)
      llvm::sys::fs::remove_directories(path);
  }
  bool ok() const { return !failed; }
  std::string file(llvm::StringRef name) const {
    llvm::SmallString<128> result = path;
    llvm::sys::path::append(result, name);
    return result.str().str();
  }

private:
  llvm::SmallString<128> path;
  bool failed = true;
};

Status write(const std::string &path, const std::string &text) {
  std::error_code code;
  llvm::raw_fd_ostream out(path, code);
  out << text;
  out.close();
  if (code || out.has_error()) {
    out.clear_error();
    return error("cannot write ", path);
  }
  return done();
}

Result<std::string> read(const std::string &path) {
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/true);
  if (!buffer)
    return error("the program wrote no ", llvm::sys::path::filename(path).str());
  return (*buffer)->getBuffer().str();
}

/// Runs commands in `folder`; what the program printed.
Result<std::string> run(const std::string &abc, const Folder &folder, const std::string &commands) {
  const std::string log = folder.file("log.txt"), script = folder.file("script.abc");
  if (Status written = write(script, commands); !written)
    return written.failure();
  const std::optional<llvm::StringRef> redirects[] = {llvm::StringRef(""), llvm::StringRef(log), llvm::StringRef(log)};
  std::string message;
  const int code = llvm::sys::ExecuteAndWait(abc, {abc, "-f", script}, std::nullopt, redirects, kTimeoutSeconds, 0, &message);
  if (code != 0)
    return error("ABC ended with code ", code, message.empty() ? "" : ": ", message);
  return read(log);
}

/// Area first, in rounds of merging equal nodes (ifraig), mapping (if) and don't cares of windows (mfs2), which the
/// network's own structure makes: combinations of signals that do not occur, and outputs that nothing sees. Each round
/// writes a file of its own. Stronger restructuring (dch) takes four times as long and saves 1 % more.
std::string minimizeScript(const Folder &folder, int arity, int rounds) {
  std::string text = "read_blif " + folder.file("in.blif") + "\n";
  for (int round = 0; round < rounds; ++round)
    text += "strash\nifraig\nif -K " + std::to_string(arity) + " -a\nmfs2 -a -e\nwrite_blif " +
            folder.file("out" + std::to_string(round) + ".blif") + "\n";
  return text;
}

} // namespace

std::optional<std::string> findAbc() {
  for (const char *name : {"berkeley-abc", "abc", "yosys-abc"})
    if (auto path = llvm::sys::findProgramByName(name))
      return *path;
  return std::nullopt;
}

Status proveByAbc(const LutNetwork &a, const LutNetwork &b, const std::string &abc) {
  Folder folder;
  if (!folder.ok())
    return error("cannot make a temporary folder for ABC");
  for (auto [name, network] : {std::pair("a.blif", &a), std::pair("b.blif", &b)})
    if (Status written = write(folder.file(name), toBlif(*network)); !written)
      return written;
  Result<std::string> log = run(abc, folder, "cec -n " + folder.file("a.blif") + " " + folder.file("b.blif") + "\n");
  if (!log)
    return log.failure();
  if (log->find("Networks are equivalent") == std::string::npos)
    return error("ABC does not prove that the minimized network is equal");
  return done();
}

Result<LutNetwork> minimizeByAbc(const LutNetwork &network, int arity, const std::string &abc) {
  constexpr int kRounds = 2;
  Folder folder;
  if (!folder.ok())
    return error("cannot make a temporary folder for ABC");
  if (Status written = write(folder.file("in.blif"), toBlif(network)); !written)
    return written.failure();
  Result<std::string> log = run(abc, folder, minimizeScript(folder, arity, kRounds));
  if (!log)
    return log.failure();
  std::optional<LutNetwork> best;
  for (int round = 0; round < kRounds; ++round) {
    Result<std::string> text = read(folder.file("out" + std::to_string(round) + ".blif"));
    if (!text)
      return text.failure();
    Result<LutNetwork> mapped = fromBlif(*text, network.inputs, static_cast<int32_t>(network.outputs.size()));
    if (!mapped)
      return mapped.failure();
    if (!best || mapped->tables.size() < best->tables.size())
      best = *mapped;
  }
  return *best;
}

} // namespace weft::lut
