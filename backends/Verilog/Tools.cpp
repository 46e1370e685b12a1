//===- Tools.cpp - running external programs -----------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "backends/Verilog/Tools.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"

using namespace weft::verilog;

llvm::Expected<std::string> weft::verilog::readText(llvm::StringRef path) {
  auto file = llvm::MemoryBuffer::getFile(path);
  if (!file)
    return llvm::createStringError("cannot read '%s': %s", path.str().c_str(), file.getError().message().c_str());
  return (*file)->getBuffer().str();
}

llvm::Error weft::verilog::writeText(llvm::StringRef path, llvm::StringRef text) {
  std::error_code error = llvm::sys::fs::create_directories(llvm::sys::path::parent_path(path));
  if (!error) {
    llvm::raw_fd_ostream os(path, error);
    if (!error) {
      os << text;
      os.close();
      error = os.error();
      os.clear_error();
    }
  }
  if (error)
    return llvm::createStringError("cannot write '%s': %s", path.str().c_str(), error.message().c_str());
  return llvm::Error::success();
}

llvm::Error weft::verilog::runTool(llvm::StringRef program, const std::vector<std::string> &arguments,
                                   llvm::StringRef directory, llvm::StringRef log, unsigned secondsLimit) {
  auto found = llvm::sys::findProgramByName(program);
  if (!found)
    return llvm::createStringError("'%s' is not installed or not on PATH", program.str().c_str());
  auto shell = llvm::sys::findProgramByName("sh");
  if (!shell)
    return llvm::createStringError("'sh' is not installed or not on PATH");
  // The shell only changes the folder; arguments reach the program as they are.
  std::vector<std::string> all = {"sh", "-c", "cd \"$0\" && exec \"$@\"", directory.str(), *found};
  all.insert(all.end(), arguments.begin(), arguments.end());
  std::vector<llvm::StringRef> refs(all.begin(), all.end());
  std::string path = (directory + "/" + log).str(), message;
  llvm::sys::fs::remove(path); // redirection does not truncate
  std::optional<llvm::StringRef> redirects[] = {llvm::StringRef(), llvm::StringRef(path), llvm::StringRef(path)};
  int code = llvm::sys::ExecuteAndWait(*shell, refs, std::nullopt, redirects, secondsLimit, 0, &message);
  if (code == 0)
    return llvm::Error::success();
  std::string text;
  if (auto content = readText(path))
    text = content->size() > 4000 ? content->substr(content->size() - 4000) : *content;
  else
    llvm::consumeError(content.takeError());
  return llvm::createStringError("'%s' failed with code %d%s%s; its output, in %s, ends with\n%s", program.str().c_str(), code,
                                 message.empty() ? "" : ": ", message.c_str(), path.c_str(), text.c_str());
}
