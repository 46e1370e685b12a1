//===- OutputFolder.cpp - a folder that is written whole or not at all -----------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Driver/OutputFolder.h"

#include "compiler/Driver/CommandError.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

namespace fs = std::filesystem;

namespace weft::driver {
namespace {

/// The one staging folder of this process, for the signal handler: it may only read plain memory.
char stagingForSignals[4096] = "";

extern "C" void removeStagingAndDie(int signal) {
  if (stagingForSignals[0]) {
    // fork and exec are safe in a handler; std::filesystem is not.
    if (pid_t child = fork(); child == 0) {
      execl("/bin/rm", "rm", "-rf", stagingForSignals, static_cast<char *>(nullptr));
      _exit(127);
    } else if (child > 0) {
      waitpid(child, nullptr, 0);
    }
  }
  std::signal(signal, SIG_DFL);
  raise(signal);
}

void guardAgainstSignals(const std::string &staging) {
  if (staging.size() >= sizeof(stagingForSignals))
    return;
  std::strcpy(stagingForSignals, staging.c_str());
  // SIGPIPE: `weft compile … | head` ends so. The others are our own crashes.
  for (int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGABRT, SIGSEGV, SIGBUS, SIGFPE})
    std::signal(signal, removeStagingAndDie);
}

std::string withoutTrailingSlash(llvm::StringRef path) {
  while (path.size() > 1 && path.ends_with("/"))
    path = path.drop_back();
  return path.str();
}

/// Refuses a target that must not be replaced.
llvm::Error checkTarget(const std::string &target, bool force) {
  std::error_code ec;
  if (!fs::exists(fs::symlink_status(target, ec)))
    return llvm::Error::success();
  if (!force)
    return ioError(fmt::format("{}: exists already; choose another -o, or give --force to replace it", target));
  if (!fs::is_directory(target, ec))
    return ioError(fmt::format("{}: expected a folder to replace, found a file; weft does not delete it", target));
  if (!fs::is_empty(target, ec) && !isWeftOutput(target))
    return ioError(fmt::format("{}: --force replaces only what weft wrote, and this folder has no manifest.json of weft", target));
  return llvm::Error::success();
}

} // namespace

bool isWeftOutput(llvm::StringRef folder) {
  auto buffer = llvm::MemoryBuffer::getFile(folder + "/manifest.json");
  if (!buffer)
    return false;
  auto json = llvm::json::parse((*buffer)->getBuffer());
  if (!json) {
    llvm::consumeError(json.takeError());
    return false;
  }
  auto *object = json->getAsObject();
  return object && object->getString("generator").value_or("").starts_with("weft");
}

OutputFolder::OutputFolder(std::string target, std::string staging)
    : targetPath(std::move(target)), stagingPath(std::move(staging)) {}

OutputFolder::OutputFolder(OutputFolder &&other)
    : targetPath(std::move(other.targetPath)), stagingPath(std::move(other.stagingPath)) {
  other.stagingPath.clear();
}

llvm::Expected<OutputFolder> OutputFolder::create(llvm::StringRef target, bool force) {
  std::string clean = withoutTrailingSlash(target);
  if (clean.empty())
    return usageError("no output folder: give -o <folder>");
  if (auto error = checkTarget(clean, force))
    return std::move(error);
  fs::path parent = fs::path(clean).parent_path();
  std::error_code ec;
  if (!parent.empty() && (fs::create_directories(parent, ec), ec))
    return ioError(fmt::format("{}: cannot create the folder: {}", parent.string(), ec.message()));
  std::string staging = (parent / ("." + fs::path(clean).filename().string() + ".weft-XXXXXX")).string();
  if (!mkdtemp(staging.data()))
    return ioError(fmt::format("{}: cannot write here: {}", parent.empty() ? "." : parent.string(), std::strerror(errno)));
  fs::permissions(staging, fs::perms(0755), ec);
  guardAgainstSignals(staging);
  return OutputFolder(clean, staging);
}

OutputFolder::~OutputFolder() {
  if (stagingPath.empty())
    return;
  std::error_code ec;
  fs::remove_all(stagingPath, ec);
  stagingForSignals[0] = 0;
}

llvm::Expected<std::string> OutputFolder::path(llvm::StringRef relative) const {
  fs::path full = fs::path(stagingPath) / relative.str();
  std::error_code ec;
  fs::create_directories(full.parent_path(), ec);
  if (ec)
    return ioError(fmt::format("{}: cannot create the folder: {}", full.parent_path().string(), ec.message()));
  return full.string();
}

llvm::Error OutputFolder::write(llvm::StringRef relative, llvm::StringRef contents) const {
  auto full = path(relative);
  if (!full)
    return full.takeError();
  return writeFileWhole(*full, contents);
}

llvm::Error OutputFolder::write(llvm::StringRef relative, llvm::function_ref<void(llvm::raw_ostream &)> print) const {
  auto full = path(relative);
  return full ? writeFileWhole(*full, print) : full.takeError();
}

llvm::Error OutputFolder::commit() {
  std::error_code ec;
  std::string old;
  if (fs::exists(fs::symlink_status(targetPath, ec))) {
    old = stagingPath + ".old";
    fs::rename(targetPath, old, ec);
    if (ec)
      return ioError(fmt::format("{}: cannot replace the folder: {}", targetPath, ec.message()));
  }
  fs::rename(stagingPath, targetPath, ec);
  if (ec) {
    std::error_code ignored;
    if (!old.empty())
      fs::rename(old, targetPath, ignored);
    return ioError(fmt::format("{}: cannot create the folder: {}", targetPath, ec.message()));
  }
  stagingPath.clear();
  stagingForSignals[0] = 0;
  if (!old.empty())
    fs::remove_all(old, ec);
  return llvm::Error::success();
}

llvm::Error writeFileWhole(llvm::StringRef path, llvm::StringRef contents) {
  return writeFileWhole(path, [&](llvm::raw_ostream &os) { os << contents; });
}

llvm::Error writeFileWhole(llvm::StringRef path, llvm::function_ref<void(llvm::raw_ostream &)> print) {
  std::string temporary = (path + ".part").str();
  std::error_code ec;
  {
    llvm::raw_fd_ostream os(temporary, ec);
    if (!ec) {
      print(os);
      os.close();
      ec = os.error();
      os.clear_error();
    }
  }
  if (!ec)
    fs::rename(temporary, path.str(), ec);
  if (!ec)
    return llvm::Error::success();
  std::error_code ignored;
  fs::remove(temporary, ignored);
  return ioError(fmt::format("{}: cannot write: {}", path.str(), ec.message()));
}

} // namespace weft::driver
