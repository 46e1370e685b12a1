//===- Checkpoint.cpp - a training that can go on -------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
// The file: a magic word, then 64-bit counts and what they count, then the CRC-32 of all before it.
#include "compiler/Trainer/Checkpoint.h"

#include "runtime/data/File.h"
#include <cstring>
#include <fmt/format.h>

namespace weft::trainer {
namespace {

constexpr char kMagic[] = "weft-checkpoint-1\n";
constexpr size_t kMagicSize = sizeof(kMagic) - 1;

class Writer {
public:
  void raw(const void *data, size_t size) { bytes.append(static_cast<const char *>(data), size); }
  void number(int64_t value) { raw(&value, sizeof value); }
  std::string bytes;
};

/// Reads nothing past the end: `ok` turns false then.
class Reader {
public:
  Reader(const data::Bytes &bytes, size_t end) : bytes(bytes), end(end) {}
  void raw(void *to, size_t size) {
    if (!ok || size > end - at) {
      ok = false;
      return;
    }
    std::memcpy(to, bytes.data() + at, size);
    at += size;
  }
  int64_t number() {
    int64_t value = 0;
    raw(&value, sizeof value);
    return value;
  }
  /// A count of elements of `size` bytes that are there.
  int64_t count(size_t size) {
    int64_t n = number();
    if (n < 0 || static_cast<uint64_t>(n) > (end - at) / size)
      ok = false;
    return ok ? n : 0;
  }
  size_t at = 0;
  bool ok = true;

private:
  const data::Bytes &bytes;
  size_t end;
};

} // namespace

llvm::Error writeCheckpoint(const std::string &path, const Checkpoint &checkpoint) {
  Writer w;
  w.raw(kMagic, kMagicSize);
  for (int64_t v : {checkpoint.epoch, checkpoint.stepInEpoch, checkpoint.step})
    w.number(v);
  w.number(static_cast<int64_t>(checkpoint.note.size()));
  w.raw(checkpoint.note.data(), checkpoint.note.size());
  w.number(static_cast<int64_t>(checkpoint.tensors.size()));
  for (const std::vector<float> &tensor : checkpoint.tensors) {
    w.number(static_cast<int64_t>(tensor.size()));
    w.raw(tensor.data(), tensor.size() * sizeof(float));
  }
  uint32_t crc = data::crc32Of(data::Bytes(w.bytes.begin(), w.bytes.end()));
  w.raw(&crc, sizeof crc);
  auto written = data::writeFile(path, w.bytes);
  if (!written)
    return llvm::createStringError(written.message());
  return llvm::Error::success();
}

llvm::Expected<Checkpoint> readCheckpoint(const std::string &path) {
  auto bytes = data::readFile(path);
  if (!bytes)
    return llvm::createStringError(bytes.message());
  auto damaged = [&](const char *why) { return llvm::createStringError(fmt::format("{}: {}; train again, or give another -o", path, why)); };
  if (bytes->size() < kMagicSize + 4 || std::memcmp(bytes->data(), kMagic, kMagicSize) != 0)
    return damaged("is no checkpoint of this version of weft");
  size_t end = bytes->size() - 4;
  uint32_t crc;
  std::memcpy(&crc, bytes->data() + end, 4);
  if (crc != data::crc32Of(data::Bytes(bytes->begin(), bytes->begin() + static_cast<int64_t>(end))))
    return damaged("the checkpoint is damaged: its checksum does not fit");
  Reader r(*bytes, end);
  r.at = kMagicSize;
  Checkpoint checkpoint;
  checkpoint.epoch = r.number(), checkpoint.stepInEpoch = r.number(), checkpoint.step = r.number();
  checkpoint.note.resize(r.count(1));
  r.raw(checkpoint.note.data(), checkpoint.note.size());
  checkpoint.tensors.resize(r.count(8));
  for (std::vector<float> &tensor : checkpoint.tensors) {
    tensor.resize(r.count(sizeof(float)));
    r.raw(tensor.data(), tensor.size() * sizeof(float));
  }
  if (!r.ok || r.at != end)
    return damaged("the checkpoint is damaged");
  return checkpoint;
}

} // namespace weft::trainer
