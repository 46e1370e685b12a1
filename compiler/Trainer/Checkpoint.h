//===- Checkpoint.h - a training that can go on --------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef COMPILER_TRAINER_CHECKPOINT_H
#define COMPILER_TRAINER_CHECKPOINT_H

#include "llvm/Support/Error.h"
#include <cstdint>
#include <string>
#include <vector>

namespace weft::trainer {

/// Everything a training knows between two steps.
struct Checkpoint {
  int64_t epoch = 0, stepInEpoch = 0, step = 0;
  /// Numbers, slots, structure of projections, statistics: vectors in an order that the trainer knows.
  std::vector<std::vector<float>> tensors;
  /// Of the command: what it was called with and the learning curve so far. Opaque here.
  std::string note;
};

/// Writes a file whole or not at all, so that the last good one survives a full disk. The error names the file.
llvm::Error writeCheckpoint(const std::string &path, const Checkpoint &checkpoint);

/// Error where the file cannot be read, is none of weft's, or damaged (its CRC-32 does not fit).
llvm::Expected<Checkpoint> readCheckpoint(const std::string &path);

} // namespace weft::trainer

#endif // COMPILER_TRAINER_CHECKPOINT_H
