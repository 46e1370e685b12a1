//===- Npz.cpp - numpy's archives of arrays ------------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "runtime/data/Npz.h"

#include "runtime/data/Npy.h"

#include <algorithm>

namespace weft::data {

Result<NamedTensors> readNpz(const std::string &path, const std::vector<std::string> &only) {
  Result<Bytes> archive = readFile(path);
  if (!archive)
    return archive.failure();
  Result<std::vector<ZipMember>> members = listZip(*archive);
  if (!members)
    return at(path, members.failure());
  NamedTensors tensors;
  for (const ZipMember &member : *members) {
    std::string name = member.name;
    if (name.size() < 4 || name.compare(name.size() - 4, 4, ".npy") != 0)
      continue;
    name.resize(name.size() - 4);
    if (!only.empty() && std::find(only.begin(), only.end(), name) == only.end())
      continue;
    Result<Bytes> content = extractZip(*archive, member);
    if (!content)
      return at(path, content.failure());
    Result<Tensor> tensor = parseNpy(content->data(), content->size(), path + ": member '" + member.name + "'");
    if (!tensor)
      return tensor.failure();
    tensors.emplace_back(std::move(name), std::move(*tensor));
  }
  return tensors;
}

static void append(std::string &out, uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i)
    out += static_cast<char>(value >> (8 * i));
}

/// What a local header and a directory entry have in common: from "version needed" to "length of the extra field".
static std::string commonHeader(const std::string &name, const std::string &content) {
  std::string header;
  append(header, 20, 2);         // version needed: 2.0
  append(header, 0, 2);          // flags
  append(header, 0, 2);          // stored
  append(header, 0x00210000, 4); // 1 January 1980: the same bytes on every day
  append(header, crc32Of(Bytes(content.begin(), content.end())), 4);
  append(header, content.size(), 4);
  append(header, content.size(), 4);
  append(header, name.size(), 2);
  append(header, 0, 2); // no extra field
  return header;
}

Status writeNpz(const std::string &path, const NamedTensors &tensors) {
  std::string out, directory;
  for (const auto &[key, tensor] : tensors) {
    const std::string name = key + ".npy", content = formatNpy(tensor), header = commonHeader(name, content);
    if (out.size() + content.size() > 0xfff00000u || tensors.size() > 0xfff0)
      return error(path, ": would have more than 4 GiB or 65520 arrays");
    append(directory, 0x02014b50, 4);
    append(directory, 20, 2); // version made by
    directory += header;
    directory.append(2 + 2 + 2 + 4, '\0'); // comment, disk, attributes
    append(directory, out.size(), 4);
    directory += name;
    append(out, 0x04034b50, 4);
    out += header + name + content;
  }
  const uint64_t offset = out.size();
  out += directory;
  append(out, 0x06054b50, 4);
  append(out, 0, 4); // disks
  append(out, tensors.size(), 2);
  append(out, tensors.size(), 2);
  append(out, directory.size(), 4);
  append(out, offset, 4);
  append(out, 0, 2); // no comment
  return writeFile(path, out);
}

} // namespace weft::data
