//===- OutputFolder.h - a folder that is written whole or not at all ---*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef COMPILER_DRIVER_OUTPUTFOLDER_H
#define COMPILER_DRIVER_OUTPUTFOLDER_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"
#include <string>

namespace weft::driver {

/// Everything is written into a hidden folder beside the target; `commit` renames it in one step. If the command fails, or is
/// interrupted, the hidden folder is removed and the target is as it was.
class OutputFolder {
public:
  /// Refuses (exit code 6) a target that exists, unless `force`; and even then a folder that weft did not write: one that is
  /// not empty and has no manifest.json of weft's.
  static llvm::Expected<OutputFolder> create(llvm::StringRef target, bool force);

  OutputFolder(OutputFolder &&other);
  OutputFolder &operator=(OutputFolder &&) = delete;
  ~OutputFolder();

  /// Where to write.
  const std::string &staging() const { return stagingPath; }
  const std::string &target() const { return targetPath; }
  /// staging()/relative, with its parent folders created.
  llvm::Expected<std::string> path(llvm::StringRef relative) const;
  /// Writes one whole file.
  llvm::Error write(llvm::StringRef relative, llvm::StringRef contents) const;
  /// What `print` writes, which need not be in memory as a whole.
  llvm::Error write(llvm::StringRef relative, llvm::function_ref<void(llvm::raw_ostream &)> print) const;
  /// The target becomes what was written.
  llvm::Error commit();

private:
  OutputFolder(std::string target, std::string staging);
  std::string targetPath, stagingPath;
};

/// Writes `contents` to `path` through a temporary file and a rename, so that a reader never sees half a file.
llvm::Error writeFileWhole(llvm::StringRef path, llvm::StringRef contents);
llvm::Error writeFileWhole(llvm::StringRef path, llvm::function_ref<void(llvm::raw_ostream &)> print);

/// True if the folder holds a manifest.json that weft wrote.
bool isWeftOutput(llvm::StringRef folder);

} // namespace weft::driver

#endif // COMPILER_DRIVER_OUTPUTFOLDER_H
