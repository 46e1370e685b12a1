//===- NpyHeader.h - the header of an array file ----------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef RUNTIME_DATA_NPYHEADER_H
#define RUNTIME_DATA_NPYHEADER_H

#include "runtime/data/File.h"
#include "runtime/reference/Tensor.h"

namespace weft::data {

/// What a header says, and where the data begin.
struct NpyHeader {
  reference::ElementType type;
  int64_t itemBytes = 0;
  bool bigEndian = false, fortranOrder = false;
  reference::Shape shape;
  size_t dataOffset = 0;
};

/// Reads magic, version and the dictionary. Error without the name of the file.
Result<NpyHeader> parseNpyHeader(const uint8_t *data, size_t size);

} // namespace weft::data

#endif // RUNTIME_DATA_NPYHEADER_H
