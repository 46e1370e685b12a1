//===- Library.h - the HLS library within weft -------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef BACKENDS_HLS_LIBRARY_H
#define BACKENDS_HLS_LIBRARY_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace weft::hls_backend {

/// A file of runtime/hls, put into the binary when weft was built.
struct LibraryFile {
  llvm::StringLiteral path; ///< as it is included: weft/hls/mvu.h
  llvm::StringLiteral text;
};
llvm::ArrayRef<LibraryFile> libraryFiles();

} // namespace weft::hls_backend

#endif // BACKENDS_HLS_LIBRARY_H
