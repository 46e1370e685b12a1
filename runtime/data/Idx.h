//===- Idx.h - the MNIST family's files --------------------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef RUNTIME_DATA_IDX_H
#define RUNTIME_DATA_IDX_H

#include "runtime/data/File.h"
#include "runtime/reference/Tensor.h"

namespace weft::data {

/// Reads an IDX file, plain or gzip: `00 00 type rank`, big endian dimensions, elements of ui8, i8, i16, i32, f32 or
/// f64. `limit` ≥ 0 keeps only the first samples. Error for what is truncated or too long.
/// Source: LeCun, "The MNIST database".
Result<reference::Tensor> readIdx(const std::string &path, int64_t limit = -1);

} // namespace weft::data

#endif // RUNTIME_DATA_IDX_H
