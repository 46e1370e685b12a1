//===- File.cpp - whole files, read and written safely ------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "runtime/data/File.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

namespace weft::data {

Error at(const std::string &path, const Error &failure) { return error(path, ": ", failure.message); }

Result<Bytes> readFile(const std::string &path) {
  struct stat info;
  if (stat(path.c_str(), &info) != 0)
    return error(path, ": cannot be read: ", std::strerror(errno));
  if (!S_ISREG(info.st_mode))
    return error(path, ": is not a regular file");
  if (static_cast<uint64_t>(info.st_size) > kGreatestSize)
    return error(path, ": has ", info.st_size, " bytes, expected at most ", kGreatestSize);
  std::FILE *file = std::fopen(path.c_str(), "rb");
  if (!file)
    return error(path, ": cannot be read: ", std::strerror(errno));
  Bytes bytes(static_cast<size_t>(info.st_size));
  const size_t got = bytes.empty() ? 0 : std::fread(bytes.data(), 1, bytes.size(), file);
  std::fclose(file);
  if (got != bytes.size())
    return error(path, ": ended after ", got, " of ", bytes.size(), " bytes");
  return bytes;
}

Status writeFile(const std::string &path, std::string_view content) {
  std::string temporary = path + ".XXXXXX";
  const int descriptor = mkstemp(temporary.data());
  if (descriptor < 0)
    return error(path, ": cannot be written: ", std::strerror(errno));
  const mode_t mask = umask(0);
  umask(mask);
  fchmod(descriptor, 0666 & ~mask); // mkstemp's files are private; the result should be as any other
  size_t written = 0;
  while (written < content.size()) {
    const ssize_t n = ::write(descriptor, content.data() + written, content.size() - written);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      break;
    written += static_cast<size_t>(n);
  }
  int reason = errno;
  bool good = written == content.size();
  if (::close(descriptor) != 0 && good) {
    good = false;
    reason = errno;
  }
  if (good && std::rename(temporary.c_str(), path.c_str()) != 0) {
    good = false;
    reason = errno;
  }
  if (good)
    return reference::done();
  ::unlink(temporary.c_str());
  return error(path, ": cannot be written: ", std::strerror(reason));
}

/// Inflates until the stream ends. `windowBits` is zlib's: which wrapping to expect.
static Result<Bytes> inflateAll(const uint8_t *data, size_t size, int windowBits, uint64_t limit) {
  z_stream stream = {};
  if (inflateInit2(&stream, windowBits) != Z_OK)
    return error("zlib cannot start");
  Bytes out;
  size_t offered = 0;
  int state = Z_OK;
  while (state == Z_OK && out.size() <= limit) {
    if (stream.avail_in == 0 && offered < size) { // zlib counts in 32 bits
      stream.next_in = const_cast<Bytef *>(data + offered);
      stream.avail_in = static_cast<uInt>(std::min<size_t>(size - offered, 1u << 30));
      offered += stream.avail_in;
    }
    const size_t had = out.size(), room = std::clamp<size_t>(had, 1 << 16, 1 << 24);
    out.resize(had + room);
    stream.next_out = out.data() + had;
    stream.avail_out = static_cast<uInt>(room);
    state = inflate(&stream, Z_NO_FLUSH);
    out.resize(had + room - stream.avail_out);
  }
  const std::string reason = stream.msg ? stream.msg : state == Z_BUF_ERROR ? "it is truncated" : "no reason given";
  inflateEnd(&stream);
  if (out.size() > limit)
    return error("inflates to more than ", limit, " bytes");
  if (state != Z_STREAM_END)
    return error("cannot be inflated: ", reason);
  return out;
}

Result<Bytes> gunzip(const uint8_t *data, size_t size) { return inflateAll(data, size, 16 + MAX_WBITS, kGreatestSize); }

Result<Bytes> inflateRaw(const uint8_t *data, size_t size, uint64_t expected) {
  Result<Bytes> out = inflateAll(data, size, -MAX_WBITS, expected);
  if (out && out->size() != expected)
    return error("inflates to ", out->size(), " bytes, expected ", expected);
  return out;
}

uint32_t crc32Of(const Bytes &bytes) { return static_cast<uint32_t>(crc32_z(0, bytes.data(), bytes.size())); }

} // namespace weft::data
