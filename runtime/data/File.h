//===- File.h - whole files, read and written safely ---------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef RUNTIME_DATA_FILE_H
#define RUNTIME_DATA_FILE_H

#include "runtime/reference/Result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weft::data {

using reference::Error;
using reference::error;
using reference::Result;
using reference::Status;
using Bytes = std::vector<uint8_t>;

/// No reader takes or inflates more bytes than this, or makes more elements of them, whatever a header promises.
constexpr uint64_t kGreatestSize = uint64_t(1) << 32;
constexpr int64_t kGreatestCount = int64_t(1) << 31;

/// The content of a regular file. Error with the path and the system's reason.
Result<Bytes> readFile(const std::string &path);

/// Writes a file whole or not at all: to a temporary file beside it, which is then renamed.
Status writeFile(const std::string &path, std::string_view content);

/// Inflates a gzip file's content. Error if it is damaged or grows beyond `kGreatestSize`.
Result<Bytes> gunzip(const uint8_t *data, size_t size);

/// Inflates a raw deflate stream to exactly `expected` bytes. Memory grows with what is really there.
Result<Bytes> inflateRaw(const uint8_t *data, size_t size, uint64_t expected);

/// The CRC-32 of zip and gzip.
uint32_t crc32Of(const Bytes &bytes);

/// A failure with `path: ` before its message.
Error at(const std::string &path, const Error &failure);

} // namespace weft::data

#endif // RUNTIME_DATA_FILE_H
