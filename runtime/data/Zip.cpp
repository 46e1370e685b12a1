//===- Zip.cpp - reading zip archives ---------------------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "runtime/data/Npz.h"

#include <algorithm>

namespace weft::data {

/// A little endian number of `bytes` bytes; the caller has checked that it is there.
static uint64_t number(const Bytes &from, uint64_t offset, int bytes) {
  uint64_t value = 0;
  for (int i = 0; i < bytes; ++i)
    value |= uint64_t(from[offset + i]) << (8 * i);
  return value;
}

static bool has(const Bytes &archive, uint64_t offset, uint64_t size) {
  return offset <= archive.size() && size <= archive.size() - offset;
}

namespace {
struct Directory {
  uint64_t offset = 0, entries = 0;
};
} // namespace

/// Finds the end record: 22 bytes and a comment of up to 64 KiB from the end.
static Result<Directory> findDirectory(const Bytes &archive) {
  const uint64_t size = archive.size();
  for (uint64_t back = 22; back <= size && back <= 22 + 65535; ++back) {
    const uint64_t end = size - back;
    if (number(archive, end, 4) != 0x06054b50 || number(archive, end + 20, 2) != back - 22)
      continue;
    Directory directory = {number(archive, end + 16, 4), number(archive, end + 10, 2)};
    if (directory.offset != 0xffffffff && directory.entries != 0xffff)
      return directory;
    if (end < 20 || number(archive, end - 20, 4) != 0x07064b50)
      return error("has no zip64 end record");
    const uint64_t wide = number(archive, end - 12, 8);
    if (!has(archive, wide, 56) || number(archive, wide, 4) != 0x06064b50)
      return error("has a damaged zip64 end record");
    return Directory{number(archive, wide + 48, 8), number(archive, wide + 32, 8)};
  }
  return error("is not a zip archive, or is truncated: it has no end record");
}

/// Replaces the 32-bit fields that say "see the zip64 extra field".
static void readWideFields(const Bytes &archive, uint64_t extra, uint64_t extraSize, ZipMember &member) {
  for (uint64_t at = extra, end = extra + extraSize; at + 4 <= end;) {
    const uint64_t id = number(archive, at, 2), size = number(archive, at + 2, 2);
    uint64_t field = at + 4, fieldEnd = std::min(field + size, end);
    at = field + size;
    if (id != 1)
      continue;
    for (uint64_t *value : {&member.size, &member.stored, &member.offset})
      if (*value == 0xffffffff && field + 8 <= fieldEnd) {
        *value = number(archive, field, 8);
        field += 8;
      }
  }
}

Result<std::vector<ZipMember>> listZip(const Bytes &archive) {
  Result<Directory> directory = findDirectory(archive);
  if (!directory)
    return directory.failure();
  std::vector<ZipMember> members;
  uint64_t at = directory->offset;
  for (uint64_t i = 0; i < directory->entries; ++i) {
    if (!has(archive, at, 46) || number(archive, at, 4) != 0x02014b50)
      return error("has a damaged directory at entry ", i, " of ", directory->entries);
    const uint64_t name = number(archive, at + 28, 2), extra = number(archive, at + 30, 2), comment = number(archive, at + 32, 2);
    if (!has(archive, at, 46 + name + extra + comment))
      return error("has a truncated directory at entry ", i, " of ", directory->entries);
    ZipMember member;
    member.name.assign(archive.begin() + at + 46, archive.begin() + at + 46 + name);
    if (number(archive, at + 8, 2) & 1)
      return error("member '", member.name, "' is encrypted");
    member.method = static_cast<unsigned>(number(archive, at + 10, 2));
    member.crc = static_cast<uint32_t>(number(archive, at + 16, 4));
    member.stored = number(archive, at + 20, 4);
    member.size = number(archive, at + 24, 4);
    member.offset = number(archive, at + 42, 4);
    readWideFields(archive, at + 46 + name, extra, member);
    members.push_back(std::move(member));
    at += 46 + name + extra + comment;
  }
  return members;
}

Result<Bytes> extractZip(const Bytes &archive, const ZipMember &member) {
  auto failed = [&](const auto &...parts) { return error("member '", member.name, "' ", parts...); };
  if (!has(archive, member.offset, 30) || number(archive, member.offset, 4) != 0x04034b50)
    return failed("has no local header at byte ", member.offset);
  const uint64_t begin = member.offset + 30 + number(archive, member.offset + 26, 2) + number(archive, member.offset + 28, 2);
  if (!has(archive, begin, member.stored))
    return failed("is truncated: expected ", member.stored, " bytes");
  if (member.size > kGreatestSize)
    return failed("has ", member.size, " bytes, expected at most ", kGreatestSize);
  Result<Bytes> content = failed("is compressed with method ", member.method, ", expected 0 (stored) or 8 (deflate)");
  if (member.method == 8)
    content = inflateRaw(archive.data() + begin, member.stored, member.size);
  else if (member.method == 0 && member.stored != member.size)
    return failed("is stored in ", member.stored, " bytes, expected ", member.size);
  else if (member.method == 0)
    content = Bytes(archive.begin() + begin, archive.begin() + begin + member.stored);
  if (!content)
    return member.method == 8 ? failed(content.message()) : content.failure();
  if (crc32Of(*content) != member.crc)
    return failed("is damaged: its CRC differs");
  return content;
}

} // namespace weft::data
