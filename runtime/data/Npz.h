//===- Npz.h - numpy's archives of arrays ------------------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef RUNTIME_DATA_NPZ_H
#define RUNTIME_DATA_NPZ_H

#include "runtime/data/File.h"
#include "runtime/reference/Tensor.h"

#include <utility>

namespace weft::data {

/// One file of a zip archive, inflated when asked for.
struct ZipMember {
  std::string name;
  uint64_t offset = 0; ///< of its local header
  uint64_t stored = 0, size = 0;
  uint32_t crc = 0;
  unsigned method = 0;
};

/// The members of a zip archive (zip64 too) by its central directory. Error if that is damaged.
/// Source: PKWARE APPNOTE.TXT 6.3.
Result<std::vector<ZipMember>> listZip(const Bytes &archive);
/// The content of a member, stored or deflated, its CRC checked.
Result<Bytes> extractZip(const Bytes &archive, const ZipMember &member);

using NamedTensors = std::vector<std::pair<std::string, reference::Tensor>>;

/// The arrays of a `.npz` in its order, named as in numpy (without `.npy`). If `only` is not empty, just those; a name
/// that is not there is no error.
Result<NamedTensors> readNpz(const std::string &path, const std::vector<std::string> &only = {});

/// Writes a `.npz` (stored, not deflated), whole or not at all. The bytes depend on the tensors alone.
Status writeNpz(const std::string &path, const NamedTensors &tensors);

} // namespace weft::data

#endif // RUNTIME_DATA_NPZ_H
