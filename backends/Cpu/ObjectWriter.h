//===- ObjectWriter.h - objects of code and large constants ------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef BACKENDS_CPU_OBJECTWRITER_H
#define BACKENDS_CPU_OBJECTWRITER_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/raw_ostream.h"

namespace weft::cpu {

/// A relocatable ELF object that is written while it is compiled: constants go to the file as they are made, the code follows. LLVM's
/// object has a section of their size without contents, which `finish` makes one of read-only data. The file is removed if that is not
/// reached.
class ObjectWriter {
public:
  /// The section where LLVM is to put the one block of constants, which makes it one without contents, and the block's symbol.
  static constexpr llvm::StringLiteral kEmptySection = ".bss.rodata.weft", kBlock = "weft_constants";

  explicit ObjectWriter(llvm::StringRef path);
  ~ObjectWriter();
  /// Adds a constant; returns its offset in the block, a multiple of 64.
  int64_t append(llvm::ArrayRef<char> bytes);
  int64_t blockBytes() const { return bytes; }
  /// Adds LLVM's object of the code. Fails for a file that cannot be written, or an object that is not little-endian ELF.
  llvm::Error finish(llvm::MutableArrayRef<char> object);

private:
  template <typename ELFT>
  llvm::Error finishAs(llvm::MutableArrayRef<char> object);

  std::error_code code;
  llvm::raw_fd_ostream stream;
  llvm::FileRemover remover;
  int64_t bytes = 0;
};

} // namespace weft::cpu

#endif // BACKENDS_CPU_OBJECTWRITER_H
